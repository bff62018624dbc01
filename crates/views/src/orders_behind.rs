//! What is put off for orders while the views are behind, and put together once they have caught up.

use crate::account_market::AccountMarkets;
use crate::closed_shares::ClosedShares;
use crate::closings::Closing;
use crate::order_row::OrderRow;
use crate::orders::Orders;
use crate::rows::Slot;
use crate::warm::AHEAD_ROWS;

/// Lists of orders by account are put together later.
pub struct Later {
    pub shares: ClosedShares,
    /// So is the index of client ids, unless an order has taken another.
    names: bool,
    /// And the numbers of orders that close from this closing on: nothing asks for them, and most are soon gone.
    numbers_from: Closing,
}

impl Later {
    /// Notes a closed order of a snapshot, whose number is kept.
    pub fn keep_number(&mut self, closing: Closing) {
        assert!(closing == self.numbers_from);
        self.numbers_from = closing + 1;
    }

    /// Returns whether the number of this closed order is put off.
    pub fn puts_off_number(&self, row: &OrderRow) -> bool {
        row.closed.is_some() && self.numbers_from <= row.closing
    }
}

impl Orders {
    /// Returns whether lists by account are put off.
    pub fn is_behind(&self) -> bool {
        self.later.is_some()
    }

    /// Puts off lists by account and the index of client ids until `catch_up`. There is no order yet.
    pub fn put_off(&mut self) {
        self.later = Some(Later {
            shares: ClosedShares::new(self.limits.closed_share),
            names: true,
            numbers_from: 0,
        });
    }

    /// Puts together what was put off.
    pub fn catch_up(&mut self, markets: &mut AccountMarkets) {
        self.catch_up_names();
        let slots = self.slots_by_number();
        self.catch_up_numbers(&slots);
        self.later = None;
        markets.reserve(slots.len());
        let mut unlinked = Vec::new();
        for ahead in slots.chunks(AHEAD_ROWS) {
            let rows = ahead.iter().map(|slot| self.rows.get(*slot));
            markets.warm_keys(rows.map(|row| (row.account, row.market)));
            for slot in ahead {
                let row = self.rows.get_mut(*slot);
                let of = markets.open(row.account, row.market);
                row.set_of(of);
                let own = &mut markets.get_mut(of).orders;
                own.list(*slot, &self.rows, &mut unlinked);
            }
        }
        unlinked.sort_by_key(|slot| self.rows.get(*slot).closing);
        for slot in unlinked {
            let own = &mut markets.get_mut(self.rows.get(slot).of()).orders;
            own.link(slot, &mut self.rows);
        }
    }

    /// Notes the numbers that were put off.
    fn catch_up_numbers(&mut self, slots: &[Slot<OrderRow>]) {
        let Some(later) = &self.later else {
            return;
        };
        for slot in slots {
            let row = self.rows.get(*slot);
            if later.puts_off_number(row) {
                self.by_number.insert(row.market, row.order, *slot);
            }
        }
    }

    /// Returns every order, by market and number.
    fn slots_by_number(&self) -> Vec<Slot<OrderRow>> {
        let slots = self.open_slots().chain(self.closed.iter());
        let key = |slot: Slot<OrderRow>| (self.rows.get(slot).market, self.rows.get(slot).order);
        let mut by_number = Vec::with_capacity(self.rows.len());
        by_number.extend(slots.map(|slot| (key(slot), slot)));
        by_number.sort_unstable_by_key(|(key, _)| *key);
        by_number.into_iter().map(|(_, slot)| slot).collect()
    }

    /// Puts the index of client ids together, if it was put off.
    pub(crate) fn catch_up_names(&mut self) {
        let later = self.later.as_mut();
        let was_put_off = later.is_some_and(|later| std::mem::take(&mut later.names));
        if !was_put_off {
            return;
        }
        let mut slots = Vec::with_capacity(self.rows.len());
        slots.extend(self.open_slots().chain(self.closed.iter()));
        self.by_client_id.reserve(slots.len());
        for ahead in slots.chunks(AHEAD_ROWS) {
            self.warm_names(ahead);
            for slot in ahead {
                if self.rows.get(*slot).is_named {
                    self.take_name_late(*slot);
                }
            }
        }
    }

    /// Lets the order's client id lead to it, unless a later order has taken it too.
    fn take_name_late(&mut self, slot: Slot<OrderRow>) {
        let row = self.rows.get(slot);
        let (account, market, client_id) = (row.account, row.market, row.client_id);
        match self.find_named(account, market, client_id) {
            Some(other) if row.order < self.rows.get(other).order => {
                self.rows.get_mut(slot).is_named = false;
            }
            Some(_) => self.take_name(slot),
            None => {
                let hash = self.name_hash(account, market, client_id);
                self.by_client_id.insert(hash, slot.place());
            }
        }
    }

    pub(crate) fn are_names_later(&self) -> bool {
        self.later.as_ref().is_some_and(|later| later.names)
    }

    /// Returns every open order. A freed row is that of a closed one.
    fn open_slots(&self) -> impl Iterator<Item = Slot<OrderRow>> {
        let rows = (0..).zip(self.rows.iter());
        rows.filter(|(_, row)| row.closed.is_none())
            .map(|(place, _)| Slot::at(place))
    }

    /// Asks for orders, then for where the searches for their client ids begin.
    fn warm_names(&self, slots: &[Slot<OrderRow>]) {
        let rows = slots.iter().map(|slot| self.rows.get(*slot));
        rows.clone().for_each(OrderRow::warm);
        rows.for_each(|row| self.warm_name((row.account, row.market, row.client_id)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::known;
    use crate::order::Order;
    use crate::orders::OrderLimits;
    use model::id::{AccountId, MarketId, OrderId};
    use model::number::Qty;
    use model::order::{CloseReason, OrderKind, SelfTradeMode, Side};
    use model::text::ClientOrderId;
    use model::time::Timestamp;

    const MARKET: MarketId = MarketId(0);
    const CLOSED_MAX: usize = 3;

    fn row(number: u64, closed: Option<CloseReason>) -> OrderRow {
        let order = Order {
            market: MARKET,
            order: OrderId(number),
            account: AccountId(1),
            client_id: known(ClientOrderId::parse(format!("order-{number}").as_bytes())),
            side: Side::Buy,
            kind: OrderKind::Market { qty: Qty::MAX },
            self_trade: SelfTradeMode::ExpireTaker,
            original: Qty::MAX,
            executed: Qty::ZERO,
            prevented: Qty::ZERO,
            quote_units: 0,
            created_at: Timestamp::ZERO,
            updated_at: Timestamp::ZERO,
            working_at: None,
            prevented_match: None,
            closed,
            instructed: None,
        };
        OrderRow::new(&order, None)
    }

    #[test]
    fn the_numbers_of_kept_orders_lead_to_them_and_no_others_stay() {
        let limits = OrderLimits {
            closed_max: CLOSED_MAX,
            closed_share: CLOSED_MAX,
        };
        let (mut orders, mut markets) = (Orders::new(7, limits), AccountMarkets::new(7));
        orders.put_off();
        // One that stays open, three out of a snapshot, and more that close than are kept.
        orders.restore(row(1, None));
        (2..5).for_each(|number| orders.restore(row(number, Some(CloseReason::Filled))));
        for number in 5..10 {
            let slot = orders.open(row(number, None), &mut markets);
            let reason = CloseReason::Cancelled;
            orders.close(slot, reason, Timestamp::ZERO, &mut markets);
        }
        orders.catch_up(&mut markets);
        for number in 1..10 {
            let order = OrderId(number);
            let is_kept = number == 1 || 7 <= number;
            let found = orders.find(MARKET, order);
            assert_eq!(found.is_some(), is_kept, "{number}");
            assert_eq!(orders.near(MARKET, order).is_some(), is_kept, "{number}");
        }
    }
}
