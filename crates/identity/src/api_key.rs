//! API keys as their account makes, lists and names them.

use std::sync::Arc;

use model::id::{AccountId, KeyId, OwnerId};
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError, KeyTerms};
use crate::key::Key;
use crate::outbox::Subject;

/// As many as one account may have.
pub const KEYS_MAX: usize = 30;
const LABEL_CHARS_MAX: usize = 64;

/// A key that was just issued; the secret, of a key that has one, is shown this once.
pub struct NewKey {
    pub id: KeyId,
    pub public_id: String,
    pub secret: Option<String>,
}

impl Identity {
    /// Issues a key with a shared secret, or one for the Ed25519 or RSA public key in `pem`.
    ///
    /// # Errors
    /// `TooManyKeys`; `KeyMalformed` when the PEM is neither.
    pub async fn issue_key(
        &self,
        terms: &KeyTerms,
        pem: Option<&str>,
        at: Timestamp,
    ) -> Result<NewKey, IdentityError> {
        let _turn = self.issuing.lock().await;
        if KEYS_MAX <= self.keys_of(terms.account).len() {
            return Err(IdentityError::TooManyKeys);
        }
        let Some(pem) = pem else {
            let issued = self.create_hmac_key(terms, at).await?;
            return Ok(NewKey {
                id: issued.id,
                public_id: issued.public_id,
                secret: Some(issued.secret),
            });
        };
        let (id, public_id) = match self.create_ed25519_key(terms, pem, at).await {
            Err(IdentityError::KeyMalformed) => self.create_rsa_key(terms, pem, at).await?,
            issued => issued?,
        };
        Ok(NewKey {
            id,
            public_id,
            secret: None,
        })
    }

    /// Tells a user that a key was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_key(&self, user: OwnerId, at: Timestamp) -> Result<(), IdentityError> {
        let notice = self.notice(user).await?;
        let subject = Subject::KeyCreated;
        self.store.tell_user(user, subject, &notice, at).await
    }

    /// Returns the API keys of an account that are not revoked, the oldest first.
    pub fn keys_of(&self, account: AccountId) -> Vec<Arc<Key>> {
        let mut keys = self.keys();
        keys.retain(|key| key.account == account);
        keys
    }
}

/// Returns whether a text may name a key: 1 to 64 characters that can be seen, and spaces between them.
pub fn is_label(text: &str) -> bool {
    let is_bounded = !text.is_empty() && text.chars().count() <= LABEL_CHARS_MAX;
    is_bounded && text.trim() == text && !text.chars().any(is_hidden)
}

/// Marks of direction and characters without a width make one label look like another.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{00ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short_and_show_what_they_are() {
        for label in ["bot", "my bot <b>", "机器人", "🤖 2", &"x".repeat(64)] {
            assert!(is_label(label), "{label}");
        }
        for odd in [
            "",
            " ",
            " bot",
            "bot ",
            "a\nb",
            "a\0",
            "a\u{202e}b",
            "a\u{200b}",
            &"é".repeat(65),
        ] {
            assert!(!is_label(odd), "{odd:?}");
        }
    }
}
