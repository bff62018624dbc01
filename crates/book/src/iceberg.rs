//! Icebergs: orders that show a part of what is open, and show the next one behind the others of their price.

use crate::book::{Book, forget};
use crate::ladder::Best;
use crate::meeting::{is_expired_by, meet};
use crate::order::{Resting, Slot};
use crate::orders::Link;
use crate::take::{Step, Taken, Taker, step};
use model::number::{Price, Qty};
use std::collections::BTreeMap;

/// What an iceberg has beside what it shows.
#[derive(Clone, Copy, Debug)]
pub struct Iceberg {
    /// Open and not on display.
    pub hidden: Qty,
    /// The most that it shows at a time.
    pub shown_max: Qty,
}

/// The resting icebergs, apart from the arena since few orders are one.
#[derive(Clone, Debug)]
pub struct Icebergs {
    by_slot: BTreeMap<Slot, Iceberg>,
}

impl Icebergs {
    pub const fn new() -> Icebergs {
        Icebergs {
            by_slot: BTreeMap::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.by_slot.len()
    }

    pub fn get(&self, slot: Slot) -> Option<Iceberg> {
        self.by_slot.get(&slot).copied()
    }

    pub fn remove(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }
}

impl Book {
    /// Returns the number of resting icebergs.
    pub fn icebergs(&self) -> usize {
        self.icebergs.len()
    }

    /// Puts an order at the end of the queue of its price that shows `shown_max` lots at a time of what is open.
    ///
    /// **Cost** that of `rest`, and a map insertion. **Source** `docs/spec/orders.md` §3.
    ///
    /// # Panics
    /// As `rest` does; when `shown_max` is nothing.
    pub fn rest_iceberg(&mut self, resting: Resting, shown_max: Qty) -> Slot {
        self.restore_iceberg(resting, shown_max, shown_max.min(resting.open))
    }

    /// Puts an iceberg back that has `shown` lots on display.
    ///
    /// # Panics
    /// As `rest` does; unless `0 < shown <= shown_max` and no more is shown than is open.
    pub fn restore_iceberg(&mut self, resting: Resting, shown_max: Qty, shown: Qty) -> Slot {
        assert!(Qty::ZERO < shown && shown <= shown_max && shown <= resting.open);
        let iceberg = Iceberg {
            hidden: resting.open.minus(shown),
            shown_max,
        };
        let slot = self.rest(Resting {
            open: shown,
            ..resting
        });
        self.orders.get_mut(slot).make_iceberg();
        self.icebergs.by_slot.insert(slot, iceberg);
        slot
    }

    /// Returns whether the order at `slot` is an iceberg, even one that shows all it has left.
    #[inline]
    pub fn is_iceberg(&self, slot: Slot) -> bool {
        let order = self.orders.get(slot);
        !order.is_plain() && !order.is_parked()
    }

    /// Returns what the order at `slot` has on display: of a plain order all that is open, of a parked one nothing.
    #[inline]
    pub fn shown(&self, slot: Slot) -> Qty {
        self.orders.get(slot).open()
    }

    /// Returns the most that the order at `slot` shows at a time, if it is an iceberg.
    pub fn shown_max(&self, slot: Slot) -> Option<Qty> {
        self.icebergs.get(slot).map(|iceberg| iceberg.shown_max)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn open_of_iceberg(&self, slot: Slot) -> Qty {
        assert!(!self.is_parked(slot));
        self.shown(slot).plus(self.iceberg(slot).hidden)
    }

    pub(crate) fn iceberg(&self, slot: Slot) -> Iceberg {
        match self.icebergs.get(slot) {
            Some(iceberg) => iceberg,
            None => panic!("every iceberg on the book has its entry"),
        }
    }

    /// Meets the iceberg at the head of a queue, and returns whom the taker meets next.
    #[cold]
    #[inline(never)]
    pub(crate) fn take_iceberg(
        &mut self,
        slot: Slot,
        best: Best,
        taker: &Taker,
        taken: &mut Taken,
        steps: &mut Vec<Step>,
    ) -> Link {
        let price = best.rank.price();
        let hidden = self.iceberg(slot).hidden;
        if Qty::ZERO < hidden && is_expired_by(taker, &self.orders, slot) {
            steps.push(self.show(slot, price, hidden));
        }
        let meeting = meet(taker, taken.left, &self.orders, slot);
        taken.count(&meeting);
        let hidden = self.iceberg(slot).hidden;
        let maker = self.orders.get_mut(slot);
        let shown = maker.shrink(meeting.maker_loses());
        steps.push(step(slot, maker, price, &meeting, shown.plus(hidden)));
        if Qty::ZERO < shown {
            return Link::to(slot);
        }
        let (order, behind) = (maker.id, maker.next);
        if hidden.is_zero() {
            self.icebergs.remove(slot);
            forget(&mut self.orders, &mut self.numbers, slot, order);
            return behind;
        }
        let refill = self.iceberg(slot).shown_max.min(hidden);
        steps.push(self.show(slot, price, refill));
        let queue = self.ladder.queue_mut(best.level);
        mutant::plant!(
            "refill-keeps-its-place",
            Link::to(slot),
            queue.requeue(&mut self.orders, slot)
        )
    }

    /// Puts `qty` lots of what is hidden on display.
    fn show(&mut self, slot: Slot, price: Price, qty: Qty) -> Step {
        let iceberg = Iceberg {
            hidden: self.iceberg(slot).hidden.minus(qty),
            ..self.iceberg(slot)
        };
        self.icebergs.by_slot.insert(slot, iceberg);
        let order = self.orders.get_mut(slot);
        order.show(qty);
        Step::Refilled {
            slot,
            order: order.id,
            account: order.account,
            price,
            qty,
        }
    }
}
