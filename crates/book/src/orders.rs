//! The arena of resting and parked orders.

use crate::order::{Parked, Resting, Slot};
use crate::pages::LevelId;
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::Qty;

/// A resting order: a link in the queue of its level. Or a parked one, which is in none.
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
    /// Returns what is on display, which is all that is open of a plain order: zero when the slot is free.
    #[inline]
    pub const fn open(&self) -> Qty {
        self.open.qty()
    }

    /// Returns whether this is neither an iceberg nor parked.
    #[inline]
    pub const fn is_plain(&self) -> bool {
        self.open.is_plain()
    }

    #[inline]
    pub const fn is_parked(&self) -> bool {
        !self.is_plain() && self.open().is_zero()
    }

    /// Makes a plain order an iceberg: what is open is from now on only what is on display.
    pub const fn make_iceberg(&mut self) {
        self.open = self.open.apart();
    }

    /// Puts `by` more on display.
    pub const fn show(&mut self, by: Qty) {
        self.open = self.open.with(self.open.qty().plus(by));
    }

    /// Takes `by` out of what is on display, and returns what is left there.
    ///
    /// # Panics
    /// When less is on display.
    #[inline]
    pub const fn shrink(&mut self, by: Qty) -> Qty {
        let left = self.open.qty().minus(by);
        self.open = self.open.with(left);
        left
    }
}

/// A quantity, and in the bits it leaves free whether the order is plain and some of its owner's group.
///
/// **Shape** from the lowest bit: the quantity, the bit of orders apart, the mark of the group. A parked order is apart
/// with no quantity, an iceberg apart with one: it leaves the book when it has nothing on display and nothing to show.
///
/// A taker compares the mark with its own group's, and only looks up the whole group when they agree: the group
/// would make the order longer than half a cache line.
#[derive(Clone, Copy, Debug)]
struct MarkedQty(u64);

impl MarkedQty {
    const QTY_BITS: u32 = 51;
    const QTY_MASK: u64 = (1 << MarkedQty::QTY_BITS) - 1;
    const APART: u64 = 1 << MarkedQty::QTY_BITS;
    const MARK_SHIFT: u32 = MarkedQty::QTY_BITS + 1;
    const MARK_MASK: u64 = u64::MAX << MarkedQty::MARK_SHIFT;
    const PARKED: MarkedQty = MarkedQty(MarkedQty::APART);

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
    const fn apart(self) -> MarkedQty {
        MarkedQty(self.0 | MarkedQty::APART)
    }

    #[inline]
    const fn is_plain(self) -> bool {
        self.0 & MarkedQty::APART == 0
    }

    #[inline]
    const fn may_be_of(self, group: TradeGroupId) -> bool {
        self.0 & MarkedQty::MARK_MASK == MarkedQty::mark(group)
    }

    #[inline]
    const fn mark(group: TradeGroupId) -> u64 {
        (group.0 as u64) << MarkedQty::MARK_SHIFT
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
    kept: usize,
    parked: usize,
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
            kept: 0,
            parked: 0,
        }
    }

    /// Returns the number of orders, parked ones included.
    pub const fn kept(&self) -> usize {
        self.kept
    }

    /// Returns the number of parked orders.
    pub const fn parked(&self) -> usize {
        self.parked
    }

    /// Returns the slots of the parked orders.
    ///
    /// **Cost** O(slots).
    pub fn parked_slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let rows = self.rows.iter().enumerate();
        let parked = rows.filter(|(_, row)| row.is_parked());
        parked.map(|(slot, _)| Slot(slot as u32))
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

    /// Makes two orders neighbours, or ends of the queue where there is none.
    #[inline]
    pub fn join(&mut self, before: Link, behind: Link) {
        let rows = self.rows.as_mut_slice();
        rows[before.0 as usize].next = behind;
        rows[behind.0 as usize].prev = before;
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
    #[inline(always)]
    pub fn claim_queued(&mut self, resting: &Resting, level: LevelId, prev: Link) -> Slot {
        let row = Order {
            id: resting.order,
            open: MarkedQty::new(resting.open, resting.group),
            next: Link::NONE,
            prev,
            level,
            account: resting.account,
        };
        self.claim(row, resting.group)
    }

    /// Returns the slot in which a parked order is kept from now on.
    ///
    /// # Panics
    /// With 2^32 - 1 orders.
    pub fn claim_parked(&mut self, parked: &Parked) -> Slot {
        let row = Order {
            id: parked.order,
            open: MarkedQty::PARKED,
            account: parked.account,
            ..NO_ORDER
        };
        self.parked += 1;
        self.claim(row, parked.group)
    }

    #[inline(always)]
    fn claim(&mut self, order: Order, group: TradeGroupId) -> Slot {
        if self.free == Link::NONE {
            self.append();
        }
        let slot = Slot(self.free.0);
        let row = &mut self.rows[slot.index()];
        self.free = row.next;
        *row = order;
        self.groups[slot.index()] = group;
        self.kept += 1;
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

    /// Asks for the order at `slot`.
    #[inline]
    pub fn warm(&self, slot: Slot) {
        warm::line(self.get(slot));
    }

    /// Returns the slot that the next order will have, row 0 when it is not there yet.
    #[inline]
    pub const fn next_free(&self) -> Slot {
        self.free.slot_or_sentinel()
    }

    /// Lets `slot` be used again. Until then what it held stays readable, except its links and what was open.
    #[inline]
    pub fn free(&mut self, slot: Slot) {
        let free = self.free;
        let row = self.get_mut(slot);
        row.open = MarkedQty(0);
        row.next = free;
        self.free = Link::to(slot);
        self.kept -= 1;
    }

    /// Lets the slot of a parked order be used again.
    pub fn free_parked(&mut self, slot: Slot) {
        self.parked -= 1;
        self.free(slot);
    }
}
