//! Reading what concerns one key out of the event log, by the indexes of its files where there are any.

use crate::damage::ReadError;
use crate::disk::{Disk, DiskError};
use crate::event_index::{Index, whole_file};
use crate::event_reader::{EventReader, EventsRef};
use crate::id::{ClusterId, Sequence};

/// A reader of the records that concern a key.
#[derive(Debug)]
pub struct KeyReader<D: Disk> {
    disk: D,
    cluster: ClusterId,
    key: u32,
    reader: EventReader<D>,
    /// The file that holds what was last asked for.
    file: Option<AskedFile>,
}

/// What an index says of the log from a command on.
#[derive(Debug)]
pub enum Look<'a> {
    /// This is the next command that concerns the key.
    Found(EventsRef<'a>),
    /// There is none before this command.
    NoneBefore(Sequence),
    /// There is no index: whoever wants to know reads on.
    Unindexed,
}

#[derive(Debug)]
struct AskedFile {
    first: Sequence,
    /// The first record of the file after it; `None` for the last one.
    next: Option<Sequence>,
    /// Where the records of the key are; `None` without a sound index.
    places: Option<Vec<u32>>,
    /// How many of them lie before the command that was last asked for.
    passed: usize,
    last_asked: Sequence,
}

impl AskedFile {
    /// Whether a command lies in the file, and not before what was last asked for.
    fn goes_on_at(&self, sequence: Sequence) -> bool {
        mutant::plant!(
            "place-asked-for-backwards",
            true,
            self.last_asked <= sequence
        ) && self.next.is_none_or(|next| sequence < next)
    }
}

impl<D: Disk> KeyReader<D> {
    /// Returns a reader of what concerns `key` in the log in the directory of `disk`.
    pub fn new(disk: D, cluster: ClusterId, key: u32) -> KeyReader<D> {
        KeyReader {
            reader: EventReader::new(disk.clone(), cluster),
            disk,
            cluster,
            key,
            file: None,
        }
    }

    /// Returns what is known of the log from `sequence` on.
    ///
    /// **Cost**: opens one index a file, and reads one record.
    ///
    /// # Errors
    /// Damage on the way, or the disk's.
    pub fn look(&mut self, sequence: Sequence) -> Result<Look<'_>, ReadError> {
        let is_known = |file: &AskedFile| file.goes_on_at(sequence);
        if !self.file.as_ref().is_some_and(is_known) {
            self.file = self.ask(sequence)?;
        }
        let Some(file) = &mut self.file else {
            return Ok(Look::Unindexed);
        };
        file.last_asked = sequence;
        let (Some(places), Some(next)) = (&file.places, file.next) else {
            return Ok(Look::Unindexed);
        };
        while let Some(place) = places.get(file.passed).copied() {
            if sequence <= self.reader.sequence_at(file.first, place)? {
                return Ok(Look::Found(self.reader.read_at(file.first, place)?));
            }
            file.passed += 1;
        }
        Ok(Look::NoneBefore(next))
    }

    /// Returns the reader of everything, for what has no index. Looking moves it.
    pub fn plain(&mut self) -> &mut EventReader<D> {
        &mut self.reader
    }

    /// Asks the index of the file that holds `sequence`; `None` in an empty log.
    fn ask(&mut self, sequence: Sequence) -> Result<Option<AskedFile>, DiskError> {
        let Some((first, next)) = self.reader.file_of(sequence)? else {
            return Ok(None);
        };
        let index = match next {
            Some(_) => Index::open(&self.disk, whole_file(&self.disk, self.cluster, first)?)?,
            None => None,
        };
        let places = match index {
            Some(index) => index.places(self.key)?,
            None => None,
        };
        Ok(Some(AskedFile {
            first,
            next,
            places,
            passed: 0,
            last_asked: sequence,
        }))
    }
}
