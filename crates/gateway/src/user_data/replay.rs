//! Telling again what happened to an account: the messages of the past, made once more from the event log.
//!
//! The views know how orders and balances are. What the log tells is taken back from that, and then told forwards.
//!
//! Absent: the names of requests that cancelled, which no event carries.

use core::ops::ControlFlow;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use model::account::Wallet;
use model::event::{Event, Published};
use model::id::{AccountId, AssetId, ListId, MarketId, OrderId, Sequence};
use model::number::Amount;
use model::text::Symbol;
use model::time::{NANOS_PER_DAY, Timestamp};
use views::order::Order;
use views::views::Views;
use wire::binance::answer::list::ListFacts;
use wire::binance::error::{Fault, Refusal};
use wire::binance::list_status::ListExecution;
use wire::binance::user_data::BalanceFacts;

use crate::clock;
use crate::hub::{Answered, Hub, ReadSpan};
use crate::rest::facts::{self, Listing, asset_symbol};
use crate::tickets::NOBODY;
use crate::user_data::deltas::{Pair, deltas, funding};
use crate::user_data::effects::Effects;
use crate::user_data::executions::{Executions, Kept, Orders, Trails};
use crate::user_data::news::{News, Told, What};
use crate::user_data::place::Place;
use crate::user_data::streams::{Fed, Subscribed, UserStreams};

/// Commands of anybody that are read for one replay.
const COMMANDS_MAX: u64 = 5_000_000;
/// Events of the account that are told again.
const EVENTS_MAX: usize = 50_000;
/// Commands that may be left to read while the views are held.
const HELD_COMMANDS_MAX: u64 = 64;
/// How often the log is read up to an end that moves on meanwhile.
const CATCH_UPS_MAX: usize = 8;
/// How long a full queue is waited for.
const ROOM_PERIOD: Duration = Duration::from_millis(5);

/// What happened to an account after a place, up to a command.
pub struct Replay {
    own: AccountId,
    from: Place,
    until: Sequence,
    commands: VecDeque<Command>,
    kept: Kept,
    lists: BTreeMap<ListId, ListFacts>,
    /// Available and held, as they were.
    balances: BTreeMap<AssetId, (i128, i128)>,
    assets: BTreeMap<AssetId, Symbol>,
}

/// What a command did to the account.
struct Command {
    sequence: Sequence,
    at: Timestamp,
    events: Vec<Event>,
}

impl Replay {
    /// Returns what happened to an account after a place. Reads the event log, and so blocks.
    ///
    /// # Errors
    /// -1130 for a place that is to come, and for one that is too long ago.
    pub fn collect(hub: &Hub, own: AccountId, from: Place) -> Result<Replay, Refusal> {
        let read_span = (hub.history().open_span)().ok_or_else(too_late)?;
        let mut past = Past {
            read_span,
            read: from.whole_before(),
            found: Found {
                own,
                oldest: clock::now().plus_nanos(-NANOS_PER_DAY),
                commands: VecDeque::new(),
                event_count: 0,
                is_too_much: false,
            },
        };
        for _ in 0..CATCH_UPS_MAX {
            let until = hub.views().sequence();
            if until < from.sequence {
                return Err(Refusal::with(Fault::DataInvalid, &["resumeFrom"]));
            }
            let left = until.0 - past.read.0;
            if COMMANDS_MAX < left {
                return Err(too_late());
            }
            if left <= HELD_COMMANDS_MAX {
                break;
            }
            past.read(until)?;
        }
        let views = hub.views();
        past.read(views.sequence())?;
        Replay::of(past, from, &views).ok_or_else(too_late)
    }

    /// Returns the last command that is told again.
    pub const fn until(&self) -> Sequence {
        self.until
    }

    /// `None` when an order or a list is no longer known.
    fn of(past: Past, from: Place, views: &Views) -> Option<Replay> {
        let Past { found, read, .. } = past;
        let own = found.own;
        let is_own = |account| account == own;
        let events = || found.commands.iter().flat_map(|command| &command.events);
        let effects = Effects::of(events(), &is_own);
        let mut met = BTreeSet::new();
        let mut new = BTreeSet::new();
        let mut lists = BTreeMap::new();
        for event in events() {
            met.extend(own_orders(event, own));
            match event {
                Event::OrderAccepted(order) => {
                    new.insert((order.market, order.order));
                }
                Event::ListAccepted(list) => {
                    lists.insert(list.list, list_facts(views, own, list.list)?);
                }
                Event::ListClosed { list, .. } => {
                    lists.insert(*list, list_facts(views, own, *list)?);
                }
                _ => {}
            }
        }
        let mut listings = BTreeMap::new();
        let mut orders = Orders::new();
        let mut trails = Trails::new();
        for (market, order) in met {
            let listing = Listing::of(views, views.market(market)?);
            listings.insert(market, listing);
            if let Some(since) = views.order(market, order).and_then(trailing_since) {
                trails.insert((market, order), since);
            }
            if !new.contains(&(market, order)) {
                let after = facts::order(&views.order(market, order)?, &listing.instrument);
                if let Some(list) = after.list {
                    lists.insert(list, list_facts(views, own, list)?);
                }
                orders.insert((market, order), effects.before(market, &after));
            }
        }
        let balances = balances_before(events(), own, views, &listings);
        let assets = views
            .assets()
            .iter()
            .map(|asset| (asset.id, asset_symbol(views, asset.id)));
        Some(Replay {
            own,
            from,
            until: read,
            assets: assets.collect(),
            kept: Kept {
                listings,
                group: views.account(own)?.group,
                orders,
                trails,
            },
            lists,
            balances,
            commands: found.commands,
        })
    }

    /// Returns what the account is told of the next command; `None` after the last.
    pub fn tell_next(&mut self) -> Option<Vec<News>> {
        let Command {
            sequence,
            at,
            events,
        } = self.commands.pop_front()?;
        let answered = Answered {
            ticket: NOBODY,
            sequence,
            at,
            events: &events,
        };
        let own = self.own;
        let mut news = Vec::new();
        let mut told = Told::new(&answered, &mut news);
        for facts in Executions::again(&mut self.kept, &answered, &|account| account == own) {
            told.push(own, What::Execution(Box::new(facts)));
        }
        let mut touched = BTreeSet::new();
        let mut updated = BTreeSet::new();
        for event in &events {
            for (asset, delta) in funding(event, own) {
                let asset = self.symbol(asset);
                told.push(own, What::Funding { asset, delta });
            }
            if let Some((list, execution)) = self.list_news(event, &mut updated) {
                told.push(own, What::List(Box::new(list), execution));
            }
            self.take_in(event, &mut touched);
        }
        if !touched.is_empty() {
            let balances = touched.into_iter().map(|asset| self.balance(asset));
            told.push(own, What::Position(balances.collect()));
        }
        news.retain(|one| self.from < one.place);
        Some(news)
    }

    /// The pending legs of a list start together: the first of them tells it.
    fn list_news(
        &self,
        event: &Event,
        updated: &mut BTreeSet<ListId>,
    ) -> Option<(ListFacts, ListExecution)> {
        let (list, execution) = match event {
            Event::ListAccepted(accepted) => (accepted.list, ListExecution::Started),
            Event::ListClosed { list, .. } => (*list, ListExecution::Done),
            Event::OrderActivated(activated) => {
                let place = (activated.market, activated.order);
                let list = self.kept.orders.get(&place)?.list?;
                if !updated.insert(list) {
                    return None;
                }
                (list, ListExecution::Updated)
            }
            _ => return None,
        };
        Some((self.lists.get(&list)?.clone(), execution))
    }

    fn take_in(&mut self, event: &Event, touched: &mut BTreeSet<AssetId>) {
        let listings = &self.kept.listings;
        for delta in deltas(event, self.own, &|market| pair(listings, market)) {
            let (available, held) = self.balances.entry(delta.asset).or_insert((0, 0));
            *available += delta.available;
            *held += delta.held;
            touched.insert(delta.asset);
        }
    }

    fn balance(&self, asset: AssetId) -> BalanceFacts {
        let (free, locked) = self.balances.get(&asset).copied().unwrap_or((0, 0));
        BalanceFacts {
            asset: self.symbol(asset),
            free: Amount::new(free).unwrap_or(Amount::ZERO),
            locked: Amount::new(locked).unwrap_or(Amount::ZERO),
        }
    }

    fn symbol(&self, asset: AssetId) -> Symbol {
        *self
            .assets
            .get(&asset)
            .expect("every asset was listed before anybody had any of it")
    }
}

/// Feeds a replay to a subscription, at the pace of its socket, and lets it hear what happens from then on.
pub async fn feed(streams: Arc<UserStreams>, to: Subscribed, mut replay: Replay) {
    while let Some(news) = replay.tell_next() {
        for one in news {
            let fed = when_there_is_room(|| streams.feed(to, &one, clock::now())).await;
            if fed == Fed::Gone {
                return;
            }
        }
    }
    when_there_is_room(|| streams.release(to, replay.until())).await;
}

async fn when_there_is_room(mut attempt: impl FnMut() -> Fed) -> Fed {
    loop {
        match attempt() {
            Fed::Full => tokio::time::sleep(ROOM_PERIOD).await,
            fed => return fed,
        }
    }
}

/// What was read of the log.
struct Past {
    read_span: ReadSpan,
    found: Found,
    /// The last command that was read, or passed over.
    read: Sequence,
}

/// What concerns the account.
struct Found {
    own: AccountId,
    oldest: Timestamp,
    commands: VecDeque<Command>,
    event_count: usize,
    is_too_much: bool,
}

impl Past {
    /// Reads on up to a command.
    ///
    /// # Errors
    /// -1130 when that is too much, too old, or not in the log.
    fn read(&mut self, until: Sequence) -> Result<(), Refusal> {
        if self.read == until {
            return Ok(());
        }
        let found = &mut self.found;
        let read = (self.read_span)(self.read, until, &mut |published| found.meet(published));
        if self.found.is_too_much || read.is_none() {
            return Err(too_late());
        }
        self.read = until;
        Ok(())
    }
}

impl Found {
    fn meet(&mut self, published: Published) -> ControlFlow<()> {
        if published.at < self.oldest || EVENTS_MAX <= self.event_count {
            self.is_too_much = true;
            return ControlFlow::Break(());
        }
        if concerns(&published.event, self.own) {
            self.take_in(published);
        }
        ControlFlow::Continue(())
    }

    fn take_in(&mut self, published: Published) {
        self.event_count += 1;
        match self.commands.back_mut() {
            Some(last) if last.sequence == published.sequence => last.events.push(published.event),
            _ => self.commands.push_back(Command {
                sequence: published.sequence,
                at: published.at,
                events: vec![published.event],
            }),
        }
    }
}

fn trailing_since(order: Order) -> Option<(Sequence, Timestamp)> {
    order.instructed?.trailing_since
}

const fn too_late() -> Refusal {
    Refusal::of(Fault::ResumeTooLate)
}

fn list_facts(views: &Views, own: AccountId, list: ListId) -> Option<ListFacts> {
    facts::list(views, &views.list(own, list)?)
}

fn pair(listings: &BTreeMap<MarketId, Listing>, market: MarketId) -> Option<Pair> {
    let instrument = &listings.get(&market)?.instrument;
    Some(Pair {
        base: instrument.base,
        quote: instrument.quote,
    })
}

/// Takes back from the balances what the events added.
fn balances_before<'a>(
    events: impl Iterator<Item = &'a Event>,
    own: AccountId,
    views: &Views,
    listings: &BTreeMap<MarketId, Listing>,
) -> BTreeMap<AssetId, (i128, i128)> {
    let mut balances = BTreeMap::new();
    for event in events {
        for delta in deltas(event, own, &|market| pair(listings, market)) {
            let (available, held) = balances.entry(delta.asset).or_insert_with(|| {
                let now = views.balance(own, Wallet::Spot, delta.asset);
                (now.available.units(), now.held.units())
            });
            *available -= delta.available;
            *held -= delta.held;
        }
    }
    balances
}

/// Returns the orders of an account that an event speaks of.
fn own_orders(event: &Event, own: AccountId) -> Vec<(MarketId, OrderId)> {
    let places: [Option<(AccountId, MarketId, OrderId)>; 2] = match event {
        Event::OrderAccepted(order) => [Some((order.account, order.market, order.order)), None],
        Event::OrderInstructed(order) => [Some((order.account, order.market, order.order)), None],
        Event::OrderTriggered(order) => [Some((order.account, order.market, order.order)), None],
        Event::OrderActivated(order) => [Some((order.account, order.market, order.order)), None],
        Event::OrderAmended(order) => [Some((order.account, order.market, order.order)), None],
        Event::OrderRequeued(order) => [Some((order.account, order.market, order.order)), None],
        Event::WaitingAmended(order) => [Some((order.account, order.market, order.order)), None],
        Event::OrderClosed(order) => [Some((order.account, order.market, order.order)), None],
        Event::OrderRested {
            market,
            order,
            account,
            ..
        } => [Some((*account, *market, *order)), None],
        Event::Traded(traded) => [&traded.maker, &traded.taker]
            .map(|party| Some((party.account, traded.market, party.order))),
        Event::MatchPrevented(prevented) => {
            let market = prevented.market;
            [
                Some((prevented.maker_account, market, prevented.maker_order)),
                Some((prevented.taker_account, market, prevented.taker_order)),
            ]
        }
        _ => [None, None],
    };
    let own = places
        .into_iter()
        .flatten()
        .filter(|(account, ..)| *account == own);
    own.map(|(_, market, order)| (market, order)).collect()
}

/// Returns whether an account is told something of an event.
fn concerns(event: &Event, own: AccountId) -> bool {
    match event {
        Event::ListAccepted(list) => list.account == own,
        Event::ListClosed { account, .. } => *account == own,
        _ => !own_orders(event, own).is_empty() || !funding(event, own).is_empty(),
    }
}
