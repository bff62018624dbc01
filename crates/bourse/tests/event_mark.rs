//! The mark beside the event log saves hashing, and nothing else: whatever lies there, a start leads to the same chain.

use bourse::data::{DataDirectory, journal_options};
use bourse::exchange::recover_directory;
use journal::event_mark::EventMark;
use journal::id::ClusterId;
use journal::journal::Journal;
use journal::open::Opened;
use journal::options::{Replay, Waivers};
use model::command::{Command, Genesis, Request};
use model::time::Timestamp;
use sequencer::batch::Batch;
use sequencer::writer::Writer;
use std::path::PathBuf;
use wire::binary::digest::EventChain;

const CLUSTER: ClusterId = ClusterId(1);
const TICKS: i64 = 20;

/// A data directory with a short journal, started once.
struct Place {
    _directory: tempfile::TempDir,
    data: DataDirectory,
}

impl Place {
    fn new() -> Place {
        let directory = tempfile::tempdir().unwrap();
        let data = DataDirectory::create(directory.path()).unwrap();
        write_journal(&data);
        let place = Place {
            _directory: directory,
            data,
        };
        place.start();
        place
    }

    /// Starts as the binary does, and returns the chain it comes to.
    fn start(&self) -> EventChain {
        recover_directory(&self.data, CLUSTER).unwrap().chain
    }

    fn mark(&self) -> EventMark {
        let log = self.data.event_log(CLUSTER).unwrap();
        log.mark().unwrap().expect("a start leaves a mark")
    }

    fn set_mark(&self, mark: EventMark) {
        let log = self.data.event_log(CLUSTER).unwrap();
        log.set_mark(&mark).unwrap();
    }

    fn mark_file(&self) -> PathBuf {
        self.data.join("events").join("chain")
    }
}

/// Writes a genesis record and ticks, a batch each, and leaves the journal as a crash does.
fn write_journal(data: &DataDirectory) {
    let options = journal_options(CLUSTER, Replay::Genesis, Waivers::NONE);
    let Opened {
        journal,
        mut watermark,
        ..
    } = Journal::open(data.journal.clone(), options, &mut |_| Ok(())).unwrap();
    let mut writer = Writer::new(journal, Timestamp::ZERO);
    let genesis = Genesis {
        cluster: CLUSTER.0,
        table_seed: 7,
        blinding_key: [0; 32],
    };
    for second in 0..=TICKS {
        let command = match second {
            0 => Command::Genesis(genesis),
            _ => Command::Tick,
        };
        let now = Timestamp::from_nanos(second * 1_000_000_000);
        let mut requests = vec![Request { ticket: 0, command }];
        let written = writer
            .write(&mut requests, now, &mut Batch::default())
            .unwrap();
        watermark.advance(written).unwrap();
    }
}

/// Starts with a good mark, does `harm` to it, and starts again.
fn check(harm: impl Fn(&Place)) {
    let place = Place::new();
    let good = place.mark();
    let expected = place.start();
    harm(&place);
    assert_eq!(place.start(), expected);
    assert_eq!(place.mark(), good);
}

#[test]
fn a_good_mark_is_taken_up() {
    check(|_| ());
}

#[test]
fn a_missing_mark_is_passed_over() {
    check(|place| std::fs::remove_file(place.mark_file()).unwrap());
}

#[test]
fn a_damaged_mark_is_passed_over() {
    check(|place| {
        let mut bytes = std::fs::read(place.mark_file()).unwrap();
        bytes[50] ^= 1;
        std::fs::write(place.mark_file(), bytes).unwrap();
    });
    check(|place| std::fs::write(place.mark_file(), b"torn").unwrap());
}

#[test]
fn a_mark_of_another_history_is_passed_over() {
    let foreign = |mark: EventMark| EventMark {
        before: [9; 32],
        ..mark
    };
    check(|place| place.set_mark(foreign(place.mark())));
    check(|place| {
        let mark = place.mark();
        place.set_mark(EventMark {
            sequence: journal::id::Sequence(mark.sequence.0 + 1),
            ..mark
        });
    });
}
