//! A disk of limited size, in memory, that is filled while somebody works on it.

use crate::shell;
use anyhow::Result;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const MEBIBYTE: u64 = 1 << 20;

/// A file system in memory, unmounted when it is forgotten.
pub struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// Mounts one with these further options; `None` where even root may not.
    pub fn mount(path: &Path, size_bytes: u64, more: &str) -> Result<Option<SmallDisk>> {
        let options = format!("size={size_bytes}{more}");
        let mounted = shell::read(
            "mount",
            &[
                "-t",
                "tmpfs",
                "-o",
                &options,
                "tmpfs",
                &path.to_string_lossy(),
            ],
        );
        Ok(mounted.ok().map(|_| SmallDisk {
            path: path.to_owned(),
        }))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What is still busy goes when its last user does.
        let _ = shell::read("umount", &["--lazy", &self.path.to_string_lossy()]);
    }
}

/// Writes a file until it has so many bytes or the disk is full.
///
/// # Errors
/// The disk takes nothing for another reason.
pub fn fill(path: &Path, bytes_max: u64) -> Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let mut chunk = vec![1; MEBIBYTE as usize];
    let mut written = 0;
    while written < bytes_max && !chunk.is_empty() {
        match file.write(&chunk) {
            Ok(count) => written += count as u64,
            Err(error) if error.kind() == ErrorKind::StorageFull => chunk.truncate(chunk.len() / 2),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
