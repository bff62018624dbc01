//! Tables that grow by rows while their day is read: in memory while short, on the disk beyond that.
//!
//! Only one file is open at a time, however many tables there are.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::ArchiveError;
use crate::file_name::Kind;
use model::id::MarketId;

/// A table with more text than this goes on on the disk.
const TEXT_BYTES_MAX: usize = 1 << 16;

/// The tables of a day.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    tables: BTreeMap<(MarketId, Kind), Table>,
}

/// A table under way.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    /// The rows that are not on the disk yet.
    text: String,
    disk_bytes: u64,
}

impl Spool {
    /// Returns no tables; what an earlier run left in the folder is removed.
    ///
    /// # Errors
    /// The folder cannot be made empty.
    pub fn create(folder: &Path) -> Result<Spool, ArchiveError> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ArchiveError::at(folder)(error));
            }
            _ => {}
        }
        fs::create_dir_all(folder).map_err(ArchiveError::at(folder))?;
        Ok(Spool {
            folder: folder.to_owned(),
            tables: BTreeMap::new(),
        })
    }

    /// Begins a table, which may stay without rows.
    pub fn begin(&mut self, market: MarketId, kind: Kind) {
        let path = self.folder.join(format!("{}-{kind:?}", market.0));
        let table = Table {
            path,
            text: String::new(),
            disk_bytes: 0,
        };
        self.tables.insert((market, kind), table);
    }

    /// Lets a table grow, if it was begun.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(
        &mut self,
        market: MarketId,
        kind: Kind,
        rows: impl FnOnce(&mut String),
    ) -> Result<(), ArchiveError> {
        let Some(table) = self.tables.get_mut(&(market, kind)) else {
            return Ok(());
        };
        rows(&mut table.text);
        if TEXT_BYTES_MAX < table.text.len() {
            table.spill()?;
        }
        Ok(())
    }

    /// Takes out the first table.
    pub fn pop(&mut self) -> Option<((MarketId, Kind), Table)> {
        self.tables.pop_first()
    }

    /// Removes what the tables had on the disk.
    ///
    /// # Errors
    /// The disk's.
    pub fn remove(self) -> Result<(), ArchiveError> {
        fs::remove_dir_all(&self.folder).map_err(ArchiveError::at(&self.folder))
    }
}

/// A day that is given up leaves nothing; a kill leaves what the next run removes.
impl Drop for Spool {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Table {
    fn spill(&mut self) -> Result<(), ArchiveError> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path);
        let written = file.and_then(|mut file| file.write_all(self.text.as_bytes()));
        written.map_err(ArchiveError::at(&self.path))?;
        self.disk_bytes += self.text.len() as u64;
        self.text.clear();
        Ok(())
    }

    /// Returns the length of the whole text.
    pub fn size_bytes(&self) -> u64 {
        self.disk_bytes + self.text.len() as u64
    }

    /// Returns the whole text, from its beginning.
    ///
    /// # Errors
    /// The disk's.
    pub fn read(&self) -> Result<Box<dyn Read + '_>, ArchiveError> {
        let rest = Cursor::new(self.text.as_bytes());
        if self.disk_bytes == 0 {
            return Ok(Box::new(rest));
        }
        let file = File::open(&self.path).map_err(ArchiveError::at(&self.path))?;
        Ok(Box::new(file.chain(rest)))
    }

    /// Removes what is on the disk.
    ///
    /// # Errors
    /// The disk's.
    pub fn remove(self) -> Result<(), ArchiveError> {
        match self.disk_bytes {
            0 => Ok(()),
            _ => fs::remove_file(&self.path).map_err(ArchiveError::at(&self.path)),
        }
    }
}
