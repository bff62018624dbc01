//! How a journal is opened.

use crate::frame::{FRAME_HEADER_BYTES, PAYLOAD_BYTES_MAX};
use crate::id::{Anchor, ClusterId};
use crate::segment::{SEGMENT_BYTES_DEFAULT, SEGMENT_HEADER_BYTES};

/// The reserve for production: 10,000 cancels in frames of their own take about 2 MiB.
pub const RESERVE_BYTES_DEFAULT: u64 = 8 * 1024 * 1024;

const _: () = assert!(
    RESERVE_BYTES_DEFAULT + (SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES + PAYLOAD_BYTES_MAX) as u64
        <= SEGMENT_BYTES_DEFAULT
);

/// How a journal is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The exchange: given to a new journal, demanded of an existing one.
    pub cluster: ClusterId,
    /// The length of new segments. Existing ones keep theirs.
    pub segment_bytes: u64,
    /// Preallocated space that ordinary appends leave free, so that cancels still find some on a
    /// full disk.
    pub reserve_bytes: u64,
    /// Which frames to hand over while opening.
    pub replay: Replay,
    /// Which refusals the operator has overruled.
    pub waivers: Waivers,
}

impl Options {
    /// Returns the largest payload one frame may have under these options.
    ///
    /// # Panics
    /// When a segment has no room for a frame beside the reserve.
    pub fn payload_bytes_max(&self) -> usize {
        let overhead = self.reserve_bytes + (SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES) as u64;
        assert!(
            overhead < self.segment_bytes,
            "a segment has room for a frame beside the reserve"
        );
        (self.segment_bytes - overhead).min(PAYLOAD_BYTES_MAX as u64) as usize
    }
}

/// Which frames are handed over while opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// All of them; every byte of the journal is checked.
    Genesis,
    /// Those after a snapshot, which has to be one of this very history. Segments that end before
    /// it are checked by name, header and length only.
    After(Anchor),
}

/// Which refusals the operator has overruled, each for one start only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waivers {
    /// Waived: a directory that was copied or has lost its instance file is accepted as the
    /// original.
    pub origin: Check,
    /// Waived: the watermark is not consulted, and what the journal holds is taken as all there
    /// ever was.
    pub watermark: Check,
}

impl Waivers {
    /// Every check is made.
    pub const NONE: Waivers = Waivers {
        origin: Check::Enforced,
        watermark: Check::Enforced,
    };
}

/// Whether a check is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Enforced,
    Waived,
}
