//! What is put off for orders while the views are behind, and put together once they have caught up.

use crate::account_market::AccountMarkets;
use crate::closed_shares::ClosedShares;
use crate::order_row::OrderRow;
use crate::orders::Orders;
use crate::rows::Slot;
use crate::warm::AHEAD_ROWS;

/// Lists of orders by account are put together later.
pub struct Later {
    pub shares: ClosedShares,
    /// So is the index of client ids, unless an order has taken another.
    names: bool,
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
        });
    }

    /// Puts together what was put off.
    pub fn catch_up(&mut self, markets: &mut AccountMarkets) {
        self.catch_up_names();
        self.later = None;
        let slots = self.slots_by_number();
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

    /// Returns every order, by market and number.
    fn slots_by_number(&self) -> Vec<Slot<OrderRow>> {
        let slots = self.open_slots().chain(self.closed.iter());
        let key = |slot: Slot<OrderRow>| (self.rows.get(slot).market, self.rows.get(slot).order);
        let mut by_number: Vec<_> = slots.map(|slot| (key(slot), slot)).collect();
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
        let open = self.open_slots();
        let slots: Vec<_> = open.chain(self.closed.iter()).collect();
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
