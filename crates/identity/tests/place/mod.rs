//! The database of a test: a file in the folder of the test or, where `BOURSE_TEST_POSTGRES` names a server, one there.
//!
//! `cargo xtask postgres` starts such a server, and forgets it with all databases.
//! Other test crates take this file in with `#[path]`; not every one uses all of it.
#![allow(dead_code)]

mod database;

use std::collections::BTreeMap;
use std::path::Path;

use identity::database::DatabaseAddress;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe, Executor, Row};

/// The URL of a server without a database, by a user who may make some.
pub fn server() -> Option<String> {
    database::server()
}

/// The address of the database of a folder, as text.
pub fn url(folder: &Path) -> String {
    database::url(folder)
}

/// The database of a folder, made at its first use.
pub async fn address(folder: &Path) -> DatabaseAddress {
    database::make(folder).await;
    match server() {
        Some(_) => DatabaseAddress::parse(&url(folder)).expect("understood"),
        None => DatabaseAddress::file(&folder.join("identity.sqlite")),
    }
}

/// Connections that may do everything, past the crate.
pub async fn raw(folder: &Path) -> AnyPool {
    database::make(folder).await;
    let pool = AnyPoolOptions::new().max_connections(1);
    pool.connect(&url(folder)).await.expect("opens")
}

/// All that is stored, as bytes.
pub async fn stored(folder: &Path) -> Vec<u8> {
    if server().is_none() {
        return std::fs::read(folder.join("identity.sqlite")).expect("readable");
    }
    let pool = raw(folder).await;
    let tables = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'";
    let tables = sqlx::query(tables).fetch_all(&pool).await.expect("listed");
    let escape = pool.execute("SET bytea_output = 'escape'").await;
    escape.expect("set");
    let mut bytes = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let query = format!("SELECT CAST({table} AS TEXT) FROM {table}");
        let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(&pool).await;
        for row in rows.expect("read") {
            bytes.extend_from_slice(row.get::<String, _>(0).as_bytes());
        }
    }
    pool.close().await;
    bytes
}

/// Every table with the texts of its rows, in some order that stays.
pub async fn rows(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let pool = raw(folder).await;
    let tables = match server() {
        Some(_) => "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'",
        None => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let tables = sqlx::query(tables).fetch_all(&pool).await.expect("listed");
    let mut all = BTreeMap::new();
    for table in tables {
        let table: String = table.get(0);
        let text = match server() {
            Some(_) => format!("CAST({table} AS TEXT)"),
            None => row_text(&pool, &table).await,
        };
        let query = format!("SELECT {text} FROM {table} ORDER BY 1");
        let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(&pool).await;
        let rows = rows.expect("read");
        all.insert(table, rows.iter().map(|row| row.get(0)).collect());
    }
    pool.close().await;
    all
}

/// An expression that writes down a row of a table of SQLite.
async fn row_text(pool: &AnyPool, table: &str) -> String {
    let query = format!("SELECT name FROM pragma_table_info('{table}')");
    let columns = sqlx::query(AssertSqlSafe(query)).fetch_all(pool).await;
    let columns = columns.expect("listed");
    let quoted = columns
        .iter()
        .map(|row| format!("quote(\"{}\")", row.get::<String, _>(0)));
    quoted.collect::<Vec<String>>().join(" || ' ' || ")
}

/// Says that the tables are of a version.
pub async fn set_version(folder: &Path, version: i64) {
    let statement = match server() {
        Some(_) => format!("UPDATE schema_version SET version = {version}"),
        None => format!("PRAGMA user_version = {version}"),
    };
    let pool = raw(folder).await;
    let set = pool.execute(AssertSqlSafe(statement)).await;
    set.expect("set");
    pool.close().await;
}
