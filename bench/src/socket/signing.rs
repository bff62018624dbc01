//! What a client signs with, and the time it signs.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The longest a request may wait for its use.
const RECV_WINDOW_MS: u64 = 60_000;

/// A key of one account.
#[derive(Debug, Clone)]
pub struct Key {
    pub id: String,
    pub secret: String,
}

impl Key {
    /// Returns the signature of a text, in hexadecimal.
    pub fn sign(&self, text: &str) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes());
        let mut mac = mac.expect("a key of any length will do");
        mac.update(text.as_bytes());
        let mut signature = String::with_capacity(64);
        for byte in mac.finalize().into_bytes() {
            write!(signature, "{byte:02x}").expect("a text takes everything");
        }
        signature
    }

    #[cfg(test)]
    pub fn for_tests() -> Key {
        Key {
            id: "id".to_owned(),
            secret: "secret".to_owned(),
        }
    }
}

/// When a request was made, and for how long it counts.
#[derive(Debug, Clone)]
pub struct Window {
    pub timestamp_ms: String,
    pub recv_window_ms: String,
}

impl Window {
    /// # Errors
    /// The clock stands before 1970.
    pub fn now() -> Result<Window> {
        Ok(Window {
            timestamp_ms: since_1970()?.as_millis().to_string(),
            recv_window_ms: RECV_WINDOW_MS.to_string(),
        })
    }

    pub fn query(&self) -> String {
        let Window {
            timestamp_ms,
            recv_window_ms,
        } = self;
        format!("recvWindow={recv_window_ms}&timestamp={timestamp_ms}")
    }
}

/// Returns the time on the clock that all processes of the machine share.
///
/// # Errors
/// The clock stands before 1970.
pub fn since_1970() -> Result<Duration> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.context("the clock stands before 1970")
}
