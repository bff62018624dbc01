//! What is asked of a provider of identity checks outside, and what it found: calls that are sent until they are
//! taken, each under one id for ever, and results that count once.
//!
//! A provider decides nothing: what it found is written beside the application, and people decide.

use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::identity::{Identity, IdentityError};
use crate::kyc::KycError;
use crate::random;

/// Attempts of a call before it is given up: with the pauses below some two days.
pub const ATTEMPTS_MAX: u32 = 40;
const PAUSE_NANOS_MIN: i64 = 2 * NANOS_PER_SECOND;
const PAUSE_NANOS_MAX: i64 = 3_600 * NANOS_PER_SECOND;
const ID_CHARS: usize = 32;

/// A call that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KycCall {
    /// The same in every attempt.
    pub id: String,
    pub application: u64,
    pub attempts: u32,
    pub at: Timestamp,
}

impl KycCall {
    /// Returns when the next attempt is, after one that failed at a moment: doubled each time, up to an hour.
    pub fn next_attempt(&self, at: Timestamp) -> Timestamp {
        let doubled = PAUSE_NANOS_MIN.checked_shl(self.attempts.min(20));
        let pause = doubled.unwrap_or(PAUSE_NANOS_MAX).min(PAUSE_NANOS_MAX);
        at.plus_nanos(pause)
    }
}

/// What a provider says about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    /// Look closely.
    Review,
    Failed,
}

impl Verdict {
    /// Returns the verdict of a word.
    pub fn parse(word: &str) -> Option<Verdict> {
        let all = [Verdict::Passed, Verdict::Review, Verdict::Failed];
        all.into_iter().find(|verdict| verdict.name() == word)
    }

    /// Returns the word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Review => "review",
            Verdict::Failed => "failed",
        }
    }
}

/// What became of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Now,
    /// It had come before.
    Before,
}

impl Identity {
    /// Returns the calls that are due, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_calls(
        &self,
        at: Timestamp,
        limit: u32,
    ) -> Result<Vec<KycCall>, IdentityError> {
        self.store.due_calls(at, limit).await
    }

    /// Notes that a call was taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_call(&self, call: &KycCall) -> Result<(), IdentityError> {
        self.store.end_call(&call.id).await
    }

    /// Notes that an attempt failed; after the last one the call is given up, which is written beside the application.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone_call(&self, call: &KycCall, at: Timestamp) -> Result<(), IdentityError> {
        self.store.postpone_call(call, at).await
    }

    /// Takes in a result once: what it found is written beside the application.
    ///
    /// # Errors
    /// `Unknown`, `State` for one that was decided; when the database fails.
    pub async fn take_result(
        &self,
        id: &str,
        (application, verdict, note): (u64, Verdict, &str),
        at: Timestamp,
    ) -> Result<Taken, KycError> {
        let finding = match verdict {
            Verdict::Passed => None,
            Verdict::Review => Some(format!("provider: review {note}")),
            Verdict::Failed => Some(format!("provider: failed {note}")),
        };
        self.store
            .take_result(id, (application, verdict, finding.as_deref()), at)
            .await
    }
}

/// Returns a new id of a call.
pub(crate) fn new_id() -> Result<String, IdentityError> {
    random::alphanumeric(ID_CHARS)
}
