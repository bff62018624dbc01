//! The arena of resting orders.

use crate::level::LevelId;
use crate::order::Slot;
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::Qty;

/// A resting order: a link in the queue of its level.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub id: OrderId,
    /// Zero when the slot is free.
    pub open: Qty,
    /// The order behind; in a free slot, the next free slot.
    pub next: Link,
    /// The order before.
    pub prev: Link,
    pub level: LevelId,
    pub account: AccountId,
    pub group: TradeGroupId,
}

// Two orders and a half share a cache line.
const _: () = assert!(size_of::<Order>() <= 40);

/// A slot or nothing, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link(u32);

impl Link {
    pub const NONE: Link = Link(u32::MAX);

    #[inline]
    pub const fn to(slot: Slot) -> Link {
        Link(slot.0)
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

/// **Shape** slots from 0; freed slots are chained through `next` and used again, last freed first.
#[derive(Clone, Debug)]
pub struct Orders {
    slots: Vec<Order>,
    free: Link,
    count: usize,
}

impl Orders {
    pub const fn new() -> Orders {
        Orders {
            slots: Vec::new(),
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
        &self.slots[slot.index()]
    }

    #[inline]
    pub fn get_mut(&mut self, slot: Slot) -> &mut Order {
        &mut self.slots[slot.index()]
    }

    /// Returns the slot in which `order` is kept from now on.
    ///
    /// # Panics
    /// With 2^32 - 1 orders.
    #[inline]
    pub fn claim(&mut self, order: Order) -> Slot {
        self.count += 1;
        match self.free.slot() {
            Some(slot) => {
                let row = self.get_mut(slot);
                let next_free = row.next;
                *row = order;
                self.free = next_free;
                slot
            }
            None => self.append(order),
        }
    }

    #[cold]
    fn append(&mut self, order: Order) -> Slot {
        let count = self.slots.len();
        assert!(count < u32::MAX as usize);
        self.slots.push(order);
        Slot(count as u32)
    }

    /// Lets `slot` be used again. Until then what it held stays readable, except its links and what was open.
    #[inline]
    pub fn free(&mut self, slot: Slot) {
        let next_free = self.free;
        let row = self.get_mut(slot);
        row.open = Qty::ZERO;
        row.next = next_free;
        self.free = Link::to(slot);
        self.count -= 1;
    }
}
