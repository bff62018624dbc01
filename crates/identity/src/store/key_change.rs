//! What users set of their keys beside what those were made with.

use model::id::{KeyId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::key_change::{KeyBounds, KeyChange};
use crate::outbox::{Notice, Subject};
use crate::store::outbox::tell;
use crate::store::{DatabaseRow, Store};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS key_bounds (
        key                     INTEGER PRIMARY KEY REFERENCES api_keys (id),
        ends_ns                 INTEGER NOT NULL,
        weight_per_minute       INTEGER,
        orders_per_ten_seconds  INTEGER
    ) STRICT;
";

impl Store {
    pub(crate) async fn change_key(
        &self,
        key: KeyId,
        change: &KeyChange,
        (user, subject, notice): (OwnerId, Subject, &Notice),
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let id = key.0.cast_signed();
        let changed = sqlx::query(
            "UPDATE api_keys SET label = $1, addresses = $2 WHERE id = $3 AND revoked_ns IS NULL",
        )
        .bind(&change.label)
        .bind(change.addresses.text())
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(IdentityError::KeyUnknown);
        }
        let bounds = &change.bounds;
        sqlx::query(
            "INSERT INTO key_bounds (key, ends_ns, weight_per_minute, orders_per_ten_seconds)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET ends_ns = excluded.ends_ns,
                 weight_per_minute = excluded.weight_per_minute,
                 orders_per_ten_seconds = excluded.orders_per_ten_seconds",
        )
        .bind(id)
        .bind(bounds.ends_at.nanos())
        .bind(bounds.weight_per_minute.map(i64::from))
        .bind(bounds.orders_per_ten_seconds.map(i64::from))
        .execute(&mut *transaction)
        .await?;
        tell(&mut transaction, user, subject, notice, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Reads end and limits from the column on; `None` when one of them is damaged.
pub(super) fn read(row: &DatabaseRow, column: usize) -> Result<Option<KeyBounds>, IdentityError> {
    let Some(ends_ns) = row.try_get::<Option<i64>, _>(column)? else {
        return Ok(Some(KeyBounds::NONE));
    };
    let limit = |column: usize| -> Result<Option<Option<u32>>, IdentityError> {
        let number: Option<i64> = row.try_get(column)?;
        Ok(number.map(u32::try_from).transpose().ok())
    };
    let limits = limit(column + 1)?.zip(limit(column + 2)?);
    Ok(limits.map(|(weight, orders)| KeyBounds {
        ends_at: Timestamp::from_nanos(ends_ns),
        weight_per_minute: weight,
        orders_per_ten_seconds: orders,
    }))
}
