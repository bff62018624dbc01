//! One order as its owner reads it.

use model::id::{AccountId, MarketId, OrderId, PreventedMatchId};
use model::number::Qty;
use model::order::{CloseReason, OrderKind, SelfTradeMode, Side};
use model::text::ClientOrderId;
use model::time::Timestamp;

/// An open order, or one that closed within the kept time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub client_id: ClientOrderId,
    pub side: Side,
    /// As first asked; `original` has the quantity after amendments.
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    /// Lots asked for, as amended; zero when the order asked for quote.
    pub original: Qty,
    pub executed: Qty,
    pub prevented: Qty,
    /// The value of its fills, in quote units.
    pub quote_units: i128,
    pub created_at: Timestamp,
    /// Of a closed order: when it closed.
    pub updated_at: Timestamp,
    /// When it first traded or joined the book.
    pub working_at: Option<Timestamp>,
    /// The last match that self-trade prevention stopped.
    pub prevented_match: Option<PreventedMatchId>,
    pub closed: Option<CloseReason>,
}

/// Where an order stands. A refused order never gets a number, so there is no word for it here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    New,
    PartiallyFilled,
    Filled,
    Cancelled,
    Expired,
    ExpiredInMatch,
}

impl Order {
    /// Returns where the order stands.
    ///
    /// What the exchange ends is expired, as what its own time in force ends.
    pub const fn status(&self) -> OrderStatus {
        match self.closed {
            None if self.executed.is_zero() => OrderStatus::New,
            None => OrderStatus::PartiallyFilled,
            Some(CloseReason::Filled) => OrderStatus::Filled,
            Some(CloseReason::Cancelled | CloseReason::Replaced | CloseReason::Countdown) => {
                OrderStatus::Cancelled
            }
            Some(CloseReason::SelfTrade) => OrderStatus::ExpiredInMatch,
            Some(
                CloseReason::ImmediateRemainder
                | CloseReason::FillOrKillUnfilled
                | CloseReason::InsufficientLiquidity
                | CloseReason::ExecutionBand
                | CloseReason::Delisted
                | CloseReason::ExchangeCancelled
                | CloseReason::OtherLeg
                | CloseReason::WorkingLeg
                | CloseReason::InsufficientFunds
                | CloseReason::NotPlaceable,
            ) => OrderStatus::Expired,
        }
    }
}
