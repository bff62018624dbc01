//! One prevented match as both its sides read it.

use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, TradeGroupId};
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};
use model::time::Timestamp;

/// Two orders of one trade group that met and did not trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreventedMatch {
    pub market: MarketId,
    pub prevented: PreventedMatchId,
    pub maker_order: OrderId,
    pub taker_order: OrderId,
    pub maker_account: AccountId,
    pub taker_account: AccountId,
    /// Of both accounts.
    pub group: TradeGroupId,
    pub price: Price,
    pub mode: SelfTradeMode,
    /// Lots taken from each order without a trade.
    pub maker_qty: Qty,
    pub taker_qty: Qty,
    pub taker_side: Side,
    pub at: Timestamp,
}
