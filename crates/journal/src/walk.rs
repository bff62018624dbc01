//! The walk through all frames of a journal, and the judgement on what stands behind the last one.

use std::ops::Range;

use crate::cursor::{Cursor, SegmentFile, Step, check_sealed};
use crate::damage::{Damage, Fault, Refusal, damage, off_watermark};
use crate::disk::Disk;
use crate::frame::FrameHeader;
use crate::id::{Anchor, Epoch, Position, Sequence};
use crate::instance::{self, Instance};
use crate::options::{Options, Replay};
use crate::survey::{Inspection, OnFrame, Replayed, Survey, TornTail};
use crate::watermark::{Watermark, WatermarkState};

/// The walk through the frames.
pub(crate) struct Walk<'a, D: Disk> {
    disk: &'a D,
    replay: Replay,
    epoch: Option<Epoch>,
    epoch_max: Epoch,
    watermark: Option<Watermark>,
    has_met_watermark: bool,
    replayed: Replayed,
}

impl<'a, D: Disk> Walk<'a, D> {
    pub fn new(
        disk: &'a D,
        options: &Options,
        instance: Option<&Instance>,
        watermark: Option<Watermark>,
    ) -> Walk<'a, D> {
        Walk {
            disk,
            replay: options.replay,
            epoch: instance.map(|instance| instance.epoch),
            epoch_max: instance::newest_epoch(instance),
            watermark,
            has_met_watermark: false,
            replayed: Replayed::default(),
        }
    }

    pub fn run(
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

    /// Checks the first segment walked against a snapshot that ends right before it, and what the
    /// watermark says of segments that are not walked.
    fn enter_first(&mut self, first: &SegmentFile<D>) -> Result<(), Refusal> {
        if let Some(watermark) = &self.watermark {
            self.has_met_watermark = watermark.position.segment < first.header.index;
        }
        let Replay::After(after) = self.replay else {
            return Ok(());
        };
        let is_boundary = first.header.first == after.sequence.next();
        // The point between two segments has two hashes: of the frame before it and of the header
        // behind it.
        let is_known = after.hash == first.hash
            || first.header.previous == after.hash && Sequence::GENESIS < after.sequence;
        if is_boundary && !is_known {
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
        // The same sequence can stand at two points: at the end of a segment and at the start of
        // the next.
        if !self.has_met_watermark && expected.sequence < at.sequence {
            return Err(damage(file, offset, off_watermark(at, expected)));
        }
        Ok(())
    }

    /// Whether the replay wants this frame; checks on the way that its starting point is in this
    /// log.
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
        Ok(mutant::plant!(
            "first-frame-not-replayed",
            after.sequence.next(),
            after.sequence
        ) < header.first)
    }

    /// Decides what stands behind the last sound frame of the last segment.
    fn finish(
        self,
        mut cursor: Cursor<D>,
        fault: Fault,
        segments: u64,
    ) -> Result<Survey<D>, Refusal> {
        mutant::plant!(
            "watermark-unchecked",
            (),
            self.check_reaches_watermark(&cursor, &fault)?
        );
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
            off_watermark(cursor.end, watermark.position)
        };
        Err(damage(&cursor.segment.name, cursor.end.offset, fault))
    }

    /// Judges what stands behind the last sound frame of the last segment.
    fn tail(&self, cursor: &mut Cursor<D>, fault: Fault) -> Result<Option<TornTail>, Refusal> {
        let (file, offset) = (cursor.segment.name.clone(), cursor.end.offset);
        if fault.is_misplaced() {
            return Err(damage(&file, offset, fault).into());
        }
        let content = cursor.content_after_end()?;
        if let Some(watermark) = self.watermark
            && mutant::plant!(
                "closed-journal-unchecked",
                false,
                watermark.state == WatermarkState::Closed
            )
        {
            check_closed(cursor, watermark.position, content.as_ref())?;
        }
        if let Some(content) = &content {
            self.check_torn(cursor, content.clone())?;
        }
        let size_bytes = content.map_or(0, |content| content.end - offset);
        let missing_bytes = cursor.segment.header.segment_bytes - cursor.segment.size_bytes;
        let torn = TornTail {
            file,
            offset,
            size_bytes,
            missing_bytes,
            fault,
        };
        Ok(Some(torn).filter(|torn| 0 < torn.size_bytes + torn.missing_bytes))
    }

    /// Checks that a crash can have left `content` behind the end.
    fn check_torn(&self, cursor: &mut Cursor<D>, content: Range<u64>) -> Result<(), Refusal> {
        if !cursor.has_room_for_a_frame() {
            return Err(damage(&cursor.segment.name, content.start, Fault::Trailing).into());
        }
        let in_flight = self.epoch.unwrap_or(cursor.epoch);
        match cursor.stray_frame(content, in_flight)? {
            Some(stray) => mutant::plant!("stray-frame-unseen", Ok(()), Err(stray.into())),
            None => Ok(()),
        }
    }
}

/// Checks that a journal which was closed ends exactly where it was closed, in a whole file.
fn check_closed<D: Disk>(
    cursor: &Cursor<D>,
    closed_at: Position,
    content: Option<&Range<u64>>,
) -> Result<(), Damage> {
    let (segment, name) = (&cursor.segment, &cursor.segment.name);
    if cursor.end != closed_at {
        let is_here = closed_at.segment == cursor.end.segment;
        let offset = if is_here { closed_at.offset } else { 0 };
        return Err(damage(name, offset, Fault::Trailing));
    }
    let (found_bytes, expected_bytes) = (segment.size_bytes, segment.header.segment_bytes);
    if found_bytes != expected_bytes {
        return Err(damage(
            name,
            found_bytes,
            Fault::Size {
                found_bytes,
                expected_bytes,
            },
        ));
    }
    content.map_or(Ok(()), |content| {
        Err(damage(name, content.start, Fault::Trailing))
    })
}

/// Returns the index of the segment to begin with: the last one that holds the starting point or
/// begins right after it.
fn start_of<D: Disk>(segments: &[SegmentFile<D>], replay: Replay) -> usize {
    match replay {
        Replay::Genesis => 0,
        Replay::After(after) => segments
            .partition_point(|segment| segment.header.first <= after.sequence.next())
            .saturating_sub(1),
    }
}
