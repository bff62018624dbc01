//! Where measured files lie: on a disk, never in memory.

use std::env;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// Returns a new directory beside the binary, removed when dropped.
///
/// The system's directory for temporary files is often kept in memory, where a sync costs nothing
/// and a figure means nothing.
///
/// # Errors
/// The directory cannot be created.
pub fn scratch_directory() -> Result<TempDir> {
    let binary = env::current_exe().context("the path of this program is unknown")?;
    let beside = binary.parent().context("a program lies in a directory")?;
    tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(beside)
        .with_context(|| format!("{} cannot be written to", beside.display()))
}
