//! The full recomputation of what the book keeps up step by step.

use crate::book::Book;
use crate::ladder::Best;
use crate::order::Slot;
use crate::orders::Link;
use model::id::OrderId;
use model::number::Price;
use model::order::Side;

/// Where the book contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// B1: the best buy price is not below the best sell price.
    Crossed { buy: Price, sell: Price },
    /// A side's levels do not stand from better to worse, or one stands on the wrong side.
    LevelOutOfOrder { side: Side, price: Price },
    /// B2: an order of this level does not point back at the one before it.
    QueueBroken { side: Side, price: Price },
    /// B4: an order rests with nothing open.
    NothingOpen { order: OrderId },
    /// B5: a level stands in the ladder without an order.
    LevelEmpty { side: Side, price: Price },
    /// B5: the numbers do not lead from this order's id to its slot.
    NotIndexed { order: OrderId },
    /// An iceberg shows more than its most, or the book does not know what it hides.
    Iceberg { order: OrderId },
    /// The book knows what orders hide that are not icebergs in its queues.
    IcebergCount { queued: usize, kept: usize },
    /// B5: the queues with the parked orders, the arena and the numbers do not hold equally many orders.
    Count {
        queued: usize,
        parked: usize,
        kept: usize,
        indexed: usize,
    },
}

impl core::fmt::Display for Violation {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "the book contradicts itself: {self:?}")
    }
}

impl Book {
    /// Recomputes levels, queues, sums and numbers from the orders.
    ///
    /// **Cost** O(orders).
    ///
    /// # Errors
    /// The first contradiction.
    pub fn audit(&self) -> Result<(), Violation> {
        self.audit_spread()?;
        let queued = self.audit_side(Side::Buy)? + self.audit_side(Side::Sell)?;
        let parked = self.audit_parked()?;
        let (kept, indexed) = (self.orders.kept(), self.numbers.len());
        let is_split = (queued, parked) == (self.len(), self.parked_len());
        if !is_split || queued + parked != kept || kept != indexed {
            return Err(Violation::Count {
                queued,
                parked,
                kept,
                indexed,
            });
        }
        self.audit_icebergs()
    }

    fn audit_spread(&self) -> Result<(), Violation> {
        match (self.best(Side::Buy), self.best(Side::Sell)) {
            (Some(buy), Some(sell)) if sell <= buy => Err(Violation::Crossed { buy, sell }),
            _ => Ok(()),
        }
    }

    /// Returns the number of orders in the queues of a side.
    fn audit_side(&self, side: Side) -> Result<usize, Violation> {
        let mut queued = 0;
        let mut before = None;
        for best in self.level_ids(side) {
            let is_in_order = before.is_none_or(|rank| rank < best.rank);
            let is_found = self.ladder.find(best.rank) == Some(best.level);
            if !is_in_order || !is_found || best.rank.side() != side {
                let price = best.rank.price();
                return Err(Violation::LevelOutOfOrder { side, price });
            }
            before = Some(best.rank);
            queued += self.audit_level(best)?;
        }
        Ok(queued)
    }

    /// Returns the number of orders in the queue of a level.
    fn audit_level(&self, best: Best) -> Result<usize, Violation> {
        let (side, price) = (best.rank.side(), best.rank.price());
        let (mut orders, mut before) = (0, Link::NONE);
        for slot in self.queue(best) {
            let order = self.orders.get(slot);
            if order.prev != before || order.level != best.level {
                return Err(Violation::QueueBroken { side, price });
            }
            if order.open().is_zero() {
                return Err(Violation::NothingOpen { order: order.id });
            }
            self.audit_name(slot)?;
            orders += 1;
            before = Link::to(slot);
        }
        if self.ladder.queue(best.level).tail != before {
            return Err(Violation::QueueBroken { side, price });
        }
        if orders == 0 {
            return Err(Violation::LevelEmpty { side, price });
        }
        Ok(orders)
    }

    fn audit_name(&self, slot: Slot) -> Result<(), Violation> {
        let order = self.orders.get(slot).id;
        let is_found = self.find(order) == Some(slot);
        is_found
            .then_some(())
            .ok_or(Violation::NotIndexed { order })
    }

    /// Returns the number of parked orders.
    fn audit_parked(&self) -> Result<usize, Violation> {
        let mut parked = 0;
        for slot in self.orders.parked_slots() {
            self.audit_name(slot)?;
            parked += 1;
        }
        Ok(parked)
    }

    fn audit_icebergs(&self) -> Result<(), Violation> {
        let levels = [Side::Buy, Side::Sell]
            .into_iter()
            .flat_map(|side| self.level_ids(side));
        let orders = levels.flat_map(|best| self.queue(best));
        let mut queued = 0;
        for slot in orders.filter(|slot| self.is_iceberg(*slot)) {
            // None is less than any quantity.
            if self.shown_max(slot) < Some(self.shown(slot)) {
                let order = self.orders.get(slot).id;
                return Err(Violation::Iceberg { order });
            }
            queued += 1;
        }
        let kept = self.icebergs();
        if queued != kept {
            return Err(Violation::IcebergCount { queued, kept });
        }
        Ok(())
    }
}
