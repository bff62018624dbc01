//! The keys that a sandbox makes for its people, and tells at every start.
//!
//! A sandbox makes the first key with a shared secret of an account, before anybody can sign in to it, and the first
//! after all were abandoned; every other is its user's own.

use std::sync::Arc;

use model::id::AccountId;

use crate::identity::{Identity, IdentityError};
use crate::key::Key;

/// The key that the sandbox made for an account.
#[derive(Debug)]
pub struct SandboxKey {
    /// `None` once its user has deleted it.
    pub key: Option<Arc<Key>>,
    /// `None` when nothing opens that of a deleted one any more.
    pub secret: Option<String>,
}

impl Identity {
    /// Returns the key that a sandbox made for an account, `None` where it has to make one.
    ///
    /// # Errors
    /// When the database fails, or the secret of a key that is in use cannot be opened.
    pub async fn sandbox_key(
        &self,
        account: AccountId,
    ) -> Result<Option<SandboxKey>, IdentityError> {
        let Some(first) = self.store.first_secret(account).await? else {
            return Ok(None);
        };
        let keys = self.keys_of(account);
        let key = keys.into_iter().find(|key| key.id == first.key);
        let secret = match self.secret_of(&first.public_id, &first.sealed) {
            // A deleted key is not sealed anew with another master key.
            Err(_) if key.is_none() => None,
            opened => Some(opened?),
        };
        Ok(Some(SandboxKey { key, secret }))
    }
}
