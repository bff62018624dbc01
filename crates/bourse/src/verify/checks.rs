//! What `bourse verify` checks while it replays: every event, and the whole state at intervals.

use anyhow::{Context, Result, anyhow, ensure};
use model::id::Sequence;
use sequencer::core::Applied;
use sequencer::recovery::Start;
use sequencer::trade_rules::TradeRules;

/// Commands from one audit to the next, once there were so many; before, from each power of two to the next.
const AUDIT_COMMANDS: u64 = 1 << 16;

/// What was checked so far.
#[derive(Debug, Default)]
pub struct Checks {
    pub rules: TradeRules,
    /// States of which every invariant was recomputed.
    pub audits: u64,
}

impl Checks {
    /// Checks what a batch did that was just applied after `before`.
    ///
    /// # Errors
    /// What its events or the state after it break.
    pub fn follow(&mut self, before: Sequence, state: &Start, applied: &Applied) -> Result<()> {
        for (index, command) in applied.batch.commands.iter().enumerate() {
            self.rules
                .read(command.at, applied.events_of(index))
                .with_context(|| format!("command {} breaks an invariant", command.sequence.0))?;
        }
        if is_audit_due(before, state.engine.sequence()) {
            self.audit(state)?;
        }
        Ok(())
    }

    /// Recomputes every invariant of a state, and holds its balances against those that the events add up to.
    ///
    /// # Errors
    /// The first that is broken.
    pub fn audit(&mut self, state: &Start) -> Result<()> {
        let sequence = state.engine.sequence().0;
        state.engine.audit().map_err(|violation| {
            anyhow!("the state after command {sequence} breaks an invariant: {violation:?}")
        })?;
        ensure!(
            state.views.state().balances == state.engine.state().balances,
            "the events up to command {sequence} add up to other balances than the state's"
        );
        self.audits += 1;
        Ok(())
    }
}

/// Returns whether a power of two or a multiple of the interval was reached.
fn is_audit_due(before: Sequence, after: Sequence) -> bool {
    let bits = |sequence: Sequence| u64::BITS - sequence.0.leading_zeros();
    let intervals = |sequence: Sequence| sequence.0 / AUDIT_COMMANDS;
    bits(before) != bits(after) || intervals(before) != intervals(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::command::{Command, Deposit, Genesis, OpenAccount, Sequenced};
    use model::event::Event;
    use model::id::{AccountId, AssetId, ChainId, MarketId, OrderId, OwnerId, Reference};
    use model::number::{Amount, Price, Qty};
    use model::order::Side;
    use model::text::Symbol;
    use model::time::Timestamp;
    use sequencer::core;
    use sequencer::follower::fold;

    fn batch_of(commands: Vec<Command>) -> Applied {
        let mut applied = Applied::default();
        for (number, command) in (1..).zip(commands) {
            applied.batch.commands.push(Sequenced {
                sequence: Sequence(number),
                at: Timestamp::ZERO,
                command,
            });
        }
        applied
    }

    #[test]
    fn events_that_break_a_rule_are_named_by_their_command() {
        let mut applied = batch_of(vec![Command::Tick]);
        applied.events.push(Event::OrderRested {
            market: MarketId(3),
            order: OrderId(1),
            account: AccountId(1),
            side: Side::Buy,
            price: Price::MIN,
            qty: Qty::new(1).expect("legal"),
        });
        applied.ends.push(1);
        let followed = Checks::default().follow(Sequence::ZERO, &Start::genesis(), &applied);
        let told = followed.expect_err("nobody listed the market").to_string();
        assert_eq!(told, "command 1 breaks an invariant");
    }

    #[test]
    fn a_state_with_more_than_its_events_add_up_to_is_refused() {
        let symbol = Symbol::parse(b"BTC").expect("legal");
        let genesis = Command::Genesis(Genesis {
            cluster: 1,
            table_seed: 7,
            blinding_key: [9; 32],
        });
        let account = Command::OpenAccount(OpenAccount {
            reference: Reference([1; 32]),
            owner: OwnerId(1),
            master: None,
        });
        let deposit = Command::CreditDeposit(Deposit {
            reference: Reference([2; 32]),
            chain: ChainId(0),
            account: AccountId(1),
            asset: AssetId(0),
            amount: Amount::new(5).expect("legal"),
        });
        let listing = Command::ListAsset { symbol };
        let mut applied = batch_of(vec![genesis, listing, account, deposit]);
        let mut state = Start::genesis();
        core::apply(&mut state.engine, &mut applied);
        let mut checks = Checks::default();
        let told = checks.audit(&state).expect_err("no event was folded");
        assert!(told.to_string().contains("other balances"), "{told}");
        fold(&mut state, &applied, &mut Vec::new());
        checks.audit(&state).expect("they add up");
        assert_eq!(checks.audits, 1);
    }

    #[test]
    fn states_are_audited_at_each_power_of_two_and_then_at_an_interval() {
        let due = |last: u64| {
            let is_due = |after: &u64| is_audit_due(Sequence(after - 1), Sequence(*after));
            (1..=last).filter(is_due).collect::<Vec<u64>>()
        };
        assert_eq!(due(100), [1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(due(200_000)[15..], [1 << 15, 1 << 16, 1 << 17, 3 << 16]);
    }
}
