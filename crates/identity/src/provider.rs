//! The secret that a provider of identity checks and the exchange share, and the signatures made with it.
//!
//! **Shape** a signature is `v1=` and the HMAC-SHA-256, in hex, of four lines: the label of the direction, the id, the
//! milliseconds since 1970, and the body as it is sent. The label keeps a call from coming back as a result.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use model::time::Timestamp;
use sha2::Sha256;

use crate::identity::IdentityError;
use crate::master_file::is_exposed;

/// Fewer can be guessed.
const SECRET_CHARS_MIN: usize = 32;
const SCHEME: &str = "v1=";
/// How old a result may be, and how far ahead of our clock.
pub const WINDOW_MS: i64 = 300_000;
const ID_CHARS_MAX: usize = 64;

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the provider.
    Call,
    /// From it.
    Result,
}

impl Direction {
    const fn label(self) -> &'static str {
        match self {
            Direction::Call => "bourse.kyc.call.v1",
            Direction::Result => "bourse.kyc.result.v1",
        }
    }
}

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub direction: Direction,
    pub id: &'a str,
    pub timestamp_ms: i64,
    pub body: &'a str,
}

/// The secret. Its bytes are never printed.
#[derive(Clone)]
pub struct ProviderKey(Vec<u8>);

impl core::fmt::Debug for ProviderKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("ProviderKey")
    }
}

impl ProviderKey {
    /// Returns the secret of the first line of a file that nobody else may read.
    ///
    /// # Errors
    /// When it cannot be read, others can read it, or the line is too short.
    pub fn load(path: &Path) -> Result<ProviderKey, IdentityError> {
        let failed = |reason: String| IdentityError::ProviderFile {
            path: path.display().to_string(),
            reason,
        };
        let is_exposed = is_exposed(path).map_err(|error| failed(error.to_string()))?;
        if is_exposed {
            return Err(failed("others can read it: run chmod 600 on it".to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        let line = text.lines().next().unwrap_or("").trim();
        ProviderKey::parse(line).ok_or_else(|| {
            failed(format!(
                "its first line has less than {SECRET_CHARS_MIN} characters"
            ))
        })
    }

    /// Returns the secret of a text, `None` when it is too short.
    pub fn parse(text: &str) -> Option<ProviderKey> {
        (SECRET_CHARS_MIN <= text.len()).then(|| ProviderKey(text.as_bytes().to_vec()))
    }

    /// Returns the signature of a message.
    pub fn sign(&self, message: &Message<'_>) -> String {
        let bytes = self.mac(message).finalize().into_bytes();
        bytes.iter().fold(SCHEME.to_owned(), |mut text, byte| {
            text.push_str(&format!("{byte:02x}"));
            text
        })
    }

    /// Returns whether a signature is that of a message, and the message is new enough.
    pub fn verify(&self, message: &Message<'_>, signature: &str, now: Timestamp) -> bool {
        let age_ms = now.millis().saturating_sub(message.timestamp_ms);
        let is_new = -WINDOW_MS <= age_ms && age_ms <= WINDOW_MS;
        let mut sent = [0; 32];
        let is_hex = signature
            .strip_prefix(SCHEME)
            .is_some_and(|hex| crate::key::read_hex(hex.as_bytes(), &mut sent));
        // In constant time.
        let is_right = is_hex && self.mac(message).verify_slice(&sent).is_ok();
        mutant::plant!("provider-signature-unchecked", is_new, is_new && is_right)
    }

    fn mac(&self, message: &Message<'_>) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0);
        let mut mac = mac.expect("HMAC takes keys of every length");
        let timestamp = message.timestamp_ms.to_string();
        for line in [message.direction.label(), message.id, &timestamp] {
            mac.update(line.as_bytes());
            mac.update(b"\n");
        }
        mac.update(message.body.as_bytes());
        mac
    }
}

/// Returns whether a text may be the id of a result: 1 to 64 letters, digits, hyphens and underscores.
pub fn is_id(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !text.is_empty() && text.len() <= ID_CHARS_MAX && text.bytes().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn key() -> ProviderKey {
        ProviderKey::parse(&"s".repeat(32)).expect("long enough")
    }

    fn message(timestamp_ms: i64) -> Message<'static> {
        Message {
            direction: Direction::Result,
            id: "a-1",
            timestamp_ms,
            body: "{}",
        }
    }

    #[test]
    fn a_signature_holds_for_its_message_and_its_time_alone() {
        let right = message(NOW.millis());
        let signature = key().sign(&right);
        assert!(key().verify(&right, &signature, NOW));
        for wrong in [
            Message { id: "a-2", ..right },
            Message {
                body: "{ }",
                ..right
            },
            Message {
                direction: Direction::Call,
                ..right
            },
            message(NOW.millis() + 1),
        ] {
            assert!(!key().verify(&wrong, &signature, NOW), "{wrong:?}");
        }
        for (late_ms, is_taken) in [
            (300_000, true),
            (300_001, false),
            (-300_000, true),
            (-300_001, false),
        ] {
            let sent = message(NOW.millis() - late_ms);
            assert_eq!(key().verify(&sent, &key().sign(&sent), NOW), is_taken);
        }
        for malformed in ["", "v1=", &signature[3..], &signature.to_uppercase()] {
            assert!(!key().verify(&right, malformed, NOW), "{malformed}");
        }
        assert!(ProviderKey::parse("short").is_none());
    }
}
