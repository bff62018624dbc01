//! Passwords that are forgotten or changed. Either ends every session that began with the old one.

use model::id::OwnerId;
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::browser::{self, TokenHash};
use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::login::Asker;
use crate::outbox::Subject;
use crate::password::PasswordHash;
use crate::store::outbox::NewMessage;
use crate::store::recovery::{NewReset, Proof};

/// For how long a token resets a password.
pub const RESET_NANOS: i64 = 60 * 60 * NANOS_PER_SECOND;

impl Identity {
    /// Writes a message with a token to the user of an address; without a user it does the same and nobody is told.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn ask_reset(
        &self,
        email: &Email,
        asker: Asker,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let token = browser::new_token()?;
        let reset = NewReset {
            token: TokenHash::of(&token),
            expires_at: at.plus_nanos(RESET_NANOS),
        };
        let message = NewMessage {
            recipient: email.as_str(),
            subject: Subject::PasswordReset,
            content: &self.seal_content(&token, email)?,
            created_at: at,
        };
        self.store.ask_reset(&reset, &message, asker).await
    }

    /// Gives the user of a token another password, once.
    ///
    /// # Errors
    /// `TokenRefused` for a token that is unknown, used or too old.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let proof = Proof::Token(TokenHash::of(token));
        self.replace_password(proof, password, at).await
    }

    /// Gives a user another password instead of the one that was just compared.
    ///
    /// # Errors
    /// `PasswordStale` when the user has had another in the meantime.
    pub async fn change_password(
        &self,
        user: OwnerId,
        former: &PasswordHash,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let proof = Proof::Former(user, former.text());
        self.replace_password(proof, password, at).await.map(|_| ())
    }

    /// Returns the address of a user.
    ///
    /// # Errors
    /// `UserUnknown`.
    pub async fn email_of(&self, user: OwnerId) -> Result<Email, IdentityError> {
        let stored = self.store.email_of(user).await?;
        Email::parse(&stored).ok_or(IdentityError::UserUnknown)
    }

    async fn replace_password(
        &self,
        proof: Proof,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let blank = |email: &str| self.master.seal(b"", email.as_bytes());
        // No login with the old password gets between the commit and the end of its sessions.
        let _turn = self.logins.lock().await;
        let text = password.text();
        let user = self
            .store
            .replace_password(&proof, &text, blank, at)
            .await?;
        self.end_logins(user);
        Ok(user)
    }
}
