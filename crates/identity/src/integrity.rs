//! Whether a database of users is whole: every page and row of it is read, and everything that is sealed is opened.
//!
//! Nothing is written. What SQLite and PostgreSQL have no checksum for, such as a letter of a name, is found in the audit
//! log and in what is sealed alone.

use model::id::AccountId;

use crate::database::DatabaseAddress;
use crate::identity::IdentityError;
use crate::master::MasterKey;
use crate::store;

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    pub tables: usize,
    pub rows: u64,
    /// Indexes that were held against the rows of their tables; `None` where the server lets nobody do so.
    pub indexes: Option<u64>,
    /// The account with the greatest number that a user is known to have.
    pub greatest_account: Option<AccountId>,
    /// Texts that were opened; `None` without a master key.
    pub opened: Option<u64>,
}

/// Reads a database to its end.
///
/// # Errors
/// `DatabaseDamaged`, `SealedLost` for what does not open under this key, and when the database fails.
pub async fn verify(
    address: &DatabaseAddress,
    master: Option<&MasterKey>,
) -> Result<Whole, IdentityError> {
    store::integrity::verify(address, master).await
}
