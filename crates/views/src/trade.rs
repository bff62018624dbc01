//! Public trades.

use model::id::TradeId;
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::time::Timestamp;

/// One fill, as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    /// price × quantity, in quote units.
    pub quote: Amount,
    pub at: Timestamp,
    pub taker_side: Side,
}
