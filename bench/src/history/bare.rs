//! The finished rows of a history, put into equal tables with equal indexes as quickly as the database can.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::StreamExt;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

/// SQLite: one statement a table, from file to file.
pub async fn sqlite(from: &Path, to: &Path) -> Result<Duration> {
    let options = SqliteConnectOptions::new().filename(from);
    let mut source = options.connect().await?;
    let made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name";
    let made = source.fetch_all(made).await?;
    let named = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let named = source.fetch_all(named).await?;
    source.close().await?;
    let options = SqliteConnectOptions::new().filename(to);
    let options = options.create_if_missing(true);
    let options = options.journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let mut connection = options
        .synchronous(sqlx::sqlite::SqliteSynchronous::Normal)
        .connect()
        .await?;
    for row in &made {
        let text: String = row.get(0);
        connection.execute(AssertSqlSafe(text)).await?;
    }
    let attach = format!("ATTACH DATABASE '{}' AS folded", from.display());
    connection.execute(AssertSqlSafe(attach)).await?;
    let started = Instant::now();
    for row in &named {
        let table: String = row.get(0);
        let insert = format!("INSERT INTO main.{table} SELECT * FROM folded.{table}");
        connection.execute(AssertSqlSafe(insert)).await?;
    }
    let took = started.elapsed();
    connection.close().await?;
    Ok(took)
}

/// PostgreSQL: one COPY a table, out of memory.
pub async fn postgres(server: &PgConnectOptions) -> Result<Duration> {
    let mut connection = server.connect().await?;
    let names = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'history'";
    let names = connection.fetch_all(names).await?;
    connection
        .execute(
            "DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare; SET synchronous_commit = off",
        )
        .await?;
    let mut took = Duration::ZERO;
    for row in &names {
        let table: String = row.get(0);
        let make = format!("CREATE TABLE bare.{table} (LIKE history.{table} INCLUDING ALL)");
        connection.execute(AssertSqlSafe(make)).await?;
        let mut bytes = Vec::new();
        let out = format!("COPY history.{table} TO STDOUT");
        let mut rows = connection.copy_out_raw(&out).await?;
        while let Some(piece) = rows.next().await {
            bytes.extend_from_slice(&piece?);
        }
        drop(rows);
        let started = Instant::now();
        let into = format!("COPY bare.{table} FROM STDIN");
        let mut copy = connection.copy_in_raw(&into).await?;
        copy.send(bytes).await?;
        copy.finish().await?;
        took += started.elapsed();
    }
    connection.execute("DROP SCHEMA bare CASCADE").await?;
    connection.close().await?;
    Ok(took)
}
