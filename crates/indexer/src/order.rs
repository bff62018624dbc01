//! One order as the history keeps it.

use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId};
use model::number::Qty;
use model::order::{CloseReason, Instructions, OrderKind, SelfTradeMode, Side};
use model::snapshot_views::OrderStage;
use model::text::ClientOrderId;
use model::time::Timestamp;

/// Where an order stands among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey {
    pub account: AccountId,
    pub market: MarketId,
    pub order: OrderId,
}

/// An order, open or closed, as of the position of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastOrder {
    pub key: OrderKey,
    pub client_id: ClientOrderId,
    pub side: Side,
    /// As first asked, with the price that the book set or that it was amended to; `original` has the quantity after amendments.
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    pub instructions: Instructions,
    /// The list it is a leg of.
    pub list: Option<ListId>,
    /// Of a closed order: where it stood when it closed.
    pub stage: OrderStage,
    /// Lots asked for, as amended; zero when the order asked for quote.
    pub original: Qty,
    pub executed: Qty,
    pub prevented: Qty,
    /// The last match that self-trade prevention stopped.
    pub prevented_match: Option<PreventedMatchId>,
    /// The value of its fills, in quote units.
    pub quote_units: i128,
    pub created_at: Timestamp,
    /// Of a closed order: when it closed.
    pub updated_at: Timestamp,
    /// Since when it waits for nothing.
    pub working_at: Option<Timestamp>,
    /// Since when its trigger tracks the market.
    pub trailing_since: Option<Timestamp>,
    pub closed: Option<CloseReason>,
}
