//! Another address of a user: confirmed by whoever reads the new one, told to the old one, which can take itself back.
//!
//! **Source** OWASP ASVS 5.0 V6.3.7 and V7.4.3; `docs/spec/accounts.md`.

use model::id::OwnerId;
use model::time::Timestamp;

use crate::browser::{self, TokenHash};
use crate::email::Email;
use crate::hold::HOLD_NANOS;
use crate::identity::{Identity, IdentityError};
use crate::outbox::Subject;
use crate::recovery::RESET_NANOS;
use crate::store::email_change::{NewChange, NewReturn};
use crate::store::outbox::NewMessage;

/// For how long a token makes another address a user's.
pub const CHANGE_NANOS: i64 = RESET_NANOS;
/// For how long the address before it can take itself back: as long as payouts are held.
pub const RETURN_NANOS: i64 = HOLD_NANOS;

impl Identity {
    /// Writes a message with a token to the address that a user wants; whether somebody has it is not looked at.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn ask_email_change(
        &self,
        user: OwnerId,
        email: &Email,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let token = browser::new_token()?;
        let change = NewChange {
            token: TokenHash::of(&token),
            user,
            email: email.as_str(),
            expires_at: at.plus_nanos(CHANGE_NANOS),
        };
        let message = NewMessage {
            recipient: email.as_str(),
            subject: Subject::EmailChange,
            content: &self.seal_content(&token, email)?,
            created_at: at,
        };
        self.store.ask_email_change(&change, &message).await
    }

    /// Gives the user of a token the address that the token went to, ends every login, holds payouts, and tells the
    /// former address.
    ///
    /// # Errors
    /// `TokenRefused` for a token that is unknown, used or too old, and for an address that is another user's.
    pub async fn confirm_email_change(
        &self,
        token: &str,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let back = browser::new_token()?;
        let seal = |recipient: &str| self.master.seal(back.as_bytes(), recipient.as_bytes());
        let new = NewReturn {
            token: TokenHash::of(&back),
            expires_at: at.plus_nanos(RETURN_NANOS),
        };
        // No login gets between the commit and the end of the sessions.
        let _turn = self.logins.lock().await;
        let hash = TokenHash::of(token);
        let user = self
            .store
            .confirm_email_change(hash, &new, seal, at)
            .await?;
        self.end_logins(user);
        Ok(user)
    }

    /// Gives the user of a token the address back that the token went to, ends every login, holds payouts, and tells
    /// both addresses.
    ///
    /// # Errors
    /// `TokenRefused` for a token that is unknown, used or too old, and for an address that is another user's by now.
    pub async fn return_email(&self, token: &str, at: Timestamp) -> Result<OwnerId, IdentityError> {
        let seal = |recipient: &str| self.master.seal(b"", recipient.as_bytes());
        let _turn = self.logins.lock().await;
        let hash = TokenHash::of(token);
        let user = self.store.return_email(hash, seal, at).await?;
        self.end_logins(user);
        Ok(user)
    }
}
