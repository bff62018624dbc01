//! The aggregated book.

use model::number::Price;

/// A price level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub price: Price,
    /// All lots on the book at this price; can exceed what one order may have.
    pub lots: i128,
}

/// The best levels of both sides at one update.
///
/// **Shape** best price first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    /// The number of the last level change that is included (`docs/spec/binance-surface.md` §11.3).
    pub update: u64,
    pub bids: Vec<Level>,
    pub asks: Vec<Level>,
}

/// The best price of each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Top {
    pub update: u64,
    pub bid: Option<Level>,
    pub ask: Option<Level>,
}
