//! What can be wrong with a journal, where, and what to do about it.
//!
//! A diagnosis names the file, the byte, what was found there, what had to be there, and the
//! remedy. Nothing in this crate ever skips damage: it is either a torn tail beyond the watermark,
//! which recovery removes and reports, or a refusal.

use std::fmt;

use crate::disk::{DiskError, Origin};
use crate::id::{Anchor, ClusterId, Epoch, FrameHash, Position, SegmentIndex, Sequence};

/// One fault at one byte of one file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, byte {offset}: {fault}. {}", fault.remedy())]
pub struct Damage {
    pub file: String,
    pub offset: u64,
    pub fault: Fault,
}

/// What was found, and what had to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The file does not exist.
    Missing,
    /// Zeros where a record has to be.
    Blank,
    /// Not the mark every record of this kind begins with.
    Magic { found: u64, expected: u64 },
    /// A format this binary does not read.
    Version { found: u32, readable: u32 },
    /// A kind of record this format does not have.
    Kind { found: u32 },
    /// A length no record can have, or one that leaves its file.
    Length { found_bytes: u64, bytes_max: u64 },
    /// A frame of no commands.
    Empty,
    /// The bytes are not those that were written.
    Checksum { found: u32, expected: u32 },
    /// The record belongs to another exchange.
    Cluster {
        found: ClusterId,
        expected: ClusterId,
    },
    /// A sound frame that was written for another place.
    Place { found: Place, expected: Place },
    /// A frame from an older opening than the one before it, or from one that has not happened.
    Epoch {
        found: Epoch,
        at_least: Epoch,
        at_most: Epoch,
    },
    /// A frame with the wrong number.
    Sequence { found: Sequence, expected: Sequence },
    /// A frame or segment that does not continue the one before it.
    Chain {
        found: FrameHash,
        expected: FrameHash,
    },
    /// The contents are not those that were hashed.
    Hash {
        found: FrameHash,
        expected: FrameHash,
    },
    /// The file has the wrong length.
    Size {
        found_bytes: u64,
        expected_bytes: u64,
    },
    /// The file holds the segment of another name.
    Named { holds: Sequence },
    /// Two files hold the same segment.
    Duplicate { other: String, index: SegmentIndex },
    /// No file holds this segment.
    SegmentMissing { index: SegmentIndex },
    /// The log ends before commands that are known to have been durable.
    CutShort {
        ends: Sequence,
        durable: Sequence,
        found: Option<Box<Fault>>,
    },
    /// The frame at the watermark is not the one that was durable.
    Watermark {
        found: Box<Position>,
        expected: Box<Position>,
    },
    /// Bytes after the end of a log that was closed, or of a segment that was left complete.
    Trailing,
}

/// A segment and a byte in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub segment: SegmentIndex,
    pub offset: u64,
}

impl Fault {
    /// Whether the record itself is sound and only stands where it must not: no torn write looks
    /// like this.
    pub(crate) fn is_misplaced(&self) -> bool {
        matches!(
            self,
            Fault::Cluster { .. }
                | Fault::Place { .. }
                | Fault::Epoch { .. }
                | Fault::Sequence { .. }
                | Fault::Chain { .. }
        )
    }

    /// Returns what an operator should do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Fault::Missing | Fault::SegmentMissing { .. } => {
                "Put the missing file back from a backup or a replica; do not start without it"
            }
            Fault::Version { .. } => "Start the version of the program that wrote this directory",
            Fault::Cluster { .. } => {
                "This file comes from another exchange: remove it and restore the right one"
            }
            Fault::Named { .. } => "Rename the files back to the segments they hold",
            Fault::Duplicate { .. } => {
                "Restore the segment that one of the two has replaced, or remove the extra copy"
            }
            Fault::CutShort { .. } | Fault::Watermark { .. } => {
                "Commands that had been acknowledged are gone from this disk: restore the journal \
                 from a replica or a backup"
            }
            _ => "The disk or the file is damaged: restore this file from a replica or a backup",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Missing => write!(f, "the file is missing"),
            Fault::Blank => write!(f, "found zeros, expected a record"),
            Fault::Magic { found, expected } => {
                write!(f, "found mark {found:#x}, expected {expected:#x}")
            }
            Fault::Version { found, readable } => {
                write!(
                    f,
                    "found format version {found}, this program reads {readable}"
                )
            }
            Fault::Kind { found } => write!(f, "found a record of unknown kind {found}"),
            Fault::Length {
                found_bytes,
                bytes_max,
            } => {
                write!(
                    f,
                    "found a length of {found_bytes} bytes, expected at most {bytes_max}"
                )
            }
            Fault::Empty => write!(f, "found a frame of no commands"),
            Fault::Checksum { found, expected } => {
                write!(
                    f,
                    "found checksum {found:#010x}, the bytes give {expected:#010x}"
                )
            }
            Fault::Cluster { found, expected } => {
                write!(f, "found a record of cluster {found}, expected {expected}")
            }
            Fault::Place { found, expected } => {
                write!(f, "found a frame of {found}, expected {expected}")
            }
            Fault::Epoch {
                found,
                at_least,
                at_most,
            } => {
                write!(f, "found epoch {found}, expected {at_least} to {at_most}")
            }
            Fault::Sequence { found, expected } => {
                write!(f, "found sequence {found}, expected {expected}")
            }
            Fault::Chain { found, expected } => {
                write!(
                    f,
                    "found a successor of {found}, expected one of {expected}"
                )
            }
            Fault::Hash { found, expected } => {
                write!(f, "found contents with hash {found}, expected {expected}")
            }
            Fault::Size {
                found_bytes,
                expected_bytes,
            } => {
                write!(f, "found {found_bytes} bytes, expected {expected_bytes}")
            }
            Fault::Named { holds } => {
                write!(f, "found the segment that begins at sequence {holds}")
            }
            Fault::Duplicate { other, index } => {
                write!(f, "found segment {index}, which {other} holds as well")
            }
            Fault::SegmentMissing { index } => {
                write!(f, "segment {index} is missing before this one")
            }
            Fault::CutShort {
                ends,
                durable,
                found,
            } => {
                write!(
                    f,
                    "the log ends at sequence {ends}, expected at least {durable}"
                )?;
                found.iter().try_for_each(|fault| write!(f, " ({fault})"))
            }
            Fault::Watermark { found, expected } => write!(
                f,
                "found sequence {} with hash {} at segment {}, byte {}; the watermark names \
                 sequence {} with hash {} at segment {}, byte {}",
                found.sequence,
                found.hash,
                found.segment,
                found.offset,
                expected.sequence,
                expected.hash,
                expected.segment,
                expected.offset
            ),
            Fault::Trailing => write!(f, "found bytes after the end of a complete log or segment"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "segment {}, byte {}", self.segment, self.offset)
    }
}

/// Why a file could not be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Damage(#[from] Damage),
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl From<Damage> for Refusal {
    fn from(damage: Damage) -> Refusal {
        Refusal::Damage(Box::new(damage))
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Refusal {
        match error {
            ReadError::Damage(damage) => Refusal::from(damage),
            ReadError::Disk(error) => Refusal::Disk(error),
        }
    }
}

/// Why a journal does not open. Nothing has been changed when one of these is returned, but for
/// `Disk`.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error(
        "the journal is in use by another process. Stop that process; two never share one journal"
    )]
    InUse,
    #[error(transparent)]
    Damage(Box<Damage>),
    #[error("{name} is no file of a journal. Move it elsewhere, then start again")]
    UnknownFile { name: String },
    #[error(
        "this directory is a copy: it was last used as {recorded} and is now {actual}. If the \
         original will never run again, accept the copy with `--accept-copy`; otherwise start the original"
    )]
    Copied { recorded: Origin, actual: Origin },
    #[error(
        "the replay should begin after sequence {after}, but the journal ends at {end}. The \
         snapshot is from the future of this journal: use an older one"
    )]
    ReplayBeyondEnd { after: Sequence, end: Sequence },
    #[error(
        "the replay should begin after sequence {} with hash {}; {file} has {found:?} \
         there. The snapshot belongs to another history: use another one",
        after.sequence,
        after.hash
    )]
    ReplayElsewhere {
        after: Anchor,
        file: String,
        found: Option<FrameHash>,
    },
    #[error("{file}, byte {offset}: the frame from sequence {first} cannot be replayed: {source}")]
    Rejected {
        file: String,
        offset: u64,
        first: Sequence,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl Refusal {
    /// Returns the damage, when that is the reason.
    pub fn damage(&self) -> Option<&Damage> {
        match self {
            Refusal::Damage(damage) => Some(damage),
            _ => None,
        }
    }
}

/// The fault of a log that passes its watermark elsewhere than it should.
pub(crate) fn off_watermark(found: Position, expected: Position) -> Fault {
    Fault::Watermark {
        found: Box::new(found),
        expected: Box::new(expected),
    }
}

/// Names the file and byte of a fault.
pub(crate) fn damage(file: &str, offset: u64, fault: Fault) -> Damage {
    Damage {
        file: String::from(file),
        offset,
        fault,
    }
}
