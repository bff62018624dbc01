//! Answers of public market data: depth, trades, candles and the average price.
//!
//! **Source** `docs/spec/binance-surface.md` §8.

use model::instrument::Grid;
use model::number::Price;
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::time::{Time, TimeUnit};
use crate::decimal::{self, Decimal};

/// `GET /api/v3/ping`, and every other answer without content.
#[derive(Debug, Serialize)]
pub struct Empty {}

/// `GET /api/v3/time`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerTime {
    pub server_time: Time,
}

/// A price level: price and quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Level(pub Decimal, pub Decimal);

impl Level {
    /// Returns the level of `lots` at a price; no lots delete it.
    pub fn of(price: Price, lots: i128, grid: &Grid) -> Level {
        Level(
            decimal::of_price(price, grid),
            Decimal(lots * i128::from(grid.lot_units)),
        )
    }
}

/// `GET /api/v3/depth`, and the partial depth streams: best first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Depth {
    pub last_update_id: u64,
    pub bids: Vec<Level>,
    pub asks: Vec<Level>,
}

/// A row of `trades` and `historicalTrades`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trade {
    pub id: u64,
    pub price: Decimal,
    pub qty: Decimal,
    pub quote_qty: Decimal,
    pub time: Time,
    pub is_buyer_maker: bool,
    pub is_best_match: bool,
}

/// A row of `aggTrades`.
#[derive(Debug, Serialize)]
pub struct AggregateTrade {
    #[serde(rename = "a")]
    pub id: u64,
    #[serde(rename = "p")]
    pub price: Decimal,
    #[serde(rename = "q")]
    pub qty: Decimal,
    #[serde(rename = "f")]
    pub first_trade: u64,
    #[serde(rename = "l")]
    pub last_trade: u64,
    #[serde(rename = "T")]
    pub time: Time,
    #[serde(rename = "m")]
    pub is_buyer_maker: bool,
    #[serde(rename = "M")]
    pub is_best_match: bool,
}

/// What a candle says, on REST and on the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandleFacts {
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub base_units: i128,
    pub quote_units: i128,
    pub taker_buy_base_units: i128,
    pub taker_buy_quote_units: i128,
    pub trade_count: u64,
    /// First and last trade, if there was one.
    pub trades: Option<(u64, u64)>,
}

/// A row of `klines`: twelve columns, the last one unused upstream.
#[derive(Debug, Serialize)]
pub struct Kline(
    Time,
    Decimal,
    Decimal,
    Decimal,
    Decimal,
    Decimal,
    Time,
    Decimal,
    u64,
    Decimal,
    Decimal,
    &'static str,
);

impl Kline {
    /// Returns the row of a candle.
    pub fn of(candle: &CandleFacts, grid: &Grid, unit: TimeUnit) -> Kline {
        let price = |price| decimal::of_price(price, grid);
        Kline(
            unit.show(candle.opens_at),
            price(candle.open),
            price(candle.high),
            price(candle.low),
            price(candle.close),
            Decimal(candle.base_units),
            unit.show(candle.closes_at),
            Decimal(candle.quote_units),
            candle.trade_count,
            Decimal(candle.taker_buy_base_units),
            Decimal(candle.taker_buy_quote_units),
            "0",
        )
    }
}

/// `GET /api/v3/avgPrice`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AveragePrice {
    pub mins: u32,
    pub price: Decimal,
    pub close_time: Time,
}
