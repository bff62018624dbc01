//! The journal itself: append, sync, roll over, close.
//!
//! One thread owns it. A failed write or sync is final: the journal stops, every later call answers
//! `Stopped`, and the sync is never tried again, because after a failed one nobody knows what the
//! disk holds. The next start finds out.

use crate::cursor::SegmentFile;
use crate::damage::Place;
use crate::disk::{Disk, DiskError, Rename, write_all_at};
use crate::frame::{FRAME_HEADER_BYTES, FrameHeader};
use crate::id::{ClusterId, Epoch, FrameHash, Position, Sequence};
use crate::options::Options;
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader, segment_name};
use crate::spare::{Spare, SpareMaker};
use crate::watermark::{WatermarkError, WatermarkWriter};

/// The one writer of a journal.
#[derive(Debug)]
pub struct Journal<D: Disk> {
    disk: D,
    options: Options,
    epoch: Epoch,
    segment: SegmentFile<D>,
    /// The point at which the next frame begins.
    end: Position,
    /// The point up to which everything is durable.
    durable: Position,
    maker: SpareMaker<D>,
    spare: Option<Spare<D>>,
    supply: Supply,
    has_stopped: bool,
    /// Reused for every frame, so that appending allocates nothing.
    frame: Vec<u8>,
    _lock: D::Lock,
}

/// How much preallocated space there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Every append is taken.
    Ample,
    /// The disk is full and what is preallocated nears the reserve: a large append is refused, soon
    /// every one but `append_reserved`.
    ReserveOnly,
}

/// Whether the disk had room for the last spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Supply {
    Open,
    /// Refused for want of space; asked again only by `poll_space`, because each attempt costs
    /// time.
    Denied,
}

/// Why a batch was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("the disk is full; the reserve is kept for cancels")]
    Full,
    #[error("a payload of {size_bytes} bytes exceeds the largest, {bytes_max}")]
    TooLarge { size_bytes: usize, bytes_max: usize },
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The journal has failed and takes nothing more.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The failure itself, answered once.
    #[error("the journal stops: {0}")]
    Failed(#[from] DiskError),
    /// Every later answer.
    #[error("the journal has stopped after an earlier failure; restart to recover")]
    Before,
}

/// Why a journal was not closed cleanly. The next start recovers as after a crash.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Watermark(#[from] WatermarkError),
}

/// What a journal is assembled from once its directory is sound.
pub(crate) struct Parts<D: Disk> {
    pub disk: D,
    pub options: Options,
    pub epoch: Epoch,
    pub segment: SegmentFile<D>,
    pub end: Position,
    pub spare: Option<Spare<D>>,
    pub lock: D::Lock,
}

impl<D: Disk> Journal<D> {
    pub(crate) fn new(parts: Parts<D>) -> Journal<D> {
        let Parts {
            disk,
            options,
            epoch,
            segment,
            end,
            spare,
            lock,
        } = parts;
        assert!(segment.header.segment_bytes == segment.size_bytes);
        assert!(end.offset <= segment.size_bytes);
        let frame_bytes_max = FRAME_HEADER_BYTES + options.payload_bytes_max();
        Journal {
            maker: SpareMaker::new(disk.clone(), epoch, options.segment_bytes),
            disk,
            options,
            epoch,
            segment,
            end,
            durable: end,
            spare,
            supply: Supply::Open,
            has_stopped: false,
            frame: Vec::with_capacity(frame_bytes_max),
            _lock: lock,
        }
    }

    /// Writes one batch of `count` commands numbered from `first`. It is durable only after the
    /// next `sync`.
    ///
    /// **Cost**: one checksum, one hash and one write of the frame; no allocation. When a segment
    /// is full, additionally a sync of it, a header, and, if no spare was installed in time, the
    /// making of one.
    ///
    /// # Errors
    /// `Full` and `TooLarge` have changed nothing. `Stopped` is final.
    ///
    /// # Panics
    /// When `first` is not the number after the last command, or the batch is empty.
    pub fn append(
        &mut self,
        first: Sequence,
        count: u32,
        payload: &[u8],
    ) -> Result<Space, AppendError> {
        self.append_keeping(self.options.reserve_bytes, first, count, payload)
    }

    /// Writes a batch that may use the reserve: cancels and whatever else reduces risk on a full
    /// disk.
    ///
    /// # Errors
    /// As `append`; `Full` only when the reserve is used up.
    ///
    /// # Panics
    /// As `append`.
    pub fn append_reserved(
        &mut self,
        first: Sequence,
        count: u32,
        payload: &[u8],
    ) -> Result<Space, AppendError> {
        self.append_keeping(0, first, count, payload)
    }

    fn append_keeping(
        &mut self,
        kept_bytes: u64,
        first: Sequence,
        count: u32,
        payload: &[u8],
    ) -> Result<Space, AppendError> {
        assert!(
            first == self.end.sequence.next(),
            "batches are numbered without gaps"
        );
        assert!(1 <= count, "a batch has a command");
        self.check_running()?;
        let bytes_max = self.options.payload_bytes_max();
        if bytes_max < payload.len() {
            return Err(AppendError::TooLarge {
                size_bytes: payload.len(),
                bytes_max,
            });
        }
        let frame_bytes = (FRAME_HEADER_BYTES + payload.len()) as u64;
        self.ensure_space(frame_bytes, kept_bytes)?;

        if self.room_bytes() < frame_bytes {
            self.stopping(Self::roll)?;
        }
        self.encode(first, count, payload);
        self.stopping(Self::write_frame)?;
        self.end = Position {
            sequence: Sequence(first.0 + u64::from(count) - 1),
            segment: self.end.segment,
            offset: self.end.offset + frame_bytes,
            hash: FrameHash::of(&self.frame),
        };
        assert!(self.end.offset <= self.segment.size_bytes);
        Ok(self.space())
    }

    /// Makes everything appended so far durable, and answers up to where.
    ///
    /// **Cost**: one `fdatasync`; none when nothing was appended since the last.
    ///
    /// # Errors
    /// A failure is final: nothing appended since the last success is to be acknowledged.
    pub fn sync(&mut self) -> Result<Position, Stopped> {
        self.check_running()?;
        if self.durable != self.end {
            self.stopping(Self::sync_segment)?;
        }
        Ok(self.durable)
    }

    /// Syncs, and records the end in the watermark, so that from here on no loss goes unseen.
    ///
    /// # Errors
    /// The journal or the watermark has failed; the next start recovers as after a crash.
    pub fn close(mut self, watermark: WatermarkWriter<D>) -> Result<Position, CloseError> {
        let end = self.sync()?;
        watermark.close(end)?;
        Ok(end)
    }

    /// Returns the number of the last command appended.
    pub fn last(&self) -> Sequence {
        self.end.sequence
    }

    /// Returns the point up to which everything is durable.
    pub fn durable(&self) -> Position {
        self.durable
    }

    /// Returns the number of this opening.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Returns the exchange this journal belongs to.
    pub fn cluster(&self) -> ClusterId {
        self.options.cluster
    }

    /// Returns whether ordinary appends are taken.
    pub fn space(&self) -> Space {
        let largest_bytes = (FRAME_HEADER_BYTES + self.options.payload_bytes_max()) as u64;
        let is_scarce =
            self.supply == Supply::Denied && !self.fits(largest_bytes, self.options.reserve_bytes);
        if is_scarce {
            Space::ReserveOnly
        } else {
            Space::Ample
        }
    }

    /// Returns whether the disk had no room for the next segment when that was last tried.
    pub fn is_short(&self) -> bool {
        self.supply == Supply::Denied
    }

    /// Returns how much preallocated space is left, with the reserve.
    pub fn left_bytes(&self) -> u64 {
        self.room_bytes() + self.spare_bytes()
    }

    /// Returns how much of it ordinary appends leave free.
    pub fn reserve_bytes(&self) -> u64 {
        self.options.reserve_bytes
    }

    /// Whether the next segment has yet to be prepared: time to ask a `SpareMaker`.
    pub fn needs_spare(&self) -> bool {
        self.spare.is_none()
    }

    /// Returns a maker of spares that can work on another thread.
    pub fn spare_maker(&self) -> SpareMaker<D> {
        self.maker.clone()
    }

    /// Takes what a maker has made, or learns from its failure that the disk is full.
    ///
    /// # Errors
    /// A disk failure other than want of space is handed back: no append has suffered yet, the
    /// owner decides.
    pub fn install_spare(&mut self, made: Result<Spare<D>, DiskError>) -> Result<Space, DiskError> {
        match made {
            Ok(spare) if self.spare.is_some() => self.disk.remove(&spare.name)?,
            Ok(spare) => {
                assert!(spare.size_bytes == self.options.segment_bytes);
                self.spare = Some(spare);
                self.supply = Supply::Open;
            }
            Err(error) if error.is_full() => self.supply = Supply::Denied,
            Err(error) => return Err(error),
        }
        Ok(self.space())
    }

    /// Tries again to find room for the next segment; the owner calls it now and then while space
    /// is short.
    ///
    /// **Cost**: writes and syncs one whole segment; prefer a `SpareMaker` where that matters.
    ///
    /// # Errors
    /// As `install_spare`.
    pub fn poll_space(&mut self) -> Result<Space, DiskError> {
        if self.spare.is_none() {
            let made = self.maker.make();
            return self.install_spare(made);
        }
        Ok(self.space())
    }

    /// Makes sure that after a frame of `frame_bytes` at least `kept_bytes` of preallocated space
    /// are left.
    fn ensure_space(&mut self, frame_bytes: u64, kept_bytes: u64) -> Result<(), AppendError> {
        if self.fits(frame_bytes, kept_bytes) {
            return Ok(());
        }
        if self.spare.is_none() && self.supply == Supply::Open {
            self.stopping(Self::poll_space)?;
        }
        if self.fits(frame_bytes, kept_bytes) {
            Ok(())
        } else {
            Err(AppendError::Full)
        }
    }

    fn fits(&self, frame_bytes: u64, kept_bytes: u64) -> bool {
        let (here, there) = (self.room_bytes(), self.spare_bytes());
        if frame_bytes <= here {
            frame_bytes + kept_bytes <= here + there
        } else {
            frame_bytes + kept_bytes <= there
        }
    }

    fn room_bytes(&self) -> u64 {
        self.segment.size_bytes - self.end.offset
    }

    fn spare_bytes(&self) -> u64 {
        let spare = self.spare.as_ref();
        spare.map_or(0, |spare| spare.size_bytes - SEGMENT_HEADER_BYTES as u64)
    }

    fn encode(&mut self, first: Sequence, count: u32, payload: &[u8]) {
        let header = FrameHeader {
            payload_bytes: payload.len() as u32,
            count,
            cluster: self.options.cluster,
            epoch: self.epoch,
            first,
            place: Place {
                segment: self.end.segment,
                offset: self.end.offset,
            },
            previous: self.end.hash,
        };
        header.encode(payload, &mut self.frame);
    }

    fn write_frame(&mut self) -> Result<(), DiskError> {
        write_all_at(&self.disk, &self.segment.file, self.end.offset, &self.frame)
    }

    fn sync_segment(&mut self) -> Result<(), DiskError> {
        mutant::plant!(
            "journal-not-synced",
            (),
            self.disk.sync(&self.segment.file)?
        );
        self.durable = self.end;
        Ok(())
    }

    /// Turns the spare into the next segment. The order is what recovery relies on: the old segment
    /// is durable before the new one has a name, and the new one's header before that.
    fn roll(&mut self) -> Result<(), DiskError> {
        if mutant::plant!("old-segment-not-synced", false, self.durable != self.end) {
            self.sync_segment()?;
        }
        let spare = self.spare.take().expect("ensure_space has found one");
        let header = SegmentHeader {
            cluster: self.options.cluster,
            epoch: self.epoch,
            index: self.end.segment.next(),
            first: self.end.sequence.next(),
            segment_bytes: spare.size_bytes,
            previous: self.end.hash,
        };
        self.segment = name_segment(&self.disk, spare, header)?;
        self.end = self.segment.start();
        self.durable = self.end;
        Ok(())
    }

    fn check_running(&self) -> Result<(), Stopped> {
        if self.has_stopped {
            Err(Stopped::Before)
        } else {
            Ok(())
        }
    }

    /// Runs one step whose failure is final.
    fn stopping<T>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, DiskError>,
    ) -> Result<T, Stopped> {
        step(self).map_err(|error| {
            self.has_stopped = mutant::plant!("failed-sync-retried", false, true);
            Stopped::Failed(error)
        })
    }
}

/// Gives a spare its header and, once that is durable, its name.
pub(crate) fn name_segment<D: Disk>(
    disk: &D,
    spare: Spare<D>,
    header: SegmentHeader,
) -> Result<SegmentFile<D>, DiskError> {
    assert!(spare.size_bytes == header.segment_bytes);
    let bytes = header.encode();
    write_all_at(disk, &spare.file, 0, &bytes)?;
    mutant::plant!("segment-header-not-synced", (), disk.sync(&spare.file)?);
    let name = segment_name(header.first);
    disk.rename(Rename {
        from: &spare.name,
        to: &name,
    })?;
    mutant::plant!("segment-name-not-synced", (), disk.sync_directory()?);
    let hash = FrameHash::of(&bytes);
    Ok(SegmentFile {
        name,
        file: spare.file,
        header,
        hash,
        size_bytes: header.segment_bytes,
    })
}
