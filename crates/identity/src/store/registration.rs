//! Registrations, passwords, and whose the accounts are.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::store::outbox::{self, NewMessage, PER_DAY_MAX};
use crate::store::{Connection, Store};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS registrations (
        token       BLOB PRIMARY KEY,
        email       TEXT NOT NULL,
        password    TEXT NOT NULL,
        expires_ns  INTEGER NOT NULL,
        owner        INTEGER REFERENCES users (id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS registrations_by_email ON registrations (email);
    CREATE TABLE IF NOT EXISTS passwords (
        owner        INTEGER PRIMARY KEY REFERENCES users (id),
        hash        TEXT NOT NULL,
        changed_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS accounts (
        account     INTEGER PRIMARY KEY,
        owner        INTEGER NOT NULL REFERENCES users (id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS accounts_by_user ON accounts (owner);
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
            "INSERT INTO registrations (token, email, password, expires_ns) VALUES ($1, $2, $3, $4)",
        )
        .bind(new.token.bytes())
        .bind(new.email)
        .bind(new.password)
        .bind(new.expires_at.nanos())
        .execute(&mut *transaction)
        .await?;
        let known: i64 = sqlx::query("SELECT COUNT(*) FROM users WHERE email = $1")
            .bind(new.email)
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        outbox::add(
            &mut transaction,
            &messages[usize::from(known == 1)],
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
            "SELECT email, password, owner FROM registrations WHERE token = $1 AND $2 < expires_ns",
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
        let user = self
            .insert_user(&mut transaction, (&email, &email), at)
            .await
            .map_err(|error| match error {
                IdentityError::EmailTaken => IdentityError::TokenRefused,
                error => error,
            })?;
        set_password(&mut transaction, user, &password, at).await?;
        // The row stays for whoever confirms twice; the password is in its table now.
        sqlx::query("UPDATE registrations SET owner = $1, password = '' WHERE token = $2")
            .bind(user.0.cast_signed())
            .bind(token.bytes())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM registrations WHERE email = $1 AND owner IS NULL")
            .bind(&email)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Gives a password to a user who has none.
    pub(crate) async fn give_password(
        &self,
        user: OwnerId,
        hash: &str,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(
            "INSERT INTO passwords (owner, hash, changed_ns) VALUES ($1, $2, $3)
             ON CONFLICT (owner) DO NOTHING",
        );
        let query = query.bind(user.0.cast_signed()).bind(hash);
        self.write(query.bind(at.nanos())).await?;
        Ok(())
    }

    pub(crate) async fn account_of(
        &self,
        user: OwnerId,
    ) -> Result<Option<AccountId>, IdentityError> {
        let row =
            sqlx::query("SELECT account FROM accounts WHERE owner = $1 ORDER BY account LIMIT 1")
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
        let query = sqlx::query(
            "INSERT INTO accounts (account, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        );
        self.write(query.bind(i64::from(account.0)).bind(user.0.cast_signed()))
            .await?;
        Ok(())
    }

    pub(crate) async fn forget_registrations(&self, at: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM registrations WHERE expires_ns <= $1");
        self.write(query.bind(at.nanos())).await?;
        Ok(())
    }
}

/// Ends the sessions of a user, also those that a restart finds.
pub(super) async fn end_sessions(
    connection: &mut Connection,
    user: OwnerId,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query("UPDATE passwords SET changed_ns = $1 WHERE owner = $2")
        .bind(at.nanos())
        .bind(user.0.cast_signed())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn set_password(
    connection: &mut Connection,
    user: OwnerId,
    hash: &str,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO passwords (owner, hash, changed_ns) VALUES ($1, $2, $3)
         ON CONFLICT (owner) DO UPDATE SET hash = excluded.hash, changed_ns = excluded.changed_ns",
    )
    .bind(user.0.cast_signed())
    .bind(hash)
    .bind(at.nanos())
    .execute(connection)
    .await?;
    Ok(())
}
