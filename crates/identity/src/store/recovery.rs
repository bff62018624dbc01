//! Tokens that reset passwords, and the change of a password.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::login::Asker;
use crate::outbox::Subject;
use crate::store::notification::tell_security;
use crate::store::outbox::{self, NewMessage};
use crate::store::{Store, Writing, email_change, hold, registration};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS resets (
        token       BLOB PRIMARY KEY,
        owner        INTEGER REFERENCES users (id),
        expires_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS resets_by_user ON resets (owner);
";

/// A token that is about to be stored.
pub(crate) struct NewReset {
    pub token: TokenHash,
    pub expires_at: Timestamp,
}

/// What shows that somebody may replace a password.
pub(crate) enum Proof {
    Token(TokenHash),
    /// The user, and the hash of the password that was compared.
    Former(OwnerId, String),
}

impl Store {
    /// Stores a token for the user of the recipient's address; that of nobody resets nothing and has no message.
    pub(crate) async fn ask_reset(
        &self,
        new: &NewReset,
        message: &NewMessage<'_>,
        asker: Asker,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let user: Option<i64> = sqlx::query("SELECT MAX(id) FROM users WHERE email = $1")
            .bind(message.recipient)
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        sqlx::query("INSERT INTO resets (token, owner, expires_ns) VALUES ($1, $2, $3)")
            .bind(new.token.bytes())
            .bind(user)
            .bind(new.expires_at.nanos())
            .execute(&mut *transaction)
            .await?;
        let counted = mutant::plant!("known-devices-as-strangers", Asker::Stranger, asker);
        let per_day_max = outbox::per_day_max(counted, user);
        outbox::add(&mut transaction, message, per_day_max).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Replaces the password of whoever the proof is of, ends their tokens and failures, and tells them.
    pub(crate) async fn replace_password(
        &self,
        proof: &Proof,
        hash: &str,
        seal_blank: impl Fn(&str) -> Result<Vec<u8>, IdentityError>,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let mut transaction = self.begin().await?;
        let user = prove(&mut transaction, proof, at).await?;
        sqlx::query("DELETE FROM resets WHERE owner = $1")
            .bind(user.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        registration::set_password(&mut transaction, user, hash, at).await?;
        email_change::forget(&mut transaction, user).await?;
        hold::begin(&mut transaction, user, at).await?;
        let email = email_of(&mut transaction, user).await?;
        sqlx::query("DELETE FROM login_failures WHERE subject = $1")
            .bind(TokenHash::of(&email).bytes())
            .execute(&mut *transaction)
            .await?;
        let message = NewMessage {
            recipient: &email,
            subject: Subject::PasswordChanged,
            content: &seal_blank(&email)?,
            created_at: at,
        };
        // Of what has happened they are always told.
        outbox::add(&mut transaction, &message, i64::MAX).await?;
        tell_security(&mut transaction, user, message.subject, at).await?;
        transaction.commit().await?;
        Ok(user)
    }

    pub(crate) async fn email_of(&self, user: OwnerId) -> Result<String, IdentityError> {
        let mut transaction = self.pool.begin().await?;
        email_of(&mut transaction, user).await
    }

    pub(crate) async fn forget_resets(&self, at: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM resets WHERE expires_ns <= $1");
        self.write(query.bind(at.nanos())).await?;
        Ok(())
    }
}

async fn prove(
    transaction: &mut Writing,
    proof: &Proof,
    at: Timestamp,
) -> Result<OwnerId, IdentityError> {
    let (query, refused) = match proof {
        Proof::Token(token) => (
            sqlx::query(
                "SELECT owner FROM resets WHERE token = $1 AND $2 < expires_ns AND owner IS NOT NULL",
            )
            .bind(token.bytes())
            .bind(at.nanos()),
            IdentityError::TokenRefused,
        ),
        Proof::Former(user, hash) => (
            sqlx::query("SELECT owner FROM passwords WHERE owner = $1 AND hash = $2")
                .bind(user.0.cast_signed())
                .bind(hash),
            IdentityError::PasswordStale,
        ),
    };
    let row = query.fetch_optional(&mut **transaction).await?;
    let user: i64 = row.ok_or(refused)?.try_get(0)?;
    Ok(OwnerId(user.cast_unsigned()))
}

pub(super) async fn email_of(
    transaction: &mut Writing,
    user: OwnerId,
) -> Result<String, IdentityError> {
    let row = sqlx::query("SELECT email FROM users WHERE id = $1")
        .bind(user.0.cast_signed())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.ok_or(IdentityError::UserUnknown)?.try_get(0)?)
}
