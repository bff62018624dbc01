//! API keys and sessions that may still sign.

use model::account::Scopes;
use model::id::{AccountId, KeyId};
use model::time::Timestamp;

/// A key that was created and not revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub key: KeyId,
    pub account: AccountId,
    pub scopes: Scopes,
    pub expires_at: Timestamp,
}

impl Key {
    /// Returns whether the key may sign at `at`.
    pub fn is_live(&self, at: Timestamp) -> bool {
        at < self.expires_at
    }
}
