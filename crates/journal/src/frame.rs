//! The frame: one batch of commands as it lies on disk.
//!
//! All numbers are little-endian. Frames follow each other without gaps.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 4 | magic `BJFR` |
//! | 4 | 2 | format version, the same as the segment's |
//! | 6 | 2 | kind: 1 = batch of commands |
//! | 8 | 4 | payload length in bytes, at most `PAYLOAD_BYTES_MAX` |
//! | 12 | 4 | command count, at least 1 |
//! | 16 | 16 | cluster id |
//! | 32 | 8 | instance epoch |
//! | 40 | 8 | sequence of the first command |
//! | 48 | 8 | index of the segment this frame was written for |
//! | 56 | 8 | offset in that segment this frame was written for |
//! | 64 | 32 | SHA-256 of the previous frame, or of the segment header before the first |
//! | 96 | 4 | CRC32C of bytes 0 to 95 and the payload |
//! | 100 | | payload |
//!
//! Segment and offset make a misdirected write visible, sequence and previous hash a stale or lost
//! one, epoch and cluster a foreign one. The hash of a frame covers header, checksum and payload.

use crc32c::{crc32c, crc32c_append};

use crate::bytes::{put, take, u16_at, u32_at, u64_at, u128_at};
use crate::damage::{Fault, Place};
use crate::id::{ClusterId, Epoch, FrameHash, Position, SegmentIndex, Sequence};

/// The version of frames and segments this crate writes and reads.
pub const FORMAT_VERSION: u16 = 1;

/// Bytes before a frame's payload.
pub const FRAME_HEADER_BYTES: usize = 100;

/// The largest payload of one frame.
pub const PAYLOAD_BYTES_MAX: usize = 4 * 1024 * 1024;

pub(crate) const FRAME_MAGIC: [u8; 4] = *b"BJFR";
const KIND_BATCH: u16 = 1;
const CRC_OFFSET: usize = 96;

const _: () = assert!(CRC_OFFSET + 4 == FRAME_HEADER_BYTES);
const _: () = assert!(PAYLOAD_BYTES_MAX < u32::MAX as usize);

/// One batch of commands read back.
#[derive(Clone, Copy, Debug)]
pub struct FrameRef<'a> {
    /// The number of the first command.
    pub first: Sequence,
    /// How many commands the payload holds.
    pub count: u32,
    /// The opening of the journal that wrote the frame.
    pub epoch: Epoch,
    /// The point right after this frame.
    pub end: Position,
    /// What was appended.
    pub payload: &'a [u8],
}

/// The fields before a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub payload_bytes: u32,
    pub count: u32,
    pub cluster: ClusterId,
    pub epoch: Epoch,
    pub first: Sequence,
    pub place: Place,
    pub previous: FrameHash,
}

impl FrameHeader {
    /// Returns the length of the whole frame.
    pub fn frame_bytes(&self) -> usize {
        FRAME_HEADER_BYTES + self.payload_bytes as usize
    }

    /// Returns the number of the frame's last command.
    pub fn last(&self) -> Sequence {
        Sequence(self.first.0 + u64::from(self.count) - 1)
    }

    /// Replaces the contents of `frame` by the encoded frame. Allocates only while `frame` is still
    /// growing.
    pub fn encode(&self, payload: &[u8], frame: &mut Vec<u8>) {
        assert!(payload.len() == self.payload_bytes as usize);
        assert!(payload.len() <= PAYLOAD_BYTES_MAX);
        assert!(1 <= self.count);

        let mut header = [0; FRAME_HEADER_BYTES];
        put(&mut header, 0, FRAME_MAGIC);
        put(&mut header, 4, FORMAT_VERSION.to_le_bytes());
        put(&mut header, 6, KIND_BATCH.to_le_bytes());
        put(&mut header, 8, self.payload_bytes.to_le_bytes());
        put(&mut header, 12, self.count.to_le_bytes());
        put(&mut header, 16, self.cluster.0.to_le_bytes());
        put(&mut header, 32, self.epoch.0.to_le_bytes());
        put(&mut header, 40, self.first.0.to_le_bytes());
        put(&mut header, 48, self.place.segment.0.to_le_bytes());
        put(&mut header, 56, self.place.offset.to_le_bytes());
        put(&mut header, 64, self.previous.0);
        let checksum = crc32c_append(crc32c(&header[..CRC_OFFSET]), payload);
        put(&mut header, CRC_OFFSET, checksum.to_le_bytes());

        frame.clear();
        frame.extend_from_slice(&header);
        frame.extend_from_slice(payload);
    }

    /// Reads the fields of a header. What it says is not to be believed before `check_bytes` on the
    /// whole frame.
    ///
    /// # Errors
    /// The fault in a field that no written frame has.
    pub fn decode(header: &[u8]) -> Result<FrameHeader, Fault> {
        assert!(header.len() == FRAME_HEADER_BYTES);
        let magic = take::<4>(header, 0);
        if magic != FRAME_MAGIC {
            return Err(wrong_magic(magic));
        }
        let version = u16_at(header, 4);
        if version != FORMAT_VERSION {
            let readable = u32::from(FORMAT_VERSION);
            return Err(Fault::Version {
                found: u32::from(version),
                readable,
            });
        }
        let kind = u16_at(header, 6);
        if kind != KIND_BATCH {
            return Err(Fault::Kind {
                found: u32::from(kind),
            });
        }
        let payload_bytes = u32_at(header, 8);
        if PAYLOAD_BYTES_MAX < payload_bytes as usize {
            let bytes_max = PAYLOAD_BYTES_MAX as u64;
            return Err(Fault::Length {
                found_bytes: u64::from(payload_bytes),
                bytes_max,
            });
        }
        let count = u32_at(header, 12);
        if count == 0 {
            return Err(Fault::Empty);
        }
        let first = u64_at(header, 40);
        if first.checked_add(u64::from(count)).is_none() {
            return Err(Fault::Sequence {
                found: Sequence(first),
                expected: Sequence::GENESIS,
            });
        }
        Ok(FrameHeader {
            payload_bytes,
            count,
            cluster: ClusterId(u128_at(header, 16)),
            epoch: Epoch(u64_at(header, 32)),
            first: Sequence(first),
            place: Place {
                segment: SegmentIndex(u64_at(header, 48)),
                offset: u64_at(header, 56),
            },
            previous: FrameHash(take(header, 64)),
        })
    }

    /// Checks that the bytes of a whole frame are those that were written.
    ///
    /// # Errors
    /// The checksum that does not match.
    pub fn check_bytes(frame: &[u8]) -> Result<(), Fault> {
        assert!(FRAME_HEADER_BYTES <= frame.len());
        let found = u32_at(frame, CRC_OFFSET);
        let expected = crc32c_append(crc32c(&frame[..CRC_OFFSET]), &frame[FRAME_HEADER_BYTES..]);
        if mutant::plant!("checksum-unchecked", false, found != expected) {
            return Err(Fault::Checksum { found, expected });
        }
        Ok(())
    }
}

fn wrong_magic(found: [u8; 4]) -> Fault {
    Fault::Magic {
        found: u64::from(u32::from_le_bytes(found)),
        expected: u64::from(u32::from_le_bytes(FRAME_MAGIC)),
    }
}
