//! Every open order, and the closed ones of the last 24 hours.

use crate::account_market::AccountMarkets;
use crate::closings::Closings;
use crate::instructed_orders::InstructedOrders;
use crate::numbers::Numbers;
use crate::order::{Instructed, Order, Stage};
use crate::order_row::OrderRow;
use crate::orders_behind::Later;
use crate::own_orders::OwnOrders;
use crate::rows::{Rows, Slot};
use crate::trail::Trail;
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, Sequence, TradeId};
use model::index::Index;
use model::number::{Amount, Price, Qty};
use model::order::{Awaited, CloseReason};
use model::text::ClientOrderId;
use model::time::Timestamp;
use std::borrow::Cow;

pub struct Orders {
    pub(crate) rows: Rows<OrderRow>,
    pub(crate) by_number: Numbers,
    pub(crate) by_client_id: Index,
    pub(crate) closed: Closings,
    instructed: InstructedOrders,
    /// What is put together later, while the views are behind.
    pub(crate) later: Option<Later>,
    /// The last order that began to do something: what a taker's fills are looking for.
    latest: Option<Slot<OrderRow>>,
    /// When the newest of the orders closed that are no longer kept.
    pub gone_until: Option<Timestamp>,
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
            by_number: Numbers::new(table_seed),
            by_client_id: Index::new(table_seed),
            closed: Closings::new(),
            instructed: InstructedOrders::new(),
            later: None,
            latest: None,
            gone_until: None,
            limits,
        }
    }

    pub fn get(&self, slot: Slot<OrderRow>) -> &OrderRow {
        self.rows.get(slot)
    }

    /// Returns an order as its owner reads it.
    pub fn read(&self, row: &OrderRow) -> Order {
        row.order(self.instructed_row(row))
    }

    /// Returns what an order asks for beyond its kind, if it does or is a leg.
    pub fn instructed(&self, slot: Slot<OrderRow>) -> Option<Instructed> {
        self.instructed_row(self.rows.get(slot))
    }

    fn instructed_row(&self, row: &OrderRow) -> Option<Instructed> {
        row.is_instructed
            .then(|| self.instructed.get((row.market, row.order)))
    }

    /// Returns what is kept beside the rows of orders, by market and number.
    pub fn all_instructed(&self) -> impl Iterator<Item = ((MarketId, OrderId), &Instructed)> {
        self.instructed.iter()
    }

    /// Adds an open order.
    pub fn open(&mut self, mut row: OrderRow, markets: &mut AccountMarkets) -> Slot<OrderRow> {
        let of = (!self.is_behind()).then(|| markets.open(row.account, row.market));
        if let Some(of) = of {
            row.set_of(of);
        }
        let slot = self.insert(row);
        if let Some(of) = of {
            markets.get_mut(of).orders.push(slot, &mut self.rows);
        }
        self.take_name(slot);
        self.latest = Some(slot);
        slot
    }

    /// Notes what an order asks for beyond its kind.
    pub fn instruct(&mut self, slot: Slot<OrderRow>, instructed: Instructed) {
        let row = self.rows.get_mut(slot);
        row.is_instructed = true;
        if instructed.stage != Stage::Working {
            row.working_at = None;
        }
        self.instructed.set((row.market, row.order), instructed);
    }

    /// Starts an order whose trigger was met.
    ///
    /// # Panics
    /// When it has no instructions.
    pub fn trigger(&mut self, slot: Slot<OrderRow>, pegged: Option<Price>, at: Timestamp) {
        let row = self.rows.get_mut(slot);
        row.updated_at = at;
        row.working_at = Some(at);
        row.peg(pegged);
        self.instructed.get_mut((row.market, row.order)).stage = Stage::Working;
        self.latest = Some(slot);
    }

    /// Notes since which command an order tracks the market.
    ///
    /// # Panics
    /// When it has no instructions.
    pub fn trail(&mut self, key: (MarketId, OrderId), since: (Sequence, Timestamp)) {
        self.instructed.get_mut(key).trailing_since = Some(since);
    }

    /// Lets a pending order be as it was asked for.
    ///
    /// # Panics
    /// When it is none.
    pub fn activate(&mut self, slot: Slot<OrderRow>, pegged: Option<Price>, at: Timestamp) {
        let row = self.rows.get_mut(slot);
        row.updated_at = at;
        row.peg(pegged);
        let instructed = self.instructed.get_mut((row.market, row.order));
        instructed.stage = Stage::of(&instructed.instructions);
        if instructed.stage == Stage::Working {
            row.working_at = Some(at);
            self.latest = Some(slot);
        }
    }

    /// Puts an order of a snapshot back, while lists are put off; closed ones come in the order they closed.
    pub fn restore(&mut self, row: OrderRow) {
        let is_closed = row.closed.is_some();
        let slot = self.insert(row);
        if is_closed {
            self.join_closed(slot);
            if let Some(later) = &mut self.later {
                later.keep_number(self.rows.get(slot).closing);
            }
        }
    }

    fn insert(&mut self, row: OrderRow) -> Slot<OrderRow> {
        let (market, order) = (row.market, row.order);
        let slot = self.rows.insert(row);
        self.by_number.insert(market, order, slot);
        slot
    }

    /// Returns an order by its number.
    #[inline]
    pub fn find(&self, market: MarketId, order: OrderId) -> Option<Slot<OrderRow>> {
        let is_key = |slot: &Slot<OrderRow>| {
            let row = self.rows.get(*slot);
            row.order == order && row.market == market
        };
        if let Some(latest) = self.latest.filter(is_key) {
            return Some(latest);
        }
        self.by_number.find(market, order, |slot| is_key(&slot))
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

    /// Notes that the order joined the book.
    pub fn rest(&mut self, slot: Slot<OrderRow>, at: Timestamp) {
        self.rows.get_mut(slot).updated_at = at;
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
            // Which order has a name is plain from the numbers only while each keeps its own.
            self.catch_up_names();
            self.drop_name(slot);
            self.rows.get_mut(slot).client_id = client_id;
            self.take_name(slot);
        }
    }

    /// Gives an order another limit price; it may take from now on.
    pub fn reprice(&mut self, slot: Slot<OrderRow>, price: Price) {
        let row = self.rows.get_mut(slot);
        row.kind = row.kind.at(price);
        self.latest = Some(slot);
    }

    /// Gives a waiting order another limit price, if it has one, and something else to wait for.
    pub fn wait_otherwise(&mut self, slot: Slot<OrderRow>, price: Option<Price>, until: Awaited) {
        let row = self.rows.get_mut(slot);
        row.peg(price);
        let instructed = self.instructed.get_mut((row.market, row.order));
        instructed.instructions = instructed.instructions.until(until);
    }

    /// Lets an iceberg show another part of itself at a time.
    pub fn show_otherwise(&mut self, slot: Slot<OrderRow>, shown: Qty) {
        let row = self.rows.get(slot);
        let instructed = self.instructed.get_mut((row.market, row.order));
        instructed.instructions.iceberg = Some(shown);
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
        self.join_closed(slot);
        let row = self.rows.get(slot);
        if self.is_behind() {
            self.by_number.remove(row.market, row.order);
        } else {
            let own = &mut markets.get_mut(row.of()).orders;
            own.close(slot, &mut self.rows);
        }
        if self.limits.closed_max < self.closed.len()
            && let Some(oldest) = self.surplus(slot, markets)
        {
            self.forget(oldest, markets);
        }
    }

    /// Adds an order to those that closed.
    fn join_closed(&mut self, slot: Slot<OrderRow>) {
        let closing = self.closed.push(slot);
        let row = self.rows.get_mut(slot);
        row.closing = closing;
        let owner = (row.account, row.market);
        if let Some(later) = &mut self.later {
            later.shares.add(closing, owner, |closing| {
                let row = self.rows.get(self.closed.get(closing)?);
                Some((row.account, row.market))
            });
        }
    }

    /// Returns the order that must leave for one that has just closed.
    fn surplus(&self, slot: Slot<OrderRow>, markets: &AccountMarkets) -> Option<Slot<OrderRow>> {
        let row = self.rows.get(slot);
        let of_its_account = match &self.later {
            Some(later) => {
                let first = later.shares.first_above_share((row.account, row.market));
                first.and_then(|closing| self.closed.get(closing))
            }
            None => {
                let own = &markets.get(row.of()).orders;
                let is_above_share = own.has_closed_more_than(self.limits.closed_share, &self.rows);
                is_above_share
                    .then(|| own.oldest_closed(&self.rows))
                    .flatten()
            }
        };
        of_its_account.or_else(|| self.closed.oldest())
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
            && let Some(slot) = self.closed.oldest()
            && self.rows.get(slot).updated_at < oldest
        {
            self.forget(slot, markets);
            gone += 1;
        }
        gone
    }

    /// Returns the open orders among these, by number.
    pub fn open_of(&self, own: &OwnOrders) -> impl Iterator<Item = &OrderRow> {
        own.open(&self.rows)
    }

    /// Returns these orders, by number.
    pub fn trail_of<'a>(&self, own: &'a OwnOrders) -> Cow<'a, Trail> {
        own.trail(&self.rows)
    }

    /// Returns every closed order in the order they closed.
    pub fn closed(&self) -> impl Iterator<Item = &OrderRow> {
        self.closed.iter().map(|slot| self.rows.get(slot))
    }

    /// Returns the orders that leave when `count` more close, if no account is above its share.
    pub fn leaving(&self, count: usize) -> impl Iterator<Item = &OrderRow> {
        let spare = self.limits.closed_max - self.limits.closed_max.min(self.closed.len());
        self.closed().take(count.saturating_sub(spare))
    }

    /// Returns the order that most likely has this number.
    pub fn near(&self, market: MarketId, order: OrderId) -> Option<&OrderRow> {
        let slot = self.by_number.near(market, order)?;
        Some(self.rows.get(slot))
    }

    /// Asks for where an order's place stands.
    pub fn warm_number(&self, market: MarketId, order: OrderId) {
        self.by_number.warm(market, order);
    }

    /// Asks for where the search for an order by its name begins.
    pub fn warm_name(&self, (account, market, name): (AccountId, MarketId, ClientOrderId)) {
        self.by_client_id
            .warm(self.name_hash(account, market, name));
    }

    /// Asks for what an order takes along from the lists when it leaves them.
    pub fn warm_leaving(&self, row: &OrderRow) {
        if let Some(neighbour) = row.own_links.next() {
            self.rows.get(neighbour).warm();
        }
        if row.closed.is_none() {
            return;
        }
        self.warm_name((row.account, row.market, row.client_id));
        self.by_number.warm_removal(row.market, row.order);
    }

    /// Asks for what an order takes along when it leaves while lists are put off.
    pub fn warm_leaving_behind(&self, row: &OrderRow) {
        self.warm_share(row.account, row.market);
        let later = self.later.as_ref();
        if later.is_some_and(|later| !later.puts_off_number(row)) {
            self.by_number.warm_removal(row.market, row.order);
        }
    }

    /// Asks for what counts an account's closed orders in a market, while lists are put off.
    pub fn warm_share(&self, account: AccountId, market: MarketId) {
        if let Some(later) = &self.later {
            later.shares.warm((account, market));
        }
    }

    /// Removes a closed order from everywhere.
    fn forget(&mut self, slot: Slot<OrderRow>, markets: &mut AccountMarkets) {
        self.drop_name(slot);
        let row = self.rows.get(slot);
        let (account, market, order) = (row.account, row.market, row.order);
        self.gone_until = self.gone_until.max(Some(row.updated_at));
        if row.is_instructed {
            self.instructed.remove((market, order));
        }
        self.closed.remove(row.closing);
        let is_numbered = match &mut self.later {
            Some(later) => {
                let oldest = self.closed.oldest_closing();
                later.shares.remove_first((account, market), oldest);
                !later.puts_off_number(row)
            }
            None => {
                let own = &mut markets.get_mut(row.of()).orders;
                own.remove(slot, &mut self.rows);
                true
            }
        };
        if is_numbered {
            self.by_number.remove(market, order);
        }
        self.rows.free(slot);
        if self.latest == Some(slot) {
            self.latest = None;
        }
    }

    /// Lets the order's client id lead to it, and no longer to a closed order before it.
    pub(crate) fn take_name(&mut self, slot: Slot<OrderRow>) {
        self.rows.get_mut(slot).is_named = true;
        if self.are_names_later() {
            return;
        }
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
    }

    fn drop_name(&mut self, slot: Slot<OrderRow>) {
        let row = self.rows.get_mut(slot);
        if row.is_named {
            row.is_named = false;
            if self.are_names_later() {
                return;
            }
            let row = self.rows.get(slot);
            let words = name_words(row.account, row.market, row.client_id);
            let hash = self.by_client_id.hash(&words);
            self.by_client_id
                .remove(hash, |place| place == slot.place());
        }
    }

    pub(crate) fn name_hash(
        &self,
        account: AccountId,
        market: MarketId,
        client_id: ClientOrderId,
    ) -> u64 {
        self.by_client_id
            .hash(&name_words(account, market, client_id))
    }
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
