//! What a message says: written when it is sent, in the language of whoever reads it.
//!
//! Every text is ours and stands in `letter/english.rs` and `letter/chinese.rs`; values are put into it once, without
//! control characters, and escaped where it is HTML. Absent: addresses, headers and their encodings, which are the
//! sender's.
//!
//! **Source** OWASP ASVS 5.0 V1.3.7 and V1.3.11: no template from users, nothing of theirs that a mail reader obeys.

pub mod language;

mod chinese;
mod english;
mod fill;
mod words;

use model::calendar::Calendar;

use crate::letter::fill::{Markup, fill, shown};
use crate::letter::language::Language;
use crate::letter::words::Words;
use crate::outbox::Message;

const NAME_CHARS_MAX: usize = 40;

/// What all letters of an exchange have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stationery {
    /// The name of the exchange, as `is_product_name` allows it.
    pub product: String,
    /// The one that comes first for readers whose language is not known: they get all.
    pub first_language: Language,
}

/// What is known of whoever reads a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    pub language: Option<Language>,
    /// What the user chose to know our letters by.
    pub phishing_code: Option<String>,
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// On one line.
    pub title: String,
    pub text: String,
    pub html: String,
}

/// Returns whether a text may be the name of an exchange: 1 to 40 characters, all of which can be seen.
pub fn is_product_name(text: &str) -> bool {
    let count = text.chars().count();
    0 < count && count <= NAME_CHARS_MAX && text == shown(text) && text == text.trim()
}

/// Returns a text on one line, a space for each sign that cannot be seen, and the end of a long one cut off.
pub fn one_line(text: &str) -> String {
    shown(text)
}

impl Stationery {
    /// Returns the letter that tells a message.
    pub fn letter(&self, message: &Message, reader: &Reader) -> Letter {
        let languages = match reader.language {
            Some(language) => vec![language],
            None => self.all_languages(),
        };
        let values = Values::of(self, message, reader);
        let mut titles = Vec::new();
        let mut texts = Vec::new();
        let mut parts = Vec::new();
        for words in languages.into_iter().map(Language::words) {
            let title = &words.of(message.subject).title;
            titles.push(fill(title, &values.pairs(), Markup::Text));
            let paragraphs = paragraphs(words, message, reader);
            texts.push(written(&paragraphs, &values, Markup::Text).join("\n\n"));
            let html = written(&paragraphs, &values, Markup::Html);
            let html: String = html.iter().map(|one| format!("<p>{one}</p>\n")).collect();
            parts.push(format!("<div lang=\"{}\">\n{html}</div>\n", words.tag));
        }
        Letter {
            title: titles.join(" / "),
            text: format!("{}\n", texts.join("\n\n--------\n\n")),
            html: page(&parts.join("<hr>\n")),
        }
    }

    fn all_languages(&self) -> Vec<Language> {
        let mut languages = Language::ALL.to_vec();
        languages.sort_by_key(|language| *language != self.first_language);
        languages
    }
}

/// What is put into the texts.
struct Values {
    product: String,
    token: String,
    time: String,
    address: String,
    agent: String,
    code: String,
    counts: [String; 4],
}

impl Values {
    fn of(stationery: &Stationery, message: &Message, reader: &Reader) -> Values {
        let visit = message.visit.as_ref();
        let counts = message.counts.unwrap_or_default();
        Values {
            product: stationery.product.clone(),
            token: message.token.clone().unwrap_or_default(),
            time: Calendar(message.created_at).to_string(),
            address: visit.map_or_else(String::new, |visit| visit.address.to_string()),
            agent: visit.map_or_else(String::new, |visit| visit.agent.clone()),
            code: reader.phishing_code.clone().unwrap_or_default(),
            counts: [
                counts.fills,
                counts.deposits,
                counts.withdrawals,
                counts.alerts,
            ]
            .map(|count| count.to_string()),
        }
    }

    fn pairs(&self) -> [(&'static str, &str); 10] {
        let [fills, deposits, withdrawals, alerts] = &self.counts;
        [
            ("fills", fills),
            ("deposits", deposits),
            ("withdrawals", withdrawals),
            ("alerts", alerts),
            ("product", &self.product),
            ("token", &self.token),
            ("time", &self.time),
            ("address", &self.address),
            ("agent", &self.agent),
            ("code", &self.code),
        ]
    }
}

/// Returns the paragraphs of a letter, before anything is put into them.
fn paragraphs(words: &Words, message: &Message, reader: &Reader) -> Vec<&'static str> {
    let mut paragraphs = Vec::new();
    if reader.phishing_code.is_some() {
        paragraphs.push(words.phishing_code);
    }
    paragraphs.extend_from_slice(words.of(message.subject).paragraphs);
    paragraphs.push(words.closing);
    paragraphs
}

fn written(paragraphs: &[&str], values: &Values, markup: Markup) -> Vec<String> {
    let pairs = values.pairs();
    let one = |paragraph: &&str| fill(paragraph, &pairs, markup);
    paragraphs.iter().map(one).collect()
}

fn page(body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"></head>\n<body>\n{body}</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::{Counts, State, Subject, Visit};
    use model::time::Timestamp;

    fn stationery() -> Stationery {
        Stationery {
            product: "Bourse".to_owned(),
            first_language: Language::English,
        }
    }

    fn message(subject: Subject) -> Message {
        Message {
            id: 1,
            recipient: "ann@example.test".to_owned(),
            subject,
            token: subject.tells_token().then(|| "TOKEN".to_owned()),
            visit: subject.tells_visit().then(|| Visit {
                address: "192.0.2.7".parse().expect("an address"),
                agent: "Firefox".to_owned(),
            }),
            counts: subject.tells_counts().then(Counts::default),
            state: State::Waiting,
            created_at: Timestamp::from_millis(1_700_000_000_000),
        }
    }

    fn reader(language: Option<Language>) -> Reader {
        Reader {
            language,
            phishing_code: Some("red fox".to_owned()),
        }
    }

    #[test]
    fn every_letter_is_written_in_every_language_and_leaves_no_blank() {
        for subject in Subject::ALL {
            for language in Language::ALL {
                let letter = stationery().letter(&message(subject), &reader(Some(language)));
                for part in [&letter.title, &letter.text, &letter.html] {
                    assert!(!part.is_empty() && !part.contains(['{', '}']), "{part}");
                }
                assert!(letter.text.contains("red fox") && letter.html.contains("red fox"));
                assert!(letter.title.contains("Bourse"), "{}", letter.title);
                assert!(!letter.title.contains('\n'));
                assert_eq!(letter.text.contains("TOKEN"), subject.tells_token());
                if subject.tells_visit() {
                    assert!(letter.text.contains("192.0.2.7") && letter.text.contains("Firefox"));
                    assert!(letter.text.contains("2023-11-14 22:13:20 UTC"));
                }
            }
        }
    }

    #[test]
    fn a_reader_of_no_known_language_gets_all_and_the_first_comes_first() {
        let mut stationery = stationery();
        stationery.first_language = Language::Chinese;
        let both = stationery.letter(&message(Subject::Registration), &Reader::default());
        let english = stationery.letter(
            &message(Subject::Registration),
            &Reader {
                language: Some(Language::English),
                phishing_code: None,
            },
        );
        assert!(both.title.ends_with(&format!(" / {}", english.title)));
        assert!(both.text.ends_with(&english.text));
        assert!(!english.text.contains("code is {code}"));
    }

    #[test]
    fn values_are_no_markup_no_template_and_no_second_line() {
        let mut hostile = message(Subject::NewDevice);
        hostile.visit.as_mut().expect("a visit").agent =
            "<b>{code}</b>\r\nBcc: b@example.test\u{202e}&".to_owned();
        let letter = stationery().letter(&hostile, &reader(Some(Language::English)));
        assert!(letter.text.contains("<b>{code}</b>  Bcc: b@example.test &"));
        assert!(
            letter
                .html
                .contains("&lt;b&gt;{code}&lt;/b&gt;  Bcc: b@example.test &amp;")
        );
    }

    #[test]
    fn a_product_name_is_short_and_can_be_seen() {
        for (text, is_name) in [
            ("Bourse", true),
            ("交易所 One", true),
            ("", false),
            (" Bourse", false),
            ("Bourse\r\nBcc: a@example.test", false),
            ("Bo\u{202e}urse", false),
            ("Bo\u{200b}urse", false),
        ] {
            assert_eq!(is_product_name(text), is_name, "{text:?}");
        }
        assert!(is_product_name(&"x".repeat(40)));
        assert!(!is_product_name(&"x".repeat(41)));
    }
}
