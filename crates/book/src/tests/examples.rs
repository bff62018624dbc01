//! What the book does, told in small examples.

use crate::book::Book;
use crate::order::Resting;
use crate::take::{Step, Taker};
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};
use std::fmt::Write;

/// Plays a script and compares what it says with what was expected, line by line.
///
///     rest   <order> <side> <qty> <price> <group>
///     take   <side> <qty> <price> <group> <mode>
///     remove <order>
///     reduce <order> <qty>
///     show   <side>
fn check(script: &str, expected: &str) {
    let mut told = String::new();
    let mut book = Book::new(7);
    for line in lines(script) {
        play(&mut book, &line, &mut told);
        assert_eq!(book.audit(), Ok(()), "after {line:?}");
    }
    let told: Vec<String> = lines(&told).map(|words| words.join(" ")).collect();
    let expected: Vec<String> = lines(expected).map(|words| words.join(" ")).collect();
    assert_eq!(told, expected);
}

fn lines(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
}

fn play(book: &mut Book, words: &[&str], told: &mut String) {
    match *words {
        ["rest", order, side, qty, price, group] => {
            book.rest(Resting {
                order: OrderId(number(order) as u64),
                account: AccountId(number(group) as u32),
                group: TradeGroupId(number(group) as u32),
                side: self::side(side),
                price: self::price(price),
                open: self::qty(qty),
            });
        }
        ["take", side, qty, price, group, mode] => take(
            book,
            &Taker {
                side: self::side(side),
                limit: self::price(price),
                qty: self::qty(qty),
                group: TradeGroupId(number(group) as u32),
                self_trade: self_trade(mode),
            },
            told,
        ),
        ["remove", order] => {
            let slot = book.find(OrderId(number(order) as u64)).expect("it rests");
            let resting = book.remove(slot);
            writeln!(told, "removed {} open {}", order, resting.open.lots()).expect("to memory");
        }
        ["reduce", order, by] => {
            let slot = book.find(OrderId(number(order) as u64)).expect("it rests");
            book.reduce(slot, self::qty(by));
        }
        ["show", side] => show(book, self::side(side), told),
        _ => panic!("no such command: {words:?}"),
    }
}

fn take(book: &mut Book, taker: &Taker, told: &mut String) {
    let mut steps = Vec::new();
    let taken = book.take(taker, &mut steps);
    for step in steps {
        match step {
            Step::Fill {
                order,
                price,
                qty,
                maker_left,
                ..
            } => writeln!(
                told,
                "fill {} {} at {} left {}",
                order.0,
                qty.lots(),
                price.ticks(),
                maker_left.lots()
            ),
            Step::Prevented {
                order,
                maker_qty,
                taker_qty,
                maker_left,
                ..
            } => writeln!(
                told,
                "prevented {} maker {} taker {} left {}",
                order.0,
                maker_qty.lots(),
                taker_qty.lots(),
                maker_left.lots()
            ),
        }
        .expect("to memory");
    }
    writeln!(
        told,
        "left {} filled {} prevented {} {:?}",
        taken.left.lots(),
        taken.filled.lots(),
        taken.prevented.lots(),
        taken.stopped
    )
    .expect("to memory");
}

fn show(book: &Book, side: Side, told: &mut String) {
    for level in book.levels(side) {
        write!(told, "{} open {}:", level.price.ticks(), level.open_lots).expect("to memory");
        for (_, resting) in book.orders(side) {
            if resting.price == level.price {
                write!(told, " {}", resting.order.0).expect("to memory");
            }
        }
        writeln!(told).expect("to memory");
    }
}

fn number(text: &str) -> i64 {
    text.parse().expect("a number")
}

fn price(text: &str) -> Price {
    Price::new(number(text)).expect("a legal price")
}

fn qty(text: &str) -> Qty {
    Qty::new(number(text)).expect("a legal quantity")
}

fn side(text: &str) -> Side {
    match text {
        "buy" => Side::Buy,
        "sell" => Side::Sell,
        _ => panic!("no such side: {text}"),
    }
}

fn self_trade(text: &str) -> SelfTradeMode {
    match text {
        "none" => SelfTradeMode::None,
        "expire_taker" => SelfTradeMode::ExpireTaker,
        "expire_maker" => SelfTradeMode::ExpireMaker,
        "expire_both" => SelfTradeMode::ExpireBoth,
        "decrement" => SelfTradeMode::Decrement,
        _ => panic!("no such mode: {text}"),
    }
}

#[test]
fn a_taker_meets_the_best_price_first_and_the_oldest_order_first() {
    check(
        "
        rest 1 sell 5 102 1
        rest 2 sell 5 101 1
        rest 3 sell 5 101 2
        rest 4 sell 5 103 1
        take buy 12 102 9 none
        show sell
        ",
        "
        fill 2 5 at 101 left 0
        fill 3 5 at 101 left 0
        fill 1 2 at 102 left 3
        left 0 filled 12 prevented 0 Filled
        102 open 3: 1
        103 open 5: 4
        ",
    );
}

#[test]
fn a_selling_taker_meets_the_highest_buy_price_first() {
    check(
        "
        rest 1 buy 5 99 1
        rest 2 buy 5 100 1
        take sell 6 99 9 none
        show buy
        ",
        "
        fill 2 5 at 100 left 0
        fill 1 1 at 99 left 4
        left 0 filled 6 prevented 0 Filled
        99 open 4: 1
        ",
    );
}

#[test]
fn a_taker_stops_at_its_limit() {
    check(
        "
        rest 1 sell 5 101 1
        rest 2 sell 5 102 1
        take buy 9 101 9 none
        take buy 9 101 9 none
        ",
        "
        fill 1 5 at 101 left 0
        left 4 filled 5 prevented 0 LimitReached
        left 9 filled 0 prevented 0 LimitReached
        ",
    );
}

#[test]
fn a_taker_stops_at_an_empty_book() {
    check(
        "
        take sell 3 1 9 none
        rest 1 sell 5 101 1
        take buy 9 999 9 none
        ",
        "
        left 3 filled 0 prevented 0 BookEmpty
        fill 1 5 at 101 left 0
        left 4 filled 5 prevented 0 BookEmpty
        ",
    );
}

#[test]
fn a_taker_that_empties_the_book_with_its_last_lot_is_filled() {
    check(
        "
        rest 1 sell 5 101 1
        take buy 5 101 9 none
        show sell
        ",
        "
        fill 1 5 at 101 left 0
        left 0 filled 5 prevented 0 Filled
        ",
    );
}

#[test]
fn a_reduced_order_keeps_its_place_in_the_queue() {
    check(
        "
        rest 1 sell 5 101 1
        rest 2 sell 5 101 1
        reduce 1 3
        show sell
        take buy 3 101 9 none
        ",
        "
        101 open 7: 1 2
        fill 1 2 at 101 left 0
        fill 2 1 at 101 left 4
        left 0 filled 3 prevented 0 Filled
        ",
    );
}

#[test]
fn a_removed_order_leaves_the_others_in_their_order() {
    check(
        "
        rest 1 buy 1 100 1
        rest 2 buy 2 100 1
        rest 3 buy 3 100 1
        rest 4 buy 4 100 1
        remove 2
        show buy
        remove 1
        remove 4
        show buy
        remove 3
        show buy
        ",
        "
        removed 2 open 2
        100 open 8: 1 3 4
        removed 1 open 1
        removed 4 open 4
        100 open 3: 3
        removed 3 open 3
        ",
    );
}

#[test]
fn an_order_that_comes_back_joins_the_end_of_the_queue() {
    check(
        "
        rest 1 buy 1 100 1
        rest 2 buy 1 100 1
        remove 1
        rest 1 buy 1 100 1
        show buy
        ",
        "
        removed 1 open 1
        100 open 2: 2 1
        ",
    );
}

#[test]
fn accounts_of_one_group_trade_where_the_mode_is_none() {
    check(
        "
        rest 1 sell 5 101 9
        take buy 5 101 9 none
        ",
        "
        fill 1 5 at 101 left 0
        left 0 filled 5 prevented 0 Filled
        ",
    );
}

/// An order keeps only the low bits of its group beside its quantity (`MarkedQty`): 9 and 8,201 share them.
#[test]
fn groups_that_share_a_mark_trade_with_each_other() {
    check(
        "
        rest 1 sell 5 101 9
        take buy 5 101 8201 expire_taker
        ",
        "
        fill 1 5 at 101 left 0
        left 0 filled 5 prevented 0 Filled
        ",
    );
}

#[test]
fn expire_taker_ends_the_taker_at_its_own_order() {
    check(
        "
        rest 1 sell 2 101 1
        rest 2 sell 5 101 9
        rest 3 sell 5 101 1
        take buy 8 101 9 expire_taker
        show sell
        ",
        "
        fill 1 2 at 101 left 0
        prevented 2 maker 0 taker 6 left 5
        left 0 filled 2 prevented 6 SelfTrade
        101 open 10: 2 3
        ",
    );
}

#[test]
fn expire_maker_removes_the_own_order_and_goes_on() {
    check(
        "
        rest 1 sell 2 101 9
        rest 2 sell 5 101 1
        rest 3 sell 5 102 9
        take buy 8 102 9 expire_maker
        show sell
        ",
        "
        prevented 1 maker 2 taker 0 left 0
        fill 2 5 at 101 left 0
        prevented 3 maker 5 taker 0 left 0
        left 3 filled 5 prevented 0 BookEmpty
        ",
    );
}

#[test]
fn expire_maker_spares_own_orders_behind_the_last_fill() {
    check(
        "
        rest 1 sell 5 101 1
        rest 2 sell 5 101 9
        take buy 5 101 9 expire_maker
        show sell
        ",
        "
        fill 1 5 at 101 left 0
        left 0 filled 5 prevented 0 Filled
        101 open 5: 2
        ",
    );
}

#[test]
fn expire_both_ends_maker_and_taker() {
    check(
        "
        rest 1 buy 5 100 9
        rest 2 buy 5 100 1
        take sell 8 100 9 expire_both
        show buy
        ",
        "
        prevented 1 maker 5 taker 8 left 0
        left 0 filled 0 prevented 8 SelfTrade
        100 open 5: 2
        ",
    );
}

#[test]
fn decrement_shrinks_both_by_the_smaller_and_goes_on() {
    check(
        "
        rest 1 buy 5 100 9
        rest 2 buy 5 100 1
        take sell 8 100 9 decrement
        show buy
        ",
        "
        prevented 1 maker 5 taker 5 left 0
        fill 2 3 at 100 left 2
        left 0 filled 3 prevented 5 Filled
        100 open 2: 2
        ",
    );
}

#[test]
fn decrement_leaves_the_rest_of_a_larger_maker() {
    check(
        "
        rest 1 buy 5 100 9
        take sell 2 100 9 decrement
        show buy
        ",
        "
        prevented 1 maker 2 taker 2 left 3
        left 0 filled 0 prevented 2 SelfTrade
        100 open 3: 1
        ",
    );
}
