//! The bytes of the event log. All numbers are little-endian.
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
use crate::damage::Fault;
use crate::disk::{Disk, DiskError, read_full_at};
use crate::id::{ClusterId, Sequence};
use crate::window::Window;

/// The largest payload of one record: all events of one command.
pub const EVENTS_BYTES_MAX: usize = 16 * 1024 * 1024;

pub(crate) const FILE_HEADER_BYTES: usize = 64;
pub(crate) const RECORD_HEADER_BYTES: usize = 20;
const FILE_MAGIC: [u8; 8] = *b"BJEVENTS";
const RECORD_MAGIC: [u8; 4] = *b"BJEV";
const VERSION: u32 = 1;
const FILE_CRC_OFFSET: usize = 60;
const RECORD_CRC_OFFSET: usize = 16;

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

pub(crate) fn encode_file_header(cluster: ClusterId, first: Sequence) -> [u8; FILE_HEADER_BYTES] {
    let mut header = [0; FILE_HEADER_BYTES];
    put(&mut header, 0, FILE_MAGIC);
    put(&mut header, 8, VERSION.to_le_bytes());
    put(&mut header, 16, cluster.0.to_le_bytes());
    put(&mut header, 32, first.0.to_le_bytes());
    let checksum = crc32c(&header[..FILE_CRC_OFFSET]);
    put(&mut header, FILE_CRC_OFFSET, checksum.to_le_bytes());
    header
}

pub(crate) fn encode_record(sequence: Sequence, payload: &[u8], into: &mut Vec<u8>) {
    let mut header = [0; RECORD_HEADER_BYTES];
    put(&mut header, 0, RECORD_MAGIC);
    put(&mut header, 4, (payload.len() as u32).to_le_bytes());
    put(&mut header, 8, sequence.0.to_le_bytes());
    let checksum = crc32c_append(crc32c(&header[..RECORD_CRC_OFFSET]), payload);
    put(&mut header, RECORD_CRC_OFFSET, checksum.to_le_bytes());
    into.extend_from_slice(&header);
    into.extend_from_slice(payload);
}

/// Returns sequence and payload of each record of what `encode_record` has written.
pub(crate) fn records_in(mut records: &[u8]) -> impl Iterator<Item = (Sequence, &[u8])> {
    core::iter::from_fn(move || {
        let head = records.get(..RECORD_HEADER_BYTES)?;
        let (payload_bytes, sequence) = (u32_at(head, 4) as usize, Sequence(u64_at(head, 8)));
        let (record, rest) = records.split_at_checked(RECORD_HEADER_BYTES + payload_bytes)?;
        records = rest;
        Some((sequence, &record[RECORD_HEADER_BYTES..]))
    })
}

fn record_checksum(record: &[u8]) -> u32 {
    crc32c_append(
        crc32c(&record[..RECORD_CRC_OFFSET]),
        &record[RECORD_HEADER_BYTES..],
    )
}
