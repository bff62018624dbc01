//! What is read of prevented matches and of amendments.

use crate::exchange::{
    ALICE, ALICES_SUB, BOB, BTCUSDT, ETHBTC, Exchange, limit, named, price, qty,
};
use model::id::{AccountId, PreventedMatchId, Sequence, TradeGroupId};
use model::order::{SelfTradeMode, Side};
use views::amendment::Amendment;
use views::limits::Limits;
use views::order::Order;
use views::prevented::PreventedMatch;

const DAY_SECONDS: i64 = 86_400;

/// Alice's order meets one of her sub-account, which ends.
fn prevent(exchange: &mut Exchange) -> (Order, Order) {
    let maker = exchange.sell(ALICES_SUB, 5, 100);
    let mut order = exchange.new_order(Side::Buy, limit(3, 101));
    order.self_trade = Some(SelfTradeMode::ExpireMaker);
    let taker = exchange.place(ALICE, order);
    exchange.cancel(&taker);
    (maker, taker)
}

fn prevented(exchange: &Exchange, account: AccountId) -> Vec<u64> {
    let first = PreventedMatchId(0);
    let matches = exchange.views.prevented_from(account, BTCUSDT, first, 99);
    matches.iter().map(|row| row.prevented.0).collect()
}

#[test]
fn a_prevented_match_is_read_by_both_its_accounts_and_no_other() {
    let mut exchange = Exchange::open();
    let (maker, taker) = prevent(&mut exchange);
    let views = &exchange.views;
    let first = PreventedMatchId(1);
    let expected = PreventedMatch {
        market: BTCUSDT,
        prevented: first,
        maker_order: maker.order,
        taker_order: taker.order,
        maker_account: ALICES_SUB,
        taker_account: ALICE,
        group: TradeGroupId(ALICE.0),
        price: price(100),
        mode: SelfTradeMode::ExpireMaker,
        maker_qty: qty(5),
        taker_qty: qty(0),
        taker_side: Side::Buy,
        at: exchange.at,
    };
    assert_eq!(views.prevented_match(BTCUSDT, first), Some(expected));
    assert_eq!(views.prevented_match(ETHBTC, first), None);
    for account in [ALICE, ALICES_SUB] {
        assert_eq!(views.prevented_from(account, BTCUSDT, first, 9), [expected]);
        for order in [maker.order, taker.order] {
            let of_order = views.prevented_of_order(account, BTCUSDT, order, first, 9);
            assert_eq!(of_order, [expected]);
        }
    }
    assert_eq!(views.prevented_from(BOB, BTCUSDT, first, 9), []);
    let of_order = views.prevented_of_order(BOB, BTCUSDT, maker.order, first, 9);
    assert_eq!(of_order, []);
}

#[test]
fn prevented_matches_are_listed_from_a_number_on() {
    let mut exchange = Exchange::open();
    for _ in 0..4 {
        prevent(&mut exchange);
    }
    let from = |first, count| -> Vec<u64> {
        let first = PreventedMatchId(first);
        let matches = exchange.views.prevented_from(ALICE, BTCUSDT, first, count);
        matches.iter().map(|row| row.prevented.0).collect()
    };
    assert_eq!(from(2, 2), [2, 3]);
    assert_eq!(from(4, 9), [4]);
    assert_eq!(from(5, 9), []);
}

#[test]
fn prevented_matches_leave_after_24_hours() {
    let mut exchange = Exchange::open();
    prevent(&mut exchange);
    exchange.wait_seconds(10);
    prevent(&mut exchange);
    exchange.wait_seconds(DAY_SECONDS - 10);
    exchange.tick();
    assert_eq!(prevented(&exchange, ALICE), [1, 2]);
    exchange.wait_seconds(1);
    exchange.tick();
    assert_eq!(prevented(&exchange, ALICE), [2]);
    assert_eq!(prevented(&exchange, ALICES_SUB), [2]);
}

#[test]
fn a_full_store_of_prevented_matches_keeps_the_newest() {
    let limits = Limits {
        prevented_max: 3,
        prevented_share: 1,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    for _ in 0..5 {
        prevent(&mut exchange);
    }
    assert_eq!(prevented(&exchange, ALICES_SUB), [3, 4, 5]);
}

fn amended(exchange: &Exchange, order: &Order) -> Vec<(i64, i64)> {
    let first = Sequence(0);
    let rows = exchange
        .views
        .amendments(order.account, BTCUSDT, order.order, first, 99);
    rows.iter()
        .map(|row| (row.qty_before.lots(), row.qty_after.lots()))
        .collect()
}

#[test]
fn an_amendment_is_read_by_the_owner_of_the_order() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 9, 100);
    exchange.sell(BOB, 1, 100);
    exchange.wait_seconds(1);
    exchange.amend(&order, 5, Some(named("smaller")));
    let views = &exchange.views;
    let expected = Amendment {
        market: BTCUSDT,
        order: order.order,
        account: ALICE,
        at: exchange.at,
        sequence: views.sequence(),
        qty_before: qty(9),
        qty_after: qty(5),
        client_id: named("smaller"),
        previous_client_id: order.client_id,
        price: None,
        condition: None,
    };
    let first = Sequence(0);
    let of = |account| views.amendments(account, BTCUSDT, order.order, first, 9);
    assert_eq!(of(ALICE), [expected]);
    assert_eq!(of(BOB), []);
}

#[test]
fn amendments_are_listed_from_a_command_on() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 9, 100);
    let other = exchange.buy(ALICE, 9, 99);
    for lots in [8, 7, 6] {
        exchange.amend(&order, lots, None);
        exchange.amend(&other, lots - 4, None);
    }
    assert_eq!(amended(&exchange, &order), [(9, 8), (8, 7), (7, 6)]);
    let second = Sequence(exchange.views.sequence().0 - 3);
    let rows = exchange
        .views
        .amendments(ALICE, BTCUSDT, order.order, second, 1);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].sequence, rows[0].qty_after), (second, qty(7)));
}

#[test]
fn an_amendment_leaves_after_24_hours_though_its_order_is_open() {
    let mut exchange = Exchange::open();
    let order = exchange.buy(ALICE, 9, 100);
    exchange.amend(&order, 8, None);
    exchange.wait_seconds(10);
    exchange.amend(&order, 7, None);
    exchange.wait_seconds(DAY_SECONDS - 9);
    exchange.tick();
    assert_eq!(amended(&exchange, &order), [(8, 7)]);
}

#[test]
fn a_busy_account_gives_up_its_own_amendments_and_not_those_of_others() {
    let limits = Limits {
        amendments_max: 4,
        amendments_share: 2,
        ..Limits::STANDARD
    };
    let mut exchange = Exchange::open_within(limits);
    let quiet = exchange.buy(BOB, 9, 90);
    exchange.amend(&quiet, 8, None);
    let busy = exchange.buy(ALICE, 9, 100);
    for lots in (1..9).rev() {
        exchange.amend(&busy, lots, None);
    }
    assert_eq!(amended(&exchange, &quiet), [(9, 8)]);
    assert_eq!(amended(&exchange, &busy), [(4, 3), (3, 2), (2, 1)]);
}
