//! What is signed where a whole request is: every part of it, and that it comes once.
//!
//! Operators sign so, and the API keys whose users have chosen it.
//!
//! **Source** `docs/spec/operators.md` §2.1, `docs/spec/keys.md`.

use sha2::{Digest, Sha256};

use crate::identity::IdentityError;
use crate::random;

const OPERATOR_LABEL: &str = "bourse.operator.v1";
const KEY_LABEL: &str = "bourse.key.v1";
const NONCE_CHARS: usize = 22;
const NONCE_CHARS_MAX: usize = 64;

/// Everything that says what is asked of whom and when.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// Over a socket that of the request, such as `order.place`.
    pub method: &'a str,
    pub host: &'a str,
    pub path: &'a str,
    /// As sent, without the question mark.
    pub query: &'a str,
    pub body: &'a [u8],
    pub timestamp_ms: i64,
    pub nonce: &'a str,
}

/// Who signs: no text of the one is a text of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedBy<'a> {
    /// Whose key is checked is said by whom it is checked for.
    Operator,
    /// The API key of this id.
    Key(&'a str),
}

impl SignedRequest<'_> {
    /// Returns the text that is signed: a line each, none of which can contain a line's end.
    pub fn text(&self, by: SignedBy<'_>) -> String {
        let body = Sha256::digest(self.body);
        let body: String = body.iter().map(|byte| format!("{byte:02x}")).collect();
        let head = match by {
            SignedBy::Operator => OPERATOR_LABEL.to_owned(),
            SignedBy::Key(id) => format!("{KEY_LABEL}\n{id}"),
        };
        format!(
            "{head}\n{}\n{}\n{}\n{}\n{body}\n{}\n{}\n",
            self.method,
            mutant::plant!("host-unsigned", "", self.host),
            mutant::plant!("path-unsigned", "", self.path),
            self.query,
            self.timestamp_ms,
            self.nonce
        )
    }
}

/// Reads a moment in milliseconds that is written in the one way that there is: no sign, no zero in front.
pub fn read_millis(text: &str) -> Option<i64> {
    let millis: i64 = text.parse().ok()?;
    (0 <= millis && millis.to_string() == text).then_some(millis)
}

/// Returns whether a text can be a nonce: 1 to 64 letters and digits.
pub fn is_nonce(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric();
    !text.is_empty() && text.len() <= NONCE_CHARS_MAX && text.bytes().all(is_legal)
}

/// Returns a nonce that was never used.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn new_nonce() -> Result<String, IdentityError> {
    random::alphanumeric(NONCE_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: SignedRequest<'_> = SignedRequest {
        method: "POST",
        host: "exchange.test",
        path: "/api/v3/order",
        query: "a=1",
        body: b"",
        timestamp_ms: 1_700_000_000_000,
        nonce: "n1",
    };

    /// The digest is that of nothing, as the standard has it.
    #[test]
    fn the_text_is_the_one_that_is_documented() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let rest = format!("POST\nexchange.test\n/api/v3/order\na=1\n{empty}\n1700000000000\nn1\n");
        assert_eq!(
            REQUEST.text(SignedBy::Key("k")),
            format!("bourse.key.v1\nk\n{rest}")
        );
        assert_eq!(
            REQUEST.text(SignedBy::Operator),
            format!("bourse.operator.v1\n{rest}")
        );
    }

    #[test]
    fn a_moment_and_a_nonce_are_written_in_one_way() {
        assert_eq!(read_millis("1700000000000"), Some(1_700_000_000_000));
        for odd in ["", "-1", "+1", "01", "1.0", " 1", "99999999999999999999"] {
            assert_eq!(read_millis(odd), None, "{odd:?}");
        }
        for odd in ["", "a b", "a\n", "a-b", "é", &"a".repeat(65)] {
            assert!(!is_nonce(odd), "{odd:?}");
        }
        assert!(is_nonce("a1"));
    }
}
