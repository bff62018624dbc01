//! Words that are near at hand: a password that is made of them alone is among the first that are tried.
//!
//! **Source** OWASP ASVS 5.0 V6.1.2 and V6.2.11, NIST SP 800-63B-4 §3.1.1.2; the list stands in
//! `docs/spec/accounts.md`.

use crate::email::Email;

/// Words of every exchange.
const WORDS: [&str; 12] = [
    "account", "bitcoin", "bourse", "coin", "crypto", "ethereum", "exchange", "money", "password",
    "trade", "trading", "wallet",
];
/// Shorter ones stand in half of all texts.
const LETTERS_MIN: usize = 3;

/// Those of the exchange, and of the address of whoever chooses.
pub struct NearWords(Vec<Vec<char>>);

impl NearWords {
    pub fn of(product: &str, email: Option<&Email>) -> NearWords {
        let email = email.map_or("", Email::as_str);
        let own = product.split(is_no_letter).chain(email.split(is_no_letter));
        let words = WORDS.into_iter().chain(own).map(letters);
        NearWords(words.filter(|word| LETTERS_MIN <= word.len()).collect())
    }

    /// Returns whether all letters of a text are these words, one after the other; digits and signs between them hide
    /// nothing.
    pub fn make(&self, text: &str) -> bool {
        let text = letters(text);
        let mut is_made = vec![false; text.len() + 1];
        is_made[0] = true;
        for end in 1..=text.len() {
            is_made[end] = self.0.iter().any(|word| {
                let start = end.checked_sub(word.len());
                start.is_some_and(|start| is_made[start] && text[start..end] == **word)
            });
        }
        !text.is_empty() && is_made[text.len()]
    }
}

fn is_no_letter(sign: char) -> bool {
    !sign.is_alphabetic()
}

fn letters(text: &str) -> Vec<char> {
    let letters = text.chars().filter(|sign| sign.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_alone_make_a_password_and_another_letter_unmakes_it() {
        let email = Email::parse("ann.miller@example.test").expect("an address");
        let near = NearWords::of("Börse Nord", Some(&email));
        for made in [
            "ann.miller@example.test",
            "AnnMiller-1984-AnnMiller",
            "börse2026exchange!",
            "NORDnordNORDnord",
            "bitcoin wallet password",
            "coincoincoincoin",
        ] {
            assert!(near.make(made), "{made}");
        }
        for other in [
            "ann.miller@example.testx",
            "bitcoin by the lake",
            "nor nor nor nor nor",
            "annmille rrrrrrrrrr",
            "739201846205118",
            "               ",
            "börse-und-kirschen",
        ] {
            assert!(!near.make(other), "{other}");
        }
        let stranger = NearWords::of("Bourse", None);
        assert!(!stranger.make("ann.miller@example.test"));
    }
}
