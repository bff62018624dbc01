//! One amendment as the owner of the order reads it.

use model::id::{AccountId, MarketId, OrderId, Sequence};
use model::number::Qty;
use model::snapshot_views::PriceChange;
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
    /// The limit price of an order that queued again; `None` where it kept its place.
    pub price: Option<PriceChange>,
}
