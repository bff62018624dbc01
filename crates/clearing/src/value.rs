//! What a quantity is worth: in quote units at a price, in base units by itself. Exact, never rounded.

use model::instrument::Grid;
use model::number::{Amount, Price, Qty};

/// Returns `price × qty` in quote units.
///
/// **Units** `quote_per_tick_lot` is the `K` of the market's grid.
/// **Source** `docs/spec/clearing.md` §2.2.
///
/// # Panics
/// When the value leaves the money bound. Listing admits no terms under which an order could
/// ([`crate::listing::check`]).
pub fn value(price: Price, qty: Qty, quote_per_tick_lot: i64) -> Amount {
    match checked_value(price, qty, quote_per_tick_lot) {
        Some(amount) => amount,
        None => panic!("the value of an order left the money bound"),
    }
}

/// Returns `price × qty` in quote units, or `None` when it leaves the money bound.
///
/// **Source** `docs/spec/clearing.md` §1.1, §2.2.
pub fn checked_value(price: Price, qty: Qty, quote_per_tick_lot: i64) -> Option<Amount> {
    tick_lot_value(tick_lots(price, qty), quote_per_tick_lot)
}

/// Returns `price × qty` in tick-lots: the value before the market's `K`.
///
/// **Shape** at most 2^100.
pub fn tick_lots(price: Price, qty: Qty) -> i128 {
    i128::from(price.ticks()) * i128::from(qty.lots())
}

/// Returns what a sum of tick-lots is worth in quote units, or `None` when it leaves the money bound.
///
/// **Source** `docs/spec/clearing.md` §2.2.
pub fn tick_lot_value(tick_lots: i128, quote_per_tick_lot: i64) -> Option<Amount> {
    assert!(0 <= tick_lots);
    assert!(0 < quote_per_tick_lot);
    Amount::new(tick_lots.checked_mul(i128::from(quote_per_tick_lot))?)
}

/// Returns `qty` in base units.
///
/// **Source** `docs/spec/clearing.md` §2.2.
///
/// # Panics
/// When it leaves the money bound. Listing admits no terms under which an order could.
pub fn base_units(qty: Qty, grid: Grid) -> Amount {
    match checked_base_units(qty, grid) {
        Some(amount) => amount,
        None => panic!("the base quantity of an order left the money bound"),
    }
}

/// Returns `qty` in base units, or `None` when it leaves the money bound.
///
/// **Source** `docs/spec/clearing.md` §1.1, §2.2.
pub fn checked_base_units(qty: Qty, grid: Grid) -> Option<Amount> {
    Amount::new(i128::from(qty.lots()) * i128::from(grid.lot_units))
}

/// Returns the whole lots that `base` units pay for, rounded down (rule R11); the rest stays with its owner.
///
/// **Source** `docs/spec/clearing.md` §1.3, §10.5.
pub fn lots_within(base: Amount, grid: Grid) -> Qty {
    assert!(Amount::ZERO <= base);
    capped_qty(model::number::div_floor(
        base.units(),
        i128::from(grid.lot_units),
    ))
}

/// Returns a quantity of `lots`, or the largest quantity when there are more.
pub(crate) fn capped_qty(lots: i128) -> Qty {
    assert!(0 <= lots);
    i64::try_from(lots)
        .ok()
        .and_then(Qty::new)
        .unwrap_or(Qty::MAX)
}
