//! An account's own side of its trades.

use model::id::{AssetId, OrderId, TradeId};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;

/// One fill of an account's order. A trade of an account with itself counts twice: as maker, then as taker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTrade {
    pub trade: TradeId,
    pub order: OrderId,
    pub side: Side,
    pub liquidity: Liquidity,
    pub price: Price,
    pub qty: Qty,
    /// price × quantity, in quote units.
    pub quote: Amount,
    /// What was paid: the fee, less the rebate of a maker; below zero when the rebate is more.
    pub commission: Commission,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liquidity {
    Maker,
    Taker,
}

/// What a side paid for its fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commission {
    pub asset: AssetId,
    /// Zero or more.
    pub fee: Amount,
    pub rebate_asset: AssetId,
    /// Received by a maker; zero or more.
    pub rebate: Amount,
}
