//! The indexes of the event log: by them a reader finds what it finds without them.

use journal::event_index::EventIndexer;
use journal::event_log::EventLog;
use journal::id::Sequence;
use journal::key_reader::{KeyReader, Look};
use journal::memory_disk::{Loss, MemoryDisk};

use crate::support::*;

const FILE_BYTES: u64 = 2048;
const KEYS: u32 = 9;

fn opened(disk: &MemoryDisk) -> EventLog<MemoryDisk> {
    EventLog::open(disk.clone(), CLUSTER, FILE_BYTES).expect("a log opens after any crash")
}

fn payload(sequence: u64, generation: u64) -> Vec<u8> {
    let mut chance = Chance(sequence * 31 + generation);
    let length = 1 + chance.below(60) as usize;
    (0..length).map(|_| chance.below(256) as u8).collect()
}

/// Some concern one key, some two, some none.
fn keys_of(payload: &[u8], keys: &mut Vec<u32>) {
    let named = payload.iter().take(2).map(|byte| u32::from(*byte) % 16);
    keys.extend(named.filter(|key| *key < KEYS));
}

fn fill(log: &mut EventLog<MemoryDisk>, last: u64, generation: u64) {
    for sequence in log.last().0 + 1..=last {
        log.append(Sequence(sequence), &payload(sequence, generation))
            .expect("the disk is sound");
        if sequence.is_multiple_of(5) {
            log.flush().expect("the disk is sound");
        }
    }
    log.flush().expect("the disk is sound");
}

fn index(disk: &MemoryDisk, count_max: usize) -> usize {
    let mut indexer = EventIndexer::new(disk.clone(), CLUSTER);
    for count in 0..count_max {
        let Some(first) = indexer.next_file().expect("the disk is sound") else {
            return count;
        };
        indexer
            .index(first, &mut keys_of)
            .expect("the log is sound");
    }
    count_max
}

/// Returns the commands from one to another that concern a key, and how many records were read to know that.
fn find(disk: &MemoryDisk, key: u32, from: u64, until: u64) -> (Vec<u64>, usize) {
    let mut reader = KeyReader::new(disk.clone(), CLUSTER, key);
    let (mut found, mut read) = (Vec::new(), 0);
    let mut next = from;
    while next <= until {
        let known = match reader.look(Sequence(next)).expect("the log is sound") {
            Look::Found(events) => Some((events.sequence.0, events.payload.to_vec())),
            Look::NoneBefore(later) => {
                next = later.0;
                continue;
            }
            Look::Unindexed => None,
        };
        let (sequence, payload) = known.unwrap_or_else(|| {
            let payload = reader.plain().read_one(Sequence(next));
            let payload = payload.expect("the log is sound").expect("it is there");
            (next, payload.to_vec())
        });
        read += 1;
        let mut keys = Vec::new();
        keys_of(&payload, &mut keys);
        if keys.contains(&key) && sequence <= until {
            found.push(sequence);
        }
        next = sequence + 1;
    }
    (found, read)
}

fn expected(key: u32, from: u64, until: u64, generation: impl Fn(u64) -> u64) -> Vec<u64> {
    let concerns = |sequence: &u64| {
        let mut keys = Vec::new();
        keys_of(&payload(*sequence, generation(*sequence)), &mut keys);
        keys.contains(&key)
    };
    (from..=until).filter(concerns).collect()
}

fn assert_found(disk: &MemoryDisk, last: u64, generation: impl Fn(u64) -> u64) {
    let mut chance = Chance(last);
    for key in 0..KEYS {
        for _ in 0..4 {
            let from = 1 + chance.below(last);
            let until = from + chance.below(last - from + 1);
            let (found, _) = find(disk, key, from, until);
            let expected = expected(key, from, until, &generation);
            assert_eq!(found, expected, "key {key} from {from} to {until}");
        }
    }
}

#[test]
fn a_reader_finds_what_concerns_a_key_whatever_is_indexed() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 1_000, 0);
    let complete = disk.files().len() - 1;
    assert!(10 < complete);
    assert_found(&disk, 1_000, |_| 0);
    assert_eq!(index(&disk, complete / 2), complete / 2);
    assert_found(&disk, 1_000, |_| 0);
    assert_eq!(index(&disk, usize::MAX), complete - complete / 2);
    assert_found(&disk, 1_000, |_| 0);
    assert_eq!(index(&disk, usize::MAX), 0, "all are there");
}

#[test]
fn with_indexes_little_more_is_read_than_concerns_the_key() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 1_000, 0);
    index(&disk, usize::MAX);
    let last_file = disk
        .files()
        .into_keys()
        .filter(|name| name.starts_with("events-"));
    let last_first = last_file.max().expect("a log").trim_end_matches(".log")[7..].to_owned();
    let tail = 1_001 - last_first.parse::<usize>().expect("a number");
    for key in 0..KEYS {
        let (found, read) = find(&disk, key, 1, 1_000);
        assert!(read <= found.len() + tail, "{read} for {}", found.len());
    }
}

#[test]
fn one_reader_may_ask_in_any_order() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 600, 0);
    index(&disk, usize::MAX);
    let mut reader = KeyReader::new(disk.clone(), CLUSTER, 3);
    let mut chance = Chance(5);
    for _ in 0..400 {
        let from = 1 + chance.below(600);
        let next = expected(3, from, 600, |_| 0).first().copied();
        match reader.look(Sequence(from)).expect("the log is sound") {
            Look::Found(events) => assert_eq!(Some(events.sequence.0), next),
            Look::NoneBefore(later) => assert!(next.is_none_or(|next| later.0 <= next)),
            Look::Unindexed => {}
        }
    }
}

#[test]
fn a_damaged_index_is_passed_over() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 60, 0);
    index(&disk, usize::MAX);
    let files = disk.files();
    let (name, bytes) = files
        .iter()
        .find(|(name, _)| name.starts_with("index-"))
        .expect("one");
    for bit in 0..8 * bytes.len() as u64 {
        let damaged = MemoryDisk::holding(files.clone());
        damaged.flip_bit(name, bit);
        let key = bit as u32 % KEYS;
        let (found, _) = find(&damaged, key, 1, 60);
        assert_eq!(found, expected(key, 1, 60, |_| 0), "bit {bit}, key {key}");
    }
    for length in 0..bytes.len() {
        let torn = MemoryDisk::holding(files.clone());
        torn.put(name, bytes[..length].to_vec());
        let (found, _) = find(&torn, 3, 1, 60);
        assert_eq!(found, expected(3, 1, 60, |_| 0), "{length} bytes");
    }
}

#[test]
fn what_was_cut_and_written_anew_is_not_found_by_its_old_index() {
    for cut in [1, 37, 100, 233, 380] {
        let disk = MemoryDisk::new();
        let mut log = opened(&disk);
        fill(&mut log, 400, 0);
        index(&disk, usize::MAX);
        log.truncate_after(Sequence(cut))
            .expect("the disk is sound");
        fill(&mut log, 500, 1);
        let generation = move |sequence| u64::from(cut < sequence);
        assert_found(&disk, 500, generation);
        index(&disk, usize::MAX);
        assert_found(&disk, 500, generation);
    }
}

#[test]
fn power_that_fails_in_the_midst_of_indexing_costs_an_index_at_most() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 120, 0);
    let files = disk.files();
    for calls in 0.. {
        let disk = MemoryDisk::holding(files.clone());
        disk.cut_power_after(calls);
        let mut indexer = EventIndexer::new(disk.clone(), CLUSTER);
        let mut is_done = false;
        while let Ok(found) = indexer.next_file() {
            let Some(first) = found else {
                is_done = true;
                break;
            };
            if indexer.index(first, &mut keys_of).is_err() {
                break;
            }
        }
        disk.power_cycle(Loss::Everything);
        drop(opened(&disk));
        assert_found(&disk, 120, |_| 0);
        index(&disk, usize::MAX);
        assert_found(&disk, 120, |_| 0);
        if is_done {
            return;
        }
    }
}
