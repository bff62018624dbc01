//! Reading the book in its own order: best price first, oldest first.

use crate::book::Book;
use crate::ladder::Best;
use crate::order::{Resting, Slot};
use crate::rank::Rank;
use model::number::Price;
use model::order::Side;

/// All orders of one side at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub price: Price,
    /// The sum of what is on display.
    pub open_lots: i128,
    pub orders: u32,
}

impl Book {
    /// Returns the levels of a side, best first.
    ///
    /// **Cost** O(orders): nothing is summed until it is asked for.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = Level> + '_ {
        self.level_ids(side).map(|best| self.level(best))
    }

    /// Returns the prices of a side at which orders rest, best first.
    pub fn prices(&self, side: Side) -> impl Iterator<Item = Price> + '_ {
        self.level_ids(side).map(|best| best.rank.price())
    }

    fn level(&self, best: Best) -> Level {
        let nothing = Level {
            price: best.rank.price(),
            open_lots: 0,
            orders: 0,
        };
        self.queue(best).fold(nothing, |level, slot| Level {
            open_lots: level.open_lots + i128::from(self.orders.get(slot).open().lots()),
            orders: level.orders + 1,
            ..level
        })
    }

    /// Returns the orders of a side in the order in which a taker would meet them.
    pub fn orders(&self, side: Side) -> impl Iterator<Item = (Slot, Resting)> + '_ {
        self.level_ids(side)
            .flat_map(|best| self.queue(best))
            .map(|slot| (slot, self.get(slot)))
    }

    pub(crate) fn level_ids(&self, side: Side) -> impl Iterator<Item = Best> + '_ {
        let some = |best: Best| (best.rank != Rank::NONE).then_some(best);
        std::iter::successors(some(self.ladder.best(side)), move |best| {
            some(self.ladder.after(best.level))
        })
    }

    pub(crate) fn queue(&self, best: Best) -> impl Iterator<Item = Slot> + '_ {
        self.queue_from(self.ladder.queue(best.level).head.slot())
    }

    /// Returns an order and those behind it.
    pub(crate) fn queue_from(&self, first: Option<Slot>) -> impl Iterator<Item = Slot> + '_ {
        std::iter::successors(first, |slot| self.orders.get(*slot).next.slot())
    }
}
