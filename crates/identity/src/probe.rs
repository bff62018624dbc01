//! Whether the database takes what is written to it, for whoever watches.

use std::time::Duration;

use crate::identity::{Identity, IdentityError};

/// How long a database may be silent before it counts as away.
const SILENCE_MAX: Duration = Duration::from_secs(3);

impl Identity {
    /// Begins to write on a connection that requests use, and takes it back: nobody signs in where this fails.
    ///
    /// # Errors
    /// The database is away, silent or closed for writing, or no connection to it is free.
    ///
    /// **Cost** three seconds at most.
    pub async fn probe(&self) -> Result<(), IdentityError> {
        let probed = tokio::time::timeout(SILENCE_MAX, self.store.probe()).await;
        probed.unwrap_or(Err(IdentityError::DatabaseSilent))
    }
}
