//! Users, who own accounts.

use model::id::OwnerId;

/// A person or a company with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: OwnerId,
    pub name: String,
    pub email: String,
}
