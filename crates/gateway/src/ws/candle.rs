//! The candle stream of one market, interval and time zone.

use model::time::Timestamp;
use views::interval::Interval;
use views::market::Market;
use wire::binance::answer::market::CandleFacts;
use wire::binance::stream::{CandleOf, CandleState, Kline};

use crate::rest::facts;
use crate::rest::zone::{self, Zone};
use crate::ws::name::Offset;
use crate::ws::topic::Topic;

/// After a long silence of the clock only the newest candles are told as closed.
const CLOSED_AT_ONCE_MAX: i64 = 60;

/// A candle stream and how far it has come.
#[derive(Debug)]
pub struct KlineTopic {
    topic: Topic,
    interval: Interval,
    zone: Zone,
    /// The period that was running at the last look; `None` before the first.
    running: Option<i64>,
}

impl KlineTopic {
    /// Returns a stream that has told nothing.
    pub fn of(topic: Topic, interval: Interval, offset: Offset) -> KlineTopic {
        KlineTopic {
            topic,
            interval,
            zone: offset.zone().reduced(interval),
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
        let now = self.zone.period(self.interval, at);
        if let Some(running) = self.running {
            for period in running.max(now.saturating_sub(CLOSED_AT_ONCE_MAX))..now {
                self.tell(market, period, CandleState::Closed, at);
            }
        }
        self.running = Some(now);
    }

    /// Tells the candle that is running.
    pub fn tell_running(&self, market: &Market, at: Timestamp) {
        let period = self.zone.period(self.interval, at);
        self.tell(market, period, CandleState::Running, at);
    }

    /// A market without a trade has no candles, and nothing is told.
    fn tell(&self, market: &Market, period: i64, state: CandleState, at: Timestamp) {
        let Some(facts) = self.candle(market, period, at) else {
            return;
        };
        let instrument = market.instrument();
        let of = CandleOf {
            symbol: instrument.symbol,
            grid: instrument.grid,
            interval: self.interval.name(),
        };
        self.topic
            .send(at, |unit| Kline::of(&of, &facts, state, at, unit));
    }

    fn candle(&self, market: &Market, period: i64, at: Timestamp) -> Option<CandleFacts> {
        if self.zone == Zone::UTC {
            let candle = market.candle(self.interval, period, at)?;
            return Some(facts::candle(&candle));
        }
        zone::candle(market, self.zone, self.interval, period, at)
    }
}
