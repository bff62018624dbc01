//! Exact numbers: price in ticks, quantity in lots, money in smallest units, rates in parts per billion.
//!
//! The bounds are those of `docs/spec/clearing.md` §1.1. A value of one of these types built through its
//! checked constructor is inside its bound; arithmetic that could leave it is an overflow and stops the command.

use core::num::NonZeroI64;

/// A price in ticks of its market.
///
/// **Bounds** `1 ..= 2^50` for every order; 0 never appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(NonZeroI64);

/// A quantity in lots of its market.
///
/// **Bounds** `0 ..= 2^50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Qty(i64);

/// Money in smallest units (10^-8) of one asset.
///
/// **Bounds** `|x| <= 2^95`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i128);

/// A rate in parts per billion: 1_000_000_000 is one whole.
///
/// **Bounds** `|x| <= 2^31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RatePpb(i64);

/// A multiplier in parts per million, up to 1000× (bands and ratios).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RatioPpm(u64);

/// A part of a price in hundredths of a per cent, above nothing and below one whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(u16);

/// How many levels behind the best one a price is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PegLevels(u8);

// A price times a quantity times a value per tick and lot is formed in i128 before it is checked.
const _: () = assert!(Price::MAX.ticks() == 1 << 50 && Qty::MAX.0 == 1 << 50);
// money × rate fits i128 for every legal pair (95 + 31 bits).
const _: () = assert!(Amount::MAX.0.checked_mul(RatePpb::MAX.0 as i128).is_some());

impl Price {
    pub const MIN: Price = Price(NonZeroI64::new(1).expect("not zero"));
    pub const MAX: Price = Price(NonZeroI64::new(1 << 50).expect("not zero"));

    /// Returns the price of `ticks`, or `None` outside `1 ..= 2^50`.
    pub const fn new(ticks: i64) -> Option<Price> {
        match NonZeroI64::new(ticks) {
            Some(nonzero) if 1 <= ticks && ticks <= Price::MAX.0.get() => Some(Price(nonzero)),
            _ => None,
        }
    }

    /// Returns the number of ticks.
    pub const fn ticks(self) -> i64 {
        self.0.get()
    }
}

impl Qty {
    pub const ZERO: Qty = Qty(0);
    pub const MAX: Qty = Qty(1 << 50);

    /// Returns the quantity of `lots`, or `None` outside `0 ..= 2^50`.
    pub const fn new(lots: i64) -> Option<Qty> {
        if 0 <= lots && lots <= Qty::MAX.0 {
            Some(Qty(lots))
        } else {
            None
        }
    }

    /// Returns the number of lots.
    pub const fn lots(self) -> i64 {
        self.0
    }

    /// Returns whether nothing is left.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the sum.
    ///
    /// # Panics
    /// When it leaves `i64`; two legal quantities never do.
    #[must_use]
    pub const fn plus(self, other: Qty) -> Qty {
        Qty(self.0 + other.0)
    }

    /// Returns the difference.
    ///
    /// # Panics
    /// When `other` is larger.
    #[must_use]
    pub const fn minus(self, other: Qty) -> Qty {
        assert!(other.0 <= self.0);
        Qty(self.0 - other.0)
    }
}

impl Amount {
    pub const ZERO: Amount = Amount(0);
    pub const MAX: Amount = Amount(1 << 95);
    pub const MIN: Amount = Amount(-(1 << 95));

    /// Returns the amount of `units`, or `None` when `|units| > 2^95`.
    pub const fn new(units: i128) -> Option<Amount> {
        if Amount::MIN.0 <= units && units <= Amount::MAX.0 {
            Some(Amount(units))
        } else {
            None
        }
    }

    /// Returns the number of smallest units.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// Returns whether the amount is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the sum, or `None` when it leaves the bound.
    pub const fn checked_plus(self, other: Amount) -> Option<Amount> {
        Amount::new(self.0 + other.0)
    }

    /// Returns the sum, or the largest amount where it leaves the bound: what is held against a limit is above it then.
    #[must_use]
    pub fn saturating_plus(self, other: Amount) -> Amount {
        self.checked_plus(other).unwrap_or(Amount::MAX)
    }

    /// Returns the sum.
    ///
    /// # Panics
    /// When it leaves the bound: callers hold a proof that it does not.
    #[must_use]
    pub const fn plus(self, other: Amount) -> Amount {
        match self.checked_plus(other) {
            Some(sum) => sum,
            None => panic!("an amount left its bound"),
        }
    }

    /// Returns the difference.
    ///
    /// # Panics
    /// When it leaves the bound: callers hold a proof that it does not.
    #[must_use]
    pub const fn minus(self, other: Amount) -> Amount {
        self.plus(Amount(-other.0))
    }

    /// Returns the amount with the other sign.
    #[must_use]
    pub const fn negated(self) -> Amount {
        Amount(-self.0)
    }
}

impl RatePpb {
    pub const ZERO: RatePpb = RatePpb(0);
    /// One whole, the `R` of the formulas.
    pub const ONE: RatePpb = RatePpb(1_000_000_000);
    pub const MAX: RatePpb = RatePpb(1 << 31);

    /// Returns the rate of `ppb`, or `None` when `|ppb| > 2^31`.
    pub const fn new(ppb: i64) -> Option<RatePpb> {
        if -RatePpb::MAX.0 <= ppb && ppb <= RatePpb::MAX.0 {
            Some(RatePpb(ppb))
        } else {
            None
        }
    }

    /// Returns the number of parts per billion.
    pub const fn ppb(self) -> i64 {
        self.0
    }
}

impl RatioPpm {
    /// One whole.
    pub const ONE: RatioPpm = RatioPpm(1_000_000);
    pub const MAX: RatioPpm = RatioPpm(1_000_000_000);

    /// Returns the ratio of `ppm`, or `None` above 1000×.
    pub const fn new(ppm: u64) -> Option<RatioPpm> {
        if ppm <= RatioPpm::MAX.0 {
            Some(RatioPpm(ppm))
        } else {
            None
        }
    }

    /// Returns the number of parts per million.
    pub const fn ppm(self) -> u64 {
        self.0
    }
}

impl PegLevels {
    /// The best level itself.
    pub const BEST: PegLevels = PegLevels(0);
    pub const MAX: PegLevels = PegLevels(100);

    /// Returns so many levels, or `None` above 100.
    pub const fn new(levels: u8) -> Option<PegLevels> {
        if levels <= PegLevels::MAX.0 {
            Some(PegLevels(levels))
        } else {
            None
        }
    }

    /// Returns the number of levels.
    pub const fn count(self) -> u8 {
        self.0
    }
}

impl BasisPoints {
    pub const MIN: BasisPoints = BasisPoints(1);
    pub const MAX: BasisPoints = BasisPoints(9_999);
    /// One whole.
    pub const ONE: i128 = 10_000;

    /// Returns the part of so many hundredths of a per cent, or `None` outside `1 ..= 9999`.
    pub const fn new(points: u16) -> Option<BasisPoints> {
        if 1 <= points && points <= BasisPoints::MAX.0 {
            Some(BasisPoints(points))
        } else {
            None
        }
    }

    /// Returns the number of hundredths of a per cent.
    pub const fn points(self) -> u16 {
        self.0
    }
}

/// Divides toward minus infinity.
///
/// # Panics
/// When `divisor` is not positive.
pub const fn div_floor(dividend: i128, divisor: i128) -> i128 {
    assert!(0 < divisor);
    dividend.div_euclid(divisor)
}

/// Divides toward plus infinity.
///
/// # Panics
/// When `divisor` is not positive.
pub const fn div_ceil(dividend: i128, divisor: i128) -> i128 {
    assert!(0 < divisor);
    let quotient = dividend.div_euclid(divisor);
    if dividend.rem_euclid(divisor) == 0 {
        quotient
    } else {
        quotient + 1
    }
}

/// Divides toward zero.
///
/// # Panics
/// When `divisor` is not positive.
pub const fn div_trunc(dividend: i128, divisor: i128) -> i128 {
    assert!(0 < divisor);
    dividend / divisor
}

/// Divides to the nearest, halves upward: `floor(x + 1/2)`.
///
/// # Panics
/// When `divisor` is not positive, or `2 × dividend` leaves i128.
pub const fn div_near(dividend: i128, divisor: i128) -> i128 {
    assert!(0 < divisor);
    div_floor(2 * dividend + divisor, 2 * divisor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_division_rounds_by_its_name() {
        for (dividend, floor, ceil, trunc, near) in [
            (7, 3, 4, 3, 4),
            (-7, -4, -3, -3, -3),
            (6, 3, 3, 3, 3),
            (-6, -3, -3, -3, -3),
            (0, 0, 0, 0, 0),
        ] {
            assert_eq!(div_floor(dividend, 2), floor);
            assert_eq!(div_ceil(dividend, 2), ceil);
            assert_eq!(div_trunc(dividend, 2), trunc);
            assert_eq!(div_near(dividend, 2), near);
        }
    }

    #[test]
    fn constructors_refuse_what_lies_outside_the_bound() {
        assert_eq!(Price::new(0), None);
        assert_eq!(Price::new((1 << 50) + 1), None);
        assert_eq!(Qty::new(-1), None);
        assert_eq!(Amount::new((1 << 95) + 1), None);
        assert_eq!(RatePpb::new((1 << 31) + 1), None);
        assert_eq!(RatioPpm::new(1_000_000_001), None);
    }
}
