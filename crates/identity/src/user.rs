//! Users, who own accounts.

use model::id::{AccountId, OwnerId};

use crate::browser::TokenHash;
use crate::email::Email;
use crate::identity::{Identity, IdentityError};

/// A person or a company with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: OwnerId,
    pub name: String,
    pub email: String,
}

/// What an operator asks about a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `None` as long as none that the exchange has opened was noted.
    pub account: Option<AccountId>,
    pub has_password: bool,
    pub has_factor: bool,
    /// That are left.
    pub recovery_codes: u32,
    /// In a row, of logins.
    pub failures: u32,
}

impl Identity {
    /// Returns a user.
    ///
    /// # Errors
    /// `UserUnknown`.
    pub async fn user(&self, user: OwnerId) -> Result<User, IdentityError> {
        self.store.user(user).await
    }

    /// Returns who has an address, and who had it when they closed their accounts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users_under(&self, email: &Email) -> Result<Vec<User>, IdentityError> {
        self.store.users_under(email.as_str()).await
    }

    /// Returns how a user stands.
    ///
    /// # Errors
    /// `UserUnknown`.
    pub async fn standing(&self, user: OwnerId) -> Result<Standing, IdentityError> {
        let email = self.store.email_of(user).await?;
        let account = self.store.account_of(user).await?;
        let subject = TokenHash::of(&email);
        self.store.standing(user, account, subject).await
    }
}
