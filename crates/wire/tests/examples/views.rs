//! Rows of what layout 2 added to the state of the views.

use super::{ALICE, BOB, MARKET, client_id, price, qty, time};
use model::id::{ListId, OrderId, PreventedMatchId, Sequence};
use model::instrument::{DeltaRange, OrderLimits};
use model::number::BasisPoints;
use model::order::{Condition, Instructions, ListKind, Purpose, SelfTradeMode, Side, Trigger};
use model::snapshot_views::{
    AmendmentViewRow, ConditionChange, InstructedViewRow, ListViewRow, OrderStage,
    PreventedViewRow, PriceChange,
};
use model::strategy::{Strategy, StrategyId};

pub fn limits() -> OrderLimits {
    let delta = |points| BasisPoints::new(points).expect("legal");
    OrderLimits {
        algo_orders_max: 5,
        iceberg_orders_max: 6,
        iceberg_parts_max: 10,
        order_lists_max: 20,
        order_amends_max: 11,
        trailing_above: DeltaRange {
            min: delta(10),
            max: delta(2_000),
        },
        trailing_below: DeltaRange {
            min: delta(11),
            max: delta(2_001),
        },
    }
}

/// Every stage and condition, with an iceberg, with a list, and with neither of them.
pub fn instructed() -> Vec<InstructedViewRow> {
    let delta = BasisPoints::new(150).expect("legal");
    let activation = price(6_512_350);
    let row =
        |order, trigger: Option<Condition>, iceberg: Option<i64>, list: Option<u64>, stage| {
            InstructedViewRow {
                market: MARKET,
                order: OrderId(order),
                instructions: Instructions {
                    peg: None,
                    strategy: match order {
                        42 => super::strategy(),
                        44 => Strategy {
                            id: StrategyId::new(0),
                            kind: None,
                        },
                        _ => Strategy::NONE,
                    },
                    trigger: trigger.map(|condition| Trigger {
                        purpose: Purpose::TakeProfit,
                        condition,
                    }),
                    iceberg: iceberg.map(qty),
                },
                list: list.map(ListId),
                stage,
                trailing_since: (order == 43).then_some((Sequence(812), time(3))),
            }
        };
    let stop = Condition::Stop { price: activation };
    let trail = Condition::Trail { delta };
    let trail_from = Condition::TrailFrom { activation, delta };
    vec![
        row(41, Some(stop), Some(4), Some(7), OrderStage::Pending),
        row(42, Some(trail), None, None, OrderStage::Waiting),
        row(43, Some(trail_from), None, Some(6), OrderStage::Working),
        row(44, None, None, Some(6), OrderStage::Working),
    ]
}

pub fn open_lists() -> Vec<ListViewRow> {
    vec![list(7, ListKind::OneTriggersOneCancelsOther)]
}

pub fn closed_lists() -> Vec<ListViewRow> {
    vec![
        list(6, ListKind::OneTriggersOther),
        list(5, ListKind::OneCancelsOther),
    ]
}

fn list(number: u64, kind: ListKind) -> ListViewRow {
    ListViewRow {
        list: ListId(number),
        market: MARKET,
        account: ALICE,
        kind,
        client_id: client_id("list"),
        first_order: OrderId(41),
        created_at: time(-7),
        updated_at: time(-6),
    }
}

pub fn prevented() -> Vec<PreventedViewRow> {
    vec![PreventedViewRow {
        market: MARKET,
        prevented: PreventedMatchId(5),
        maker_order: OrderId(41),
        taker_order: OrderId(42),
        maker_account: ALICE,
        taker_account: BOB,
        price: price(6_512_345),
        mode: SelfTradeMode::Decrement,
        maker_qty: qty(1),
        taker_qty: qty(2),
        taker_side: Side::Sell,
        at: time(-2),
    }]
}

pub fn amendments() -> Vec<AmendmentViewRow> {
    let kept = AmendmentViewRow {
        sequence: Sequence(900),
        at: time(-3),
        market: MARKET,
        order: OrderId(41),
        account: ALICE,
        qty_before: qty(12),
        qty_after: qty(10),
        client_id: client_id("first"),
        previous_client_id: client_id("before"),
        price: None,
        condition: None,
    };
    let queued_again = AmendmentViewRow {
        sequence: Sequence(901),
        price: Some(PriceChange {
            before: price(6_512_345),
            after: price(6_512_340),
        }),
        ..kept
    };
    let waits_otherwise = AmendmentViewRow {
        sequence: Sequence(902),
        price: None,
        condition: Some(ConditionChange {
            before: Condition::Stop {
                price: price(6_512_345),
            },
            after: Condition::TrailFrom {
                activation: price(6_512_340),
                delta: BasisPoints::new(77).expect("a delta"),
            },
        }),
        ..kept
    };
    vec![kept, queued_again, waits_otherwise]
}
