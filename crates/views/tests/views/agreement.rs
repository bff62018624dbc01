//! Whatever the engine says, the views agree with it and with a naive list of its events.

use crate::chance::Chance;
use crate::exchange::{ACCOUNTS, ASSETS, Exchange, MARKETS, paying_terms};
use crate::naive::Naive;
use crate::outside::Outside;
use crate::questions::compare;
use crate::traffic::{Pace, Traffic};
use model::account::Wallet;
use model::event::{Event, Published};
use model::order::Side;
use views::depth::Level;
use views::limits::Limits;
use views::views::Views;

/// How many of the folded events were of each kind that matters.
#[derive(Default, Debug)]
struct Seen {
    trades: usize,
    prevented: usize,
    amended: usize,
    requeued: usize,
    self_trades: usize,
    rebates: usize,
}

impl Seen {
    fn count(&mut self, said: &[Published]) {
        for published in said {
            match published.event {
                Event::Traded(event) => {
                    self.trades += 1;
                    let is_self = event.maker.account == event.taker.account;
                    self.self_trades += usize::from(is_self);
                    self.rebates += usize::from(!event.maker_rebate.is_zero());
                }
                Event::MatchPrevented(_) => self.prevented += 1,
                Event::OrderAmended(_) => self.amended += 1,
                Event::OrderRequeued(_) => self.requeued += 1,
                _ => (),
            }
        }
    }
}

/// Runs random traffic; compares with the engine after every command and with the naive list now and then.
fn check(seeds: std::ops::Range<u64>, pace: Pace, limits: Limits) {
    let mut seen = Seen::default();
    for seed in seeds {
        check_seed(seed, pace, limits, &mut seen);
    }
    assert!(
        300 < seen.trades
            && 100 < seen.prevented
            && 50 < seen.amended
            && 50 < seen.requeued
            && 10 < seen.self_trades
            && 50 < seen.rebates,
        "the traffic proves too little: {seen:?}"
    );
}

fn check_seed(seed: u64, pace: Pace, limits: Limits, seen: &mut Seen) {
    const COMMANDS: u64 = 1_500;
    let mut exchange = Exchange::open_within(limits);
    for market in MARKETS {
        exchange.set_terms(market, paying_terms());
    }
    let mut naive = Naive::new(limits);
    let mut traffic = Traffic::new(seed, pace);
    let mut folded = 0;
    for step in 1..=COMMANDS {
        traffic.step(&mut exchange);
        for published in &exchange.said[folded..] {
            naive.fold(published);
        }
        folded = exchange.said.len();
        agrees_with_engine(&exchange);
        if step % 100 == 0 {
            compare(&exchange, &naive, &mut Chance::new(seed + step));
        }
    }
    seen.count(&exchange.said);
}

/// Compares balances with the ledger, depth with the book and open orders with the engine's.
fn agrees_with_engine(exchange: &Exchange) {
    let (engine, views) = (&exchange.engine, &exchange.views);
    assert_eq!(
        (views.sequence(), views.at()),
        (engine.sequence(), engine.at())
    );
    for account in ACCOUNTS {
        for wallet in [Wallet::Spot, Wallet::Futures] {
            for asset in ASSETS {
                let ours = views.balance(account, wallet, asset);
                let theirs = engine.balance(account, wallet, asset);
                assert_eq!(
                    (ours.available, ours.held),
                    (theirs.available, theirs.held),
                    "{account:?} {wallet:?} {asset:?}"
                );
            }
        }
    }
    for market in MARKETS {
        let book = engine.book(market).expect("it is listed");
        let depth = views
            .market(market)
            .expect("it is listed")
            .depth(usize::MAX);
        let levels = |side| -> Vec<Level> {
            book.levels(side)
                .map(|level| Level {
                    price: level.price,
                    lots: level.open_lots,
                })
                .collect()
        };
        assert_eq!(depth.bids, levels(Side::Buy));
        assert_eq!(depth.asks, levels(Side::Sell));
        for side in [Side::Buy, Side::Sell] {
            for (_, resting) in book.orders(side) {
                let order = views.order(market, resting.order).expect("it is open");
                assert_eq!(order.account, resting.account);
                assert_eq!(
                    order.original,
                    order.executed.plus(order.prevented).plus(resting.open)
                );
            }
        }
    }
    let open: usize = ACCOUNTS
        .iter()
        .map(|account| views.open_orders(*account).len())
        .sum();
    let booked: usize = MARKETS
        .iter()
        .filter_map(|market| engine.book(*market))
        .map(|book| book.len())
        .sum();
    assert_eq!(open, booked);
}

#[test]
fn views_agree_with_the_engine_and_with_a_list_of_all_events() {
    check(0..6, Pace::Busy, Limits::STANDARD);
}

/// Compares the views with the naive list while nobody but a script speaks.
fn check_outside(seeds: std::ops::Range<u64>, pace: Pace, limits: Limits) {
    for seed in seeds {
        let mut exchange = Exchange::open_within(limits);
        let mut naive = Naive::new(limits);
        let mut outside = Outside::new(seed, pace);
        let mut folded = 0;
        for step in 1..=1_000 {
            outside.step(&mut exchange);
            for published in &exchange.said[folded..] {
                naive.fold(published);
            }
            folded = exchange.said.len();
            if step % 100 == 0 {
                compare(&exchange, &naive, &mut Chance::new(seed + step));
            }
        }
    }
}

#[test]
fn views_agree_on_orders_with_instructions_and_on_lists() {
    check_outside(300..302, Pace::Busy, Limits::STANDARD);
    check_outside(310..312, Pace::Slow, Limits::STANDARD);
}

#[test]
fn views_agree_on_lists_while_full_stores_give_rows_up() {
    let limits = Limits {
        closed_orders_max: 60,
        closed_orders_share: 12,
        closed_lists_max: 20,
        closed_lists_share: 4,
        ..Limits::STANDARD
    };
    check_outside(320..322, Pace::Busy, limits);
}

#[test]
fn warming_takes_events_of_any_time() {
    let mut exchange = Exchange::open();
    let mut traffic = Traffic::new(77, Pace::Busy);
    for _ in 0..300 {
        traffic.step(&mut exchange);
    }
    let state = exchange.views.state();
    Views::new().warm(exchange.said.iter().map(|published| &published.event));
    exchange
        .views
        .warm(exchange.said.iter().map(|published| &published.event));
    assert!(exchange.views.state() == state);
}

#[test]
fn views_agree_while_old_rows_leave() {
    check(100..104, Pace::Slow, Limits::STANDARD);
}

#[test]
fn views_agree_while_full_stores_give_rows_up() {
    let limits = Limits {
        trades_max: 40,
        closed_orders_max: 60,
        closed_orders_share: 12,
        prevented_max: 12,
        prevented_share: 4,
        amendments_max: 12,
        amendments_share: 4,
        ..Limits::STANDARD
    };
    check(200..204, Pace::Busy, limits);
}
