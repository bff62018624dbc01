//! Reading ahead: plain loads that bring near what the next commands touch.
//!
//! A batch is gone through once for each stage, so that the loads of many commands are on their way together
//! and none waits for the one before it: first `warm_id` and `warm_level`, then `warm_links`
//! and `warm_tail`. Nothing depends on what they find. Their results mean nothing; they are to be
//! folded into something that is used, or the loads would be left out.

use crate::book::Book;
use crate::order::Slot;
use crate::orders::Link;
use crate::rank::Rank;
use model::id::OrderId;
use model::number::Price;
use model::order::Side;

impl Book {
    /// Reads where the numbers keep this order.
    #[inline]
    pub fn warm_id(&self, order: OrderId) -> u64 {
        self.near(order).map_or(0, |slot| u64::from(slot.0))
    }

    /// Returns where an order most likely rests or is parked, after a look at the numbers alone.
    #[inline]
    pub fn near(&self, order: OrderId) -> Option<Slot> {
        self.numbers.near(order)
    }

    #[inline]
    fn warm_slot(&self, slot: Slot) -> u64 {
        self.orders.get(slot).id.0
    }

    /// Reads the level of the order at `slot`, and its neighbours in the queue.
    #[inline]
    pub fn warm_links(&self, slot: Slot) -> u64 {
        let order = self.orders.get(slot);
        let queue = self.ladder.queue(order.level);
        queue.head.bits() ^ self.warm_link(order.prev) ^ self.warm_link(order.next)
    }

    /// Reads the level that an order of `side` at `price` would join.
    #[inline]
    pub fn warm_level(&self, side: Side, price: Price) -> u64 {
        let queue = self.ladder.queue_near(Rank::of(side, price));
        queue.head.bits()
    }

    /// Reads the order behind which an order of `side` at `price` would stand. Wants `warm_level` before.
    #[inline]
    pub fn warm_tail(&self, side: Side, price: Price) -> u64 {
        let queue = self.ladder.queue_near(Rank::of(side, price));
        self.warm_link(queue.tail)
    }

    #[inline]
    fn warm_link(&self, link: Link) -> u64 {
        self.warm_slot(link.slot_or_sentinel())
    }
}
