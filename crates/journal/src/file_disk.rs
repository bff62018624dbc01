//! The real disk: one directory of the file system.
//!
//! Every call reaches the kernel through libc's own entry points (`pwrite`, `fdatasync`, `flock`,
//! …), one call each, so that tools which trace, interpose or inject faults see exactly what the
//! journal asked for.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::disk::{Access, Disk, DiskError, Operation, Origin, Rename};
use crate::packing_disk::PackingDisk;

/// Files and directories are for their owner alone: the journal holds everybody's orders.
const FILE_MODE: u32 = 0o600;
const DIRECTORY_MODE: u32 = 0o700;

/// A directory of the file system, with packed files in it.
pub type FileDisk = PackingDisk<DirectoryDisk>;

impl FileDisk {
    /// Opens the directory at `path`, creating it (and syncing its parent) when there is none.
    ///
    /// # Errors
    /// The path cannot be created or opened, or is no directory.
    pub fn open(path: &Path) -> Result<FileDisk, DiskError> {
        DirectoryDisk::open(path).map(PackingDisk::new)
    }

    /// Checks that the path still leads to the directory that was opened. Whoever moves it away from
    /// a running exchange hides it from every tool, and from the next start.
    ///
    /// # Errors
    /// It leads nowhere, or elsewhere.
    pub fn check_place(&self) -> Result<(), DiskError> {
        self.below().check_place()
    }
}

/// A directory of the file system.
#[derive(Clone, Debug)]
pub struct DirectoryDisk {
    directory: Arc<Directory>,
}

#[derive(Debug)]
struct Directory {
    path: PathBuf,
    /// Kept open so that a sync reaches the directory that was opened, wherever it has been moved
    /// since.
    handle: File,
    identity: Identity,
}

/// Which directory this is, for as long as the machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    fn of(metadata: &fs::Metadata) -> Identity {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
        }
    }
}

/// An open file of a `DirectoryDisk`.
#[derive(Debug)]
pub struct OpenFile {
    name: String,
    file: File,
}

impl DirectoryDisk {
    fn open(path: &Path) -> Result<DirectoryDisk, DiskError> {
        let failed = |source| DiskError {
            operation: Operation::Open,
            name: path.display().to_string(),
            source,
        };
        create_directory(path).map_err(failed)?;
        let handle = File::open(path).map_err(failed)?;
        let metadata = handle.metadata().map_err(failed)?;
        if !metadata.is_dir() {
            return Err(failed(io::Error::from(io::ErrorKind::NotADirectory)));
        }
        let identity = Identity::of(&metadata);
        let directory = Directory {
            path: path.to_path_buf(),
            handle,
            identity,
        };
        Ok(DirectoryDisk {
            directory: Arc::new(directory),
        })
    }

    fn check_place(&self) -> Result<(), DiskError> {
        self.by_path(Operation::Open, "", |_| Ok(()))
    }

    /// Runs a call that goes by path, refusing when the path no longer leads to the directory that
    /// was opened: a file created in whatever took its place would be lost to the journal.
    fn by_path<T>(
        &self,
        operation: Operation,
        name: &str,
        call: impl FnOnce(PathBuf) -> io::Result<T>,
    ) -> Result<T, DiskError> {
        let directory = &self.directory;
        let here = fs::metadata(&directory.path).and_then(|metadata| {
            if Identity::of(&metadata) == directory.identity {
                return Ok(directory.path.join(name));
            }
            Err(io::Error::new(
                io::ErrorKind::NotFound,
                "another directory has taken the place of the one that was opened",
            ))
        });
        here.and_then(call).map_err(|source| DiskError {
            operation,
            name: directory.path.join(name).display().to_string(),
            source,
        })
    }

    fn opened(&self, name: &str, file: File) -> OpenFile {
        OpenFile {
            name: self.directory.path.join(name).display().to_string(),
            file,
        }
    }
}

fn create_directory(path: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(DIRECTORY_MODE).create(path) {
        Ok(()) => match path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            Some(parent) => File::open(parent)?.sync_all(),
            None => File::open(".")?.sync_all(),
        },
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

impl OpenFile {
    fn failed(&self, operation: Operation) -> impl FnOnce(io::Error) -> DiskError {
        move |source| DiskError {
            operation,
            name: self.name.clone(),
            source,
        }
    }
}

impl Disk for DirectoryDisk {
    type File = OpenFile;
    type Lock = File;

    fn list(&self) -> Result<Vec<String>, DiskError> {
        self.by_path(Operation::List, "", |path| {
            fs::read_dir(path)?
                .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
                .collect()
        })
    }

    fn create(&self, name: &str) -> Result<OpenFile, DiskError> {
        let file = self.by_path(Operation::Create, name, |path| {
            OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(FILE_MODE)
                .open(path)
        })?;
        Ok(self.opened(name, file))
    }

    fn open(&self, name: &str, access: Access) -> Result<OpenFile, DiskError> {
        let file = self.by_path(Operation::Open, name, |path| {
            OpenOptions::new()
                .read(true)
                .write(access == Access::ReadWrite)
                .open(path)
        })?;
        Ok(self.opened(name, file))
    }

    fn size_bytes(&self, file: &OpenFile) -> Result<u64, DiskError> {
        let metadata = file.file.metadata().map_err(file.failed(Operation::Size))?;
        Ok(metadata.len())
    }

    fn read_at(&self, file: &OpenFile, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
        file.file
            .read_at(into, offset)
            .map_err(file.failed(Operation::Read))
    }

    fn write_at(&self, file: &OpenFile, offset: u64, bytes: &[u8]) -> Result<usize, DiskError> {
        file.file
            .write_at(bytes, offset)
            .map_err(file.failed(Operation::Write))
    }

    fn truncate(&self, file: &OpenFile, size_bytes: u64) -> Result<(), DiskError> {
        file.file
            .set_len(size_bytes)
            .map_err(file.failed(Operation::Truncate))
    }

    fn sync(&self, file: &OpenFile) -> Result<(), DiskError> {
        file.file.sync_data().map_err(file.failed(Operation::Sync))
    }

    fn sync_directory(&self) -> Result<(), DiskError> {
        self.directory
            .handle
            .sync_all()
            .map_err(|source| DiskError {
                operation: Operation::SyncDirectory,
                name: self.directory.path.display().to_string(),
                source,
            })
    }

    fn rename(&self, rename: Rename<'_>) -> Result<(), DiskError> {
        self.by_path(Operation::Rename, rename.from, |from| {
            fs::rename(from, self.directory.path.join(rename.to))
        })
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        self.by_path(Operation::Remove, name, fs::remove_file)
    }

    fn lock(&self, name: &str) -> Result<Option<File>, DiskError> {
        self.by_path(Operation::Lock, name, |path| {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(FILE_MODE)
                .open(path)?;
            match file.try_lock() {
                Ok(()) => Ok(Some(file)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        })
    }

    fn room_bytes(&self) -> Result<u64, DiskError> {
        let found = rustix::fs::fstatvfs(&self.directory.handle);
        let found = found.map_err(|source| DiskError {
            operation: Operation::Room,
            name: self.directory.path.display().to_string(),
            source: source.into(),
        })?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    fn origin(&self) -> Result<Origin, DiskError> {
        Ok(Origin {
            machine: machine_identity(),
            directory: self.directory.identity.inode,
        })
    }
}

/// Returns a hash of the machine's identity, or `None` on a system that keeps none, as many
/// containers do.
fn machine_identity() -> Option<[u8; 32]> {
    let identity = fs::read_to_string("/etc/machine-id").ok()?;
    let identity = identity.trim();
    if identity.is_empty() {
        return None;
    }
    // The machine id is confidential by its own documentation (machine-id(5)); only a keyed hash of
    // it is stored.
    Some(
        Sha256::new()
            .chain_update("journal origin ")
            .chain_update(identity)
            .finalize()
            .into(),
    )
}
