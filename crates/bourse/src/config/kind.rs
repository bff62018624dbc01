//! How values are written: counts, rates, durations and sizes, each between its bounds.

use std::fmt;
use toml::de::DeValue;

/// Characters of a foreign text that a refusal repeats.
const SHOWN_CHARS_MAX: usize = 60;

const DURATION_UNITS: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];
/// Days are read, but not printed: a day is `24h`.
const DURATION_UNITS_PRINTED: usize = 4;
const SIZE_UNITS: &[(&str, u64)] = &[
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// What a value counts and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A number without quotes.
    Count,
    /// So many in a period that the dialect fixes.
    Rate(Period),
    /// Milliseconds.
    Duration,
    /// Bytes.
    Size,
    /// The place of a word among these.
    Word(&'static [&'static str]),
}

/// The periods in which the dialect counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Second,
    Minute,
    FiveMinutes,
}

/// A measure between the least and the greatest value that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub measure: Measure,
    pub min: u64,
    pub max: u64,
}

impl Period {
    const fn suffix(self) -> &'static str {
        match self {
            Period::Second => "s",
            Period::Minute => "min",
            Period::FiveMinutes => "5min",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Period::Second => "second",
            Period::Minute => "minute",
            Period::FiveMinutes => "5 minutes",
        }
    }
}

impl Kind {
    /// Returns the number that a value means: as counted, in milliseconds or in bytes.
    ///
    /// # Errors
    /// What was found instead.
    pub fn read(&self, value: &DeValue<'_>) -> Result<u64, String> {
        let number = match (self.measure, value) {
            (Measure::Count, DeValue::Integer(digits)) => {
                u64::from_str_radix(digits.as_str(), digits.radix()).map_err(|_| found(value))?
            }
            (Measure::Word(words), DeValue::String(text)) => {
                let place = words.iter().position(|word| word == text);
                place
                    .map(|place| place as u64)
                    .ok_or_else(|| found(value))?
            }
            (Measure::Count | Measure::Word(_), _) => return Err(found(value)),
            (_, DeValue::String(text)) if digits(text).is_some() => {
                return Err(without_unit(value));
            }
            (_, DeValue::Integer(_)) => return Err(without_unit(value)),
            (_, DeValue::String(text)) => self.read_text(text).ok_or_else(|| found(value))?,
            _ => return Err(found(value)),
        };
        if number < self.min || self.max < number {
            return Err(found(value));
        }
        Ok(number)
    }

    fn read_text(&self, text: &str) -> Option<u64> {
        match self.measure {
            Measure::Count | Measure::Word(_) => None,
            Measure::Rate(period) => {
                let (count, per) = text.split_once('/')?;
                (per == period.suffix()).then(|| digits(count))?
            }
            Measure::Duration => read_units(text, DURATION_UNITS),
            Measure::Size => read_units(text, SIZE_UNITS),
        }
    }

    /// Returns the value as a file writes it.
    pub fn print(&self, number: u64) -> String {
        match self.measure {
            Measure::Count => number.to_string(),
            Measure::Rate(period) => format!("\"{number}/{}\"", period.suffix()),
            Measure::Duration => print_units(number, &DURATION_UNITS[..DURATION_UNITS_PRINTED]),
            Measure::Size => print_units(number, SIZE_UNITS),
            Measure::Word(words) => format!("\"{}\"", word(words, number)),
        }
    }

    /// Returns what is allowed, in words.
    pub fn allowed(&self, name: &str) -> String {
        let (min, max) = (self.print(self.min), self.print(self.max));
        match self.measure {
            Measure::Count => format!("a whole number from {min} to {max}, without quotes"),
            Measure::Rate(period) => {
                let words = period.words();
                format!("a rate from {min} to {max}: {name} is counted per {words}")
            }
            Measure::Duration => {
                format!("a duration from {min} to {max}, in ms, s, m, h or d, in quotes")
            }
            Measure::Size => {
                format!("a size from {min} to {max}, in B, KiB, MiB or GiB, in quotes")
            }
            Measure::Word(words) => quoted(words),
        }
    }
}

/// Returns a value as a refusal shows it: on one line, and not all of what is long.
pub fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", shown(text)),
        DeValue::Integer(digits) => shown(&digits.to_string()),
        DeValue::Float(digits) => shown(&digits.to_string()),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(_) => "an array".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Returns a foreign text with its control characters made visible and its end cut off when it is long.
pub fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown.escape_debug().to_string()
}

/// Returns the word at a place, and no word beyond the last.
fn word(words: &[&'static str], place: u64) -> &'static str {
    let place = usize::try_from(place).unwrap_or(usize::MAX);
    words.get(place).copied().unwrap_or("")
}

fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(", ")
}

fn without_unit(value: &DeValue<'_>) -> String {
    format!("{} without a unit", found(value))
}

fn read_units(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|byte: char| !byte.is_ascii_digit())?;
    let (_, size) = units.iter().find(|(unit, _)| *unit == &text[end..])?;
    digits(&text[..end])?.checked_mul(*size)
}

fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

fn print_units(number: u64, units: &[(&str, u64)]) -> String {
    let divides = |(_, size): &&(&str, u64)| number.is_multiple_of(*size);
    let (unit, size) = units
        .iter()
        .rev()
        .find(divides)
        .expect("the first unit is 1");
    format!("\"{}{unit}\"", number.div_euclid(*size))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Measure::Word(words) = self.measure {
            return f.write_str(&quoted(words));
        }
        let (min, max) = (self.print(self.min), self.print(self.max));
        write!(f, "{min} to {max}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DURATION: Kind = Kind {
        measure: Measure::Duration,
        min: 1,
        max: 86_400_000,
    };

    fn read(kind: Kind, text: &str) -> Result<u64, String> {
        let value = DeValue::parse(text).expect("TOML");
        kind.read(value.get_ref())
    }

    #[test]
    fn units_are_read_and_the_largest_that_divides_is_printed() {
        let size = Kind {
            measure: Measure::Size,
            min: 0,
            max: u64::MAX,
        };
        for (kind, text, number, printed) in [
            (DURATION, "\"250ms\"", 250, "\"250ms\""),
            (DURATION, "\"60s\"", 60_000, "\"1m\""),
            (DURATION, "\"1d\"", 86_400_000, "\"24h\""),
            (DURATION, "\"90m\"", 5_400_000, "\"90m\""),
            (size, "\"1024KiB\"", 1 << 20, "\"1MiB\""),
            (size, "\"1025B\"", 1_025, "\"1025B\""),
            (size, "\"2GiB\"", 2 << 30, "\"2GiB\""),
        ] {
            assert_eq!(read(kind, text), Ok(number), "{text}");
            assert_eq!(kind.print(number), printed);
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "\"5\"",
            "\"s\"",
            "\"5 s\"",
            "\"+5s\"",
            "\"-5s\"",
            "\"1.5s\"",
            "\"5S\"",
            "\"5min\"",
            "\"5s \"",
            "\"\"",
            "\"٣s\"",
            "\"99999999999999999999s\"",
            "\"18446744073709551615d\"",
            "\"0s\"",
            "\"25h\"",
            "5",
            "5.0",
            "true",
            "[]",
            "{}",
            "1979-05-27",
        ] {
            assert!(read(DURATION, text).is_err(), "{text}");
        }
    }

    #[test]
    fn long_and_hostile_texts_are_shown_on_one_short_line() {
        let hostile = format!("\u{1b}[31m\n{}", "x".repeat(1_000));
        let found = shown(&hostile);
        assert!(found.starts_with("\\u{1b}[31m\\nxxx") && found.ends_with("x…"));
        assert!(found.chars().count() < 80);
    }
}
