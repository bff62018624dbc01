//! How long, and how much, the views keep.

use crate::exchange::{ALICE, BOB, BTCUSDT, CAROL, ETH, Exchange, limit};
use model::command::{Action, Command};
use model::id::{AccountId, OrderId, TradeId};
use model::order::Side;
use model::time::Timestamp;
use views::candle::CandleRange;
use views::interval::Interval;
use views::limits::{EXPIRED_PER_TICK_MAX, Limits};
use views::views::Views;

const DAY_SECONDS: i64 = 86_400;

fn closed(exchange: &Exchange, account: AccountId) -> Vec<u64> {
    let orders = exchange
        .views
        .orders_from(account, BTCUSDT, OrderId(0), usize::MAX);
    orders
        .iter()
        .filter(|order| order.closed.is_some())
        .map(|order| order.order.0)
        .collect()
}

/// Places and cancels orders; none of them trades.
fn place_and_cancel(exchange: &mut Exchange, account: AccountId, count: usize) {
    for _ in 0..count {
        let order = exchange.new_order(Side::Buy, limit(1, 10));
        let order = exchange.place(account, order);
        exchange.cancel(&order);
    }
}

#[test]
fn trades_and_closed_orders_leave_after_24_hours() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 100);
    exchange.wait_seconds(10);
    exchange.trade(1, 101);
    exchange.wait_seconds(DAY_SECONDS - 10);
    exchange.tick();
    assert_eq!(closed(&exchange, ALICE), [2, 4]);
    exchange.wait_seconds(1);
    exchange.tick();
    assert_eq!(closed(&exchange, ALICE), [4]);
    assert_eq!(exchange.views.order(BTCUSDT, OrderId(1)), None);
    let market = exchange.views.market(BTCUSDT).expect("it is listed");
    let trades = market.newest_trades(9);
    assert_eq!(trades.len(), 1);
    assert_eq!(trades[0].trade, TradeId(2));
    assert_eq!(market.newest_aggregates(9).len(), 1);
    assert_eq!(exchange.views.newest_own_trades(BOB, BTCUSDT, 9).len(), 1);
}

#[test]
fn the_views_know_until_when_rows_may_be_gone() {
    let mut exchange = Exchange::open();
    assert_eq!(exchange.views.gone_until(), None);
    exchange.trade(1, 100);
    let first = exchange.at;
    exchange.wait_seconds(10);
    exchange.trade(1, 101);
    let second = exchange.at;
    exchange.wait_seconds(DAY_SECONDS - 10);
    exchange.tick();
    assert_eq!(exchange.views.gone_until(), None);
    exchange.wait_seconds(1);
    exchange.tick();
    assert_eq!(exchange.views.gone_until(), Some(first));
    exchange.wait_seconds(10);
    exchange.tick();
    assert_eq!(exchange.views.gone_until(), Some(second));
}

#[test]
fn too_many_closed_orders_are_gone_too() {
    let limits = Limits {
        closed_orders_max: 2,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    place_and_cancel(&mut exchange, ALICE, 2);
    assert_eq!(exchange.views.gone_until(), None);
    let restored = |exchange: &Exchange| {
        let views = Views::restore_within(exchange.views.state(), limits);
        views.expect("a state of views").gone_until()
    };
    assert_eq!(restored(&exchange), Some(exchange.at));
    exchange.wait_seconds(1);
    let at = exchange.at;
    place_and_cancel(&mut exchange, ALICE, 1);
    assert!(exchange.views.gone_until() < Some(at));
    assert!(exchange.views.gone_until().is_some());
}

#[test]
fn views_out_of_a_snapshot_take_for_gone_what_may_be() {
    let mut exchange = Exchange::open();
    exchange.trade(1, 100);
    let restored = |exchange: &Exchange| {
        let views = Views::restore(exchange.views.state());
        views.expect("a state of views").gone_until()
    };
    assert_eq!(restored(&exchange), None);
    exchange.wait_seconds(DAY_SECONDS);
    exchange.tick();
    assert_eq!(restored(&exchange), None);
    exchange.wait_seconds(1);
    exchange.tick();
    assert_eq!(restored(&exchange), Some(exchange.at));
}

#[test]
fn an_open_order_stays_however_old() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 1, 100);
    exchange.wait_seconds(40 * DAY_SECONDS);
    exchange.tick();
    assert_eq!(exchange.views.open_orders(ALICE), [order]);
}

#[test]
fn a_deposit_leaves_24_hours_after_it_ended_and_not_while_it_is_pending() {
    let mut exchange = Exchange::open();
    let deposit = exchange.deposit(CAROL, ETH, 5);
    exchange.command(Command::SeeDeposit(deposit));
    assert_eq!(exchange.views.deposits(CAROL).len(), 4);
    exchange.wait_seconds(DAY_SECONDS + 1);
    exchange.tick();
    let deposits = exchange.views.deposits(CAROL);
    assert_eq!(deposits.len(), 1);
    assert_eq!(deposits[0].deposit, deposit);
    exchange.command(Command::CreditDeposit(deposit));
    exchange.wait_seconds(DAY_SECONDS + 1);
    exchange.tick();
    assert_eq!(exchange.views.deposits(CAROL), []);
}

#[test]
fn one_tick_lets_go_of_no_more_than_its_share() {
    let mut exchange = Exchange::open();
    place_and_cancel(&mut exchange, ALICE, EXPIRED_PER_TICK_MAX + 5);
    exchange.wait_seconds(DAY_SECONDS + 1);
    exchange.tick();
    assert_eq!(closed(&exchange, ALICE).len(), 5);
    exchange.tick();
    assert_eq!(closed(&exchange, ALICE).len(), 0);
}

#[test]
fn a_busy_account_gives_up_its_own_orders_and_not_those_of_others() {
    let limits = Limits {
        closed_orders_max: 20,
        closed_orders_share: 4,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    place_and_cancel(&mut exchange, ALICE, 3);
    place_and_cancel(&mut exchange, BOB, 60);
    assert_eq!(closed(&exchange, ALICE), [1, 2, 3]);
    assert_eq!(closed(&exchange, BOB).len(), 17);
    // Below its share, an account takes the place of the oldest of all: first its own, then Bob's.
    place_and_cancel(&mut exchange, CAROL, 4);
    assert_eq!(closed(&exchange, ALICE), []);
    assert_eq!(closed(&exchange, BOB).len(), 16);
    assert_eq!(closed(&exchange, CAROL).len(), 4);
}

#[test]
fn a_full_store_of_trades_keeps_the_newest() {
    let limits = Limits {
        trades_max: 10,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    for ticks in 100..130 {
        exchange.trade(1, ticks);
    }
    let market = exchange.views.market(BTCUSDT).expect("it is listed");
    let kept: Vec<u64> = market
        .trades_from(TradeId(0), 99)
        .iter()
        .map(|trade| trade.trade.0)
        .collect();
    assert_eq!(kept, (21..=30).collect::<Vec<u64>>());
    assert_eq!(market.newest_aggregates(99).len(), 10);
    assert_eq!(
        exchange.views.newest_own_trades(ALICE, BTCUSDT, 99).len(),
        10
    );
}

#[test]
fn a_full_store_of_candles_keeps_the_newest_and_the_ticker_what_is_left() {
    let limits = Limits {
        short_candles_max: 5,
        long_candles_max: 3,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    for ticks in 100..200 {
        exchange.trade(1, ticks);
        exchange.wait_seconds(60);
    }
    let market = exchange.views.market(BTCUSDT).expect("it is listed");
    let opens = |interval: Interval| {
        let all = CandleRange {
            from: Some(Timestamp::ZERO),
            until: None,
            count: usize::MAX,
        };
        let candles = market.candles(interval, &all, exchange.at);
        candles.first().map(|first| first.open.ticks())
    };
    // Five stored minutes and the two that are pending.
    assert_eq!(opens(Interval::Minute1), Some(193));
    // Three stored periods, of which the last still runs.
    assert_eq!(opens(Interval::Minute3), Some(190));
    assert_eq!(opens(Interval::Hour1), Some(100));
    let day = market.ticker(exchange.at).day.expect("it traded");
    assert_eq!((day.open.ticks(), day.trade_count()), (193, 7));
    assert_eq!(day.base_units, 7_000_000);
    assert_eq!((day.low.ticks(), day.high.ticks()), (193, 199));
}

#[test]
fn a_full_store_of_ended_deposits_keeps_the_newest() {
    let limits = Limits {
        ended_fundings_max: 2,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    let deposits = exchange.views.deposits(CAROL);
    assert_eq!(deposits.len(), 2);
    assert_eq!(exchange.views.deposits(ALICE), []);
    let deposit = exchange.deposit(ALICE, ETH, 5);
    exchange.command(Command::CreditDeposit(deposit));
    assert_eq!(exchange.views.deposits(CAROL), deposits[1..]);
}

#[test]
fn a_forgotten_order_gives_its_name_up() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 1, 100);
    exchange.ask(ALICE, Action::CancelAll { market: BTCUSDT });
    exchange.wait_seconds(DAY_SECONDS + 1);
    exchange.tick();
    let named = exchange.views.order_of(ALICE, BTCUSDT, order.client_id);
    assert_eq!(named, None);
}
