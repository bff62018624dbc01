//! Decimal text of the outside, exactly: eight places, no float, never a rounding.
//!
//! Reading is strict: ASCII digits with at most one point between digits, nothing else. A number
//! that the grid of its market cannot hold is an error, never rounded.

use model::instrument::Grid;
use model::number::{Price, Qty};
use serde::{Serialize, Serializer};

/// Decimal places of every asset (D1).
pub const PLACES: usize = 8;
/// Digits before the point that are read; more than any legal amount needs.
const INTEGER_DIGITS_MAX: usize = 20;
/// Sign, 39 digits of an i128, point and a leading zero.
const TEXT_BYTES_MAX: usize = 48;

/// Why a text is not a decimal number of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    #[error("not a plain decimal number")]
    Grammar,
    #[error("more than eight decimal places")]
    Precision,
    #[error("too many digits before the point")]
    Overflow,
}

/// Returns the number in units of 10^-8.
///
/// **Shape** `0` to `10^28 - 1`, so that it fits every money type.
///
/// # Errors
/// `Grammar` for anything but digits with one inner point, `Precision` beyond eight places (zeros count, as they
/// do upstream), `Overflow` beyond twenty digits before the point.
pub fn parse(text: &str) -> Result<i128, DecimalError> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return Err(DecimalError::Grammar),
        Some(parts) => parts,
        None => (text, ""),
    };
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return Err(DecimalError::Grammar);
    }
    if INTEGER_DIGITS_MAX < whole.len() {
        return Err(DecimalError::Overflow);
    }
    if PLACES < fraction.len() {
        return Err(DecimalError::Precision);
    }
    let units = accumulate(accumulate(0, whole), fraction);
    Ok((fraction.len()..PLACES).fold(units, |units, _| units * 10))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn accumulate(start: i128, digits: &str) -> i128 {
    digits
        .bytes()
        .fold(start, |units, digit| units * 10 + i128::from(digit - b'0'))
}

/// Returns the price of `units` per whole base, or `None` off the tick grid or outside the bound.
pub fn price_on_grid(units: i128, grid: &Grid) -> Option<Price> {
    on_grid(units, grid.tick_units).and_then(Price::new)
}

/// Returns the quantity of `units` base, or `None` off the lot grid or outside the bound.
pub fn qty_on_grid(units: i128, grid: &Grid) -> Option<Qty> {
    on_grid(units, grid.lot_units).and_then(Qty::new)
}

fn on_grid(units: i128, step: i64) -> Option<i64> {
    let step = i128::from(step);
    if step < 1 || mutant::plant!("off-grid-truncated", false, units.rem_euclid(step) != 0) {
        return None;
    }
    i64::try_from(units.div_euclid(step)).ok()
}

/// Returns the price as it is printed.
pub fn of_price(price: Price, grid: &Grid) -> Decimal {
    Decimal(i128::from(price.ticks()) * i128::from(grid.tick_units))
}

/// Returns the quantity as it is printed.
pub fn of_qty(qty: Qty, grid: &Grid) -> Decimal {
    Decimal(i128::from(qty.lots()) * i128::from(grid.lot_units))
}

/// A number in units of 10^-8, printed with all eight places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub i128);

impl Decimal {
    pub const ZERO: Decimal = Decimal(0);
}

impl core::fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(Text::of(self.0, PLACES).as_str())
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Text::of(self.0, PLACES).as_str())
    }
}

/// A number in units of 10^-3, printed with three places: a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(pub i128);

const PERCENT_PLACES: usize = 3;

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Text::of(self.0, PERCENT_PLACES).as_str())
    }
}

/// The text of a number, without an allocation.
struct Text {
    bytes: [u8; TEXT_BYTES_MAX],
    start: usize,
}

impl Text {
    /// Writes the digits from the back: fraction, point, whole part of at least one digit, sign.
    fn of(units: i128, places: usize) -> Text {
        let mut text = Text {
            bytes: [0; TEXT_BYTES_MAX],
            start: TEXT_BYTES_MAX,
        };
        let magnitude = units.unsigned_abs();
        match u64::try_from(magnitude) {
            Ok(narrow) => text.push_digits(narrow, places),
            Err(_) => text.push_wide_digits(magnitude, places),
        }
        if units < 0 {
            text.push(b'-');
        }
        text
    }

    fn push_digits(&mut self, magnitude: u64, places: usize) {
        let mut left = magnitude;
        for _ in 0..places {
            left = self.push_last_of(left);
        }
        self.push(b'.');
        left = self.push_last_of(left);
        while left != 0 {
            left = self.push_last_of(left);
        }
    }

    /// Writes the last digit and returns those before it.
    fn push_last_of(&mut self, number: u64) -> u64 {
        self.push(b'0' + (number % 10) as u8);
        number / 10
    }

    /// As `push_digits`, at the slower pace of 128-bit division.
    fn push_wide_digits(&mut self, magnitude: u128, places: usize) {
        let mut left = magnitude;
        let mut digits = 0;
        while left != 0 || digits <= places {
            if digits == places {
                self.push(b'.');
            }
            self.push(b'0' + (left % 10) as u8);
            left /= 10;
            digits += 1;
        }
    }

    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[self.start..]).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GRID: Grid = Grid {
        tick_units: 1_000_000,
        lot_units: 1_000,
    };

    #[test]
    fn a_number_is_read_to_the_last_place() {
        for (text, units) in [
            ("0", 0),
            ("1", 100_000_000),
            ("0.00000001", 1),
            ("61345.67000000", 6_134_567_000_000),
            ("007.5", 750_000_000),
            ("99999999999999999999.99999999", 10_i128.pow(28) - 1),
        ] {
            assert_eq!(parse(text), Ok(units), "{text}");
        }
    }

    /// The corpus says, a line: the verdict, a space, the text as a JSON string.
    #[test]
    fn every_bad_number_of_the_corpus_is_refused_as_it_says() {
        let corpus = include_str!("../tests/corpus/numbers.txt");
        let mut checked = 0;
        for line in corpus.lines().filter(|line| !line.starts_with('#')) {
            let (verdict, quoted) = line.split_once(' ').expect("verdict and text");
            let text: String = serde_json::from_str(quoted).expect("a JSON string");
            let expected = match verdict {
                "grammar" => Err(DecimalError::Grammar),
                "precision" => Err(DecimalError::Precision),
                "overflow" => Err(DecimalError::Overflow),
                units => Ok(units.parse().expect("units")),
            };
            assert_eq!(parse(&text), expected, "{quoted}");
            checked += 1;
        }
        assert!(40 <= checked);
    }

    #[test]
    fn ten_million_digits_are_refused_without_reading_a_value() {
        assert_eq!(parse(&"9".repeat(10_000_000)), Err(DecimalError::Overflow));
        let long = format!("0.{}", "1".repeat(10_000_000));
        assert_eq!(parse(&long), Err(DecimalError::Precision));
    }

    #[test]
    fn an_off_grid_number_is_an_error() {
        assert_eq!(price_on_grid(1_500_000, &GRID), None);
        assert_eq!(price_on_grid(0, &GRID), None);
        assert_eq!(price_on_grid(2_000_000, &GRID), Price::new(2));
        assert_eq!(qty_on_grid(1_001, &GRID), None);
        assert_eq!(qty_on_grid(3_000, &GRID), Qty::new(3));
        assert_eq!(qty_on_grid(1_000 << 51, &GRID), None);
        assert_eq!(qty_on_grid(i128::from(i64::MAX) * 4_000, &GRID), None);
    }

    #[test]
    fn negative_and_widest_numbers_print() {
        assert_eq!(Decimal(-1).to_string(), "-0.00000001");
        assert_eq!(
            Decimal(i128::MIN).to_string(),
            "-1701411834604692317316873037158.84105728"
        );
        let percent = serde_json::to_string(&Percent(-94_999)).expect("prints");
        assert_eq!(percent, "\"-94.999\"");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(units in 0_i128..10_i128.pow(28)) {
            prop_assert_eq!(parse(&Decimal(units).to_string()), Ok(units));
        }

        #[test]
        fn small_numbers_print_and_read_back_too(units in 0_i128..1_000_000_000_000) {
            prop_assert_eq!(parse(&Decimal(units).to_string()), Ok(units));
        }

        #[test]
        fn no_text_is_read_unless_it_is_the_grammar(text in "[0-9.eE+ _,x\u{0660}-]{0,12}") {
            let is_legal = {
                let mut parts = text.split('.');
                let parts: Vec<&str> = parts.by_ref().collect();
                parts.len() <= 2
                    && parts.iter().all(|part| !part.is_empty()
                        && part.bytes().all(|byte| byte.is_ascii_digit()))
            };
            prop_assert_eq!(parse(&text) != Err(DecimalError::Grammar), is_legal);
        }

        #[test]
        fn a_grid_price_keeps_its_value(ticks in 1_i64..=1 << 50) {
            let price = Price::new(ticks).expect("in the bound");
            prop_assert_eq!(price_on_grid(of_price(price, &GRID).0, &GRID), Some(price));
        }
    }
}
