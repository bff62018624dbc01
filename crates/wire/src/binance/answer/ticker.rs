//! Tickers: the last 24 hours, the last price and the best prices of a market.
//!
//! **Source** `docs/spec/binance-surface.md` §8 and §8.1.

use model::instrument::Grid;
use model::number::{Price, Qty, div_trunc};
use model::text::Symbol;
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};
use serde::Serialize;

use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::SymbolText;
use crate::decimal::{self, Decimal, Percent};

const UNITS_PER_WHOLE: i128 = 100_000_000;
/// A percentage is printed with three places.
const PERCENT_STEPS: i128 = 100_000;

/// The best level of a side; an empty side is zero at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Best {
    pub price: Decimal,
    pub qty: Decimal,
}

impl Best {
    pub const NONE: Best = Best {
        price: Decimal::ZERO,
        qty: Decimal::ZERO,
    };

    /// Returns the level of `lots` at a price.
    pub fn of(price: Price, lots: i128, grid: &Grid) -> Best {
        Best {
            price: decimal::of_price(price, grid),
            qty: Decimal(lots * i128::from(grid.lot_units)),
        }
    }
}

/// What traded in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowFacts {
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub base_units: i128,
    pub quote_units: i128,
    pub first_trade: u64,
    pub last_trade: u64,
}

/// What a 24-hour ticker says, on REST and on the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickerFacts {
    pub symbol: Symbol,
    pub grid: Grid,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    /// The last trade of the market, however old.
    pub last: Option<(Price, Qty)>,
    pub previous_close: Option<Price>,
    pub bid: Best,
    pub ask: Best,
    /// `None` when nothing traded.
    pub window: Option<WindowFacts>,
}

/// The numbers of a ticker as they are printed.
///
/// Without a trade in the window every price is the last one, and nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickerNumbers {
    pub change: Decimal,
    pub change_percent: Percent,
    pub weighted_average: Decimal,
    pub previous_close: Decimal,
    pub last: Decimal,
    pub last_qty: Decimal,
    pub open: Decimal,
    pub high: Decimal,
    pub low: Decimal,
    pub base: Decimal,
    pub quote: Decimal,
    /// -1 without a trade.
    pub first_trade: i64,
    pub last_trade: i64,
    pub count: u64,
}

impl TickerFacts {
    /// Returns the numbers of the ticker.
    pub fn numbers(&self) -> TickerNumbers {
        let price = |price| decimal::of_price(price, &self.grid);
        let last = self.last.map_or(Decimal::ZERO, |(last, _)| price(last));
        let last_qty = self
            .last
            .map_or(Decimal::ZERO, |(_, qty)| decimal::of_qty(qty, &self.grid));
        let previous_close = self.previous_close.map_or(Decimal::ZERO, price);
        match &self.window {
            None => TickerNumbers {
                change: Decimal::ZERO,
                change_percent: Percent(0),
                weighted_average: Decimal::ZERO,
                previous_close: last,
                last,
                last_qty,
                open: last,
                high: last,
                low: last,
                base: Decimal::ZERO,
                quote: Decimal::ZERO,
                first_trade: -1,
                last_trade: -1,
                count: 0,
            },
            Some(window) => {
                let (open, close) = (price(window.open), price(window.close));
                TickerNumbers {
                    change: Decimal(close.0 - open.0),
                    change_percent: percent(close.0 - open.0, open.0),
                    weighted_average: ratio(window.quote_units, window.base_units),
                    previous_close,
                    last: close,
                    last_qty,
                    open,
                    high: price(window.high),
                    low: price(window.low),
                    base: Decimal(window.base_units),
                    quote: Decimal(window.quote_units),
                    first_trade: window.first_trade.cast_signed(),
                    last_trade: window.last_trade.cast_signed(),
                    count: window.last_trade - window.first_trade + 1,
                }
            }
        }
    }
}

/// Change over open as a percentage, toward zero.
fn percent(change: i128, open: i128) -> Percent {
    if open <= 0 {
        return Percent(0);
    }
    let scaled = change.checked_mul(PERCENT_STEPS);
    Percent(scaled.map_or(0, |scaled| div_trunc(scaled, open)))
}

/// Quote over base: the average price, to eight places, downward.
pub fn ratio(quote_units: i128, base_units: i128) -> Decimal {
    if base_units <= 0 {
        return Decimal::ZERO;
    }
    let average = mul_div(quote_units, UNITS_PER_WHOLE, base_units, Rounding::Floor);
    Decimal(average.unwrap_or(0))
}

/// `GET /api/v3/ticker/24hr`, `type=FULL`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Day {
    symbol: SymbolText,
    price_change: Decimal,
    price_change_percent: Percent,
    weighted_avg_price: Decimal,
    prev_close_price: Decimal,
    last_price: Decimal,
    last_qty: Decimal,
    bid_price: Decimal,
    bid_qty: Decimal,
    ask_price: Decimal,
    ask_qty: Decimal,
    open_price: Decimal,
    high_price: Decimal,
    low_price: Decimal,
    volume: Decimal,
    quote_volume: Decimal,
    open_time: Time,
    close_time: Time,
    first_id: i64,
    last_id: i64,
    count: u64,
}

impl Day {
    /// Returns the full ticker.
    pub fn of(facts: &TickerFacts, unit: TimeUnit) -> Day {
        let numbers = facts.numbers();
        Day {
            symbol: SymbolText(facts.symbol),
            price_change: numbers.change,
            price_change_percent: numbers.change_percent,
            weighted_avg_price: numbers.weighted_average,
            prev_close_price: numbers.previous_close,
            last_price: numbers.last,
            last_qty: numbers.last_qty,
            bid_price: facts.bid.price,
            bid_qty: facts.bid.qty,
            ask_price: facts.ask.price,
            ask_qty: facts.ask.qty,
            open_price: numbers.open,
            high_price: numbers.high,
            low_price: numbers.low,
            volume: numbers.base,
            quote_volume: numbers.quote,
            open_time: unit.show(facts.opens_at),
            close_time: unit.show(facts.closes_at),
            first_id: numbers.first_trade,
            last_id: numbers.last_trade,
            count: numbers.count,
        }
    }
}

/// `GET /api/v3/ticker` and `GET /api/v3/ticker/tradingDay`, `type=FULL`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    symbol: SymbolText,
    price_change: Decimal,
    price_change_percent: Percent,
    weighted_avg_price: Decimal,
    open_price: Decimal,
    high_price: Decimal,
    low_price: Decimal,
    last_price: Decimal,
    volume: Decimal,
    quote_volume: Decimal,
    open_time: Time,
    close_time: Time,
    first_id: i64,
    last_id: i64,
    count: u64,
}

impl Window {
    /// Returns the ticker of a window that is not the last 24 hours.
    pub fn of(facts: &TickerFacts, unit: TimeUnit) -> Window {
        let numbers = facts.numbers();
        Window {
            symbol: SymbolText(facts.symbol),
            price_change: numbers.change,
            price_change_percent: numbers.change_percent,
            weighted_avg_price: numbers.weighted_average,
            open_price: numbers.open,
            high_price: numbers.high,
            low_price: numbers.low,
            last_price: numbers.last,
            volume: numbers.base,
            quote_volume: numbers.quote,
            open_time: unit.show(facts.opens_at),
            close_time: unit.show(facts.closes_at),
            first_id: numbers.first_trade,
            last_id: numbers.last_trade,
            count: numbers.count,
        }
    }
}

/// The short form of every ticker, `type=MINI`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MiniDay {
    symbol: SymbolText,
    open_price: Decimal,
    high_price: Decimal,
    low_price: Decimal,
    last_price: Decimal,
    volume: Decimal,
    quote_volume: Decimal,
    open_time: Time,
    close_time: Time,
    first_id: i64,
    last_id: i64,
    count: u64,
}

impl MiniDay {
    /// Returns the short ticker.
    pub fn of(facts: &TickerFacts, unit: TimeUnit) -> MiniDay {
        let numbers = facts.numbers();
        MiniDay {
            symbol: SymbolText(facts.symbol),
            open_price: numbers.open,
            high_price: numbers.high,
            low_price: numbers.low,
            last_price: numbers.last,
            volume: numbers.base,
            quote_volume: numbers.quote,
            open_time: unit.show(facts.opens_at),
            close_time: unit.show(facts.closes_at),
            first_id: numbers.first_trade,
            last_id: numbers.last_trade,
            count: numbers.count,
        }
    }
}

/// `GET /api/v3/ticker/price`.
#[derive(Debug, Serialize)]
pub struct LastPrice {
    pub symbol: SymbolText,
    pub price: Decimal,
}

/// `GET /api/v3/ticker/bookTicker`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BookTicker {
    symbol: SymbolText,
    bid_price: Decimal,
    bid_qty: Decimal,
    ask_price: Decimal,
    ask_qty: Decimal,
}

impl BookTicker {
    /// Returns the best prices of a market.
    pub fn of(symbol: Symbol, bid: Best, ask: Best) -> BookTicker {
        BookTicker {
            symbol: SymbolText(symbol),
            bid_price: bid.price,
            bid_qty: bid.qty,
            ask_price: ask.price,
            ask_qty: ask.qty,
        }
    }
}

/// One object for one symbol, an array for many.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_measured_from_the_open() {
        assert_eq!(percent(-50, 100), Percent(-50_000));
        assert_eq!(percent(1, 0), Percent(0));
        assert_eq!(ratio(300, 200), Decimal(150_000_000));
        assert_eq!(ratio(300, 0), Decimal::ZERO);
        assert_eq!(ratio(1 << 100, 1 << 100), Decimal(UNITS_PER_WHOLE));
    }
}
