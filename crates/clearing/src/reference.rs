//! The price that bands and market orders are measured against.

use model::number::{Amount, Price, Qty};
use model::wide::{Rounding, mul_div};

/// A price as an exact fraction of ticks, since an average seldom falls on one.
///
/// **Shape** `value / qty` ticks, both above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferencePrice {
    pub(crate) value: i128,
    pub(crate) qty: i128,
}

impl ReferencePrice {
    /// Returns the five-minute average when there was a trade, else the last price, else nothing.
    ///
    /// **Shape** `average` as [`model::average::Average::fraction`] gives it: (tick-lots, lots).
    /// **Source** `docs/spec/clearing.md` §11.1.
    pub fn new(average: Option<(i128, i128)>, last: Option<Price>) -> Option<ReferencePrice> {
        match (average, last) {
            (Some((value, qty)), _) => Some(ReferencePrice::of_fraction(value, qty)),
            (None, Some(price)) => Some(ReferencePrice::of_fraction(i128::from(price.ticks()), 1)),
            (None, None) => None,
        }
    }

    fn of_fraction(value: i128, qty: i128) -> ReferencePrice {
        assert!(0 < value);
        assert!(0 < qty);
        ReferencePrice { value, qty }
    }

    /// Returns whether `qty` at this price is worth from `min` to `max`.
    ///
    /// Both limits are whole units, so comparing them with the value rounded toward the outside is comparing them
    /// with the exact value.
    ///
    /// **Units** `quote_per_tick_lot` is the `K` of the market's grid.
    /// **Source** `docs/spec/clearing.md` §10.6.
    pub fn is_worth(self, qty: Qty, quote_per_tick_lot: i64, limits: &NotionalRange) -> bool {
        let factor = i128::from(qty.lots()) * i128::from(quote_per_tick_lot);
        let worth = |rounding| mul_div(self.value, factor, self.qty, rounding);
        // A value beyond i128 is above every limit.
        worth(Rounding::Floor).is_none_or(|units| limits.min.units() <= units)
            && worth(Rounding::Ceil).is_some_and(|units| units <= limits.max.units())
    }
}

/// What an order may be worth, in quote units, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotionalRange {
    pub min: Amount,
    pub max: Amount,
}

impl NotionalRange {
    /// Returns whether `value` lies inside.
    pub fn contains(&self, value: Amount) -> bool {
        self.min <= value && value <= self.max
    }
}
