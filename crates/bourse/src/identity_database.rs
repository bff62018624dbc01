//! The identity database of this exchange: where it is, and that no other exchange runs on it.

use crate::cli::IdentityDatabase;
use crate::data::DataDirectory;
use anyhow::Result;
use identity::database::DatabaseAddress;
use identity::identity::IdentityError;
use identity::lease::Lease;
use std::path::Path;
use std::time::Duration;

const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// Returns where users and keys are: where the command line says, or else in the data directory.
///
/// # Errors
/// The address is not understood, or the file with the password cannot be used.
pub fn address(chosen: &IdentityDatabase, data: &DataDirectory) -> Result<DatabaseAddress> {
    let Some(text) = &chosen.address else {
        return Ok(DatabaseAddress::file(&data.join("identity.sqlite")));
    };
    with_password(DatabaseAddress::parse(text)?, chosen.password.as_deref())
}

/// Returns an address with the password that is in a file, if one is named.
///
/// # Errors
/// The file cannot be used.
pub fn with_password(address: DatabaseAddress, file: Option<&Path>) -> Result<DatabaseAddress> {
    Ok(match file {
        Some(path) => address.with_password_file(path)?,
        None => address,
    })
}

/// Watches over the database for as long as the exchange runs; returns why it must end.
///
/// A server that is away stops nothing: keys are in memory, and whoever wants to sign in is refused until it is back.
pub async fn watch(mut lease: Lease) -> IdentityError {
    let mut is_away = false;
    loop {
        tokio::time::sleep(LOOK_PERIOD).await;
        match lease.keep().await {
            Ok(()) if is_away => {
                is_away = false;
                tracing::info!(event = "identity.back");
            }
            Ok(()) => {}
            Err(taken @ IdentityError::DatabaseTaken { .. }) => return taken,
            Err(error) if !is_away => {
                is_away = true;
                let error = anyhow::Error::from(error);
                tracing::warn!(event = "identity.away", "{error:#}");
            }
            Err(_) => {}
        }
    }
}
