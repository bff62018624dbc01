//! One amendment as the owner of the order reads it.

use model::id::{AccountId, MarketId, OrderId, Sequence};
use model::number::Qty;
use model::snapshot_views::{ConditionChange, PriceChange};
use model::text::ClientOrderId;
use model::time::Timestamp;

/// An order got another quantity, price or name under its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amendment {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub at: Timestamp,
    /// The command that amended it.
    pub sequence: Sequence,
    /// The original quantity.
    pub qty_before: Qty,
    pub qty_after: Qty,
    pub client_id: ClientOrderId,
    pub previous_client_id: ClientOrderId,
    /// The limit price of an order that queued again or waits on; `None` where it kept its place or has none.
    pub price: Option<PriceChange>,
    /// What an order that waits on is to wait for.
    pub condition: Option<ConditionChange>,
}
