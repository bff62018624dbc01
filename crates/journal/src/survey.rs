//! The one way a journal is read from disk: every file, header and frame is checked, nothing is
//! changed.
//!
//! Opening is a survey followed by repairs; `inspect` is a survey alone. What may be repaired is
//! decided in `walk`: the only damage a crash leaves is a torn tail, and it lies in the last
//! segment, after the watermark, in a journal that was not closed. Everything else is a `Refusal`.

use crate::cursor::SegmentFile;
use crate::damage::{Fault, Refusal, damage};
use crate::disk::Disk;
use crate::frame::FrameRef;
use crate::id::{Epoch, Position};
use crate::instance::{self, INSTANCE_FILE, Instance};
use crate::inventory::Inventory;
use crate::options::{Check, Options};
use crate::row::{check_epochs, check_row, open_segments};
use crate::walk::Walk;
use crate::watermark::{Watermark, read_watermark};

/// Takes the frames of a replay, in order; an error ends it.
pub type OnFrame<'a> =
    dyn FnMut(FrameRef<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + 'a;

/// What a journal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// How often the journal has been opened for writing so far; `None` without an instance file.
    pub epoch: Option<Epoch>,
    /// Where the sound part ends.
    pub end: Position,
    /// The watermark as found; `None` when its check was waived.
    pub watermark: Option<Watermark>,
    /// How many segments there are.
    pub segments: u64,
    /// Frames and commands handed to the replay.
    pub replayed: Replayed,
    /// What a crash has left behind the end, if anything.
    pub torn_tail: Option<TornTail>,
}

/// How much was handed to the replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    pub frames: u64,
    pub commands: u64,
}

/// Bytes of frames that were in flight when the journal stopped: none of their commands had been
/// acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    pub file: String,
    /// Where the tail begins: the end of the last sound frame.
    pub offset: u64,
    /// How far it reaches from there; 0 when there are only zeros.
    pub size_bytes: u64,
    /// By how much the file is too short.
    pub missing_bytes: u64,
    /// What stands where the next frame would begin.
    pub fault: Fault,
}

/// Checks the whole journal without changing or locking it, handing frames to `on_frame` as
/// `Options::replay` says.
///
/// For a journal nobody writes to; beside a running writer use `Reader`.
///
/// # Errors
/// The first damage that is not a torn tail beyond the watermark, or whatever else keeps the
/// journal from opening.
pub fn inspect<D: Disk>(
    disk: &D,
    options: &Options,
    on_frame: &mut OnFrame<'_>,
) -> Result<Inspection, Refusal> {
    let inventory = Inventory::read(disk)?;
    survey(disk, options, &inventory, on_frame).map(|survey| survey.inspection)
}

/// A survey's findings, with the last segment still open for repairs.
pub(crate) struct Survey<D: Disk> {
    pub inspection: Inspection,
    pub last: SegmentFile<D>,
    /// The newest epoch seen in any file.
    pub epoch: Epoch,
}

pub(crate) fn survey<D: Disk>(
    disk: &D,
    options: &Options,
    inventory: &Inventory,
    on_frame: &mut OnFrame<'_>,
) -> Result<Survey<D>, Refusal> {
    let instance = instance_of(disk, options)?;
    let watermark = watermark_of(disk, options)?;
    let segments = open_segments(disk, options, inventory)?;
    check_row(&segments, watermark.as_ref())?;
    check_epochs(&segments, instance.as_ref(), watermark.as_ref())?;
    let walk = Walk::new(disk, options, instance.as_ref(), watermark);
    walk.run(segments, on_frame)
}

fn instance_of<D: Disk>(disk: &D, options: &Options) -> Result<Option<Instance>, Refusal> {
    let instance = match (instance::read(disk)?, options.waivers.origin) {
        (Ok(instance), _) => instance,
        (Err(_), Check::Waived) => return Ok(None),
        (Err(fault), Check::Enforced) => return Err(damage(INSTANCE_FILE, 0, fault).into()),
    };
    if instance.cluster != options.cluster {
        let fault = Fault::Cluster {
            found: instance.cluster,
            expected: options.cluster,
        };
        return Err(damage(INSTANCE_FILE, 0, fault).into());
    }
    let actual = disk.origin()?;
    if options.waivers.origin == Check::Enforced && !instance.lives_at(&actual) {
        return Err(Refusal::Copied {
            recorded: instance.origin,
            actual,
        });
    }
    Ok(Some(instance))
}

fn watermark_of<D: Disk>(disk: &D, options: &Options) -> Result<Option<Watermark>, Refusal> {
    match options.waivers.watermark {
        Check::Enforced => read_watermark(disk, options.cluster).map(Some),
        Check::Waived => Ok(None),
    }
}
