//! Reading ahead: plain loads that bring what the next commands touch into the cache.

use crate::book::Book;
use crate::rank::Rank;
use model::id::OrderId;
use model::number::Price;
use model::order::Side;

impl Book {
    /// Reads what a cancel or change of this order will touch.
    ///
    /// The result depends on what was read and means nothing: fold it into something that is used.
    pub fn warm_order(&self, order: OrderId) -> u64 {
        let Some(slot) = self.find(order) else {
            return 0;
        };
        let order = self.orders.get(slot);
        u64::from(self.ladder.level(order.level).orders)
    }

    /// Reads what an order of `side` at `price` will touch when it rests.
    ///
    /// The result depends on what was read and means nothing: fold it into something that is used.
    pub fn warm_price(&self, side: Side, price: Price) -> u64 {
        let Some(level) = self.ladder.find(Rank::of(side, price)) else {
            return 0;
        };
        match self.ladder.level(level).tail.slot() {
            Some(last) => self.orders.get(last).open.lots().cast_unsigned(),
            None => 0,
        }
    }
}
