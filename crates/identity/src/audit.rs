//! The audit log: what users and operators did that bears on security, each row chained to the one before.
//!
//! **Source** `docs/spec/operators.md` §6. No row holds a secret.

use std::fmt::Write;
use std::net::IpAddr;

use model::id::{OperatorId, OwnerId};
use model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::database::DatabaseAddress;
use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::store;

const LABEL: &[u8] = b"bourse.audit.v1\0";

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The exchange itself, or somebody at its shell.
    Exchange,
    /// Somebody who has not shown who they are.
    Stranger,
    User(OwnerId),
    Operator(OperatorId),
}

impl Actor {
    /// Returns kind and number, as they are stored.
    pub(crate) const fn code(self) -> (i64, i64) {
        match self {
            Actor::Exchange => (0, 0),
            Actor::Stranger => (1, 0),
            Actor::User(user) => (2, user.0.cast_signed()),
            Actor::Operator(operator) => (3, operator.0 as i64),
        }
    }

    /// Returns the actor as people read it.
    pub fn text(kind: i64, number: i64) -> String {
        match kind {
            0 => "exchange".to_owned(),
            1 => "stranger".to_owned(),
            2 => format!("user {number}"),
            3 => format!("operator {number}"),
            _ => format!("unknown {kind} {number}"),
        }
    }
}

/// Something that is about to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub at: Timestamp,
    pub actor: Actor,
    /// What was done, such as `login-failed`.
    pub act: &'a str,
    /// To whom or what.
    pub subject: String,
    pub detail: String,
    pub address: Option<IpAddr>,
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// From 1, without a gap.
    pub number: i64,
    pub at: Timestamp,
    pub actor_kind: i64,
    pub actor: i64,
    pub act: String,
    pub subject: String,
    pub detail: String,
    /// Empty when it came from nowhere.
    pub address: String,
    /// The hash of this row over all of it and the hash of the row before.
    pub hash: [u8; 32],
}

impl Row {
    /// Returns the hash this row must have after `previous`.
    ///
    /// **Shape** SHA-256 of the label, the previous hash, number, time, kind and number of the actor as 8 bytes each,
    /// little-endian, then each text with its length in 8 bytes before it.
    pub(crate) fn chained(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(LABEL);
        hash.update(previous);
        for number in [self.number, self.at.nanos(), self.actor_kind, self.actor] {
            hash.update(number.to_le_bytes());
        }
        for text in [&self.act, &self.subject, &self.detail, &self.address] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().into()
    }
}

/// The hash before the first row.
pub const START: [u8; 32] = [0; 32];

/// The end of the log: how many rows there are, and the hash of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub rows: u64,
    pub hash: [u8; 32],
}

/// What is wrong with a log.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("the audit log cannot be read")]
    Unreadable(#[from] IdentityError),
    #[error("row {number} of the audit log is missing or out of order")]
    Missing { number: u64 },
    #[error("row {number} of the audit log was changed")]
    Changed { number: u64 },
    #[error(
        "the audit log has {found} rows, and {expected} when the journal was last told: rows were removed from its end"
    )]
    Short { found: u64, expected: u64 },
    #[error("the first {rows} rows of the audit log are not those that the journal was told of")]
    Replaced { rows: u64 },
}

/// Follows the chain row by row.
pub struct Follower {
    head: Head,
    anchor: Option<Head>,
}

impl Follower {
    /// Returns a follower before the first row, of a log that goes on from `anchor` if it is there.
    pub const fn new(anchor: Option<Head>) -> Follower {
        Follower {
            head: Head {
                rows: 0,
                hash: START,
            },
            anchor,
        }
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// It is another one, or was changed.
    pub fn take(&mut self, row: &Row) -> Result<(), AuditError> {
        let number = self.head.rows + 1;
        if u64::try_from(row.number) != Ok(number) {
            return Err(AuditError::Missing { number });
        }
        if row.chained(&self.head.hash) != row.hash {
            return Err(AuditError::Changed { number });
        }
        self.head = Head {
            rows: number,
            hash: row.hash,
        };
        match self.anchor {
            Some(anchor) if anchor.rows == number && anchor.hash != row.hash => {
                Err(AuditError::Replaced { rows: number })
            }
            _ => Ok(()),
        }
    }

    /// Returns the end of the rows.
    ///
    /// # Errors
    /// There are fewer than were anchored.
    pub fn end(self) -> Result<Head, AuditError> {
        let expected = self.anchor.map_or(0, |anchor| anchor.rows);
        if self.head.rows < expected {
            return Err(AuditError::Short {
                found: self.head.rows,
                expected,
            });
        }
        Ok(self.head)
    }
}

impl Head {
    /// Returns number and hash of the last row, as people compare them.
    pub fn text(&self) -> String {
        self.hash.iter().fold(
            format!("{} rows, the last ", self.rows),
            |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            },
        )
    }
}

/// Checks every row of the log in a database, and that it goes on from what was anchored.
///
/// # Errors
/// What is wrong with the first row that is.
pub async fn verify(address: &DatabaseAddress, anchor: Option<Head>) -> Result<Head, AuditError> {
    store::audit::verify(address, anchor).await
}

/// Returns the name of an e-mail address in the log: half of the digest of it.
pub fn address_name(email: &Email) -> String {
    let digest = Sha256::digest(email.as_str().as_bytes());
    let half = digest.iter().take(16);
    half.fold("address ".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Identity {
    /// Writes something down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(&self, entry: &Entry<'_>) -> Result<(), IdentityError> {
        self.store.note(entry).await
    }

    /// Writes all of these down, in their order, or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_all(&self, entries: &[Entry<'_>]) -> Result<(), IdentityError> {
        self.store.note_all(entries).await
    }

    /// Returns rows after a number, at most so many, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_rows(&self, after: i64, count_max: u32) -> Result<Vec<Row>, IdentityError> {
        self.store.audit_rows(after, count_max).await
    }

    /// Returns whether the log still has the last row of a former end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_goes_on_from(&self, former: Head) -> Result<bool, IdentityError> {
        let Ok(number) = i64::try_from(former.rows) else {
            return Ok(false);
        };
        let rows = self.store.audit_rows(number - 1, 1).await?;
        let last = rows.first().map(|row| (row.number, row.hash));
        Ok(number == 0 || last == Some((number, former.hash)))
    }

    /// Returns the end of the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_head(&self) -> Result<Head, IdentityError> {
        self.store.audit_head().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: i64, previous: &[u8; 32]) -> Row {
        let mut row = Row {
            number,
            at: Timestamp::from_nanos(number),
            actor_kind: 2,
            actor: 7,
            act: "login".to_owned(),
            subject: "a".to_owned(),
            detail: "b".to_owned(),
            address: String::new(),
            hash: START,
        };
        row.hash = row.chained(previous);
        row
    }

    #[test]
    fn moving_a_letter_between_texts_changes_the_hash() {
        let one = row(1, &START);
        let mut other = one.clone();
        other.subject = "ab".to_owned();
        other.detail = String::new();
        assert_ne!(one.chained(&START), other.chained(&START));
    }

    #[test]
    fn an_anchor_tells_a_short_log_and_another_one() {
        let first = row(1, &START);
        let second = row(2, &first.hash);
        let anchor = |row: &Row| Head {
            rows: row.number.cast_unsigned(),
            hash: row.hash,
        };
        let follow = |rows: &[&Row], anchor| {
            let mut follower = Follower::new(anchor);
            for row in rows {
                follower.take(row)?;
            }
            follower.end()
        };
        assert!(follow(&[&first, &second], Some(anchor(&second))).is_ok());
        assert!(follow(&[&first, &second], Some(anchor(&first))).is_ok());
        assert!(matches!(
            follow(&[&first], Some(anchor(&second))),
            Err(AuditError::Short {
                found: 1,
                expected: 2
            })
        ));
        let mut other = first.clone();
        other.detail = "c".to_owned();
        other.hash = other.chained(&START);
        assert!(matches!(
            follow(&[&other], Some(anchor(&first))),
            Err(AuditError::Replaced { rows: 1 })
        ));
    }
}
