//! One market as people read it.

use crate::aggregate::{AggregateId, AggregateTrade};
use crate::aggregates::Aggregates;
use crate::candle::{Candle, CandleRange};
use crate::candles::Candles;
use crate::change::{Change, Changes};
use crate::depth::{Depth, Top};
use crate::interval::Interval;
use crate::levels::Levels;
use crate::span::Span;
use crate::ticker::{Day, LastTrade, Ticker};
use crate::trade::Trade;
use crate::trades::Trades;
use model::average::Average;
use model::coming_trails::ComingTrails;
use model::id::{OrderId, TradeId};
use model::instrument::{Instrument, OrderLimits, Phase, Terms};
use model::number::{Price, Qty};
use model::order::Side;
use model::time::Timestamp;

/// A listed market: its terms, its depth, its trades and what follows from them.
///
/// Lists of trades are oldest first. Readers pass `at`, the time of the views they read (`Views::at`).
pub struct Market {
    pub(crate) instrument: Instrument,
    pub(crate) terms: Terms,
    /// What it takes of orders with instructions, lists and amendments.
    pub limits: OrderLimits,
    pub(crate) phase: Phase,
    pub(crate) phase_since: Option<Timestamp>,
    pub(crate) listed_at: Timestamp,
    pub(crate) levels: Levels,
    /// The top of the book at the end of the last command that changed it.
    pub(crate) shown: Top,
    pub(crate) trades: Trades,
    pub(crate) aggregates: Aggregates,
    pub(crate) candles: Candles,
    pub(crate) average: Average,
    pub(crate) last_trade: Option<LastTrade>,
    pub(crate) coming_trails: ComingTrails<OrderId>,
}

impl Market {
    /// Returns a market that was just listed.
    pub(crate) fn list(instrument: Instrument, terms: Terms, at: Timestamp) -> Market {
        let levels = Levels::new();
        Market {
            instrument,
            terms,
            limits: OrderLimits::LISTED,
            phase: Phase::PreTrading,
            phase_since: Some(at),
            listed_at: at,
            shown: levels.top(),
            levels,
            trades: Trades::starting_at(TradeId(1)),
            aggregates: Aggregates::starting_at(1),
            candles: Candles::new(),
            average: Average::default(),
            last_trade: None,
            coming_trails: ComingTrails::default(),
        }
    }

    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    pub fn limits(&self) -> &OrderLimits {
        &self.limits
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Returns since when the market is in its phase; `None` when it began before views kept that.
    pub fn phase_since(&self) -> Option<Timestamp> {
        self.phase_since
    }

    pub fn listed_at(&self) -> Timestamp {
        self.listed_at
    }

    /// Returns the number of the last level change; 0 before the first.
    pub fn last_update(&self) -> u64 {
        self.levels.update()
    }

    /// Returns the best `limit` levels of each side at the current update.
    pub fn depth(&self, limit: usize) -> Depth {
        self.levels.depth(limit)
    }

    /// Returns the best level of each side.
    pub fn top(&self) -> Top {
        self.levels.top()
    }

    /// Returns the last trade, however old.
    pub fn last_trade(&self) -> Option<LastTrade> {
        self.last_trade
    }

    /// Returns the newest `count` trades.
    pub fn newest_trades(&self, count: usize) -> Vec<Trade> {
        let trades = self.trades.newest(count);
        trades
            .map(|(trade, fill)| fill.public(trade, &self.instrument))
            .collect()
    }

    /// Returns the first `count` kept trades with this number or a later one.
    pub fn trades_from(&self, first: TradeId, count: usize) -> Vec<Trade> {
        let trades = self.trades.from(first).take(count);
        trades
            .map(|(trade, fill)| fill.public(trade, &self.instrument))
            .collect()
    }

    /// Returns the first `count` kept trades within the span.
    pub fn trades_within(&self, span: Span, count: usize) -> Vec<Trade> {
        let trades = self.trades.within(span).take(count);
        trades
            .map(|(trade, fill)| fill.public(trade, &self.instrument))
            .collect()
    }

    /// Returns the newest `count` aggregate trades.
    pub fn newest_aggregates(&self, count: usize) -> Vec<AggregateTrade> {
        self.aggregates.newest(count).collect()
    }

    /// Returns the first `count` kept aggregate trades with this number or a later one.
    pub fn aggregates_from(&self, first: AggregateId, count: usize) -> Vec<AggregateTrade> {
        self.aggregates.from(first).take(count).collect()
    }

    /// Returns the first `count` kept aggregate trades within the span.
    pub fn aggregates_within(&self, span: Span, count: usize) -> Vec<AggregateTrade> {
        self.aggregates.within(span).take(count).collect()
    }

    /// Returns candles without holes, oldest first, up to the running one at `at`.
    pub fn candles(&self, interval: Interval, range: &CandleRange, at: Timestamp) -> Vec<Candle> {
        self.candles.read(interval, range, at, &self.instrument)
    }

    /// Returns the candle of one period, if it is kept and has begun at `at`.
    pub fn candle(&self, interval: Interval, period: i64, at: Timestamp) -> Option<Candle> {
        let opens = interval.opens(period);
        let range = CandleRange {
            from: Some(opens),
            until: Some(opens),
            count: 1,
        };
        self.candles(interval, &range, at).pop()
    }

    /// Returns the statistics of the last 24 hours at `at`.
    pub fn ticker(&self, at: Timestamp) -> Ticker {
        let (day, previous_close) = self.candles.day(at);
        Ticker {
            opens_at: Interval::Minute1.opens(crate::rolling::Rolling::oldest_minute(at)),
            closes_at: at,
            last: self.last_trade,
            previous_close,
            day: day.map(|row| Day::of_row(&row, &self.instrument)),
            top: self.top(),
        }
    }

    /// Returns the average price of the last five minutes as value / quantity in ticks, or `None` without a trade.
    pub fn average(&self, at: Timestamp) -> Option<(i128, i128)> {
        self.average.fraction(at)
    }

    /// Brings lots to the book.
    pub(crate) fn add_lots(
        &mut self,
        side: Side,
        price: Price,
        qty: Qty,
        changes: &mut impl Changes,
    ) {
        let lots = self.levels.add(side, price, qty);
        changes.push(self.level_change(side, price, lots));
    }

    /// Takes lots off the book.
    pub(crate) fn remove_lots(
        &mut self,
        side: Side,
        price: Price,
        qty: Qty,
        changes: &mut impl Changes,
    ) {
        let lots = self.levels.remove(side, price, qty);
        changes.push(self.level_change(side, price, lots));
    }

    fn level_change(&self, side: Side, price: Price, lots: i128) -> Change {
        Change::Level {
            market: self.instrument.id,
            side,
            price,
            lots,
            update: self.levels.update(),
        }
    }

    /// Ends the last aggregate trade of a command.
    pub(crate) fn end_aggregate(&mut self, changes: &mut impl Changes) {
        if let Some(aggregate) = self.aggregates.close() {
            changes.push(Change::Aggregate {
                market: self.instrument.id,
                aggregate,
            });
        }
    }

    /// Says whether the top of the book is another than after the command before.
    pub(crate) fn show_top(&mut self, changes: &mut impl Changes) {
        let top = self.top();
        if (top.bid, top.ask) != (self.shown.bid, self.shown.ask) {
            changes.push(Change::Top {
                market: self.instrument.id,
            });
        }
        self.shown = top;
    }
}
