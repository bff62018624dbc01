//! An event log whose files or indexes were damaged: every record that is read is the one that was written.

use super::damaged::{Files, damage, payload};
use super::engine_total::tape::Tape;
use crate::trace::Trace;
use journal::event_index::EventIndexer;
use journal::event_log::EventLog;
use journal::event_reader::EventReader;
use journal::id::{ClusterId, Sequence};
use journal::key_reader::{KeyReader, Look};
use journal::memory_disk::MemoryDisk;
use std::sync::OnceLock;

const CLUSTER: ClusterId = ClusterId(7);
/// Enough for several complete files.
const RECORDS: u64 = 40;
const FILE_BYTES: u64 = 3 * 1024;
/// Every record concerns one of so many keys.
const KEYS: u64 = 3;

/// Damages a sound log as the bytes say and reads it in every way.
pub fn run(bytes: &[u8], trace: &mut Trace) {
    let mut files = sound().clone();
    let mut tape = Tape::new(bytes);
    let key = u64::from(tape.byte()) % KEYS;
    damage(&mut files, &mut tape);
    read(&MemoryDisk::holding(files.clone()), key, trace);
    let disk = MemoryDisk::holding(files);
    match EventLog::open(disk.clone(), CLUSTER, FILE_BYTES) {
        Ok(log) => {
            assert!(log.last() <= Sequence(RECORDS));
            trace.see(("opened", log.last().0));
            read(&disk, key, trace);
        }
        Err(error) => trace.see_words(&error.to_string()),
    }
}

fn read(disk: &MemoryDisk, key: u64, trace: &mut Trace) {
    read_all(disk, trace);
    read_one_by_one(disk, trace);
    read_by_key(disk, key, trace);
}

fn read_all(disk: &MemoryDisk, trace: &mut Trace) {
    let mut reader = EventReader::new(disk.clone(), CLUSTER);
    let mut last = Sequence::GENESIS;
    loop {
        match reader.next_events() {
            Ok(Some(events)) => {
                assert!(last < events.sequence);
                assert!(events.payload == payload(events.sequence.0));
                last = events.sequence;
            }
            Ok(None) => break,
            Err(error) => return trace.see_words(&error.to_string()),
        }
    }
    trace.see(("read", last.0));
}

fn read_one_by_one(disk: &MemoryDisk, trace: &mut Trace) {
    let mut reader = EventReader::new(disk.clone(), CLUSTER);
    let mut found = 0;
    for number in (1..=RECORDS + 1).rev() {
        match reader.read_one(Sequence(number)) {
            Ok(None) => {}
            Ok(Some(bytes)) => {
                assert!(bytes == payload(number));
                found += 1;
            }
            Err(error) => trace.see_words(&error.to_string()),
        }
    }
    trace.see(("found", found));
}

/// An index is believed by its checksums, so what it leads to is what was asked for.
fn read_by_key(disk: &MemoryDisk, key: u64, trace: &mut Trace) {
    let mut reader = KeyReader::new(disk.clone(), CLUSTER, key as u32);
    let mut next = Sequence(1);
    while next <= Sequence(RECORDS) {
        match reader.look(next) {
            Ok(Look::Found(events)) => {
                assert!(next <= events.sequence && events.sequence.0 % KEYS == key);
                assert!(events.payload == payload(events.sequence.0));
                next = events.sequence.next();
            }
            Ok(Look::NoneBefore(sequence)) => {
                assert!(next < sequence);
                next = sequence;
            }
            Ok(Look::Unindexed) => {
                trace.see(("unindexed", next.0));
                next = next.next();
            }
            Err(error) => return trace.see_words(&error.to_string()),
        }
    }
    trace.see("read by key");
}

/// Returns the files of a log whose complete files are indexed.
fn sound() -> &'static Files {
    static SOUND: OnceLock<Files> = OnceLock::new();
    SOUND.get_or_init(|| write().expect("a disk in memory takes everything"))
}

fn write() -> Result<Files, Box<dyn std::error::Error>> {
    let disk = MemoryDisk::new();
    let mut log = EventLog::open(disk.clone(), CLUSTER, FILE_BYTES)?;
    for number in 1..=RECORDS {
        log.append(Sequence(number), &payload(number))?;
        log.flush()?;
    }
    let mut indexer = EventIndexer::new(disk.clone(), CLUSTER);
    while let Some(first) = indexer.next_file()? {
        indexer.index(first, &mut |bytes, keys| {
            // The first byte of a record is its number.
            keys.push((u64::from(bytes[0]) % KEYS) as u32);
        })?;
    }
    Ok(disk.files())
}
