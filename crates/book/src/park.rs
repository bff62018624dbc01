//! Orders outside the queues: named, kept in a slot, and never met.

use crate::book::{Book, unname};
use crate::order::{Parked, Slot};

impl Book {
    /// Returns the number of parked orders.
    pub fn parked_len(&self) -> usize {
        self.orders.parked()
    }

    /// Returns the slot in which an order waits from now on; no order of that id may rest or be parked.
    ///
    /// **Cost** O(1).
    pub fn park(&mut self, parked: Parked) -> Slot {
        debug_assert!(self.find(parked.order).is_none());
        let slot = self.orders.claim_parked(&parked);
        self.numbers.insert(parked.order, slot, &self.orders);
        slot
    }

    /// Takes a parked order out and returns what it was.
    ///
    /// # Panics
    /// Unless it is parked.
    pub fn unpark(&mut self, slot: Slot) -> Parked {
        let parked = self.parked(slot);
        unname(&mut self.numbers, slot, parked.order);
        self.orders.free_parked(slot);
        parked
    }

    /// Returns whether the order at `slot` is parked: it is not when it rests, and when the slot is free.
    #[inline]
    pub fn is_parked(&self, slot: Slot) -> bool {
        self.orders.get(slot).is_parked()
    }

    /// Returns the parked order at `slot`.
    ///
    /// # Panics
    /// Unless it is parked.
    pub fn parked(&self, slot: Slot) -> Parked {
        assert!(self.is_parked(slot));
        let order = self.orders.get(slot);
        Parked {
            order: order.id,
            account: order.account,
            group: self.orders.group(slot),
        }
    }
}
