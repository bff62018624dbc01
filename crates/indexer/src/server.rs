//! The history in a database of PostgreSQL: a schema of its own, so that others may use the same database.
//!
//! Whoever writes holds a lock that is of the very connection it writes with: when that is lost, so is the lock, and
//! nothing can be written without it.

use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection as _, Executor, PgConnection, Row};
use tokio::time::{sleep, timeout};

use crate::error::HistoryError;
use crate::place::Server;

/// How long a server that is away is waited for.
const SERVER_WAIT: Duration = Duration::from_secs(3);
/// The writer before this one may still be ending.
const ATTEMPTS_MAX: u32 = 10;
const ATTEMPT_PAUSE: Duration = Duration::from_millis(200);

/// Each statement finds its rows by a key. Where a table has just been made, the server knows nothing of its size and
/// would walk through it, and go on to do so while it grows. Where there is no key, as in a table of one row, it takes
/// the walk for so dear that it would compile the statement first.
const KEYS_ONLY: &str = "
    SET search_path = history;
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET jit = off;
";
/// What a power loss takes from the end is folded again, as long as it takes rows and position together, which an
/// asynchronous commit does. Statements by key need no plan for each set of values. The server notices within 20 s that
/// the writer's machine is gone.
const WRITER: &str = "
    SET synchronous_commit = off;
    SET plan_cache_mode = force_generic_plan;
    SET lock_timeout = '10s';
    SET statement_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s';
    SET tcp_keepalives_idle = 5;
    SET tcp_keepalives_interval = 5;
    SET tcp_keepalives_count = 3;
";
const READER: &str = "
    SET default_transaction_read_only = on;
    SET statement_timeout = '10s';
";
/// The numbers of `identity` are 1 and 2: both may use one database.
const LOCK: &str = "SELECT pg_try_advisory_lock(1651471730, 3)";

/// Returns connections that read, made as they are needed.
pub async fn readers(server: &Server, connections_max: u32) -> Result<PgPool, HistoryError> {
    // A pool that finds nobody says only that it waited; a connection says why.
    drop(connect(server, READER).await?);
    let pool = PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(SERVER_WAIT)
        .after_release(|connection, _| Box::pin(is_alive(connection)))
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(KEYS_ONLY).await?;
                connection.execute(READER).await?;
                Ok(())
            })
        });
    Ok(pool.connect_lazy_with(server.options.as_ref().clone()))
}

/// Returns whether a connection still answers: one that a network has swallowed is given up, and its place with it.
async fn is_alive(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let answered = timeout(SERVER_WAIT, connection.ping()).await;
    answered
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
        .map(|()| true)
}

/// Returns the one connection that writes.
///
/// # Errors
/// Another process has it, or the server is away.
pub async fn writer(server: &Server) -> Result<PgConnection, HistoryError> {
    let mut connection = connect(server, WRITER).await?;
    for _ in 0..ATTEMPTS_MAX {
        let row = connection.fetch_one(LOCK).await?;
        if row.try_get(0)? {
            return Ok(connection);
        }
        sleep(ATTEMPT_PAUSE).await;
    }
    Err(HistoryError::Taken)
}

async fn connect(server: &Server, session: &'static str) -> Result<PgConnection, HistoryError> {
    let connecting = async {
        let mut connection = server.options.connect().await?;
        connection.execute(KEYS_ONLY).await?;
        connection.execute(session).await?;
        Ok(connection)
    };
    let connected = timeout(SERVER_WAIT, connecting).await;
    let connected = connected.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    connected.map_err(|source| HistoryError::Away { source })
}

/// Returns the tables of SQLite's strict dialect as PostgreSQL makes them.
pub fn tables(schema: &str) -> String {
    schema
        .replace("INTEGER", "BIGINT")
        .replace("BLOB", "BYTEA")
        .replace(") STRICT, WITHOUT ROWID", ")")
        .replace(") STRICT", ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_told_in_the_words_of_postgresql() {
        let table = "a INTEGER, b BLOB, c TEXT ) STRICT; d INTEGER ) STRICT, WITHOUT ROWID;";
        let expected = "a BIGINT, b BYTEA, c TEXT ); d BIGINT );";
        assert_eq!(tables(table), expected);
    }
}
