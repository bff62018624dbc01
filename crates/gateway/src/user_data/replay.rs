//! Telling again what happened to an account: the messages of the past, made once more from the event log.
//!
//! Absent: the names of requests that cancelled, which no event carries.

use core::ops::ControlFlow;
use std::collections::{BTreeMap, BTreeSet};

use model::event::{Event, Published};
use model::id::{AccountId, AssetId, ListId, Sequence};
use model::number::Amount;
use model::text::Symbol;
use model::time::Timestamp;
use wire::binance::answer::list::ListFacts;
use wire::binance::error::Refusal;
use wire::binance::list_status::ListExecution;
use wire::binance::user_data::BalanceFacts;

use crate::hub::{Answered, ReadSpan};
use crate::rest::placed::PlacedList;
use crate::tickets::NOBODY;
use crate::user_data::before::{Before, too_late};
use crate::user_data::concerned::{concerned, order_places};
use crate::user_data::deltas::{Pair, deltas, funding};
use crate::user_data::executions::{Executions, Kept};
use crate::user_data::news::{News, Told, What};
use crate::user_data::place::Place;

/// Events of the account that are read at once, and those of one command more.
const EVENTS_AT_ONCE: usize = 1_000;

/// What happened to an account after a place, up to a command.
///
/// **Shape** what is open, whatever the length of the span.
pub struct Replay {
    own: AccountId,
    from: Place,
    /// The last command that was told.
    told: Sequence,
    until: Sequence,
    read_span: ReadSpan,
    kept: Kept,
    /// Those with an open leg.
    lists: BTreeMap<ListId, ListFacts>,
    /// Available and held, as they were after that command.
    balances: BTreeMap<AssetId, (i128, i128)>,
    assets: BTreeMap<AssetId, Symbol>,
}

/// What a command did to the account.
struct Command {
    sequence: Sequence,
    at: Timestamp,
    events: Vec<Event>,
}

/// A span of the event log, and how to read it.
pub struct Span {
    pub own: AccountId,
    pub from: Place,
    pub until: Sequence,
    pub read_span: ReadSpan,
}

impl Replay {
    /// Returns what happened in a span, from how the account was before it.
    pub fn of(span: Span, before: Before, assets: BTreeMap<AssetId, Symbol>) -> Replay {
        Replay {
            own: span.own,
            from: span.from,
            told: span.from.whole_before(),
            until: span.until,
            read_span: span.read_span,
            kept: before.kept,
            lists: before.lists,
            balances: before.balances,
            assets,
        }
    }

    /// Returns the last command that is told again.
    pub const fn until(&self) -> Sequence {
        self.until
    }

    /// Returns whether all was told.
    pub fn is_over(&self) -> bool {
        self.until <= self.told
    }

    /// Reads on in the event log, and so blocks; returns what the account is told of that.
    ///
    /// # Errors
    /// -1130 when the log no longer has it.
    pub fn tell_more(&mut self) -> Result<Vec<News>, Refusal> {
        let mut news = Vec::new();
        for command in self.read_more()? {
            self.tell(&command, &mut news);
        }
        news.retain(|one| self.from < one.place);
        Ok(news)
    }

    fn read_more(&mut self) -> Result<Vec<Command>, Refusal> {
        let mut commands: Vec<Command> = Vec::new();
        let (mut count, mut is_cut) = (0, false);
        let own = self.own;
        let mut take = |published: Published| {
            if !concerned(&published.event).any(|account| account == own) {
                return ControlFlow::Continue(());
            }
            match commands.last_mut() {
                Some(last) if last.sequence == published.sequence => {
                    last.events.push(published.event);
                }
                _ if EVENTS_AT_ONCE <= count => {
                    is_cut = true;
                    return ControlFlow::Break(());
                }
                _ => commands.push(Command {
                    sequence: published.sequence,
                    at: published.at,
                    events: vec![published.event],
                }),
            }
            count += 1;
            ControlFlow::Continue(())
        };
        (self.read_span)(self.told, self.until, &mut take).ok_or_else(too_late)?;
        self.told = match commands.last() {
            Some(last) if is_cut => last.sequence,
            _ => self.until,
        };
        Ok(commands)
    }

    fn tell(&mut self, command: &Command, news: &mut Vec<News>) {
        let Command {
            sequence,
            at,
            events,
        } = command;
        let answered = Answered {
            ticket: NOBODY,
            sequence: *sequence,
            at: *at,
            events,
        };
        let own = self.own;
        let mut told = Told::new(&answered, news);
        for facts in Executions::again(&mut self.kept, &answered, &|account| account == own) {
            told.push(own, What::Execution(Box::new(facts)));
        }
        self.take_in_list(command);
        self.name_legs(events);
        let mut touched = BTreeSet::new();
        let mut updated = BTreeSet::new();
        for event in events {
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
        events.iter().for_each(|event| self.let_go(event));
    }

    /// A command accepts one list at most.
    fn take_in_list(&mut self, command: &Command) {
        let accepted = command.events.iter().find_map(|event| match event {
            Event::ListAccepted(accepted) => Some(accepted),
            _ => None,
        });
        if let Some(accepted) = accepted
            && let Some(listing) = self.kept.listings.get(&accepted.market)
            && let Some(placed) = PlacedList::of(&command.events, listing, command.at)
        {
            self.lists.insert(accepted.list, placed.list);
        }
    }

    /// An amendment gives a leg another name.
    fn name_legs(&mut self, events: &[Event]) {
        for (market, number, _) in events.iter().flat_map(order_places) {
            if let Some(order) = self.kept.orders.get(&(market, number))
                && let Some(list) = order.list.and_then(|list| self.lists.get_mut(&list))
            {
                let legs = list.legs.iter_mut().filter(|leg| leg.order == number);
                legs.for_each(|leg| leg.client_id = order.client_id);
            }
        }
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
        let pair = |market| Some(Pair::of(&listings.get(&market)?.instrument));
        for delta in deltas(event, self.own, &pair) {
            let (available, held) = self.balances.entry(delta.asset).or_insert((0, 0));
            *available += delta.available;
            *held += delta.held;
            touched.insert(delta.asset);
        }
    }

    /// Forgets what an event has ended.
    fn let_go(&mut self, event: &Event) {
        match event {
            Event::OrderClosed(closed) => {
                self.kept.orders.remove(&(closed.market, closed.order));
            }
            Event::ListClosed { list, .. } => {
                self.lists.remove(list);
            }
            _ => {}
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
