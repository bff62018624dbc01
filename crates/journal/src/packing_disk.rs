//! A disk some of whose files are packed: they are listed under their own names, and read as if they were not.
//!
//! What is packed is never written to again: whoever opens such a file for writing finds it unpacked. A crash at any
//! point of packing leaves the file, its packed form, or both, and then the file counts.

use std::collections::BTreeSet;
use std::io;

use crate::disk::{Access, Disk, DiskError, Operation, Origin, Rename, read_full_at, write_all_at};
use crate::packed::{PackedFile, pack};

const PACKED_SUFFIX: &str = ".packed";
const UNFINISHED: &str = "packing.tmp";
/// The file whose lock is held by whoever packs.
const LOCK: &str = "packing.lock";
const COPIED_BYTES: usize = 64 * 1024;

/// A disk with packed files.
#[derive(Clone, Debug)]
pub struct PackingDisk<D> {
    disk: D,
}

/// An open file, packed or not.
#[derive(Debug)]
pub enum KeptFile<F> {
    Plain(F),
    Packed(PackedFile<F>),
}

/// What packing a file has saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    pub before_bytes: u64,
    pub after_bytes: u64,
}

impl<D: Disk> PackingDisk<D> {
    pub const fn new(disk: D) -> PackingDisk<D> {
        PackingDisk { disk }
    }

    /// Returns the disk below, which knows nothing of packed files.
    pub const fn below(&self) -> &D {
        &self.disk
    }

    /// Returns the names of the files that are not packed.
    ///
    /// # Errors
    /// The disk's.
    pub fn unpacked(&self) -> Result<Vec<String>, DiskError> {
        let mut names = self.disk.list()?;
        names.retain(|name| !is_of_packing(name) && !name.ends_with(PACKED_SUFFIX));
        Ok(names)
    }

    /// Packs a file that nobody writes to any more, and removes it once its packed form is durable and was read back.
    /// Does nothing while another process packs.
    ///
    /// # Errors
    /// The disk's; the file is there then as it was.
    pub fn pack(&self, name: &str) -> Result<Option<Saved>, DiskError> {
        let Some(_lock) = self.disk.lock(LOCK)? else {
            return Ok(None);
        };
        remove_if_there(&self.disk, UNFINISHED)?;
        let plain = self.disk.open(name, Access::Read)?;
        let made = self.disk.create(UNFINISHED)?;
        let packed = pack(&self.disk, &plain, &made).and_then(|after_bytes| {
            let before_bytes = self.check(&plain)?;
            Ok(Saved {
                before_bytes,
                after_bytes,
            })
        });
        if packed.is_err() {
            // The failure to tell is the first one; the next attempt removes what is left.
            let _ = self.disk.remove(UNFINISHED);
        }
        let saved = packed?;
        self.disk.rename(Rename {
            from: UNFINISHED,
            to: &packed_name(name),
        })?;
        mutant::plant!("packed-before-it-is-named", (), self.disk.sync_directory()?);
        self.disk.remove(name)?;
        self.disk.sync_directory()?;
        Ok(Some(saved))
    }

    /// Reads back what was packed, and returns how long the file is.
    fn check(&self, plain: &D::File) -> Result<u64, DiskError> {
        let packed = PackedFile::open(&self.disk, UNFINISHED)?;
        let (mut one, mut other) = (vec![0; COPIED_BYTES], vec![0; COPIED_BYTES]);
        let mut offset = 0;
        loop {
            let count = packed.read_at(&self.disk, offset, &mut one)?;
            let expected = read_full_at(&self.disk, plain, offset, &mut other[..count.max(1)])?;
            if count != expected || one[..count] != other[..count] {
                return Err(refused(UNFINISHED, "it is not what was packed"));
            }
            if count == 0 {
                return Ok(offset);
            }
            offset += count as u64;
        }
    }

    /// Writes a packed file as it was.
    fn unpack(&self, name: &str) -> Result<(), DiskError> {
        let packed = PackedFile::open(&self.disk, &packed_name(name))?;
        remove_if_there(&self.disk, UNFINISHED)?;
        let file = self.disk.create(UNFINISHED)?;
        let mut block = vec![0; COPIED_BYTES];
        let mut offset = 0;
        loop {
            let count = packed.read_at(&self.disk, offset, &mut block)?;
            if count == 0 {
                break;
            }
            write_all_at(&self.disk, &file, offset, &block[..count])?;
            offset += count as u64;
        }
        self.disk.sync(&file)?;
        self.disk.rename(Rename {
            from: UNFINISHED,
            to: name,
        })?;
        self.disk.sync_directory()?;
        self.disk.remove(&packed_name(name))?;
        self.disk.sync_directory()
    }
}

impl<D: Disk> Disk for PackingDisk<D> {
    type File = KeptFile<D::File>;
    type Lock = D::Lock;

    fn list(&self) -> Result<Vec<String>, DiskError> {
        let names = self.disk.list()?.into_iter();
        let names = names.filter(|name| !is_of_packing(name));
        let own = names.map(|name| match name.strip_suffix(PACKED_SUFFIX) {
            Some(packed) => packed.to_owned(),
            None => name,
        });
        Ok(own.collect::<BTreeSet<String>>().into_iter().collect())
    }

    fn create(&self, name: &str) -> Result<Self::File, DiskError> {
        self.disk.create(name).map(KeptFile::Plain)
    }

    fn open(&self, name: &str, access: Access) -> Result<Self::File, DiskError> {
        let missing = match self.disk.open(name, access) {
            Err(error) if error.is_missing() => error,
            opened => return opened.map(KeptFile::Plain),
        };
        let packed = match access {
            Access::Read => PackedFile::open(&self.disk, &packed_name(name)).map(KeptFile::Packed),
            Access::ReadWrite => self
                .unpack(name)
                .and_then(|()| self.disk.open(name, access).map(KeptFile::Plain)),
        };
        packed.map_err(|error| if error.is_missing() { missing } else { error })
    }

    fn size_bytes(&self, file: &Self::File) -> Result<u64, DiskError> {
        match file {
            KeptFile::Plain(file) => self.disk.size_bytes(file),
            KeptFile::Packed(file) => Ok(file.size_bytes()),
        }
    }

    fn read_at(&self, file: &Self::File, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
        match file {
            KeptFile::Plain(file) => self.disk.read_at(file, offset, into),
            KeptFile::Packed(file) => file.read_at(&self.disk, offset, into),
        }
    }

    fn write_at(&self, file: &Self::File, offset: u64, bytes: &[u8]) -> Result<usize, DiskError> {
        self.disk.write_at(writable(file)?, offset, bytes)
    }

    fn truncate(&self, file: &Self::File, size_bytes: u64) -> Result<(), DiskError> {
        self.disk.truncate(writable(file)?, size_bytes)
    }

    fn sync(&self, file: &Self::File) -> Result<(), DiskError> {
        self.disk.sync(writable(file)?)
    }

    fn sync_directory(&self) -> Result<(), DiskError> {
        self.disk.sync_directory()
    }

    fn rename(&self, rename: Rename<'_>) -> Result<(), DiskError> {
        self.disk.rename(rename)
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        let had_packed = remove_if_there(&self.disk, &packed_name(name))?;
        match self.disk.remove(name) {
            Err(error) if error.is_missing() && had_packed => Ok(()),
            removed => removed,
        }
    }

    fn lock(&self, name: &str) -> Result<Option<Self::Lock>, DiskError> {
        self.disk.lock(name)
    }

    fn origin(&self) -> Result<Origin, DiskError> {
        self.disk.origin()
    }

    fn room_bytes(&self) -> Result<u64, DiskError> {
        self.disk.room_bytes()
    }
}

fn is_of_packing(name: &str) -> bool {
    [UNFINISHED, LOCK].contains(&name)
}

fn packed_name(name: &str) -> String {
    format!("{name}{PACKED_SUFFIX}")
}

/// Returns whether there was such a file.
fn remove_if_there<D: Disk>(disk: &D, name: &str) -> Result<bool, DiskError> {
    match disk.remove(name) {
        Ok(()) => Ok(true),
        Err(error) if error.is_missing() => Ok(false),
        Err(error) => Err(error),
    }
}

fn writable<F>(file: &KeptFile<F>) -> Result<&F, DiskError> {
    match file {
        KeptFile::Plain(file) => Ok(file),
        KeptFile::Packed(_) => Err(refused("a packed file", "it was opened for reading")),
    }
}

fn refused(name: &str, what: &str) -> DiskError {
    DiskError {
        operation: Operation::Write,
        name: name.to_owned(),
        source: io::Error::other(what),
    }
}
