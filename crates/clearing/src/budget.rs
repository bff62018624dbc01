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
    capped_qty(div_floor(tick_lots_left, i128::from(price.ticks())))
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
