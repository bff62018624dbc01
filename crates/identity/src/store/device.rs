//! Browsers and networks that users have signed in with.

use model::id::OwnerId;
use model::time::Timestamp;
use sqlx::Row;

use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::store::notification::tell_security;
use crate::store::outbox::{self, NewMessage};
use crate::store::{Connection, Store};

/// Of a user; the one that was not used for longest makes room.
const DEVICES_MAX: i64 = 50;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS devices (
        owner       INTEGER NOT NULL REFERENCES users (id),
        device      BLOB NOT NULL,
        used_ns     INTEGER NOT NULL,
        PRIMARY KEY (owner, device)
    ) STRICT;
";

/// A login, and what tells its user of it.
pub(crate) struct NewVisit<'a> {
    pub device: TokenHash,
    pub notice: NewMessage<'a>,
}

impl Store {
    /// Returns whether the user of an address has signed in with a device.
    pub(crate) async fn is_known_device(
        &self,
        email: &str,
        device: TokenHash,
    ) -> Result<bool, IdentityError> {
        let row = sqlx::query(
            "SELECT COUNT(*) FROM devices JOIN users ON users.id = devices.owner
             WHERE email = $1 AND device = $2",
        )
        .bind(email)
        .bind(device.bytes())
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get::<i64, _>(0)? != 0)
    }

    /// Remembers a device without a word.
    pub(crate) async fn note_device(
        &self,
        user: OwnerId,
        device: TokenHash,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        remember(&mut transaction, user, device, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Remembers with what a user signs in, and tells the user unless it is known or the first of all.
pub(super) async fn note(
    connection: &mut Connection,
    user: OwnerId,
    visit: &NewVisit<'_>,
) -> Result<(), IdentityError> {
    let number = user.0.cast_signed();
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM devices WHERE owner = $1),
                (SELECT COUNT(*) FROM devices WHERE owner = $2 AND device = $3)",
    )
    .bind(number)
    .bind(number)
    .bind(visit.device.bytes())
    .fetch_one(&mut *connection)
    .await?;
    let has_any = row.try_get::<i64, _>(0)? != 0;
    let is_known = row.try_get::<i64, _>(1)? != 0;
    remember(connection, user, visit.device, visit.notice.created_at).await?;
    if mutant::plant!("new-device-untold", false, has_any && !is_known) {
        let NewMessage {
            subject,
            created_at,
            ..
        } = visit.notice;
        outbox::add(connection, &visit.notice, i64::MAX).await?;
        tell_security(connection, user, subject, created_at).await?;
    }
    Ok(())
}

async fn remember(
    connection: &mut Connection,
    user: OwnerId,
    device: TokenHash,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO devices (owner, device, used_ns) VALUES ($1, $2, $3)
         ON CONFLICT (owner, device) DO UPDATE SET used_ns = excluded.used_ns",
    )
    .bind(user.0.cast_signed())
    .bind(device.bytes())
    .bind(at.nanos())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM devices WHERE owner = $1 AND device NOT IN
            (SELECT device FROM devices WHERE owner = $2 ORDER BY used_ns DESC, device LIMIT $3)",
    )
    .bind(user.0.cast_signed())
    .bind(user.0.cast_signed())
    .bind(DEVICES_MAX)
    .execute(connection)
    .await?;
    Ok(())
}
