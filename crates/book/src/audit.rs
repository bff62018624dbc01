//! The full recomputation of what the book keeps up step by step.

use crate::book::Book;
use crate::ladder::Best;
use crate::orders::Link;
use model::id::OrderId;
use model::number::Price;
use model::order::Side;

/// Where the book contradicts itself (`docs/spec/reliability.md` §2.2).
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
    /// B5: the index does not lead from this order's id to its slot.
    NotIndexed { order: OrderId },
    /// B5: the queues, the arena and the index do not hold equally many orders.
    Count {
        queued: usize,
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
    /// Recomputes levels, queues, sums and index from the orders.
    ///
    /// **Cost** O(orders).
    ///
    /// # Errors
    /// The first contradiction.
    pub fn audit(&self) -> Result<(), Violation> {
        self.audit_spread()?;
        let queued = self.audit_side(Side::Buy)? + self.audit_side(Side::Sell)?;
        let (kept, indexed) = (self.len(), self.index.len());
        if queued != kept || queued != indexed {
            return Err(Violation::Count {
                queued,
                kept,
                indexed,
            });
        }
        Ok(())
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
            if self.find(order.id) != Some(slot) {
                return Err(Violation::NotIndexed { order: order.id });
            }
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
}
