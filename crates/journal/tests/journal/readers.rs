//! Readers beside the writer: they see what is durable, all of it and nothing else.

use journal::damage::{Fault, ReadError};
use journal::disk::Disk;
use journal::id::{Anchor, FrameHash, Position, Sequence};
use journal::memory_disk::MemoryDisk;
use journal::open::Opened;
use journal::options::{Options, Replay};
use journal::reader::Reader;
use journal::watermark::{WatermarkState, read_watermark};

use crate::support::*;

fn read_all(reader: &mut Reader<MemoryDisk>, durable: Position) -> Result<Vec<Batch>, ReadError> {
    let mut batches = Vec::new();
    while let Some(frame) = reader.next_frame(durable)? {
        let payload = frame.payload.to_vec();
        batches.push(Batch {
            first: frame.first.0,
            count: frame.count,
            payload,
        });
    }
    Ok(batches)
}

fn reader_from(disk: &MemoryDisk, from: u64) -> Reader<MemoryDisk> {
    Reader::open(disk.clone(), CLUSTER, Sequence(from)).expect("the journal is sound")
}

#[test]
fn a_reader_follows_the_writer_over_rollovers_and_stops_at_what_is_durable() {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, options()).expect("the directory is empty");
    let Opened {
        mut journal,
        mut watermark,
        ..
    } = opened;
    let mut reader = reader_from(&disk, 1);
    let batches = small_batches(120);
    let mut read = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        append(&mut journal, batch);
        if number % 3 == 0 {
            let durable = journal.sync().expect("the disk is sound");
            watermark.advance(durable).expect("the disk is sound");
            let marked = read_watermark(&disk, CLUSTER)
                .expect("it was written")
                .position;
            assert_eq!(marked, durable);
            read.extend(read_all(&mut reader, marked).expect("the journal is sound"));
            assert_eq!(read.len(), number + 1);
            assert_eq!(reader.position(), durable);
        } else {
            let marked = read_watermark(&disk, CLUSTER)
                .expect("it was written")
                .position;
            assert!(
                read_all(&mut reader, marked)
                    .expect("it is the end")
                    .is_empty()
            );
        }
    }
    assert!(read == batches[..read.len()]);
    assert!(3 <= segments_of(&disk.files()).len());
}

#[test]
fn a_reader_starts_at_any_command() {
    let written = write(options(), &small_batches(100), Left::Closed);
    let disk = written.disk();
    for from in 1..=written.end().sequence.0 {
        let found = read_all(&mut reader_from(&disk, from), written.end()).expect("it is sound");
        let skipped = written
            .batches
            .iter()
            .filter(|b| b.first + u64::from(b.count) <= from)
            .count();
        assert!(found == written.batches[skipped..], "from {from}");
    }
}

#[test]
fn damage_before_the_durable_end_is_told_from_the_end() {
    let written = write(options(), &small_batches(40), Left::Killed { marked: 0 });
    let disk = written.disk();
    for (number, name) in segments_of(&written.files).iter().enumerate() {
        for bit in (0..written.files[name].len() as u64 * 8).step_by(61) {
            let is_padding = written
                .ends
                .iter()
                .rev()
                .find(|end| end.segment.0 == number as u64);
            let padding = is_padding.expect("each segment holds a frame").offset;
            disk.flip_bit(name, bit);
            let found = Reader::open(disk.clone(), CLUSTER, Sequence(1))
                .and_then(|mut reader| read_all(&mut reader, written.end()));
            disk.flip_bit(name, bit);
            match found {
                Err(ReadError::Damage(damage)) => assert_eq!(&damage.file, name),
                Err(other) => panic!("{other}"),
                Ok(batches) => {
                    assert!(batches == written.batches);
                    let is_last = number + 1 == segments_of(&written.files).len();
                    assert!(is_last && padding <= bit / 8, "bit {bit} of {name}");
                }
            }
        }
    }
}

#[test]
fn a_reader_told_of_more_than_there_is_reports_the_log_cut_short() {
    let written = write(options(), &small_batches(5), Left::Closed);
    let beyond = Position {
        sequence: Sequence(1_000),
        offset: 4_000,
        ..written.end()
    };
    let result = read_all(&mut reader_from(&written.disk(), 1), beyond);
    let Err(ReadError::Damage(damage)) = result else {
        panic!("it found what is not there")
    };
    assert_eq!(damage.offset, written.end().offset);
    assert!(is_cut_short(&damage.fault), "{damage}");
}

#[test]
fn a_reader_told_of_another_history_refuses() {
    let written = write(options(), &small_batches(5), Left::Closed);
    let other = Position {
        hash: FrameHash([1; 32]),
        ..written.end()
    };
    let result = read_all(&mut reader_from(&written.disk(), 1), other);
    let Err(ReadError::Damage(damage)) = result else {
        panic!("it was accepted")
    };
    assert!(matches!(damage.fault, Fault::Watermark { .. }));
}

#[test]
fn a_replay_after_any_frame_returns_the_rest() {
    let written = write(options(), &small_batches(80), Left::Closed);
    for (number, end) in written.ends.iter().enumerate() {
        let options = Options {
            replay: Replay::After(end.anchor()),
            ..options()
        };
        let (inspection, batches) = look(&written.disk(), options).expect("the journal is sound");
        assert!(batches == written.batches[number..]);
        assert_eq!(inspection.replayed.frames, batches.len() as u64);
    }
}

#[test]
fn a_replay_after_another_history_or_from_the_future_or_inside_a_frame_is_refused() {
    use journal::damage::Refusal;
    let batches: Vec<Batch> = (0..60).map(|at| batch(1 + 3 * at, 3, 40)).collect();
    let written = write(options(), &batches, Left::Closed);
    let after = |sequence: u64, hash: FrameHash| {
        let anchor = Anchor {
            sequence: Sequence(sequence),
            hash,
        };
        look(
            &written.disk(),
            Options {
                replay: Replay::After(anchor),
                ..options()
            },
        )
    };
    for end in &written.ends[1..] {
        let refused = after(end.sequence.0, FrameHash([3; 32]));
        assert!(matches!(refused, Err(Refusal::ReplayElsewhere { .. })));
    }
    let future = after(181, written.end().hash);
    assert!(matches!(future, Err(Refusal::ReplayBeyondEnd { .. })));
    let inside = after(100, written.ends[34].hash);
    assert!(matches!(inside, Err(Refusal::ReplayElsewhere { .. })));
}

#[test]
fn a_replay_that_cannot_be_applied_refuses_with_the_frame_and_changes_nothing() {
    use journal::damage::Refusal;
    use journal::journal::Journal;
    let written = write(options(), &small_batches(30), Left::Killed { marked: 30 });
    let disk = written.disk();
    let mut frames = 0;
    let result = Journal::open(disk.clone(), options(), &mut |_| {
        frames += 1;
        if frames == 12 {
            Err("unknown command".into())
        } else {
            Ok(())
        }
    });
    let Err(Refusal::Rejected { offset, first, .. }) = result else {
        panic!("it was accepted")
    };
    assert_eq!(first.0, written.batches[11].first);
    assert_eq!(offset, written.ends[11].offset);
    assert_eq!(disk.files(), written.files);
}

#[test]
fn the_watermark_tells_an_open_journal_from_a_closed_one() {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, options()).expect("the directory is empty");
    let state = |disk: &MemoryDisk| read_watermark(disk, CLUSTER).expect("it is there").state;
    assert_eq!(state(&disk), WatermarkState::Open);
    opened
        .journal
        .close(opened.watermark)
        .expect("the disk is sound");
    assert_eq!(state(&disk), WatermarkState::Closed);
    let _reopened = open(&disk, options()).expect("it was closed");
    assert_eq!(state(&disk), WatermarkState::Open);
}

#[test]
fn a_reader_of_a_stopped_journal_also_finds_what_was_never_known_to_be_durable() {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, options()).expect("the directory is empty");
    let Opened { mut journal, .. } = opened;
    let batches = small_batches(120);
    for batch in &batches {
        let appended = journal.append(Sequence(batch.first), batch.count, &batch.payload);
        appended.expect("there is room");
    }
    drop(journal);
    let from = batches[50].first;
    let mut reader = reader_from(&disk, from);
    let mut found = Vec::new();
    while let Some(frame) = reader.next_written().expect("the journal is sound") {
        found.push(frame.first.0);
    }
    let expected: Vec<u64> = batches[50..].iter().map(|batch| batch.first).collect();
    assert_eq!(found, expected);
    assert!(
        disk.list().expect("it can be listed").len() > 4,
        "it rolled over"
    );
}
