//! Challenges that wait for their answer.

use model::time::Timestamp;

use crate::browser::TokenHash;
use crate::challenge::Act;
use crate::identity::IdentityError;
use crate::outbox::Notice;
use crate::store::{Store, Writing, factor, passkey};
use crate::totp::{Factor, StoredFactor};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS challenges (
        token       BLOB PRIMARY KEY,
        owner       INTEGER NOT NULL REFERENCES users (id),
        key         INTEGER NOT NULL,
        digest      BLOB NOT NULL,
        expires_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS challenges_by_owner ON challenges (owner);
";

/// As many of a user wait for an answer; one more, and those that end first make room.
const WAITING_MAX: i64 = 20;

/// A challenge that is about to be stored.
pub(crate) struct NewChallenge<'a> {
    pub token: TokenHash,
    pub act: &'a Act,
    pub expires_at: Timestamp,
}

/// A challenge that somebody answers.
pub(crate) struct Answered<'a> {
    pub token: TokenHash,
    pub act: &'a Act,
    pub at: Timestamp,
}

impl Store {
    pub(crate) async fn add_challenge(
        &self,
        new: &NewChallenge<'_>,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let owner = new.act.user.0.cast_signed();
        sqlx::query(
            "DELETE FROM challenges WHERE owner = $1 AND (expires_ns <= $2 OR token NOT IN
                (SELECT token FROM challenges WHERE owner = $1 ORDER BY expires_ns DESC LIMIT $3))",
        )
        .bind(owner)
        .bind(at.nanos())
        .bind(WAITING_MAX - 1)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO challenges (token, owner, key, digest, expires_ns)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(new.token.bytes())
        .bind(owner)
        .bind(new.act.session.0.cast_signed())
        .bind(new.act.digest.as_slice())
        .bind(new.expires_at.nanos())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Uses up a challenge and the step that `step` knows, or else the recovery code.
    pub(crate) async fn answer_by_code(
        &self,
        answered: &Answered<'_>,
        step: impl Fn(&StoredFactor) -> Result<Option<i64>, IdentityError>,
        recovery: TokenHash,
        notice: &Notice,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        use_up(&mut transaction, answered).await?;
        let Answered { act, at, .. } = answered;
        let code = (step, recovery);
        let shown = factor::show(&mut transaction, act.user, code, notice, *at).await?;
        if shown == Factor::Absent {
            return Err(IdentityError::FactorRefused);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Uses up a challenge of a user who has this password, and neither a second factor nor a passkey.
    pub(crate) async fn answer_by_password(
        &self,
        answered: &Answered<'_>,
        hash: &str,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        use_up(&mut transaction, answered).await?;
        let user = answered.act.user;
        if factor::has(&mut transaction, user).await?
            || passkey::has(&mut transaction, user).await?
        {
            return Err(IdentityError::FactorRefused);
        }
        sqlx::query("SELECT owner FROM passwords WHERE owner = $1 AND hash = $2")
            .bind(user.0.cast_signed())
            .bind(hash)
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(IdentityError::PasswordStale)?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn forget_challenges(&self, at: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM challenges WHERE expires_ns <= $1");
        self.write(query.bind(at.nanos())).await?;
        Ok(())
    }
}

/// Takes a challenge away, for whoever commits.
pub(super) async fn use_up(
    transaction: &mut Writing,
    answered: &Answered<'_>,
) -> Result<(), IdentityError> {
    let Answered { token, act, at } = answered;
    let used = sqlx::query(
        "DELETE FROM challenges
         WHERE token = $1 AND owner = $2 AND key = $3 AND digest = $4 AND $5 < expires_ns",
    )
    .bind(token.bytes())
    .bind(act.user.0.cast_signed())
    .bind(act.session.0.cast_signed())
    .bind(act.digest.as_slice())
    .bind(at.nanos())
    .execute(&mut **transaction)
    .await?;
    match used.rows_affected() {
        0 => Err(IdentityError::ChallengeRefused),
        _ => Ok(()),
    }
}
