//! The prices a reference price allows.

use crate::reference::ReferencePrice;
use model::instrument::Band;
use model::number::{Price, RatioPpm};
use model::wide::{Rounding, mul_div};

/// The prices from `lower` to `upper`, both included; empty when `upper` is below `lower`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRange {
    pub lower: Price,
    pub upper: Price,
}

impl PriceRange {
    /// Every legal price: the range without a reference price.
    pub const ALL: PriceRange = PriceRange {
        lower: Price::MIN,
        upper: Price::MAX,
    };

    /// Returns whether `price` lies inside.
    pub fn contains(&self, price: Price) -> bool {
        self.lower <= price && price <= self.upper
    }
}

/// Returns the prices inside `band` around `reference`, rounded inward: lower up, upper down (rule R9).
///
/// **Source** `docs/spec/clearing.md` §11.1 and §11.2.
pub fn band(reference: ReferencePrice, band: Band) -> PriceRange {
    PriceRange {
        lower: edge(reference, band.down, Rounding::Ceil),
        upper: edge(
            reference,
            band.up,
            mutant::plant!("band-rounds-outward", Rounding::Ceil, Rounding::Floor),
        ),
    }
}

/// Returns whether `price` lies inside `band` around `reference`, without a division.
///
/// **Source** `docs/spec/clearing.md` §11.1; comparisons multiply crosswise, §1.3.
#[inline(always)]
pub fn is_within_band(price: Price, reference: ReferencePrice, limits: Band) -> bool {
    if let (Ok(value), Ok(qty)) = (u64::try_from(reference.value), u32::try_from(reference.qty)) {
        return is_within_narrow(price, value, qty, limits);
    }
    match products(price, reference, limits) {
        Some((down, asked, up)) => down <= asked && asked <= up,
        // The products left i128: the wide division gives the same answer.
        None => band(reference, limits).contains(price),
    }
}

/// The same, where no product leaves 128 bits: a reference is 64 bits and a ratio 30, a quantity 32, one whole 20
/// and a price 51.
#[inline(always)]
fn is_within_narrow(price: Price, value: u64, qty: u32, band: Band) -> bool {
    let whole = u64::from(qty) * RatioPpm::ONE.ppm();
    let asked = u128::from(whole) * u128::from(price.ticks().unsigned_abs());
    let down = u128::from(value) * u128::from(band.down.ppm());
    let up = u128::from(value) * u128::from(band.up.ppm());
    down <= asked && asked <= up
}

/// Returns reference × down, price and reference × up over one common denominator.
fn products(price: Price, reference: ReferencePrice, band: Band) -> Option<(i128, i128, i128)> {
    let whole = i128::from(RatioPpm::ONE.ppm());
    let asked = reference.qty.checked_mul(whole)?;
    Some((
        reference.value.checked_mul(i128::from(band.down.ppm()))?,
        asked.checked_mul(i128::from(price.ticks()))?,
        reference.value.checked_mul(i128::from(band.up.ppm()))?,
    ))
}

/// Returns `reference × ratio` in ticks, clamped to the bounds of a price.
fn edge(reference: ReferencePrice, ratio: RatioPpm, rounding: Rounding) -> Price {
    let divisor = reference.qty * i128::from(RatioPpm::ONE.ppm());
    let ticks = mul_div(reference.value, i128::from(ratio.ppm()), divisor, rounding);
    clamped(ticks.unwrap_or(i128::MAX))
}

fn clamped(ticks: i128) -> Price {
    if ticks < i128::from(Price::MIN.ticks()) {
        return Price::MIN;
    }
    i64::try_from(ticks)
        .ok()
        .and_then(Price::new)
        .unwrap_or(Price::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(ppm: u64) -> RatioPpm {
        RatioPpm::new(ppm).expect("a legal ratio")
    }

    fn around(value: i128, qty: i128) -> ReferencePrice {
        ReferencePrice::new(Some((value, qty)), None).expect("an average")
    }

    /// Expects both edges of a band, and that one tick outside them is outside.
    fn check_band(reference: ReferencePrice, (down, up): (u64, u64), expected: (i64, i64)) {
        let limits = Band {
            up: ratio(up),
            down: ratio(down),
        };
        let range = band(reference, limits);
        assert_eq!((range.lower.ticks(), range.upper.ticks()), expected);
        for ticks in [expected.0 - 1, expected.0, expected.1, expected.1 + 1] {
            if let Some(price) = Price::new(ticks) {
                let is_inside = expected.0 <= ticks && ticks <= expected.1;
                assert_eq!(
                    is_within_band(price, reference, limits),
                    is_inside,
                    "{ticks}"
                );
            }
        }
    }

    #[test]
    fn a_band_rounds_inward() {
        check_band(around(1_000, 1), (900_000, 1_100_000), (900, 1_100));
        check_band(around(1_001, 1), (900_000, 1_100_000), (901, 1_101));
        check_band(around(2_001, 2), (900_000, 1_100_000), (901, 1_100));
        // Nothing lies between 100.5 and 100.5.
        check_band(around(201, 2), (1_000_000, 1_000_000), (101, 100));
    }

    #[test]
    fn a_band_stays_within_the_bounds_of_a_price() {
        check_band(around(1, 1), (0, 1_000_000), (1, 1));
        let most = Price::MAX.ticks();
        check_band(
            around(i128::from(most), 1),
            (1_000_000, 1_000_000_000),
            (most, most),
        );
    }

    #[test]
    fn a_band_is_exact_where_its_products_leave_i128() {
        // 2^50 ticks on 2^62 lots: the value times the ratio needs 142 bits.
        let reference = around(1 << 112, 1 << 62);
        check_band(reference, (500_000, 1_000_000), (1 << 49, 1 << 50));
        let limits = Band {
            up: ratio(1_000_000),
            down: ratio(500_000),
        };
        assert!(is_within_band(Price::MAX, reference, limits));
        let below = Price::new((1 << 49) - 1).expect("a legal price");
        assert!(!is_within_band(below, reference, limits));
    }

    #[test]
    fn an_empty_range_contains_nothing() {
        let range = band(
            around(201, 2),
            Band {
                up: RatioPpm::ONE,
                down: RatioPpm::ONE,
            },
        );
        for ticks in 100..=101 {
            assert!(!range.contains(Price::new(ticks).expect("a legal price")));
        }
    }

    fn references() -> impl Strategy<Value = ReferencePrice> {
        let small = (1..2_000_i128, 1..40_i128);
        let large = (1..=1_i128 << 50, 1..=1_i128 << 64);
        prop_oneof![
            small.prop_map(|(value, qty)| around(value + qty, qty)),
            large.prop_map(|(ticks, qty)| around(ticks * qty - qty / 3, qty)),
        ]
    }

    fn bands() -> impl Strategy<Value = Band> {
        (0..=1_000_000_u64, 1_000_000..=1_000_000_000_u64).prop_map(|(down, up)| Band {
            up: ratio(up),
            down: ratio(down),
        })
    }

    /// Whether a price lies inside, decided by 256-bit cross multiplication in one-sided steps.
    fn is_inside(price: Price, reference: ReferencePrice, limits: Band) -> bool {
        let lowest = exact(reference, limits.down);
        let highest = exact(reference, limits.up);
        let asked = (i128::from(price.ticks()), 0);
        lowest <= asked && asked <= highest
    }

    /// Returns `reference × ratio` as whole ticks and the rest over its denominator, by long division.
    fn exact(reference: ReferencePrice, ratio: RatioPpm) -> (i128, i128) {
        let (value, qty) = (reference.value, reference.qty);
        let ppm = i128::from(ratio.ppm());
        // value = a × qty + b, so that value × ppm / qty = a × ppm + b × ppm / qty.
        let (a, b) = (value.div_euclid(qty), value.rem_euclid(qty));
        let divisor = qty * 1_000_000;
        let (whole, rest) = (
            (a * ppm).div_euclid(1_000_000),
            (a * ppm).rem_euclid(1_000_000),
        );
        let rest = rest * qty + b * ppm;
        (whole + rest.div_euclid(divisor), rest.rem_euclid(divisor))
    }

    proptest! {
        /// R9: the lowest and highest price inside are inside, their neighbours outside are not.
        #[test]
        fn a_band_is_the_widest_range_inside_the_exact_one(reference in references(), limits in bands()) {
            let range = band(reference, limits);
            for ticks in [range.lower.ticks(), range.upper.ticks()] {
                for near in ticks - 2..=ticks + 2 {
                    let Some(price) = Price::new(near) else { continue };
                    let expected = is_inside(price, reference, limits);
                    prop_assert_eq!(range.contains(price), expected, "{}", near);
                    prop_assert_eq!(is_within_band(price, reference, limits), expected, "{}", near);
                }
            }
        }
    }
}
