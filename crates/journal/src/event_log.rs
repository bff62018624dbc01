//! The event log: what the core has said, by sequence number, for whoever must not miss any of it.
//!
//! It is derived from the journal and never synced record by record: torn or missing, it is made
//! again by replay. Records are written in batches; a file that is full is synced once and followed
//! by the next, so only the last one can be torn, and opening looks through that one alone.
//! `event_reader` reads it.
//!
//! Files are called `events-00000000000000000001.log` after their first record; `event_record` has
//! their layout.

use crate::damage::{Fault, ReadError, damage};
use crate::disk::{Access, Disk, DiskError, Rename, write_all_at};
use crate::event_index;
use crate::event_mark::{self, EventMark};
use crate::event_reader::EventReader;
use crate::event_record::{
    EVENTS_BYTES_MAX, FILE_HEADER_BYTES, check_file, encode_file_header, encode_record, record_at,
};
use crate::id::{ClusterId, Sequence};
use crate::segment::{number_in, numbered};
use crate::unwritten::Unwritten;
use crate::window::Window;

/// The length after which a file is followed by the next, for production.
pub const EVENT_FILE_BYTES_DEFAULT: u64 = 64 * 1024 * 1024;

/// How much is gathered before it is written without being asked.
const PENDING_BYTES: usize = 1024 * 1024;
/// How much is gathered while the disk is full: it takes only cancels then.
const PENDING_BYTES_MAX: usize = 16 * PENDING_BYTES;

const NAME_PREFIX: &str = "events-";
const NAME_SUFFIX: &str = ".log";
const UNFINISHED: &str = "events.tmp";

/// The one writer of an event log.
#[derive(Debug)]
pub struct EventLog<D: Disk> {
    disk: D,
    cluster: ClusterId,
    file_bytes_max: u64,
    /// The file being written; `None` in an empty log.
    tail: Option<Tail<D>>,
    /// The last record taken, written or not.
    last: Sequence,
    /// Records taken and not yet written.
    pending: Vec<u8>,
    /// The first of them.
    pending_first: Option<Sequence>,
    /// Those that a full disk did not take.
    unwritten: Unwritten,
    /// How many bytes of `pending` are in `unwritten`.
    unwritten_bytes: usize,
}

#[derive(Debug)]
struct Tail<D: Disk> {
    first: Sequence,
    file: D::File,
    end_offset: u64,
}

impl<D: Disk> EventLog<D> {
    /// Opens the log in the directory of `disk`, removing what a crash has torn from its end.
    ///
    /// **Cost**: reads the last file.
    ///
    /// # Errors
    /// The log belongs to another cluster, or the disk's.
    pub fn open(
        disk: D,
        cluster: ClusterId,
        file_bytes_max: u64,
    ) -> Result<EventLog<D>, ReadError> {
        let last = Sequence::GENESIS;
        let (pending, pending_first) = (Vec::new(), None);
        let mut log = EventLog {
            disk,
            cluster,
            file_bytes_max,
            tail: None,
            last,
            pending,
            pending_first,
            unwritten: Unwritten::default(),
            unwritten_bytes: 0,
        };
        log.settle(Sequence(u64::MAX))?;
        Ok(log)
    }

    /// Returns the sequence of the last record, `GENESIS` in an empty log.
    pub fn last(&self) -> Sequence {
        self.last
    }

    /// Takes the events of the command `sequence`. They are readable after the next `flush`.
    ///
    /// # Errors
    /// The disk's, when enough had been gathered to be written; the record has not been taken then. A full disk is an
    /// error only when very much has been gathered.
    ///
    /// # Panics
    /// When `sequence` is not higher than the last, or the payload exceeds `EVENTS_BYTES_MAX`.
    pub fn append(&mut self, sequence: Sequence, payload: &[u8]) -> Result<(), DiskError> {
        assert!(
            self.last < sequence,
            "events come in the order of their commands"
        );
        assert!(payload.len() <= EVENTS_BYTES_MAX);
        if PENDING_BYTES <= self.pending.len()
            && let Err(error) = self.flush()
            && !(error.is_full() && self.pending.len() < PENDING_BYTES_MAX)
        {
            return Err(error);
        }
        encode_record(sequence, payload, &mut self.pending);
        self.pending_first = self.pending_first.or(Some(sequence));
        self.last = sequence;
        Ok(())
    }

    /// Writes what has been taken, in one call, without a sync. What a full disk does not take is found meanwhile as
    /// `unwritten`.
    ///
    /// # Errors
    /// The disk's. Nothing is lost then: the next attempt writes it again to the same place.
    pub fn flush(&mut self) -> Result<(), DiskError> {
        let written = self.write_pending();
        match &written {
            Err(error) if error.is_full() => {
                self.unwritten.add(&self.pending[self.unwritten_bytes..]);
                self.unwritten_bytes = self.pending.len();
            }
            Err(_) => {}
            Ok(()) => self.forget_unwritten(),
        }
        written
    }

    fn write_pending(&mut self) -> Result<(), DiskError> {
        let Some(first) = self.pending_first else {
            return Ok(());
        };
        let is_full = |tail: &Tail<D>| self.file_bytes_max <= tail.end_offset;
        if self.tail.as_ref().is_none_or(is_full) {
            self.begin_file(first)?;
        }
        let tail = self.tail.as_mut().expect("a file has been begun");
        write_all_at(&self.disk, &tail.file, tail.end_offset, &self.pending)?;
        tail.end_offset += self.pending.len() as u64;
        self.pending.clear();
        self.pending_first = None;
        Ok(())
    }

    /// Removes all records after `sequence`, written or not: what a journal no longer has, nobody
    /// has said.
    ///
    /// # Errors
    /// The disk's; or damage in the file that holds `sequence`, which is then cut before the
    /// damage.
    pub fn truncate_after(&mut self, sequence: Sequence) -> Result<(), ReadError> {
        self.pending.clear();
        self.pending_first = None;
        self.forget_unwritten();
        self.settle(sequence)
    }

    /// Returns how far the events have been hashed; `None` when that is not known.
    ///
    /// # Errors
    /// The disk's.
    pub fn mark(&self) -> Result<Option<EventMark>, DiskError> {
        event_mark::read(&self.disk, self.cluster)
    }

    /// Notes how far the events have been hashed, without a sync.
    ///
    /// # Errors
    /// The disk's.
    pub fn set_mark(&self, mark: &EventMark) -> Result<(), DiskError> {
        event_mark::write(&self.disk, self.cluster, mark)
    }

    /// Returns what a full disk has not taken, as it is at any time.
    pub fn unwritten(&self) -> Unwritten {
        self.unwritten.clone()
    }

    /// Returns a reader of this log, which may live on another thread.
    pub fn reader(&self) -> EventReader<D> {
        EventReader::new(self.disk.clone(), self.cluster)
    }

    fn forget_unwritten(&mut self) {
        if 0 < self.unwritten_bytes {
            self.unwritten.clear();
            self.unwritten_bytes = 0;
        }
    }

    /// Finds the last sound record up to `limit` and cuts everything behind it.
    fn settle(&mut self, limit: Sequence) -> Result<(), ReadError> {
        self.tail = None;
        self.last = Sequence::GENESIS;
        for first in file_firsts(&self.disk)?.into_iter().rev() {
            // It goes on from here, or goes.
            event_index::remove(&self.disk, first)?;
            if let Some((tail, last)) = self.settle_file(first, limit)? {
                self.tail = Some(tail);
                self.last = last;
                return Ok(());
            }
            self.disk.remove(&file_name(first))?;
        }
        Ok(())
    }

    /// Cuts one file after its last sound record up to `limit`; `None` when there is none.
    fn settle_file(
        &self,
        first: Sequence,
        limit: Sequence,
    ) -> Result<Option<(Tail<D>, Sequence)>, ReadError> {
        if limit < first {
            return Ok(None);
        }
        let file = self.disk.open(&file_name(first), Access::ReadWrite)?;
        match check_file(&self.disk, &file, self.cluster, first)? {
            Ok(()) => {}
            Err(fault @ Fault::Cluster { .. }) => {
                return Err(damage(&file_name(first), 0, fault).into());
            }
            Err(_) => return Ok(None),
        }
        let mut window = Window::default();
        let mut end_offset = FILE_HEADER_BYTES as u64;
        let mut last = None;
        while let Ok(record) = record_at(&self.disk, &file, &mut window, end_offset)? {
            if limit < record.sequence || last.is_some_and(|last| record.sequence <= last) {
                break;
            }
            end_offset += record.size_bytes();
            last = Some(record.sequence);
        }
        let Some(last) = last else {
            return Ok(None);
        };
        self.disk.truncate(&file, end_offset)?;
        Ok(Some((
            Tail {
                first,
                file,
                end_offset,
            },
            last,
        )))
    }

    /// Syncs the full file and begins the one whose first record is `first`.
    fn begin_file(&mut self, first: Sequence) -> Result<(), DiskError> {
        if let Some(tail) = &self.tail {
            assert!(tail.first < first);
            self.disk.sync(&tail.file)?;
        }
        match self.disk.remove(UNFINISHED) {
            Err(error) if !error.is_missing() => return Err(error),
            _ => {}
        }
        // Readers see the file only under its name, so they never see it without its header.
        let file = self.disk.create(UNFINISHED)?;
        write_all_at(
            &self.disk,
            &file,
            0,
            &encode_file_header(self.cluster, first),
        )?;
        self.disk.rename(Rename {
            from: UNFINISHED,
            to: &file_name(first),
        })?;
        self.disk.sync_directory()?;
        self.tail = Some(Tail {
            first,
            file,
            end_offset: FILE_HEADER_BYTES as u64,
        });
        Ok(())
    }
}

/// Returns the first sequences of all files, in order.
pub(crate) fn file_firsts<D: Disk>(disk: &D) -> Result<Vec<Sequence>, DiskError> {
    let names = disk.list()?;
    let mut firsts: Vec<Sequence> = names
        .iter()
        .filter_map(|name| number_in(NAME_PREFIX, name, NAME_SUFFIX))
        .collect();
    firsts.sort();
    Ok(firsts)
}

pub(crate) fn file_name(first: Sequence) -> String {
    numbered(NAME_PREFIX, first, NAME_SUFFIX)
}
