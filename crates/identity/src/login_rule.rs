//! Whether a password alone signs in a user who has a passkey: only where the user has said so.
//!
//! **Source** `docs/spec/keys.md`.

use model::id::OwnerId;
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};
use crate::store::factor::NOBODY;

/// What signs in a user who has a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginRule {
    /// The password, with the code of a second factor where there is one, or a passkey.
    PasswordOrPasskey,
    /// A passkey, alone or beside the password, or the password with a code: never the password alone.
    NeverPasswordAlone,
}

impl Identity {
    /// Returns what signs a user in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn login_rule(&self, user: OwnerId) -> Result<LoginRule, IdentityError> {
        self.store.login_rule(user).await
    }

    /// Returns whether somebody who shows no code must show a passkey beside the password; nobody must.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn needs_passkey(&self, user: Option<OwnerId>) -> Result<bool, IdentityError> {
        self.store.needs_passkey(user.unwrap_or(NOBODY)).await
    }

    /// Decides what signs a user in from now on. Where less is asked for than before, payouts are held and the user is
    /// told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_login_rule(
        &self,
        user: OwnerId,
        rule: LoginRule,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let notice = self.notice(user).await?;
        self.store.set_login_rule(user, rule, &notice, at).await
    }
}
