//! Destinations: where withdrawals are paid to, and the book in which a user keeps them.
//!
//! An address of the book is paid to without a delay once its own hold is over. Absent: networks, fees and amounts, which
//! are the gateway's.
//!
//! **Source** `docs/spec/withdrawals.md` §2; OWASP ASVS 5.0 V6.3.7.

mod base58;
mod bech32;
pub mod form;

use model::id::{AssetId, OwnerId, Reference};
use model::proof;
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};
use crate::outbox::Subject;

/// Of a user.
pub const DESTINATIONS_MAX: usize = 100;
const TAG_CHARS_MAX: usize = 64;
/// What every tag has, for clients that look before they ask.
pub const TAG_PATTERN: &str = "^[0-9A-Za-z._-]{1,64}$";

/// Where a withdrawal is paid to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub asset: AssetId,
    pub network: String,
    /// In its one text.
    pub address: String,
    /// What the address needs beside it; empty for nothing.
    pub tag: String,
}

impl Destination {
    /// Returns the digest by which the core knows it.
    pub fn digest(&self) -> Reference {
        proof::destination(&self.network, &self.address, &self.tag)
    }
}

/// A destination in the book of its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: u64,
    pub destination: Destination,
    pub label: String,
    pub created_at: Timestamp,
    /// From when on it is paid to.
    pub payable_at: Timestamp,
}

/// Whether withdrawals of a user go to the book alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookRule {
    /// Elsewhere, too, after the hold of a new address.
    Open,
    BookOnly,
    /// Until then.
    BookOnlyUntil(Timestamp),
}

impl BookRule {
    /// Returns whether nothing is paid beyond the book.
    pub const fn is_book_only(self) -> bool {
        !matches!(self, BookRule::Open)
    }
}

/// Returns whether a text may stand beside an address.
pub fn is_tag(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=TAG_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_legal)
}

impl Identity {
    /// Returns the book of a user, the oldest first.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn destinations(&self, user: OwnerId) -> Result<Vec<Listed>, IdentityError> {
        self.store.destinations(user).await
    }

    /// Adds a destination to the book of a user, who is told of it.
    ///
    /// # Errors
    /// `DestinationsFull`, `DestinationListed`.
    pub async fn add_destination(
        &self,
        user: OwnerId,
        (destination, label): (&Destination, &str),
        hold_nanos: i64,
        at: Timestamp,
    ) -> Result<Listed, IdentityError> {
        let notice = self.notice(user).await?;
        let times = (at, at.plus_nanos(hold_nanos));
        let id = self
            .store
            .add_destination(user, (destination, label), times, Some(&notice))
            .await?;
        Ok(Listed {
            id,
            destination: destination.clone(),
            label: label.to_owned(),
            created_at: at,
            payable_at: times.1,
        })
    }

    /// Puts a destination into the empty book of a user of a sandbox, who is told nothing; it is paid to at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn plant_destination(
        &self,
        user: OwnerId,
        listed: (&Destination, &str),
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        if !self.store.destinations(user).await?.is_empty() {
            return Ok(());
        }
        let added = self.store.add_destination(user, listed, (at, at), None);
        added.await.map(|_| ())
    }

    /// Takes a destination out of the book of a user, and returns whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_destination(&self, user: OwnerId, id: u64) -> Result<bool, IdentityError> {
        self.store.remove_destination(user, id).await
    }

    /// Returns whether withdrawals of a user go to the book alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn book_rule(&self, user: OwnerId, at: Timestamp) -> Result<BookRule, IdentityError> {
        let ends_at = self.store.book_only_until(user).await?;
        Ok(rule_of(ends_at, at))
    }

    /// Lets withdrawals of a user go to the book alone, at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_book(&self, user: OwnerId) -> Result<(), IdentityError> {
        self.store.set_book_only(user, Timestamp::MAX).await
    }

    /// Lets withdrawals of a user go elsewhere, once a hold is over; the user is told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_book(
        &self,
        user: OwnerId,
        hold_nanos: i64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        if self.book_rule(user, at).await? != BookRule::BookOnly {
            return Ok(());
        }
        let notice = self.notice(user).await?;
        let until = at.plus_nanos(hold_nanos);
        self.store.set_book_only(user, until).await?;
        let subject = Subject::AddressBookChanged;
        self.store.tell_user(user, subject, &notice, at).await
    }
}

pub(crate) fn rule_of(ends_at: Option<Timestamp>, at: Timestamp) -> BookRule {
    match ends_at {
        Some(Timestamp::MAX) => BookRule::BookOnly,
        Some(ends_at) if at < ends_at => BookRule::BookOnlyUntil(ends_at),
        _ => BookRule::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_short_and_plain() {
        for (text, is_legal) in [
            ("7", true),
            ("memo-1.a_B", true),
            ("", false),
            ("a b", false),
            ("a\n", false),
            ("\u{202e}", false),
        ] {
            assert_eq!(is_tag(text), is_legal, "{text:?}");
        }
        assert!(!is_tag(&"7".repeat(65)));
    }

    #[test]
    fn a_book_is_open_again_when_its_time_is_over() {
        let at = Timestamp::from_millis;
        for (ends_at, rule) in [
            (None, BookRule::Open),
            (Some(at(5)), BookRule::Open),
            (Some(at(6)), BookRule::BookOnlyUntil(at(6))),
            (Some(Timestamp::MAX), BookRule::BookOnly),
        ] {
            assert_eq!(rule_of(ends_at, at(5)), rule);
        }
    }
}
