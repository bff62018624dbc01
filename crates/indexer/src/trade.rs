//! Trades as the history keeps them: as the public sees them, and each side for itself.

use model::id::{AccountId, ListId, MarketId, OrderId, TradeId};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;

/// A trade as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastTrade {
    pub market: MarketId,
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    /// price × quantity, in quote units.
    pub quote: Amount,
    pub at: Timestamp,
    pub taker_side: Side,
}

/// The fills of one taker at one price within one command, as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastAggregate {
    pub market: MarketId,
    /// Counts per market from 1.
    pub aggregate: u64,
    pub price: Price,
    pub qty: Qty,
    pub first: TradeId,
    pub last: TradeId,
    pub at: Timestamp,
    pub taker_side: Side,
}

/// One side of a trade. A trade of an account with itself has two: the maker's, then the taker's.
///
/// The fee is in the asset this side receives, the rebate in the one it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastFill {
    pub account: AccountId,
    pub market: MarketId,
    pub trade: TradeId,
    pub role: FillRole,
    pub order: OrderId,
    /// The list its order is a leg of.
    pub list: Option<ListId>,
    pub side: Side,
    pub price: Price,
    pub qty: Qty,
    /// price × quantity, in quote units.
    pub quote: Amount,
    /// Paid; zero or more.
    pub fee: Amount,
    /// Received by a maker; zero or more.
    pub rebate: Amount,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum FillRole {
    Maker = 0,
    Taker = 1,
}
