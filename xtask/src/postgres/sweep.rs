//! Databases of tests that have ended, dropped while others run: all of a run together are ten gigabytes.

use super::server::Server;
use anyhow::Result;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

const PERIOD: Duration = Duration::from_secs(5);
/// What a database is called by the test that makes it: this, and the name of the test's folder in hexadecimal digits.
const PREFIX: &str = "test_";
/// How names of folders begin that a test makes for itself and removes in the end.
const FOLDER_PREFIX: &str = ".tmp";

/// Does some work on a server, and meanwhile drops what is left of tests that have ended.
pub fn beside<T>(server: &Server, work: impl FnOnce() -> T) -> T {
    let (is_working, ended) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                // What is not dropped now is looked at again, and goes with the server at last.
                let _ = sweep(server);
            }
        });
        let done = work();
        drop(is_working);
        done
    })
}

fn sweep(server: &Server) -> Result<()> {
    let named = format!("SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}')");
    for database in server.ask("postgres", &named)?.lines() {
        if folder_of(database).is_some_and(|folder| !folder.exists()) {
            let dropped = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
            server.ask("postgres", &dropped)?;
        }
    }
    Ok(())
}

/// Returns the folder of the test that made a database, or a copy of one.
fn folder_of(database: &str) -> Option<PathBuf> {
    let digits = database.strip_prefix(PREFIX)?.split('_').next()?;
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    let name = String::from_utf8(pairs.map(byte).collect::<Option<_>>()?).ok()?;
    name.starts_with(FOLDER_PREFIX)
        .then(|| std::env::temp_dir().join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_of_a_folder_that_a_test_made_for_itself() {
        let folder = std::env::temp_dir().join(".tmpXy1");
        for database in ["test_2e746d70587931", "test_2e746d70587931_backup"] {
            assert_eq!(folder_of(database), Some(folder.clone()), "{database}");
        }
        for database in [
            "test_64617461",
            "test_2e746",
            "test_zz",
            "test_",
            "postgres",
        ] {
            assert_eq!(folder_of(database), None, "{database}");
        }
    }
}
