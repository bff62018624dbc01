//! E-mail addresses, which users sign in with.

const LENGTH_MAX: usize = 254;
const LOCAL_LENGTH_MAX: usize = 64;
/// What may stand before the @ beside letters and digits, without quotation (RFC 5322 §3.2.3).
const LOCAL_SIGNS: &str = "!#$%&'*+-/=?^_`{|}~.";

/// An address in small letters, so that a mailbox has one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Returns the address that a text is, `None` when it is none: nothing that is quoted, and ASCII alone.
    pub fn parse(text: &str) -> Option<Email> {
        let (local, domain) = text.rsplit_once('@')?;
        let is_legal = text.len() <= LENGTH_MAX && is_local(local) && is_domain(domain);
        is_legal.then(|| Email(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local(text: &str) -> bool {
    let is_legal = |sign: char| sign.is_ascii_alphanumeric() || LOCAL_SIGNS.contains(sign);
    let has_parts = text.split('.').all(|part| !part.is_empty());
    text.len() <= LOCAL_LENGTH_MAX && has_parts && text.chars().all(is_legal)
}

fn is_domain(text: &str) -> bool {
    text.split('.').count() >= 2 && text.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let is_legal = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    !text.is_empty()
        && text.len() <= 63
        && text.chars().all(is_legal)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_in_small_letters_or_not_at_all() {
        for (text, expected) in [
            ("a@example.test", Some("a@example.test")),
            ("Alice@Example.TEST", Some("alice@example.test")),
            (
                "a.b+c_d-e@sub.example.test",
                Some("a.b+c_d-e@sub.example.test"),
            ),
            ("a@xn--bcher-kva.example", Some("a@xn--bcher-kva.example")),
            ("", None),
            ("a", None),
            ("@example.test", None),
            ("a@", None),
            ("a@localhost", None),
            ("a@example..test", None),
            ("a@-example.test", None),
            ("a@example.test.", None),
            (".a@example.test", None),
            ("a..b@example.test", None),
            ("a b@example.test", None),
            ("a@b@example.test", None),
            ("a@example.test\r\nBcc: b@example.test", None),
            ("a\u{0}@example.test", None),
            ("\"a\"@example.test", None),
            ("a@[127.0.0.1]", None),
            ("é@example.test", None),
            ("a@example.test, b@example.test", None),
        ] {
            let parsed = Email::parse(text);
            assert_eq!(parsed.as_ref().map(Email::as_str), expected, "{text:?}");
        }
        assert!(Email::parse(&format!("{}@example.test", "a".repeat(64))).is_some());
        assert!(Email::parse(&format!("{}@example.test", "a".repeat(65))).is_none());
        assert!(Email::parse(&format!("a@{}.test", "a.".repeat(130))).is_none());
    }
}
