//! The arena of resting orders.

use crate::order::{Resting, Slot};
use crate::pages::LevelId;
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::Qty;

/// A resting order: a link in the queue of its level.
///
/// **Shape** half a cache line, and never across two of them.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct Order {
    pub id: OrderId,
    open: MarkedQty,
    /// The order behind; in a free slot, the next free slot.
    pub next: Link,
    /// The order before.
    pub prev: Link,
    pub level: LevelId,
    pub account: AccountId,
}

const _: () = assert!(size_of::<Order>() == 32);

impl Order {
    /// Returns what is open: zero when the slot is free.
    #[inline]
    pub const fn open(&self) -> Qty {
        self.open.qty()
    }

    /// Takes `by` out of what is open, and returns what is left.
    ///
    /// # Panics
    /// When less is open.
    #[inline]
    pub const fn shrink(&mut self, by: Qty) -> Qty {
        let left = self.open.qty().minus(by);
        self.open = self.open.with(left);
        left
    }
}

/// A quantity, and in the bits it leaves free some of the owner's group.
///
/// A taker compares the mark with its own group's, and only looks up the whole group when they agree: the group
/// would make the order longer than half a cache line.
#[derive(Clone, Copy, Debug)]
struct MarkedQty(u64);

impl MarkedQty {
    const QTY_BITS: u32 = 51;
    const QTY_MASK: u64 = (1 << MarkedQty::QTY_BITS) - 1;

    #[inline]
    const fn new(qty: Qty, group: TradeGroupId) -> MarkedQty {
        MarkedQty(qty.lots().cast_unsigned() | MarkedQty::mark(group))
    }

    #[inline]
    const fn qty(self) -> Qty {
        match Qty::new((self.0 & MarkedQty::QTY_MASK).cast_signed()) {
            Some(qty) => qty,
            None => panic!("it was made of a legal quantity"),
        }
    }

    #[inline]
    const fn with(self, qty: Qty) -> MarkedQty {
        MarkedQty(qty.lots().cast_unsigned() | (self.0 & !MarkedQty::QTY_MASK))
    }

    #[inline]
    const fn may_be_of(self, group: TradeGroupId) -> bool {
        self.0 & !MarkedQty::QTY_MASK == MarkedQty::mark(group)
    }

    #[inline]
    const fn mark(group: TradeGroupId) -> u64 {
        (group.0 as u64) << MarkedQty::QTY_BITS
    }
}

const _: () = assert!((Qty::MAX.lots().cast_unsigned()) <= MarkedQty::QTY_MASK);

/// A slot or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(u32);

impl Link {
    pub const NONE: Link = Link(0);

    #[inline]
    pub const fn to(slot: Slot) -> Link {
        Link(slot.0)
    }

    /// Returns the link as a number that means nothing.
    #[inline]
    pub const fn bits(self) -> u64 {
        self.0 as u64
    }

    /// Returns the slot, which is that of row 0 if there is none.
    #[inline]
    pub const fn slot_or_sentinel(self) -> Slot {
        Slot(self.0)
    }

    #[inline]
    pub const fn slot(self) -> Option<Slot> {
        if self.0 == Link::NONE.0 {
            None
        } else {
            Some(Slot(self.0))
        }
    }
}

/// **Shape** slots from 1; freed slots are chained through `next` and used again, last freed first. Row 0 is
/// no order: it takes the writes meant for a neighbour that is not there, so that linking needs no branch.
#[derive(Clone, Debug)]
pub struct Orders {
    rows: Vec<Order>,
    /// Apart from the rows, which they would make longer, and only read where a mark agrees.
    groups: Vec<TradeGroupId>,
    free: Link,
    count: usize,
}

const NO_ORDER: Order = Order {
    id: OrderId(0),
    open: MarkedQty(0),
    next: Link::NONE,
    prev: Link::NONE,
    level: LevelId::NONE,
    account: AccountId(0),
};

impl Orders {
    pub fn new() -> Orders {
        Orders {
            rows: vec![NO_ORDER],
            groups: vec![TradeGroupId(0)],
            free: Link::NONE,
            count: 0,
        }
    }

    /// Returns the number of resting orders.
    pub const fn len(&self) -> usize {
        self.count
    }

    #[inline]
    pub fn get(&self, slot: Slot) -> &Order {
        &self.rows[slot.index()]
    }

    #[inline]
    pub fn get_mut(&mut self, slot: Slot) -> &mut Order {
        &mut self.rows[slot.index()]
    }

    #[inline]
    pub fn group(&self, slot: Slot) -> TradeGroupId {
        self.groups[slot.index()]
    }

    /// Returns whether the order at `slot` is of this group.
    #[inline]
    pub fn is_of(&self, slot: Slot, group: TradeGroupId) -> bool {
        self.get(slot).open.may_be_of(group)
            && mutant::plant!("self-trade-by-mark", true, self.group(slot) == group)
    }

    /// Makes `behind` the order behind `link`, if there is one.
    #[inline]
    pub fn set_next(&mut self, link: Link, behind: Link) {
        self.rows[link.0 as usize].next = behind;
    }

    /// Makes `before` the order before `link`, if there is one.
    #[inline]
    pub fn set_prev(&mut self, link: Link, before: Link) {
        self.rows[link.0 as usize].prev = before;
    }

    /// Returns the slot in which an order at the end of a queue is kept from now on.
    ///
    /// # Panics
    /// With 2^32 - 1 orders.
    #[inline]
    pub fn claim(&mut self, resting: &Resting, level: LevelId, prev: Link) -> Slot {
        if self.free == Link::NONE {
            self.append();
        }
        let slot = Slot(self.free.0);
        let row = &mut self.rows[slot.index()];
        self.free = row.next;
        *row = Order {
            id: resting.order,
            open: MarkedQty::new(resting.open, resting.group),
            next: Link::NONE,
            prev,
            level,
            account: resting.account,
        };
        self.groups[slot.index()] = resting.group;
        self.count += 1;
        slot
    }

    #[cold]
    #[inline(never)]
    fn append(&mut self) {
        let count = self.rows.len();
        assert!(count < u32::MAX as usize);
        self.rows.push(NO_ORDER);
        self.groups.push(TradeGroupId(0));
        self.free = Link(count as u32);
    }

    /// Lets `slot` be used again. Until then what it held stays readable, except its links and what was open.
    #[inline]
    pub fn free(&mut self, slot: Slot) {
        let free = self.free;
        let row = self.get_mut(slot);
        row.open = MarkedQty(0);
        row.next = free;
        self.free = Link::to(slot);
        self.count -= 1;
    }
}
