//! Registrations, passwords, and whose the accounts are.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::{Row, SqliteConnection};

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::store::outbox::{self, NewMessage, PER_DAY_MAX};
use crate::store::{Store, insert_user};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS registrations (
        token       BLOB PRIMARY KEY,
        email       TEXT NOT NULL,
        password    TEXT NOT NULL,
        expires_ns  INTEGER NOT NULL,
        user        INTEGER REFERENCES users (id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS registrations_by_email ON registrations (email);
    CREATE TABLE IF NOT EXISTS passwords (
        user        INTEGER PRIMARY KEY REFERENCES users (id),
        hash        TEXT NOT NULL,
        changed_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS accounts (
        account     INTEGER PRIMARY KEY,
        user        INTEGER NOT NULL REFERENCES users (id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS accounts_by_user ON accounts (user);
";

/// A registration that is about to be stored.
pub(crate) struct NewRegistration<'a> {
    pub token: TokenHash,
    pub email: &'a str,
    pub password: &'a str,
    pub expires_at: Timestamp,
}

impl Store {
    /// Stores a registration and one message: the first for an address without a user, the second for any other.
    pub(crate) async fn register(
        &self,
        new: &NewRegistration<'_>,
        messages: &[NewMessage<'_>; 2],
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO registrations (token, email, password, expires_ns) VALUES (?, ?, ?, ?)",
        )
        .bind(new.token.bytes())
        .bind(new.email)
        .bind(new.password)
        .bind(new.expires_at.nanos())
        .execute(&mut *transaction)
        .await?;
        let is_known: bool = sqlx::query("SELECT EXISTS (SELECT 1 FROM users WHERE email = ?)")
            .bind(new.email)
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        outbox::add(
            &mut transaction,
            &messages[usize::from(is_known)],
            PER_DAY_MAX,
        )
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Makes a user of a registration that is none yet, and returns the user.
    pub(crate) async fn confirm(
        &self,
        token: TokenHash,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query(
            "SELECT email, password, user FROM registrations WHERE token = ? AND ? < expires_ns",
        )
        .bind(token.bytes())
        .bind(at.nanos())
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(IdentityError::TokenRefused)?;
        if let Some(user) = row.try_get::<Option<i64>, _>(2)? {
            return Ok(OwnerId(user.cast_unsigned()));
        }
        let (email, password): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let user = insert_user(&mut transaction, &email, &email, at)
            .await
            .map_err(|error| match error {
                IdentityError::EmailTaken => IdentityError::TokenRefused,
                error => error,
            })?;
        set_password(&mut transaction, user, &password, at).await?;
        // The row stays for whoever confirms twice; the password is in its table now.
        sqlx::query("UPDATE registrations SET user = ?, password = '' WHERE token = ?")
            .bind(user.0.cast_signed())
            .bind(token.bytes())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM registrations WHERE email = ? AND user IS NULL")
            .bind(&email)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(user)
    }

    pub(crate) async fn account_of(
        &self,
        user: OwnerId,
    ) -> Result<Option<AccountId>, IdentityError> {
        let row =
            sqlx::query("SELECT account FROM accounts WHERE user = ? ORDER BY account LIMIT 1")
                .bind(user.0.cast_signed())
                .fetch_optional(&self.pool)
                .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let number: i64 = row.try_get(0)?;
        let account = u32::try_from(number);
        let account = account.map_err(|_| IdentityError::AccountDamaged { account: number })?;
        Ok(Some(AccountId(account)))
    }

    pub(crate) async fn note_account(
        &self,
        user: OwnerId,
        account: AccountId,
    ) -> Result<(), IdentityError> {
        sqlx::query("INSERT OR IGNORE INTO accounts (account, user) VALUES (?, ?)")
            .bind(i64::from(account.0))
            .bind(user.0.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(crate) async fn forget_registrations(&self, at: Timestamp) -> Result<(), IdentityError> {
        sqlx::query("DELETE FROM registrations WHERE expires_ns <= ?")
            .bind(at.nanos())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

pub(super) async fn set_password(
    connection: &mut SqliteConnection,
    user: OwnerId,
    hash: &str,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO passwords (user, hash, changed_ns) VALUES (?, ?, ?)
         ON CONFLICT (user) DO UPDATE SET hash = excluded.hash, changed_ns = excluded.changed_ns",
    )
    .bind(user.0.cast_signed())
    .bind(hash)
    .bind(at.nanos())
    .execute(connection)
    .await?;
    Ok(())
}
