//! Asking ahead for what the next commands touch.
//!
//! A batch is gone through once for each stage, so that what one stage reads the stage before has asked for: to place
//! an order `warm_shortcut`, `warm_block`, `warm_level` and `warm_tail`; to end one `warm_number`, `warm_order` and
//! `warm_links`; to take `warm_best` and `warm_next`. Nothing depends on what they find.

use crate::book::Book;
use crate::order::Slot;
use crate::rank::Rank;
use model::id::OrderId;
use model::number::Price;
use model::order::Side;

impl Book {
    /// Asks for the place where the numbers keep this order.
    #[inline]
    pub fn warm_number(&self, order: OrderId) {
        self.numbers.warm(order);
    }

    /// Returns where an order most likely rests or is parked, after a look at the numbers alone.
    #[inline]
    pub fn near(&self, order: OrderId) -> Option<Slot> {
        self.numbers.near(order)
    }

    /// Asks for the order at `slot`.
    #[inline]
    pub fn warm_order(&self, slot: Slot) {
        self.orders.warm(slot);
    }

    /// Asks for the level of the order at `slot`, its neighbours in the queue, and the place of its number. Wants
    /// `warm_order` before.
    #[inline]
    pub fn warm_links(&self, slot: Slot) {
        let order = self.orders.get(slot);
        warm::line(self.ladder.queue(order.level));
        self.warm_order(order.prev.slot_or_sentinel());
        self.warm_order(order.next.slot_or_sentinel());
        self.warm_number(order.id);
    }

    /// Asks for the slot that the next order will have, and returns it.
    #[inline]
    pub fn warm_free(&self) -> Slot {
        let slot = self.orders.next_free();
        self.orders.warm(slot);
        slot
    }

    /// Asks for the beginning of the way to the level that an order would join.
    #[inline]
    pub fn warm_shortcut(&self, side: Side, price: Price) {
        self.ladder.pages().warm_shortcut(Rank::of(side, price));
    }

    /// Asks for what is next on the way to that level. Wants `warm_shortcut` before.
    #[inline]
    pub fn warm_block(&self, side: Side, price: Price) {
        self.ladder.pages().warm_block(Rank::of(side, price));
    }

    /// Asks for that level. Wants `warm_block` before.
    #[inline]
    pub fn warm_level(&self, side: Side, price: Price) {
        self.ladder.pages().warm(Rank::of(side, price));
    }

    /// Asks for the order behind which an order would stand. Wants `warm_level` before.
    #[inline]
    pub fn warm_tail(&self, side: Side, price: Price) {
        let queue = self.ladder.pages().queue_near(Rank::of(side, price));
        self.warm_order(queue.tail.slot_or_sentinel());
    }

    /// Asks for the first order that a taker would meet on this side, and returns where it is.
    #[inline]
    pub fn warm_best(&self, side: Side) -> Slot {
        let queue = self.ladder.queue(self.ladder.best(side).level);
        let slot = queue.head.slot_or_sentinel();
        self.warm_order(slot);
        slot
    }

    /// Asks for the order behind that at `slot`, and returns where it is. Wants that order asked for before.
    #[inline]
    pub fn warm_next(&self, slot: Slot) -> Slot {
        let next = self.orders.get(slot).next.slot_or_sentinel();
        self.warm_order(next);
        next
    }
}
