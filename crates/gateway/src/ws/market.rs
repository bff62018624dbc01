//! The streams of one market.

use std::sync::Arc;

use model::instrument::Instrument;
use model::text::Symbol;
use model::time::Timestamp;
use views::aggregate::AggregateTrade;
use views::interval::Interval;
use views::market::Market;
use views::trade::Trade;
use wire::binance::answer::market::{Depth, Level};
use wire::binance::stream::{self, AggregateFacts, TradeFacts};

use crate::rest::{average, facts, window};
use crate::ws::beat::Beat;
use crate::ws::candle::KlineTopic;
use crate::ws::diff::{Diff, LevelChange};
use crate::ws::name::{Kind, Offset, PartialDepth, Speed, Stream, Window};
use crate::ws::outbox::{Outbox, SocketId};
use crate::ws::summary::MiniSummary;
use crate::ws::topic::{Change, Topic};

/// Every stream of a market, subscribed to or not.
#[derive(Debug)]
pub struct MarketStreams {
    trade: Topic,
    aggregate: Topic,
    book_ticker: Topic,
    depths: [DepthTopic; Speed::ALL.len()],
    partials: [PartialTopic; PartialDepth::ALL.len()],
    klines: [[KlineTopic; Interval::ALL.len()]; Offset::ALL.len()],
    ticker: Topic,
    mini_ticker: MiniTickerTopic,
    windows: [Topic; Window::ALL.len()],
    average_price: Topic,
}

#[derive(Debug)]
struct DepthTopic {
    topic: Topic,
    diff: Diff,
}

#[derive(Debug)]
struct PartialTopic {
    topic: Topic,
    /// The update of the last message; `None` when somebody has not had one yet.
    told: Option<u64>,
}

#[derive(Debug)]
struct MiniTickerTopic {
    topic: Topic,
    /// What the last message said; `None` when somebody has not had one yet.
    told: Option<MiniSummary>,
}

impl MarketStreams {
    /// Returns the streams of a market without subscribers.
    pub fn of(symbol: Symbol) -> MarketStreams {
        let topic = |kind| Topic::of(Stream::Market { symbol, kind });
        MarketStreams {
            trade: topic(Kind::Trade),
            aggregate: topic(Kind::Aggregate),
            book_ticker: topic(Kind::BookTicker),
            depths: Speed::ALL.map(|speed| DepthTopic {
                topic: topic(Kind::Depth(speed)),
                diff: Diff::default(),
            }),
            partials: PartialDepth::ALL.map(|partial| PartialTopic {
                topic: topic(Kind::Partial(partial)),
                told: None,
            }),
            klines: Offset::ALL.map(|offset| {
                Interval::ALL.map(|interval| {
                    let topic = topic(Kind::Kline(interval, offset));
                    KlineTopic::of(topic, interval, offset)
                })
            }),
            ticker: topic(Kind::Ticker),
            mini_ticker: MiniTickerTopic {
                topic: topic(Kind::MiniTicker),
                told: None,
            },
            windows: Window::ALL.map(|window| topic(Kind::WindowTicker(window))),
            average_price: topic(Kind::AveragePrice),
        }
    }

    /// Adds a subscriber that calls the stream `name`.
    pub fn subscribe(&mut self, kind: Kind, outbox: &Arc<Outbox>, name: &str) -> Change {
        let change = self.topic_mut(kind).subscribe(outbox, name);
        if change == Change::Done {
            self.start_telling(kind);
        }
        change
    }

    /// Makes sure that a stream of states tells a new subscriber the present one.
    fn start_telling(&mut self, kind: Kind) {
        match kind {
            Kind::Partial(partial) => self.partials[partial as usize].told = None,
            Kind::MiniTicker => self.mini_ticker.told = None,
            _ => {}
        }
    }

    /// Removes a subscriber.
    pub fn unsubscribe(&mut self, kind: Kind, socket: SocketId) -> Change {
        let change = self.topic_mut(kind).unsubscribe(socket);
        if !self.topic_mut(kind).has_subscribers() {
            self.stop_gathering(kind);
        }
        change
    }

    fn stop_gathering(&mut self, kind: Kind) {
        match kind {
            Kind::Depth(speed) => self.depths[speed as usize].diff.clear(),
            Kind::Kline(interval, offset) => self.klines[offset as usize][interval as usize].stop(),
            _ => {}
        }
    }

    fn topic_mut(&mut self, kind: Kind) -> &mut Topic {
        match kind {
            Kind::Trade => &mut self.trade,
            Kind::Aggregate => &mut self.aggregate,
            Kind::BookTicker => &mut self.book_ticker,
            Kind::Depth(speed) => &mut self.depths[speed as usize].topic,
            Kind::Partial(partial) => &mut self.partials[partial as usize].topic,
            Kind::Kline(interval, offset) => {
                self.klines[offset as usize][interval as usize].topic_mut()
            }
            Kind::Ticker => &mut self.ticker,
            Kind::MiniTicker => &mut self.mini_ticker.topic,
            Kind::WindowTicker(window) => &mut self.windows[window as usize],
            Kind::AveragePrice => &mut self.average_price,
        }
    }

    /// Tells a trade.
    pub fn tell_trade(&self, trade: &Trade, instrument: &Instrument) {
        let facts = TradeFacts {
            trade: trade.trade,
            price: trade.price,
            qty: trade.qty,
            taker_side: trade.taker_side,
            at: trade.at,
        };
        self.trade.send(trade.at, |unit| {
            stream::Trade::of(instrument.symbol, &instrument.grid, &facts, trade.at, unit)
        });
    }

    /// Tells an aggregate trade.
    pub fn tell_aggregate(&self, trade: &AggregateTrade, instrument: &Instrument) {
        let facts = AggregateFacts {
            aggregate: trade.aggregate.0,
            price: trade.price,
            qty: trade.qty,
            first: trade.first,
            last: trade.last,
            taker_side: trade.taker_side,
            at: trade.at,
        };
        self.aggregate.send(trade.at, |unit| {
            stream::AggregateTrade::of(instrument.symbol, &instrument.grid, &facts, trade.at, unit)
        });
    }

    /// Tells the best prices.
    pub fn tell_top(&self, market: &Market, at: Timestamp) {
        let instrument = market.instrument();
        let top = market.top();
        let (bid, ask) = facts::best(&top, instrument);
        self.book_ticker.send(at, |_| {
            stream::BookTicker::of(instrument.symbol, top.update, bid, ask)
        });
    }

    /// Gathers a level change for the speeds that somebody listens to.
    pub fn gather(&mut self, change: &LevelChange) {
        for depth in &mut self.depths {
            if depth.topic.has_subscribers() {
                depth.diff.add(change);
            }
        }
    }

    /// Ends a command: tells its level changes, and those that became too many to gather.
    pub fn end_command(&mut self, instrument: &Instrument, at: Timestamp) {
        for (depth, speed) in self.depths.iter_mut().zip(Speed::ALL) {
            if speed == Speed::EachCommand || depth.diff.is_full() {
                depth.tell(instrument, at);
            }
        }
    }

    /// Tells what is due at a beat, as of `at`.
    pub fn beat(&mut self, market: &Market, at: Timestamp, beat: Beat) {
        let instrument = market.instrument();
        self.depths[Speed::Millis100 as usize].tell(instrument, at);
        if beat.is_second() {
            self.depths[Speed::Millis1000 as usize].tell(instrument, at);
        }
        for (topic, partial) in self.partials.iter_mut().zip(PartialDepth::ALL) {
            if partial.speed() == Speed::Millis100 || beat.is_second() {
                topic.tell(market, partial.level_count(), at);
            }
        }
        self.beat_klines(market, at, beat);
        if beat.is_second() {
            self.tell_tickers(market, at);
            self.tell_windows(market, at);
            self.tell_average_price(market, at);
        }
    }

    fn beat_klines(&mut self, market: &Market, at: Timestamp, beat: Beat) {
        for kline in self
            .klines
            .iter_mut()
            .flatten()
            .filter(|kline| kline.has_subscribers())
        {
            kline.tell_closed(market, at);
            let is_due = match kline.interval() {
                Interval::Second1 => beat.is_second(),
                _ => beat.is_two_seconds(),
            };
            if is_due {
                kline.tell_running(market, at);
            }
        }
    }

    fn tell_windows(&self, market: &Market, at: Timestamp) {
        let topics = self.windows.iter().zip(Window::ALL);
        for (topic, length) in topics.filter(|(topic, _)| topic.has_subscribers()) {
            let ticker = window::last_minutes(market, length.minutes(), at);
            topic.send(at, |unit| {
                stream::WindowTicker::of(length.name(), &ticker, at, unit)
            });
        }
    }

    fn tell_average_price(&self, market: &Market, at: Timestamp) {
        if self.average_price.has_subscribers() {
            let average = average::of(market, at);
            self.average_price.send(at, |unit| {
                stream::AveragePrice::of(market.instrument().symbol, &average, at, unit)
            });
        }
    }

    fn tell_tickers(&mut self, market: &Market, at: Timestamp) {
        if !self.ticker.has_subscribers() && !self.mini_ticker.topic.has_subscribers() {
            return;
        }
        let ticker = facts::ticker(&market.ticker(at), market.instrument());
        self.ticker
            .send(at, |unit| stream::Ticker::of(&ticker, at, unit));
        let summary = MiniSummary::of(&ticker);
        let has_traded = ticker.last.is_some();
        if has_traded && self.mini_ticker.told != Some(summary) {
            self.mini_ticker.told = Some(summary);
            self.mini_ticker
                .topic
                .send(at, |unit| stream::MiniTicker::of(&ticker, at, unit));
        }
    }
}

impl DepthTopic {
    fn tell(&mut self, instrument: &Instrument, at: Timestamp) {
        if let Some(updates) = self.diff.updates() {
            self.topic
                .send(at, |unit| self.diff.message(updates, instrument, at, unit));
            mutant::plant!("depth-told-twice", (), self.diff.clear());
        }
    }
}

impl PartialTopic {
    fn tell(&mut self, market: &Market, level_count: usize, at: Timestamp) {
        if !self.topic.has_subscribers() || self.told == Some(market.last_update()) {
            return;
        }
        let depth = market.depth(level_count);
        let grid = &market.instrument().grid;
        let levels = |levels: &[views::depth::Level]| -> Vec<Level> {
            levels
                .iter()
                .map(|level| Level::of(level.price, level.lots, grid))
                .collect()
        };
        self.told = Some(depth.update);
        self.topic.send(at, |_| Depth {
            last_update_id: depth.update,
            bids: levels(&depth.bids),
            asks: levels(&depth.asks),
        });
    }
}
