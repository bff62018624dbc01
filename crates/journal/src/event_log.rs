//! The event log: what the core has said, by sequence number, for whoever must not miss any of it.
//!
//! It is derived from the journal and never synced record by record: torn or missing, it is made again by replay. Records
//! are written in batches; a file that is full is synced once and followed by the next, so only the last one can be torn,
//! and opening looks through that one alone. `event_reader` reads it.
//!
//! Files are called `events-00000000000000000001.log` after their first record. All numbers are little-endian.
//!
//! | file header | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `BJEVENTS` |
//! | 8 | 4 | format version |
//! | 12 | 4 | zero |
//! | 16 | 16 | cluster id |
//! | 32 | 8 | sequence of the first record |
//! | 40 | 20 | zero |
//! | 60 | 4 | CRC32C of bytes 0 to 59 |
//!
//! | record | bytes | field |
//! |---|---|---|
//! | 0 | 4 | magic `BJEV` |
//! | 4 | 4 | payload length in bytes |
//! | 8 | 8 | sequence, higher than that of the record before |
//! | 16 | 4 | CRC32C of bytes 0 to 15 and the payload |
//! | 20 | | payload |

use crc32c::{crc32c, crc32c_append};

use crate::bytes::{put, take, u32_at, u64_at, u128_at};
use crate::damage::{Fault, ReadError, damage};
use crate::disk::{Access, Disk, DiskError, Rename, read_full_at, write_all_at};
use crate::event_reader::EventReader;
use crate::id::{ClusterId, Sequence};
use crate::segment::{number_in, numbered};
use crate::window::Window;

/// The largest payload of one record: all events of one command.
pub const EVENTS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The length after which a file is followed by the next, for production.
pub const EVENT_FILE_BYTES_DEFAULT: u64 = 64 * 1024 * 1024;

/// How much is gathered before it is written without being asked.
const PENDING_BYTES_MAX: usize = 1024 * 1024;

pub(crate) const FILE_HEADER_BYTES: usize = 64;
pub(crate) const RECORD_HEADER_BYTES: usize = 20;
const FILE_MAGIC: [u8; 8] = *b"BJEVENTS";
const RECORD_MAGIC: [u8; 4] = *b"BJEV";
const VERSION: u32 = 1;
const FILE_CRC_OFFSET: usize = 60;
const RECORD_CRC_OFFSET: usize = 16;
const NAME_PREFIX: &str = "events-";
const NAME_SUFFIX: &str = ".log";
const UNFINISHED: &str = "events.tmp";

/// The one writer of an event log.
#[derive(Debug)]
pub struct EventLog<D: Disk> {
    disk: D,
    cluster: ClusterId,
    file_bytes_max: u64,
    /// The file being written; `None` in an empty log.
    tail: Option<Tail<D>>,
    /// The last record taken, written or not.
    last: Sequence,
    /// Records taken and not yet written.
    pending: Vec<u8>,
    /// The first of them.
    pending_first: Option<Sequence>,
}

#[derive(Debug)]
struct Tail<D: Disk> {
    first: Sequence,
    file: D::File,
    end_offset: u64,
}

impl<D: Disk> EventLog<D> {
    /// Opens the log in the directory of `disk`, removing what a crash has torn from its end.
    ///
    /// **Cost**: reads the last file.
    ///
    /// # Errors
    /// The log belongs to another cluster, or the disk's.
    pub fn open(
        disk: D,
        cluster: ClusterId,
        file_bytes_max: u64,
    ) -> Result<EventLog<D>, ReadError> {
        let last = Sequence::GENESIS;
        let (pending, pending_first) = (Vec::new(), None);
        let mut log = EventLog {
            disk,
            cluster,
            file_bytes_max,
            tail: None,
            last,
            pending,
            pending_first,
        };
        log.settle(Sequence(u64::MAX))?;
        Ok(log)
    }

    /// Returns the sequence of the last record, `GENESIS` in an empty log.
    pub fn last(&self) -> Sequence {
        self.last
    }

    /// Takes the events of the command `sequence`. They are readable after the next `flush`.
    ///
    /// # Errors
    /// The disk's, when enough had been gathered to be written; the record has not been taken then.
    ///
    /// # Panics
    /// When `sequence` is not higher than the last, or the payload exceeds `EVENTS_BYTES_MAX`.
    pub fn append(&mut self, sequence: Sequence, payload: &[u8]) -> Result<(), DiskError> {
        assert!(
            self.last < sequence,
            "events come in the order of their commands"
        );
        assert!(payload.len() <= EVENTS_BYTES_MAX);
        if PENDING_BYTES_MAX <= self.pending.len() {
            self.flush()?;
        }
        encode_record(sequence, payload, &mut self.pending);
        self.pending_first = self.pending_first.or(Some(sequence));
        self.last = sequence;
        Ok(())
    }

    /// Writes what has been taken, in one call, without a sync.
    ///
    /// # Errors
    /// The disk's. Nothing is lost then: the next attempt writes it again to the same place.
    pub fn flush(&mut self) -> Result<(), DiskError> {
        let Some(first) = self.pending_first else {
            return Ok(());
        };
        let is_full = |tail: &Tail<D>| self.file_bytes_max <= tail.end_offset;
        if self.tail.as_ref().is_none_or(is_full) {
            self.begin_file(first)?;
        }
        let tail = self.tail.as_mut().expect("a file has been begun");
        write_all_at(&self.disk, &tail.file, tail.end_offset, &self.pending)?;
        tail.end_offset += self.pending.len() as u64;
        self.pending.clear();
        self.pending_first = None;
        Ok(())
    }

    /// Removes all records after `sequence`, written or not: what a journal no longer has, nobody has said.
    ///
    /// # Errors
    /// The disk's; or damage in the file that holds `sequence`, which is then cut before the damage.
    pub fn truncate_after(&mut self, sequence: Sequence) -> Result<(), ReadError> {
        self.pending.clear();
        self.pending_first = None;
        self.settle(sequence)
    }

    /// Removes files that hold nothing from `sequence` on; the last file stays.
    ///
    /// # Errors
    /// The disk's.
    pub fn prune_before(&mut self, sequence: Sequence) -> Result<(), DiskError> {
        for pair in file_firsts(&self.disk)?.windows(2) {
            if pair[1] <= sequence {
                self.disk.remove(&file_name(pair[0]))?;
            }
        }
        Ok(())
    }

    /// Returns a reader of this log, which may live on another thread.
    pub fn reader(&self) -> EventReader<D> {
        EventReader::new(self.disk.clone(), self.cluster)
    }

    /// Finds the last sound record up to `limit` and cuts everything behind it.
    fn settle(&mut self, limit: Sequence) -> Result<(), ReadError> {
        self.tail = None;
        self.last = Sequence::GENESIS;
        for first in file_firsts(&self.disk)?.into_iter().rev() {
            if let Some((tail, last)) = self.settle_file(first, limit)? {
                self.tail = Some(tail);
                self.last = last;
                return Ok(());
            }
            self.disk.remove(&file_name(first))?;
        }
        Ok(())
    }

    /// Cuts one file after its last sound record up to `limit`; `None` when there is none.
    fn settle_file(
        &self,
        first: Sequence,
        limit: Sequence,
    ) -> Result<Option<(Tail<D>, Sequence)>, ReadError> {
        if limit < first {
            return Ok(None);
        }
        let file = self.disk.open(&file_name(first), Access::ReadWrite)?;
        match check_file(&self.disk, &file, self.cluster, first)? {
            Ok(()) => {}
            Err(fault @ Fault::Cluster { .. }) => {
                return Err(damage(&file_name(first), 0, fault).into());
            }
            Err(_) => return Ok(None),
        }
        let mut window = Window::default();
        let mut end_offset = FILE_HEADER_BYTES as u64;
        let mut last = None;
        while let Ok(record) = record_at(&self.disk, &file, &mut window, end_offset)? {
            if limit < record.sequence || last.is_some_and(|last| record.sequence <= last) {
                break;
            }
            end_offset += record.size_bytes();
            last = Some(record.sequence);
        }
        let Some(last) = last else {
            return Ok(None);
        };
        self.disk.truncate(&file, end_offset)?;
        Ok(Some((
            Tail {
                first,
                file,
                end_offset,
            },
            last,
        )))
    }

    /// Syncs the full file and begins the one whose first record is `first`.
    fn begin_file(&mut self, first: Sequence) -> Result<(), DiskError> {
        if let Some(tail) = &self.tail {
            assert!(tail.first < first);
            self.disk.sync(&tail.file)?;
        }
        match self.disk.remove(UNFINISHED) {
            Err(error) if !error.is_missing() => return Err(error),
            _ => {}
        }
        // Readers see the file only under its name, so they never see it without its header.
        let file = self.disk.create(UNFINISHED)?;
        write_all_at(
            &self.disk,
            &file,
            0,
            &encode_file_header(self.cluster, first),
        )?;
        self.disk.rename(Rename {
            from: UNFINISHED,
            to: &file_name(first),
        })?;
        self.disk.sync_directory()?;
        self.tail = Some(Tail {
            first,
            file,
            end_offset: FILE_HEADER_BYTES as u64,
        });
        Ok(())
    }
}

/// Where a record's payload lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub sequence: Sequence,
    pub payload_bytes: usize,
}

impl Record {
    pub fn size_bytes(&self) -> u64 {
        (RECORD_HEADER_BYTES + self.payload_bytes) as u64
    }
}

/// Reads and checks the record at `offset`.
pub(crate) fn record_at<D: Disk>(
    disk: &D,
    file: &D::File,
    window: &mut Window,
    offset: u64,
) -> Result<Result<Record, Fault>, DiskError> {
    let head = window.get(disk, file, offset, RECORD_HEADER_BYTES)?;
    if head.len() < RECORD_HEADER_BYTES {
        return Ok(Err(Fault::Missing));
    }
    let magic = take::<4>(head, 0);
    if magic != RECORD_MAGIC {
        let found = u64::from(u32::from_le_bytes(magic));
        return Ok(Err(Fault::Magic {
            found,
            expected: u64::from(u32::from_le_bytes(RECORD_MAGIC)),
        }));
    }
    let (payload_bytes, sequence) = (u32_at(head, 4) as usize, Sequence(u64_at(head, 8)));
    if EVENTS_BYTES_MAX < payload_bytes {
        let (found_bytes, bytes_max) = (payload_bytes as u64, EVENTS_BYTES_MAX as u64);
        return Ok(Err(Fault::Length {
            found_bytes,
            bytes_max,
        }));
    }
    let size_bytes = RECORD_HEADER_BYTES + payload_bytes;
    let bytes = window.get(disk, file, offset, size_bytes)?;
    if bytes.len() < size_bytes {
        return Ok(Err(Fault::Missing));
    }
    let (found, expected) = (u32_at(bytes, RECORD_CRC_OFFSET), record_checksum(bytes));
    if found != expected {
        return Ok(Err(Fault::Checksum { found, expected }));
    }
    Ok(Ok(Record {
        sequence,
        payload_bytes,
    }))
}

/// Checks the header of the file that begins with `first`.
pub(crate) fn check_file<D: Disk>(
    disk: &D,
    file: &D::File,
    cluster: ClusterId,
    first: Sequence,
) -> Result<Result<(), Fault>, DiskError> {
    let mut header = [0; FILE_HEADER_BYTES];
    let count = read_full_at(disk, file, 0, &mut header)?;
    Ok(check_file_header(&header[..count], cluster, first))
}

fn check_file_header(header: &[u8], cluster: ClusterId, first: Sequence) -> Result<(), Fault> {
    if header.len() < FILE_HEADER_BYTES {
        let (found_bytes, expected_bytes) = (header.len() as u64, FILE_HEADER_BYTES as u64);
        return Err(Fault::Size {
            found_bytes,
            expected_bytes,
        });
    }
    let magic = take::<8>(header, 0);
    if magic != FILE_MAGIC {
        let (found, expected) = (u64::from_le_bytes(magic), u64::from_le_bytes(FILE_MAGIC));
        return Err(Fault::Magic { found, expected });
    }
    let (found, expected) = (
        u32_at(header, FILE_CRC_OFFSET),
        crc32c(&header[..FILE_CRC_OFFSET]),
    );
    if found != expected {
        return Err(Fault::Checksum { found, expected });
    }
    let version = u32_at(header, 8);
    if version != VERSION {
        return Err(Fault::Version {
            found: version,
            readable: VERSION,
        });
    }
    let found = ClusterId(u128_at(header, 16));
    if found != cluster {
        return Err(Fault::Cluster {
            found,
            expected: cluster,
        });
    }
    let holds = Sequence(u64_at(header, 32));
    if holds != first {
        return Err(Fault::Named { holds });
    }
    Ok(())
}

fn encode_file_header(cluster: ClusterId, first: Sequence) -> [u8; FILE_HEADER_BYTES] {
    let mut header = [0; FILE_HEADER_BYTES];
    put(&mut header, 0, FILE_MAGIC);
    put(&mut header, 8, VERSION.to_le_bytes());
    put(&mut header, 16, cluster.0.to_le_bytes());
    put(&mut header, 32, first.0.to_le_bytes());
    let checksum = crc32c(&header[..FILE_CRC_OFFSET]);
    put(&mut header, FILE_CRC_OFFSET, checksum.to_le_bytes());
    header
}

fn encode_record(sequence: Sequence, payload: &[u8], into: &mut Vec<u8>) {
    let mut header = [0; RECORD_HEADER_BYTES];
    put(&mut header, 0, RECORD_MAGIC);
    put(&mut header, 4, (payload.len() as u32).to_le_bytes());
    put(&mut header, 8, sequence.0.to_le_bytes());
    let checksum = crc32c_append(crc32c(&header[..RECORD_CRC_OFFSET]), payload);
    put(&mut header, RECORD_CRC_OFFSET, checksum.to_le_bytes());
    into.extend_from_slice(&header);
    into.extend_from_slice(payload);
}

fn record_checksum(record: &[u8]) -> u32 {
    crc32c_append(
        crc32c(&record[..RECORD_CRC_OFFSET]),
        &record[RECORD_HEADER_BYTES..],
    )
}

/// Returns the first sequences of all files, in order.
pub(crate) fn file_firsts<D: Disk>(disk: &D) -> Result<Vec<Sequence>, DiskError> {
    let names = disk.list()?;
    let mut firsts: Vec<Sequence> = names
        .iter()
        .filter_map(|name| number_in(NAME_PREFIX, name, NAME_SUFFIX))
        .collect();
    firsts.sort();
    Ok(firsts)
}

pub(crate) fn file_name(first: Sequence) -> String {
    numbered(NAME_PREFIX, first, NAME_SUFFIX)
}
