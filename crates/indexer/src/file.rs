//! The history as a file of SQLite.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqliteConnection};

use crate::error::HistoryError;

/// The write-ahead log and the shared memory of SQLite lie beside the file.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// How much of the file the writer keeps in memory, in KiB: rows go to their accounts, which lie all over it. With
/// SQLite's own 2 MB most pages of a batch are read, written and read again.
const CACHE_KIB: u32 = 64 * 1024;
/// How many pages of 4 KiB the write-ahead log has before they go into the file: those of a few batches, so that one
/// which many of them change is written once.
const LOG_PAGES: u32 = 16 * 1024;

/// A commit is not synced: what a power loss takes from the end is folded again.
fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
}

/// Returns connections that read a file which is there.
pub async fn readers(path: &Path, connections_max: u32) -> Result<SqlitePool, HistoryError> {
    let pool = SqlitePoolOptions::new().max_connections(connections_max);
    Ok(pool.connect_with(options(path).read_only(true)).await?)
}

/// Returns a connection that writes; the file is created when it is missing.
pub async fn writer(path: &Path) -> Result<SqliteConnection, HistoryError> {
    create_private(path)?;
    let options = options(path)
        .create_if_missing(true)
        .pragma("cache_size", format!("-{CACHE_KIB}"))
        .pragma("wal_autocheckpoint", LOG_PAGES.to_string());
    Ok(options.connect().await?)
}

/// Removes the file and what lies beside it; a missing one is no error.
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
