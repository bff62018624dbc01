//! The rows of a day say what the views say of it.

use std::collections::BTreeMap;
use std::path::Path;

use archive::day::Day;
use archive::file_name::DAY_INTERVALS;
use archive::fold::Fold;
use model::id::Sequence;
use model::instrument::Instrument;
use model::order::Side;
use model::time::Timestamp;
use views::candle::CandleRange;
use views::market::Market;
use views::span::Span;
use views::views::Views;
use wire::decimal::{self, Decimal};

use crate::past::{CLUSTER, Past};
use crate::unpacked::rows;

/// Within a day of the end the views still have everything.
const PACE: i64 = 25_000_000_000;

/// How much was compared.
#[derive(Debug, Default)]
struct Seen {
    trades: usize,
    aggregates: usize,
    candles: usize,
    levels: usize,
}

#[test]
fn every_row_is_what_the_views_say_of_the_day() {
    let mut seen = Seen::default();
    for seed in 1..=2 {
        let past = Past::new(seed, 9_000, PACE);
        let root = tempfile::tempdir().expect("a folder");
        let mut fold = Fold::start(CLUSTER);
        let (mut views, mut place) = (Views::new(), 0);
        for day in past.days() {
            past.write(&mut fold, day, root.path());
            let opening = books(&views);
            // To the end of the day and not beyond: the views let go of what is older than a day by ticks.
            while place < past.place(day.next().begins()) {
                let (at, events) = &past.events[place];
                let sequence = Sequence(place as u64 + 1);
                views.fold_command((sequence, *at), events, &mut Vec::new());
                place += 1;
            }
            for market in views.markets() {
                let symbol = market.instrument().symbol.to_string();
                seen.trades += check_trades(root.path(), day, market);
                seen.aggregates += check_aggregates(root.path(), day, market);
                seen.candles += check_candles(root.path(), day, market);
                let before = opening.get(&symbol).cloned().unwrap_or_default();
                seen.levels += check_depth(root.path(), day, market, before);
            }
        }
    }
    let is_enough =
        300 < seen.trades && 200 < seen.aggregates && 5_000 < seen.candles && 1_000 < seen.levels;
    assert!(is_enough, "the past proves too little: {seen:?}");
}

fn micros(at: Timestamp) -> String {
    at.nanos().div_euclid(1_000).to_string()
}

fn truth(is_true: bool) -> String {
    if is_true { "True" } else { "False" }.to_owned()
}

fn whole(day: Day) -> Span {
    Span {
        from: day.begins(),
        until: day.next().begins().plus_nanos(-1),
    }
}

fn check_trades(root: &Path, day: Day, market: &Market) -> usize {
    let Instrument { symbol, grid, .. } = market.instrument();
    let found = rows(
        root,
        &format!("trades/{symbol}"),
        &format!("{symbol}-trades-{day}"),
    );
    let all = market.trades_within(whole(day), usize::MAX);
    let expected = all.iter().map(|trade| {
        vec![
            trade.trade.0.to_string(),
            decimal::of_price(trade.price, grid).to_string(),
            decimal::of_qty(trade.qty, grid).to_string(),
            Decimal(trade.quote.units()).to_string(),
            micros(trade.at),
            truth(trade.taker_side == Side::Sell),
            truth(true),
        ]
    });
    let expected: Vec<Vec<String>> = expected.collect();
    assert_eq!(found, expected);
    found.len()
}

fn check_aggregates(root: &Path, day: Day, market: &Market) -> usize {
    let Instrument { symbol, grid, .. } = market.instrument();
    let stem = format!("{symbol}-aggTrades-{day}");
    let found = rows(root, &format!("aggTrades/{symbol}"), &stem);
    let all = market.aggregates_within(whole(day), usize::MAX);
    let expected = all.iter().map(|trade| {
        vec![
            trade.aggregate.0.to_string(),
            decimal::of_price(trade.price, grid).to_string(),
            decimal::of_qty(trade.qty, grid).to_string(),
            trade.first.0.to_string(),
            trade.last.0.to_string(),
            micros(trade.at),
            truth(trade.taker_side == Side::Sell),
            truth(true),
        ]
    });
    let expected: Vec<Vec<String>> = expected.collect();
    assert_eq!(found, expected);
    found.len()
}

fn check_candles(root: &Path, day: Day, market: &Market) -> usize {
    let Instrument { symbol, grid, .. } = market.instrument();
    let end = day.next().begins().plus_nanos(-1);
    let mut count = 0;
    for interval in DAY_INTERVALS {
        let name = interval.name();
        let stem = format!("{symbol}-{name}-{day}");
        let found = rows(root, &format!("klines/{symbol}/{name}"), &stem);
        let range = CandleRange {
            from: Some(day.begins()),
            until: Some(end),
            count: usize::MAX,
        };
        let price = |price| decimal::of_price(price, grid).to_string();
        let expected = market.candles(interval, &range, end);
        let expected = expected.iter().map(|candle| {
            vec![
                micros(candle.opens_at()),
                price(candle.open),
                price(candle.high),
                price(candle.low),
                price(candle.close),
                Decimal(candle.base_units).to_string(),
                micros(candle.closes_at()),
                Decimal(candle.quote_units).to_string(),
                candle.trade_count().to_string(),
                Decimal(candle.taker_buy_base_units).to_string(),
                Decimal(candle.taker_buy_quote_units).to_string(),
                "0".to_owned(),
            ]
        });
        let expected: Vec<Vec<String>> = expected.collect();
        assert_eq!(found, expected, "{stem}");
        count += found.len();
    }
    count
}

/// The quantity of each side and price, as texts.
type Book = BTreeMap<(char, String), String>;

fn books(views: &Views) -> BTreeMap<String, (u64, Book)> {
    let of = |market: &Market| (market.instrument().symbol.to_string(), book(market));
    views.markets().map(of).collect()
}

fn book(market: &Market) -> (u64, Book) {
    let (grid, depth) = (&market.instrument().grid, market.depth(usize::MAX));
    let row = |side| {
        move |level: &views::depth::Level| {
            let qty = Decimal(level.lots * i128::from(grid.lot_units)).to_string();
            (
                (side, decimal::of_price(level.price, grid).to_string()),
                qty,
            )
        }
    };
    let bids = depth.bids.iter().map(row('b'));
    let book = bids.chain(depth.asks.iter().map(row('a'))).collect();
    (depth.update, book)
}

/// From the book at its beginning, the changes of a day lead to the book at its end, update by update.
fn check_depth(root: &Path, day: Day, market: &Market, before: (u64, Book)) -> usize {
    let symbol = market.instrument().symbol;
    let stem = format!("{symbol}-depthSnapshot-{day}");
    let snapshot = rows(root, &format!("depthSnapshot/{symbol}"), &stem);
    let (mut last_update, mut book_now) = (before.0, Book::new());
    for row in &snapshot {
        assert_eq!(row[..2], [symbol.to_string(), micros(day.begins())]);
        assert_eq!(row[2..4], [before.0.to_string(), before.0.to_string()]);
        apply(&mut book_now, row, "snap");
    }
    assert_eq!(book_now, before.1);
    let stem = format!("{symbol}-depthUpdate-{day}");
    let changes = rows(root, &format!("depthUpdate/{symbol}"), &stem);
    let mut of = None;
    for row in &changes {
        let number = |index: usize| row[index].parse::<u64>().expect("a number");
        let (first, last) = (number(2), number(3));
        if of != Some((first, last)) {
            assert_eq!(first, last_update + 1);
            assert!(first <= last);
            (of, last_update) = (Some((first, last)), last);
        }
        apply(&mut book_now, row, "set");
    }
    let (update, expected) = book(market);
    assert_eq!((last_update, book_now), (update, expected), "{stem}");
    changes.len()
}

fn apply(book: &mut Book, row: &[String], update_type: &str) {
    assert_eq!(row[5], update_type);
    let side = row[4].chars().next().expect("a side");
    let key = (side, row[6].clone());
    if row[7] == Decimal::ZERO.to_string() {
        book.remove(&key);
    } else {
        book.insert(key, row[7].clone());
    }
}
