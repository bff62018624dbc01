//! The price that bands and market orders are measured against.

use model::instrument::{Instrument, UNITS_PER_WHOLE};
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

impl ReferencePrice {
    /// Returns what `base` units are worth at this price in quote units, rounded up (rule R12) and capped at the
    /// largest amount.
    ///
    /// **Source** `docs/spec/kyc.md` §2.
    pub fn worth(self, base: Amount, instrument: &Instrument) -> Amount {
        assert!(Amount::ZERO <= base);
        // The quote units of one whole base, as a fraction.
        let tick_units = i128::from(instrument.grid.tick_units);
        let whole = i128::from(UNITS_PER_WHOLE);
        let value = self.value.checked_mul(tick_units);
        let qty = self.qty.checked_mul(whole);
        let (Some(value), Some(qty)) = (value, qty) else {
            return Amount::MAX;
        };
        mul_div(base.units(), value, qty, Rounding::Ceil)
            .and_then(Amount::new)
            .unwrap_or(Amount::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(ticks: i64) -> Price {
        Price::new(ticks).expect("a legal price")
    }

    fn limits(min: i128, max: i128) -> NotionalRange {
        NotionalRange {
            min: Amount::new(min).expect("legal"),
            max: Amount::new(max).expect("legal"),
        }
    }

    #[test]
    fn the_average_comes_before_the_last_price() {
        let average = ReferencePrice::new(Some((700, 4)), Some(price(9)));
        assert_eq!(average, Some(ReferencePrice { value: 700, qty: 4 }));
        let last = ReferencePrice::new(None, Some(price(9)));
        assert_eq!(last, Some(ReferencePrice { value: 9, qty: 1 }));
        assert_eq!(ReferencePrice::new(None, None), None);
    }

    #[test]
    fn a_worth_between_units_is_compared_exactly() {
        // Three lots at 100.5 ticks and K = 1 are worth 301.5.
        let reference = ReferencePrice { value: 201, qty: 2 };
        let is_worth =
            |min, max| reference.is_worth(Qty::new(3).expect("legal"), 1, &limits(min, max));
        assert!(is_worth(301, 302));
        assert!(!is_worth(302, 400));
        assert!(!is_worth(0, 301));
    }

    #[test]
    fn a_worth_beyond_every_amount_is_too_much() {
        let reference = ReferencePrice {
            value: 1 << 100,
            qty: 1,
        };
        assert!(!reference.is_worth(Qty::MAX, i64::MAX, &limits(0, 1 << 95)));
    }

    proptest! {
        #[test]
        fn a_worth_agrees_with_cross_multiplication(
            value in 1..1_i128 << 40,
            qty in 1..1_i128 << 20,
            lots in 1..1_i64 << 20,
            k in 1..1_000_i64,
            apart in -2..=2_i128,
        ) {
            let reference = ReferencePrice { value, qty };
            let worth = value * i128::from(lots) * i128::from(k);
            let limit = (worth.div_euclid(qty) + apart).max(0);
            let lots = Qty::new(lots).expect("legal");
            let most = Amount::MAX.units();
            prop_assert_eq!(reference.is_worth(lots, k, &limits(limit, most)), limit * qty <= worth);
            prop_assert_eq!(reference.is_worth(lots, k, &limits(0, limit)), worth <= limit * qty);
        }
    }
}
