//! Failures to sign in, and what is known of sessions beside their keys.

use std::net::IpAddr;

use model::id::{AccountId, KeyId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::login::{Attempt, FAILURES_MAX, Login, NewLogin, REST_SECONDS, wait_seconds};
use crate::password::PasswordHash;
use crate::store::{Connection, DatabaseRow, Store, read_count};
use crate::totp::Factor;
use crate::user::Standing;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS login_failures (
        subject     BLOB PRIMARY KEY,
        failures    INTEGER NOT NULL,
        last_ns     INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS logins (
        key         INTEGER PRIMARY KEY REFERENCES api_keys (id),
        owner        INTEGER NOT NULL REFERENCES users (id),
        agent       TEXT NOT NULL,
        address     TEXT NOT NULL
    ) STRICT;
";

impl Store {
    /// Counts an attempt as a failure, unless it comes too early.
    pub(crate) async fn begin_attempt(
        &self,
        subject: TokenHash,
        at: Timestamp,
    ) -> Result<Attempt, IdentityError> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query("SELECT failures, last_ns FROM login_failures WHERE subject = $1")
            .bind(subject.bytes())
            .fetch_optional(&mut *transaction)
            .await?;
        let (mut failures, last) = match row {
            Some(row) => (read_count(&row, 0)?, Timestamp::from_nanos(row.try_get(1)?)),
            None => (0, Timestamp::ZERO),
        };
        let wait = wait_seconds(failures);
        let until = last.plus_nanos(wait * NANOS_PER_SECOND);
        // Of two requests at the same time the earlier may come second.
        if 0 < wait && at < until {
            let left = until.nanos() - at.nanos();
            let seconds = (left + NANOS_PER_SECOND - 1).div_euclid(NANOS_PER_SECOND);
            return Ok(Attempt::Wait { seconds });
        }
        if FAILURES_MAX <= failures {
            failures = 0;
        }
        sqlx::query(
            "INSERT INTO login_failures (subject, failures, last_ns) VALUES ($1, $2, $3)
             ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_ns = excluded.last_ns",
        )
        .bind(subject.bytes())
        .bind(i64::from(failures) + 1)
        .bind(at.max(last).nanos())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Attempt::Begun)
    }

    pub(crate) async fn forget_failures(&self, subject: TokenHash) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM login_failures WHERE subject = $1");
        self.write(query.bind(subject.bytes())).await?;
        Ok(())
    }

    /// Forgets the failures of those who have rested long enough, however many they were.
    pub(crate) async fn forget_old_failures(&self, at: Timestamp) -> Result<(), IdentityError> {
        let until = at.plus_nanos(-REST_SECONDS * NANOS_PER_SECOND);
        let query = sqlx::query("DELETE FROM login_failures WHERE last_ns <= $1");
        self.write(query.bind(until.nanos())).await?;
        Ok(())
    }

    pub(crate) async fn standing(
        &self,
        user: OwnerId,
        account: Option<AccountId>,
        subject: TokenHash,
    ) -> Result<Standing, IdentityError> {
        let number = user.0.cast_signed();
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM passwords WHERE owner = $1),
                    (SELECT COUNT(*) FROM factors WHERE owner = $2 AND is_confirmed = 1),
                    (SELECT COUNT(*) FROM recovery_codes WHERE owner = $3),
                    COALESCE((SELECT failures FROM login_failures WHERE subject = $4), 0)",
        )
        .bind(number)
        .bind(number)
        .bind(number)
        .bind(subject.bytes())
        .fetch_one(&self.pool)
        .await?;
        Ok(Standing {
            account,
            has_password: row.try_get::<i64, _>(0)? == 1,
            has_factor: row.try_get::<i64, _>(1)? == 1,
            recovery_codes: read_count(&row, 2)?,
            failures: read_count(&row, 3)?,
        })
    }

    pub(crate) async fn password_of(
        &self,
        email: &str,
    ) -> Result<Option<(OwnerId, PasswordHash)>, IdentityError> {
        let row = sqlx::query(
            "SELECT owner, hash FROM passwords JOIN users ON users.id = owner WHERE email = $1",
        )
        .bind(email)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let user: i64 = row.try_get(0)?;
        let hash = PasswordHash::parse(row.try_get(1)?);
        let hash = hash.ok_or(IdentityError::PasswordDamaged { user })?;
        Ok(Some((OwnerId(user.cast_unsigned()), hash)))
    }
}

pub(super) async fn add(
    connection: &mut Connection,
    key: KeyId,
    new: &NewLogin,
) -> Result<(), IdentityError> {
    let login = &new.login;
    let passkey = match new.factor {
        Factor::Passkey { id } => Some(id),
        Factor::Absent | Factor::Shown => None,
    };
    let added = sqlx::query(
        "INSERT INTO logins (key, owner, agent, address)
         SELECT $1, owner, $2, $3 FROM passwords WHERE owner = $4 AND hash = $5 AND
            ($6 = 1 OR NOT EXISTS (SELECT 1 FROM factors WHERE factors.owner = passwords.owner
                              AND is_confirmed = 1)) AND
            ($7 = 1 OR EXISTS (SELECT 1 FROM passkeys WHERE passkeys.owner = passwords.owner
                               AND id = $8)) AND
            ($9 = 1 OR EXISTS (SELECT 1 FROM login_rules
                               WHERE login_rules.owner = passwords.owner
                                 AND no_password_alone = 0)
                    OR NOT EXISTS (SELECT 1 FROM passkeys
                                   WHERE passkeys.owner = passwords.owner))",
    )
    .bind(key.0.cast_signed())
    .bind(&login.agent)
    .bind(login.address.to_string())
    .bind(login.user.0.cast_signed())
    .bind(new.password.text())
    .bind(i64::from(new.factor != Factor::Absent))
    .bind(i64::from(passkey.is_none()))
    .bind(passkey.unwrap_or(0).cast_signed())
    .bind(i64::from(new.factor != Factor::Absent))
    .execute(connection)
    .await?;
    match added.rows_affected() {
        0 => Err(IdentityError::PasswordStale),
        _ => Ok(()),
    }
}

/// Reads user, agent and address from the column on; `None` for a key that nobody signed in with.
pub(super) fn read(row: &DatabaseRow, column: usize) -> Result<Option<Login>, IdentityError> {
    let Some(user) = row.try_get::<Option<i64>, _>(column)? else {
        return Ok(None);
    };
    let address: &str = row.try_get(column + 2)?;
    let damaged = |_| IdentityError::LoginDamaged { user };
    let address: IpAddr = address.parse().map_err(damaged)?;
    Ok(Some(Login {
        user: OwnerId(user.cast_unsigned()),
        agent: row.try_get(column + 1)?,
        address,
    }))
}
