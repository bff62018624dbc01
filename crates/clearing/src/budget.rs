//! Spending a quote amount on a book: the walk of an order that names quote instead of a quantity.

use crate::value::{capped_qty, tick_lots};
use model::number::{Amount, Price, Qty, div_floor};

/// Returns the tick-lots that `quote` pays for, rounded down (rule R11); the rest stays with its owner.
///
/// Since every fill costs a whole number of tick-lots, walking with this budget buys exactly what walking with
/// `quote` itself would.
///
/// **Units** `quote_per_tick_lot` is the `K` of the market's grid.
/// **Source** `docs/spec/clearing.md` §10.5.
pub fn tick_lot_budget(quote: Amount, quote_per_tick_lot: i64) -> i128 {
    assert!(Amount::ZERO <= quote);
    div_floor(quote.units(), i128::from(quote_per_tick_lot))
}

/// Returns the lots that `tick_lots_left` pay for at `price`, rounded down (rule R11).
///
/// **Source** `docs/spec/clearing.md` §10.5.
pub fn affordable(tick_lots_left: i128, price: Price) -> Qty {
    assert!(0 <= tick_lots_left);
    let ticks = i128::from(price.ticks());
    capped_qty(mutant::plant!(
        "budget-overspent",
        model::number::div_ceil(tick_lots_left, ticks),
        div_floor(tick_lots_left, ticks)
    ))
}

/// What a quote amount finds on a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteWalk {
    pub filled: Qty,
    /// Tick-lots of the fills.
    pub spent: i128,
    /// Tick-lots of the budget that are not spent.
    pub left: i128,
}

/// Walks `levels`, best first, until the budget affords no further lot.
///
/// At each level the walk takes what is there or what the budget affords, whichever is less; it ends at the
/// first level it does not take wholly.
///
/// **Units** `budget` in tick-lots. **Cost** O(levels).
/// **Source** `docs/spec/clearing.md` §10.5.
pub fn walk_quote(levels: impl IntoIterator<Item = (Price, Qty)>, budget: i128) -> QuoteWalk {
    let mut walk = QuoteWalk {
        filled: Qty::ZERO,
        spent: 0,
        left: budget,
    };
    for (price, open) in levels {
        let qty = open.min(affordable(walk.left, price));
        walk.filled = walk.filled.plus(qty);
        walk.spent += tick_lots(price, qty);
        walk.left -= tick_lots(price, qty);
        if qty < open {
            break;
        }
    }
    assert!(0 <= walk.left);
    walk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::tick_lot_value;
    use proptest::prelude::*;

    fn level(ticks: i64, lots: i64) -> (Price, Qty) {
        let price = Price::new(ticks).expect("a legal price");
        (price, Qty::new(lots).expect("a legal quantity"))
    }

    fn check_walk(levels: &[(i64, i64)], budget: i128, expected: (i64, i128)) {
        let levels = levels.iter().map(|(ticks, lots)| level(*ticks, *lots));
        let walk = walk_quote(levels, budget);
        assert_eq!((walk.filled.lots(), walk.left), expected);
    }

    #[test]
    fn a_walk_ends_where_the_budget_affords_no_further_lot() {
        check_walk(&[(10, 5), (11, 5)], 100, (9, 6));
        check_walk(&[(10, 5), (11, 5)], 9, (0, 9));
        check_walk(&[(10, 5)], 50, (5, 0));
        check_walk(&[(10, 5)], 60, (5, 10));
        check_walk(&[], 60, (0, 60));
    }

    #[test]
    fn a_walk_does_not_skip_a_level_it_cannot_take_wholly() {
        // 39 would pay for three lots at the worse 11 after none at 40; a walk never looks past a level.
        check_walk(&[(40, 1), (11, 5)], 39, (0, 39));
    }

    /// The walk as the specification words it: on quote units, one lot at a time.
    fn walk_lot_by_lot(levels: &[(Price, Qty)], quote: i128, k: i64) -> (i64, i128) {
        let (mut filled, mut left) = (0, quote);
        for (price, open) in levels {
            for _ in 0..open.lots() {
                let lot = i128::from(price.ticks()) * i128::from(k);
                if left < lot {
                    return (filled, left);
                }
                filled += 1;
                left -= lot;
            }
        }
        (filled, left)
    }

    fn asks() -> impl Strategy<Value = Vec<(Price, Qty)>> {
        let levels = prop::collection::vec((1..500_i64, 1..40_i64), 0..12);
        levels.prop_map(|mut levels| {
            levels.sort_unstable();
            levels
                .into_iter()
                .map(|(ticks, lots)| level(ticks, lots))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn a_walk_by_tick_lots_buys_what_a_walk_by_quote_units_would(
            levels in asks(),
            quote in 0..1_000_000_i128,
            k in 1..2_000_i64,
        ) {
            let budget = tick_lot_budget(Amount::new(quote).expect("legal"), k);
            let walk = walk_quote(levels.iter().copied(), budget);
            let spent = tick_lot_value(walk.spent, k).expect("a small value").units();
            prop_assert_eq!((walk.filled.lots(), quote - spent), walk_lot_by_lot(&levels, quote, k));
            prop_assert_eq!(walk.spent + walk.left, budget);
        }

        #[test]
        fn affordable_lots_are_the_most_that_a_budget_pays(left in 0..1_i128 << 50, ticks in 1..1_i64 << 40) {
            let (price, _) = level(ticks, 1);
            let lots = affordable(left, price);
            prop_assert!(tick_lots(price, lots) <= left);
            prop_assert!(left < tick_lots(price, lots) + i128::from(ticks));
        }
    }

    #[test]
    fn a_budget_beyond_every_quantity_affords_the_largest() {
        assert_eq!(affordable(i128::MAX, Price::MIN), Qty::MAX);
    }
}
