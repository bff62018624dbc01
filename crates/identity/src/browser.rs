//! Browsers that signed in: a random token in a cookie names a key of its own, which signs nothing.
//!
//! **Source** OWASP ASVS 5.0 V7.2: the token is random, new at every sign-in, and only its
//! hash is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::identity::IdentityError;
use crate::random;

/// More than 250 bits.
const TOKEN_CHARS: usize = 43;
const CSRF_LABEL: &[u8] = b"csrf";

/// What the database and the memory know of a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    /// Returns the hash of whatever a browser sends.
    pub(crate) fn of(token: &str) -> TokenHash {
        TokenHash(Sha256::digest(token.as_bytes()).into())
    }

    /// Returns the hash as it is stored.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<TokenHash, IdentityError> {
        let hash = bytes.try_into().map_err(|_| IdentityError::KeyMalformed)?;
        Ok(TokenHash(hash))
    }

    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the hash of this beside a text.
    pub(crate) fn beside(self, text: &str) -> TokenHash {
        let digest = Sha256::new().chain_update(self.0).chain_update(text);
        TokenHash(digest.finalize().into())
    }

    /// Returns what pages of this exchange can read and pages of others cannot.
    pub(crate) fn csrf_token(self) -> String {
        let digest = Sha256::new().chain_update(CSRF_LABEL).chain_update(self.0);
        URL_SAFE_NO_PAD.encode(digest.finalize())
    }
}

/// Returns a new token.
///
/// # Errors
/// When the operating system has no randomness to give.
pub(crate) fn new_token() -> Result<String, IdentityError> {
    random::alphanumeric(TOKEN_CHARS)
}
