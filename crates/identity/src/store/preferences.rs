//! Preferences of users.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::preferences::{ALL_BYTES_MAX, Expected, NAMES_MAX, Preference};
use crate::store::{DatabaseRow, Store, Writing};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS preferences (
        owner       INTEGER NOT NULL REFERENCES users (id),
        name        TEXT NOT NULL,
        value       TEXT NOT NULL,
        version     INTEGER NOT NULL,
        changed_ns  INTEGER NOT NULL,
        PRIMARY KEY (owner, name)
    ) STRICT;
";

impl Store {
    pub(crate) async fn owner_of(
        &self,
        account: AccountId,
    ) -> Result<Option<OwnerId>, IdentityError> {
        let row = sqlx::query("SELECT owner FROM accounts WHERE account = $1")
            .bind(i64::from(account.0))
            .fetch_optional(&self.pool)
            .await?;
        let owner: Option<i64> = row.map(|row| row.try_get(0)).transpose()?;
        Ok(owner.map(|owner| OwnerId(owner.cast_unsigned())))
    }

    pub(crate) async fn preferences(
        &self,
        user: OwnerId,
        name: Option<&str>,
    ) -> Result<Vec<Preference>, IdentityError> {
        let rows = sqlx::query(
            "SELECT name, value, version, changed_ns FROM preferences
             WHERE owner = $1 AND (name = $2 OR $3 = 1) ORDER BY name",
        )
        .bind(user.0.cast_signed())
        .bind(name.unwrap_or(""))
        .bind(i64::from(name.is_none()))
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &DatabaseRow| {
            Ok(Preference {
                name: row.try_get(0)?,
                value: row.try_get(1)?,
                version: row.try_get(2)?,
                changed_at: Timestamp::from_nanos(row.try_get(3)?),
            })
        };
        rows.iter().map(read).collect()
    }

    pub(crate) async fn set_preference(
        &self,
        user: OwnerId,
        (name, value): (&str, &str),
        expected: Expected,
        at: Timestamp,
    ) -> Result<i64, IdentityError> {
        let mut transaction = self.begin().await?;
        let found = version(&mut transaction, user, name).await?;
        check(expected, found)?;
        check_room(&mut transaction, user, (name, value)).await?;
        // A time, so that a document that is forgotten and made again has another version.
        let version = at.millis().max(found + 1);
        sqlx::query(
            "INSERT INTO preferences (owner, name, value, version, changed_ns)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (owner, name) DO UPDATE SET value = excluded.value,
                 version = excluded.version, changed_ns = excluded.changed_ns",
        )
        .bind(user.0.cast_signed())
        .bind(name)
        .bind(value)
        .bind(version)
        .bind(at.nanos())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(version)
    }

    pub(crate) async fn remove_preference(
        &self,
        user: OwnerId,
        name: &str,
        expected: Expected,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let found = version(&mut transaction, user, name).await?;
        check(expected, found)?;
        sqlx::query("DELETE FROM preferences WHERE owner = $1 AND name = $2")
            .bind(user.0.cast_signed())
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Returns the version of a document, 0 without one.
async fn version(
    transaction: &mut Writing,
    user: OwnerId,
    name: &str,
) -> Result<i64, IdentityError> {
    let row = sqlx::query("SELECT version FROM preferences WHERE owner = $1 AND name = $2")
        .bind(user.0.cast_signed())
        .bind(name)
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0))
}

fn check(expected: Expected, found: i64) -> Result<(), IdentityError> {
    let is_expected = match expected {
        Expected::Anything => true,
        Expected::Version(version) => mutant::plant!("version-unchecked", true, version == found),
    };
    if is_expected {
        Ok(())
    } else {
        Err(IdentityError::PreferenceConflict { found })
    }
}

/// Checks that a document fits beside the others.
async fn check_room(
    transaction: &mut Writing,
    user: OwnerId,
    (name, value): (&str, &str),
) -> Result<(), IdentityError> {
    let row = sqlx::query(
        "SELECT COUNT(*), CAST(COALESCE(SUM(OCTET_LENGTH(name) + OCTET_LENGTH(value)), 0) AS BIGINT)
         FROM preferences WHERE owner = $1 AND name <> $2",
    )
    .bind(user.0.cast_signed())
    .bind(name)
    .fetch_one(&mut **transaction)
    .await?;
    let (names, bytes): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let own_bytes = (name.len() + value.len()) as i64;
    if NAMES_MAX as i64 <= names || (ALL_BYTES_MAX as i64) < bytes + own_bytes {
        return Err(IdentityError::PreferencesFull);
    }
    Ok(())
}
