//! Listen keys, sealed.

use model::id::{AccountId, KeyId};
use model::time::Timestamp;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::store::{DatabaseRow, Store};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS listen_keys (
        key         INTEGER PRIMARY KEY REFERENCES api_keys (id),
        name        BLOB NOT NULL,
        expires_ns  INTEGER NOT NULL
    ) STRICT;
";

/// A listen key as it is stored.
pub(crate) struct Sealed {
    pub key: KeyId,
    pub account: AccountId,
    pub sealed: Vec<u8>,
    pub expires_at: Timestamp,
}

impl Store {
    pub(crate) async fn listen_keys(&self, at: Timestamp) -> Result<Vec<Sealed>, IdentityError> {
        let rows = sqlx::query(
            "SELECT listen_keys.key, account, name, expires_ns
             FROM listen_keys JOIN api_keys ON api_keys.id = listen_keys.key
             WHERE revoked_ns IS NULL AND $1 < expires_ns ORDER BY listen_keys.key",
        )
        .bind(at.nanos())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn keep_listen_key(
        &self,
        key: KeyId,
        sealed: &[u8],
        expires_at: Timestamp,
    ) -> Result<(), IdentityError> {
        let query = sqlx::query(
            "INSERT INTO listen_keys (key, name, expires_ns) VALUES ($1, $2, $3)
             ON CONFLICT (key) DO UPDATE SET name = excluded.name, expires_ns = excluded.expires_ns",
        );
        let query = query.bind(key.0.cast_signed()).bind(sealed);
        self.write(query.bind(expires_at.nanos())).await?;
        Ok(())
    }

    pub(crate) async fn forget_listen_key(&self, key: KeyId) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM listen_keys WHERE key = $1");
        self.write(query.bind(key.0.cast_signed())).await?;
        Ok(())
    }

    pub(crate) async fn forget_listen_keys(&self, at: Timestamp) -> Result<(), IdentityError> {
        let query = sqlx::query("DELETE FROM listen_keys WHERE expires_ns <= $1");
        self.write(query.bind(at.nanos())).await?;
        Ok(())
    }
}

fn read(row: &DatabaseRow) -> Result<Sealed, IdentityError> {
    let key: i64 = row.try_get(0)?;
    let account = u32::try_from(row.try_get::<i64, _>(1)?);
    let account = account.map_err(|_| IdentityError::RowDamaged { key })?;
    Ok(Sealed {
        key: KeyId(key.cast_unsigned()),
        account: AccountId(account),
        sealed: row.try_get(2)?,
        expires_at: Timestamp::from_nanos(row.try_get(3)?),
    })
}
