//! What the journal asks of a disk: one directory of files, written and synced by position.
//!
//! Two implementations: `file_disk` for the machine, `memory_disk` for the simulator. A write may
//! be short or interrupted; the functions at the end of this file finish it, so no caller sees half
//! of one. Nothing here retries a failed sync.

use std::fmt;
use std::io;

use crate::bytes::ZEROS;

/// One directory, and positioned access to the files in it.
///
/// **Shape**: names are plain file names. A file's bytes are durable once `sync` on it has
/// answered, its name once `sync_directory` has; before that a power loss may keep any part of
/// either.
pub trait Disk: Clone + fmt::Debug {
    /// An open file.
    type File: fmt::Debug;
    /// Held as long as the directory is ours.
    type Lock: fmt::Debug;

    /// Returns the names of all files, in no particular order.
    fn list(&self) -> Result<Vec<String>, DiskError>;

    /// Creates an empty file; an existing one is an error.
    fn create(&self, name: &str) -> Result<Self::File, DiskError>;

    /// Opens an existing file.
    fn open(&self, name: &str, access: Access) -> Result<Self::File, DiskError>;

    /// Returns the file's length.
    fn size_bytes(&self, file: &Self::File) -> Result<u64, DiskError>;

    /// Reads at `offset`; fewer bytes than asked for mean the end of the file or nothing at all.
    fn read_at(&self, file: &Self::File, offset: u64, into: &mut [u8]) -> Result<usize, DiskError>;

    /// Writes at `offset` and returns how many bytes were taken, which may be fewer than offered.
    fn write_at(&self, file: &Self::File, offset: u64, bytes: &[u8]) -> Result<usize, DiskError>;

    /// Cuts the file to `size_bytes`, or extends it with zeros.
    fn truncate(&self, file: &Self::File, size_bytes: u64) -> Result<(), DiskError>;

    /// Makes the file's bytes durable.
    fn sync(&self, file: &Self::File) -> Result<(), DiskError>;

    /// Makes created, renamed and removed names durable.
    fn sync_directory(&self) -> Result<(), DiskError>;

    /// Renames a file, replacing any that has the new name, atomically.
    fn rename(&self, rename: Rename<'_>) -> Result<(), DiskError>;

    /// Removes a file.
    fn remove(&self, name: &str) -> Result<(), DiskError>;

    /// Takes the directory for this process alone; `None` when another one holds it.
    fn lock(&self, name: &str) -> Result<Option<Self::Lock>, DiskError>;

    /// Returns what tells this directory from a copy of it.
    fn origin(&self) -> Result<Origin, DiskError>;

    /// Returns how many bytes more this user may write to the disk.
    fn room_bytes(&self) -> Result<u64, DiskError>;
}

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    ReadWrite,
}

/// An old and a new name.
#[derive(Clone, Copy, Debug)]
pub struct Rename<'a> {
    pub from: &'a str,
    pub to: &'a str,
}

/// Where a directory lives.
///
/// The directory's inode survives renames and reboots but not a copy; device numbers do not survive
/// reboots, host names do not survive containers, and neither is used. `machine` is a hash of the
/// machine's own identity, `None` when it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    pub machine: Option<[u8; 32]>,
    pub directory: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "directory {} of machine ", self.directory)?;
        match self.machine {
            // Enough to tell two apart.
            Some(hash) => hash[..4]
                .iter()
                .try_for_each(|byte| write!(f, "{byte:02x}")),
            None => f.write_str("without a name"),
        }
    }
}

/// What was being done when a disk failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    List,
    Create,
    Open,
    Size,
    Read,
    Write,
    Truncate,
    Sync,
    SyncDirectory,
    Rename,
    Remove,
    Lock,
    Origin,
    Room,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operation::List => "list",
            Operation::Create => "create",
            Operation::Open => "open",
            Operation::Size => "measure",
            Operation::Read => "read",
            Operation::Write => "write",
            Operation::Truncate => "truncate",
            Operation::Sync => "sync",
            Operation::SyncDirectory => "sync the directory of",
            Operation::Rename => "rename",
            Operation::Remove => "remove",
            Operation::Lock => "lock",
            Operation::Origin => "identify",
            Operation::Room => "find room in",
        })
    }
}

/// A disk operation that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {operation} {name}: {source}")]
pub struct DiskError {
    pub operation: Operation,
    pub name: String,
    pub source: io::Error,
}

impl DiskError {
    /// Returns the failure of a disk that is too full for what is to be written.
    pub(crate) fn full(name: &str) -> DiskError {
        DiskError {
            operation: Operation::Room,
            name: name.to_owned(),
            source: io::ErrorKind::StorageFull.into(),
        }
    }

    /// Whether the cause is want of space.
    pub fn is_full(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    }

    /// Whether the file does not exist.
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }

    /// Whether a signal or a momentary lack interrupted the call before it did anything.
    fn is_passing(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock
        )
    }
}

/// How often in a row a call may be interrupted before that counts as a failure.
pub const INTERRUPTIONS_MAX: u32 = 1_000;

/// Writes all of `bytes` at `offset`, however many calls it takes.
///
/// # Errors
/// The first failure that is not an interruption; part of the bytes may then have been written.
pub(crate) fn write_all_at<D: Disk>(
    disk: &D,
    file: &D::File,
    offset: u64,
    bytes: &[u8],
) -> Result<(), DiskError> {
    let mut written = 0;
    let mut interruptions = 0;
    while written < bytes.len() {
        let rest = &bytes[written..];
        match disk.write_at(file, offset + written as u64, rest) {
            Ok(0) => return Err(no_progress()),
            Ok(count) => {
                assert!(count <= rest.len());
                written += mutant::plant!("short-write-ignored", rest.len(), count);
                interruptions = 0;
            }
            Err(error) if error.is_passing() && interruptions < INTERRUPTIONS_MAX => {
                interruptions += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn no_progress() -> DiskError {
    DiskError {
        operation: Operation::Write,
        name: String::from("a file"),
        source: io::Error::from(io::ErrorKind::WriteZero),
    }
}

/// Reads at `offset` until `into` is full or the file ends; returns the bytes read.
pub(crate) fn read_full_at<D: Disk>(
    disk: &D,
    file: &D::File,
    offset: u64,
    into: &mut [u8],
) -> Result<usize, DiskError> {
    let mut filled = 0;
    let mut interruptions = 0;
    while filled < into.len() {
        match disk.read_at(file, offset + filled as u64, &mut into[filled..]) {
            Ok(0) => break,
            Ok(count) => {
                filled += count;
                interruptions = 0;
            }
            Err(error) if error.is_passing() && interruptions < INTERRUPTIONS_MAX => {
                interruptions += 1;
            }
            Err(error) => return Err(error),
        }
    }
    assert!(filled <= into.len());
    Ok(filled)
}

/// Writes zeros over `range`.
pub(crate) fn write_zeros<D: Disk>(
    disk: &D,
    file: &D::File,
    range: std::ops::Range<u64>,
) -> Result<(), DiskError> {
    let mut offset = range.start;
    while offset < range.end {
        let count = (range.end - offset).min(ZEROS.len() as u64);
        write_all_at(disk, file, offset, &ZEROS[..count as usize])?;
        offset += count;
    }
    Ok(())
}
