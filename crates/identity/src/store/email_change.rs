//! Addresses that users want, and those that they had.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::outbox::Subject;
use crate::store::notification::tell_security;
use crate::store::outbox::{self, NewMessage, PER_DAY_MAX};
use crate::store::{Store, Writing, hold, recovery};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS email_changes (
        token       BLOB PRIMARY KEY,
        owner       INTEGER NOT NULL REFERENCES users (id),
        email       TEXT NOT NULL,
        expires_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS email_changes_by_owner ON email_changes (owner);
    CREATE TABLE IF NOT EXISTS email_returns (
        token       BLOB PRIMARY KEY,
        owner       INTEGER NOT NULL REFERENCES users (id),
        email       TEXT NOT NULL,
        expires_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS email_returns_by_owner ON email_returns (owner);
";

/// A token that is about to be stored.
pub(crate) struct NewChange<'a> {
    pub token: TokenHash,
    pub user: OwnerId,
    pub email: &'a str,
    pub expires_at: Timestamp,
}

/// A token that gives the address back.
pub(crate) struct NewReturn {
    pub token: TokenHash,
    pub expires_at: Timestamp,
}

impl Store {
    /// Stores a token instead of those that the user has; one that went to another address is worth nothing any more.
    pub(crate) async fn ask_email_change(
        &self,
        new: &NewChange<'_>,
        message: &NewMessage<'_>,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        forget(&mut transaction, new.user).await?;
        sqlx::query(
            "INSERT INTO email_changes (token, owner, email, expires_ns) VALUES ($1, $2, $3, $4)",
        )
        .bind(new.token.bytes())
        .bind(new.user.0.cast_signed())
        .bind(new.email)
        .bind(new.expires_at.nanos())
        .execute(&mut *transaction)
        .await?;
        outbox::add(&mut transaction, message, PER_DAY_MAX).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn confirm_email_change(
        &self,
        token: TokenHash,
        new: &NewReturn,
        seal: impl Fn(&str) -> Result<Vec<u8>, IdentityError>,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let mut transaction = self.begin().await?;
        let query = "SELECT owner, email FROM email_changes WHERE token = $1 AND $2 < expires_ns";
        let (user, email) = find(&mut transaction, query, token, at).await?;
        let former = replace(&mut transaction, user, &email).await?;
        sqlx::query(
            "INSERT INTO email_returns (token, owner, email, expires_ns) VALUES ($1, $2, $3, $4)",
        )
        .bind(new.token.bytes())
        .bind(user.0.cast_signed())
        .bind(&former)
        .bind(new.expires_at.nanos())
        .execute(&mut *transaction)
        .await?;
        let message = (former.as_str(), Subject::EmailChanged);
        tell(&mut transaction, message, &seal, at).await?;
        end(&mut transaction, user, Subject::EmailChanged, at).await?;
        transaction.commit().await?;
        Ok(user)
    }

    pub(crate) async fn return_email(
        &self,
        token: TokenHash,
        seal: impl Fn(&str) -> Result<Vec<u8>, IdentityError>,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let mut transaction = self.begin().await?;
        let query = "SELECT owner, email FROM email_returns WHERE token = $1 AND $2 < expires_ns";
        let (user, email) = find(&mut transaction, query, token, at).await?;
        let left = replace(&mut transaction, user, &email).await?;
        // Whoever had changed it more than once takes nothing back after this.
        sqlx::query("DELETE FROM email_returns WHERE owner = $1")
            .bind(user.0.cast_signed())
            .execute(&mut *transaction)
            .await?;
        for recipient in [email, left] {
            let message = (recipient.as_str(), Subject::EmailReturned);
            tell(&mut transaction, message, &seal, at).await?;
        }
        end(&mut transaction, user, Subject::EmailReturned, at).await?;
        transaction.commit().await?;
        Ok(user)
    }

    pub(crate) async fn forget_email_changes(&self, at: Timestamp) -> Result<(), IdentityError> {
        for statement in [
            "DELETE FROM email_changes WHERE expires_ns <= $1",
            "DELETE FROM email_returns WHERE expires_ns <= $1",
        ] {
            self.write(sqlx::query(statement).bind(at.nanos())).await?;
        }
        Ok(())
    }
}

/// Forgets the addresses that a user wants: somebody has just shown to be the user.
pub(super) async fn forget(transaction: &mut Writing, user: OwnerId) -> Result<(), IdentityError> {
    sqlx::query("DELETE FROM email_changes WHERE owner = $1")
        .bind(user.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn find(
    transaction: &mut Writing,
    query: &'static str,
    token: TokenHash,
    at: Timestamp,
) -> Result<(OwnerId, String), IdentityError> {
    let row = sqlx::query(query)
        .bind(token.bytes())
        .bind(at.nanos())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(IdentityError::TokenRefused)?;
    let user: i64 = row.try_get(0)?;
    Ok((OwnerId(user.cast_unsigned()), row.try_get(1)?))
}

/// Gives a user another address, and returns the former one. Tokens that went there are worth nothing any more.
async fn replace(
    transaction: &mut Writing,
    user: OwnerId,
    email: &str,
) -> Result<String, IdentityError> {
    let former = recovery::email_of(transaction, user).await?;
    let taken: i64 = sqlx::query("SELECT COUNT(*) FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(&mut **transaction)
        .await?
        .try_get(0)?;
    if taken != 0 {
        return Err(IdentityError::TokenRefused);
    }
    // Who registered is called by the address.
    sqlx::query(
        "UPDATE users SET email = $1, name = CASE WHEN name = email THEN $2 ELSE name END
         WHERE id = $3",
    )
    .bind(email)
    .bind(email)
    .bind(user.0.cast_signed())
    .execute(&mut **transaction)
    .await?;
    sqlx::query("DELETE FROM resets WHERE owner = $1")
        .bind(user.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    forget(transaction, user).await?;
    Ok(former)
}

/// Of what has happened an address is always told.
async fn tell(
    transaction: &mut Writing,
    (recipient, subject): (&str, Subject),
    seal: impl Fn(&str) -> Result<Vec<u8>, IdentityError>,
    at: Timestamp,
) -> Result<(), IdentityError> {
    let message = NewMessage {
        recipient,
        subject,
        content: &seal(recipient)?,
        created_at: at,
    };
    outbox::add(transaction, &message, i64::MAX).await
}

/// Ends the logins of the user, also those that a restart finds, and holds payouts.
async fn end(
    transaction: &mut Writing,
    user: OwnerId,
    subject: Subject,
    at: Timestamp,
) -> Result<(), IdentityError> {
    if mutant::plant!("email-change-without-hold", false, true) {
        hold::begin(transaction, user, at).await?;
    }
    sqlx::query("UPDATE passwords SET changed_ns = $1 WHERE owner = $2")
        .bind(at.nanos())
        .bind(user.0.cast_signed())
        .execute(&mut **transaction)
        .await?;
    tell_security(transaction, user, subject, at).await
}
