//! Challenges: a sensitive act is shown to be wished by whoever holds the second factor, with exactly its parameters.
//!
//! A challenge names act and parameters by a digest. It is answered once, by the session that asked for it, and is used
//! up before the act begins, so that neither another act nor a second one can be made of the same answer.
//!
//! **Source** OWASP ASVS 5.0 V7.5.

use model::id::{KeyId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::browser::{self, TokenHash};
use crate::identity::{Identity, IdentityError};
use crate::password::PasswordHash;
use crate::store::challenge::{Answered, NewChallenge};
use crate::totp::Factor;

/// For how long a challenge can be answered.
pub const CHALLENGE_NANOS: i64 = 5 * 60 * NANOS_PER_SECOND;

/// Who is about to do what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    pub user: OwnerId,
    /// The session it is done by.
    pub session: KeyId,
    /// Of the act and every parameter of it.
    pub digest: [u8; 32],
}

/// What shows that a user wishes an act.
#[derive(Clone, Copy)]
pub enum Evidence<'a> {
    /// A code of the second factor, or a recovery code.
    Code(&'a str),
    /// The password that was just compared, of a user without a second factor.
    Password(&'a PasswordHash),
}

impl Identity {
    /// Returns a new challenge for an act; it is told this once.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn challenge(&self, act: &Act, at: Timestamp) -> Result<String, IdentityError> {
        let token = browser::new_token()?;
        let new = NewChallenge {
            token: TokenHash::of(&token),
            act,
            expires_at: at.plus_nanos(CHALLENGE_NANOS),
        };
        self.store.add_challenge(&new, at).await?;
        Ok(token)
    }

    /// Uses up a challenge, and the code that answers it.
    ///
    /// # Errors
    /// `ChallengeRefused` unless it is of this act, unused and in time; `FactorRefused` for a wrong code, and for a
    /// password where there is a factor or a code where there is none; `PasswordStale`. None of them uses anything up.
    pub async fn answer_challenge(
        &self,
        token: &str,
        act: &Act,
        evidence: Evidence<'_>,
        at: Timestamp,
    ) -> Result<Factor, IdentityError> {
        let answered = Answered {
            token: TokenHash::of(token),
            act,
            at,
        };
        match evidence {
            Evidence::Code(code) => {
                let step = |factor: &_| self.step(act.user, factor, code, at);
                let recovery = TokenHash::of(code);
                let notice = self.notice(act.user).await.map_err(|error| match error {
                    // A challenge of nobody is none.
                    IdentityError::UserUnknown => IdentityError::ChallengeRefused,
                    error => error,
                })?;
                self.store
                    .answer_by_code(&answered, step, recovery, &notice)
                    .await?;
                Ok(Factor::Shown)
            }
            Evidence::Password(hash) => {
                self.store
                    .answer_by_password(&answered, &hash.text())
                    .await?;
                Ok(Factor::Absent)
            }
        }
    }
}
