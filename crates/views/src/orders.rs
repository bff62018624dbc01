//! Every open order, and the closed ones of the last 24 hours.

use crate::account_market::AccountMarkets;
use crate::chain::{Chain, Links};
use crate::order::Order;
use crate::order_row::OrderRow;
use crate::rows::{Rows, Slot};
use crate::trail::Step;
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, TradeId};
use model::index::Index;
use model::number::{Amount, Qty};
use model::order::CloseReason;
use model::text::ClientOrderId;
use model::time::Timestamp;

pub struct Orders {
    rows: Rows<OrderRow>,
    by_number: Index,
    by_client_id: Index,
    /// In the order they closed.
    closed: Chain<OrderRow>,
    /// The last order accepted: what a taker's fills are looking for.
    latest: Option<Slot<OrderRow>>,
    pub limits: OrderLimits,
}

/// How many closed orders are kept (`crate::limits`).
#[derive(Clone, Copy)]
pub struct OrderLimits {
    pub closed_max: usize,
    pub closed_share: usize,
}

impl Orders {
    pub fn new(table_seed: u64, limits: OrderLimits) -> Orders {
        Orders {
            rows: Rows::new(),
            by_number: Index::new(table_seed),
            by_client_id: Index::new(table_seed),
            closed: Chain::EMPTY,
            latest: None,
            limits,
        }
    }

    pub fn get(&self, slot: Slot<OrderRow>) -> &OrderRow {
        self.rows.get(slot)
    }

    /// Adds an open order.
    pub fn open(&mut self, row: OrderRow, markets: &mut AccountMarkets) -> Slot<OrderRow> {
        let of = row.of;
        let slot = self.insert(row);
        let own = markets.get_mut(of);
        own.open.push(&mut self.rows, slot, own_links);
        self.take_name(slot);
        self.latest = Some(slot);
        slot
    }

    /// Puts a closed order of a snapshot back; they come in the order they closed.
    pub fn restore_closed(&mut self, row: OrderRow, markets: &mut AccountMarkets) {
        let (of, is_named) = (row.of, row.is_named);
        let slot = self.insert(row);
        markets
            .get_mut(of)
            .closed
            .push(&mut self.rows, slot, own_links);
        self.closed.push(&mut self.rows, slot, closed_links);
        if is_named {
            self.take_name(slot);
        }
    }

    fn insert(&mut self, row: OrderRow) -> Slot<OrderRow> {
        let hash = self.number_hash(row.market, row.order);
        let slot = self.rows.insert(row);
        self.by_number.insert(hash, slot.place());
        slot
    }

    /// Returns an order by its number.
    #[inline]
    pub fn find(&self, market: MarketId, order: OrderId) -> Option<Slot<OrderRow>> {
        let is_key = |slot: Slot<OrderRow>| {
            let row = self.rows.get(slot);
            row.order == order && row.market == market
        };
        if let Some(latest) = self.latest.filter(|latest| is_key(*latest)) {
            return Some(latest);
        }
        let hash = self.number_hash(market, order);
        self.by_number
            .find(hash, |place| is_key(Slot::at(place)))
            .map(Slot::at)
    }

    /// Returns the order that took a client id last.
    pub fn find_named(
        &self,
        account: AccountId,
        market: MarketId,
        client_id: ClientOrderId,
    ) -> Option<Slot<OrderRow>> {
        let hash = self.name_hash(account, market, client_id);
        self.by_client_id
            .find(hash, |place| {
                is_name(self.rows.get(Slot::at(place)), account, market, client_id)
            })
            .map(Slot::at)
    }

    /// Marks the order as working from now on, if it was not before.
    pub fn work(&mut self, slot: Slot<OrderRow>, at: Timestamp) {
        let row = self.rows.get_mut(slot);
        row.updated_at = at;
        row.working_at.get_or_insert(at);
    }

    /// Adds a fill and returns the fill before it.
    pub fn fill(
        &mut self,
        slot: Slot<OrderRow>,
        (trade, qty, quote): (TradeId, Qty, Amount),
        at: Timestamp,
    ) -> Option<TradeId> {
        let row = self.rows.get_mut(slot);
        row.executed = row.executed.plus(qty);
        row.quote_units += quote.units();
        row.updated_at = at;
        row.working_at.get_or_insert(at);
        row.set_last_fill(trade)
    }

    /// Takes lots off that self-trade prevention stopped.
    pub fn prevent(
        &mut self,
        slot: Slot<OrderRow>,
        prevented: PreventedMatchId,
        qty: Qty,
        at: Timestamp,
    ) {
        let row = self.rows.get_mut(slot);
        row.prevented = row.prevented.plus(qty);
        row.set_prevented_match(prevented);
        row.updated_at = at;
    }

    /// Gives an order another original quantity and client id.
    pub fn amend(
        &mut self,
        slot: Slot<OrderRow>,
        qty: Qty,
        client_id: ClientOrderId,
        at: Timestamp,
    ) {
        let row = self.rows.get_mut(slot);
        row.original = qty;
        row.updated_at = at;
        if row.client_id != client_id {
            self.drop_name(slot);
            self.rows.get_mut(slot).client_id = client_id;
            self.take_name(slot);
        }
    }

    /// Closes an order, and lets go of an older one when there are too many.
    pub fn close(
        &mut self,
        slot: Slot<OrderRow>,
        reason: CloseReason,
        at: Timestamp,
        markets: &mut AccountMarkets,
    ) {
        let row = self.rows.get_mut(slot);
        row.closed = Some(reason);
        row.updated_at = at;
        let own = markets.get_mut(row.of);
        own.open.remove(&mut self.rows, slot, own_links);
        own.closed.push(&mut self.rows, slot, own_links);
        self.closed.push(&mut self.rows, slot, closed_links);
        if self.limits.closed_max < self.closed.len() {
            let is_above_share = self.limits.closed_share < own.closed.len();
            let oldest = if is_above_share {
                own.closed.first()
            } else {
                self.closed.first()
            };
            if let Some(oldest) = oldest {
                self.forget(oldest, markets);
            }
        }
    }

    /// Lets go of at most `count` orders that closed before `oldest`; returns how many.
    pub fn expire(
        &mut self,
        oldest: Timestamp,
        count: usize,
        markets: &mut AccountMarkets,
    ) -> usize {
        let mut gone = 0;
        while gone < count
            && let Some(slot) = self.closed.first()
            && self.rows.get(slot).updated_at < oldest
        {
            self.forget(slot, markets);
            gone += 1;
        }
        gone
    }

    /// Returns the open orders of an account in a market, by number.
    pub fn open_of(&self, chain: &Chain<OrderRow>) -> impl Iterator<Item = &OrderRow> {
        self.chained(chain, |row| &row.own_links)
    }

    /// Returns every closed order in the order they closed.
    pub fn closed(&self) -> impl Iterator<Item = &OrderRow> {
        self.chained(&self.closed, |row| &row.closed_links)
    }

    /// Reads where the search for an order by its number begins.
    pub fn warm_number(&self, market: MarketId, order: OrderId) -> u64 {
        self.by_number.warm(self.number_hash(market, order))
    }

    /// Reads where the search for an order by its name begins.
    pub fn warm_name(&self, account: AccountId, market: MarketId, name: ClientOrderId) -> u64 {
        self.by_client_id
            .warm(self.name_hash(account, market, name))
    }

    /// Reads the neighbours of an order in the list of its account, ahead of its leaving.
    pub fn warm_neighbours(&self, row: &OrderRow) -> u64 {
        let read = |slot: Option<Slot<OrderRow>>| {
            slot.map_or(0, |slot| self.rows.get(slot).created_at.nanos() as u64)
        };
        read(row.own_links.next()) ^ read(row.own_links.previous())
    }

    /// Reads the last order of a list, ahead of the next.
    pub fn warm_last(&self, chain: &Chain<OrderRow>) -> u64 {
        chain
            .last()
            .map_or(0, |slot| self.rows.get(slot).created_at.nanos() as u64)
    }

    fn chained<'a>(
        &'a self,
        chain: &Chain<OrderRow>,
        links: impl Fn(&OrderRow) -> &Links<OrderRow>,
    ) -> impl Iterator<Item = &'a OrderRow> {
        let first = chain.first().map(|slot| self.rows.get(slot));
        std::iter::successors(first, move |row| {
            links(row).next().map(|slot| self.rows.get(slot))
        })
    }

    /// Removes a closed order from everywhere.
    fn forget(&mut self, slot: Slot<OrderRow>, markets: &mut AccountMarkets) {
        self.drop_name(slot);
        let row = self.rows.get(slot);
        let (market, order) = (row.market, row.order);
        let own = markets.get_mut(row.of);
        own.orders.remove(order.0);
        own.closed.remove(&mut self.rows, slot, own_links);
        self.closed.remove(&mut self.rows, slot, closed_links);
        let hash = self.number_hash(market, order);
        self.by_number.remove(hash, |place| place == slot.place());
        self.rows.free(slot);
        if self.latest == Some(slot) {
            self.latest = None;
        }
    }

    /// Lets the order's client id lead to it, and no longer to a closed order before it.
    fn take_name(&mut self, slot: Slot<OrderRow>) {
        let rows = &self.rows;
        let row = rows.get(slot);
        let (account, market, client_id) = (row.account, row.market, row.client_id);
        let hash = self.name_hash(account, market, client_id);
        let before = self.by_client_id.remove(hash, |place| {
            is_name(rows.get(Slot::at(place)), account, market, client_id)
        });
        if let Some(before) = before {
            self.rows.get_mut(Slot::at(before)).is_named = false;
        }
        self.by_client_id.insert(hash, slot.place());
        self.rows.get_mut(slot).is_named = true;
    }

    fn drop_name(&mut self, slot: Slot<OrderRow>) {
        let row = self.rows.get_mut(slot);
        if row.is_named {
            row.is_named = false;
            let words = name_words(row.account, row.market, row.client_id);
            let hash = self.by_client_id.hash(&words);
            self.by_client_id
                .remove(hash, |place| place == slot.place());
        }
    }

    fn number_hash(&self, market: MarketId, order: OrderId) -> u64 {
        // Order numbers stay below 2^53: the market has the bits above, but for one that only mixes.
        self.by_number
            .hash(&[order.0 ^ u64::from(market.0).rotate_right(12)])
    }

    fn name_hash(&self, account: AccountId, market: MarketId, client_id: ClientOrderId) -> u64 {
        self.by_client_id
            .hash(&name_words(account, market, client_id))
    }
}

fn own_links(row: &mut OrderRow) -> &mut Links<OrderRow> {
    &mut row.own_links
}

fn closed_links(row: &mut OrderRow) -> &mut Links<OrderRow> {
    &mut row.closed_links
}

fn is_name(row: &OrderRow, account: AccountId, market: MarketId, client_id: ClientOrderId) -> bool {
    row.client_id == client_id && row.account == account && row.market == market
}

fn name_words(account: AccountId, market: MarketId, client_id: ClientOrderId) -> [u64; 4] {
    // The owner is mixed into the word that the shortest ids leave empty.
    let [first, second, third, last] = client_id.words();
    let owner = u64::from(account.0) << 16 | u64::from(market.0);
    [first, second, third, last ^ owner]
}

/// Returns an order's step in the trail of its account.
pub fn step(order: &Order) -> Step {
    Step {
        number: order.order.0,
        at: order.created_at,
    }
}
