//! Rolling statistics of the last 24 hours.

use crate::depth::Top;
use model::id::TradeId;
use model::instrument::Instrument;
use model::number::{Price, Qty};
use model::snapshot_views::CandleRow;
use model::time::Timestamp;

/// The last 24 hours of a market.
///
/// **Shape** begins at the full minute that contains the moment 24 hours ago, so it spans up to 59.999 s more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    /// The last trade of the market, however old.
    pub last: Option<LastTrade>,
    /// The price of the last trade before the window.
    pub previous_close: Option<Price>,
    /// `None` when the window has no trade.
    pub day: Option<Day>,
    pub top: Top,
}

/// What traded in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub base_units: i128,
    pub quote_units: i128,
    pub first: TradeId,
    pub last: TradeId,
}

impl Day {
    /// Returns the statistics of everything in a row.
    pub(crate) fn of_row(row: &CandleRow, instrument: &Instrument) -> Day {
        Day {
            open: row.open,
            high: row.high,
            low: row.low,
            close: row.close,
            base_units: row
                .lots
                .saturating_mul(i128::from(instrument.grid.lot_units)),
            quote_units: row
                .value
                .saturating_mul(i128::from(instrument.quote_per_tick_lot)),
            first: row.first,
            last: row.last,
        }
    }

    /// Returns the number of trades.
    pub const fn trade_count(&self) -> u64 {
        self.last.0 - self.first.0 + 1
    }
}

/// The last trade of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastTrade {
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    pub at: Timestamp,
}
