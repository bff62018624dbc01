//! Aggregate trades: the fills of one taker order at one price within one command, as one.

use model::id::TradeId;
use model::number::{Price, Qty};
use model::order::Side;
use model::time::Timestamp;

/// The number of an aggregate trade: counts per market from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AggregateId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AggregateTrade {
    pub aggregate: AggregateId,
    pub price: Price,
    pub qty: Qty,
    pub first: TradeId,
    pub last: TradeId,
    pub at: Timestamp,
    pub taker_side: Side,
}
