//! What a user keeps here for the pages of the exchange: small documents by name, which mean nothing to the exchange.
//!
//! The one exception is `language`, in which letters are written. Absent: what the documents are made of (JSON, which
//! whoever takes them from outside has checked).

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};

/// The preference in whose language letters are written.
pub const LANGUAGE: &str = "language";
pub const NAMES_MAX: usize = 64;
pub const NAME_CHARS_MAX: usize = 64;
pub const VALUE_BYTES_MAX: usize = 64 * 1024;
/// Of all documents of a user together, with their names.
pub const ALL_BYTES_MAX: usize = 256 * 1024;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    pub name: String,
    pub value: String,
    /// Another one with each change, and greater.
    pub version: i64,
    pub changed_at: Timestamp,
}

/// What a change expects to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Anything,
    /// The document in this version; 0 for none.
    Version(i64),
}

/// Returns whether a text may be the name of a document: letters, digits, dots, hyphens and underscores.
pub fn is_name(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    !text.is_empty() && text.len() <= NAME_CHARS_MAX && text.bytes().all(is_legal)
}

impl Identity {
    /// Returns whose an account is, `None` for one that belongs to nobody who is known here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owner_of(&self, account: AccountId) -> Result<Option<OwnerId>, IdentityError> {
        self.store.owner_of(account).await
    }

    /// Returns a user's documents by name, or the one of this name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn preferences(
        &self,
        user: OwnerId,
        name: Option<&str>,
    ) -> Result<Vec<Preference>, IdentityError> {
        self.store.preferences(user, name).await
    }

    /// Keeps a document instead of the one that has the name, and returns its version.
    ///
    /// # Errors
    /// `PreferenceConflict` when there is another version than expected; `PreferencesFull` when it is one too many, or
    /// all together would be too large.
    pub async fn set_preference(
        &self,
        user: OwnerId,
        (name, value): (&str, &str),
        expected: Expected,
        at: Timestamp,
    ) -> Result<i64, IdentityError> {
        self.store
            .set_preference(user, (name, value), expected, at)
            .await
    }

    /// Forgets a document; one that is not there is forgotten already.
    ///
    /// # Errors
    /// `PreferenceConflict` when there is another version than expected.
    pub async fn remove_preference(
        &self,
        user: OwnerId,
        name: &str,
        expected: Expected,
    ) -> Result<(), IdentityError> {
        self.store.remove_preference(user, name, expected).await
    }
}
