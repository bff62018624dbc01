//! One price of one side: its queue of orders.

use crate::order::Slot;
use crate::orders::{Link, Orders};
use core::hint::select_unpredictable;

/// The ends of a queue.
///
/// **Shape** a chain of orders from `head`, the oldest, to `tail`; both `NONE` when there is no order. Nothing
/// is counted or summed here: eight neighbouring prices share a cache line, and whoever wants the sum of a level walks it.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    pub head: Link,
    pub tail: Link,
}

const _: () = assert!(size_of::<Queue>() == 8);

impl Queue {
    pub const EMPTY: Queue = Queue {
        head: Link::NONE,
        tail: Link::NONE,
    };

    /// Puts an order at the end, which knows already which one is before it.
    #[inline]
    pub fn append(&mut self, orders: &mut Orders, slot: Slot) {
        let last = self.tail;
        self.head = select_unpredictable(last == Link::NONE, Link::to(slot), self.head);
        self.tail = Link::to(slot);
        orders.set_next(last, Link::to(slot));
    }

    /// Takes an order out, given its neighbours.
    #[inline]
    pub fn unlink(&mut self, orders: &mut Orders, prev: Link, next: Link) {
        self.head = select_unpredictable(prev == Link::NONE, next, self.head);
        self.tail = select_unpredictable(next == Link::NONE, prev, self.tail);
        orders.join(prev, next);
    }

    /// Puts the first order at the end, and returns which one is first then. `head` is left to `advance`.
    pub fn requeue(&mut self, orders: &mut Orders, first: Slot) -> Link {
        let behind = orders.get(first).next;
        if behind == Link::NONE {
            return Link::to(first);
        }
        orders.set_prev(Link::to(first), self.tail);
        orders.set_next(Link::to(first), Link::NONE);
        self.append(orders, first);
        behind
    }

    /// Takes out all orders before `head`.
    #[inline]
    pub fn advance(&mut self, orders: &mut Orders, head: Link) {
        self.head = head;
        self.tail = select_unpredictable(head == Link::NONE, Link::NONE, self.tail);
        orders.set_prev(head, Link::NONE);
    }

    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.head.slot().is_none()
    }
}
