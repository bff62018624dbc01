//! `a × b / c` with a 256-bit intermediate, for the few formulas where both factors are money.

use crate::number::{div_ceil, div_floor};

/// How a division that is not exact rounds (`clearing.md` §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Floor,
    Ceil,
}

/// Returns `a × b / c` rounded as asked, or `None` when the quotient leaves i128.
///
/// **Cost** one multiplication and one division when the product fits i128, else 128 shift-and-subtract steps.
///
/// # Panics
/// When `c` is not positive.
pub fn mul_div(a: i128, b: i128, c: i128, rounding: Rounding) -> Option<i128> {
    assert!(0 < c);
    if let Some(product) = a.checked_mul(b) {
        return Some(match rounding {
            Rounding::Floor => div_floor(product, c),
            Rounding::Ceil => div_ceil(product, c),
        });
    }
    let is_negative = (a < 0) != (b < 0);
    let (high, low) = multiply(a.unsigned_abs(), b.unsigned_abs());
    let (quotient, remainder) = divide(high, low, c.unsigned_abs())?;
    let rounds_away = match rounding {
        Rounding::Floor => is_negative,
        Rounding::Ceil => !is_negative,
    };
    let magnitude = quotient.checked_add(u128::from(rounds_away && remainder != 0))?;
    let magnitude = i128::try_from(magnitude).ok()?;
    Some(if is_negative { -magnitude } else { magnitude })
}

/// Returns the 256-bit product as (high, low).
fn multiply(a: u128, b: u128) -> (u128, u128) {
    const HALF: u32 = 64;
    const MASK: u128 = (1 << HALF) - 1;
    let (a_high, a_low) = (a >> HALF, a & MASK);
    let (b_high, b_low) = (b >> HALF, b & MASK);
    let low = a_low * b_low;
    let middle = a_high * b_low + (low >> HALF);
    let cross = a_low * b_high + (middle & MASK);
    let high = a_high * b_high + (middle >> HALF) + (cross >> HALF);
    (high, (cross << HALF) | (low & MASK))
}

/// Returns quotient and remainder of the 256-bit dividend, or `None` when the quotient needs more than 128 bits.
fn divide(high: u128, low: u128, divisor: u128) -> Option<(u128, u128)> {
    if divisor <= high {
        return None;
    }
    let mut remainder = high;
    let mut quotient = 0_u128;
    for bit in (0..128).rev() {
        let carry = remainder >> 127;
        remainder = (remainder << 1) | ((low >> bit) & 1);
        quotient <<= 1;
        // With the carry set the true remainder is 2^128 + remainder, which always exceeds the divisor.
        if carry == 1 || divisor <= remainder {
            remainder = remainder.wrapping_sub(divisor);
            quotient |= 1;
        }
    }
    Some((quotient, remainder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_product_divides_exactly() {
        let a = 1_i128 << 100;
        assert_eq!(mul_div(a, a, a, Rounding::Floor), Some(a));
        assert_eq!(mul_div(-a, a, a, Rounding::Floor), Some(-a));
    }

    #[test]
    fn a_remainder_rounds_to_the_asked_side() {
        let a = (1_i128 << 100) + 1;
        let c = 1_i128 << 90;
        let floor = mul_div(a, a, c, Rounding::Floor).expect("fits");
        assert_eq!(mul_div(a, a, c, Rounding::Ceil), Some(floor + 1));
        assert_eq!(mul_div(-a, a, c, Rounding::Ceil), Some(-floor));
        assert_eq!(mul_div(-a, a, c, Rounding::Floor), Some(-floor - 1));
    }

    #[test]
    fn a_quotient_beyond_i128_is_none() {
        assert_eq!(mul_div(i128::MAX, i128::MAX, 1, Rounding::Floor), None);
    }

    #[test]
    fn narrow_and_wide_paths_agree() {
        for (a, b, c) in [
            (7_i128, 9_i128, 4_i128),
            (-7, 9, 4),
            (1 << 60, 1 << 60, 12_345),
        ] {
            let (high, low) = multiply(a.unsigned_abs(), b.unsigned_abs());
            let (quotient, remainder) = divide(high, low, c.unsigned_abs()).expect("narrow");
            let product = (a * b).unsigned_abs();
            assert_eq!(
                (quotient, remainder),
                (product / c.unsigned_abs(), product % c.unsigned_abs())
            );
        }
    }
}
