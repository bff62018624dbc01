//! What was commanded earlier, and what it did: out of the journal and the event log, beside whoever writes them.
//!
//! What a full disk has not taken of the event log is found where it waits.

use gateway::hub::{EventHistory, TakeEvent};
use journal::event_log::EventLog;
use journal::event_reader::EventReader;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use journal::key_reader::{KeyReader, Look};
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
        open_span: Arc::new(move |account| {
            let mut past = Past {
                reader: KeyReader::new(disk.clone(), cluster, account.0),
                before: None,
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

/// What concerns an account, for one reader: what is in the log, and then what a full disk has not taken.
struct Past {
    reader: KeyReader<FileDisk>,
    /// The command that the reader of everything stands before, if it does.
    before: Option<journal::id::Sequence>,
    unwritten: Unwritten,
}

impl Past {
    /// Reads what the commands after one did, up to another, but for what the indexes tell to be of others; `None` when a
    /// command is missing.
    fn read_span(&mut self, after: Sequence, until: Sequence, take: TakeEvent<'_>) -> Option<()> {
        let until = journal::id::Sequence(until.0);
        let mut next = journal::id::Sequence(after.0 + 1);
        while next <= until {
            let flow = match self.reader.look(next).ok()? {
                Look::NoneBefore(later) => {
                    next = later;
                    continue;
                }
                Look::Found(found) if until < found.sequence => return Some(()),
                Look::Found(found) => {
                    self.before = None;
                    next = found.sequence.next();
                    take_all(found.payload, take)?
                }
                Look::Unindexed => {
                    let flow = self.read(next, take)?;
                    next = next.next();
                    flow
                }
            };
            if flow.is_break() {
                break;
            }
        }
        Some(())
    }

    /// Reads what a command did; `None` when it is missing.
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
        let reader = self.reader.plain();
        if self.before != Some(sequence) {
            reader.seek(sequence).ok()?;
        }
        loop {
            let found = reader.next_events().ok().flatten()?;
            self.before = Some(found.sequence.next());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_indexes::index_next;
    use journal::event_index::EventIndexer;
    use model::command::Deposit;
    use model::event::Event;
    use model::id::{AccountId, AssetId, ChainId, Reference};
    use model::number::Amount;
    use model::time::Timestamp;
    use wire::binary::event::encode;

    const CLUSTER: ClusterId = ClusterId(7);
    const FILE_BYTES: u64 = 4096;
    const COMMANDS: u64 = 600;

    fn owner(sequence: u64) -> AccountId {
        AccountId((sequence * sequence % 7) as u32)
    }

    /// Every command is a deposit; those of 0, 1, 2 and 4 are all there are.
    fn fill(log: &mut EventLog<FileDisk>) {
        for sequence in 1..=COMMANDS {
            let deposit = Event::DepositCredited(Deposit {
                reference: Reference([1; 32]),
                chain: ChainId(0),
                account: owner(sequence),
                asset: AssetId(1),
                amount: Amount::new(i128::from(sequence)).expect("legal"),
            });
            let mut bytes = Vec::new();
            encode(Sequence(sequence), Timestamp::ZERO, &[deposit], &mut bytes);
            let number = journal::id::Sequence(sequence);
            log.append(number, &bytes).expect("taken");
            if sequence.is_multiple_of(10) {
                log.flush().expect("written");
            }
        }
    }

    /// Reads what concerns an account after a command, up to another, in pieces; returns how many commands were met, too.
    fn read(history: &EventHistory, account: AccountId, span: (u64, u64)) -> (Vec<u64>, usize) {
        let mut read_span = (history.open_span)(account).expect("a log");
        let (mut found, mut met) = (Vec::new(), 0);
        let (mut after, until) = span;
        while after < until {
            let mut last = until;
            let mut take = |published: Published| {
                met += 1;
                let Event::DepositCredited(deposit) = published.event else {
                    panic!("{published:?}");
                };
                if deposit.account != account {
                    return ControlFlow::Continue(());
                }
                found.push(published.sequence.0);
                if found.len().is_multiple_of(9) {
                    last = published.sequence.0;
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            };
            read_span(Sequence(after), Sequence(until), &mut take).expect("all are there");
            after = last;
        }
        (found, met)
    }

    #[test]
    fn what_concerns_an_account_is_found_with_and_without_indexes() {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = FileDisk::open(folder.path()).expect("opens");
        let mut log = EventLog::open(disk.clone(), CLUSTER, FILE_BYTES).expect("opens");
        fill(&mut log);
        let history = look_up((&log, &disk), &disk, CLUSTER);
        let mut indexer = EventIndexer::new(disk.clone(), CLUSTER);
        let mut mets = Vec::new();
        loop {
            for account in [0, 1, 2, 4, 5].map(AccountId) {
                for span in [(0, COMMANDS), (0, 1), (37, 41), (123, 500), (599, COMMANDS)] {
                    let (found, met) = read(&history, account, span);
                    let own = (span.0 + 1..=span.1).filter(|command| owner(*command) == account);
                    assert_eq!(found, own.collect::<Vec<u64>>(), "{account:?} {span:?}");
                    if account == AccountId(5) && span == (0, COMMANDS) {
                        mets.push(met);
                    }
                }
            }
            if !index_next(&mut indexer, &disk, 0).expect("indexed") {
                break;
            }
        }
        assert_eq!(mets[0], COMMANDS as usize, "without an index all are read");
        assert!(mets.is_sorted_by(|more, fewer| fewer < more), "{mets:?}");
        assert!(
            mets[mets.len() - 1] < 60,
            "the last file has none: {mets:?}"
        );
    }
}
