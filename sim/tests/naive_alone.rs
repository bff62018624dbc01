//! The workload against the naive exchange alone: it keeps its own invariants, and everything worth seeing happens.

use core::cmp::Ordering;
use model::approved::Others;
use model::command::{Action, Command, Sequenced};
use model::event::{Event, WaitingAmended};
use model::id::Sequence;
use model::instrument::Phase;
use model::order::Awaited;
use model::order::{CloseReason, Instructions, ListKind};
use model::time::{NANOS_PER_SECOND, Timestamp};
use sim::naive::Naive;
use sim::random::Random;
use sim::workload::Workload;
use std::collections::{BTreeMap, BTreeSet};

const COMMANDS: u64 = 5_000;
const SEEDS: u64 = 16;

/// What each seed must show by itself.
const IN_EVERY_SEED: &[&str] = &[
    "triggered",
    "several started by one command",
    "refilled",
    "activated",
    "closed OtherLeg",
    "closed WorkingLeg",
    "list OneCancelsOther",
    "list OneTriggersOther",
    "list closed",
    "amended",
    "requeued",
    "limits set",
    "rejected AmendNotResting",
    "strategy alone",
];

/// What all seeds together must show.
const IN_SOME_SEED: &[&str] = &[
    "StartDue",
    "list OneTriggersOneCancelsOther",
    "started at its peg",
    "countdown ran out",
    "closed Countdown",
    "rejected IcebergForbidden",
    "rejected TriggerForbidden",
    "rejected PegForbidden",
    "rejected PegUnavailable",
    "rejected OutcomeUnknown",
    "rejected WouldTrigger",
    "rejected ListPrices",
    "StartDue leaves some",
    "hidden lots prevented",
    "closed NotPlaceable",
    "closed Replaced of two",
    "closed ExchangeCancelled while parked",
    "closed Delisted while parked",
    "closed FillOrKillUnfilled after its trigger",
    "list cancelled by CancelList",
    "rejected TrailingDelta",
    "rejected IcebergExceedsQty",
    "rejected IcebergParts",
    "rejected AlgoOrdersLimit",
    "rejected IcebergOrdersLimit",
    "rejected NothingDue",
    "rejected ListLegs",
    "rejected PayoutsHeld",
    "rejected ProofMissing",
    "rejected ProofForeign",
    "rejected ProofUntimely",
    "rejected ProofUsed",
    "rejected DestinationOther",
    "rejected PayoutLimitReached",
    "rejected AllowanceExceeded",
    "rejected AllowanceUnpriced",
    "rejected VerificationTooLow",
    "deposited beyond the allowance",
    "rejected OrderListsLimit",
    "rejected ListUnknown",
    "rejected OrderAmendsLimit",
    "rejected OrderLimits",
    "requeued at its price",
    "requeued partly filled",
    "requeued and traded",
    "requeued and prevented",
    "rejected AmendExecutedOther",
    "iceberg requeued",
    "waits otherwise",
    "waits for another price",
    "trails by another delta",
    "holds more while it waits",
    "holds less while it waits",
    "rejected AmendListed",
    "waits otherwise for its list alone",
    "iceberg shows another part",
    "rejected AmendTermAbsent",
    "rejected OrderRefMismatch",
    "rejected WouldTake",
    "rejected PhaseClosed",
    "rejected PositionLimit",
    "strategy alone outside trading",
    "approved",
    "approved by several",
    "adjusted up",
    "adjusted down",
    "approval repeated",
    "rejected SelfApproval",
    "rejected EquityInsufficient",
    "Open by its owner",
    "Frozen by its owner",
    "Closed by its owner",
    "transferred by its master",
    "rejected SubAccountUnknown",
    "rejected AccountClosed",
    "rejected ClosingWithOrders",
    "rejected ClosingWithBalance",
];

type Tally = BTreeMap<String, u64>;

#[test]
fn the_naive_exchange_keeps_its_invariants_and_sees_everything() {
    let mut total = Tally::new();
    for seed in 1..=SEEDS {
        let tally = play(seed);
        for label in IN_EVERY_SEED {
            assert!(tally.contains_key(*label), "seed {seed} never: {label}");
        }
        for (label, count) in tally {
            *total.entry(label).or_default() += count;
        }
    }
    for label in IN_SOME_SEED {
        assert!(total.contains_key(*label), "never: {label}\n{total:#?}");
    }
}

fn play(seed: u64) -> Tally {
    let mut random = Random::new(seed);
    let mut workload = Workload::new(seed, 1);
    let mut naive = Naive::default();
    let mut now = Timestamp::from_nanos(1_700_000_000 * NANOS_PER_SECOND);
    let mut tally = Tally::new();
    for number in 1..=COMMANDS {
        now = now.plus_nanos(random.below(1 << 31) as i64);
        let sequenced = Sequenced {
            sequence: Sequence(number),
            at: now,
            command: workload.next(now, &naive),
        };
        let events = naive.apply(&sequenced);
        count_strategies(&naive, &events, &mut tally);
        if let Err(wrong) = naive.audit() {
            panic!("seed {seed}, {sequenced:?} broke it: {wrong}\n{events:#?}");
        }
        count(&sequenced.command, &events, &mut tally);
    }
    tally
}

/// Counts the orders that have nothing but a strategy.
fn count_strategies(naive: &Naive, events: &[Event], tally: &mut Tally) {
    for event in events {
        if let Event::OrderInstructed(order) = event
            && order.instructions.are_plain()
            && order.instructions != Instructions::NONE
        {
            *tally.entry("strategy alone".to_owned()).or_default() += 1;
            if naive.markets[usize::from(order.market.0)].phase != Phase::Continuous {
                let label = "strategy alone outside trading".to_owned();
                *tally.entry(label).or_default() += 1;
            }
        }
    }
}

fn count(command: &Command, events: &[Event], tally: &mut Tally) {
    let mut add = |label: String| *tally.entry(label).or_default() += 1;
    let mut started = 0;
    let mut triggered = BTreeSet::new();
    let mut replaced = 0;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Rejected { reason } | Event::ReplacePlaceRejected { reason } => {
                add(format!("rejected {}", reason.name()));
            }
            Event::OrderTriggered(order) => {
                triggered.insert(order.order);
                started += 1;
                add("triggered".to_owned());
                if order.pegged.is_some() {
                    add("started at its peg".to_owned());
                }
            }
            Event::OrderActivated(_) => add("activated".to_owned()),
            Event::CountdownExpired { .. } => add("countdown ran out".to_owned()),
            Event::OrderRefilled { .. } => {
                add("refilled".to_owned());
                if matches!(events.get(index + 1), Some(Event::MatchPrevented(_))) {
                    add("hidden lots prevented".to_owned());
                }
            }
            Event::OrderClosed(closed) => {
                add(format!("closed {:?}", closed.reason));
                replaced += u32::from(closed.reason == CloseReason::Replaced);
                let is_parked = closed.unbooked.lots() == 0;
                let is_swept = matches!(
                    closed.reason,
                    CloseReason::ExchangeCancelled | CloseReason::Delisted
                );
                if is_parked && is_swept {
                    add(format!("closed {:?} while parked", closed.reason));
                }
                if triggered.contains(&closed.order) {
                    add(format!("closed {:?} after its trigger", closed.reason));
                }
            }
            Event::ListAccepted(list) => add(format!("list {}", name(list.kind))),
            Event::ListClosed { .. } => {
                add("list closed".to_owned());
                if is_cancel_list(command) {
                    add("list cancelled by CancelList".to_owned());
                }
            }
            Event::DueStarted { left, .. } => {
                add("StartDue".to_owned());
                if 0 < *left {
                    add("StartDue leaves some".to_owned());
                }
            }
            Event::OrderAmended(_) => add("amended".to_owned()),
            Event::OrderRequeued(requeued) => {
                add("requeued".to_owned());
                if requeued.price == requeued.previous_price {
                    add("requeued at its price".to_owned());
                    if requeued.qty < requeued.previous_qty {
                        add("iceberg requeued".to_owned());
                    }
                }
                if requeued.unbooked < requeued.previous_qty {
                    add("requeued partly filled".to_owned());
                }
                match events.get(index + 1) {
                    Some(Event::Traded(_)) => add("requeued and traded".to_owned()),
                    Some(Event::MatchPrevented(_)) => add("requeued and prevented".to_owned()),
                    _ => {}
                }
            }
            Event::WaitingAmended(amended) => count_waiting(amended, &mut add),
            Event::IcebergAmended { .. } => add("iceberg shows another part".to_owned()),
            Event::HoldShifted(shifted) if shifted.release < shifted.hold => {
                add("holds more beside its partner".to_owned());
            }
            Event::HoldShifted(_) => add("holds less beside its partner".to_owned()),
            Event::Approved {
                others: Others::NONE,
                ..
            } => add("approved".to_owned()),
            Event::Approved { .. } => add("approved by several".to_owned()),
            Event::BalanceAdjusted(adjustment) => {
                let is_gain = 0 < adjustment.amount.units();
                add(format!("adjusted {}", if is_gain { "up" } else { "down" }));
            }
            Event::Repeated { .. } if matches!(command, Command::Approved { .. }) => {
                add("approval repeated".to_owned());
            }
            Event::AllowanceUsed {
                is_beyond: true, ..
            } => add("deposited beyond the allowance".to_owned()),
            Event::OrderLimitsChanged { .. } => add("limits set".to_owned()),
            Event::OwnerStateChanged { state, .. } => add(format!("{state:?} by its owner")),
            Event::Transferred { .. } if is_by_master(command) => {
                add("transferred by its master".to_owned());
            }
            _ => {}
        }
    }
    if 1 < started {
        add("several started by one command".to_owned());
    }
    if 1 < replaced {
        add("closed Replaced of two".to_owned());
    }
}

const fn name(kind: ListKind) -> &'static str {
    match kind {
        ListKind::OneCancelsOther => "OneCancelsOther",
        ListKind::OneTriggersOther => "OneTriggersOther",
        ListKind::OneTriggersOneCancelsOther => "OneTriggersOneCancelsOther",
    }
}

const fn is_by_master(command: &Command) -> bool {
    matches!(
        command,
        Command::Client {
            action: Action::TransferBetween(_),
            ..
        }
    )
}

const fn is_cancel_list(command: &Command) -> bool {
    matches!(
        command,
        Command::Client {
            action: Action::CancelList(_),
            ..
        }
    )
}

fn count_waiting(amended: &WaitingAmended, add: &mut impl FnMut(String)) {
    add("waits otherwise".to_owned());
    let price = |awaited: Awaited| awaited.0.and_then(|condition| condition.price());
    let delta = |awaited: Awaited| awaited.0.and_then(|condition| condition.delta());
    if price(amended.awaited) != price(amended.previous) {
        add("waits for another price".to_owned());
    }
    if delta(amended.awaited) != delta(amended.previous) {
        add("trails by another delta".to_owned());
    }
    if amended.awaited.0.is_none() {
        add("waits otherwise for its list alone".to_owned());
    }
    match amended.hold.cmp(&amended.release) {
        Ordering::Greater => add("holds more while it waits".to_owned()),
        Ordering::Less => add("holds less while it waits".to_owned()),
        Ordering::Equal => {}
    }
}
