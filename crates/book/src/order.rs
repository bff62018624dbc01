//! A resting order, a parked one, and the handle that names either while it is kept.

use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::{Price, Qty};
use model::order::Side;

/// Where an order rests or is parked. A slot is used again once its order is gone.
///
/// **Shape** slots are dense from 0, so that a caller can keep rows of its own beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub(crate) u32);

impl Slot {
    /// Returns the row that belongs to this slot in an arena kept beside the book.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns the slot that a row of such an arena belongs to.
    pub const fn from_index(index: usize) -> Slot {
        Slot(index as u32)
    }
}

/// What the book knows of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resting {
    /// Unique within the book; need be neither dense nor rising.
    pub order: OrderId,
    pub account: AccountId,
    /// Orders of one group meet only as the taker's self-trade mode says.
    pub group: TradeGroupId,
    pub side: Side,
    pub price: Price,
    /// What is still to be filled, on display or not: above zero.
    pub open: Qty,
}

/// What the book knows of an order that waits outside its queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Unique among the resting and the parked orders of the book.
    pub order: OrderId,
    pub account: AccountId,
    pub group: TradeGroupId,
}
