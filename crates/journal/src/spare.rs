//! Spare segments: files of zeros, written and synced ahead of time, so that a rollover only writes
//! a header.
//!
//! The zeros are really written: an append into a spare overwrites blocks that the file system has
//! already found room for and recorded, so it neither runs out of space nor costs a second write
//! for the file's length.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::disk::{Access, Disk, DiskError, write_zeros};
use crate::id::Epoch;
use crate::window::Window;

const NAME_PREFIX: &str = "spare-";
const NAME_SUFFIX: &str = ".log";

/// A synced file of zeros, ready to become a segment.
#[derive(Debug)]
pub struct Spare<D: Disk> {
    pub(crate) name: String,
    pub(crate) file: D::File,
    pub(crate) size_bytes: u64,
}

/// Makes spares; may live on another thread than the journal, which then never waits for one.
#[derive(Debug)]
pub struct SpareMaker<D: Disk> {
    disk: D,
    epoch: Epoch,
    size_bytes: u64,
    /// Shared by all makers of one journal, so that no two choose the same name.
    made: Arc<AtomicU64>,
}

impl<D: Disk> Clone for SpareMaker<D> {
    fn clone(&self) -> Self {
        let made = Arc::clone(&self.made);
        SpareMaker {
            disk: self.disk.clone(),
            epoch: self.epoch,
            size_bytes: self.size_bytes,
            made,
        }
    }
}

impl<D: Disk> SpareMaker<D> {
    pub(crate) fn new(disk: D, epoch: Epoch, size_bytes: u64) -> SpareMaker<D> {
        SpareMaker {
            disk,
            epoch,
            size_bytes,
            made: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Makes one spare, for `Journal::install_spare`.
    ///
    /// **Cost**: writes and syncs one whole segment.
    ///
    /// # Errors
    /// The disk's; a full disk is one of them (`DiskError::is_full`). What was written of the file
    /// is removed, so that a failed attempt keeps no space from anybody.
    pub fn make(&self) -> Result<Spare<D>, DiskError> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("{NAME_PREFIX}{}-{number}{NAME_SUFFIX}", self.epoch);
        // An attempt that must fail would, until it does, take the last space from everybody else on the disk.
        if self.disk.room_bytes()? < self.size_bytes {
            return Err(DiskError::full(&name));
        }
        let file = self.disk.create(&name)?;
        match self.fill(&file) {
            Ok(()) => Ok(Spare {
                name,
                file,
                size_bytes: self.size_bytes,
            }),
            Err(error) => {
                drop(file);
                // The failure to tell is the first one; a file left behind is removed at the next
                // start.
                let _ = self.disk.remove(&name);
                Err(error)
            }
        }
    }

    fn fill(&self, file: &D::File) -> Result<(), DiskError> {
        write_zeros(&self.disk, file, 0..self.size_bytes)?;
        self.disk.sync(file)
    }
}

/// Whether a file of this name is a spare.
pub(crate) fn is_spare(name: &str) -> bool {
    name.starts_with(NAME_PREFIX) && name.ends_with(NAME_SUFFIX)
}

/// Takes over the spare an earlier run has left, if it is whole and blank; removes it otherwise.
pub(crate) fn adopt<D: Disk>(
    disk: &D,
    name: &str,
    size_bytes: u64,
) -> Result<Option<Spare<D>>, DiskError> {
    let file = disk.open(name, Access::ReadWrite)?;
    let is_whole = disk.size_bytes(&file)? == size_bytes;
    if is_whole && Window::default().content_after(disk, &file, 0)?.is_none() {
        // It may have been written but never synced.
        disk.sync(&file)?;
        return Ok(Some(Spare {
            name: String::from(name),
            file,
            size_bytes,
        }));
    }
    disk.remove(name)?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Operation;
    use crate::memory_disk::MemoryDisk;

    #[test]
    fn a_spare_that_does_not_fit_is_not_begun() {
        let disk = MemoryDisk::new();
        disk.set_capacity(Some(4_095));
        let maker = SpareMaker::new(disk.clone(), Epoch(1), 4_096);
        let error = maker.make().expect_err("no room");
        assert!(error.is_full());
        assert_eq!(error.operation, Operation::Room);
        disk.set_capacity(Some(4_096));
        assert!(maker.make().is_ok());
    }
}
