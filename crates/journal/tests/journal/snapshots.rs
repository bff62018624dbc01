//! F09 and F10: damaged snapshots are passed over, and a crash at any call leaves a sound one.

use std::num::NonZeroUsize;

use journal::damage::Fault;
use journal::id::{Anchor, ClusterId, FrameHash, Sequence};
use journal::memory_disk::{Injury, Loss, MemoryDisk, Strike};
use journal::snapshot_store::{Among, Snapshot, SnapshotStore};

use crate::support::*;

fn snapshot(sequence: u64) -> Snapshot {
    let anchor = Anchor {
        sequence: Sequence(sequence),
        hash: FrameHash([sequence as u8; 32]),
    };
    Snapshot {
        anchor,
        body: batch(sequence, 1, 1500).payload,
    }
}

fn store(disk: &MemoryDisk) -> SnapshotStore<MemoryDisk> {
    SnapshotStore::new(disk.clone(), CLUSTER)
}

fn write(store: &SnapshotStore<MemoryDisk>, sequence: u64) {
    let Snapshot { anchor, body } = snapshot(sequence);
    store.write(anchor, &body).expect("the disk is sound");
}

fn holding(sequences: &[u64]) -> MemoryDisk {
    let disk = MemoryDisk::new();
    sequences
        .iter()
        .for_each(|sequence| write(&store(&disk), *sequence));
    disk
}

fn newest(disk: &MemoryDisk) -> Option<Snapshot> {
    store(disk)
        .load_newest(Among::All)
        .expect("the disk is sound")
        .snapshot
}

fn name_of(sequence: u64) -> String {
    format!("snapshot-{sequence:020}.bin")
}

const TWO: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");

#[test]
fn the_newest_snapshot_is_loaded_as_it_was_written() {
    let disk = holding(&[10, 30, 20]);
    assert_eq!(newest(&disk), Some(snapshot(30)));
    let older = store(&disk)
        .load_newest(Among::Before(Sequence(30)))
        .expect("the disk is sound");
    assert_eq!(older.snapshot, Some(snapshot(20)));
    let listed = store(&disk).list().expect("the disk is sound");
    assert_eq!(listed, [Sequence(30), Sequence(20), Sequence(10)]);
}

#[test]
fn an_empty_store_has_no_snapshot() {
    assert_eq!(newest(&MemoryDisk::new()), None);
}

#[test]
fn every_flipped_bit_of_the_newest_snapshot_falls_back_to_the_one_before() {
    let disk = holding(&[10, 20]);
    let size_bytes = disk.files()[&name_of(20)].len() as u64;
    for bit in 0..size_bytes * 8 {
        disk.flip_bit(&name_of(20), bit);
        let found = store(&disk)
            .load_newest(Among::All)
            .expect("the disk is sound");
        disk.flip_bit(&name_of(20), bit);
        assert_eq!(found.snapshot, Some(snapshot(10)), "bit {bit}");
        assert_eq!(found.passed_over[0].file, name_of(20));
    }
}

#[test]
fn a_snapshot_cut_at_any_byte_falls_back_to_the_one_before() {
    let disk = holding(&[10, 20]);
    let whole = disk.files()[&name_of(20)].clone();
    for size_bytes in 0..whole.len() {
        disk.put(&name_of(20), whole[..size_bytes].to_vec());
        assert_eq!(newest(&disk), Some(snapshot(10)), "cut at {size_bytes}");
    }
    disk.put(&name_of(20), [whole.as_slice(), &[0]].concat());
    assert_eq!(newest(&disk), Some(snapshot(10)));
}

#[test]
fn a_snapshot_under_another_name_or_of_another_exchange_is_passed_over() {
    let disk = holding(&[10, 20]);
    disk.put(&name_of(40), disk.files()[&name_of(20)].clone());
    let foreign = MemoryDisk::new();
    let elsewhere = SnapshotStore::new(foreign.clone(), ClusterId(9));
    elsewhere
        .write(snapshot(30).anchor, &snapshot(30).body)
        .expect("the disk is sound");
    disk.put(&name_of(30), foreign.files()[&name_of(30)].clone());
    let found = store(&disk)
        .load_newest(Among::All)
        .expect("the disk is sound");
    assert_eq!(found.snapshot, Some(snapshot(20)));
    assert!(matches!(found.passed_over[0].fault, Fault::Named { .. }));
    assert!(matches!(found.passed_over[1].fault, Fault::Cluster { .. }));
}

/// Writes a third snapshot and prunes to two; whether it came to its end.
fn write_and_prune(disk: &MemoryDisk) -> bool {
    let store = store(disk);
    let Snapshot { anchor, body } = snapshot(30);
    store
        .write(anchor, &body)
        .and_then(|()| store.prune(TWO))
        .is_ok()
}

#[test]
fn a_power_cut_at_any_call_leaves_a_sound_newest_snapshot_and_another() {
    let count = |disk: &MemoryDisk| {
        let store = store(disk);
        let listed = store.list().expect("the disk is sound");
        listed
            .into_iter()
            .filter(|at| store.load(*at).is_ok())
            .count()
    };
    for cut in 0.. {
        let mut is_done = false;
        for loss in [Loss::Everything]
            .into_iter()
            .chain((0..20).map(Loss::Chance))
        {
            let disk = holding(&[10, 20]);
            disk.kill();
            disk.cut_power_after(cut);
            is_done = write_and_prune(&disk);
            disk.power_cycle(loss);
            let found = newest(&disk).expect("a sound one is left");
            if is_done {
                assert_eq!(found, snapshot(30));
            } else {
                assert!(found == snapshot(20) || found == snapshot(30));
            }
            assert!(2 <= count(&disk), "cut at call {cut}, {loss:?}");
            // The next attempt is not in the way of what is left.
            assert!(write_and_prune(&disk));
            assert_eq!(newest(&disk), Some(snapshot(30)));
        }
        if is_done {
            assert!(7 <= cut, "writing and pruning makes more calls");
            return;
        }
    }
}

#[test]
fn any_failing_call_leaves_the_snapshots_before() {
    use journal::disk::Operation;
    let all = [
        Operation::Create,
        Operation::Write,
        Operation::Sync,
        Operation::Rename,
        Operation::SyncDirectory,
        Operation::Remove,
    ];
    for operation in all {
        for number in [libc::EIO, libc::ENOSPC] {
            let disk = holding(&[10, 20]);
            disk.strike(Strike {
                operation,
                skip: 0,
                injury: Injury::Error(number),
            });
            assert!(!write_and_prune(&disk), "{operation}");
            let found = newest(&disk).expect("a sound one is left");
            assert!(found == snapshot(20) || found == snapshot(30));
            assert!(
                write_and_prune(&disk),
                "{operation}: the next attempt succeeds"
            );
        }
    }
}

#[test]
fn pruning_counts_sound_snapshots_only() {
    let disk = holding(&[10, 20, 30, 40, 50]);
    disk.flip_bit(&name_of(50), 2_000);
    disk.flip_bit(&name_of(30), 2_000);
    let removed = store(&disk).prune(TWO).expect("the disk is sound");
    assert_eq!(removed, [Sequence(10)]);
    assert_eq!(newest(&disk), Some(snapshot(40)));
    let older = store(&disk)
        .load_newest(Among::Before(Sequence(40)))
        .expect("the disk is sound");
    assert_eq!(older.snapshot, Some(snapshot(20)));
}

#[test]
fn pruning_removes_nothing_while_fewer_sound_snapshots_are_left_than_kept() {
    let disk = holding(&[10, 20, 30]);
    disk.flip_bit(&name_of(20), 2_000);
    disk.flip_bit(&name_of(30), 2_000);
    assert_eq!(store(&disk).prune(TWO).expect("the disk is sound"), []);
    assert_eq!(newest(&disk), Some(snapshot(10)));
}
