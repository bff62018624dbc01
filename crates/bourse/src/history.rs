//! The history beside a running exchange and a stopped one: where it lies, who follows the event log, what a person asks.

pub mod command;
pub mod figures;
pub mod follower;

use crate::data::DataDirectory;
use anyhow::{Context, Result};
use journal::disk::Disk;
use journal::file_disk::FileDisk;
use std::path::PathBuf;

/// Whoever holds this file writes the history, and nobody else.
const LOCK_FILE: &str = "history.lock";

/// How many events are written together.
const BATCH_EVENTS: usize = 1 << 13;

/// Returns the file of the history.
fn file(data: &DataDirectory) -> PathBuf {
    data.join("history.sqlite")
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
