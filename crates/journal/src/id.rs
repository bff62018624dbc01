//! The numbers a journal counts with, each a type of its own so that none is taken for another.

use std::fmt;

use sha2::{Digest, Sha256};

/// The number of one command in the log: 1 for the first ever, without gaps; 0 stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sequence(pub u64);

impl Sequence {
    /// What stands before the first command.
    pub const GENESIS: Sequence = Sequence(0);

    /// Returns the number `count` commands later.
    ///
    /// # Panics
    /// When the sum leaves 64 bits, which no log reaches.
    pub fn after(self, count: u32) -> Sequence {
        Sequence(
            self.0
                .checked_add(u64::from(count))
                .expect("a log has fewer than 2^64 commands"),
        )
    }

    /// Returns the next number.
    pub fn next(self) -> Sequence {
        self.after(1)
    }
}

/// The exchange a journal belongs to, drawn once when its log is born.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClusterId(pub u128);

/// How many times the directory has been opened for writing; stamped into every frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

/// The place of a segment in the journal, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentIndex(pub u64);

impl SegmentIndex {
    /// Returns the index of the segment after this one.
    pub fn next(self) -> SegmentIndex {
        SegmentIndex(
            self.0
                .checked_add(1)
                .expect("a log has fewer than 2^64 segments"),
        )
    }
}

/// The SHA-256 of one frame or segment header; the next frame carries it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FrameHash(pub [u8; 32]);

impl FrameHash {
    /// Returns the hash of `bytes`.
    pub fn of(bytes: &[u8]) -> FrameHash {
        FrameHash(Sha256::digest(bytes).into())
    }
}

/// A point of the log between two frames: everything up to `sequence` lies before it.
///
/// **Shape**: `offset` is the byte in `segment` at which the next frame would begin; `hash` is what
/// that frame must name as its predecessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub sequence: Sequence,
    pub segment: SegmentIndex,
    pub offset: u64,
    pub hash: FrameHash,
}

impl Position {
    /// Returns what a snapshot of the state at this point is tied to.
    pub fn anchor(&self) -> Anchor {
        Anchor {
            sequence: self.sequence,
            hash: self.hash,
        }
    }
}

/// The end of one frame in one history: what a snapshot is tied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The last command before the point.
    pub sequence: Sequence,
    /// The hash of the frame that ends with it, or of the segment header behind that.
    pub hash: FrameHash,
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SegmentIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClusterId({self})")
    }
}

impl fmt::Display for FrameHash {
    /// Shows the first eight bytes: enough to tell two hashes apart in a diagnosis.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..8]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FrameHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameHash({self})")
    }
}
