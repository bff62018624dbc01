//! One order as its owner reads it.

use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::number::Qty;
use model::order::{CloseReason, Instructions, OrderKind, SelfTradeMode, Side};
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
    /// As first asked, with its limit price as last amended; `original` has the quantity after amendments.
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
    /// Since when it waits for nothing: its acceptance, its activation, or when its trigger was met.
    pub working_at: Option<Timestamp>,
    /// The last match that self-trade prevention stopped.
    pub prevented_match: Option<PreventedMatchId>,
    pub closed: Option<CloseReason>,
    /// Of an order with instructions, and of every leg of a list.
    pub instructed: Option<Instructed>,
}

/// What an order asks for beyond its kind, and where it stands with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructed {
    /// A leg of a list may have none.
    pub instructions: Instructions,
    /// The list it is a leg of.
    pub list: Option<ListId>,
    /// Of a closed order: where it stood when it closed.
    pub stage: Stage,
    /// The command since which its trigger tracks the market, and its time.
    pub trailing_since: Option<(Sequence, Timestamp)>,
}

/// What an order with instructions, or a leg, waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The working leg of its list.
    Pending,
    /// Its trigger.
    Waiting,
    /// Nothing: it does what its kind does.
    Working,
}

/// Where an order stands. A refused order never gets a number, so there is no word for it here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// It waits for the working leg of its list.
    PendingNew,
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
            None if self.is_pending() => OrderStatus::PendingNew,
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

    const fn is_pending(&self) -> bool {
        matches!(
            self.instructed,
            Some(Instructed {
                stage: Stage::Pending,
                ..
            })
        )
    }
}

impl Stage {
    /// Returns what an order waits for whose list, if it has one, is not in its way.
    pub(crate) const fn of(instructions: &Instructions) -> Stage {
        match instructions.trigger {
            Some(_) => Stage::Waiting,
            None => Stage::Working,
        }
    }
}
