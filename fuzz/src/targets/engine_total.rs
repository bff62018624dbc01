//! Whatever commands come in whatever order: no panic, no broken invariant, and the events tell everything.
//!
//! The bytes choose the commands ([`choice`]). At a place they choose, the engine is rebuilt from the bytes of its own
//! snapshot; both must go on alike. The views, which see nothing but events, must end with the same balances.

use crate::trace::Trace;
use engine::engine::Engine;
use engine::genesis::{FIRST_LOGIC, LOGIC};
use model::command::{Command, Deposit, ListMarket, OpenAccount, Sequenced};
use model::event::Event;
use model::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OwnerId, Reference};
use model::instrument::{Cause, Grid, Phase};
use model::number::Amount;
use model::time::Timestamp;
use tape::Tape;
use views::views::Views;
use wire::binary::snapshot::{decode_engine, encode_engine};
use wire::binary::snapshot_views::{decode_views, encode_views};

pub mod choice;
mod conditional;
mod proof;
pub mod tape;

/// The most commands of one input.
const COMMANDS_MAX: usize = 400;
/// What each account of the prelude has of each asset, in smallest units.
const FUNDS: i128 = 10_000_000_000;
const STARTED_AT: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Plays the commands that the bytes choose.
pub fn run(bytes: &[u8], trace: &mut Trace) {
    let mut tape = Tape::new(bytes);
    let split = usize::from(tape.byte());
    let mut world = World::new(split);
    let mut twin: Option<Engine> = None;
    let mut at = STARTED_AT;
    for number in 0..COMMANDS_MAX {
        if tape.is_at_end() {
            break;
        }
        if number == split {
            twin = Some(rebuilt(&world.engine));
        }
        at = at.plus_nanos(time_passed(&mut tape));
        let command = world.sequenced(choice::command(&mut tape, at), at);
        let events = world.apply(&command, trace);
        if let Some(twin) = &mut twin {
            let mut again = Vec::new();
            twin.apply(&command, &mut again);
            assert!(again == events);
        }
    }
    world.check();
    if let Some(twin) = twin {
        assert!(twin.state() == world.engine.state());
    }
}

/// Mostly a moment, sometimes long enough for averages and keys to lapse, sometimes a day.
fn time_passed(tape: &mut Tape<'_>) -> i64 {
    const NANOS: i64 = 1_000_000_000;
    match tape.byte() {
        moment @ 0..240 => i64::from(moment) * 1_000,
        240..254 => i64::from(tape.byte()) * NANOS,
        _ => 86_400 * NANOS,
    }
}

/// Returns the engine whose state went through its bytes.
fn rebuilt(engine: &Engine) -> Engine {
    let state = engine.state();
    let mut bytes = Vec::new();
    encode_engine(&state, &mut bytes);
    let read = decode_engine(&bytes).expect("a snapshot reads back");
    assert!(read == state);
    Engine::restore(&read).expect("the state of an engine makes an engine")
}

/// An exchange with a few funded accounts and two open markets, and what its events tell.
struct World {
    engine: Engine,
    views: Views,
}

impl World {
    /// Most worlds begin as every new exchange does, with the newest logic; one of sixteen with the first.
    fn new(choice: usize) -> World {
        let mut world = World {
            engine: Engine::new(),
            views: Views::new(),
        };
        let mut ignored = Trace::default();
        let logic = if choice % 16 == 15 {
            FIRST_LOGIC
        } else {
            LOGIC
        };
        for command in prelude(logic) {
            let command = world.sequenced(command, STARTED_AT);
            let events = world.apply(&command, &mut ignored);
            let is_refused = matches!(events[0], Event::Rejected { .. });
            assert!(!is_refused, "{command:?}: {events:?}");
        }
        world
    }

    /// Returns the command with the next place in the log.
    fn sequenced(&self, command: Command, at: Timestamp) -> Sequenced {
        Sequenced {
            sequence: self.engine.sequence().next(),
            at,
            command,
        }
    }

    fn apply(&mut self, sequenced: &Sequenced, trace: &mut Trace) -> Vec<Event> {
        let mut events = Vec::new();
        self.engine.apply(sequenced, &mut events);
        assert!(!events.is_empty());
        let place = (sequenced.sequence, sequenced.at);
        self.views.fold_command(place, &events, &mut Vec::new());
        see(&sequenced.command, &events, trace);
        events
    }

    fn check(&self) {
        assert_eq!(self.engine.audit(), Ok(()));
        let state = self.engine.state();
        let seen = self.views.state();
        assert!(seen.balances == state.balances);
        let mut bytes = Vec::new();
        encode_views(&seen, &mut bytes);
        let read = decode_views(&bytes).expect("a snapshot reads back");
        assert!(read == seen);
        let restored = Views::restore(read).expect("the state of views makes views");
        assert!(restored.state() == seen);
    }
}

/// Notes which command had which events in a row, and every refusal.
fn see(command: &Command, events: &[Event], trace: &mut Trace) {
    let kind = match command {
        Command::Client { action, .. } => (0, Some(core::mem::discriminant(action))),
        _ => (1, None),
    };
    let mut before = None;
    for event in events {
        let this = core::mem::discriminant(event);
        trace.see((kind, core::mem::discriminant(command), before, this));
        before = Some(this);
        if let Event::Rejected { reason }
        | Event::ReplaceCancelRejected { reason }
        | Event::ReplacePlaceRejected { reason } = event
        {
            trace.see((kind, core::mem::discriminant(command), reason));
        }
        if let Event::OrderClosed(closed) = event {
            trace.see((kind, closed.reason, closed.side));
        }
    }
    trace.see((kind, events.len()));
}

fn prelude(logic: u16) -> Vec<Command> {
    let mut commands = vec![Command::Genesis(choice::genesis())];
    commands.extend((FIRST_LOGIC + 1..=logic).map(|logic| Command::Upgrade { logic }));
    commands.extend((0..3).map(|asset| Command::ListAsset {
        symbol: choice::numbered_symbol(asset),
    }));
    for market in 0..2 {
        commands.extend(open_market(market));
    }
    for account in 1..=choice::ACCOUNTS {
        commands.extend(open_account(account));
    }
    commands
}

fn open_market(number: u8) -> [Command; 2] {
    let listing = ListMarket {
        symbol: choice::numbered_symbol(20 + number),
        base: AssetId(u16::from(number)),
        quote: AssetId(2),
        grid: Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        },
        terms: Box::new(choice::wide_terms()),
    };
    let opening = Command::SetPhase {
        market: MarketId(u16::from(number)),
        phase: Phase::Continuous,
        cause: Cause::Operator,
    };
    [Command::ListMarket(listing), opening]
}

/// The last account is a sub-account of the first, so that they form a trade group.
fn open_account(number: u32) -> Vec<Command> {
    let is_sub = number == choice::ACCOUNTS;
    let account = AccountId(number);
    let mut commands = vec![
        Command::OpenAccount(OpenAccount {
            reference: Reference([100 + number as u8; 32]),
            owner: OwnerId(if is_sub { 1 } else { u64::from(number) }),
            master: is_sub.then_some(AccountId(1)),
        }),
        Command::CreateKey {
            key: KeyId(u64::from(number)),
            account,
            scopes: model::account::Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        },
    ];
    commands.extend((0..3).map(|asset| {
        Command::CreditDeposit(Deposit {
            reference: Reference([200 + 10 * asset as u8 + number as u8; 32]),
            chain: ChainId(0),
            account,
            asset: AssetId(asset),
            amount: Amount::new(FUNDS).unwrap_or(Amount::ZERO),
        })
    }));
    commands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use model::command::Action;
    use model::proof::{Grant, Proof};
    use std::collections::BTreeSet;

    /// Tapes that reach everything below, with a few to spare.
    const TAPES: u64 = 400;

    /// What concerns payouts, and whether it was taken.
    fn payout(command: &Command, events: &[Event]) -> Option<(&'static str, bool)> {
        let name = match command {
            Command::CreateKey { grant, .. } => match grant {
                None => "key by itself",
                Some(Grant::Exchange) => "key by the exchange",
                Some(Grant::Factor(_)) => "key by a factor",
            },
            Command::Client {
                action: Action::HoldWithdrawal { proof, .. },
                ..
            } => match proof.as_deref() {
                None => "payout by itself",
                Some(Proof::Nowhere) => "payout to nobody",
                Some(Proof::Key { .. }) => "payout by a key",
                Some(Proof::Factor { .. }) => "payout by a factor",
            },
            Command::ConfirmDestination { .. } => "destination",
            Command::SettleWithdrawal { .. } => "settlement",
            _ => return None,
        };
        Some((name, !matches!(events[0], Event::Rejected { .. })))
    }

    /// Returns what random tapes come to in worlds of one logic.
    fn seen(choice: u8) -> BTreeSet<(&'static str, bool)> {
        let mut seen = BTreeSet::new();
        for seed in 0..TAPES {
            let mut random = Random::new(seed);
            let bytes: Vec<u8> = (0..4_000).map(|_| random.below(256) as u8).collect();
            let (mut tape, mut at) = (Tape::new(&bytes), STARTED_AT);
            let mut world = World::new(usize::from(choice));
            while !tape.is_at_end() {
                at = at.plus_nanos(time_passed(&mut tape));
                let command = world.sequenced(choice::command(&mut tape, at), at);
                let events = world.apply(&command, &mut Trace::default());
                seen.extend(payout(&command.command, &events));
            }
        }
        seen
    }

    #[test]
    fn payouts_by_the_newest_logic_are_taken_and_refused_with_every_kind_of_proof() {
        let names = [
            "key by itself",
            "key by the exchange",
            "key by a factor",
            "payout to nobody",
            "payout by a key",
            "payout by a factor",
            "destination",
            "settlement",
        ];
        let mut all: BTreeSet<_> = names
            .iter()
            .flat_map(|name| [(*name, true), (*name, false)])
            .collect();
        all.insert(("payout by itself", false));
        assert_eq!(seen(0), all);
    }

    #[test]
    fn one_world_of_sixteen_holds_payouts_without_a_proof_as_the_first_logic_did() {
        let seen = seen(15);
        assert!(seen.contains(&("payout by itself", true)));
    }
}
