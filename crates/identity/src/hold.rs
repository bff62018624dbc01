//! Holds of payouts: for a day after a password or a factor is another, or a recovery code was used, nothing is paid out.
//!
//! **Source** OWASP ASVS 5.0 V6.3.7. A hold is committed with what it follows, and told to the exchange by command.

use model::id::OwnerId;
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::identity::{Identity, IdentityError};

/// How long a hold lasts.
pub const HOLD_NANOS: i64 = 24 * 60 * 60 * NANOS_PER_SECOND;

/// A hold that the exchange is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub user: OwnerId,
    pub until: Timestamp,
}

impl Identity {
    /// Returns the holds that the exchange has not been told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn untold_holds(&self) -> Result<Vec<Hold>, IdentityError> {
        self.store.untold_holds().await
    }

    /// Notes that the exchange was told a hold.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_told(&self, hold: Hold) -> Result<(), IdentityError> {
        self.store.note_told(hold).await
    }
}
