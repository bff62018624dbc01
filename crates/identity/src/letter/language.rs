//! The languages that letters are written in.

use crate::letter::words::Words;
use crate::letter::{chinese, english};

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::Chinese];

    /// Returns the language of a tag such as `en` or `zh-CN` (RFC 5646), `None` for others.
    pub fn of_tag(tag: &str) -> Option<Language> {
        let primary = tag.split('-').next().unwrap_or("");
        let is_of = |language: &Language| primary.eq_ignore_ascii_case(language.words().tag);
        Language::ALL.into_iter().find(is_of)
    }

    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Language::English => &english::WORDS,
            Language::Chinese => &chinese::WORDS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_its_first_part() {
        for (tag, language) in [
            ("en", Some(Language::English)),
            ("EN-us", Some(Language::English)),
            ("zh", Some(Language::Chinese)),
            ("zh-Hant-TW", Some(Language::Chinese)),
            ("de", None),
            ("english", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }
}
