//! The segment: a preallocated file of frames, and its header.
//!
//! A segment is named by the number of its first command, `journal-00000000000000000001.log`.
//! Frames begin right after the header; the rest of the file is zeros. A segment gets its name only
//! after its header has been synced, and only after the segment before it has been synced to its
//! end, so a named segment always has a whole header and only the last segment can have a torn
//! tail.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `BJSEGMNT` |
//! | 8 | 4 | format version |
//! | 12 | 4 | zero |
//! | 16 | 16 | cluster id |
//! | 32 | 8 | instance epoch that created it |
//! | 40 | 8 | segment index, from 0 |
//! | 48 | 8 | sequence of its first command |
//! | 56 | 8 | length of the file in bytes |
//! | 64 | 32 | SHA-256 of the last frame of the previous segment; zeros in segment 0 |
//! | 96 | 28 | zero |
//! | 124 | 4 | CRC32C of bytes 0 to 123 |
//!
//! The hash chain runs through the headers: the first frame of a segment names the SHA-256 of the
//! header. The chain begins with the header of segment 0.

use crc32c::crc32c;

use crate::bytes::{is_blank, put, take, u32_at, u64_at, u128_at};
use crate::damage::Fault;
use crate::frame::{FORMAT_VERSION, FRAME_HEADER_BYTES, PAYLOAD_BYTES_MAX};
use crate::id::{ClusterId, Epoch, FrameHash, SegmentIndex, Sequence};

/// Bytes before the first frame of a segment.
pub const SEGMENT_HEADER_BYTES: usize = 128;

/// The segment length for production.
pub const SEGMENT_BYTES_DEFAULT: u64 = 64 * 1024 * 1024;

const MAGIC: [u8; 8] = *b"BJSEGMNT";
const CRC_OFFSET: usize = 124;
const NAME_PREFIX: &str = "journal-";
const NAME_SUFFIX: &str = ".log";
const NAME_DIGITS: usize = 20;

const _: () = assert!(
    (SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES + PAYLOAD_BYTES_MAX) as u64 <= SEGMENT_BYTES_DEFAULT
);

/// What the head of a segment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub cluster: ClusterId,
    pub epoch: Epoch,
    pub index: SegmentIndex,
    pub first: Sequence,
    pub segment_bytes: u64,
    pub previous: FrameHash,
}

impl SegmentHeader {
    pub fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut header = [0; SEGMENT_HEADER_BYTES];
        put(&mut header, 0, MAGIC);
        put(&mut header, 8, u32::from(FORMAT_VERSION).to_le_bytes());
        put(&mut header, 16, self.cluster.0.to_le_bytes());
        put(&mut header, 32, self.epoch.0.to_le_bytes());
        put(&mut header, 40, self.index.0.to_le_bytes());
        put(&mut header, 48, self.first.0.to_le_bytes());
        put(&mut header, 56, self.segment_bytes.to_le_bytes());
        put(&mut header, 64, self.previous.0);
        let checksum = crc32c(&header[..CRC_OFFSET]);
        put(&mut header, CRC_OFFSET, checksum.to_le_bytes());
        header
    }

    /// Reads a header; bytes past the end of the file count as missing.
    ///
    /// # Errors
    /// The fault that shows these are not the bytes of a header this crate wrote.
    pub fn decode(header: &[u8]) -> Result<SegmentHeader, Fault> {
        if header.len() < SEGMENT_HEADER_BYTES {
            let expected_bytes = SEGMENT_HEADER_BYTES as u64;
            return Err(Fault::Size {
                found_bytes: header.len() as u64,
                expected_bytes,
            });
        }
        if is_blank(header) {
            return Err(Fault::Blank);
        }
        let magic = take::<8>(header, 0);
        if magic != MAGIC {
            let (found, expected) = (u64::from_le_bytes(magic), u64::from_le_bytes(MAGIC));
            return Err(Fault::Magic { found, expected });
        }
        let found = u32_at(header, CRC_OFFSET);
        let expected = crc32c(&header[..CRC_OFFSET]);
        if found != expected {
            return Err(Fault::Checksum { found, expected });
        }
        let version = u32_at(header, 8);
        if version != u32::from(FORMAT_VERSION) {
            let readable = u32::from(FORMAT_VERSION);
            return Err(Fault::Version {
                found: version,
                readable,
            });
        }
        Ok(SegmentHeader {
            cluster: ClusterId(u128_at(header, 16)),
            epoch: Epoch(u64_at(header, 32)),
            index: SegmentIndex(u64_at(header, 40)),
            first: Sequence(u64_at(header, 48)),
            segment_bytes: u64_at(header, 56),
            previous: FrameHash(take(header, 64)),
        })
    }
}

/// Returns the name of the segment that begins with `first`.
pub(crate) fn segment_name(first: Sequence) -> String {
    numbered(NAME_PREFIX, first, NAME_SUFFIX)
}

/// Returns the first sequence of the segment called `name`, or `None` when no segment is called so.
pub(crate) fn segment_first(name: &str) -> Option<Sequence> {
    number_in(NAME_PREFIX, name, NAME_SUFFIX)
}

/// Returns a file name with a sequence in it, padded so that names sort as numbers do.
pub(crate) fn numbered(prefix: &str, number: Sequence, suffix: &str) -> String {
    format!("{prefix}{:0NAME_DIGITS$}{suffix}", number.0)
}

/// Reads what `numbered` wrote.
pub(crate) fn number_in(prefix: &str, name: &str, suffix: &str) -> Option<Sequence> {
    let digits = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
    let is_number =
        digits.len() == NAME_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number {
        return None;
    }
    digits.parse().ok().map(Sequence)
}
