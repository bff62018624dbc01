//! One market as people read it.

use crate::aggregate::{AggregateId, AggregateTrade};
use crate::candle::{Candle, CandleRange};
use crate::depth::{Depth, Level, Top};
use crate::interval::Interval;
use crate::span::Span;
use crate::ticker::{LastTrade, Ticker};
use crate::trade::Trade;
use model::id::TradeId;
use model::instrument::{Instrument, Phase, Terms};
use model::time::Timestamp;

/// A listed market: its terms, its depth, its trades and what follows from them.
///
/// Lists of trades are oldest first. Readers pass `at`, the time of the views they read (`Views::at`).
pub struct Market {
    instrument: Instrument,
    terms: Terms,
    phase: Phase,
    listed_at: Timestamp,
}

impl Market {
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    pub fn listed_at(&self) -> Timestamp {
        self.listed_at
    }

    /// Returns the number of the last level change; 0 before the first.
    pub fn last_update(&self) -> u64 {
        0
    }

    /// Returns the best `limit` levels of each side at the current update.
    pub fn depth(&self, limit: usize) -> Depth {
        let _ = limit;
        Depth {
            update: 0,
            bids: Vec::new(),
            asks: Vec::new(),
        }
    }

    /// Returns the best level of each side.
    pub fn top(&self) -> Top {
        Top {
            update: 0,
            bid: None::<Level>,
            ask: None,
        }
    }

    /// Returns the last trade, however old.
    pub fn last_trade(&self) -> Option<LastTrade> {
        None
    }

    /// Returns the newest `count` trades.
    pub fn newest_trades(&self, count: usize) -> Vec<Trade> {
        let _ = count;
        Vec::new()
    }

    /// Returns the first `count` kept trades with this number or a later one.
    pub fn trades_from(&self, first: TradeId, count: usize) -> Vec<Trade> {
        let _ = (first, count);
        Vec::new()
    }

    /// Returns the first `count` kept trades within the span.
    pub fn trades_within(&self, span: Span, count: usize) -> Vec<Trade> {
        let _ = (span, count);
        Vec::new()
    }

    /// Returns the newest `count` aggregate trades.
    pub fn newest_aggregates(&self, count: usize) -> Vec<AggregateTrade> {
        let _ = count;
        Vec::new()
    }

    /// Returns the first `count` kept aggregate trades with this number or a later one.
    pub fn aggregates_from(&self, first: AggregateId, count: usize) -> Vec<AggregateTrade> {
        let _ = (first, count);
        Vec::new()
    }

    /// Returns the first `count` kept aggregate trades within the span.
    pub fn aggregates_within(&self, span: Span, count: usize) -> Vec<AggregateTrade> {
        let _ = (span, count);
        Vec::new()
    }

    /// Returns candles without holes, oldest first, up to the running one at `at`.
    pub fn candles(&self, interval: Interval, range: &CandleRange, at: Timestamp) -> Vec<Candle> {
        let _ = (interval, range, at);
        Vec::new()
    }

    /// Returns the candle of one period, if it is kept and has begun at `at`.
    pub fn candle(&self, interval: Interval, period: i64, at: Timestamp) -> Option<Candle> {
        let _ = (interval, period, at);
        None
    }

    /// Returns the statistics of the last 24 hours at `at`.
    pub fn ticker(&self, at: Timestamp) -> Ticker {
        Ticker {
            opens_at: at,
            closes_at: at,
            last: None,
            previous_close: None,
            day: None,
            top: self.top(),
        }
    }

    /// Returns the average price of the last five minutes as value / quantity in ticks, or `None` without a trade.
    pub fn average(&self, at: Timestamp) -> Option<(i128, i128)> {
        let _ = at;
        None
    }
}
