//! The file of the history.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use model::id::Sequence;
use model::time::Timestamp;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Executor, Row};
use wire::binary::digest::Digest;

use crate::error::HistoryError;
use crate::position::Position;
use crate::tables::{SCHEMA, SCHEMA_VERSION};
use crate::trade_columns::damaged;

/// The write-ahead log and the shared memory of SQLite lie beside the file.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// Whether a connection may change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read { connections_max: u32 },
    Write,
}

/// Opens the file.
///
/// A commit is not synced: what a power loss takes from the end is folded again.
pub(crate) async fn connect(path: &Path, access: Access) -> Result<SqlitePool, HistoryError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let (options, connections_max) = match access {
        Access::Read { connections_max } => (options.read_only(true), connections_max),
        Access::Write => (options.create_if_missing(true), 1),
    };
    let pool = SqlitePoolOptions::new().max_connections(connections_max);
    Ok(pool.connect_with(options).await?)
}

/// Opens the file for the one writer, creating it and its tables when they are missing.
pub(crate) async fn create(path: &Path, cluster: u128) -> Result<SqlitePool, HistoryError> {
    create_private(path)?;
    let pool = connect(path, Access::Write).await?;
    let found = schema_version(&pool).await?;
    if found == SCHEMA_VERSION {
        return Ok(pool);
    }
    if found != 0 {
        pool.close().await;
        return Err(HistoryError::SchemaOther {
            found,
            known: SCHEMA_VERSION,
        });
    }
    let mut transaction = pool.begin().await?;
    transaction.execute(SCHEMA).await?;
    let start = Position::start(cluster);
    sqlx::query(
        "INSERT INTO position (id, cluster, sequence, at_ns, before, after)
         VALUES (1, ?, ?, ?, ?, ?)",
    )
    .bind(start.cluster.to_be_bytes().to_vec())
    .bind(start.sequence.0.cast_signed())
    .bind(start.at.nanos())
    .bind(start.before.0.to_vec())
    .bind(start.after.0.to_vec())
    .execute(&mut *transaction)
    .await?;
    let version = AssertSqlSafe(format!("PRAGMA user_version = {SCHEMA_VERSION}"));
    transaction.execute(version).await?;
    transaction.commit().await?;
    Ok(pool)
}

/// Returns the version of the tables, 0 in a file without any.
pub(crate) async fn schema_version(pool: &SqlitePool) -> Result<i64, HistoryError> {
    let row = sqlx::query("PRAGMA user_version").fetch_one(pool).await?;
    Ok(row.try_get(0)?)
}

pub(crate) async fn read_position(pool: &SqlitePool) -> Result<Position, HistoryError> {
    let row = sqlx::query("SELECT cluster, sequence, at_ns, before, after FROM position")
        .fetch_one(pool)
        .await?;
    let cluster: Vec<u8> = row.try_get(0)?;
    let cluster = cluster.try_into().map_err(|_| damaged("cluster"))?;
    let digest = |bytes: Vec<u8>, column| {
        let bytes = bytes.try_into().map_err(|_| damaged(column));
        bytes.map(Digest)
    };
    Ok(Position {
        cluster: u128::from_be_bytes(cluster),
        sequence: Sequence(row.try_get::<i64, _>(1)?.cast_unsigned()),
        at: Timestamp::from_nanos(row.try_get(2)?),
        before: digest(row.try_get(3)?, "before")?,
        after: digest(row.try_get(4)?, "after")?,
    })
}

/// Removes the history; a missing one is no error. Nobody may have it open for writing.
///
/// # Errors
/// The folder's.
pub fn remove(path: &Path) -> Result<(), HistoryError> {
    for suffix in SUFFIXES {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(file_error(path, error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Creates the file for its owner alone, before the database would create it for everybody.
fn create_private(path: &Path) -> Result<(), HistoryError> {
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    let opened = options.open(path);
    opened.map(drop).map_err(|error| file_error(path, error))
}

fn file_error(path: &Path, source: std::io::Error) -> HistoryError {
    HistoryError::File {
        path: path.display().to_string(),
        source,
    }
}
