//! Failures to sign in of which a user is told, at most once a day.
//!
//! **Source** OWASP ASVS 5.0 V6.3.5. Where nobody has the address, the same row is written under no user.

use model::time::{NANOS_PER_DAY, Timestamp};

use crate::audit::Entry;
use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::outbox::Subject;

/// Failures since the last letter, or within a day, that are told: fewer are those of the user.
pub(crate) const TOLD_FAILURES: i64 = 5;
/// Between two letters, and after which failures count anew.
pub(crate) const TOLD_PERIOD_NANOS: i64 = NANOS_PER_DAY;

impl Identity {
    /// Notes that somebody failed to show to be the user of an address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_failure(&self, email: &Email, at: Timestamp) -> Result<(), IdentityError> {
        self.store.note_failure(email.as_str(), at).await
    }

    /// Notes the same, with its row of the audit log, at the moment of the row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_refused(
        &self,
        email: &Email,
        entry: &Entry<'_>,
    ) -> Result<(), IdentityError> {
        self.store.note_refused(email.as_str(), entry).await
    }

    /// Tells users of whose addresses there were too many failures.
    ///
    /// # Errors
    /// When the database fails; those who were told before it did stay told.
    pub async fn tell_failures(&self, at: Timestamp) -> Result<(), IdentityError> {
        for user in self.store.untold_failures(at).await? {
            let notice = self.notice(user).await?;
            let subject = Subject::LoginsFailed;
            self.store.tell_failures(user, subject, &notice, at).await?;
        }
        Ok(())
    }
}
