//! Orders that wait, hide or depend on each other, out of a tape.

use super::choice::{cause, client_id, market, new_order, order_kind, replace, self_trade};
use super::tape::Tape;
use model::command::{
    Action, CancelList, Command, InstructedOrder, InstructedReplace, Leg, Legs, NewList,
};
use model::id::ListId;
use model::instrument::{DeltaRange, OrderLimits};
use model::number::{BasisPoints, Qty};
use model::order::{
    Condition, Instructions, ListRef, OrderKind, Purpose, Side, TimeInForce, Trigger,
};
use model::strategy::{Strategy, StrategyId, StrategyKind};

pub fn action(tape: &mut Tape<'_>) -> Action {
    match tape.byte() % 16 {
        0..=7 => Action::PlaceInstructed(Box::new(InstructedOrder {
            order: new_order(tape),
            instructions: instructions(tape),
        })),
        8..=9 => Action::ReplaceInstructed(Box::new(InstructedReplace {
            replace: replace(tape),
            instructions: instructions(tape),
        })),
        10..=14 => Action::PlaceList(Box::new(list(tape))),
        _ => Action::CancelList(CancelList {
            market: market(tape),
            list: list_ref(tape),
        }),
    }
}

pub fn set_order_limits(tape: &mut Tape<'_>) -> Command {
    let mut few = || match tape.byte() {
        few @ 0..16 => u32::from(few),
        _ => u32::MAX,
    };
    let limits = OrderLimits {
        algo_orders_max: few(),
        iceberg_orders_max: few(),
        order_lists_max: few(),
        order_amends_max: few(),
        iceberg_parts_max: u32::from(tape.byte()) % 102,
        trailing_above: range(tape),
        trailing_below: range(tape),
    };
    Command::SetOrderLimits {
        market: market(tape),
        limits: Box::new(limits),
        cause: cause(tape),
    }
}

fn range(tape: &mut Tape<'_>) -> DeltaRange {
    match tape.byte() {
        0..200 => DeltaRange::ALL,
        _ => DeltaRange {
            min: delta(tape),
            max: delta(tape),
        },
    }
}

fn instructions(tape: &mut Tape<'_>) -> Instructions {
    let choice = tape.byte() % 9;
    Instructions {
        peg: None,
        strategy: strategy(tape),
        trigger: (choice < 6).then(|| trigger(tape)),
        iceberg: (5..8).contains(&choice).then(|| shown(tape)),
    }
}

fn strategy(tape: &mut Tape<'_>) -> Strategy {
    let choice = tape.byte() % 8;
    Strategy {
        id: StrategyId::new(7).filter(|_| choice == 1 || choice == 2),
        kind: Some(StrategyKind::MIN).filter(|_| choice == 2 || choice == 3),
    }
}

fn trigger(tape: &mut Tape<'_>) -> Trigger {
    Trigger {
        purpose: tape.pick(&[Purpose::StopLoss, Purpose::TakeProfit]),
        condition: condition(tape),
    }
}

fn condition(tape: &mut Tape<'_>) -> Condition {
    match tape.byte() % 4 {
        0 | 1 => Condition::Stop {
            price: tape.price(),
        },
        2 => Condition::Trail { delta: delta(tape) },
        _ => Condition::TrailFrom {
            activation: tape.price(),
            delta: delta(tape),
        },
    }
}

pub fn delta(tape: &mut Tape<'_>) -> BasisPoints {
    let points = match tape.byte() {
        small @ 0..200 => u64::from(small),
        _ => tape.number(),
    };
    let points = u16::try_from(points % 10_000).unwrap_or(0);
    BasisPoints::new(points).unwrap_or(BasisPoints::MIN)
}

fn shown(tape: &mut Tape<'_>) -> Qty {
    Qty::new(i64::from(tape.byte() % 64)).unwrap_or(Qty::ZERO)
}

fn list(tape: &mut Tape<'_>) -> NewList {
    let legs = match tape.byte() % 3 {
        0 => Legs::OneCancelsOther { pair: pair(tape) },
        1 => Legs::OneTriggersOther {
            working: working(tape),
            pending: any_leg(tape),
        },
        _ => Legs::OneTriggersOneCancelsOther {
            working: working(tape),
            pending: pair(tape),
        },
    };
    NewList {
        market: market(tape),
        client_id: client_id(tape),
        self_trade: self_trade(tape),
        legs,
    }
}

fn any_leg(tape: &mut Tape<'_>) -> Leg {
    let side = tape.pick(&[Side::Buy, Side::Sell]);
    let kind = order_kind(tape);
    let is_plain = tape.byte().is_multiple_of(2);
    let instructions = if is_plain {
        Instructions::NONE
    } else {
        instructions(tape)
    };
    leg(tape, side, kind, instructions)
}

/// A leg that may work, mostly.
fn working(tape: &mut Tape<'_>) -> Leg {
    let side = tape.pick(&[Side::Buy, Side::Sell]);
    let kind = order_kind(tape);
    leg(tape, side, kind, Instructions::NONE)
}

/// A limit maker and a stop loss that make a pair, mostly.
fn pair(tape: &mut Tape<'_>) -> [Leg; 2] {
    let side = tape.pick(&[Side::Buy, Side::Sell]);
    let qty = tape.qty();
    let stop_qty = match tape.byte() {
        0..240 => qty,
        _ => tape.qty(),
    };
    let maker = OrderKind::LimitMaker {
        price: tape.price(),
        qty,
    };
    let stop = OrderKind::Limit {
        price: tape.price(),
        qty: stop_qty,
        time_in_force: TimeInForce::GoodTillCancel,
    };
    let stop_loss = Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: Some(Trigger {
            purpose: Purpose::StopLoss,
            condition: condition(tape),
        }),
        iceberg: None,
    };
    let maker = leg(tape, side, maker, Instructions::NONE);
    let stop = leg(tape, side, stop, stop_loss);
    if tape.byte().is_multiple_of(2) {
        [maker, stop]
    } else {
        [stop, maker]
    }
}

fn leg(tape: &mut Tape<'_>, side: Side, kind: OrderKind, instructions: Instructions) -> Leg {
    Leg {
        side,
        kind,
        client_id: client_id(tape),
        instructions,
    }
}

fn list_ref(tape: &mut Tape<'_>) -> ListRef {
    let id = ListId(u64::from(tape.byte() % 16));
    match tape.byte() % 3 {
        0 => ListRef::Id(id),
        1 => ListRef::Client(client_id(tape)),
        _ => ListRef::Both(id, client_id(tape)),
    }
}
