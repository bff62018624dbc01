//! Becoming a user: an address, a password, and the proof that the address is theirs.
//!
//! Nothing here tells whether an address has an account already: each registration writes the same rows, and only the
//! message to the address differs.

use model::id::{AccountId, OwnerId};
use model::time::{NANOS_PER_DAY, Timestamp};

use crate::algo;
use crate::browser::{self, TokenHash};
use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::outbox::Subject;
use crate::password::PasswordHash;
use crate::store::outbox::NewMessage;
use crate::store::registration::NewRegistration;

/// For how long a token confirms an address.
pub const CONFIRM_NANOS: i64 = NANOS_PER_DAY;
/// For how long messages are kept.
const KEEP_NANOS: i64 = 7 * NANOS_PER_DAY;

impl Identity {
    /// Writes down that somebody wants an account, and a message to the address; returns the token that the message
    /// tells, for whoever stands in for a mailbox.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn register(
        &self,
        email: &Email,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<String, IdentityError> {
        let token = browser::new_token()?;
        let registration = NewRegistration {
            token: TokenHash::of(&token),
            email: email.as_str(),
            password: &password.text(),
            expires_at: at.plus_nanos(CONFIRM_NANOS),
        };
        let sealed = self.seal_content(&token, email)?;
        let message = |subject: Subject| NewMessage {
            recipient: email.as_str(),
            subject,
            content: &sealed,
            created_at: at,
        };
        let messages = [Subject::Registration, Subject::AlreadyRegistered].map(message);
        self.store.register(&registration, &messages).await?;
        Ok(token)
    }

    /// Makes whoever has the token a user, once, and returns the number: the same one each time.
    ///
    /// # Errors
    /// `TokenRefused` for a token that is unknown or too old, or whose address has become another user's.
    pub async fn confirm(&self, token: &str, at: Timestamp) -> Result<OwnerId, IdentityError> {
        self.store.confirm(TokenHash::of(token), at).await
    }

    /// Returns the account of a user, `None` as long as the exchange has opened none that is known here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_of(&self, user: OwnerId) -> Result<Option<AccountId>, IdentityError> {
        self.store.account_of(user).await
    }

    /// Notes which account the exchange has opened for a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_account(
        &self,
        user: OwnerId,
        account: AccountId,
    ) -> Result<(), IdentityError> {
        self.store.note_account(user, account).await
    }

    /// Forgets registrations and listen keys whose time is over, failures of those who rested, and messages and ended orders
    /// that are old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old(&self, at: Timestamp) -> Result<(), IdentityError> {
        self.store.forget_registrations(at).await?;
        self.store.forget_resets(at).await?;
        self.store.forget_old_failures(at).await?;
        self.store.forget_challenges(at).await?;
        self.store.forget_login_challenges(at).await?;
        self.store.forget_email_changes(at).await?;
        self.store.forget_factor_reset_links(at).await?;
        self.store.forget_listen_keys(at).await?;
        self.store
            .forget_algos(at.plus_nanos(-algo::KEPT_NANOS))
            .await?;
        self.store
            .forget_messages(at.plus_nanos(-KEEP_NANOS))
            .await?;
        self.store.forget_deliveries().await
    }

    /// Seals what a message tells to its recipient.
    pub(crate) fn seal_content(
        &self,
        content: &str,
        email: &Email,
    ) -> Result<Vec<u8>, IdentityError> {
        self.master
            .seal(content.as_bytes(), email.as_str().as_bytes())
    }
}
