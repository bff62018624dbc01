//! The event log: derived, unsynced, and never wrong about what it still has.

use journal::damage::ReadError;
use journal::disk::Operation;
use journal::event_log::EventLog;
use journal::event_reader::EventReader;
use journal::id::{ClusterId, Sequence};
use journal::memory_disk::{Injury, Loss, MemoryDisk, Strike};

use crate::support::*;

const FILE_BYTES: u64 = 4096;

fn opened(disk: &MemoryDisk) -> EventLog<MemoryDisk> {
    EventLog::open(disk.clone(), CLUSTER, FILE_BYTES).expect("a log opens after any crash")
}

fn events(sequence: u64) -> Vec<u8> {
    batch(sequence, 1, (sequence * 13 % 90) as usize).payload
}

/// Appends the events of every other command up to `last`, flushing every fourth.
fn fill(log: &mut EventLog<MemoryDisk>, last: u64) {
    for sequence in (log.last().0 + 2..=last).step_by(2) {
        log.append(Sequence(sequence), &events(sequence))
            .expect("the disk is sound");
        if sequence.is_multiple_of(8) {
            log.flush().expect("the disk is sound");
        }
    }
    log.flush().expect("the disk is sound");
}

fn read_rest(reader: &mut EventReader<MemoryDisk>) -> Result<Vec<u64>, ReadError> {
    let mut sequences = Vec::new();
    while let Some(record) = reader.next_events()? {
        assert_eq!(record.payload, events(record.sequence.0));
        sequences.push(record.sequence.0);
    }
    Ok(sequences)
}

fn even(from: u64, to: u64) -> Vec<u64> {
    (from..=to)
        .filter(|sequence| sequence.is_multiple_of(2))
        .collect()
}

#[test]
fn a_reader_finds_every_record_and_the_first_one_at_or_after_a_gap() {
    let disk = MemoryDisk::new();
    let mut log = opened(&disk);
    fill(&mut log, 2_000);
    assert!(10 < disk.files().len());
    let mut reader = log.reader();
    assert_eq!(
        read_rest(&mut reader).expect("the log is sound"),
        even(2, 2_000)
    );
    let mut chance = Chance(1);
    for _ in 0..500 {
        let sequence = 1 + chance.below(2_010);
        let found = reader
            .read_one(Sequence(sequence))
            .expect("the log is sound");
        let expected =
            Some(events(sequence)).filter(|_| sequence.is_multiple_of(2) && sequence <= 2_000);
        assert_eq!(found, expected.as_deref());
        reader.seek(Sequence(sequence)).expect("the log is sound");
        let next = reader
            .next_events()
            .expect("the log is sound")
            .map(|record| record.sequence.0);
        assert_eq!(
            next,
            Some(sequence + sequence % 2).filter(|next| *next <= 2_000)
        );
    }
}

#[test]
fn a_reader_follows_the_writer_and_sees_only_what_is_flushed() {
    let disk = MemoryDisk::new();
    let mut log = opened(&disk);
    let mut reader = log.reader();
    assert_eq!(read_rest(&mut reader).expect("it is empty"), even(1, 0));
    for round in 1..100 {
        log.append(Sequence(round), &events(round))
            .expect("the disk is sound");
        assert_eq!(
            read_rest(&mut reader).expect("the log is sound"),
            Vec::<u64>::new()
        );
        log.flush().expect("the disk is sound");
        assert_eq!(read_rest(&mut reader).expect("the log is sound"), [round]);
    }
}

#[test]
fn a_reopened_log_goes_on_where_it_ended() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 300);
    let mut log = opened(&disk);
    assert_eq!(log.last(), Sequence(300));
    fill(&mut log, 600);
    let found = read_rest(&mut log.reader()).expect("the log is sound");
    assert_eq!(found, even(2, 600));
}

#[test]
fn the_last_file_cut_or_flipped_anywhere_keeps_the_records_before() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 200);
    let files = disk.files();
    let (name, bytes) = files.last_key_value().expect("there are files");
    for at in 0..bytes.len() {
        for is_cut in [true, false] {
            let disk = MemoryDisk::holding(files.clone());
            if is_cut {
                disk.put(name, bytes[..at].to_vec());
            } else {
                disk.flip_bit(name, at as u64 * 8 + 3);
            }
            let found = EventLog::open(disk.clone(), CLUSTER, FILE_BYTES);
            let Ok(mut log) = found else {
                // A flip in the cluster id is no torn write; it cannot pass the checksum either.
                panic!("byte {at} of the last file");
            };
            let last = log.last().0;
            assert!(last < 200);
            assert_eq!(
                read_rest(&mut log.reader()).expect("it was cut"),
                even(2, last)
            );
            fill(&mut log, 260);
            let whole = read_rest(&mut log.reader()).expect("the log is sound");
            assert_eq!(whole, even(2, 260));
        }
    }
}

#[test]
fn a_power_cut_keeps_a_prefix_of_what_was_written() {
    for seed in 0..300 {
        let disk = MemoryDisk::new();
        let mut log = opened(&disk);
        fill(&mut log, 100 + seed);
        let last = log.last().0;
        disk.power_cycle(Loss::Chance(seed));
        let log = opened(&disk);
        assert!(log.last().0 <= last);
        let found = read_rest(&mut log.reader()).expect("the log is sound");
        assert_eq!(found, even(2, log.last().0), "seed {seed}");
    }
}

#[test]
fn damage_in_a_complete_file_is_an_error_and_cutting_there_mends_it() {
    let disk = MemoryDisk::new();
    let mut log = opened(&disk);
    fill(&mut log, 1_000);
    let files = disk.files();
    let (name, _) = files.iter().nth(2).expect("there are several files");
    disk.flip_bit(name, 1_000 * 8);
    let mut reader = log.reader();
    let mut read = 0;
    let damage = loop {
        match reader.next_events() {
            Ok(Some(record)) => read = record.sequence.0,
            Ok(None) => panic!("the damage was taken for the end"),
            Err(ReadError::Damage(damage)) => break damage,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(&damage.file, name);
    log.truncate_after(Sequence(read))
        .expect("the disk is sound");
    assert_eq!(log.last(), Sequence(read));
    fill(&mut log, 1_000);
    assert_eq!(
        read_rest(&mut log.reader()).expect("it was made again"),
        even(2, 1_000)
    );
}

#[test]
fn cutting_after_any_command_keeps_what_was_before() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 400);
    let files = disk.files();
    for limit in 0..=402 {
        let disk = MemoryDisk::holding(files.clone());
        let mut log = opened(&disk);
        log.append(Sequence(500), b"not flushed")
            .expect("the disk is sound");
        log.truncate_after(Sequence(limit))
            .expect("the disk is sound");
        let kept = even(2, limit.min(400));
        assert_eq!(log.last().0, kept.last().copied().unwrap_or(0));
        assert_eq!(
            read_rest(&mut log.reader()).expect("the log is sound"),
            kept
        );
    }
}

#[test]
fn a_failed_flush_is_made_good_by_the_next() {
    for operation in [
        Operation::Write,
        Operation::Create,
        Operation::Rename,
        Operation::SyncDirectory,
    ] {
        for injury in [Injury::Error(libc::ENOSPC), Injury::Torn(libc::EIO)] {
            let disk = MemoryDisk::new();
            let mut log = opened(&disk);
            let mut failures = 0;
            for sequence in 1..=400 {
                log.append(Sequence(sequence), &events(sequence))
                    .expect("little is pending");
                if sequence % 50 == 0 {
                    disk.strike(Strike {
                        operation,
                        skip: 0,
                        injury,
                    });
                }
                failures += u64::from(log.flush().is_err());
            }
            while log.flush().is_err() {
                failures += 1;
            }
            assert!(0 < failures || operation != Operation::Write);
            let found = read_rest(&mut log.reader()).expect("the log is sound");
            assert_eq!(
                found,
                (1..=400).collect::<Vec<u64>>(),
                "{operation} {injury:?}"
            );
        }
    }
}

#[test]
fn a_full_disk_delays_records_and_loses_none_until_very_many_wait() {
    let disk = MemoryDisk::new();
    disk.set_capacity(Some(0));
    let mut log = opened(&disk);
    let unwritten = log.unwritten();
    let megabyte = vec![7; 1 << 20];
    for sequence in 1..=16 {
        log.append(Sequence(sequence), &megabyte)
            .expect("so much may wait");
        assert!(log.flush().is_err());
        assert_eq!(
            unwritten.find(Sequence(sequence)).as_deref(),
            Some(&*megabyte)
        );
    }
    assert!(unwritten.find(Sequence(1)).is_some());
    assert!(log.append(Sequence(17), &megabyte).is_err());
    disk.set_capacity(None);
    log.append(Sequence(17), &megabyte)
        .expect("there is space again");
    log.flush().expect("there is space again");
    let mut reader = log.reader();
    for sequence in 1..=17 {
        assert_eq!(unwritten.find(Sequence(sequence)), None, "it is written");
        let record = reader.next_events().expect("the log is sound");
        assert!(record.is_some_and(|record| record.sequence == Sequence(sequence)));
    }
}

#[test]
fn what_is_taken_back_from_a_full_disk_is_not_found() {
    let disk = MemoryDisk::new();
    let mut log = opened(&disk);
    fill(&mut log, 8);
    disk.set_capacity(Some(0));
    log.append(Sequence(10), &events(10)).expect("it may wait");
    assert!(log.flush().is_err());
    let unwritten = log.unwritten();
    assert_eq!(unwritten.find(Sequence(10)).as_deref(), Some(&*events(10)));
    log.truncate_after(Sequence(8)).expect("the log is sound");
    assert_eq!(unwritten.find(Sequence(10)), None);
}

#[test]
fn the_log_of_another_exchange_is_refused() {
    let disk = MemoryDisk::new();
    fill(&mut opened(&disk), 100);
    let elsewhere = EventLog::open(disk.clone(), ClusterId(5), FILE_BYTES);
    assert!(matches!(elsewhere, Err(ReadError::Damage(_))));
    let mut reader = EventReader::new(disk, ClusterId(5));
    assert!(matches!(reader.next_events(), Err(ReadError::Damage(_))));
}
