//! The history beside a running exchange and a stopped one: where it lies, who follows the event log, what a person asks.

pub mod command;
pub mod figures;
pub mod follower;
mod give_way;

use crate::data::DataDirectory;
use crate::{cli, identity_database};
use anyhow::{Context, Result, bail};
use identity::database::{DatabaseAddress, Location};
use indexer::place::Place;
use journal::disk::Disk;
use journal::file_disk::FileDisk;

/// Whoever holds this file writes the history, and nobody else.
const LOCK_FILE: &str = "history.lock";

/// How many events are written together.
const BATCH_EVENTS: usize = 1 << 13;

/// Returns where the history is: where the command line says, or else in the data directory.
///
/// # Errors
/// The address is not understood or that of a file, or the file with the password cannot be used.
pub fn place(chosen: &cli::HistoryDatabase, data: &DataDirectory) -> Result<Place> {
    let Some(text) = &chosen.address else {
        return Ok(Place::File(data.join("history.sqlite")));
    };
    let address = DatabaseAddress::parse(text)?;
    let address = identity_database::with_password(address, chosen.password.as_deref())?;
    match address.location()? {
        Location::Server(options) => Ok(Place::server(*options, address.to_string())),
        Location::File(_) => bail!(
            "--history takes the address of a server, postgres://USER@HOST/DATABASE; a file of the history is always {}",
            data.join("history.sqlite").display()
        ),
    }
}

/// Returns the right to write the history, for as long as it is held.
///
/// # Errors
/// Somebody else has it.
fn lock(data: &DataDirectory) -> Result<impl Sized + use<>> {
    let disk = FileDisk::open(&data.join(""))?;
    let lock = disk.lock(LOCK_FILE)?;
    lock.context("another process writes the history: stop the exchange first")
}
