//! A rate of an amount: the one division behind fees and rebates.

use model::number::{Amount, RatePpb, div_ceil, div_floor};
use model::wide::Rounding;

const WHOLE: u64 = RatePpb::ONE.ppb() as u64;

/// Returns `amount × rate`, rounded as asked.
///
/// **Shape** from zero to `amount`.
/// **Cost** no wide division below 2^64 units.
///
/// # Panics
/// When `amount` or the rate is negative, or the rate is above one whole.
#[inline(always)]
pub(crate) fn share(amount: Amount, rate_ppb: i64, rounding: Rounding) -> Amount {
    assert!(Amount::ZERO <= amount);
    assert!(0 <= rate_ppb);
    assert!(rate_ppb <= RatePpb::ONE.ppb());
    let units = match u64::try_from(amount.units()) {
        Ok(units) => i128::from(narrow(units, rate_ppb as u64, rounding)),
        Err(_) => wide(amount, rate_ppb, rounding),
    };
    match Amount::new(units) {
        Some(share) => share,
        None => panic!("a share of an amount exceeds it"),
    }
}

/// With `units = a × 10^9 + b`, the product over 10^9 is `a × rate`, a whole number, and `b × rate / 10^9`. The
/// first is at most `units`, the product `b × rate` below 10^18: both fit 64 bits.
#[inline(always)]
fn narrow(units: u64, rate_ppb: u64, rounding: Rounding) -> u64 {
    let rest = units.rem_euclid(WHOLE) * rate_ppb;
    let rounded = match rounding {
        Rounding::Floor => rest.div_euclid(WHOLE),
        Rounding::Ceil => rest.div_ceil(WHOLE),
    };
    units.div_euclid(WHOLE) * rate_ppb + rounded
}

/// The product of 95 and 30 bits fits i128.
#[cold]
fn wide(amount: Amount, rate_ppb: i64, rounding: Rounding) -> i128 {
    let product = amount.units() * i128::from(rate_ppb);
    match rounding {
        Rounding::Floor => div_floor(product, i128::from(WHOLE)),
        Rounding::Ceil => div_ceil(product, i128::from(WHOLE)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_narrow_path_agrees_with_the_wide_one(units: u64, rate_ppb in 0..=RatePpb::ONE.ppb()) {
            let amount = Amount::new(i128::from(units)).expect("64 bits are within the money bound");
            for rounding in [Rounding::Floor, Rounding::Ceil] {
                prop_assert_eq!(
                    i128::from(narrow(units, rate_ppb as u64, rounding)),
                    wide(amount, rate_ppb, rounding)
                );
            }
        }
    }

    #[test]
    fn a_share_never_exceeds_its_amount() {
        for units in [0, 1, i128::from(u64::MAX), 1 << 64, Amount::MAX.units()] {
            let amount = Amount::new(units).expect("legal");
            for rounding in [Rounding::Floor, Rounding::Ceil] {
                assert_eq!(share(amount, RatePpb::ONE.ppb(), rounding), amount);
                assert_eq!(share(amount, 0, rounding), Amount::ZERO);
                assert!(share(amount, RatePpb::ONE.ppb() - 1, rounding) <= amount);
            }
        }
    }
}
