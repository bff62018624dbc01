//! STUB for the branch of the gateway: the views' own branch replaces this file.

use model::id::{AccountId, MarketId, OrderId, Sequence};
use model::number::Qty;
use model::text::ClientOrderId;
use model::time::Timestamp;

/// What an amendment made of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amendment {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub at: Timestamp,
    pub sequence: Sequence,
    pub qty_before: Qty,
    pub qty_after: Qty,
    pub client_id: ClientOrderId,
    pub previous_client_id: ClientOrderId,
}
