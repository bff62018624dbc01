//! Snapshots whose files were damaged: one that is believed is one that was written.

use super::damaged::{Files, damage, payload};
use super::engine_total::tape::Tape;
use crate::trace::Trace;
use journal::id::{Anchor, ClusterId, FrameHash, Sequence};
use journal::memory_disk::MemoryDisk;
use journal::snapshot_store::{Among, SnapshotStore};
use std::sync::OnceLock;

const CLUSTER: ClusterId = ClusterId(7);
const SNAPSHOTS: u64 = 3;

/// Damages sound snapshots as the bytes say and loads the newest, and each by its number.
pub fn run(bytes: &[u8], trace: &mut Trace) {
    let mut files = sound().clone();
    damage(&mut files, &mut Tape::new(bytes));
    let store = SnapshotStore::new(MemoryDisk::holding(files), CLUSTER);
    let newest = store.load_newest(Among::All).expect("the disk is sound");
    for damage in &newest.passed_over {
        trace.see_words(&damage.to_string());
    }
    if let Some(snapshot) = newest.snapshot {
        let number = snapshot.anchor.sequence.0;
        assert!(snapshot.anchor == anchor(number));
        assert!(snapshot.body == payload(number));
        trace.see((number, newest.passed_over.len()));
    }
    for number in 1..=SNAPSHOTS {
        match store.load(Sequence(number)) {
            Ok(snapshot) => assert!(snapshot.body == payload(number)),
            Err(error) => trace.see((number, error.to_string().len())),
        }
    }
}

fn anchor(number: u64) -> Anchor {
    Anchor {
        sequence: Sequence(number),
        hash: FrameHash([number as u8; 32]),
    }
}

fn sound() -> &'static Files {
    static SOUND: OnceLock<Files> = OnceLock::new();
    SOUND.get_or_init(|| {
        let disk = MemoryDisk::new();
        let store = SnapshotStore::new(disk.clone(), CLUSTER);
        for number in 1..=SNAPSHOTS {
            let written = store.write(anchor(number), &payload(number));
            written.expect("a disk in memory takes everything");
        }
        disk.files()
    })
}
