//! The history of a test: a file in the folder of the test or, where `BOURSE_TEST_POSTGRES` names a server, a database
//! there.
//!
//! `cargo xtask postgres` starts such a server, and forgets it with all databases.
//! Other test crates take this file in with `#[path]`; not every one uses all of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::str::FromStr;

use indexer::place::Place;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, PgConnection};

/// The URL of a server without a database, by a user who may make some.
pub fn server() -> Option<String> {
    std::env::var("BOURSE_TEST_POSTGRES").ok()
}

/// The history of a folder, in a database that is made at its first use.
pub async fn place(folder: &Path) -> Place {
    if server().is_some() {
        make(&name(folder)).await;
        let options = PgConnectOptions::from_str(&url(folder)).expect("an address");
        return Place::server(options, url(folder));
    }
    Place::File(file(folder))
}

/// Makes a database on the server, unless it is there.
pub async fn make(name: &str) {
    let made = administer(&format!("CREATE DATABASE {name}")).await;
    if let Err(error) = made {
        let refused = error.as_database_error().and_then(|error| error.code());
        assert_eq!(refused.as_deref(), Some("42P04"), "only once: {error}");
    }
}

/// Keeps the history as it is; nobody may have it open.
pub async fn back_up(folder: &Path) {
    if server().is_some() {
        copy_database(&name(folder), &format!("{}_backup", name(folder))).await;
    } else {
        std::fs::copy(file(folder), folder.join("backup")).expect("copied");
    }
}

/// Brings back what was kept; nobody may have the history open.
pub async fn restore(folder: &Path) {
    if server().is_some() {
        copy_database(&format!("{}_backup", name(folder)), &name(folder)).await;
    } else {
        std::fs::copy(folder.join("backup"), file(folder)).expect("copied");
    }
}

/// Gives a folder the history of another one; nobody may have either open.
pub async fn copy(from: &Path, to: &Path) {
    if server().is_some() {
        copy_database(&name(from), &name(to)).await;
    } else {
        std::fs::copy(file(from), file(to)).expect("copied");
    }
}

/// Lets nobody connect to the database of a folder on a server.
pub async fn shut(folder: &Path) {
    let statement = format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", name(folder));
    administer(&statement).await.expect("done");
}

/// Lets everybody connect to it again.
pub async fn unlock(folder: &Path) {
    let statement = format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", name(folder));
    administer(&statement).await.expect("done");
}

/// Makes a database another one as it is; nobody may have either open.
pub async fn copy_database(from: &str, to: &str) {
    for statement in [
        format!("DROP DATABASE IF EXISTS {to} WITH (FORCE)"),
        // The server may not have noticed yet that those who were connected are gone.
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'"),
        format!("CREATE DATABASE {to} TEMPLATE {from}"),
    ] {
        administer(&statement).await.expect("done");
    }
}

async fn administer(statement: &str) -> Result<(), sqlx::Error> {
    let server = server().expect("a server");
    let administrator = PgConnection::connect(&format!("{server}/postgres")).await;
    let mut administrator = administrator.expect("the server of the tests answers");
    let done = administrator
        .execute(AssertSqlSafe(statement.to_owned()))
        .await;
    administrator.close().await.expect("closed");
    done.map(drop)
}

/// Folders of tests have names of their own, in letters of both cases.
pub fn name(folder: &Path) -> String {
    let name = folder.file_name().expect("a folder with a name");
    let bytes = name.as_encoded_bytes();
    bytes
        .iter()
        .fold("test_".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// The address of the database of a folder.
pub fn url(folder: &Path) -> String {
    match server() {
        Some(server) => format!("{server}/{}", name(folder)),
        None => format!("sqlite:{}", file(folder).display()),
    }
}

/// In an exchange of the shipped binary, the file is in its data directory.
fn file(folder: &Path) -> PathBuf {
    let data = folder.join("data");
    let place = if data.is_dir() { &data } else { folder };
    place.join("history.sqlite")
}

/// Runs a statement past the crate.
pub async fn run(folder: &Path, statement: &str) {
    sqlx::any::install_default_drivers();
    let connection = AnyConnection::connect(&url(folder)).await;
    let mut connection = connection.expect("it answers");
    let done = connection
        .execute(AssertSqlSafe(statement.to_owned()))
        .await;
    done.expect("done");
    connection.close().await.expect("closed");
}

/// Says that the tables are of a version.
pub async fn set_version(folder: &Path, version: i64) {
    let statement = match server() {
        Some(_) => format!("UPDATE history.schema_version SET version = {version}"),
        None => format!("PRAGMA user_version = {version}"),
    };
    run(folder, &statement).await;
}
