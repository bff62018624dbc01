//! Listen keys: names under which a key opens streams without signing, kept so that they outlive a restart.
//!
//! Whoever knows a name reads an account, so names are sealed like secrets of keys. Absent: streams, and when a name
//! ends for another reason than its time.

use model::id::{AccountId, KeyId};
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};

/// A name, what it opens, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenKey {
    pub name: String,
    pub account: AccountId,
    /// By whose right; a key has one name at most.
    pub key: KeyId,
    pub expires_at: Timestamp,
}

impl Identity {
    /// Returns the listen keys that are good at this time, by API key: those of keys that are not revoked.
    ///
    /// # Errors
    /// When the database fails, or a name is sealed under another master key.
    pub async fn listen_keys(&self, at: Timestamp) -> Result<Vec<ListenKey>, IdentityError> {
        let rows = self.store.listen_keys(at).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let name = self.master.open(&row.sealed, &owner(row.key))?;
            found.push(ListenKey {
                name: String::from_utf8(name).map_err(|_| IdentityError::Seal)?,
                account: row.account,
                key: row.key,
                expires_at: row.expires_at,
            });
        }
        Ok(found)
    }

    /// Keeps the listen key of an API key instead of the one before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_listen_key(&self, kept: &ListenKey) -> Result<(), IdentityError> {
        let sealed = self.master.seal(kept.name.as_bytes(), &owner(kept.key))?;
        self.store
            .keep_listen_key(kept.key, &sealed, kept.expires_at)
            .await
    }

    /// Forgets the listen key of an API key, if it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_listen_key(&self, key: KeyId) -> Result<(), IdentityError> {
        self.store.forget_listen_key(key).await
    }
}

/// Returns whom the name of an API key is sealed to; `store::sealed` says the same in SQL.
fn owner(key: KeyId) -> Vec<u8> {
    format!("listen key {}", key.0).into_bytes()
}
