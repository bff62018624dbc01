//! What an owner reads of orders with instructions.

use crate::exchange::{ALICE, BOB, BTC, BTCUSDT, Exchange, FUNDS, USDT, amount, limit, price, qty};
use crate::script::{Scripted, showing, stop};
use model::account::Wallet;
use model::event::{Event, Party, Traded};
use model::id::{MarketId, OrderId, TradeId};
use model::instrument::{Cause, OrderLimits};
use model::number::{Amount, BasisPoints};
use model::order::{CloseReason, Condition, OrderKind, Purpose, Side, Trigger};
use views::change::{Change, OrderChange};
use views::depth::Level;
use views::limits::Limits;
use views::order::{Instructed, OrderStatus, Stage};

const DAY_SECONDS: i64 = 86_400;

/// A sell of five lots at 90.
fn sell(order: u64) -> Scripted {
    Scripted {
        order: OrderId(order),
        account: ALICE,
        side: Side::Sell,
        kind: limit(5, 90),
    }
}

fn market_buy(order: u64) -> Scripted {
    Scripted {
        order: OrderId(order),
        account: BOB,
        side: Side::Buy,
        kind: OrderKind::Market { qty: qty(5) },
    }
}

/// Returns an exchange where Alice's order waits for a price of 95.
fn waiting() -> Exchange {
    let mut exchange = Exchange::open();
    exchange.say(vec![
        sell(1).accepted(5_000_000),
        sell(1).instructed(stop(95)),
    ]);
    exchange
}

fn stage(exchange: &Exchange, order: u64) -> Option<Stage> {
    let order = exchange.order(OrderId(order));
    order.instructed.map(|instructed| instructed.stage)
}

#[test]
fn a_plain_order_has_no_instructions() {
    let mut exchange = Exchange::open();
    let order = exchange.sell(ALICE, 5, 90);
    assert_eq!(order.instructed, None);
}

#[test]
fn an_order_that_waits_is_new_and_not_working() {
    let exchange = waiting();
    let order = exchange.order(OrderId(1));
    assert_eq!(order.status(), OrderStatus::New);
    assert_eq!(order.working_at, None);
    assert_eq!(
        order.instructed,
        Some(Instructed {
            instructions: stop(95),
            list: None,
            stage: Stage::Waiting,
            trailing_since: None,
        })
    );
    assert_eq!(exchange.views.open_orders(ALICE), [order]);
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS - 5_000_000, 5_000_000));
    let what = OrderChange::Instructed;
    assert_eq!(exchange.changes.last(), Some(&change(1, what)));
}

fn change(order: u64, what: OrderChange) -> Change {
    Change::Order {
        account: ALICE,
        market: BTCUSDT,
        order: OrderId(order),
        what,
    }
}

#[test]
fn a_triggered_order_takes_the_new_hold_for_the_old_one_and_rests() {
    let mut exchange = waiting();
    exchange.wait_seconds(3);
    exchange.say(vec![
        sell(1).triggered(5_000_000, 4_000_000),
        sell(1).rested(90, 5),
    ]);
    assert_eq!(stage(&exchange, 1), Some(Stage::Working));
    let order = exchange.order(OrderId(1));
    assert_eq!(order.working_at, Some(exchange.at));
    assert_eq!(order.updated_at, exchange.at);
    assert!(order.created_at < exchange.at);
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS - 4_000_000, 4_000_000));
    let balance = Change::Balance {
        account: ALICE,
        wallet: Wallet::Spot,
        asset: BTC,
        available: amount(FUNDS - 4_000_000),
        held: amount(4_000_000),
    };
    let triggered = [change(1, OrderChange::Triggered), balance];
    assert_eq!(exchange.changes[..2], triggered);
}

#[test]
fn the_same_hold_changes_no_balance() {
    let mut exchange = waiting();
    exchange.say(vec![sell(1).triggered(5_000_000, 5_000_000)]);
    assert_eq!(exchange.changes, [change(1, OrderChange::Triggered)]);
}

#[test]
fn an_order_that_could_not_start_ends_with_its_old_hold() {
    let mut exchange = waiting();
    exchange.say(vec![sell(1).closed(CloseReason::NotPlaceable, 5_000_000)]);
    let order = exchange.order(OrderId(1));
    assert_eq!(order.status(), OrderStatus::Expired);
    assert_eq!(order.working_at, None);
    assert_eq!(stage(&exchange, 1), Some(Stage::Waiting));
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS, 0));
}

/// Five lots at 90 from Alice's order 2 to Bob's market order 1.
fn traded() -> Event {
    let party = |scripted: Scripted| Party {
        account: scripted.account,
        order: scripted.order,
        fee: Amount::ZERO,
    };
    Event::Traded(Traded {
        market: BTCUSDT,
        trade: TradeId(1),
        price: price(90),
        qty: qty(5),
        quote: amount(4_500_000),
        base: amount(5_000_000),
        taker_side: Side::Buy,
        maker: party(sell(2)),
        taker: party(market_buy(1)),
        maker_rebate: Amount::ZERO,
        buyer_release: amount(500_000),
    })
}

#[test]
fn a_due_market_order_trades_though_another_order_came_after_it() {
    let mut exchange = Exchange::open();
    exchange.say(vec![
        market_buy(1).accepted(6_000_000),
        market_buy(1).instructed(stop(80)),
    ]);
    exchange.wait_seconds(1);
    exchange.say(vec![
        sell(2).accepted(5_000_000),
        sell(2).rested(90, 5),
        sell(3).accepted(1_000_000),
        sell(3).closed(CloseReason::ImmediateRemainder, 1_000_000),
        market_buy(1).triggered(6_000_000, 5_000_000),
        traded(),
        sell(2).closed(CloseReason::Filled, 0),
        market_buy(1).closed(CloseReason::Filled, 0),
    ]);
    let order = exchange.order(OrderId(1));
    assert_eq!(order.status(), OrderStatus::Filled);
    assert_eq!(order.working_at, Some(exchange.at));
    let fills = exchange.views.fills(BTCUSDT, OrderId(1), TradeId(0), 9);
    assert_eq!(fills.len(), 1);
    assert_eq!(exchange.balance(BOB, USDT), (FUNDS - 4_500_000, 0));
    assert_eq!(exchange.balance(ALICE, BTC), (FUNDS - 5_000_000, 0));
}

#[test]
fn an_iceberg_refills_its_level_and_changes_nothing_else() {
    let mut exchange = Exchange::open();
    exchange.say(vec![
        sell(1).accepted(5_000_000),
        sell(1).instructed(showing(2)),
        sell(1).rested(90, 2),
    ]);
    assert_eq!(stage(&exchange, 1), Some(Stage::Working));
    let order = exchange.order(OrderId(1));
    exchange.wait_seconds(1);
    exchange.say(vec![sell(1).refilled(90, 3)]);
    assert_eq!(exchange.order(OrderId(1)), order);
    let market = exchange.views.market(BTCUSDT).expect("it is listed");
    let level = Level {
        price: price(90),
        lots: 5,
    };
    assert_eq!(market.depth(9).asks, [level]);
    let level = Change::Level {
        market: BTCUSDT,
        side: Side::Sell,
        price: price(90),
        lots: 5,
        update: 2,
    };
    assert_eq!(exchange.changes, [level, Change::Top { market: BTCUSDT }]);
}

#[test]
fn an_amended_iceberg_shows_its_new_part() {
    let mut exchange = Exchange::open();
    exchange.say(vec![
        sell(1).accepted(5_000_000),
        sell(1).instructed(showing(2)),
        sell(1).rested(90, 2),
    ]);
    exchange.say(vec![sell(1).shows_otherwise(2, 1)]);
    let order = exchange.order(OrderId(1)).instructed;
    assert_eq!(order.expect("an iceberg").instructions, showing(1));
}

#[test]
fn every_question_about_orders_tells_the_instructions() {
    let exchange = waiting();
    let order = exchange.order(OrderId(1));
    assert!(order.instructed.is_some());
    let views = &exchange.views;
    assert_eq!(views.order_of(ALICE, BTCUSDT, order.client_id), Some(order));
    assert_eq!(views.open_orders_in(ALICE, BTCUSDT), [order]);
    assert_eq!(views.newest_orders(ALICE, BTCUSDT, 9), [order]);
    assert_eq!(views.orders_from(ALICE, BTCUSDT, OrderId(0), 9), [order]);
}

#[test]
fn instructions_are_kept_as_long_as_their_order() {
    let mut exchange = waiting();
    exchange.wait_seconds(9 * DAY_SECONDS);
    exchange.say(vec![Event::Ticked]);
    assert_eq!(stage(&exchange, 1), Some(Stage::Waiting));
    exchange.say(vec![sell(1).closed(CloseReason::Cancelled, 5_000_000)]);
    exchange.wait_seconds(DAY_SECONDS);
    exchange.say(vec![Event::Ticked]);
    assert_eq!(stage(&exchange, 1), Some(Stage::Waiting));
    assert_eq!(exchange.views.state().instructed.len(), 1);
    exchange.wait_seconds(1);
    exchange.say(vec![Event::Ticked]);
    assert_eq!(exchange.views.order(BTCUSDT, OrderId(1)), None);
    assert_eq!(exchange.views.state().instructed, []);
}

#[test]
fn instructions_leave_with_an_order_that_full_stores_give_up() {
    let limits = Limits {
        closed_orders_max: 2,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    for order in 1..=5 {
        exchange.say(vec![
            sell(order).accepted(5_000_000),
            sell(order).instructed(stop(95)),
            sell(order).closed(CloseReason::Cancelled, 5_000_000),
        ]);
    }
    let kept = exchange.views.state().instructed;
    let kept: Vec<u64> = kept.iter().map(|row| row.order.0).collect();
    assert_eq!(kept, [4, 5]);
}

#[test]
fn a_market_has_the_limits_of_a_new_one_until_they_are_changed() {
    let mut exchange = Exchange::open();
    let limits = |exchange: &Exchange, market: MarketId| {
        *exchange
            .views
            .market(market)
            .expect("it is listed")
            .limits()
    };
    assert_eq!(limits(&exchange, BTCUSDT), OrderLimits::LISTED);
    let fewer = OrderLimits {
        algo_orders_max: 5,
        ..OrderLimits::LISTED
    };
    exchange.say(vec![Event::OrderLimitsChanged {
        market: BTCUSDT,
        limits: Box::new(fewer),
        cause: Cause::Operator,
    }]);
    assert_eq!(limits(&exchange, BTCUSDT), fewer);
    assert_eq!(limits(&exchange, MarketId(1)), OrderLimits::LISTED);
    let changed = Change::MarketChanged { market: BTCUSDT };
    assert_eq!(exchange.changes, [changed]);
}

#[test]
fn starting_what_is_due_changes_nothing_by_itself() {
    let mut exchange = waiting();
    let mut before = exchange.views.state();
    exchange.say(vec![Event::DueStarted {
        market: BTCUSDT,
        left: 3,
    }]);
    before.sequence = before.sequence.next();
    assert_eq!(exchange.views.state(), before);
    assert_eq!(exchange.changes, []);
}

#[test]
fn a_trail_waits_as_a_stop_does() {
    let mut exchange = Exchange::open();
    let mut instructions = showing(2);
    instructions.trigger = Some(Trigger {
        purpose: Purpose::TakeProfit,
        condition: Condition::Trail {
            delta: BasisPoints::MIN,
        },
    });
    exchange.say(vec![
        sell(1).accepted(5_000_000),
        sell(1).instructed(instructions),
    ]);
    assert_eq!(stage(&exchange, 1), Some(Stage::Waiting));
}
