//! One price of one side: its queue of orders and their sum.

use crate::order::Slot;
use crate::orders::{Link, Orders};
use crate::rank::Rank;
use core::hint::select_unpredictable;
use model::number::Qty;

/// A handle of a level, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelId(pub u32);

impl LevelId {
    pub const NONE: LevelId = LevelId(0);

    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The orders of one rank, or none of them.
///
/// **Shape** a chain of orders from `head`, the oldest, to `tail`; half a cache line, never across two.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct LevelRow {
    pub rank: Rank,
    /// The sum of the open quantities in lots: 2^32 orders of 2^50 lots need 82 bits.
    open_low: u64,
    open_high: u32,
    pub orders: u32,
    pub head: Link,
    pub tail: Link,
}

const _: () = assert!(size_of::<LevelRow>() == 32);

impl LevelRow {
    /// A level without orders; its rank is set when it comes into use.
    pub const EMPTY: LevelRow = LevelRow {
        rank: Rank::NONE,
        open_low: 0,
        open_high: 0,
        orders: 0,
        head: Link::NONE,
        tail: Link::NONE,
    };

    /// Returns the sum of what is open.
    ///
    /// **Units** lots.
    pub fn open_lots(&self) -> i128 {
        i128::from(self.open_high) << 64 | i128::from(self.open_low)
    }

    /// Puts a new order at the end of the queue.
    #[inline]
    pub fn append(&mut self, orders: &mut Orders, slot: Slot, open: Qty) {
        let last = self.tail;
        self.head = select_unpredictable(last == Link::NONE, Link::to(slot), self.head);
        self.tail = Link::to(slot);
        orders.set_next(last, Link::to(slot));
        self.orders += 1;
        self.add_open(open);
    }

    /// Takes an order with `open` out of the queue, given its neighbours.
    #[inline]
    pub fn unlink(&mut self, orders: &mut Orders, prev: Link, next: Link, open: Qty) {
        self.head = select_unpredictable(prev == Link::NONE, next, self.head);
        self.tail = select_unpredictable(next == Link::NONE, prev, self.tail);
        orders.set_next(prev, next);
        orders.set_prev(next, prev);
        self.orders -= 1;
        self.subtract_open(open);
    }

    /// Takes the first `gone` orders out of the queue, with `open` in all, so that `head` is the first.
    #[inline]
    pub fn advance(&mut self, orders: &mut Orders, head: Link, gone: u32, open: Qty) {
        self.head = head;
        self.tail = select_unpredictable(head == Link::NONE, Link::NONE, self.tail);
        orders.set_prev(head, Link::NONE);
        self.orders -= gone;
        self.subtract_open(open);
    }

    #[inline]
    pub fn add_open(&mut self, qty: Qty) {
        let (low, is_carried) = self.open_low.overflowing_add(qty.lots().cast_unsigned());
        self.open_low = low;
        self.open_high += u32::from(is_carried);
    }

    /// Takes `qty` out of the sum.
    ///
    /// # Panics
    /// When the sum is smaller.
    #[inline]
    pub fn subtract_open(&mut self, qty: Qty) {
        let (low, is_borrowed) = self.open_low.overflowing_sub(qty.lots().cast_unsigned());
        assert!(u32::from(is_borrowed) <= self.open_high);
        self.open_low = low;
        self.open_high -= u32::from(is_borrowed);
    }
}
