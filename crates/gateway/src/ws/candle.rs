//! The candle stream of one market and interval.

use model::time::Timestamp;
use views::interval::Interval;
use views::market::Market;
use wire::binance::stream::{CandleOf, CandleState, Kline};

use crate::rest::facts;
use crate::ws::topic::Topic;

/// After a long silence of the clock only the newest candles are told as closed.
const CLOSED_AT_ONCE_MAX: i64 = 60;

/// A candle stream and how far it has come.
#[derive(Debug)]
pub struct KlineTopic {
    topic: Topic,
    interval: Interval,
    /// The period that was running at the last look; `None` before the first.
    running: Option<i64>,
}

impl KlineTopic {
    /// Returns a stream that has told nothing.
    pub fn of(topic: Topic, interval: Interval) -> KlineTopic {
        KlineTopic {
            topic,
            interval,
            running: None,
        }
    }

    pub fn topic_mut(&mut self) -> &mut Topic {
        &mut self.topic
    }

    pub fn interval(&self) -> Interval {
        self.interval
    }

    pub fn has_subscribers(&self) -> bool {
        self.topic.has_subscribers()
    }

    /// Forgets how far it has come: nobody listens any more.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Tells, for the last time, the candles that closed since the last look.
    pub fn tell_closed(&mut self, market: &Market, at: Timestamp) {
        let now = self.interval.period(at);
        if let Some(running) = self.running {
            for period in running.max(now.saturating_sub(CLOSED_AT_ONCE_MAX))..now {
                self.tell(market, period, CandleState::Closed, at);
            }
        }
        self.running = Some(now);
    }

    /// Tells the candle that is running.
    pub fn tell_running(&self, market: &Market, at: Timestamp) {
        self.tell(market, self.interval.period(at), CandleState::Running, at);
    }

    /// A market without a trade has no candles, and nothing is told.
    fn tell(&self, market: &Market, period: i64, state: CandleState, at: Timestamp) {
        let Some(candle) = market.candle(self.interval, period, at) else {
            return;
        };
        let instrument = market.instrument();
        let of = CandleOf {
            symbol: instrument.symbol,
            grid: instrument.grid,
            interval: self.interval.name(),
        };
        let facts = facts::candle(&candle);
        self.topic
            .send(at, |unit| Kline::of(&of, &facts, state, at, unit));
    }
}
