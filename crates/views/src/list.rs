//! One list of orders as its owner reads it.

use model::id::{AccountId, ListId, MarketId, OrderId};
use model::order::ListKind;
use model::text::ClientOrderId;
use model::time::Timestamp;

/// An open list, or one that closed within the kept time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderList {
    pub market: MarketId,
    pub list: ListId,
    pub account: AccountId,
    pub kind: ListKind,
    pub client_id: ClientOrderId,
    /// The first leg; the others bear the next numbers. A leg that closed long before the list may be gone.
    pub first_order: OrderId,
    pub created_at: Timestamp,
    /// When its pending legs began, or when it closed.
    pub updated_at: Timestamp,
    pub is_closed: bool,
}
