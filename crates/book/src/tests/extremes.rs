//! The ends of every range.

use crate::book::Book;
use crate::order::{Parked, Resting};
use crate::take::{Stopped, Taker};
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};

fn resting(order: u64, side: Side, price: Price, open: Qty) -> Resting {
    Resting {
        order: OrderId(order),
        account: AccountId(1),
        group: TradeGroupId(1),
        side,
        price,
        open,
    }
}

fn taker(side: Side, limit: Price, qty: Qty) -> Taker {
    Taker {
        side,
        limit,
        qty,
        group: TradeGroupId(2),
        self_trade: SelfTradeMode::ExpireMaker,
    }
}

#[test]
fn a_level_holds_more_than_a_word_of_lots() {
    let mut book = Book::new(1);
    let orders: i128 = 40_000;
    for order in 0..orders as u64 {
        book.rest(resting(order, Side::Sell, Price::MAX, Qty::MAX));
    }
    let level = book.levels(Side::Sell).next().expect("one level");
    assert_eq!(level.open_lots, orders << 50);
    assert!(i128::from(u64::MAX) < level.open_lots);
    for order in 0..orders as u64 {
        let slot = book.find(OrderId(order)).expect("it rests");
        book.remove(slot);
    }
    assert_eq!(book.audit(), Ok(()));
    assert!(book.is_empty());
}

#[test]
fn the_dearest_possible_fill_is_exact() {
    let mut book = Book::new(1);
    book.rest(resting(1, Side::Sell, Price::MAX, Qty::MAX));
    let taker = taker(Side::Buy, Price::MAX, Qty::MAX);
    let probe = book.probe(&taker);
    assert_eq!(probe.value, 1 << 100);
    let taken = book.take(&taker, &mut Vec::new());
    assert_eq!((taken.filled, taken.stopped), (Qty::MAX, Stopped::Filled));
}

#[test]
fn the_ends_of_the_price_range_trade_on_both_sides() {
    let lot = Qty::new(1).expect("one lot is legal");
    for price in [Price::MIN, Price::MAX] {
        for side in [Side::Buy, Side::Sell] {
            let mut book = Book::new(1);
            book.rest(resting(1, side, price, lot));
            let taken = book.take(&taker(side.opposite(), price, lot), &mut Vec::new());
            assert_eq!(taken.filled, lot);
            assert!(book.is_empty());
        }
    }
}

#[test]
fn orders_at_every_distance_are_met_in_price_order() {
    let lot = Qty::new(1).expect("one lot is legal");
    let mut book = Book::new(1);
    let mut expected = Vec::new();
    for exponent in 0..=50 {
        let price = Price::new(1 << exponent).expect("a legal price");
        book.rest(resting(exponent, Side::Sell, price, lot));
        expected.push(price);
    }
    let levels: Vec<Price> = book.levels(Side::Sell).map(|level| level.price).collect();
    assert_eq!(levels, expected);
    assert_eq!(book.audit(), Ok(()));
}

#[test]
fn a_taker_of_nothing_does_nothing() {
    let mut book = Book::new(1);
    book.rest(resting(1, Side::Sell, Price::MIN, Qty::MAX));
    let mut steps = Vec::new();
    let taker = taker(Side::Buy, Price::MAX, Qty::ZERO);
    assert_eq!(book.take(&taker, &mut steps).stopped, Stopped::Filled);
    assert_eq!(book.probe(&taker).stopped, Stopped::Filled);
    assert!(steps.is_empty());
}

#[test]
fn a_budget_below_the_best_price_buys_nothing() {
    let mut book = Book::new(1);
    book.rest(resting(1, Side::Sell, Price::MAX, Qty::MAX));
    for budget in [i128::MIN, -1, 0, (1 << 50) - 1] {
        let probe = book.probe_value(&taker(Side::Buy, Price::MAX, Qty::MAX), budget);
        assert_eq!((probe.filled, probe.stopped), (Qty::ZERO, Stopped::Filled));
    }
}

#[test]
#[should_panic(expected = "is_crossed_by")]
fn an_order_that_would_cross_may_not_rest() {
    let mut book = Book::new(1);
    book.rest(resting(1, Side::Sell, Price::MIN, Qty::MAX));
    book.rest(resting(2, Side::Buy, Price::MIN, Qty::MAX));
}

#[test]
#[should_panic(expected = "by < order.open")]
fn an_order_may_not_be_reduced_to_nothing() {
    let mut book = Book::new(1);
    let slot = book.rest(resting(1, Side::Sell, Price::MIN, Qty::MAX));
    book.reduce(slot, Qty::MAX);
}

#[test]
#[should_panic(expected = "resting.open")]
fn a_slot_may_not_be_removed_twice() {
    let mut book = Book::new(1);
    let slot = book.rest(resting(1, Side::Sell, Price::MIN, Qty::MAX));
    book.remove(slot);
    book.remove(slot);
}

fn parked() -> Parked {
    Parked {
        order: OrderId(1),
        account: AccountId(1),
        group: TradeGroupId(u32::MAX),
    }
}

#[test]
fn a_parked_order_is_no_resting_one() {
    let mut book = Book::new(1);
    let slot = book.park(parked());
    assert!(book.is_empty() && book.is_parked(slot) && !book.is_iceberg(slot));
    assert_eq!((book.parked_len(), book.parked(slot)), (1, parked()));
    assert_eq!(book.unpark(slot), parked());
    assert!(!book.is_parked(slot));
    assert_eq!(book.parked_len(), 0);
}

#[test]
#[should_panic(expected = "is_parked")]
fn a_parked_order_may_not_be_read_as_a_resting_one() {
    let mut book = Book::new(1);
    let slot = book.park(parked());
    book.get(slot);
}

#[test]
#[should_panic(expected = "is_parked")]
fn a_parked_order_may_not_be_removed() {
    let mut book = Book::new(1);
    let slot = book.park(parked());
    book.remove(slot);
}

#[test]
#[should_panic(expected = "is_plain")]
fn a_parked_order_may_not_be_reduced() {
    let mut book = Book::new(1);
    let slot = book.park(parked());
    book.reduce(slot, Qty::MAX);
}

#[test]
#[should_panic(expected = "is_parked")]
fn an_order_may_not_be_unparked_twice() {
    let mut book = Book::new(1);
    let slot = book.park(parked());
    book.unpark(slot);
    book.unpark(slot);
}

#[test]
#[should_panic(expected = "is_parked")]
fn an_iceberg_may_not_be_unparked() {
    let mut book = Book::new(1);
    let slot = book.rest_iceberg(resting(1, Side::Sell, Price::MIN, Qty::MAX), Qty::MAX);
    book.unpark(slot);
}

#[test]
#[should_panic(expected = "is_plain")]
fn an_iceberg_may_not_be_reduced() {
    let mut book = Book::new(1);
    let lot = Qty::new(1).expect("one lot is legal");
    let slot = book.rest_iceberg(resting(1, Side::Sell, Price::MIN, Qty::MAX), Qty::MAX);
    book.reduce(slot, lot);
}

#[test]
fn the_largest_iceberg_is_exact() {
    let mut book = Book::new(1);
    let half = Qty::new(1 << 49).expect("a legal quantity");
    let slot = book.rest_iceberg(resting(1, Side::Sell, Price::MAX, Qty::MAX), half);
    assert_eq!((book.shown(slot), book.get(slot).open), (half, Qty::MAX));
    let taker = taker(Side::Buy, Price::MAX, Qty::MAX);
    assert_eq!(book.probe(&taker).value, 1 << 100);
    assert_eq!(book.take(&taker, &mut Vec::new()).filled, Qty::MAX);
    assert!(book.is_empty() && book.icebergs() == 0);
}
