//! The watermark: how far the journal is known to have been durable, kept apart from it.
//!
//! A log that lost its last frames at a frame boundary looks whole. The watermark, a file of its
//! own with its own sync, says how far it must at least reach, and with which hash. It trails the
//! journal by the few milliseconds after which its owner writes it; a loss inside that window that
//! looks like a torn tail cannot be told from one on a single disk. A clean close writes it at the
//! very end and marks it closed, after which nothing can be lost unseen.
//!
//! The file is a slot file (`slots`) of magic `BJWATERM`; state 1 is open, 2 is closed; the body is
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | instance epoch |
//! | 8 | 8 | last durable sequence |
//! | 16 | 8 | segment index |
//! | 24 | 8 | offset of the next frame in that segment |
//! | 32 | 32 | hash of the last durable frame |

use crate::bytes::{put, take, u64_at};
use crate::damage::{Damage, Fault, Refusal, damage};
use crate::disk::{Disk, DiskError};
use crate::id::{ClusterId, Epoch, FrameHash, Position, SegmentIndex, Sequence};
use crate::slots::{self, BODY_BYTES, Newest, Record, SlotFile, SlotKind, Spoiled};

/// The name of the watermark's file.
pub(crate) const WATERMARK_FILE: &str = "watermark";

const KIND: SlotKind = SlotKind {
    name: WATERMARK_FILE,
    magic: *b"BJWATERM",
};
const STATE_OPEN: u32 = 1;
const STATE_CLOSED: u32 = 2;

/// What the watermark file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watermark {
    pub cluster: ClusterId,
    pub epoch: Epoch,
    pub state: WatermarkState,
    /// Everything before this point was durable.
    pub position: Position,
    /// A slot that could not be read; recovery repairs it.
    pub spoiled: Option<Spoiled>,
}

/// Whether the journal may have gone on after the watermark was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatermarkState {
    /// The journal was being written: it may have gone on, and have a torn tail.
    Open,
    /// The journal was closed: it ends exactly here.
    Closed,
}

/// The one writer of the watermark.
///
/// It owns its file and may live on another thread than the journal, so that its sync delays no
/// append. After a failure it answers only failures: the owner stops, as after a failed sync of the
/// journal.
#[derive(Debug)]
pub struct WatermarkWriter<D: Disk> {
    slots: SlotFile<D>,
    cluster: ClusterId,
    epoch: Epoch,
    position: Position,
    has_failed: bool,
}

/// Why the watermark was not written.
#[derive(Debug, thiserror::Error)]
pub enum WatermarkError {
    #[error(transparent)]
    Disk(#[from] DiskError),
    #[error("the watermark has failed before and is not written again")]
    Stopped,
}

impl<D: Disk> WatermarkWriter<D> {
    /// Records that everything up to `durable` is durable, with a sync of its own. Call it within
    /// 10 ms of the journal's sync, with nothing but what `Journal::sync` answered.
    ///
    /// # Errors
    /// A disk failure, after which every call answers `Stopped`.
    ///
    /// # Panics
    /// When `durable` lies before what has been recorded.
    pub fn advance(&mut self, durable: Position) -> Result<(), WatermarkError> {
        assert!(
            self.position.sequence <= durable.sequence,
            "durability never goes back"
        );
        if durable == self.position {
            return Ok(());
        }
        self.position = durable;
        self.write(SlotFile::write, WatermarkState::Open)
    }

    /// Returns what was last recorded.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Records the end of a journal that nobody will append to until it is opened again.
    pub(crate) fn close(mut self, end: Position) -> Result<(), WatermarkError> {
        assert!(
            self.position.sequence <= end.sequence,
            "durability never goes back"
        );
        self.position = end;
        self.write(SlotFile::write_both, WatermarkState::Closed)
    }

    fn write(
        &mut self,
        write: fn(&mut SlotFile<D>, &Record) -> Result<(), DiskError>,
        state: WatermarkState,
    ) -> Result<(), WatermarkError> {
        if self.has_failed {
            return Err(WatermarkError::Stopped);
        }
        let record = record(self.cluster, self.epoch, state, self.position);
        let written = write(&mut self.slots, &record);
        self.has_failed = written.is_err();
        Ok(written?)
    }
}

/// Creates the watermark of a new journal.
pub(crate) fn create<D: Disk>(
    disk: D,
    cluster: ClusterId,
    epoch: Epoch,
    position: Position,
) -> Result<WatermarkWriter<D>, DiskError> {
    let record = record(cluster, epoch, WatermarkState::Open, position);
    let slots = SlotFile::create(disk, KIND, &record)?;
    Ok(WatermarkWriter {
        slots,
        cluster,
        epoch,
        position,
        has_failed: false,
    })
}

/// Opens the watermark for a new epoch and records in both slots that the journal is in use again
/// and ends at `end`.
pub(crate) fn reopen<D: Disk>(
    disk: D,
    cluster: ClusterId,
    epoch: Epoch,
    end: Position,
) -> Result<WatermarkWriter<D>, DiskError> {
    let Ok(newest) = slots::read(&disk, KIND)? else {
        // Only after the owner accepted to go on without one.
        remove_if_present(&disk)?;
        return create(disk, cluster, epoch, end);
    };
    let mut slots = SlotFile::open(disk, KIND, &newest)?;
    slots.write_both(&record(cluster, epoch, WatermarkState::Open, end))?;
    Ok(WatermarkWriter {
        slots,
        cluster,
        epoch,
        position: end,
        has_failed: false,
    })
}

fn remove_if_present<D: Disk>(disk: &D) -> Result<(), DiskError> {
    match disk.remove(WATERMARK_FILE) {
        Err(error) if !error.is_missing() => Err(error),
        _ => Ok(()),
    }
}

/// Reads the watermark, also while its writer is at work: this is how a follower learns how far it
/// may read.
///
/// # Errors
/// The file is missing, neither slot is sound, or it belongs to another cluster.
pub fn read_watermark<D: Disk>(disk: &D, cluster: ClusterId) -> Result<Watermark, Refusal> {
    match slots::read(disk, KIND)? {
        Ok(newest) => Ok(decode(&newest, cluster)?),
        Err(fault) => Err(damage(WATERMARK_FILE, 0, fault).into()),
    }
}

fn record(cluster: ClusterId, epoch: Epoch, state: WatermarkState, position: Position) -> Record {
    let mut body = [0; BODY_BYTES];
    put(&mut body, 0, epoch.0.to_le_bytes());
    put(&mut body, 8, position.sequence.0.to_le_bytes());
    put(&mut body, 16, position.segment.0.to_le_bytes());
    put(&mut body, 24, position.offset.to_le_bytes());
    put(&mut body, 32, position.hash.0);
    let state = match state {
        WatermarkState::Open => STATE_OPEN,
        WatermarkState::Closed => STATE_CLOSED,
    };
    Record {
        state,
        cluster,
        body,
    }
}

fn decode(newest: &Newest, expected: ClusterId) -> Result<Watermark, Damage> {
    let Record {
        state,
        cluster,
        body,
    } = &newest.record;
    if *cluster != expected {
        let fault = Fault::Cluster {
            found: *cluster,
            expected,
        };
        return Err(damage(WATERMARK_FILE, 0, fault));
    }
    let state = match *state {
        STATE_OPEN => WatermarkState::Open,
        STATE_CLOSED => WatermarkState::Closed,
        found => return Err(damage(WATERMARK_FILE, 0, Fault::Kind { found })),
    };
    let position = Position {
        sequence: Sequence(u64_at(body, 8)),
        segment: SegmentIndex(u64_at(body, 16)),
        offset: u64_at(body, 24),
        hash: FrameHash(take(body, 32)),
    };
    let epoch = Epoch(u64_at(body, 0));
    Ok(Watermark {
        cluster: *cluster,
        epoch,
        state,
        position,
        spoiled: newest.spoiled,
    })
}
