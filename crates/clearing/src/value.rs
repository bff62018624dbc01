//! What a quantity is worth: in quote units at a price, in base units by itself. Exact, never rounded.

use model::instrument::Grid;
use model::number::{Amount, Price, Qty, div_floor};

/// Returns `price × qty` in quote units.
///
/// **Units** `quote_per_tick_lot` is the `K` of the market's grid.
/// **Source** `docs/spec/clearing.md` §2.2.
///
/// # Panics
/// When the value leaves the money bound. Listing admits no terms under which an order could
/// ([`crate::listing::check`]).
#[inline(always)]
pub fn value(price: Price, qty: Qty, quote_per_tick_lot: i64) -> Amount {
    match checked_value(price, qty, quote_per_tick_lot) {
        Some(amount) => amount,
        None => panic!("the value of an order left the money bound"),
    }
}

/// Returns `price × qty` in quote units, or `None` when it leaves the money bound.
///
/// **Source** `docs/spec/clearing.md` §1.1, §2.2.
#[inline(always)]
pub fn checked_value(price: Price, qty: Qty, quote_per_tick_lot: i64) -> Option<Amount> {
    tick_lot_value(tick_lots(price, qty), quote_per_tick_lot)
}

/// Returns `price × qty` in tick-lots: the value before the market's `K`.
///
/// **Shape** at most 2^100.
#[inline(always)]
pub fn tick_lots(price: Price, qty: Qty) -> i128 {
    i128::from(price.ticks()) * i128::from(qty.lots())
}

/// Returns what a sum of tick-lots is worth in quote units, or `None` when it leaves the money bound.
///
/// **Source** `docs/spec/clearing.md` §2.2.
#[inline(always)]
pub fn tick_lot_value(tick_lots: i128, quote_per_tick_lot: i64) -> Option<Amount> {
    assert!(0 < quote_per_tick_lot);
    // 64 bits times 63 bits fit without a check, as they do in every market but the absurd.
    match u64::try_from(tick_lots) {
        Ok(narrow) => {
            let units = u128::from(narrow) * u128::from(quote_per_tick_lot.unsigned_abs());
            Amount::new(units.cast_signed())
        }
        Err(_) => wide_tick_lot_value(tick_lots, quote_per_tick_lot),
    }
}

#[cold]
#[inline(never)]
fn wide_tick_lot_value(tick_lots: i128, quote_per_tick_lot: i64) -> Option<Amount> {
    assert!(0 <= tick_lots);
    Amount::new(tick_lots.checked_mul(i128::from(quote_per_tick_lot))?)
}

/// Returns `qty` in base units.
///
/// **Source** `docs/spec/clearing.md` §2.2.
///
/// # Panics
/// When it leaves the money bound. Listing admits no terms under which an order could.
#[inline(always)]
pub fn base_units(qty: Qty, grid: Grid) -> Amount {
    match checked_base_units(qty, grid) {
        Some(amount) => amount,
        None => panic!("the base quantity of an order left the money bound"),
    }
}

/// Returns `qty` in base units, or `None` when it leaves the money bound.
///
/// **Source** `docs/spec/clearing.md` §1.1, §2.2.
#[inline(always)]
pub fn checked_base_units(qty: Qty, grid: Grid) -> Option<Amount> {
    Amount::new(i128::from(qty.lots()) * i128::from(grid.lot_units))
}

/// Returns the whole lots that `base` units pay for, rounded down (rule R11); the rest stays with its owner.
///
/// **Source** `docs/spec/clearing.md` §1.3, §10.5.
pub fn lots_within(base: Amount, grid: Grid) -> Qty {
    assert!(Amount::ZERO <= base);
    let lot_units = i128::from(grid.lot_units);
    capped_qty(mutant::plant!(
        "dust-sold",
        model::number::div_ceil(base.units(), lot_units),
        div_floor(base.units(), lot_units)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(ticks: i64) -> Price {
        Price::new(ticks).expect("a legal price")
    }

    fn qty(lots: i64) -> Qty {
        Qty::new(lots).expect("a legal quantity")
    }

    fn lots_of(lot_units: i64) -> Grid {
        Grid {
            tick_units: 1,
            lot_units,
        }
    }

    #[test]
    fn a_value_is_ticks_times_lots_times_k() {
        // 65,432.10 quote a base on a grid of 0.01 and 0.00001; 0.5 base.
        let grid = Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        };
        let k = grid.quote_per_tick_lot().expect("a whole grid");
        assert_eq!(
            value(price(6_543_210), qty(50_000), k).units(),
            3_271_605_000_000
        );
        assert_eq!(base_units(qty(50_000), grid).units(), 50_000_000);
    }

    #[test]
    fn a_value_beyond_the_money_bound_is_none() {
        assert_eq!(
            checked_value(Price::MAX, qty(1 << 45), 1),
            Some(Amount::MAX)
        );
        assert_eq!(checked_value(Price::MAX, qty((1 << 45) + 1), 1), None);
        assert_eq!(checked_value(Price::MAX, Qty::MAX, i64::MAX), None);
        assert_eq!(
            checked_base_units(Qty::MAX, lots_of(1 << 45)),
            Some(Amount::MAX)
        );
        assert_eq!(checked_base_units(Qty::MAX, lots_of((1 << 45) + 1)), None);
    }

    #[test]
    fn whole_lots_leave_the_rest_with_the_owner() {
        let base = |units| Amount::new(units).expect("legal");
        assert_eq!(lots_within(base(2_999), lots_of(1_000)), qty(2));
        assert_eq!(lots_within(base(999), lots_of(1_000)), Qty::ZERO);
        assert_eq!(lots_within(Amount::MAX, lots_of(1)), Qty::MAX);
    }

    proptest! {
        /// No rounding exists in a value: it is additive in the quantity, to the unit.
        #[test]
        fn values_of_the_parts_are_the_value_of_the_whole(
            ticks in 1..=1_i64 << 50,
            parts in prop::collection::vec(0..1_i64 << 32, 1..20),
            k in 1..100_i64,
        ) {
            let whole = qty(parts.iter().sum());
            let sum: i128 = parts.iter().map(|part| value(price(ticks), qty(*part), k).units()).sum();
            prop_assert_eq!(value(price(ticks), whole, k).units(), sum);
        }

        #[test]
        fn whole_lots_are_the_most_that_the_base_units_hold(
            units in 0..1_i128 << 80,
            lot_units in 1 << 31..1_i64 << 40,
        ) {
            let base = Amount::new(units).expect("within the money bound");
            let lots = lots_within(base, lots_of(lot_units));
            prop_assert!(base_units(lots, lots_of(lot_units)) <= base);
            prop_assert!(base < base_units(lots.plus(qty(1)), lots_of(lot_units)));
        }
    }
}
