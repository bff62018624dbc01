//! Opening: lock, survey, repair, count the epoch up. There is no other way to start.
//!
//! The repairs come in an order in which a crash at any point leaves a directory that opens the
//! same way again:
//! 1. spares and unfinished files of the last run are taken over or removed;
//! 2. the last segment is restored to its length, its torn tail zeroed, the frames after the
//!    watermark written once more (after a failed sync the kernel may hold them as clean without the
//!    disk having them), and all of it synced;
//! 3. the instance epoch is counted up;
//! 4. the watermark is moved to the end and marked open.

use crate::cursor::SegmentFile;
use crate::damage::Refusal;
use crate::disk::{Access, Disk, DiskError, read_full_at, write_all_at, write_zeros};
use crate::id::{Epoch, FrameHash, Position, SegmentIndex, Sequence};
use crate::instance::{self, Instance};
use crate::inventory::{Inventory, LOCK_FILE};
use crate::journal::{Journal, Parts, name_segment};
use crate::options::{Check, Options};
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::slots::Spoiled;
use crate::spare::{self, Spare, SpareMaker};
use crate::survey::{Inspection, OnFrame, Replayed, Survey, TornTail, survey};
use crate::watermark::{self, WATERMARK_FILE, WatermarkState, WatermarkWriter, read_watermark};
use crate::window::Window;

/// An open journal and what opening it has found.
#[derive(Debug)]
pub struct Opened<D: Disk> {
    pub journal: Journal<D>,
    /// The journal's owner keeps it, or gives it to another thread, and hands it back to
    /// `Journal::close`.
    pub watermark: WatermarkWriter<D>,
    pub recovery: Recovery,
}

/// What opening has found and done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    pub start: Start,
    /// The number of this opening.
    pub epoch: Epoch,
    /// Where the log ends; all of it is durable.
    pub end: Position,
    pub replayed: Replayed,
    /// What was removed behind the end.
    pub torn_tail: Option<TornTail>,
    /// A slot of the watermark that could not be read and was written anew.
    pub spoiled_watermark: Option<Spoiled>,
}

/// How the journal was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The directory held nothing: a new journal.
    Created,
    /// The last run had closed it.
    Closed,
    /// The last run had not closed it.
    Interrupted,
}

impl<D: Disk> Journal<D> {
    /// Opens the journal for writing: recovers what is there, or creates one in a directory that
    /// holds nothing.
    ///
    /// Frames are handed to `on_frame` in order while they are checked; what it builds from them
    /// counts only if this function succeeds.
    ///
    /// # Errors
    /// Whatever `Refusal` says; nothing has been changed then, unless it is the disk that failed.
    ///
    /// # Panics
    /// When the options leave no room for a frame in a segment.
    pub fn open(
        disk: D,
        options: Options,
        on_frame: &mut OnFrame<'_>,
    ) -> Result<Opened<D>, Refusal> {
        assert!(1 <= options.payload_bytes_max());
        let lock = disk.lock(LOCK_FILE)?.ok_or(Refusal::InUse)?;
        let inventory = Inventory::read(&disk)?;
        if is_unborn(&disk, &options, &inventory)? {
            return create(disk, options, &inventory, lock);
        }
        let found = survey(&disk, &options, &inventory, on_frame)?;

        let spare = tidy(&disk, &options, &inventory)?;
        let Survey {
            inspection,
            last,
            epoch,
        } = found;
        let segment = repair(&disk, &inspection, &last)?;
        let epoch =
            Epoch(inspection.epoch.unwrap_or(epoch).0 + mutant::plant!("epoch-not-counted", 0, 1));
        let instance = Instance {
            cluster: options.cluster,
            epoch,
            origin: disk.origin()?,
        };
        instance::rewrite(disk.clone(), &instance)?;
        let watermark = watermark::reopen(disk.clone(), options.cluster, epoch, inspection.end)?;
        let end = inspection.end;
        let recovery = recovery(inspection, epoch);
        let parts = Parts {
            disk,
            options,
            epoch,
            segment,
            end,
            spare,
            lock,
        };
        Ok(Opened {
            journal: Journal::new(parts),
            watermark,
            recovery,
        })
    }
}

fn recovery(inspection: Inspection, epoch: Epoch) -> Recovery {
    let start = match inspection.watermark.map(|watermark| watermark.state) {
        Some(WatermarkState::Closed) => Start::Closed,
        _ => Start::Interrupted,
    };
    Recovery {
        start,
        epoch,
        end: inspection.end,
        replayed: inspection.replayed,
        torn_tail: inspection.torn_tail,
        spoiled_watermark: inspection.watermark.and_then(|watermark| watermark.spoiled),
    }
}

/// Whether the directory holds nothing, or no more than the first steps of an interrupted creation:
/// the instance file comes last, and without it there can be one segment without a frame and a
/// watermark that stands before it.
fn is_unborn<D: Disk>(disk: &D, options: &Options, inventory: &Inventory) -> Result<bool, Refusal> {
    if inventory.has_instance || options.waivers.origin == Check::Waived {
        return Ok(inventory.segments.is_empty()
            && !inventory.has_instance
            && !inventory.has_watermark);
    }
    if inventory.has_watermark {
        let position = read_watermark(disk, options.cluster)?.position;
        if Sequence::GENESIS < position.sequence {
            return Ok(false);
        }
    }
    match inventory.segments.as_slice() {
        [] => Ok(true),
        [(_, name)] => is_without_frames(disk, name),
        _ => Ok(false),
    }
}

fn is_without_frames<D: Disk>(disk: &D, name: &str) -> Result<bool, Refusal> {
    let file = disk.open(name, Access::Read)?;
    let content = Window::default().content_after(disk, &file, SEGMENT_HEADER_BYTES as u64)?;
    Ok(content.is_none())
}

/// Creates a journal. The instance file is the last to appear: until it does, the directory counts
/// as empty.
fn create<D: Disk>(
    disk: D,
    options: Options,
    inventory: &Inventory,
    lock: D::Lock,
) -> Result<Opened<D>, Refusal> {
    clear(&disk, inventory)?;
    let epoch = Epoch(1);
    let segment = first_segment(&disk, &options, epoch)?;
    let end = segment.start();
    let watermark = watermark::create(disk.clone(), options.cluster, epoch, end)?;
    let instance = Instance {
        cluster: options.cluster,
        epoch,
        origin: disk.origin()?,
    };
    instance::create(disk.clone(), &instance)?;
    let recovery = Recovery {
        start: Start::Created,
        epoch,
        end,
        replayed: Replayed::default(),
        torn_tail: None,
        spoiled_watermark: None,
    };
    let parts = Parts {
        disk,
        options,
        epoch,
        segment,
        end,
        spare: None,
        lock,
    };
    Ok(Opened {
        journal: Journal::new(parts),
        watermark,
        recovery,
    })
}

/// Removes what an interrupted creation has left.
fn clear<D: Disk>(disk: &D, inventory: &Inventory) -> Result<(), DiskError> {
    let segments = inventory.segments.iter().map(|(_, name)| name.as_str());
    let others = inventory
        .spares
        .iter()
        .chain(&inventory.unfinished)
        .map(String::as_str);
    let watermark = inventory.has_watermark.then_some(WATERMARK_FILE);
    for name in watermark.into_iter().chain(segments).chain(others) {
        disk.remove(name)?;
    }
    Ok(())
}

fn first_segment<D: Disk>(
    disk: &D,
    options: &Options,
    epoch: Epoch,
) -> Result<SegmentFile<D>, DiskError> {
    let spare = SpareMaker::new(disk.clone(), epoch, options.segment_bytes).make()?;
    let header = SegmentHeader {
        cluster: options.cluster,
        epoch,
        index: SegmentIndex(0),
        first: Sequence::GENESIS.next(),
        segment_bytes: spare.size_bytes,
        previous: FrameHash([0; 32]),
    };
    name_segment(disk, spare, header)
}

/// Takes over one whole spare of the last run; removes the others and all unfinished files.
fn tidy<D: Disk>(
    disk: &D,
    options: &Options,
    inventory: &Inventory,
) -> Result<Option<Spare<D>>, DiskError> {
    for name in &inventory.unfinished {
        disk.remove(name)?;
    }
    let mut kept = None;
    for name in &inventory.spares {
        match kept {
            None => kept = spare::adopt(disk, name, options.segment_bytes)?,
            Some(_) => disk.remove(name)?,
        }
    }
    Ok(kept)
}

/// Makes the last segment durable as it was read, and clean behind its end.
fn repair<D: Disk>(
    disk: &D,
    inspection: &Inspection,
    last: &SegmentFile<D>,
) -> Result<SegmentFile<D>, DiskError> {
    let file = disk.open(&last.name, Access::ReadWrite)?;
    let size_bytes = last.header.segment_bytes;
    write_zeros(disk, &file, last.size_bytes..size_bytes)?;
    if let Some(torn) = mutant::plant!("torn-tail-kept", &None, &inspection.torn_tail) {
        write_zeros(disk, &file, torn.offset..torn.offset + torn.size_bytes)?;
    }
    let unsure_from = match inspection.watermark {
        Some(watermark) if watermark.position.segment == last.header.index => {
            watermark.position.offset
        }
        _ => SEGMENT_HEADER_BYTES as u64,
    };
    mutant::plant!(
        "unsure-frames-not-rewritten",
        (),
        rewrite(disk, &file, unsure_from..inspection.end.offset)?
    );
    disk.sync(&file)?;
    let (name, header, hash) = (last.name.clone(), last.header, last.hash);
    Ok(SegmentFile {
        name,
        file,
        header,
        hash,
        size_bytes,
    })
}

/// Writes what is read in `range` back to its place, so that the next sync has it to write.
fn rewrite<D: Disk>(
    disk: &D,
    file: &D::File,
    range: std::ops::Range<u64>,
) -> Result<(), DiskError> {
    const BLOCK_BYTES: usize = 64 * 1024;
    let mut block = vec![0; BLOCK_BYTES];
    let mut offset = range.start;
    while offset < range.end {
        let wanted = (range.end - offset).min(BLOCK_BYTES as u64) as usize;
        let count = read_full_at(disk, file, offset, &mut block[..wanted])?;
        assert!(count == wanted, "the survey has read these bytes");
        write_all_at(disk, file, offset, &block[..count])?;
        offset += count as u64;
    }
    Ok(())
}
