//! Messages of the public streams, key by key.
//!
//! **Source** `docs/spec/binance-surface.md` §11.2.

use model::id::TradeId;
use model::instrument::Grid;
use model::number::{Price, Qty};
use model::order::Side;
use model::text::Symbol;
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::answer::market::{CandleFacts, Level};
use crate::binance::answer::ticker::{Best, TickerFacts};
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::SymbolText;
use crate::decimal::{self, Decimal, Percent};

/// A public trade. Its maker was the buyer when its taker sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeFacts {
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    pub taker_side: Side,
    pub at: Timestamp,
}

/// `<symbol>@trade`.
#[derive(Debug, Serialize)]
pub struct Trade {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    t: u64,
    p: Decimal,
    q: Decimal,
    #[serde(rename = "T")]
    trade_time: Time,
    m: bool,
    #[serde(rename = "M")]
    ignore: bool,
}

impl Trade {
    /// Returns the message of a trade, told at `now`.
    pub fn of(
        symbol: Symbol,
        grid: &Grid,
        trade: &TradeFacts,
        now: Timestamp,
        unit: TimeUnit,
    ) -> Trade {
        Trade {
            e: "trade",
            event_time: unit.show(now),
            s: SymbolText(symbol),
            t: trade.trade.0,
            p: decimal::of_price(trade.price, grid),
            q: decimal::of_qty(trade.qty, grid),
            trade_time: unit.show(trade.at),
            m: trade.taker_side == Side::Sell,
            ignore: true,
        }
    }
}

/// The fills of one taker at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AggregateFacts {
    pub aggregate: u64,
    pub price: Price,
    pub qty: Qty,
    pub first: TradeId,
    pub last: TradeId,
    pub taker_side: Side,
    pub at: Timestamp,
}

/// `<symbol>@aggTrade`.
#[derive(Debug, Serialize)]
pub struct AggregateTrade {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    a: u64,
    p: Decimal,
    q: Decimal,
    f: u64,
    l: u64,
    #[serde(rename = "T")]
    trade_time: Time,
    m: bool,
    #[serde(rename = "M")]
    ignore: bool,
}

impl AggregateTrade {
    /// Returns the message of an aggregate trade, told at `now`.
    pub fn of(
        symbol: Symbol,
        grid: &Grid,
        trade: &AggregateFacts,
        now: Timestamp,
        unit: TimeUnit,
    ) -> AggregateTrade {
        AggregateTrade {
            e: "aggTrade",
            event_time: unit.show(now),
            s: SymbolText(symbol),
            a: trade.aggregate,
            p: decimal::of_price(trade.price, grid),
            q: decimal::of_qty(trade.qty, grid),
            f: trade.first.0,
            l: trade.last.0,
            trade_time: unit.show(trade.at),
            m: trade.taker_side == Side::Sell,
            ignore: true,
        }
    }
}

/// `<symbol>@depth`: the levels that changed from update `U` to update `u`, with their quantities at `u`.
#[derive(Debug, Serialize)]
pub struct DepthUpdate {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    #[serde(rename = "U")]
    first_update: u64,
    u: u64,
    b: Vec<Level>,
    a: Vec<Level>,
}

/// The range of updates a depth message covers, both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Updates {
    pub first: u64,
    pub last: u64,
}

impl DepthUpdate {
    /// Returns the message of what changed.
    pub fn of(
        symbol: Symbol,
        updates: Updates,
        bids: Vec<Level>,
        asks: Vec<Level>,
        event_time: Time,
    ) -> DepthUpdate {
        DepthUpdate {
            e: "depthUpdate",
            event_time,
            s: SymbolText(symbol),
            first_update: updates.first,
            u: updates.last,
            b: bids,
            a: asks,
        }
    }
}

/// `<symbol>@bookTicker`: no `e` and no `E`, by which clients know it.
#[derive(Debug, Serialize)]
pub struct BookTicker {
    u: u64,
    s: SymbolText,
    b: Decimal,
    #[serde(rename = "B")]
    bid_qty: Decimal,
    a: Decimal,
    #[serde(rename = "A")]
    ask_qty: Decimal,
}

impl BookTicker {
    /// Returns the message of the best prices after update `update`.
    pub fn of(symbol: Symbol, update: u64, bid: Best, ask: Best) -> BookTicker {
        BookTicker {
            u: update,
            s: SymbolText(symbol),
            b: bid.price,
            bid_qty: bid.qty,
            a: ask.price,
            ask_qty: ask.qty,
        }
    }
}

/// Whether a candle can still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandleState {
    Running,
    Closed,
}

/// `<symbol>@kline_<interval>`.
#[derive(Debug, Serialize)]
pub struct Kline {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    k: KlineBody,
}

#[derive(Debug, Serialize)]
struct KlineBody {
    t: Time,
    #[serde(rename = "T")]
    closes_at: Time,
    s: SymbolText,
    i: &'static str,
    f: i64,
    #[serde(rename = "L")]
    last_trade: i64,
    o: Decimal,
    c: Decimal,
    h: Decimal,
    l: Decimal,
    v: Decimal,
    n: u64,
    x: bool,
    q: Decimal,
    #[serde(rename = "V")]
    taker_buy_base: Decimal,
    #[serde(rename = "Q")]
    taker_buy_quote: Decimal,
    #[serde(rename = "B")]
    ignore: &'static str,
}

/// The market and the interval a candle belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandleOf {
    pub symbol: Symbol,
    pub grid: Grid,
    pub interval: &'static str,
}

impl Kline {
    /// Returns the message of a candle, told at `now`.
    pub fn of(
        market: &CandleOf,
        candle: &CandleFacts,
        state: CandleState,
        now: Timestamp,
        unit: TimeUnit,
    ) -> Kline {
        let price = |price| decimal::of_price(price, &market.grid);
        let (first, last) = candle.trades.map_or((-1, -1), |(first, last)| {
            (first.cast_signed(), last.cast_signed())
        });
        Kline {
            e: "kline",
            event_time: unit.show(now),
            s: SymbolText(market.symbol),
            k: KlineBody {
                t: unit.show(candle.opens_at),
                closes_at: unit.show(candle.closes_at),
                s: SymbolText(market.symbol),
                i: market.interval,
                f: first,
                last_trade: last,
                o: price(candle.open),
                c: price(candle.close),
                h: price(candle.high),
                l: price(candle.low),
                v: Decimal(candle.base_units),
                n: candle.trade_count,
                x: state == CandleState::Closed,
                q: Decimal(candle.quote_units),
                taker_buy_base: Decimal(candle.taker_buy_base_units),
                taker_buy_quote: Decimal(candle.taker_buy_quote_units),
                ignore: "0",
            },
        }
    }
}

/// `<symbol>@ticker` and each element of `!ticker@arr`.
#[derive(Debug, Serialize)]
pub struct Ticker {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    p: Decimal,
    #[serde(rename = "P")]
    change_percent: Percent,
    w: Decimal,
    x: Decimal,
    c: Decimal,
    #[serde(rename = "Q")]
    last_qty: Decimal,
    b: Decimal,
    #[serde(rename = "B")]
    bid_qty: Decimal,
    a: Decimal,
    #[serde(rename = "A")]
    ask_qty: Decimal,
    o: Decimal,
    h: Decimal,
    l: Decimal,
    v: Decimal,
    q: Decimal,
    #[serde(rename = "O")]
    opens_at: Time,
    #[serde(rename = "C")]
    closes_at: Time,
    #[serde(rename = "F")]
    first_trade: i64,
    #[serde(rename = "L")]
    last_trade: i64,
    n: u64,
}

impl Ticker {
    /// Returns the message of a 24-hour ticker, told at `now`.
    pub fn of(facts: &TickerFacts, now: Timestamp, unit: TimeUnit) -> Ticker {
        let numbers = facts.numbers();
        Ticker {
            e: "24hrTicker",
            event_time: unit.show(now),
            s: SymbolText(facts.symbol),
            p: numbers.change,
            change_percent: numbers.change_percent,
            w: numbers.weighted_average,
            x: numbers.previous_close,
            c: numbers.last,
            last_qty: numbers.last_qty,
            b: facts.bid.price,
            bid_qty: facts.bid.qty,
            a: facts.ask.price,
            ask_qty: facts.ask.qty,
            o: numbers.open,
            h: numbers.high,
            l: numbers.low,
            v: numbers.base,
            q: numbers.quote,
            opens_at: unit.show(facts.opens_at),
            closes_at: unit.show(facts.closes_at),
            first_trade: numbers.first_trade,
            last_trade: numbers.last_trade,
            n: numbers.count,
        }
    }
}

/// `<symbol>@ticker_<window>` and each element of `!ticker_<window>@arr`.
#[derive(Debug, Serialize)]
pub struct WindowTicker {
    e: String,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    p: Decimal,
    #[serde(rename = "P")]
    change_percent: Percent,
    o: Decimal,
    h: Decimal,
    l: Decimal,
    c: Decimal,
    w: Decimal,
    v: Decimal,
    q: Decimal,
    #[serde(rename = "O")]
    opens_at: Time,
    #[serde(rename = "C")]
    closes_at: Time,
    #[serde(rename = "F")]
    first_trade: i64,
    #[serde(rename = "L")]
    last_trade: i64,
    n: u64,
}

impl WindowTicker {
    /// Returns the message of a rolling ticker whose window is called `window`, told at `now`.
    pub fn of(window: &str, facts: &TickerFacts, now: Timestamp, unit: TimeUnit) -> WindowTicker {
        let numbers = facts.numbers();
        WindowTicker {
            e: format!("{window}Ticker"),
            event_time: unit.show(now),
            s: SymbolText(facts.symbol),
            p: numbers.change,
            change_percent: numbers.change_percent,
            o: numbers.open,
            h: numbers.high,
            l: numbers.low,
            c: numbers.last,
            w: numbers.weighted_average,
            v: numbers.base,
            q: numbers.quote,
            opens_at: unit.show(facts.opens_at),
            closes_at: unit.show(facts.closes_at),
            first_trade: numbers.first_trade,
            last_trade: numbers.last_trade,
            n: numbers.count,
        }
    }
}

/// The minutes of the average price.
pub const AVERAGE_MINUTES: u32 = 5;

/// What an average price says, on REST and on the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AverageFacts {
    pub price: Decimal,
    /// When the last trade it takes in happened; now, when there is none.
    pub last_at: Timestamp,
}

/// `<symbol>@avgPrice`.
#[derive(Debug, Serialize)]
pub struct AveragePrice {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    i: &'static str,
    w: Decimal,
    #[serde(rename = "T")]
    last_at: Time,
}

impl AveragePrice {
    /// Returns the message of an average price, told at `now`.
    pub fn of(
        symbol: Symbol,
        facts: &AverageFacts,
        now: Timestamp,
        unit: TimeUnit,
    ) -> AveragePrice {
        AveragePrice {
            e: "avgPrice",
            event_time: unit.show(now),
            s: SymbolText(symbol),
            i: "5m",
            w: facts.price,
            last_at: unit.show(facts.last_at),
        }
    }
}

/// `<symbol>@miniTicker` and each element of `!miniTicker@arr`.
#[derive(Debug, Serialize)]
pub struct MiniTicker {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
    s: SymbolText,
    c: Decimal,
    o: Decimal,
    h: Decimal,
    l: Decimal,
    v: Decimal,
    q: Decimal,
}

impl MiniTicker {
    /// Returns the message of a short 24-hour ticker, told at `now`.
    pub fn of(facts: &TickerFacts, now: Timestamp, unit: TimeUnit) -> MiniTicker {
        let numbers = facts.numbers();
        MiniTicker {
            e: "24hrMiniTicker",
            event_time: unit.show(now),
            s: SymbolText(facts.symbol),
            c: numbers.last,
            o: numbers.open,
            h: numbers.high,
            l: numbers.low,
            v: numbers.base,
            q: numbers.quote,
        }
    }
}
