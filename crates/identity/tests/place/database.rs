//! Where the database of a test is; nothing here knows of the crate, whose own tests take this file in.

use std::path::Path;

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

/// The URL of a server without a database, by a user who may make some.
pub fn server() -> Option<String> {
    std::env::var("BOURSE_TEST_POSTGRES").ok()
}

/// Folders of tests have names of their own, in letters of both cases.
fn name(folder: &Path) -> String {
    let name = folder.file_name().expect("a folder with a name");
    let bytes = name.as_encoded_bytes();
    bytes
        .iter()
        .fold("test_".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// The address of the database of a folder, as text.
pub fn url(folder: &Path) -> String {
    match server() {
        Some(server) => format!("{server}/{}", name(folder)),
        None => format!(
            "sqlite:{}?mode=rwc",
            folder.join("identity.sqlite").display()
        ),
    }
}

/// Makes the database of a folder, unless it is there; a file is made when it is opened.
pub async fn make(folder: &Path) {
    sqlx::any::install_default_drivers();
    let Some(server) = server() else {
        return;
    };
    let administrator = AnyConnection::connect(&format!("{server}/postgres")).await;
    let mut administrator = administrator.expect("the server of the tests answers");
    let statement = format!("CREATE DATABASE {}", name(folder));
    let made = administrator.execute(AssertSqlSafe(statement)).await;
    if let Err(error) = made {
        let refused = error.as_database_error().and_then(|error| error.code());
        assert_eq!(refused.as_deref(), Some("42P04"), "only once: {error}");
    }
    administrator.close().await.expect("closed");
}
