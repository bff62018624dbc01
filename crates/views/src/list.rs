//! STUB for the branch of the gateway: the views' own branch replaces this file.

use model::id::{AccountId, ListId, MarketId, OrderId};
use model::order::ListKind;
use model::text::ClientOrderId;
use model::time::Timestamp;

/// A list of orders that depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderList {
    pub market: MarketId,
    pub list: ListId,
    pub account: AccountId,
    pub kind: ListKind,
    pub client_id: ClientOrderId,
    /// The first leg; the others bear the next numbers.
    pub first_order: OrderId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub is_closed: bool,
}
