//! Candles as the history keeps them: those with trades, of every interval.

use model::id::MarketId;
use model::snapshot_views::CandleRow;
use views::interval::Interval;

/// What traded within one period of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastCandle {
    pub market: MarketId,
    pub interval: Interval,
    pub row: CandleRow,
}
