//! Stamping and writing: whatever has arrived becomes one frame, one sync, one batch.

use crate::batch::{BATCH_COMMANDS_MAX, Batch, is_protective};
use journal::disk::Disk;
use journal::frame::PAYLOAD_BYTES_MAX;
use journal::id::Position;
use journal::journal::{AppendError, CloseError, Journal, Space, Stopped};
use journal::watermark::WatermarkWriter;
use model::command::Request;
use model::id::Sequence;
use model::time::Timestamp;
use wire::binary::batch;

/// No record is longer; held against every command by a test of `wire`.
const RECORD_BYTES_MAX: usize = 496;

const _: () =
    assert!(batch::HEAD_BYTES + BATCH_COMMANDS_MAX * RECORD_BYTES_MAX <= PAYLOAD_BYTES_MAX);

/// The one writer of the log.
#[derive(Debug)]
pub struct Writer<D: Disk> {
    journal: Journal<D>,
    at: Timestamp,
    payload: Vec<u8>,
}

/// Why nothing more can be written; the process stops and the next start recovers.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("a batch of {commands} commands does not fit a frame")]
    TooLarge { commands: usize },
}

impl<D: Disk> Writer<D> {
    /// Returns a writer that goes on after the journal's last command, no earlier than `at`.
    pub fn new(journal: Journal<D>, at: Timestamp) -> Writer<D> {
        Writer {
            journal,
            at,
            payload: Vec::new(),
        }
    }

    /// Writes the requests as one durable batch, stamped `max(last, now)` (D15).
    ///
    /// On a disk that has room only for its reserve, requests that do not reduce risk go into `batch.shed` instead.
    /// `requests` is emptied, `batch` overwritten.
    ///
    /// # Errors
    /// Nothing in the batch may be acknowledged; the writer is done for good.
    ///
    /// # Panics
    /// When there are more requests than a batch may have.
    pub fn write(
        &mut self,
        requests: &mut Vec<Request>,
        now: Timestamp,
        batch: &mut Batch,
    ) -> Result<Position, WriteError> {
        assert!(requests.len() <= BATCH_COMMANDS_MAX);
        batch.clear();
        self.at = mutant::plant!("clock-runs-back", now, self.at.max(now));
        if self.journal.space() == Space::ReserveOnly {
            shed(requests, batch);
        }
        if !requests.is_empty() && !self.append(requests)? {
            shed(requests, batch);
            if !requests.is_empty() && !self.append(requests)? {
                batch
                    .shed
                    .extend(requests.drain(..).map(|request| request.ticket));
            }
        }
        let durable = mutant::plant!(
            "acknowledged-before-sync",
            self.journal.durable(),
            self.journal.sync()?
        );
        self.stamp(requests, batch);
        Ok(durable)
    }

    /// Appends the requests; false when the disk has no room for them.
    fn append(&mut self, requests: &[Request]) -> Result<bool, WriteError> {
        let first = Sequence(self.journal.last().0 + 1);
        let count = u32::try_from(requests.len()).unwrap_or(u32::MAX);
        self.payload.clear();
        let commands = requests.iter().map(|request| &request.command);
        batch::encode(first, self.at, commands, &mut self.payload);
        let first = journal::id::Sequence(first.0);
        let is_reserved = requests
            .iter()
            .all(|request| is_protective(&request.command));
        let appended = if mutant::plant!("reserve-unused", false, is_reserved) {
            self.journal.append_reserved(first, count, &self.payload)
        } else {
            self.journal.append(first, count, &self.payload)
        };
        match appended {
            Ok(_) => Ok(true),
            Err(AppendError::Full) => Ok(false),
            Err(AppendError::TooLarge { .. }) => Err(WriteError::TooLarge {
                commands: requests.len(),
            }),
            Err(AppendError::Stopped(stopped)) => Err(WriteError::Stopped(stopped)),
        }
    }

    /// Moves what was written into the batch, with its place and time.
    fn stamp(&mut self, requests: &mut Vec<Request>, batch: &mut Batch) {
        let mut sequence = Sequence(self.journal.last().0 - requests.len() as u64);
        for request in requests.drain(..) {
            sequence = sequence.next();
            batch.push(request, sequence, self.at);
        }
        assert!(
            batch
                .last()
                .is_none_or(|last| last.0 == self.journal.durable().sequence.0)
        );
    }

    /// Returns the last command written.
    pub fn last(&self) -> Sequence {
        Sequence(self.journal.last().0)
    }

    /// Returns the journal, to look after its space.
    pub fn journal(&mut self) -> &mut Journal<D> {
        &mut self.journal
    }

    /// Syncs and closes the journal, so that the next start knows that nothing is missing.
    ///
    /// # Errors
    /// The journal or its watermark failed; the next start recovers as after a crash.
    pub fn close(self, watermark: WatermarkWriter<D>) -> Result<Position, CloseError> {
        self.journal.close(watermark)
    }
}

/// Takes out the requests that a full disk has no room for.
fn shed(requests: &mut Vec<Request>, batch: &mut Batch) {
    requests.retain(|request| {
        let is_kept = is_protective(&request.command);
        if !is_kept {
            batch.shed.push(request.ticket);
        }
        is_kept
    });
}
