//! What was commanded earlier, and what it did: out of the journal and the event log, beside whoever writes them.
//!
//! What a full disk has not taken of the event log is found where it waits.

use gateway::hub::{EventHistory, TakeEvent};
use journal::event_log::EventLog;
use journal::event_reader::EventReader;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use journal::reader::Reader;
use journal::unwritten::Unwritten;
use model::command::Command;
use model::event::Published;
use model::id::Sequence;
use sequencer::batch::Batch;
use sequencer::recovery::decode;
use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use wire::binary::event::Events;

/// Returns a way to look up what was commanded and what it did; readers of their own read the log on `disk`.
pub fn look_up(
    (log, disk): (&EventLog<FileDisk>, &FileDisk),
    journal: &FileDisk,
    cluster: ClusterId,
) -> EventHistory {
    let (reader, unwritten) = (Mutex::new(log.reader()), log.unwritten());
    let waiting = unwritten.clone();
    let (disk, journal) = (disk.clone(), journal.clone());
    EventHistory {
        read_events: Arc::new(move |sequence| read_one(&reader, &waiting, sequence)),
        read_command: Arc::new(move |sequence| read_command(&journal, cluster, sequence)),
        open_span: Arc::new(move || {
            let mut past = Past {
                reader: EventReader::new(disk.clone(), cluster),
                unwritten: unwritten.clone(),
            };
            Some(Box::new(move |after, until, take| {
                past.read_span(after, until, take)
            }))
        }),
    }
}

/// Reads a command beside whoever writes the journal. It was applied, so it is durable.
fn read_command(journal: &FileDisk, cluster: ClusterId, sequence: Sequence) -> Option<Command> {
    let number = journal::id::Sequence(sequence.0);
    let mut reader = Reader::open(journal.clone(), cluster, number).ok()?;
    let frame = reader.next_written().ok().flatten()?;
    let mut batch = Batch::default();
    decode(frame.payload, Sequence(sequence.0 - 1), &mut batch).ok()?;
    let found = batch.commands.into_iter().next()?;
    (found.sequence == sequence).then_some(found.command)
}

/// What commands did, for one reader: what is in the log, and then what a full disk has not taken.
struct Past {
    reader: EventReader<FileDisk>,
    unwritten: Unwritten,
}

impl Past {
    /// Reads what the commands after one did, up to another; `None` when a command is missing.
    fn read_span(&mut self, after: Sequence, until: Sequence, take: TakeEvent<'_>) -> Option<()> {
        let after = after.0 + 1;
        self.reader.seek(journal::id::Sequence(after)).ok()?;
        for sequence in after..=until.0 {
            let sequence = journal::id::Sequence(sequence);
            if self.read(sequence, take)?.is_break() {
                break;
            }
        }
        Some(())
    }

    /// Reads what the next command did; `None` when it is missing.
    fn read(
        &mut self,
        sequence: journal::id::Sequence,
        take: TakeEvent<'_>,
    ) -> Option<ControlFlow<()>> {
        // Before the log: what waits is taken from here only once it is there.
        let waiting = self.unwritten.find(sequence);
        if let Some(waiting) = &waiting {
            return take_all(waiting, take);
        }
        loop {
            let found = self.reader.next_events().ok().flatten()?;
            match found.sequence.cmp(&sequence) {
                // It was read while it waited.
                Ordering::Less => {}
                Ordering::Equal => return take_all(found.payload, take),
                Ordering::Greater => return None,
            }
        }
    }
}

/// Hands over the events of one command; `None` when the bytes are none.
fn take_all(payload: &[u8], take: TakeEvent<'_>) -> Option<ControlFlow<()>> {
    for published in Events::decode(payload).ok()? {
        if take(published.ok()?).is_break() {
            return Some(ControlFlow::Break(()));
        }
    }
    Some(ControlFlow::Continue(()))
}

fn read_one(
    reader: &Mutex<EventReader<FileDisk>>,
    unwritten: &Unwritten,
    sequence: Sequence,
) -> Option<Vec<Published>> {
    let sequence = journal::id::Sequence(sequence.0);
    if let Some(waiting) = unwritten.find(sequence) {
        return decode_all(&waiting);
    }
    let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    decode_all(reader.read_one(sequence).ok().flatten()?)
}

fn decode_all(payload: &[u8]) -> Option<Vec<Published>> {
    let events = Events::decode(payload).ok()?;
    events.collect::<Result<Vec<Published>, _>>().ok()
}
