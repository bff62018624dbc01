//! Second factors that are lost: their user shows to have the mailbox and the password and says who they are, two
//! operators agree, and a day passes in which the user can cancel.
//!
//! **Source** OWASP ASVS 5.0 V6.4.3 and V6.4.4; `docs/spec/accounts.md` and `docs/spec/operators.md`.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;

use crate::browser::{self, TokenHash};
use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::login::Asker;
use crate::outbox::Subject;
use crate::password::PasswordHash;
use crate::recovery::RESET_NANOS;
use crate::store::factor_reset::{NewFactorReset, StoredFactorReset};
use crate::store::outbox::NewMessage;
use crate::store::recovery::NewReset;

/// For how long a link of a letter begins to ask.
pub const LINK_NANOS: i64 = RESET_NANOS;
/// Characters of what a user says.
pub const STATEMENT_CHARS_MAX: usize = 2_000;

/// A user who asks that the second factors be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorReset {
    pub id: u64,
    pub user: OwnerId,
    pub email: String,
    pub account: Option<AccountId>,
    pub asked_at: Timestamp,
    /// What the user says to show who they are.
    pub statement: String,
}

/// What somebody shows to ask for it.
#[derive(Clone, Copy)]
pub struct FactorResetClaim<'a> {
    /// Out of the letter.
    pub token: &'a str,
    /// The password that was just compared.
    pub password: &'a PasswordHash,
    pub statement: &'a str,
}

impl Identity {
    /// Writes a message with a token to the user of an address; without a user it does the same and nobody is told.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn ask_factor_reset(
        &self,
        email: &Email,
        asker: Asker,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let token = browser::new_token()?;
        let link = NewReset {
            token: TokenHash::of(&token),
            expires_at: at.plus_nanos(LINK_NANOS),
        };
        let message = NewMessage {
            recipient: email.as_str(),
            subject: Subject::FactorResetLink,
            content: &self.seal_content(&token, email)?,
            created_at: at,
        };
        self.store.ask_factor_reset(&link, &message, asker).await
    }

    /// Returns the address of the user whom a token was sent to, without using it up.
    ///
    /// # Errors
    /// `TokenRefused` for one that is unknown, used or too old.
    pub async fn factor_reset_email(
        &self,
        token: &str,
        at: Timestamp,
    ) -> Result<Email, IdentityError> {
        let user = self.store.factor_reset_link(TokenHash::of(token), at);
        self.email_of(user.await?).await
    }

    /// Asks operators to take the second factors of a user away, instead of what the user asked before, holds payouts,
    /// and tells the user how to cancel.
    ///
    /// # Errors
    /// `TokenRefused`, `PasswordStale`, and `FactorRefused` for a user who has nothing to take away.
    pub async fn open_factor_reset(
        &self,
        claim: FactorResetClaim<'_>,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let link = TokenHash::of(claim.token);
        let user = self.store.factor_reset_link(link, at).await?;
        let cancel = browser::new_token()?;
        let new = NewFactorReset {
            user,
            link,
            password: &claim.password.text(),
            statement: &self.master.seal(claim.statement.as_bytes(), &owner(user))?,
            cancel: TokenHash::of(&cancel),
        };
        let notice = self.notice_of(user, &cancel).await?;
        self.store.open_factor_reset(&new, &notice, at).await?;
        Ok(user)
    }

    /// Ends what a token of a letter can cancel, and returns whose it was.
    ///
    /// # Errors
    /// `TokenRefused` for a token that is unknown, or of what has ended.
    pub async fn cancel_factor_reset(
        &self,
        token: &str,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let token = TokenHash::of(token);
        self.store.cancel_factor_reset(token, at).await
    }

    /// Ends what a user has asked, and returns whether there was anything.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cancel_factor_reset_of(
        &self,
        user: OwnerId,
        at: Timestamp,
    ) -> Result<bool, IdentityError> {
        self.store.cancel_factor_reset_of(user, at).await
    }

    /// Returns since when a user asks for it, `None` while nothing is asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_reset_asked_at(
        &self,
        user: OwnerId,
    ) -> Result<Option<Timestamp>, IdentityError> {
        self.store.factor_reset_asked_at(user).await
    }

    /// Returns what users ask for and nobody has done or cancelled, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_resets(&self) -> Result<Vec<FactorReset>, IdentityError> {
        let stored = self.store.factor_resets().await?;
        let open = |stored: StoredFactorReset| {
            let statement = self.master.open(&stored.statement, &owner(stored.user))?;
            Ok(FactorReset {
                id: stored.id,
                user: stored.user,
                email: stored.email,
                account: stored.account,
                asked_at: stored.asked_at,
                statement: String::from_utf8(statement).map_err(|_| IdentityError::Seal)?,
            })
        };
        stored.into_iter().map(open).collect()
    }
}

pub(crate) fn owner(user: OwnerId) -> Vec<u8> {
    [b"factor-reset".as_slice(), &user.0.to_be_bytes()].concat()
}

/// Returns whether a text may be what a user says: 1 to 2000 characters, of which lines and tabs are the only ones that
/// cannot be seen.
pub fn is_statement(text: &str) -> bool {
    let count = text.chars().count();
    let is_legal = |sign: char| !sign.is_control() || matches!(sign, '\n' | '\r' | '\t');
    !text.trim().is_empty() && count <= STATEMENT_CHARS_MAX && text.chars().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_a_text_of_some_length() {
        for (text, is_legal) in [
            ("I lost my telephone.\nCase 81.", true),
            ("我的手机丢了", true),
            ("", false),
            (" \n", false),
            ("a\0b", false),
            ("a\u{1b}[2Jb", false),
        ] {
            assert_eq!(is_statement(text), is_legal, "{text:?}");
        }
        assert!(is_statement(&"x".repeat(2_000)));
        assert!(!is_statement(&"x".repeat(2_001)));
    }
}
