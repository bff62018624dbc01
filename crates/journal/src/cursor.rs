//! A walk through the frames of one segment, checking each against everything known before it.

use std::ops::Range;

use crate::bytes::is_blank;
use crate::damage::{Damage, Fault, Place, ReadError, damage};
use crate::disk::{Access, Disk, DiskError, read_full_at};
use crate::frame::{FRAME_HEADER_BYTES, FRAME_MAGIC, FrameHeader, FrameRef};
use crate::id::{ClusterId, Epoch, FrameHash, Position, Sequence};
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader, segment_first};
use crate::window::Window;

/// An open segment whose header is sound.
#[derive(Debug)]
pub(crate) struct SegmentFile<D: Disk> {
    pub name: String,
    pub file: D::File,
    pub header: SegmentHeader,
    /// The hash of the header: what the first frame names as its predecessor.
    pub hash: FrameHash,
    pub size_bytes: u64,
}

impl<D: Disk> SegmentFile<D> {
    /// Opens a segment and checks its header by itself.
    ///
    /// # Errors
    /// The file is missing, its header is damaged, or it belongs to another cluster.
    pub fn open(
        disk: &D,
        name: &str,
        access: Access,
        cluster: ClusterId,
    ) -> Result<SegmentFile<D>, ReadError> {
        let file = match disk.open(name, access) {
            Ok(file) => file,
            Err(error) if error.is_missing() => return Err(damage(name, 0, Fault::Missing).into()),
            Err(error) => return Err(error.into()),
        };
        let size_bytes = disk.size_bytes(&file)?;
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        let count = read_full_at(disk, &file, 0, &mut bytes)?;
        let header =
            SegmentHeader::decode(&bytes[..count]).map_err(|fault| damage(name, 0, fault))?;
        if header.cluster != cluster {
            let fault = Fault::Cluster {
                found: header.cluster,
                expected: cluster,
            };
            return Err(damage(name, 0, fault).into());
        }
        let hash = FrameHash::of(&bytes);
        Ok(SegmentFile {
            name: String::from(name),
            file,
            header,
            hash,
            size_bytes,
        })
    }

    /// Checks that the file is called after the segment it holds.
    pub fn check_name(&self) -> Result<(), Damage> {
        let holds = self.header.first;
        if segment_first(&self.name) != Some(holds) {
            return Err(damage(&self.name, 0, Fault::Named { holds }));
        }
        Ok(())
    }

    /// Returns the point before the first frame.
    pub fn start(&self) -> Position {
        Position {
            sequence: Sequence(self.header.first.0 - 1),
            segment: self.header.index,
            offset: SEGMENT_HEADER_BYTES as u64,
            hash: self.hash,
        }
    }
}

/// A walk through one segment.
#[derive(Debug)]
pub(crate) struct Cursor<D: Disk> {
    disk: D,
    pub segment: SegmentFile<D>,
    window: Window,
    /// The point after the last sound frame.
    pub end: Position,
    /// The epoch of the last sound frame, or of the header before the first.
    pub epoch: Epoch,
    /// No frame can be newer than the last opening of the directory.
    epoch_max: Epoch,
}

/// What lies at the cursor.
#[derive(Debug)]
pub(crate) enum Step {
    /// A sound frame, which the cursor has passed.
    Frame(FrameHeader),
    /// No frame that continues the log; the cursor stays.
    Stop(Fault),
}

impl<D: Disk> Cursor<D> {
    /// Stands before the first frame of `segment`.
    pub fn new(disk: D, segment: SegmentFile<D>, epoch_max: Epoch) -> Cursor<D> {
        let (end, epoch) = (segment.start(), segment.header.epoch);
        Cursor {
            disk,
            segment,
            window: Window::default(),
            end,
            epoch,
            epoch_max,
        }
    }

    /// Passes one frame if it is sound and continues the log.
    pub fn step(&mut self) -> Result<Step, DiskError> {
        let offset = self.end.offset;
        let header = match self.sound_frame_at(offset)? {
            Ok(header) => header,
            Err(fault) => return Ok(Step::Stop(fault)),
        };
        if let Err(fault) = self.check_continues(&header) {
            return Ok(Step::Stop(fault));
        }

        let frame = self.window.held(offset, header.frame_bytes());
        self.end = Position {
            sequence: header.last(),
            segment: self.end.segment,
            offset: offset + frame.len() as u64,
            hash: FrameHash::of(frame),
        };
        self.epoch = header.epoch;
        Ok(Step::Frame(header))
    }

    /// Returns the frame that the last `step` has passed.
    pub fn frame(&self, header: &FrameHeader) -> FrameRef<'_> {
        assert!(header.last() == self.end.sequence);
        let from = header.place.offset + FRAME_HEADER_BYTES as u64;
        let payload = self.window.held(from, header.payload_bytes as usize);
        assert!(payload.len() == header.payload_bytes as usize);
        FrameRef {
            first: header.first,
            count: header.count,
            epoch: header.epoch,
            end: self.end,
            payload,
        }
    }

    /// Forgets what has been read ahead.
    pub fn forget(&mut self) {
        self.window.forget();
    }

    /// Returns where the segment holds anything but zeros after the last sound frame.
    pub fn content_after_end(&mut self) -> Result<Option<Range<u64>>, DiskError> {
        self.window
            .content_after(&self.disk, &self.segment.file, self.end.offset)
    }

    /// Whether a frame could begin at the cursor at all.
    pub fn has_room_for_a_frame(&self) -> bool {
        self.end.offset + FRAME_HEADER_BYTES as u64 <= self.segment.header.segment_bytes
    }

    /// Reads the frame at `offset` and checks it by itself.
    fn sound_frame_at(&mut self, offset: u64) -> Result<Result<FrameHeader, Fault>, DiskError> {
        let (disk, file) = (&self.disk, &self.segment.file);
        let head = self.window.get(disk, file, offset, FRAME_HEADER_BYTES)?;
        if head.len() < FRAME_HEADER_BYTES || is_blank(head) {
            return Ok(Err(Fault::Blank));
        }
        let header = match FrameHeader::decode(head) {
            Ok(header) => header,
            Err(fault) => return Ok(Err(fault)),
        };
        let frame = self.window.get(disk, file, offset, header.frame_bytes())?;
        if frame.len() < header.frame_bytes() {
            let found_bytes = header.frame_bytes() as u64;
            return Ok(Err(Fault::Length {
                found_bytes,
                bytes_max: frame.len() as u64,
            }));
        }
        Ok(FrameHeader::check_bytes(frame).map(|()| header))
    }

    /// Checks a sound frame at the cursor against the log before it.
    fn check_continues(&self, header: &FrameHeader) -> Result<(), Fault> {
        self.check_identity(header, self.end.offset, self.epoch)?;
        let expected = self.end.sequence.next();
        if header.first != expected {
            return Err(Fault::Sequence {
                found: header.first,
                expected,
            });
        }
        if mutant::plant!("chain-unchecked", false, header.previous != self.end.hash) {
            return Err(Fault::Chain {
                found: header.previous,
                expected: self.end.hash,
            });
        }
        Ok(())
    }

    /// Checks that a sound frame at `offset` was written there, by this cluster and not before
    /// epoch `at_least`.
    fn check_identity(
        &self,
        header: &FrameHeader,
        offset: u64,
        at_least: Epoch,
    ) -> Result<(), Fault> {
        let cluster = self.segment.header.cluster;
        if header.cluster != cluster {
            return Err(Fault::Cluster {
                found: header.cluster,
                expected: cluster,
            });
        }
        let place = Place {
            segment: self.segment.header.index,
            offset,
        };
        if mutant::plant!("place-unchecked", false, header.place != place) {
            return Err(Fault::Place {
                found: header.place,
                expected: place,
            });
        }
        if header.epoch < at_least || self.epoch_max < header.epoch {
            let at_most = self.epoch_max;
            return Err(Fault::Epoch {
                found: header.epoch,
                at_least,
                at_most,
            });
        }
        Ok(())
    }

    /// Looks through what lies after the last sound frame for a whole frame that no crash can have
    /// left there.
    ///
    /// A crash may keep any part of the frames in flight, so a whole later frame behind a hole is
    /// expected. It then carries the last epoch (each opening removes the tail of the one before),
    /// stands where it was written for and has a higher number. A whole frame of any other kind is
    /// a misdirected, stale or foreign write.
    pub fn stray_frame(
        &mut self,
        content: Range<u64>,
        in_flight: Epoch,
    ) -> Result<Option<Damage>, DiskError> {
        let mut offset = content.start;
        while offset < content.end {
            let Some(candidate) = self.next_magic(offset, content.end)? else {
                return Ok(None);
            };
            offset = candidate + 1;
            if let Ok(header) = self.sound_frame_at(candidate)? {
                if let Err(fault) = self.check_in_flight(&header, candidate, in_flight) {
                    return Ok(Some(damage(&self.segment.name, candidate, fault)));
                }
                offset = candidate + header.frame_bytes() as u64;
            }
        }
        Ok(None)
    }

    fn check_in_flight(
        &self,
        header: &FrameHeader,
        offset: u64,
        in_flight: Epoch,
    ) -> Result<(), Fault> {
        self.check_identity(header, offset, in_flight)?;
        if header.first <= self.end.sequence {
            let expected = self.end.sequence.next();
            return Err(Fault::Sequence {
                found: header.first,
                expected,
            });
        }
        Ok(())
    }

    /// Returns the next place from `offset` at which the mark of a frame stands.
    fn next_magic(&mut self, mut offset: u64, end: u64) -> Result<Option<u64>, DiskError> {
        const BLOCK_BYTES: usize = 64 * 1024;
        while offset < end {
            let block = self
                .window
                .get(&self.disk, &self.segment.file, offset, BLOCK_BYTES)?;
            if let Some(found) = block
                .windows(FRAME_MAGIC.len())
                .position(|at| at == FRAME_MAGIC)
            {
                return Ok(Some(offset + found as u64));
            }
            if block.len() < BLOCK_BYTES {
                return Ok(None);
            }
            // A mark may lie across the border of two blocks.
            offset += (BLOCK_BYTES - FRAME_MAGIC.len() + 1) as u64;
        }
        Ok(None)
    }
}

/// Checks that a segment with a successor is complete: a segment is synced to its end before the
/// next gets its name, so no crash explains a flaw in it, wherever the watermark stands.
pub(crate) fn check_sealed<D: Disk>(
    cursor: &mut Cursor<D>,
    fault: Fault,
    next: &SegmentFile<D>,
) -> Result<(), ReadError> {
    let file = cursor.segment.name.clone();
    if fault != Fault::Blank {
        return Err(damage(&file, cursor.end.offset, fault).into());
    }
    if let Some(content) = cursor.content_after_end()? {
        return Err(damage(&file, content.start, Fault::Trailing).into());
    }
    let (ends, durable) = (cursor.end.sequence, Sequence(next.header.first.0 - 1));
    if ends < durable {
        let fault = Fault::CutShort {
            ends,
            durable,
            found: None,
        };
        return Err(damage(&file, cursor.end.offset, fault).into());
    }
    if next.header.epoch < cursor.epoch {
        let (found, at_least) = (next.header.epoch, cursor.epoch);
        let fault = Fault::Epoch {
            found,
            at_least,
            at_most: cursor.epoch.max(found),
        };
        return Err(damage(&next.name, 0, fault).into());
    }
    if next.header.first != ends.next() {
        let fault = Fault::Sequence {
            found: next.header.first,
            expected: ends.next(),
        };
        return Err(damage(&next.name, 0, fault).into());
    }
    if next.header.previous != cursor.end.hash {
        let fault = Fault::Chain {
            found: next.header.previous,
            expected: cursor.end.hash,
        };
        return Err(damage(&next.name, 0, fault).into());
    }
    Ok(())
}
