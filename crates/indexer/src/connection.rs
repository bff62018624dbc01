//! Connections to whichever database holds the history.

use core::future::Future;
use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, Connection as _, Executor};
use tokio::time::timeout;

use crate::error::HistoryError;
use crate::row::Row;
use crate::statement::Statement;

/// How long a server may be silent before its connection is taken for lost: beyond its own limits on a statement.
const READ_WAIT: Duration = Duration::from_secs(15);
const WRITE_WAIT: Duration = Duration::from_secs(75);

/// The connections of a reader.
#[derive(Clone, Debug)]
pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    /// Returns every row of the answer.
    ///
    /// # Errors
    /// The database's; so do all below.
    pub async fn fetch_all(&self, statement: Statement) -> Result<Vec<Row>, HistoryError> {
        match self {
            Pool::Sqlite(pool) => {
                let rows = statement.for_sqlite().fetch_all(pool).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Pool::Postgres(pool) => {
                let rows = statement.for_postgres().fetch_all(pool);
                let rows = within(READ_WAIT, rows).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Returns the only row of the answer, if it has one.
    pub async fn fetch_optional(&self, statement: Statement) -> Result<Option<Row>, HistoryError> {
        Ok(self.fetch_all(statement).await?.pop())
    }

    pub async fn close(&self) {
        match self {
            Pool::Sqlite(pool) => pool.close().await,
            // A server that is silent is not waited for.
            Pool::Postgres(pool) => {
                let _ = timeout(READ_WAIT, pool.close()).await;
            }
        }
    }
}

/// The connection of the writer. What it has begun and not committed is undone when it is dropped.
#[derive(Debug)]
pub enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Connection {
    /// Runs statements without parameters.
    ///
    /// # Errors
    /// The database's; so do all below.
    pub async fn run(&mut self, text: String) -> Result<(), HistoryError> {
        let text = AssertSqlSafe(text);
        match self {
            Connection::Sqlite(connection) => {
                connection.execute(text).await?;
            }
            Connection::Postgres(connection) => {
                within(WRITE_WAIT, connection.execute(text)).await?;
            }
        }
        Ok(())
    }

    /// Runs a statement and returns how many rows it changed.
    pub async fn execute(&mut self, statement: Statement) -> Result<u64, HistoryError> {
        match self {
            Connection::Sqlite(connection) => {
                let done = statement.for_sqlite().execute(connection).await?;
                Ok(done.rows_affected())
            }
            Connection::Postgres(connection) => {
                let done = statement.for_postgres().execute(connection);
                Ok(within(WRITE_WAIT, done).await?.rows_affected())
            }
        }
    }

    /// Returns every row of the answer.
    pub async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<Row>, HistoryError> {
        match self {
            Connection::Sqlite(connection) => {
                let rows = statement.for_sqlite().fetch_all(connection).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Connection::Postgres(connection) => {
                let rows = statement.for_postgres().fetch_all(connection);
                let rows = within(WRITE_WAIT, rows).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Returns the only row of the answer, if it has one.
    pub async fn fetch_optional(
        &mut self,
        statement: Statement,
    ) -> Result<Option<Row>, HistoryError> {
        Ok(self.fetch_all(statement).await?.pop())
    }

    pub async fn begin(&mut self) -> Result<(), HistoryError> {
        self.run("BEGIN".to_owned()).await
    }

    pub async fn commit(&mut self) -> Result<(), HistoryError> {
        self.run("COMMIT".to_owned()).await
    }

    /// Ends the connection; whether anybody hears of it changes nothing.
    pub async fn close(self) {
        let closing = async {
            match self {
                Connection::Sqlite(connection) => connection.close().await,
                Connection::Postgres(connection) => connection.close().await,
            }
        };
        let _ = timeout(READ_WAIT, closing).await;
    }
}

/// Waits for a server, but not for ever: a network may swallow a connection without an end.
async fn within<T>(
    wait: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, HistoryError> {
    match timeout(wait, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(HistoryError::Silent),
    }
}
