//! Texts in JSON, read without a copy of those that have no escape.

use core::fmt;
use std::borrow::Cow;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

/// A text, taken from where it stands unless it has escapes.
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

/// Returns what a legal JSON string says; without an escape that is what stands between its quotes.
pub(crate) fn unquoted(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('\\') => Some(Cow::Borrowed(inner)),
        _ => serde_json::from_str(raw).ok().map(Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_copied_only_where_it_has_escapes() {
        for (raw, is_copied) in [(r#""plain""#, false), (r#""a\u0062\n""#, true)] {
            let Text(read) = serde_json::from_str(raw).expect("legal");
            let unquoted = unquoted(raw).expect("legal");
            assert_eq!(read, unquoted);
            for text in [read, unquoted] {
                assert_eq!(matches!(text, Cow::Owned(_)), is_copied, "{raw}");
            }
        }
        assert!(serde_json::from_str::<Text>("7").is_err());
    }

    proptest! {
        #[test]
        fn what_a_string_says_is_what_was_written(text in ".*") {
            let raw = serde_json::to_string(&text).expect("a text");
            prop_assert_eq!(unquoted(&raw).expect("legal"), text.as_str());
        }
    }
}
