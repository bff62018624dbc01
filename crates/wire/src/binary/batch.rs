//! The payload of a journal frame: commands that were sequenced together.
//!
//! **Shape** layout version `u16`, first sequence `u64`, time `i64`, count `u32`, then one record a command. The
//! commands have consecutive sequences and share the time, so a record repeats neither.

use super::codec::{DecodeError, Reader, take_layout};
use super::field::Field;
use super::record;
use model::command::{Command, Sequenced};
use model::id::Sequence;
use model::time::Timestamp;

const BATCH: &str = "batch of commands";
const LAYOUT: u16 = 1;
/// Version, first sequence, time, count.
pub const HEAD_BYTES: usize = 2 + 8 + 8 + 4;
const COUNT_OFFSET: usize = HEAD_BYTES - 4;

/// Appends the commands from position `first` on, all at `at`.
///
/// # Panics
/// When there is no command, or the last position leaves `u64`.
pub fn encode<'a>(
    first: Sequence,
    at: Timestamp,
    commands: impl IntoIterator<Item = &'a Command>,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    LAYOUT.put(out);
    first.put(out);
    at.put(out);
    0_u32.put(out);
    let mut count = 0_u32;
    for command in commands {
        record::encode(command, out);
        count += 1;
    }
    assert!(last_sequence(first, count).is_some());
    out[start + COUNT_OFFSET..start + HEAD_BYTES].copy_from_slice(&count.to_le_bytes());
}

/// Returns the position of the last command, or `None` when there is none or it leaves `u64`.
fn last_sequence(first: Sequence, count: u32) -> Option<Sequence> {
    let beyond_first = u64::from(count.checked_sub(1)?);
    first.0.checked_add(beyond_first).map(Sequence)
}

/// The commands of one batch, read one at a time.
///
/// **Shape** yields the commands in order; the first error is the last item. Allocates nothing.
#[derive(Clone, Debug)]
pub struct Commands<'a> {
    reader: Reader<'a>,
    next: Sequence,
    at: Timestamp,
    left: u32,
}

impl<'a> Commands<'a> {
    /// Returns the commands that `bytes` hold.
    ///
    /// # Errors
    /// When the head is cut off, of a newer layout, counts no command, or the positions leave `u64`.
    pub fn decode(bytes: &'a [u8]) -> Result<Commands<'a>, DecodeError> {
        let mut reader = Reader::new(bytes);
        take_layout(&mut reader, LAYOUT..=LAYOUT, BATCH)?;
        let next = Sequence::take(&mut reader)?;
        let at = Timestamp::take(&mut reader)?;
        let at_count = reader;
        let left = u32::take(&mut reader)?;
        match last_sequence(next, left) {
            None => Err(at_count.illegal(BATCH)),
            Some(_) => Ok(Commands {
                reader,
                next,
                at,
                left,
            }),
        }
    }

    /// Returns the position of the next command.
    pub const fn next_sequence(&self) -> Sequence {
        self.next
    }

    /// Returns the time of the batch.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns how many commands the batch still claims to hold.
    pub const fn left(&self) -> u32 {
        self.left
    }

    #[inline]
    fn take(&mut self) -> Result<Sequenced, DecodeError> {
        let sequenced = Sequenced {
            sequence: self.next,
            at: self.at,
            command: record::take(&mut self.reader)?,
        };
        self.left -= 1;
        if self.left == 0 {
            self.reader.finish(BATCH)?;
        } else {
            self.next = self.next.next();
        }
        Ok(sequenced)
    }
}

impl Iterator for Commands<'_> {
    type Item = Result<Sequenced, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Result<Sequenced, DecodeError>> {
        if self.left == 0 {
            return None;
        }
        let taken = self.take();
        if taken.is_err() {
            self.left = 0;
        }
        Some(taken)
    }
}
