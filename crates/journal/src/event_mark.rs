//! A mark beside the event log: how far the events have been hashed, and to what.
//!
//! Whoever starts again need not hash the past a second time. Like the log it is derived and never synced: torn,
//! missing or of another history, it is passed over. What the digests are made of is the business of others.
//!
//! The file is called `chain`; all numbers are little-endian.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `BJCHAINM` |
//! | 8 | 4 | format version |
//! | 12 | 4 | zero |
//! | 16 | 16 | cluster id |
//! | 32 | 8 | sequence |
//! | 40 | 32 | digest before the command of that sequence |
//! | 72 | 32 | digest after it |
//! | 104 | 20 | zero |
//! | 124 | 4 | CRC32C of bytes 0 to 123 |

use crc32c::crc32c;

use crate::bytes::{put, take, u32_at, u64_at, u128_at};
use crate::disk::{Access, Disk, DiskError, Rename, read_full_at, write_all_at};
use crate::id::{ClusterId, Sequence};

const MARK_BYTES: usize = 128;
const MAGIC: [u8; 8] = *b"BJCHAINM";
const VERSION: u32 = 1;
const CRC_OFFSET: usize = 124;

const NAME: &str = "chain";
const UNFINISHED: &str = "chain.tmp";

/// The digests around one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventMark {
    pub sequence: Sequence,
    pub before: [u8; 32],
    pub after: [u8; 32],
}

/// Returns the mark, or `None` when there is none that is sound and of this cluster.
///
/// # Errors
/// The disk's.
pub(crate) fn read<D: Disk>(disk: &D, cluster: ClusterId) -> Result<Option<EventMark>, DiskError> {
    let file = match disk.open(NAME, Access::Read) {
        Err(error) if error.is_missing() => return Ok(None),
        file => file?,
    };
    let mut bytes = [0; MARK_BYTES];
    read_full_at(disk, &file, 0, &mut bytes)?;
    Ok(decode(&bytes, cluster))
}

/// Writes the mark in place of the one before it.
///
/// # Errors
/// The disk's; the mark before it is still there then.
pub(crate) fn write<D: Disk>(
    disk: &D,
    cluster: ClusterId,
    mark: &EventMark,
) -> Result<(), DiskError> {
    match disk.remove(UNFINISHED) {
        Err(error) if !error.is_missing() => return Err(error),
        _ => {}
    }
    let file = disk.create(UNFINISHED)?;
    write_all_at(disk, &file, 0, &encode(cluster, mark))?;
    disk.rename(Rename {
        from: UNFINISHED,
        to: NAME,
    })
}

fn encode(cluster: ClusterId, mark: &EventMark) -> [u8; MARK_BYTES] {
    let mut bytes = [0; MARK_BYTES];
    put(&mut bytes, 0, MAGIC);
    put(&mut bytes, 8, VERSION.to_le_bytes());
    put(&mut bytes, 16, cluster.0.to_le_bytes());
    put(&mut bytes, 32, mark.sequence.0.to_le_bytes());
    put(&mut bytes, 40, mark.before);
    put(&mut bytes, 72, mark.after);
    let checksum = crc32c(&bytes[..CRC_OFFSET]);
    put(&mut bytes, CRC_OFFSET, checksum.to_le_bytes());
    bytes
}

fn decode(bytes: &[u8; MARK_BYTES], cluster: ClusterId) -> Option<EventMark> {
    let is_sound = take::<8>(bytes, 0) == MAGIC
        && u32_at(bytes, 8) == VERSION
        && u32_at(bytes, CRC_OFFSET) == crc32c(&bytes[..CRC_OFFSET])
        && ClusterId(u128_at(bytes, 16)) == cluster;
    is_sound.then(|| EventMark {
        sequence: Sequence(u64_at(bytes, 32)),
        before: take(bytes, 40),
        after: take(bytes, 72),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory_disk::MemoryDisk;

    const CLUSTER: ClusterId = ClusterId(7);

    fn mark(sequence: u64) -> EventMark {
        EventMark {
            sequence: Sequence(sequence),
            before: [1; 32],
            after: [2; 32],
        }
    }

    #[test]
    fn the_last_mark_written_is_read() {
        let disk = MemoryDisk::new();
        assert_eq!(read(&disk, CLUSTER).unwrap(), None);
        for sequence in [5, 9] {
            write(&disk, CLUSTER, &mark(sequence)).unwrap();
            assert_eq!(read(&disk, CLUSTER).unwrap(), Some(mark(sequence)));
        }
    }

    #[test]
    fn a_mark_with_any_bit_flipped_is_none() {
        let sound = encode(CLUSTER, &mark(5));
        assert_eq!(decode(&sound, CLUSTER), Some(mark(5)));
        for bit in 0..8 * MARK_BYTES {
            let mut bytes = sound;
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&bytes, CLUSTER), None, "bit {bit}");
        }
    }

    #[test]
    fn the_mark_of_another_cluster_is_none() {
        assert_eq!(decode(&encode(CLUSTER, &mark(5)), ClusterId(8)), None);
    }
}
