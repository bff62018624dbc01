//! What an order holds, and what a fill below its limit gives back.

use crate::value::{base_units, value};
use model::instrument::Instrument;
use model::number::{Amount, Price, Qty};
use model::order::Side;

/// Returns what a limit order of `qty` holds: quote units for a buy, base units for a sell.
///
/// Fees are taken from what a side receives, so a hold has no cushion for them, and it is exact (rule R3 has
/// nothing to round).
///
/// **Source** `docs/spec/clearing.md` §10.5.
pub fn hold(side: Side, limit: Price, qty: Qty, instrument: &Instrument) -> Amount {
    match side {
        Side::Buy => value(limit, qty, instrument.quote_per_tick_lot),
        Side::Sell => base_units(qty, instrument.grid),
    }
}

/// Returns what a fill at `price` gives back to a buyer who holds at `limit`: the quote units held above it.
///
/// **Source** `docs/spec/clearing.md` §10.5.
///
/// # Panics
/// When the fill is worse than the limit.
pub fn improvement(limit: Price, price: Price, qty: Qty, quote_per_tick_lot: i64) -> Amount {
    assert!(price <= limit);
    value(limit, qty, quote_per_tick_lot).minus(value(price, qty, quote_per_tick_lot))
}
