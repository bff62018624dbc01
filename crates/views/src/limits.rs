//! How much is kept. What lies beyond is the business of the history tables.

use model::time::NANOS_PER_DAY;

/// Trades, 1-second candles, closed orders and ended deposits and withdrawals are kept this long; a tick may take a
/// little longer to get to each.
pub const KEPT_NANOS: i64 = NANOS_PER_DAY;
/// How many trades, and how many closed orders, one tick lets go of.
pub const EXPIRED_PER_TICK_MAX: usize = 1 << 13;
/// How many ended deposits and withdrawals one tick lets go of.
pub const FUNDINGS_PER_TICK_MAX: usize = 1 << 6;
/// How many markets one tick looks at for what has grown old.
pub const MARKETS_PER_TICK_MAX: usize = 1 << 6;

/// How many rows are kept over all markets and accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Trades, of about 150 bytes each with their entries in the lists of both accounts. Every market is sure of an
    /// equal share; above it, a market gives up its own oldest.
    pub trades_max: usize,
    /// Closed orders, of about 300 bytes each with their entries in the indexes.
    pub closed_orders_max: usize,
    /// While closed orders are full, an account with more than this in a market gives up its own oldest there for a
    /// new one, and one with fewer the oldest of all.
    pub closed_orders_share: usize,
    /// Deposits and withdrawals that ended.
    pub ended_fundings_max: usize,
    /// 1-second candles that have trades, and as many 1-minute candles, of 128 bytes each.
    pub short_candles_max: usize,
    /// Candles of each longer interval that have trades.
    pub long_candles_max: usize,
}

impl Limits {
    /// What the product keeps: below 1.5 GiB when everything is full.
    pub const STANDARD: Limits = Limits {
        trades_max: 1 << 21,
        closed_orders_max: 1 << 20,
        closed_orders_share: 1 << 10,
        ended_fundings_max: 1 << 18,
        short_candles_max: 1 << 20,
        long_candles_max: 1 << 18,
    };
}
