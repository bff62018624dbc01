//! A server of PostgreSQL, where it is installed.

#[path = "../../xtask/src/postgres/server.rs"]
pub mod server;

use anyhow::Result;

use server::{Server, is_installed};

/// Starts one, or says that nothing is measured on it.
///
/// # Errors
/// It is installed and does not start.
pub fn start() -> Result<Option<Server>> {
    if is_installed() {
        return Server::start().map(Some);
    }
    eprintln!("PostgreSQL is not installed (apt-get install postgresql): not measured");
    Ok(None)
}
