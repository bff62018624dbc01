//! Amounts as the API writes them: decimals with 8 places.

use anyhow::{Context, Result, ensure};

const PLACES: usize = 8;
pub const UNITS_PER_WHOLE: i128 = 100_000_000;

/// Returns the units of a decimal.
///
/// # Errors
/// It is no decimal of at most 8 places.
pub fn parse(text: &str) -> Result<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    ensure!(fraction.len() <= PLACES, "{text} has too many places");
    let joined = format!("{whole}{fraction:0<PLACES$}");
    let units: i128 = joined
        .parse()
        .with_context(|| format!("{text} is no decimal"))?;
    Ok(sign * units)
}

/// Returns units, not below zero, as a decimal.
pub fn show(units: i128) -> String {
    format!("{}.{:08}", units / UNITS_PER_WHOLE, units % UNITS_PER_WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_written_exactly() {
        for (text, units) in [
            ("1.00000000", 100_000_000),
            ("0.00000001", 1),
            ("61800.5", 6_180_050_000_000),
        ] {
            assert_eq!(parse(text).expect("a decimal"), units);
            assert_eq!(parse(&show(units)).expect("a decimal"), units);
        }
        assert_eq!(parse("-0.5").expect("a decimal"), -50_000_000);
        assert!(parse("1.000000001").is_err() && parse("x").is_err());
    }
}
