//! Every stream that somebody subscribed to, and what the exchange has to tell them.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::id::MarketId;
use model::instrument::Instrument;
use model::text::Symbol;
use model::time::Timestamp;
use views::change::Change as ViewChange;
use views::market::Market;
use views::views::Views;

use crate::hub::Changed;
use crate::ws::beat::Beat;
use crate::ws::diff::LevelChange;
use crate::ws::market::MarketStreams;
use crate::ws::name::Stream;
use crate::ws::outbox::{Outbox, SocketId};
use crate::ws::summary::Overviews;
use crate::ws::topic::Change;

/// The streams with subscribers.
#[derive(Debug)]
pub struct Streams {
    /// By symbol, so that a stream can be subscribed to before its market is listed.
    markets: BTreeMap<Symbol, Subscribed>,
    overviews: Overviews,
    /// The markets whose levels or best prices the batch in hand changed.
    touched: Vec<MarketId>,
}

#[derive(Debug)]
struct Subscribed {
    streams: MarketStreams,
    /// The streams of the market go when the last subscription does.
    subscription_count: usize,
}

impl Streams {
    /// Returns the streams before the first subscription.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Streams {
        Streams {
            markets: BTreeMap::new(),
            overviews: Overviews::new(),
            touched: Vec::new(),
        }
    }

    /// Adds a subscriber that calls the stream `name`.
    pub fn subscribe(&mut self, stream: Stream, outbox: &Arc<Outbox>, name: &str) -> Change {
        let (symbol, kind) = match stream {
            Stream::Overview(which) => return self.overviews.subscribe(which, outbox, name),
            Stream::Market { symbol, kind } => (symbol, kind),
        };
        let market = self.markets.entry(symbol).or_insert_with(|| Subscribed {
            streams: MarketStreams::of(symbol),
            subscription_count: 0,
        });
        let change = market.streams.subscribe(kind, outbox, name);
        if change == Change::Done {
            market.subscription_count += 1;
        }
        change
    }

    /// Removes a subscriber.
    pub fn unsubscribe(&mut self, stream: Stream, socket: SocketId) -> Change {
        let (symbol, kind) = match stream {
            Stream::Overview(which) => return self.overviews.unsubscribe(which, socket),
            Stream::Market { symbol, kind } => (symbol, kind),
        };
        let Some(market) = self.markets.get_mut(&symbol) else {
            return Change::Unchanged;
        };
        let change = market.streams.unsubscribe(kind, socket);
        if change == Change::Done {
            market.subscription_count -= 1;
        }
        if market.subscription_count == 0 {
            self.markets.remove(&symbol);
        }
        change
    }

    /// Tells what a batch changed.
    pub fn publish(&mut self, views: &Views, changed: &Changed) {
        let mut start = 0;
        for end in &changed.ends {
            self.publish_command(views, &changed.changes[start..*end], changed.at);
            start = *end;
        }
        self.publish_tops(views, changed);
    }

    /// The views stand at the end of the batch, so the best prices are told once a batch.
    fn publish_tops(&mut self, views: &Views, changed: &Changed) {
        self.touched.clear();
        for change in &changed.changes {
            if let ViewChange::Top { market } = change {
                touch(&mut self.touched, *market);
            }
        }
        for id in &self.touched {
            if let Some(market) = views.market(*id)
                && let Some(subscribed) = self.markets.get(&market.instrument().symbol)
            {
                subscribed.streams.tell_top(market, changed.at);
            }
        }
    }

    fn publish_command(&mut self, views: &Views, changes: &[ViewChange], at: Timestamp) {
        self.touched.clear();
        for change in changes {
            self.publish_change(views, change);
        }
        for id in &self.touched {
            if let Some((streams, instrument)) = find(&mut self.markets, views, *id) {
                streams.end_command(instrument, at);
            }
        }
    }

    fn publish_change(&mut self, views: &Views, change: &ViewChange) {
        match change {
            ViewChange::Trade { market, trade } => {
                if let Some((streams, instrument)) = find(&mut self.markets, views, *market) {
                    streams.tell_trade(trade, instrument);
                }
            }
            ViewChange::Aggregate { market, aggregate } => {
                if let Some((streams, instrument)) = find(&mut self.markets, views, *market) {
                    streams.tell_aggregate(aggregate, instrument);
                }
            }
            ViewChange::Level {
                market,
                side,
                price,
                lots,
                update,
            } => {
                if let Some((streams, _)) = find(&mut self.markets, views, *market) {
                    streams.gather(&LevelChange {
                        side: *side,
                        price: *price,
                        lots: *lots,
                        update: *update,
                    });
                    touch(&mut self.touched, *market);
                }
            }
            _ => {}
        }
    }

    /// Returns the markets that somebody subscribed to.
    pub fn symbols(&self) -> Vec<Symbol> {
        self.markets.keys().copied().collect()
    }

    /// Tells what is due at a beat about one market.
    pub fn beat_market(&mut self, symbol: Symbol, views: &Views, beat: Beat) {
        if let Some(market) = views.market_of(symbol)
            && let Some(subscribed) = self.markets.get_mut(&symbol)
        {
            subscribed.streams.beat(market, views.at(), beat);
        }
    }

    /// Tells what is due at a beat about all markets together.
    pub fn beat_overviews(&mut self, views: &Views) {
        if self.overviews.has_subscribers() {
            let markets: Vec<&Market> = views.markets().collect();
            self.overviews.tell(&markets, views.at());
        }
    }
}

fn find<'a>(
    markets: &'a mut BTreeMap<Symbol, Subscribed>,
    views: &'a Views,
    market: MarketId,
) -> Option<(&'a mut MarketStreams, &'a Instrument)> {
    let instrument = views.market(market)?.instrument();
    let subscribed = markets.get_mut(&instrument.symbol)?;
    Some((&mut subscribed.streams, instrument))
}

/// Changes of one market come in runs, so a look at the last entry is nearly always enough.
fn touch(touched: &mut Vec<MarketId>, market: MarketId) {
    if touched.last() != Some(&market) && !touched.contains(&market) {
        touched.push(market);
    }
}
