//! What the book does, told in small examples.

use crate::book::Book;
use crate::order::{Parked, Resting};
use crate::take::{Step, Taker};
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};
use std::fmt::Write;

/// Plays a script and compares what it says with what was expected, line by line.
///
///     rest   <order> <side> <qty> <price> <group> [shows <qty>]
///     park   <order> <group>
///     unpark <order>
///     find   <order>
///     probe  <side> <qty> <price> <group> <mode>
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
        ["rest", ref order @ ..] => rest(book, order),
        ["park", order, group] => {
            book.park(Parked {
                order: OrderId(number(order) as u64),
                account: AccountId(number(group) as u32),
                group: TradeGroupId(number(group) as u32),
            });
        }
        ["unpark", order] => {
            let slot = book.find(OrderId(number(order) as u64)).expect("it waits");
            book.unpark(slot);
        }
        ["find", order] => {
            let found = match book.find(OrderId(number(order) as u64)) {
                None => "gone",
                Some(slot) if book.is_parked(slot) => "parked",
                Some(_) => "resting",
            };
            writeln!(told, "{order} is {found}").expect("to memory");
        }
        ["probe", ref taker @ ..] => probe(book, &self::taker(taker), told),
        ["take", ref taker @ ..] => take(book, &self::taker(taker), told),
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

fn rest(book: &mut Book, words: &[&str]) {
    let (order, side, qty, price, group, shown_max) = match *words {
        [order, side, qty, price, group] => (order, side, qty, price, group, None),
        [order, side, qty, price, group, "shows", shown_max] => {
            (order, side, qty, price, group, Some(shown_max))
        }
        _ => panic!("no such order: {words:?}"),
    };
    let resting = Resting {
        order: OrderId(number(order) as u64),
        account: AccountId(number(group) as u32),
        group: TradeGroupId(number(group) as u32),
        side: self::side(side),
        price: self::price(price),
        open: self::qty(qty),
    };
    match shown_max {
        None => book.rest(resting),
        Some(shown_max) => book.rest_iceberg(resting, self::qty(shown_max)),
    };
}

fn taker(words: &[&str]) -> Taker {
    let [side, qty, price, group, mode] = *words else {
        panic!("no such taker: {words:?}");
    };
    Taker {
        side: self::side(side),
        limit: self::price(price),
        qty: self::qty(qty),
        group: TradeGroupId(number(group) as u32),
        self_trade: self_trade(mode),
    }
}

fn probe(book: &Book, taker: &Taker, told: &mut String) {
    let probe = book.probe(taker);
    writeln!(
        told,
        "would fill {} prevent {} for {} {:?}",
        probe.filled.lots(),
        probe.prevented.lots(),
        probe.value,
        probe.stopped
    )
    .expect("to memory");
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
            Step::Refilled {
                order, price, qty, ..
            } => writeln!(
                told,
                "refilled {} {} at {}",
                order.0,
                qty.lots(),
                price.ticks()
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

#[test]
fn an_iceberg_shows_a_part_and_refills_at_the_end_of_its_queue() {
    check(
        "
        rest 1 sell 10 101 1 shows 4
        rest 2 sell 5 101 2
        show sell
        take buy 4 101 9 none
        show sell
        take buy 6 101 9 none
        show sell
        ",
        "
        101 open 9: 1 2
        fill 1 4 at 101 left 6
        refilled 1 4 at 101
        left 0 filled 4 prevented 0 Filled
        101 open 9: 2 1
        fill 2 5 at 101 left 0
        fill 1 1 at 101 left 5
        left 0 filled 6 prevented 0 Filled
        101 open 3: 1
        ",
    );
}

#[test]
fn a_taker_larger_than_the_display_meets_the_iceberg_again() {
    check(
        "
        rest 1 sell 10 101 1 shows 4
        rest 2 sell 5 101 2
        rest 3 sell 5 102 2
        take buy 17 102 9 none
        show sell
        ",
        "
        fill 1 4 at 101 left 6
        refilled 1 4 at 101
        fill 2 5 at 101 left 0
        fill 1 4 at 101 left 2
        refilled 1 2 at 101
        fill 1 2 at 101 left 0
        fill 3 2 at 102 left 3
        left 0 filled 17 prevented 0 Filled
        102 open 3: 3
        ",
    );
}

#[test]
fn icebergs_of_one_price_take_turns() {
    check(
        "
        rest 1 buy 4 100 1 shows 2
        rest 2 buy 3 100 2 shows 2
        take sell 7 100 9 none
        show buy
        ",
        "
        fill 1 2 at 100 left 2
        refilled 1 2 at 100
        fill 2 2 at 100 left 1
        refilled 2 1 at 100
        fill 1 2 at 100 left 0
        fill 2 1 at 100 left 0
        left 0 filled 7 prevented 0 Filled
        ",
    );
}

#[test]
fn an_iceberg_may_show_all_that_it_has() {
    check(
        "
        rest 1 sell 5 101 1 shows 9
        show sell
        take buy 6 101 9 none
        ",
        "
        101 open 5: 1
        fill 1 5 at 101 left 0
        left 1 filled 5 prevented 0 BookEmpty
        ",
    );
}

#[test]
fn expire_maker_ends_an_iceberg_with_all_that_it_hid() {
    check(
        "
        rest 1 sell 10 101 9 shows 4
        rest 2 sell 5 101 1
        take buy 3 101 9 expire_maker
        show sell
        find 1
        ",
        "
        refilled 1 6 at 101
        prevented 1 maker 10 taker 0 left 0
        fill 2 3 at 101 left 2
        left 0 filled 3 prevented 0 Filled
        101 open 2: 2
        1 is gone
        ",
    );
}

#[test]
fn expire_maker_refills_nothing_where_nothing_is_hidden() {
    check(
        "
        rest 1 sell 4 101 9 shows 4
        take buy 3 101 9 expire_maker
        ",
        "
        prevented 1 maker 4 taker 0 left 0
        left 3 filled 0 prevented 0 BookEmpty
        ",
    );
}

#[test]
fn expire_both_ends_an_iceberg_and_the_taker() {
    check(
        "
        rest 1 sell 10 101 9 shows 4
        take buy 3 101 9 expire_both
        show sell
        ",
        "
        refilled 1 6 at 101
        prevented 1 maker 10 taker 3 left 0
        left 0 filled 0 prevented 3 SelfTrade
        ",
    );
}

#[test]
fn expire_taker_leaves_the_iceberg_as_it_stands() {
    check(
        "
        rest 1 sell 10 101 9 shows 4
        take buy 30 101 9 expire_taker
        show sell
        ",
        "
        prevented 1 maker 0 taker 30 left 10
        left 0 filled 0 prevented 30 SelfTrade
        101 open 4: 1
        ",
    );
}

#[test]
fn a_decrement_that_empties_the_display_refills_it() {
    check(
        "
        rest 1 sell 10 101 9 shows 4
        rest 2 sell 5 101 1
        take buy 6 101 9 decrement
        show sell
        ",
        "
        prevented 1 maker 4 taker 4 left 6
        refilled 1 4 at 101
        fill 2 2 at 101 left 3
        left 0 filled 2 prevented 4 Filled
        101 open 7: 2 1
        ",
    );
}

#[test]
fn a_probe_counts_what_is_hidden() {
    check(
        "
        rest 1 sell 10 101 1 shows 4
        rest 2 sell 5 101 9
        rest 3 sell 5 102 1
        probe buy 12 102 8 none
        probe buy 20 102 8 none
        probe buy 21 102 8 none
        probe buy 5 102 9 expire_taker
        ",
        "
        would fill 12 prevent 0 for 1212 Filled
        would fill 20 prevent 0 for 2025 Filled
        would fill 20 prevent 0 for 2025 BookEmpty
        would fill 4 prevent 1 for 404 SelfTrade
        ",
    );
}

#[test]
fn a_removed_iceberg_gives_back_all_that_is_open() {
    check(
        "
        rest 1 sell 10 101 1 shows 4
        take buy 5 101 9 none
        remove 1
        show sell
        rest 2 sell 5 101 1
        show sell
        ",
        "
        fill 1 4 at 101 left 6
        refilled 1 4 at 101
        fill 1 1 at 101 left 5
        left 0 filled 5 prevented 0 Filled
        removed 1 open 5
        101 open 5: 2
        ",
    );
}

#[test]
fn a_parked_order_is_found_and_never_met() {
    check(
        "
        park 1 1
        rest 2 sell 5 101 1
        find 1
        find 2
        show sell
        take buy 9 999 9 none
        find 1
        ",
        "
        1 is parked
        2 is resting
        101 open 5: 2
        fill 2 5 at 101 left 0
        left 4 filled 5 prevented 0 BookEmpty
        1 is parked
        ",
    );
}

#[test]
fn an_order_that_stops_waiting_rests_under_its_id() {
    check(
        "
        park 1 1
        rest 2 sell 5 101 1
        unpark 1
        find 1
        rest 1 sell 3 101 1
        find 1
        show sell
        ",
        "
        1 is gone
        1 is resting
        101 open 8: 2 1
        ",
    );
}
