//! The one way a journal is read from disk: every file, header and frame is checked, nothing is changed.
//!
//! Opening is a survey followed by repairs; `inspect` is a survey alone. What may be repaired is decided here: the only
//! damage a crash leaves is a torn tail, and it lies in the last segment, after the watermark, in a journal that was not
//! closed. Everything else is a `Refusal`.

use crate::cursor::{Cursor, SegmentFile, Step, check_sealed};
use crate::damage::{Damage, Fault, Refusal, damage};
use crate::disk::{Access, Disk};
use crate::frame::{FrameHeader, FrameRef};
use crate::id::{Anchor, Epoch, Position, SegmentIndex, Sequence};
use crate::instance::{self, INSTANCE_FILE, Instance};
use crate::inventory::Inventory;
use crate::options::{Check, Options, Replay};
use crate::watermark::{WATERMARK_FILE, Watermark, WatermarkState, read_watermark};

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

/// Bytes of frames that were in flight when the journal stopped: none of their commands had been acknowledged.
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

/// Checks the whole journal without changing or locking it, handing frames to `on_frame` as `Options::replay` says.
///
/// For a journal nobody writes to; beside a running writer use `Reader`.
///
/// # Errors
/// The first damage that is not a torn tail beyond the watermark, or whatever else keeps the journal from opening.
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

fn open_segments<D: Disk>(
    disk: &D,
    options: &Options,
    inventory: &Inventory,
) -> Result<Vec<SegmentFile<D>>, Refusal> {
    let open = |(_, name): &(Sequence, String)| {
        Ok(SegmentFile::open(
            disk,
            name,
            Access::Read,
            options.cluster,
        )?)
    };
    inventory.segments.iter().map(open).collect()
}

/// Checks by their headers alone that the segments are all there, each once, each under its name, each of its length.
fn check_row<D: Disk>(
    segments: &[SegmentFile<D>],
    watermark: Option<&Watermark>,
) -> Result<(), Damage> {
    check_no_duplicates(segments)?;
    segments.iter().try_for_each(SegmentFile::check_name)?;
    check_none_missing(segments, watermark)?;
    segments
        .windows(2)
        .try_for_each(|pair| check_size(&pair[0], pair[0].header.segment_bytes))?;
    segments.last().map_or(Ok(()), |last| {
        // The last one may have lost its end in a crash; it cannot have grown.
        check_size(last, last.size_bytes.min(last.header.segment_bytes))
    })
}

fn check_no_duplicates<D: Disk>(segments: &[SegmentFile<D>]) -> Result<(), Damage> {
    let mut by_index: Vec<_> = segments.iter().collect();
    by_index.sort_by_key(|segment| segment.header.index);
    for pair in by_index.windows(2) {
        let index = pair[1].header.index;
        if pair[0].header.index == index {
            let fault = Fault::Duplicate {
                other: pair[0].name.clone(),
                index,
            };
            return Err(damage(&pair[1].name, 0, fault));
        }
    }
    Ok(())
}

fn check_none_missing<D: Disk>(
    segments: &[SegmentFile<D>],
    watermark: Option<&Watermark>,
) -> Result<(), Damage> {
    for (expected, segment) in (0..).zip(segments) {
        let index = SegmentIndex(expected);
        if segment.header.index != index {
            return Err(damage(&segment.name, 0, Fault::SegmentMissing { index }));
        }
    }
    let needed = watermark.map_or(0, |watermark| watermark.position.segment.0);
    if segments.len() as u64 <= needed {
        let index = SegmentIndex(segments.len() as u64);
        return Err(damage(WATERMARK_FILE, 0, Fault::SegmentMissing { index }));
    }
    Ok(())
}

fn check_size<D: Disk>(segment: &SegmentFile<D>, expected_bytes: u64) -> Result<(), Damage> {
    if segment.size_bytes != expected_bytes {
        let fault = Fault::Size {
            found_bytes: segment.size_bytes,
            expected_bytes,
        };
        return Err(damage(
            &segment.name,
            segment.size_bytes.min(expected_bytes),
            fault,
        ));
    }
    Ok(())
}

/// Checks that epochs never go back from one segment to the next, and none is newer than the instance file.
fn check_epochs<D: Disk>(
    segments: &[SegmentFile<D>],
    instance: Option<&Instance>,
    watermark: Option<&Watermark>,
) -> Result<(), Damage> {
    let at_most = newest_epoch(instance);
    let mut at_least = Epoch(0);
    for segment in segments {
        let found = segment.header.epoch;
        if found < at_least || at_most < found {
            return Err(damage(
                &segment.name,
                0,
                Fault::Epoch {
                    found,
                    at_least,
                    at_most,
                },
            ));
        }
        at_least = found;
    }
    let found = watermark.map_or(at_least, |watermark| watermark.epoch);
    if at_most < found {
        return Err(damage(
            INSTANCE_FILE,
            0,
            Fault::Epoch {
                found: at_most,
                at_least: found,
                at_most: found,
            },
        ));
    }
    Ok(())
}

fn newest_epoch(instance: Option<&Instance>) -> Epoch {
    instance.map_or(Epoch(u64::MAX), |instance| instance.epoch)
}

/// The walk through the frames.
struct Walk<'a, D: Disk> {
    disk: &'a D,
    replay: Replay,
    epoch: Option<Epoch>,
    epoch_max: Epoch,
    watermark: Option<Watermark>,
    has_met_watermark: bool,
    replayed: Replayed,
}

impl<'a, D: Disk> Walk<'a, D> {
    fn new(
        disk: &'a D,
        options: &Options,
        instance: Option<&Instance>,
        watermark: Option<Watermark>,
    ) -> Walk<'a, D> {
        Walk {
            disk,
            replay: options.replay,
            epoch: instance.map(|instance| instance.epoch),
            epoch_max: newest_epoch(instance),
            watermark,
            has_met_watermark: false,
            replayed: Replayed::default(),
        }
    }

    fn run(
        mut self,
        segments: Vec<SegmentFile<D>>,
        on_frame: &mut OnFrame<'_>,
    ) -> Result<Survey<D>, Refusal> {
        let segment_count = segments.len() as u64;
        let start = start_of(&segments, self.replay);
        let mut rest = segments.into_iter().skip(start);
        let first = rest
            .next()
            .expect("at least one segment was checked to be there");
        self.enter_first(&first)?;
        let mut cursor = Cursor::new(self.disk.clone(), first, self.epoch_max);
        let mut fault = self.walk_segment(&mut cursor, on_frame)?;
        for next in rest {
            check_sealed(&mut cursor, fault, &next)?;
            cursor = Cursor::new(self.disk.clone(), next, self.epoch_max);
            fault = self.walk_segment(&mut cursor, on_frame)?;
        }
        self.finish(cursor, fault, segment_count)
    }

    /// Checks the first segment walked against a snapshot that ends right before it, and what the watermark says of
    /// segments that are not walked.
    fn enter_first(&mut self, first: &SegmentFile<D>) -> Result<(), Refusal> {
        if let Some(watermark) = &self.watermark {
            self.has_met_watermark = watermark.position.segment < first.header.index;
        }
        if let Replay::After(after) = self.replay
            && first.header.first == after.sequence.next()
            && first.header.previous != after.hash
        {
            let (file, found) = (first.name.clone(), Some(first.header.previous));
            return Err(Refusal::ReplayElsewhere { after, file, found });
        }
        Ok(())
    }

    /// Passes all frames that continue the log; returns what stopped the walk.
    fn walk_segment(
        &mut self,
        cursor: &mut Cursor<D>,
        on_frame: &mut OnFrame<'_>,
    ) -> Result<Fault, Refusal> {
        self.meet_watermark(&cursor.segment.name, cursor.end.offset, cursor.end)?;
        loop {
            match cursor.step()? {
                Step::Frame(header) => self.pass(cursor, &header, on_frame)?,
                Step::Stop(fault) => return Ok(fault),
            }
        }
    }

    fn pass(
        &mut self,
        cursor: &Cursor<D>,
        header: &FrameHeader,
        on_frame: &mut OnFrame<'_>,
    ) -> Result<(), Refusal> {
        let (file, offset) = (&cursor.segment.name, header.place.offset);
        self.meet_watermark(file, offset, cursor.end)?;
        if !self.is_wanted(cursor, header)? {
            return Ok(());
        }
        on_frame(cursor.frame(header)).map_err(|source| Refusal::Rejected {
            file: file.clone(),
            offset,
            first: header.first,
            source,
        })?;
        self.replayed.frames += 1;
        self.replayed.commands += u64::from(header.count);
        Ok(())
    }

    /// Checks each point of the log against the watermark until it has been met.
    fn meet_watermark(&mut self, file: &str, offset: u64, at: Position) -> Result<(), Damage> {
        let Some(watermark) = self.watermark.filter(|_| !self.has_met_watermark) else {
            return Ok(());
        };
        let expected = watermark.position;
        self.has_met_watermark = at == expected;
        // The same sequence can stand at two points: at the end of a segment and at the start of the next.
        if !self.has_met_watermark && expected.sequence < at.sequence {
            return Err(damage(
                file,
                offset,
                Fault::Watermark {
                    found: at,
                    expected,
                },
            ));
        }
        Ok(())
    }

    /// Whether the replay wants this frame; checks on the way that its starting point is in this log.
    fn is_wanted(&self, cursor: &Cursor<D>, header: &FrameHeader) -> Result<bool, Refusal> {
        let Replay::After(after) = self.replay else {
            return Ok(true);
        };
        let begins_elsewhere = |found| {
            let file = cursor.segment.name.clone();
            Err(Refusal::ReplayElsewhere { after, file, found })
        };
        if header.last() == after.sequence && cursor.end.hash != after.hash {
            return begins_elsewhere(Some(cursor.end.hash));
        }
        if header.first <= after.sequence && after.sequence < header.last() {
            return begins_elsewhere(None);
        }
        Ok(after.sequence < header.first)
    }

    /// Decides what stands behind the last sound frame of the last segment.
    fn finish(
        self,
        mut cursor: Cursor<D>,
        fault: Fault,
        segments: u64,
    ) -> Result<Survey<D>, Refusal> {
        self.check_reaches_watermark(&cursor, &fault)?;
        let torn_tail = self.tail(&mut cursor, fault)?;
        let end = cursor.end;
        if let Replay::After(Anchor {
            sequence: after, ..
        }) = self.replay
            && end.sequence < after
        {
            return Err(Refusal::ReplayBeyondEnd {
                after,
                end: end.sequence,
            });
        }
        let inspection = Inspection {
            epoch: self.epoch,
            end,
            watermark: self.watermark,
            segments,
            replayed: self.replayed,
            torn_tail,
        };
        let marked = self.watermark.map_or(Epoch(0), |watermark| watermark.epoch);
        Ok(Survey {
            inspection,
            epoch: cursor.epoch.max(marked),
            last: cursor.segment,
        })
    }

    fn check_reaches_watermark(&self, cursor: &Cursor<D>, fault: &Fault) -> Result<(), Damage> {
        let Some(watermark) = self.watermark.filter(|_| !self.has_met_watermark) else {
            return Ok(());
        };
        let (ends, durable) = (cursor.end.sequence, watermark.position.sequence);
        let fault = if ends < durable {
            Fault::CutShort {
                ends,
                durable,
                found: Some(Box::new(fault.clone())),
            }
        } else {
            Fault::Watermark {
                found: cursor.end,
                expected: watermark.position,
            }
        };
        Err(damage(&cursor.segment.name, cursor.end.offset, fault))
    }

    fn tail(&self, cursor: &mut Cursor<D>, fault: Fault) -> Result<Option<TornTail>, Refusal> {
        let (file, offset) = (cursor.segment.name.clone(), cursor.end.offset);
        if fault.is_misplaced() {
            return Err(damage(&file, offset, fault).into());
        }
        let closed_at = self
            .watermark
            .filter(|mark| mark.state == WatermarkState::Closed);
        if let Some(watermark) = closed_at
            && watermark.position != cursor.end
        {
            return Err(damage(&file, watermark.position.offset, Fault::Trailing).into());
        }
        let expected_bytes = cursor.segment.header.segment_bytes;
        let found_bytes = cursor.segment.size_bytes;
        let missing_bytes = expected_bytes - found_bytes;
        if closed_at.is_some() && 0 < missing_bytes {
            return Err(damage(
                &file,
                found_bytes,
                Fault::Size {
                    found_bytes,
                    expected_bytes,
                },
            )
            .into());
        }
        let content = cursor.content_after_end()?;
        let Some(content) = content else {
            let torn = TornTail {
                file,
                offset,
                size_bytes: 0,
                missing_bytes,
                fault,
            };
            return Ok(Some(torn).filter(|torn| 0 < torn.missing_bytes));
        };
        if closed_at.is_some() || !cursor.has_room_for_a_frame() {
            return Err(damage(&file, content.start, Fault::Trailing).into());
        }
        let in_flight = self.epoch.unwrap_or(cursor.epoch);
        if let Some(stray) = cursor.stray_frame(content.clone(), in_flight)? {
            return Err(stray.into());
        }
        let size_bytes = content.end - offset;
        Ok(Some(TornTail {
            file,
            offset,
            size_bytes,
            missing_bytes,
            fault,
        }))
    }
}

/// Returns the index of the segment to begin with: the last one that holds the starting point or begins right after it.
fn start_of<D: Disk>(segments: &[SegmentFile<D>], replay: Replay) -> usize {
    match replay {
        Replay::Genesis => 0,
        Replay::After(after) => segments
            .partition_point(|segment| segment.header.first <= after.sequence.next())
            .saturating_sub(1),
    }
}
