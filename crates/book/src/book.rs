//! The book: orders joining, leaving and shrinking.

use crate::iceberg::Icebergs;
use crate::ladder::Ladder;
use crate::numbers::Numbers;
use crate::order::{Resting, Slot};
use crate::orders::{Order, Orders};
use crate::rank::Rank;
use model::id::{AccountId, OrderId};
use model::number::{Price, Qty};
use model::order::Side;

/// One market's orders in price-time priority.
#[derive(Clone, Debug)]
pub struct Book {
    pub(crate) orders: Orders,
    pub(crate) ladder: Ladder,
    pub(crate) numbers: Numbers,
    pub(crate) icebergs: Icebergs,
}

impl Book {
    /// Returns an empty book. The seed keeps strangers from choosing ids and prices that collide.
    pub fn new(seed: u64) -> Book {
        Book {
            orders: Orders::new(),
            ladder: Ladder::new(),
            numbers: Numbers::new(seed),
            icebergs: Icebergs::new(),
        }
    }

    /// Returns the number of resting orders.
    pub fn len(&self) -> usize {
        self.orders.kept() - self.orders.parked()
    }

    /// Returns whether no order rests.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the best price of a side.
    #[inline]
    pub fn best(&self, side: Side) -> Option<Price> {
        let rank = self.ladder.best(side).rank;
        (rank != Rank::NONE).then(|| rank.price())
    }

    /// Puts an order at the end of the queue of its price.
    ///
    /// **Cost** O(1); a map insertion when it is the first within about a thousand ticks.
    ///
    /// # Panics
    /// When nothing is open, or it would cross the other side (B1); no order of that id may rest or be parked.
    #[inline(always)]
    pub fn rest(&mut self, resting: Resting) -> Slot {
        let rank = Rank::of(resting.side, resting.price);
        assert!(Qty::ZERO < resting.open);
        assert!(!self.is_crossed_by(resting.side, resting.price));
        debug_assert!(self.find(resting.order).is_none());

        let level = self.ladder.open(rank);
        let queue = self.ladder.queue_mut(level);
        let slot = self.orders.claim_queued(&resting, level, queue.tail);
        queue.append(&mut self.orders, slot);
        self.numbers.insert(resting.order, slot, &self.orders);
        slot
    }

    /// Returns whether an order of `side` at `price` would meet the best of the other side.
    #[inline]
    pub fn is_crossed_by(&self, side: Side, price: Price) -> bool {
        self.ladder.best(side.opposite()).rank <= Rank::of(side.opposite(), price)
    }

    /// Returns where an order rests or is parked.
    #[inline]
    pub fn find(&self, order: OrderId) -> Option<Slot> {
        self.numbers.find(order, &self.orders)
    }

    /// Returns the number of the order at `slot`, whether it rests or is parked.
    #[inline]
    pub fn number_at(&self, slot: Slot) -> OrderId {
        self.orders.get(slot).id
    }

    /// Returns whose order is at `slot`, whether it rests or is parked.
    #[inline]
    pub fn account_at(&self, slot: Slot) -> AccountId {
        self.orders.get(slot).account
    }

    /// Returns the order at `slot`; of a slot that is free again, the order that was there, with nothing open.
    ///
    /// # Panics
    /// When the order is parked; when the slot is free and the order that was there was parked.
    // Always, so that what the caller leaves unread is not loaded: the group stands apart.
    #[inline(always)]
    pub fn get(&self, slot: Slot) -> Resting {
        self.resting(slot, self.orders.get(slot))
    }

    #[inline(always)]
    fn resting(&self, slot: Slot, order: &Order) -> Resting {
        let open = if order.is_plain() {
            order.open()
        } else {
            self.open_of_iceberg(slot)
        };
        let rank = self.ladder.rank(order.level);
        Resting {
            order: order.id,
            account: order.account,
            group: self.orders.group(slot),
            side: rank.side(),
            price: rank.price(),
            open,
        }
    }

    /// Takes an order out and returns what it was.
    ///
    /// # Panics
    /// When the slot is free, or the order is parked.
    // Always, for the same reason as `get`.
    #[inline(always)]
    pub fn remove(&mut self, slot: Slot) -> Resting {
        let order = *self.orders.get(slot);
        let resting = self.resting(slot, &order);
        assert!(Qty::ZERO < resting.open);
        self.unlink(slot, &order);
        resting
    }

    #[inline(always)]
    fn unlink(&mut self, slot: Slot, order: &Order) {
        let Order {
            id,
            prev,
            next,
            level,
            ..
        } = *order;
        if !order.is_plain() {
            self.icebergs.remove(slot);
        }
        let queue = self.ladder.queue_mut(level);
        queue.unlink(&mut self.orders, prev, next);
        mutant::plant!("emptied-level-stays", (), self.ladder.close_if_empty(level));
        forget(&mut self.orders, &mut self.numbers, slot, id);
    }

    /// Shrinks what is open of a plain order; it keeps its place in the queue.
    ///
    /// # Panics
    /// Unless `0 < by < open`; when it is an iceberg or parked.
    pub fn reduce(&mut self, slot: Slot, by: Qty) {
        let order = self.orders.get_mut(slot);
        assert!(order.is_plain());
        assert!(Qty::ZERO < by && by < order.open());
        mutant::plant!("amend-leaves-the-book", by, order.shrink(by));
    }
}

/// Frees the slot of an order that is out of its queue.
#[inline(always)]
pub(crate) fn forget(orders: &mut Orders, numbers: &mut Numbers, slot: Slot, order: OrderId) {
    unname(numbers, slot, order);
    orders.free(slot);
}

/// Lets an order be found no more.
#[inline(always)]
pub(crate) fn unname(numbers: &mut Numbers, slot: Slot, order: OrderId) {
    mutant::plant!(
        "cancelled-order-still-found",
        (),
        numbers.remove(order, slot)
    );
}
