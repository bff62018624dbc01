//! How much is kept. What lies beyond is the business of the history tables.

use model::time::NANOS_PER_DAY;

/// Trades, 1-second candles, closed orders and ended deposits and withdrawals are kept this long.
pub const KEPT_NANOS: i64 = NANOS_PER_DAY;
/// Trades kept over all markets (144 bytes each, with their entries in the trails of both accounts).
pub const TRADES_MAX: usize = 1 << 21;
/// Closed orders kept over all accounts.
pub const CLOSED_ORDERS_MAX: usize = 1 << 20;
/// While the store is full, an account with more closed orders than this in a market gives up its own oldest for a
/// new one, and an account with fewer the oldest of all.
pub const CLOSED_ORDERS_SHARE: usize = 1 << 10;
/// Ended deposits, and as many ended withdrawals, kept over all accounts.
pub const ENDED_FUNDINGS_MAX: usize = 1 << 18;
/// 1-second candles with trades kept over all markets, and as many 1-minute candles.
pub const SHORT_CANDLES_MAX: usize = 1 << 20;
/// Candles with trades kept of every longer interval, over all markets.
pub const LONG_CANDLES_MAX: usize = 1 << 18;
