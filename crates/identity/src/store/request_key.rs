//! Keys that sign whole requests: those that are not in this table sign their parameters.

use model::id::KeyId;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::key::Signing;
use crate::store::{Connection, DatabaseRow};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS request_keys (
        key  INTEGER PRIMARY KEY REFERENCES api_keys (id)
    ) STRICT;
";

/// Notes what a new key signs, in the transaction that stores it.
pub(super) async fn add(
    connection: &mut Connection,
    key: KeyId,
    signing: Signing,
) -> Result<(), IdentityError> {
    if signing == Signing::Request {
        sqlx::query("INSERT INTO request_keys (key) VALUES ($1)")
            .bind(key.0.cast_signed())
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Reads whether a key stands in the table.
pub(super) fn read(row: &DatabaseRow, column: usize) -> Result<Signing, IdentityError> {
    Ok(match row.try_get::<i64, _>(column)? {
        0 => Signing::Parameters,
        _ => Signing::Request,
    })
}
