//! An index beside a complete file of the event log: where in it the records are that concern a key.
//!
//! Derived like the log and never synced: one that is missing, torn or of another file is passed over, and the file is
//! read instead. What the keys are is the business of whoever makes it.
//!
//! The index of `events-00000000000000000001.log` is called `index-00000000000000000001.keys`. All numbers are
//! little-endian; the rows stand in the order of their keys, then come the places of all of them.
//!
//! | header | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `BJEVINDX` |
//! | 8 | 4 | format version |
//! | 12 | 4 | number of rows |
//! | 16 | 16 | cluster id |
//! | 32 | 8 | sequence of the first record of the file |
//! | 40 | 8 | length of the file in bytes |
//! | 48 | 4 | CRC32C of the rows |
//! | 52 | 8 | zero |
//! | 60 | 4 | CRC32C of bytes 0 to 59 |
//!
//! | row | bytes | field |
//! |---|---|---|
//! | 0 | 4 | key |
//! | 4 | 4 | number of its places |
//! | 8 | 4 | number of places before them |
//! | 12 | 4 | CRC32C of its places |
//!
//! A place is the offset of a record in the file, 4 bytes, ascending within a row.

use std::collections::{BTreeMap, BTreeSet};

use crc32c::crc32c;

use crate::bytes::{put, take, u32_at, u64_at, u128_at};
use crate::damage::ReadError;
use crate::disk::{Access, Disk, DiskError, Rename, read_full_at, write_all_at};
use crate::event_log::{file_firsts, file_name};
use crate::event_reader::EventReader;
use crate::id::{ClusterId, Sequence};
use crate::segment::numbered;

const HEADER_BYTES: usize = 64;
const ROW_BYTES: usize = 16;
const PLACE_BYTES: usize = 4;
const MAGIC: [u8; 8] = *b"BJEVINDX";
const VERSION: u32 = 1;
const CRC_OFFSET: usize = 60;

const NAME_PREFIX: &str = "index-";
const NAME_SUFFIX: &str = ".keys";
const UNFINISHED: &str = "index.tmp";

/// Appends the keys that the events of a command concern; one may be named more than once.
pub type KeysOf<'a> = &'a mut dyn FnMut(&[u8], &mut Vec<u32>);

/// A complete file of the log, which nobody writes to any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WholeFile {
    pub cluster: ClusterId,
    pub first: Sequence,
    pub bytes: u64,
}

/// Makes the indexes of an event log.
#[derive(Debug)]
pub struct EventIndexer<D: Disk> {
    disk: D,
    cluster: ClusterId,
    /// The files whose index is there.
    done: BTreeSet<Sequence>,
}

impl<D: Disk> EventIndexer<D> {
    /// Returns an indexer of the log in the directory of `disk`.
    pub fn new(disk: D, cluster: ClusterId) -> EventIndexer<D> {
        EventIndexer {
            disk,
            cluster,
            done: BTreeSet::new(),
        }
    }

    /// Returns the newest complete file that has no sound index, by its first record.
    ///
    /// # Errors
    /// The disk's.
    pub fn next_file(&mut self) -> Result<Option<Sequence>, DiskError> {
        let firsts = file_firsts(&self.disk)?;
        let complete = firsts
            .split_last()
            .map_or(&[][..], |(_, complete)| complete);
        for first in complete.iter().rev().copied() {
            if self.done.contains(&first) {
                continue;
            }
            let file = whole_file(&self.disk, self.cluster, first)?;
            if Index::open(&self.disk, file)?.is_none() {
                return Ok(Some(first));
            }
            self.done.insert(first);
        }
        Ok(None)
    }

    /// Passes over a file from now on: it cannot be indexed.
    pub fn pass_over(&mut self, first: Sequence) {
        self.done.insert(first);
    }

    /// Writes the index of the complete file that begins with `first`.
    ///
    /// **Cost**: reads the file.
    ///
    /// # Errors
    /// Damage in the file, or the disk's.
    pub fn index(&mut self, first: Sequence, keys_of: KeysOf<'_>) -> Result<(), ReadError> {
        let file = whole_file(&self.disk, self.cluster, first)?;
        let mut places: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut keys = Vec::new();
        let mut reader = EventReader::new(self.disk.clone(), self.cluster);
        reader.for_each_of_file(first, &mut |offset, payload| {
            keys.clear();
            keys_of(payload, &mut keys);
            keys.sort_unstable();
            keys.dedup();
            for key in &keys {
                places.entry(*key).or_default().push(offset);
            }
        })?;
        write(&self.disk, file, &places)?;
        self.done.insert(first);
        Ok(())
    }
}

/// Returns what a complete file is.
pub(crate) fn whole_file<D: Disk>(
    disk: &D,
    cluster: ClusterId,
    first: Sequence,
) -> Result<WholeFile, DiskError> {
    let file = disk.open(&file_name(first), Access::Read)?;
    let bytes = disk.size_bytes(&file)?;
    Ok(WholeFile {
        cluster,
        first,
        bytes,
    })
}

/// Removes the index of a file that changes.
///
/// # Errors
/// The disk's.
pub(crate) fn remove<D: Disk>(disk: &D, first: Sequence) -> Result<(), DiskError> {
    match disk.remove(&index_name(first)) {
        Err(error) if !error.is_missing() => Err(error),
        _ => Ok(()),
    }
}

fn write<D: Disk>(
    disk: &D,
    file: WholeFile,
    places: &BTreeMap<u32, Vec<u32>>,
) -> Result<(), DiskError> {
    match disk.remove(UNFINISHED) {
        Err(error) if !error.is_missing() => return Err(error),
        _ => {}
    }
    let unfinished = disk.create(UNFINISHED)?;
    write_all_at(disk, &unfinished, 0, &encode(file, places))?;
    disk.rename(Rename {
        from: UNFINISHED,
        to: &index_name(file.first),
    })
}

fn encode(file: WholeFile, places: &BTreeMap<u32, Vec<u32>>) -> Vec<u8> {
    let mut rows = Vec::with_capacity(places.len() * ROW_BYTES);
    let mut rest = Vec::new();
    for (key, offsets) in places {
        let before = (rest.len() / PLACE_BYTES) as u32;
        let start = rest.len();
        for offset in offsets {
            rest.extend_from_slice(&offset.to_le_bytes());
        }
        for field in [*key, offsets.len() as u32, before, crc32c(&rest[start..])] {
            rows.extend_from_slice(&field.to_le_bytes());
        }
    }
    let mut bytes = encode_header(file, places.len() as u32, crc32c(&rows)).to_vec();
    bytes.append(&mut rows);
    bytes.append(&mut rest);
    bytes
}

fn encode_header(file: WholeFile, row_count: u32, rows_crc: u32) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    put(&mut header, 0, MAGIC);
    put(&mut header, 8, VERSION.to_le_bytes());
    put(&mut header, 12, row_count.to_le_bytes());
    put(&mut header, 16, file.cluster.0.to_le_bytes());
    put(&mut header, 32, file.first.0.to_le_bytes());
    put(&mut header, 40, file.bytes.to_le_bytes());
    put(&mut header, 48, rows_crc.to_le_bytes());
    let checksum = crc32c(&header[..CRC_OFFSET]);
    put(&mut header, CRC_OFFSET, checksum.to_le_bytes());
    header
}

/// The sound index of a file.
#[derive(Debug)]
pub(crate) struct Index<D: Disk> {
    disk: D,
    file: D::File,
    rows: Vec<u8>,
}

impl<D: Disk> Index<D> {
    /// Opens the index of a file; `None` when it has none that is sound.
    ///
    /// # Errors
    /// The disk's.
    pub fn open(disk: &D, of: WholeFile) -> Result<Option<Index<D>>, DiskError> {
        let file = match disk.open(&index_name(of.first), Access::Read) {
            Err(error) if error.is_missing() => return Ok(None),
            file => file?,
        };
        let mut header = [0; HEADER_BYTES];
        let count = read_full_at(disk, &file, 0, &mut header)?;
        let Some((row_count, rows_crc)) = decode_header(&header[..count], of) else {
            return Ok(None);
        };
        let rows_bytes = row_count as usize * ROW_BYTES;
        if disk.size_bytes(&file)? < (HEADER_BYTES + rows_bytes) as u64 {
            return Ok(None);
        }
        let mut rows = vec![0; rows_bytes];
        let count = read_full_at(disk, &file, HEADER_BYTES as u64, &mut rows)?;
        let is_sound = count == rows_bytes && crc32c(&rows) == rows_crc;
        Ok(is_sound.then(|| Index {
            disk: disk.clone(),
            file,
            rows,
        }))
    }

    /// Returns the places of a key, in order; `None` when they are not sound.
    ///
    /// # Errors
    /// The disk's.
    pub fn places(&self, key: u32) -> Result<Option<Vec<u32>>, DiskError> {
        let rows: Vec<&[u8]> = self.rows.chunks_exact(ROW_BYTES).collect();
        let Ok(found) = rows.binary_search_by_key(&key, |row| u32_at(row, 0)) else {
            return Ok(Some(Vec::new()));
        };
        let row = rows[found];
        let (bytes, before) = (
            u32_at(row, 4) as usize * PLACE_BYTES,
            u32_at(row, 8) as usize * PLACE_BYTES,
        );
        let mut places = vec![0; bytes];
        let start = HEADER_BYTES + self.rows.len() + before;
        let count = read_full_at(&self.disk, &self.file, start as u64, &mut places)?;
        let is_sound = count == bytes && crc32c(&places) == u32_at(row, 12);
        let offsets = places.chunks_exact(PLACE_BYTES).map(|one| u32_at(one, 0));
        Ok(is_sound.then(|| offsets.collect()))
    }
}

/// Returns the number of rows and their checksum; `None` unless this is the header of the index of that file.
fn decode_header(header: &[u8], of: WholeFile) -> Option<(u32, u32)> {
    let is_sound = header.len() == HEADER_BYTES
        && take::<8>(header, 0) == MAGIC
        && u32_at(header, 8) == VERSION
        && u32_at(header, CRC_OFFSET) == crc32c(&header[..CRC_OFFSET])
        && ClusterId(u128_at(header, 16)) == of.cluster
        && Sequence(u64_at(header, 32)) == of.first
        && u64_at(header, 40) == of.bytes;
    is_sound.then(|| (u32_at(header, 12), u32_at(header, 48)))
}

fn index_name(first: Sequence) -> String {
    numbered(NAME_PREFIX, first, NAME_SUFFIX)
}
