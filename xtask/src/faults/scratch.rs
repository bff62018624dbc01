//! Directories for one test each, on the disk of the build and not in memory: a sync has to mean something.

use crate::sandbox;
use anyhow::{Context, Result};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Runs a test in a directory of its own, which is removed afterwards; that of a failed test stays to be looked at.
pub fn in_scratch<T>(name: &str, test: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    in_scratch_below(&sandbox::target().join("faults"), name, test)
}

/// Does the same in another place.
pub fn in_scratch_below<T>(
    place: &Path,
    name: &str,
    test: impl FnOnce(&Path) -> Result<T>,
) -> Result<T> {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let directory = place.join(format!("bourse-{name}-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    let directory = std::fs::canonicalize(directory)?;
    match test(&directory) {
        Ok(value) => {
            std::fs::remove_dir_all(&directory)?;
            Ok(value)
        }
        Err(error) => Err(error).context(format!(
            "{name}; everything of it is in {}",
            directory.display()
        )),
    }
}
