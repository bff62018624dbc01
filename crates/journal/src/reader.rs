//! Reading a journal beside its writer: for snapshots by a follower, for dumps, for replay up to a
//! point.
//!
//! A reader opens its own files and shares nothing with the writer. It never guesses where the log
//! ends: it is told, by `Journal::sync` or by the watermark, up to where everything is durable, and
//! up to there every flaw is damage.

use crate::cursor::{Cursor, SegmentFile, Step, check_sealed};
use crate::damage::{Fault, ReadError, damage, off_watermark};
use crate::disk::{Access, Disk};
use crate::frame::{FrameHeader, FrameRef};
use crate::id::{ClusterId, Epoch, Position, Sequence};
use crate::segment::{segment_first, segment_name};

/// A walk through the frames of a journal.
#[derive(Debug)]
pub struct Reader<D: Disk> {
    disk: D,
    cluster: ClusterId,
    from: Sequence,
    cursor: Cursor<D>,
}

impl<D: Disk> Reader<D> {
    /// Stands before the frame that holds `from`, or before the place where it will be.
    ///
    /// # Errors
    /// The segment that should hold it is missing, damaged or foreign.
    pub fn open(disk: D, cluster: ClusterId, from: Sequence) -> Result<Reader<D>, ReadError> {
        assert!(Sequence::GENESIS < from, "commands are numbered from 1");
        let starts = disk.list()?;
        let first = starts
            .iter()
            .filter_map(|name| segment_first(name))
            .filter(|at| *at <= from);
        let first = first.max().unwrap_or(Sequence::GENESIS.next());
        let segment = open_segment(&disk, cluster, first)?;
        let cursor = Cursor::new(disk.clone(), segment, Epoch(u64::MAX));
        Ok(Reader {
            disk,
            cluster,
            from,
            cursor,
        })
    }

    /// Returns the next frame, or `None` when everything up to `durable` has been returned.
    ///
    /// **Shape**: `durable` is what `Journal::sync` or `read_watermark` gave; the end of a frame.
    ///
    /// # Errors
    /// Damage before `durable`, with file, byte and finding; or the disk's. The reader stays where
    /// it was.
    pub fn next_frame(&mut self, durable: Position) -> Result<Option<FrameRef<'_>>, ReadError> {
        let header = self.advance(durable)?;
        Ok(header.map(|header| self.cursor.frame(&header)))
    }

    /// Returns the next whole frame, durable or not, or `None` where there is none: for looking at
    /// what an exchange that has stopped wrote last.
    ///
    /// # Errors
    /// The disk's, or a next segment that is damaged or foreign.
    pub fn next_written(&mut self) -> Result<Option<FrameRef<'_>>, ReadError> {
        let header = self.advance_to_written()?;
        Ok(header.map(|header| self.cursor.frame(&header)))
    }

    /// Returns the point after the last frame passed.
    pub fn position(&self) -> Position {
        self.cursor.end
    }

    fn advance(&mut self, durable: Position) -> Result<Option<FrameHeader>, ReadError> {
        while self.cursor.end.sequence < durable.sequence {
            let header = match self.step()? {
                Step::Frame(header) => header,
                Step::Stop(fault) => {
                    self.enter_next_segment(fault, durable)?;
                    continue;
                }
            };
            self.check_agrees(&header, durable)?;
            if self.from <= header.last() {
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    fn advance_to_written(&mut self) -> Result<Option<FrameHeader>, ReadError> {
        loop {
            match self.step()? {
                Step::Frame(header) if self.from <= header.last() => return Ok(Some(header)),
                Step::Frame(_) => {}
                Step::Stop(_) => match self.following_segment()? {
                    Some(next) => {
                        self.cursor = Cursor::new(self.disk.clone(), next, Epoch(u64::MAX));
                    }
                    None => return Ok(None),
                },
            }
        }
    }

    fn following_segment(&self) -> Result<Option<SegmentFile<D>>, ReadError> {
        let first = self.cursor.end.sequence.next();
        let name = segment_name(first);
        let is_there = name != self.cursor.segment.name && self.disk.list()?.contains(&name);
        is_there
            .then(|| open_segment(&self.disk, self.cluster, first))
            .transpose()
    }

    /// Passes a frame, reading anew what was read ahead before it had been written.
    fn step(&mut self) -> Result<Step, ReadError> {
        let step = self.cursor.step()?;
        if let Step::Frame(_) = step {
            return Ok(step);
        }
        self.cursor.forget();
        Ok(self.cursor.step()?)
    }

    fn enter_next_segment(&mut self, fault: Fault, durable: Position) -> Result<(), ReadError> {
        let ends = self.cursor.end.sequence;
        let is_last = durable.segment <= self.cursor.end.segment;
        if is_last || fault != Fault::Blank {
            let fault = Fault::CutShort {
                ends,
                durable: durable.sequence,
                found: Some(Box::new(fault)),
            };
            return Err(damage(&self.cursor.segment.name, self.cursor.end.offset, fault).into());
        }
        let next = open_segment(&self.disk, self.cluster, ends.next())?;
        check_sealed(&mut self.cursor, fault, &next)?;
        self.cursor = Cursor::new(self.disk.clone(), next, Epoch(u64::MAX));
        Ok(())
    }

    /// Checks that the frame which ends the durable part is the one that was made durable.
    fn check_agrees(&self, header: &FrameHeader, expected: Position) -> Result<(), ReadError> {
        let found = self.cursor.end;
        let is_at_end = found.segment == expected.segment && found.offset == expected.offset;
        if expected.sequence < found.sequence || is_at_end && found != expected {
            let fault = off_watermark(found, expected);
            return Err(damage(&self.cursor.segment.name, header.place.offset, fault).into());
        }
        Ok(())
    }
}

fn open_segment<D: Disk>(
    disk: &D,
    cluster: ClusterId,
    first: Sequence,
) -> Result<SegmentFile<D>, ReadError> {
    let segment = SegmentFile::open(disk, &segment_name(first), Access::Read, cluster)?;
    segment.check_name()?;
    Ok(segment)
}
