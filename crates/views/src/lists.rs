//! Every open list, and the closed ones of the last 24 hours.

use crate::account_share::AccountShare;
use crate::known::known;
use crate::list::OrderList;
use crate::span::Span;
use crate::trail::{Step, Trail};
use model::id::{AccountId, ListId, MarketId, OrderId, Sequence};
use model::text::ClientOrderId;
use model::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

pub struct Lists {
    rows: BTreeMap<ListId, OrderList>,
    by_client_id: BTreeSet<(AccountId, ClientOrderId, ListId)>,
    /// The kept lists of each account that has any, by number.
    own: BTreeMap<AccountId, Trail>,
    open: BTreeSet<(AccountId, ListId)>,
    /// In the order they closed.
    closed: AccountShare<ListId>,
    /// Of the list accepted last, while legs of it are still to come.
    coming: Option<Legs>,
    /// The last list that was said to be updated, and by which command.
    updated: Option<(ListId, Sequence)>,
    /// When the newest of the lists closed that are no longer kept.
    pub gone_until: Option<Timestamp>,
}

/// Numbers of orders that will be legs.
struct Legs {
    list: ListId,
    market: MarketId,
    first: OrderId,
    last: OrderId,
}

impl Lists {
    pub fn new(closed: AccountShare<ListId>) -> Lists {
        Lists {
            rows: BTreeMap::new(),
            by_client_id: BTreeSet::new(),
            own: BTreeMap::new(),
            open: BTreeSet::new(),
            closed,
            coming: None,
            updated: None,
            gone_until: None,
        }
    }

    /// Adds an open list, whose legs are accepted next.
    ///
    /// # Panics
    /// When its legs have no numbers.
    pub fn accept(&mut self, list: OrderList) {
        let last = known(list.first_order.0.checked_add(list.kind.legs() - 1));
        self.coming = Some(Legs {
            list: list.list,
            market: list.market,
            first: list.first_order,
            last: OrderId(last),
        });
        self.insert(list);
    }

    /// Returns the list of which the order just accepted is a leg.
    #[inline]
    pub fn list_of_leg(&mut self, market: MarketId, order: OrderId) -> Option<ListId> {
        let legs = self.coming.as_ref()?;
        let is_leg = legs.market == market && legs.first <= order && order <= legs.last;
        let (list, last) = (legs.list, legs.last);
        if is_leg && order == last {
            self.coming = None;
        }
        is_leg.then_some(list)
    }

    /// Updates a list, and returns it unless the same command has done so before.
    ///
    /// # Panics
    /// When it is not kept.
    pub fn update(&mut self, list: ListId, (by, at): (Sequence, Timestamp)) -> Option<OrderList> {
        if self.updated == Some((list, by)) {
            return None;
        }
        self.updated = Some((list, by));
        let row = known(self.rows.get_mut(&list));
        row.updated_at = at;
        Some(*row)
    }

    /// Closes a list, and lets go of an older one when there are too many.
    ///
    /// # Panics
    /// When it is not kept.
    pub fn close(&mut self, list: ListId, at: Timestamp) {
        let row = known(self.rows.get_mut(&list));
        row.is_closed = true;
        row.updated_at = at;
        let account = row.account;
        self.open.remove(&(account, list));
        if let Some(surplus) = self.closed.push(account, list) {
            self.forget(surplus);
        }
    }

    /// Lets go of at most `count` lists that closed before `oldest`.
    pub fn expire(&mut self, oldest: Timestamp, count: usize) {
        for _ in 0..count {
            let is_old = |list: &ListId| self.rows[list].updated_at < oldest;
            if !self.closed.oldest().is_some_and(|list| is_old(&list)) {
                return;
            }
            if let Some(list) = self.closed.pop() {
                self.forget(list);
            }
        }
    }

    /// Puts the lists of a snapshot back: all by number, then the closed ones in the order they closed.
    pub fn restore(&mut self, by_number: &[OrderList], closed: &[(AccountId, ListId)]) {
        by_number.iter().for_each(|list| self.insert(*list));
        for (account, list) in closed {
            self.closed.push(*account, *list);
        }
    }

    /// Returns how many closed lists too many a snapshot of `count` has.
    pub fn surplus(&self, count: usize) -> usize {
        self.closed.surplus(count)
    }

    pub fn get(&self, list: ListId) -> Option<&OrderList> {
        self.rows.get(&list)
    }

    /// Returns the newest list of an account with this client id.
    pub fn find_named(&self, account: AccountId, client_id: ClientOrderId) -> Option<&OrderList> {
        let from = (account, client_id, ListId(0));
        let until = (account, client_id, ListId(u64::MAX));
        let (.., list) = self.by_client_id.range(from..=until).next_back()?;
        self.get(*list)
    }

    /// Returns the open lists of an account, by number.
    pub fn open_of(&self, account: AccountId) -> impl Iterator<Item = &OrderList> {
        let range = (account, ListId(0))..=(account, ListId(u64::MAX));
        let numbers = self.open.range(range).map(|(_, list)| list);
        numbers.filter_map(|list| self.get(*list))
    }

    /// Returns the kept lists of an account with this number or a later one.
    pub fn from(&self, account: AccountId, first: ListId) -> impl Iterator<Item = &OrderList> {
        let trail = self.own.get(&account).into_iter();
        self.at(trail.flat_map(move |trail| trail.from(first.0)))
    }

    /// Returns the kept lists of an account created within the span, by number.
    pub fn within(&self, account: AccountId, span: Span) -> impl Iterator<Item = &OrderList> {
        let trail = self.own.get(&account).into_iter();
        self.at(trail.flat_map(move |trail| trail.within(span)))
    }

    /// Returns the newest `count` kept lists of an account, by number.
    pub fn newest(&self, account: AccountId, count: usize) -> impl Iterator<Item = &OrderList> {
        let trail = self.own.get(&account).into_iter();
        self.at(trail.flat_map(move |trail| trail.newest(count)))
    }

    /// Returns every open list, by number.
    pub fn open(&self) -> impl Iterator<Item = &OrderList> {
        self.rows.values().filter(|list| !list.is_closed)
    }

    /// Returns every closed list in the order they closed.
    pub fn closed(&self) -> impl Iterator<Item = &OrderList> {
        self.closed.iter().filter_map(|list| self.get(list))
    }

    fn at(&self, steps: impl Iterator<Item = Step>) -> impl Iterator<Item = &OrderList> {
        steps.filter_map(|step| self.get(ListId(step.number)))
    }

    fn insert(&mut self, list: OrderList) {
        let (account, number) = (list.account, list.list);
        self.by_client_id.insert((account, list.client_id, number));
        let own = self.own.entry(account).or_insert(Trail::EMPTY);
        own.push(Step {
            number: number.0,
            at: list.created_at,
        });
        if !list.is_closed {
            self.open.insert((account, number));
        }
        self.rows.insert(number, list);
    }

    /// Removes a closed list that has left the closed ones.
    fn forget(&mut self, list: ListId) {
        let row = known(self.rows.remove(&list));
        self.gone_until = self.gone_until.max(Some(row.updated_at));
        self.by_client_id
            .remove(&(row.account, row.client_id, list));
        if let Some(own) = self.own.get_mut(&row.account) {
            own.remove(list.0);
            if own.is_empty() {
                self.own.remove(&row.account);
            }
        }
    }
}
