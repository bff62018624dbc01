//! Reading the event log by sequence number, at the reader's own pace, also while it is being
//! written.
//!
//! ```
//! # use journal::{event_log::EventLog, id::{ClusterId, Sequence}, memory_disk::MemoryDisk};
//! let mut log = EventLog::open(MemoryDisk::new(), ClusterId(7), 4096)?;
//! log.append(Sequence(1), b"accepted")?;
//! log.append(Sequence(2), b"filled")?;
//! log.flush()?;
//!
//! let mut reader = log.reader();
//! assert_eq!(reader.read_one(Sequence(2))?, Some(b"filled".as_slice()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use crate::damage::{Fault, ReadError, damage};
use crate::disk::{Access, Disk, DiskError};
use crate::event_log::{file_firsts, file_name};
use crate::event_record::{FILE_HEADER_BYTES, RECORD_HEADER_BYTES, Record, check_file, record_at};
use crate::id::{ClusterId, Sequence};
use crate::window::Window;

/// Every so many bytes of a file the place of a record is remembered, so that a search reads no
/// more than that.
const INDEX_STRIDE_BYTES: u64 = 64 * 1024;

/// The events of one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventsRef<'a> {
    pub sequence: Sequence,
    pub payload: &'a [u8],
}

/// A reader of the event log. It holds its own files and a sparse index of what it has passed.
#[derive(Debug)]
pub struct EventReader<D: Disk> {
    disk: D,
    cluster: ClusterId,
    /// First sequences of the files, as last listed.
    firsts: Vec<Sequence>,
    /// By file: places of records it is known to hold, in order.
    index: BTreeMap<Sequence, Vec<Place>>,
    current: Option<Current<D>>,
    window: Window,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    sequence: Sequence,
    offset: u64,
}

#[derive(Debug)]
struct Current<D: Disk> {
    first: Sequence,
    file: D::File,
    offset: u64,
}

impl<D: Disk> EventReader<D> {
    /// Returns a reader that stands before the first record.
    pub fn new(disk: D, cluster: ClusterId) -> EventReader<D> {
        let (firsts, index, window) = (Vec::new(), BTreeMap::new(), Window::default());
        EventReader {
            disk,
            cluster,
            firsts,
            index,
            current: None,
            window,
        }
    }

    /// Moves before the first record numbered `sequence` or higher.
    ///
    /// **Cost**: reads at most one stride of a file passed before, or one file that was not.
    ///
    /// # Errors
    /// Damage on the way, or the disk's.
    pub fn seek(&mut self, sequence: Sequence) -> Result<(), ReadError> {
        let Some((first, _)) = self.file_of(sequence)? else {
            self.current = None;
            return Ok(());
        };
        self.enter(first, sequence)?;
        while let Some(record) = self.record()? {
            if sequence <= record.sequence {
                break;
            }
            self.pass(&record);
        }
        Ok(())
    }

    /// Returns the record at hand and moves behind it, or `None` at the end of what has been
    /// written.
    ///
    /// # Errors
    /// Damage in a file that is complete, or the disk's. The reader stays where it was.
    pub fn next_events(&mut self) -> Result<Option<EventsRef<'_>>, ReadError> {
        if self.current.is_none() {
            self.seek(Sequence::GENESIS)?;
        }
        let Some(record) = self.record()? else {
            return Ok(None);
        };
        let offset = self.pass(&record);
        Ok(Some(self.events(&record, offset)))
    }

    /// Returns the events of one command, or `None` when the log has none for it.
    ///
    /// # Errors
    /// As `seek`.
    pub fn read_one(&mut self, sequence: Sequence) -> Result<Option<&[u8]>, ReadError> {
        self.seek(sequence)?;
        let record = self.record()?.filter(|record| record.sequence == sequence);
        let Some(record) = record else {
            return Ok(None);
        };
        let offset = self.pass(&record);
        Ok(Some(self.events(&record, offset).payload))
    }

    /// Returns the first record of the file that holds `sequence`, and that of the file after it; `None` in an empty log.
    pub(crate) fn file_of(
        &mut self,
        sequence: Sequence,
    ) -> Result<Option<(Sequence, Option<Sequence>)>, DiskError> {
        self.firsts = file_firsts(&self.disk)?;
        let after = self.firsts.partition_point(|first| *first <= sequence);
        let first = self.firsts.get(after.saturating_sub(1)).copied();
        let next = self.firsts.get(after.max(1)).copied();
        Ok(first.map(|first| (first, next)))
    }

    /// Returns the number of the record at a place of a file, and stands before it.
    pub(crate) fn sequence_at(
        &mut self,
        first: Sequence,
        place: u32,
    ) -> Result<Sequence, ReadError> {
        Ok(self.move_to(first, place)?.sequence)
    }

    /// Returns the record at a place of a file, and moves behind it.
    pub(crate) fn read_at(
        &mut self,
        first: Sequence,
        place: u32,
    ) -> Result<EventsRef<'_>, ReadError> {
        let record = self.move_to(first, place)?;
        let offset = self.pass(&record);
        Ok(self.events(&record, offset))
    }

    /// Hands over the place and the payload of every record of the complete file that begins with `first`.
    pub(crate) fn for_each_of_file(
        &mut self,
        first: Sequence,
        take: &mut dyn FnMut(u32, &[u8]),
    ) -> Result<(), ReadError> {
        let is_here = |current: &Current<D>| current.first == first;
        self.seek(first)?;
        while let Some(record) = self.record()?
            && self.current.as_ref().is_some_and(is_here)
        {
            let offset = self.pass(&record);
            let place = u32::try_from(offset).expect("files end long before 4 GiB");
            take(place, self.events(&record, offset).payload);
        }
        Ok(())
    }

    fn move_to(&mut self, first: Sequence, place: u32) -> Result<Record, ReadError> {
        if self.current.as_ref().is_none_or(|file| file.first != first) {
            self.enter(first, first)?;
        }
        let offset = u64::from(place);
        let current = self.current.as_mut().expect("a file was entered");
        current.offset = offset;
        match self.record_here()?.expect("a file was entered") {
            Ok(record) => Ok(record),
            Err(fault) => Err(damage(&file_name(first), offset, fault).into()),
        }
    }

    /// Opens the file that begins with `first`, at the last place known to lie not after
    /// `sequence`.
    fn enter(&mut self, first: Sequence, sequence: Sequence) -> Result<(), ReadError> {
        let places = self.index.entry(first).or_default();
        let after = places.partition_point(|place| place.sequence <= sequence);
        let offset = match after.checked_sub(1) {
            Some(known) => places[known].offset,
            None => FILE_HEADER_BYTES as u64,
        };
        let file = self.disk.open(&file_name(first), Access::Read)?;
        if let Err(fault) = check_file(&self.disk, &file, self.cluster, first)? {
            return Err(damage(&file_name(first), 0, fault).into());
        }
        self.window.forget();
        self.current = Some(Current {
            first,
            file,
            offset,
        });
        Ok(())
    }

    /// Reads the record at hand, going on to the next file where one ends.
    fn record(&mut self) -> Result<Option<Record>, ReadError> {
        while let Some(current) = &self.current {
            let (first, offset) = (current.first, current.offset);
            let fault = match self.record_here()? {
                Some(Ok(record)) => return Ok(Some(record)),
                Some(Err(fault)) => fault,
                None => return Ok(None),
            };
            let Some(next) = self.file_after(first)? else {
                // The writer may be in the middle of this record.
                return Ok(None);
            };
            // The file is complete now; look once more before judging what was seen.
            if let Some(Ok(record)) = self.record_here()? {
                return Ok(Some(record));
            }
            if !self.is_at_end_of_file()? {
                return Err(damage(&file_name(first), offset, fault).into());
            }
            self.enter(next, next)?;
        }
        Ok(None)
    }

    /// Reads the record at hand, anew if what was read ahead does not hold it.
    fn record_here(&mut self) -> Result<Option<Result<Record, Fault>>, DiskError> {
        let Some(Current { file, offset, .. }) = &self.current else {
            return Ok(None);
        };
        if let Ok(record) = record_at(&self.disk, file, &mut self.window, *offset)? {
            return Ok(Some(Ok(record)));
        }
        self.window.forget();
        record_at(&self.disk, file, &mut self.window, *offset).map(Some)
    }

    fn file_after(&mut self, first: Sequence) -> Result<Option<Sequence>, DiskError> {
        let is_later = |at: &&Sequence| first < **at;
        if let Some(next) = self.firsts.iter().find(is_later) {
            return Ok(Some(*next));
        }
        self.firsts = file_firsts(&self.disk)?;
        Ok(self.firsts.iter().find(is_later).copied())
    }

    fn is_at_end_of_file(&self) -> Result<bool, DiskError> {
        match &self.current {
            Some(Current { file, offset, .. }) => Ok(self.disk.size_bytes(file)? <= *offset),
            None => Ok(true),
        }
    }

    /// Moves behind `record`, remembering its place now and then; returns where it lies.
    fn pass(&mut self, record: &Record) -> u64 {
        let current = self
            .current
            .as_mut()
            .expect("a record was read from a file");
        let offset = current.offset;
        let places = self.index.entry(current.first).or_default();
        let known = places.last().map_or(0, |place| place.offset);
        if known + INDEX_STRIDE_BYTES <= offset {
            places.push(Place {
                sequence: record.sequence,
                offset,
            });
        }
        current.offset += record.size_bytes();
        offset
    }

    fn events(&self, record: &Record, offset: u64) -> EventsRef<'_> {
        let from = offset + RECORD_HEADER_BYTES as u64;
        let payload = self.window.held(from, record.payload_bytes);
        EventsRef {
            sequence: record.sequence,
            payload,
        }
    }
}
