//! Erasing what is kept of users who have closed their accounts: in two steps, the second when a term is over.
//!
//! Nothing of the journal changes by it: commands, orders, trades and the ledger name accounts, never people.
//!
//! **Source** `docs/spec/closing-accounts.md`.

use model::id::OwnerId;
use model::time::{NANOS_PER_DAY, Timestamp};

use crate::identity::{Identity, IdentityError};

/// Five years.
const STANDARD_DAYS: u32 = 5 * 365 + 1;
/// Users that are erased in one round at most.
pub(crate) const ROUND_MAX: i64 = 64;

/// For how long after the closing it is kept who somebody was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    nanos: i64,
}

impl Term {
    /// As the law of many places asks of those who had to check identities.
    pub const STANDARD: Term = Term::of_days(STANDARD_DAYS);

    /// Returns a term of so many days.
    pub const fn of_days(days: u32) -> Term {
        Term {
            nanos: days as i64 * NANOS_PER_DAY,
        }
    }

    /// Returns when it ends for whoever closed the account then.
    pub const fn end(self, closed_at: Timestamp) -> Timestamp {
        closed_at.plus_nanos(self.nanos)
    }

    pub(crate) const fn nanos(self) -> i64 {
        self.nanos
    }
}

impl Default for Term {
    fn default() -> Term {
        Term::STANDARD
    }
}

/// How far the erasure of a user has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// When the user or two operators asked for it, or the term of the closing was over.
    pub asked_at: Timestamp,
    /// When everything was erased that no term keeps.
    pub begun_at: Option<Timestamp>,
    /// When the rest was.
    pub ended_at: Option<Timestamp>,
}

impl Identity {
    /// Returns how far the erasure of a user has come, `None` when nothing began it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erasure_of(&self, user: OwnerId) -> Result<Option<Erasure>, IdentityError> {
        self.store.erasure_of(user).await
    }

    /// Erases what is due: of those who asked for it what no term keeps, and of all whose term is over the rest.
    /// Returns how many steps were done.
    ///
    /// A step is one transaction: after a stop in between, those that are missing are done by the next round.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase_due(&self, term: Term, at: Timestamp) -> Result<u64, IdentityError> {
        self.store.erase_due(term, at).await
    }
}
