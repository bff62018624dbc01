//! The levels of one market as plain rows.

use model::snapshot_views::LevelRow;

/// The levels of a market, the best price of each side first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelRows {
    pub bids: Vec<LevelRow>,
    pub asks: Vec<LevelRow>,
}

impl LevelRows {
    /// Returns whether no row is out of order or empty.
    pub fn are_legal(&self) -> bool {
        let LevelRows { bids, asks } = self;
        let have_lots = bids.iter().chain(asks).all(|row| 0 < row.lots);
        have_lots
            && bids.is_sorted_by(|a, b| b.price < a.price)
            && asks.is_sorted_by(|a, b| a.price < b.price)
    }
}
