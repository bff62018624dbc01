//! Rows of the tables: the numbers of the streams in upstream's columns, a line each, without a head.
//!
//! **Units** prices, quantities and values with eight places; times in microseconds since the epoch.

use core::fmt::Write;

use model::instrument::Instrument;
use model::order::Side;
use model::time::Timestamp;
use views::aggregate::AggregateTrade;
use views::candle::Candle;
use views::trade::Trade;
use wire::binance::answer::market::Level;
use wire::decimal::{self, Decimal};

use crate::level_changes::ChangedLevel;

const NANOS_PER_MICRO: i64 = 1_000;

const fn micros(at: Timestamp) -> i64 {
    at.nanos().div_euclid(NANOS_PER_MICRO)
}

/// Truth as upstream's files write it.
const fn word(truth: bool) -> &'static str {
    if truth { "True" } else { "False" }
}

/// Appends id, price, quantity, value, time, whether the buyer was the maker, and whether it was the best match.
pub fn trade(trade: &Trade, instrument: &Instrument, out: &mut String) {
    let _ = writeln!(
        out,
        "{},{},{},{},{},{},True",
        trade.trade.0,
        decimal::of_price(trade.price, &instrument.grid),
        decimal::of_qty(trade.qty, &instrument.grid),
        Decimal(trade.quote.units()),
        micros(trade.at),
        word(trade.taker_side == Side::Sell),
    );
}

/// Appends id, price, quantity, first and last trade, time, whether the buyer was the maker, and the best match.
pub fn aggregate(trade: &AggregateTrade, instrument: &Instrument, out: &mut String) {
    let _ = writeln!(
        out,
        "{},{},{},{},{},{},{},True",
        trade.aggregate.0,
        decimal::of_price(trade.price, &instrument.grid),
        decimal::of_qty(trade.qty, &instrument.grid),
        trade.first.0,
        trade.last.0,
        micros(trade.at),
        word(trade.taker_side == Side::Sell),
    );
}

/// Appends the twelve columns of `klines`.
pub fn candle(candle: &Candle, instrument: &Instrument, out: &mut String) {
    let price = |price| decimal::of_price(price, &instrument.grid);
    let _ = writeln!(
        out,
        "{},{},{},{},{},{},{},{},{},{},{},0",
        micros(candle.opens_at()),
        price(candle.open),
        price(candle.high),
        price(candle.low),
        price(candle.close),
        Decimal(candle.base_units),
        micros(candle.closes_at()),
        Decimal(candle.quote_units),
        candle.trade_count(),
        Decimal(candle.taker_buy_base_units),
        Decimal(candle.taker_buy_quote_units),
    );
}

/// What the levels of a row have in common.
#[derive(Clone, Copy, Debug)]
pub struct LevelsOf {
    pub at: Timestamp,
    pub first_update: u64,
    pub last_update: u64,
    /// `set` for a change, `snap` for a level that was there.
    pub update_type: &'static str,
}

/// Appends symbol, time, first and last update, side, type of update, price and quantity.
pub fn level(of: &LevelsOf, level: &ChangedLevel, instrument: &Instrument, out: &mut String) {
    let Level(price, qty) = Level::of(level.price, level.lots, &instrument.grid);
    let side = match level.side {
        Side::Buy => 'b',
        Side::Sell => 'a',
    };
    let _ = writeln!(
        out,
        "{},{},{},{},{side},{},{price},{qty}",
        instrument.symbol,
        micros(of.at),
        of.first_update,
        of.last_update,
        of.update_type,
    );
}
