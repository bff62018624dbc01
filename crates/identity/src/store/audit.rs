//! The rows of the audit log.

use model::time::Timestamp;
use sqlx::{AnyPool, Row as _};

use crate::audit::{AuditError, Entry, Follower, Head, Row, START};
use crate::database::DatabaseAddress;
use crate::identity::IdentityError;
use crate::store::{Connection, DatabaseRow, Store, dialect};

/// Rows that `verify` reads at a time.
const BATCH_ROWS: i64 = 10_000;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS audit_log (
        number      INTEGER PRIMARY KEY,
        at_ns       INTEGER NOT NULL,
        actor_kind  INTEGER NOT NULL,
        actor       INTEGER NOT NULL,
        act         TEXT NOT NULL,
        subject     TEXT NOT NULL,
        detail      TEXT NOT NULL,
        address     TEXT NOT NULL,
        hash        BLOB NOT NULL
    ) STRICT;
";

const COLUMNS: &str = "number, at_ns, actor_kind, actor, act, subject, detail, address, hash";

/// Appends a row within a transaction that writes: two at a time would take the same number, and one of them fails.
pub(crate) async fn append(
    connection: &mut Connection,
    entry: &Entry<'_>,
) -> Result<(), IdentityError> {
    let head = head(connection).await?;
    let (actor_kind, actor) = entry.actor.code();
    let mut row = Row {
        number: head.rows.cast_signed() + 1,
        at: entry.at,
        actor_kind,
        actor,
        act: entry.act.to_owned(),
        subject: entry.subject.clone(),
        detail: entry.detail.clone(),
        address: entry
            .address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        hash: START,
    };
    row.hash = row.chained(&head.hash);
    sqlx::query(
        "INSERT INTO audit_log
            (number, at_ns, actor_kind, actor, act, subject, detail, address, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(row.number)
    .bind(row.at.nanos())
    .bind(row.actor_kind)
    .bind(row.actor)
    .bind(row.act)
    .bind(row.subject)
    .bind(row.detail)
    .bind(row.address)
    .bind(row.hash.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

async fn head(connection: &mut Connection) -> Result<Head, IdentityError> {
    let row = sqlx::query("SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok(Head {
            rows: 0,
            hash: START,
        });
    };
    let number: i64 = row.try_get(0)?;
    let hash: &[u8] = row.try_get(1)?;
    let hash = hash.try_into();
    Ok(Head {
        rows: number.cast_unsigned(),
        hash: hash.map_err(|_| IdentityError::AuditDamaged { number })?,
    })
}

fn read(row: &DatabaseRow) -> Result<Row, IdentityError> {
    let number = row.try_get(0)?;
    let hash: &[u8] = row.try_get(8)?;
    let hash = hash.try_into();
    Ok(Row {
        number,
        at: Timestamp::from_nanos(row.try_get(1)?),
        actor_kind: row.try_get(2)?,
        actor: row.try_get(3)?,
        act: row.try_get(4)?,
        subject: row.try_get(5)?,
        detail: row.try_get(6)?,
        address: row.try_get(7)?,
        hash: hash.map_err(|_| IdentityError::AuditDamaged { number })?,
    })
}

async fn rows(pool: &AnyPool, after: i64, count_max: i64) -> Result<Vec<Row>, IdentityError> {
    let text =
        format!("SELECT {COLUMNS} FROM audit_log WHERE $1 < number ORDER BY number LIMIT $2");
    let found = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(after)
        .bind(count_max)
        .fetch_all(pool)
        .await?;
    found.iter().map(read).collect()
}

impl Store {
    pub(crate) async fn note(&self, entry: &Entry<'_>) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        append(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn note_all(&self, entries: &[Entry<'_>]) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        for entry in entries {
            append(&mut transaction, entry).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn audit_rows(
        &self,
        after: i64,
        count_max: u32,
    ) -> Result<Vec<Row>, IdentityError> {
        rows(&self.pool, after, i64::from(count_max)).await
    }

    pub(crate) async fn audit_head(&self) -> Result<Head, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        head(&mut connection).await
    }
}

/// Follows the chain from its first row; reads only.
pub(crate) async fn verify(
    address: &DatabaseAddress,
    anchor: Option<Head>,
) -> Result<Head, AuditError> {
    let pool = dialect::pool(address).await?;
    let mut follower = Follower::new(anchor);
    let mut last = i64::MIN;
    loop {
        let batch = match rows(&pool, last, BATCH_ROWS).await {
            // A database that no version with an audit log has opened yet.
            Err(IdentityError::Database(error)) if is_table_missing(&error) => Vec::new(),
            batch => batch?,
        };
        let Some(end) = batch.last() else {
            break;
        };
        last = end.number;
        for row in &batch {
            follower.take(row)?;
        }
    }
    pool.close().await;
    follower.end()
}

/// Returns whether a table is missing: no version that has it has opened the database yet.
pub(super) fn is_table_missing(error: &sqlx::Error) -> bool {
    let refused = error.as_database_error();
    refused.is_some_and(|refused| {
        ["no such table", "does not exist"]
            .iter()
            .any(|words| refused.message().contains(words))
    })
}
