//! How much is kept. What lies beyond is the business of the history tables.

use model::time::NANOS_PER_DAY;

/// Trades, 1-second candles, closed orders and lists, prevented matches, amendments and ended deposits and withdrawals
/// are kept this long; a tick may take a little longer to get to each.
pub const KEPT_NANOS: i64 = NANOS_PER_DAY;
/// How many trades, and how many closed orders, one tick lets go of.
pub const EXPIRED_PER_TICK_MAX: usize = 1 << 13;
/// How many closed lists, how many prevented matches, and how many amendments, one tick lets go of.
pub const RARE_ROWS_PER_TICK_MAX: usize = 1 << 10;
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
    /// Closed orders, of about 300 bytes each with their entries in the indexes, and about 120 more of an order with
    /// instructions or of a leg.
    pub closed_orders_max: usize,
    /// While closed orders are full, an account with more than this in a market gives up its own oldest there for a
    /// new one, and one with fewer the oldest of all.
    pub closed_orders_share: usize,
    /// Closed lists, of about 300 bytes each with their entries in the indexes.
    pub closed_lists_max: usize,
    /// While closed lists are full, an account with more than this gives up its own oldest for a new one, and one with
    /// fewer the oldest of all.
    pub closed_lists_share: usize,
    /// Prevented matches, of about 400 bytes each with their entries in the indexes; each is its taker's.
    pub prevented_max: usize,
    /// As `closed_lists_share`.
    pub prevented_share: usize,
    /// Amendments, of about 300 bytes each with their entries in the indexes.
    pub amendments_max: usize,
    /// As `closed_lists_share`.
    pub amendments_share: usize,
    /// Deposits and withdrawals that ended.
    pub ended_fundings_max: usize,
    /// 1-second candles that have trades, and as many 1-minute candles, of 128 bytes each.
    pub short_candles_max: usize,
    /// Candles of each longer interval that have trades.
    pub long_candles_max: usize,
}

impl Limits {
    /// What the product keeps: below 1.6 GiB when everything is full and every order has instructions.
    pub const STANDARD: Limits = Limits {
        trades_max: 1 << 21,
        closed_orders_max: 1 << 20,
        closed_orders_share: 1 << 10,
        closed_lists_max: 1 << 17,
        closed_lists_share: 1 << 10,
        prevented_max: 1 << 17,
        prevented_share: 1 << 10,
        amendments_max: 1 << 17,
        amendments_share: 1 << 10,
        ended_fundings_max: 1 << 18,
        short_candles_max: 1 << 20,
        long_candles_max: 1 << 18,
    };
}
