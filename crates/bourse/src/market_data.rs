//! Market-data files beside a running exchange and a stopped one: where they lie, and how a day is read out of the event
//! log.

pub mod archiver;
pub mod export;
pub mod figures;

use crate::data::DataDirectory;
use anyhow::{Context, Result, bail};
use archive::error::ArchiveError;
use archive::fold::{Fold, time_of};
use archive::writing::{Plan, Writing, Written};
use journal::disk::Disk;
use journal::event_reader::EventReader;
use journal::file_disk::FileDisk;
use journal::id::{ClusterId, Sequence};
use model::time::Timestamp;
use std::path::{Path, PathBuf};

/// Writing what can be made again stops while the disk has less room than this: what is left is for the journal.
pub const ROOM_BYTES_MIN: u64 = 1 << 30;
/// How many commands are read between two looks at the room.
const COMMANDS_PER_LOOK: u64 = 1 << 12;

/// Returns the folder of all files, of which everything under `/data` is served.
pub fn folder(data: &DataDirectory) -> PathBuf {
    data.join("market-data")
}

/// Returns the file of the state at the beginning of the next day to write.
fn opening_file(data: &DataDirectory) -> PathBuf {
    data.join("market-data-opening.bin")
}

/// What came of reading a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Written(Written),
    /// The event log ends before the day does, or the reader was told to stop.
    NotOver,
}

/// How far reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Moment,
    EndOfLog,
}

/// Takes in the encoded events of the next command.
type Take<'a> = &'a mut dyn FnMut(&mut Fold, &[u8]) -> Result<(), ArchiveError>;

/// The event log of an exchange, read for its files.
pub struct Source<'a> {
    reader: EventReader<FileDisk>,
    is_stopped: &'a dyn Fn() -> bool,
}

impl<'a> Source<'a> {
    /// Opens the event log. Reading ends early once `is_stopped` says so.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(
        data: &DataDirectory,
        cluster: ClusterId,
        is_stopped: &'a dyn Fn() -> bool,
    ) -> Result<Source<'a>> {
        let events = FileDisk::open(&data.join("events"))?;
        let reader = EventReader::new(events, cluster);
        Ok(Source { reader, is_stopped })
    }

    /// Returns the time of the first command; `None` before there is one.
    ///
    /// # Errors
    /// The event log cannot be read.
    pub fn first_time(&mut self) -> Result<Option<Timestamp>> {
        match self.reader.read_one(Sequence(1))? {
            Some(payload) => Ok(Some(time_of(model::id::Sequence(1), payload)?)),
            None => Ok(None),
        }
    }

    /// Returns whether the last command that was taken in is the one of this event log.
    ///
    /// # Errors
    /// The event log cannot be read.
    pub fn knows(&mut self, fold: &Fold) -> Result<bool> {
        let last = self.reader.read_one(Sequence(fold.sequence().0))?;
        Ok(last.is_some_and(|payload| fold.was_reached_by(payload)))
    }

    /// Takes in every command before a moment; whether there was one at it or after it.
    ///
    /// # Errors
    /// The event log has a gap or cannot be read.
    pub fn pass(&mut self, fold: &mut Fold, until: Timestamp) -> Result<bool> {
        let mut take = |fold: &mut Fold, payload: &[u8]| fold.add(payload).map(drop);
        Ok(self.read_before(until, fold, &mut take, None)? == Reached::Moment)
    }

    /// Writes the files of a day; every command before it was taken in.
    ///
    /// # Errors
    /// The event log cannot be read, the files cannot be written, or the disk has little room.
    pub fn write_day(&mut self, fold: &mut Fold, plan: Plan) -> Result<Outcome> {
        let (until, root) = (plan.day.next().begins(), plan.root.clone());
        std::fs::create_dir_all(&root)
            .with_context(|| format!("{} cannot be created", root.display()))?;
        let mut writing = Writing::begin(plan, fold)?;
        let mut take = |fold: &mut Fold, payload: &[u8]| writing.add(fold, payload);
        match self.read_before(until, fold, &mut take, Some(&root))? {
            Reached::Moment => Ok(Outcome::Written(writing.finish()?)),
            Reached::EndOfLog => Ok(Outcome::NotOver),
        }
    }

    fn read_before(
        &mut self,
        until: Timestamp,
        fold: &mut Fold,
        take: Take<'_>,
        written_to: Option<&Path>,
    ) -> Result<Reached> {
        let mut next = Sequence(fold.sequence().0 + 1);
        self.reader.seek(next)?;
        while let Some(events) = self.reader.next_events()? {
            if until <= time_of(model::id::Sequence(events.sequence.0), events.payload)? {
                return Ok(Reached::Moment);
            }
            take(fold, events.payload).map_err(explained)?;
            next = next.next();
            if next.0.is_multiple_of(COMMANDS_PER_LOOK)
                && let Some(path) = written_to
            {
                check_room(path)?;
            }
            if (self.is_stopped)() {
                break;
            }
        }
        Ok(Reached::EndOfLog)
    }
}

fn check_room(path: &Path) -> Result<()> {
    let room_bytes = FileDisk::open(path)?.room_bytes()?;
    if room_bytes < ROOM_BYTES_MIN {
        bail!(
            "{} has room for {room_bytes} bytes; market-data files leave {ROOM_BYTES_MIN} to the journal",
            path.display()
        );
    }
    Ok(())
}

/// Says what to do about events that are missing.
fn explained(error: ArchiveError) -> anyhow::Error {
    match error {
        ArchiveError::Gap { .. } => anyhow::Error::new(error).context(
            "the event log is not whole: stop the exchange, remove the folder `events` and start it again",
        ),
        error => error.into(),
    }
}
