//! What an exchange writes into its log while a market is busy.

use std::time::Instant;

use anyhow::Result;

use crate::cli::{WS_ORDERS_PER_S, WS_SECONDS, WS_TRADES_PER_S};
use crate::socket::busy::{self, Pace};
use crate::socket::exchange::Exchange;

/// Returns how many commands a second the exchange takes while a market is as busy as that of `ws`, everything counted that
/// it writes by itself.
///
/// # Errors
/// It cannot be started, or refuses an order.
pub fn commands_per_s() -> Result<f64> {
    let exchange = Exchange::start()?;
    let (before, started) = (exchange.sequence()?, Instant::now());
    let pace = Pace {
        orders_per_s: WS_ORDERS_PER_S,
        trades_per_s: WS_TRADES_PER_S,
        seconds: WS_SECONDS,
    };
    busy::drive(&exchange, "live", &pace)?;
    let taken = exchange.sequence()? - before;
    Ok(taken as f64 / started.elapsed().as_secs_f64())
}
