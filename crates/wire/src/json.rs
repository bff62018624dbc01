//! Whether a text from outside is JSON that every reader reads alike: no name twice, and not too deep.
//!
//! **Source** OWASP ASVS 5.0 V1.5.3; RFC 8259 §4 leaves to readers what a name that stands twice means.

use core::fmt;
use std::collections::HashSet;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// Levels of arrays and objects within each other.
pub const DEPTH_MAX: usize = 16;

/// Why a text is not taken.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct JsonRefused(#[from] serde_json::Error);

/// Checks a text that comes from outside.
///
/// # Errors
/// When it is no JSON, deeper than `DEPTH_MAX`, or has an object with a name twice.
pub fn check(text: &str) -> Result<(), JsonRefused> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Level(0).deserialize(&mut reader)?;
    reader.end()?;
    Ok(())
}

/// A value at so many levels below the outermost.
#[derive(Clone, Copy)]
struct Level(usize);

impl Level {
    fn below<E: Error>(self) -> Result<Level, E> {
        if mutant::plant!("json-depth-unbounded", false, DEPTH_MAX <= self.0) {
            return Err(E::custom("too deep"));
        }
        Ok(Level(self.0 + 1))
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let below = self.below()?;
        while values.next_element_seed(below)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let below = self.below()?;
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name stands twice"));
            }
            members.next_value_seed(below)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        format!("{}{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for text in [
            "null",
            "true",
            "-0.5e3",
            "\"a\\u0000\u{1f600}\"",
            "[]",
            "{}",
            " {\"a\":[1,{\"a\":2}],\"b\":{\"a\":3}} ",
            "{\"\":1}",
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
        for text in [
            "",
            " ",
            "nul",
            "NaN",
            "Infinity",
            "01",
            "+1",
            "1.",
            ".5",
            "1e999",
            "'a'",
            "\"a\nb\"",
            "\"\\x\"",
            "\"\\ud800\"",
            "[1,]",
            "[1",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "[{\"b\":{\"c\":1,\"c\":1}}]",
            "1 2",
            "{} x",
            "// a\n1",
            "\u{feff}1",
        ] {
            assert!(check(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_text_is_sixteen_levels_deep_and_no_deeper() {
        assert!(check(&nested(16)).is_ok());
        assert!(check(&nested(17)).is_err());
        assert!(check(&nested(10_000)).is_err());
        assert!(check(&format!("{}1{}", "{\"a\":".repeat(16), "}".repeat(16))).is_ok());
        assert!(check(&format!("{}1{}", "{\"a\":".repeat(17), "}".repeat(17))).is_err());
    }
}
