//! STUB for the branch of the gateway: the views' own branch replaces this file.

use model::id::{AccountId, MarketId, OrderId, PreventedMatchId};
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};
use model::time::Timestamp;

/// A match that self-trade prevention stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreventedMatch {
    pub market: MarketId,
    pub prevented: PreventedMatchId,
    pub maker_order: OrderId,
    pub taker_order: OrderId,
    pub maker_account: AccountId,
    pub taker_account: AccountId,
    pub price: Price,
    pub mode: SelfTradeMode,
    pub maker_qty: Qty,
    pub taker_qty: Qty,
    pub taker_side: Side,
    pub at: Timestamp,
}
