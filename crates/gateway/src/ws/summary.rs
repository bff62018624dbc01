//! What tickers say, to tell whether they changed; and the streams that tell all markets in one array.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::text::Symbol;
use model::time::Timestamp;
use views::market::Market;
use wire::binance::answer::ticker::{Best, TickerFacts, TickerNumbers};
use wire::binance::stream::{MiniTicker, Ticker, WindowTicker};
use wire::decimal::Decimal;

use crate::rest::{facts, window};
use crate::ws::name::{Overview, Stream, Window};
use crate::ws::outbox::{Outbox, SocketId};
use crate::ws::topic::{Change, Topic};

/// An array is told in pieces of this many markets, so that a message stays below 512 KiB.
const MARKETS_PER_MESSAGE: usize = 1_000;

/// What a short ticker says: close, open, high, low, base and quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MiniSummary([Decimal; 6]);

impl MiniSummary {
    /// Returns what the short form of a ticker says.
    pub fn of(facts: &TickerFacts) -> MiniSummary {
        let of = facts.numbers();
        MiniSummary([of.last, of.open, of.high, of.low, of.base, of.quote])
    }
}

/// What a ticker says, but for its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Summary {
    numbers: TickerNumbers,
    bid: Best,
    ask: Best,
}

impl Summary {
    fn of(facts: &TickerFacts) -> Summary {
        Summary {
            numbers: facts.numbers(),
            bid: facts.bid,
            ask: facts.ask,
        }
    }
}

/// The streams of all markets.
#[derive(Debug)]
pub struct Overviews {
    ticker: OverviewTopic<Summary>,
    mini_ticker: OverviewTopic<MiniSummary>,
    windows: [OverviewTopic<Summary>; Window::ALL.len()],
}

#[derive(Debug)]
struct OverviewTopic<S> {
    topic: Topic,
    /// What was told of each market; empty when somebody has not been told yet.
    told: BTreeMap<Symbol, S>,
}

impl Overviews {
    /// Returns the streams without subscribers.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Overviews {
        Overviews {
            ticker: OverviewTopic::of(Overview::Ticker),
            mini_ticker: OverviewTopic::of(Overview::MiniTicker),
            windows: Window::ALL.map(|window| OverviewTopic::of(Overview::WindowTicker(window))),
        }
    }

    /// Adds a subscriber that calls the stream `name`.
    pub fn subscribe(&mut self, which: Overview, outbox: &Arc<Outbox>, name: &str) -> Change {
        match which {
            Overview::Ticker => self.ticker.subscribe(outbox, name),
            Overview::MiniTicker => self.mini_ticker.subscribe(outbox, name),
            Overview::WindowTicker(window) => self.windows[window as usize].subscribe(outbox, name),
        }
    }

    /// Removes a subscriber.
    pub fn unsubscribe(&mut self, which: Overview, socket: SocketId) -> Change {
        match which {
            Overview::Ticker => self.ticker.unsubscribe(socket),
            Overview::MiniTicker => self.mini_ticker.unsubscribe(socket),
            Overview::WindowTicker(window) => self.windows[window as usize].unsubscribe(socket),
        }
    }

    pub fn has_subscribers(&self) -> bool {
        self.tells_days() || self.windows.iter().any(OverviewTopic::has_subscribers)
    }

    fn tells_days(&self) -> bool {
        self.ticker.has_subscribers() || self.mini_ticker.has_subscribers()
    }

    /// Tells the markets whose tickers changed since the last time.
    pub fn tell(&mut self, markets: &[&Market], at: Timestamp) {
        if self.tells_days() {
            self.tell_days(markets, at);
        }
        let told = self.windows.iter_mut().zip(Window::ALL);
        for (overview, length) in told.filter(|(overview, _)| overview.has_subscribers()) {
            overview.tell_window(length, markets, at);
        }
    }

    fn tell_days(&mut self, markets: &[&Market], at: Timestamp) {
        let tickers: Vec<TickerFacts> = markets
            .iter()
            .map(|market| facts::ticker(&market.ticker(at), market.instrument()))
            .collect();
        let full = self
            .ticker
            .changed(&tickers, |facts| Some(Summary::of(facts)));
        for piece in full.chunks(MARKETS_PER_MESSAGE) {
            self.ticker.topic.send(at, |unit| {
                let of = |facts: &&TickerFacts| Ticker::of(facts, at, unit);
                piece.iter().map(of).collect::<Vec<_>>()
            });
        }
        let mini = self
            .mini_ticker
            .changed(&tickers, |facts| facts.last.map(|_| MiniSummary::of(facts)));
        for piece in mini.chunks(MARKETS_PER_MESSAGE) {
            self.mini_ticker.topic.send(at, |unit| {
                let of = |facts: &&TickerFacts| MiniTicker::of(facts, at, unit);
                piece.iter().map(of).collect::<Vec<_>>()
            });
        }
    }
}

impl OverviewTopic<Summary> {
    fn tell_window(&mut self, length: Window, markets: &[&Market], at: Timestamp) {
        let tickers: Vec<TickerFacts> = markets
            .iter()
            .map(|market| window::last_minutes(market, length.minutes(), at))
            .collect();
        let changed = self.changed(&tickers, |facts| Some(Summary::of(facts)));
        for piece in changed.chunks(MARKETS_PER_MESSAGE) {
            self.topic.send(at, |unit| {
                let of = |facts: &&TickerFacts| WindowTicker::of(length.name(), facts, at, unit);
                piece.iter().map(of).collect::<Vec<_>>()
            });
        }
    }
}

impl<S: PartialEq + Copy> OverviewTopic<S> {
    fn of(which: Overview) -> OverviewTopic<S> {
        OverviewTopic {
            topic: Topic::of(Stream::Overview(which)),
            told: BTreeMap::new(),
        }
    }

    fn subscribe(&mut self, outbox: &Arc<Outbox>, name: &str) -> Change {
        self.told.clear();
        self.topic.subscribe(outbox, name)
    }

    fn unsubscribe(&mut self, socket: SocketId) -> Change {
        self.topic.unsubscribe(socket)
    }

    fn has_subscribers(&self) -> bool {
        self.topic.has_subscribers()
    }

    /// Returns the tickers that have a summary, and another than the last time.
    fn changed<'a>(
        &mut self,
        tickers: &'a [TickerFacts],
        summary: impl Fn(&TickerFacts) -> Option<S>,
    ) -> Vec<&'a TickerFacts> {
        if !self.topic.has_subscribers() {
            return Vec::new();
        }
        let mut is_new = |facts: &&TickerFacts| {
            summary(facts).is_some_and(|now| self.told.insert(facts.symbol, now) != Some(now))
        };
        tickers.iter().filter(&mut is_new).collect()
    }
}
