//! F11: a full disk refuses orders, keeps taking cancels, and resumes by itself.

use journal::disk::Operation;
use journal::id::Sequence;
use journal::journal::{AppendError, Journal, Space};
use journal::memory_disk::{Injury, MemoryDisk, Strike};
use journal::open::Opened;
use journal::options::Options;

use crate::support::*;

const CANCEL: [u8; 64] = [7; 64];
const SEGMENT: u64 = 4 * 1024 * 1024;
const RESERVE: u64 = 2 * 1024 * 1024;

fn roomy() -> Options {
    Options {
        segment_bytes: SEGMENT,
        reserve_bytes: RESERVE,
        ..options()
    }
}

/// A journal on a disk with room for one more segment and half of another.
fn on_a_small_disk() -> (MemoryDisk, Opened<MemoryDisk>) {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, roomy()).expect("the directory is empty");
    disk.set_capacity(Some(2 * SEGMENT + SEGMENT / 2));
    (disk, opened)
}

fn spares(disk: &MemoryDisk) -> usize {
    disk.files()
        .keys()
        .filter(|name| name.starts_with("spare-"))
        .count()
}

/// Appends orders until the journal takes no more; returns how many.
fn fill(journal: &mut Journal<MemoryDisk>) -> u64 {
    for count in 0.. {
        match journal.append(journal.last().next(), 1, &[1; 16 * 1024]) {
            Ok(_) => {}
            Err(AppendError::Full) => return count,
            Err(error) => panic!("{error}"),
        }
    }
    unreachable!("the disk is finite")
}

#[test]
fn a_full_disk_still_takes_ten_thousand_cancels() {
    let (
        disk,
        Opened {
            mut journal,
            watermark,
            ..
        },
    ) = on_a_small_disk();
    let orders = fill(&mut journal);
    assert!(300 < orders, "one spare fitted, {orders} orders");
    for _ in 0..10_000 {
        journal
            .append_reserved(journal.last().next(), 1, &CANCEL)
            .expect("the reserve has room");
        journal.sync().expect("the disk is sound");
    }
    assert_eq!(journal.space(), Space::ReserveOnly);
    let end = journal.close(watermark).expect("closing needs no space");
    let (opened, batches) = open(&disk, roomy()).expect("opening needs no space");
    assert_eq!(batches.len() as u64, orders + 10_000);
    assert_eq!(opened.journal.durable(), end);
}

#[test]
fn a_refused_order_costs_no_call_and_changes_nothing() {
    let (disk, Opened { mut journal, .. }) = on_a_small_disk();
    fill(&mut journal);
    let (calls, last) = (disk.calls(), journal.last());
    for _ in 0..100 {
        let refused = journal.append(last.next(), 1, &[1; 16 * 1024]);
        assert!(matches!(refused, Err(AppendError::Full)));
    }
    assert_eq!((disk.calls(), journal.last()), (calls, last));
}

#[test]
fn space_that_returns_is_used_without_a_restart() {
    let (
        disk,
        Opened {
            mut journal,
            watermark,
            ..
        },
    ) = on_a_small_disk();
    let before = fill(&mut journal);
    journal
        .append_reserved(journal.last().next(), 1, &CANCEL)
        .expect("the reserve has room");
    assert_eq!(
        journal.poll_space().expect("a full disk is no failure"),
        Space::ReserveOnly
    );
    disk.set_capacity(None);
    assert_eq!(journal.poll_space().expect("there is room"), Space::Ample);
    for _ in 0..500 {
        journal
            .append(journal.last().next(), 1, &[1; 16 * 1024])
            .expect("there is room");
    }
    journal.close(watermark).expect("the disk is sound");
    let (_, batches) = open(&disk, roomy()).expect("it was closed");
    assert_eq!(batches.len() as u64, before + 1 + 500);
}

#[test]
fn a_failed_attempt_to_make_a_spare_keeps_no_space() {
    let (disk, Opened { mut journal, .. }) = on_a_small_disk();
    fill(&mut journal);
    assert_eq!(spares(&disk), 0);
    journal.poll_space().expect("a full disk is no failure");
    assert_eq!(spares(&disk), 0);
}

#[test]
fn a_spare_counts_only_once_its_zeros_are_synced() {
    let (disk, Opened { journal, .. }) = on_a_small_disk();
    let injury = Injury::Error(libc::EIO);
    disk.strike(Strike {
        operation: Operation::Sync,
        skip: 0,
        injury,
    });
    assert!(journal.spare_maker().make().is_err());
    assert_eq!(spares(&disk), 0);
}

#[test]
fn a_failure_to_make_a_spare_that_is_not_want_of_space_is_handed_back() {
    let (disk, Opened { mut journal, .. }) = on_a_small_disk();
    let injury = Injury::Error(libc::EIO);
    disk.strike(Strike {
        operation: Operation::Write,
        skip: 3,
        injury,
    });
    assert!(journal.poll_space().is_err());
    assert_eq!(
        journal.poll_space().expect("the disk is sound again"),
        Space::Ample
    );
}

#[test]
fn the_reserve_ends_and_then_even_cancels_are_refused() {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, options()).expect("the directory is empty");
    let mut journal = opened.journal;
    disk.set_capacity(Some(SEGMENT_BYTES));
    let mut taken = 0;
    while journal
        .append_reserved(journal.last().next(), 1, &CANCEL)
        .is_ok()
    {
        taken += 1;
    }
    assert_eq!(taken, (SEGMENT_BYTES - 128) / 164);
    let refused = journal.append_reserved(journal.last().next(), 1, &CANCEL);
    assert!(matches!(refused, Err(AppendError::Full)));
    assert_eq!(
        journal.sync().expect("the disk is sound").sequence,
        Sequence(taken)
    );
}

#[test]
fn a_spare_made_elsewhere_is_used_and_a_second_one_is_removed() {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, options()).expect("the directory is empty");
    let mut journal = opened.journal;
    let maker = journal.spare_maker();
    journal.install_spare(maker.make()).expect("there is room");
    assert!(!journal.needs_spare());
    journal
        .install_spare(maker.clone().make())
        .expect("there is room");
    assert_eq!(spares(&disk), 1);
    for batch in small_batches(40) {
        append(&mut journal, &batch);
    }
    assert_eq!(segments_of(&disk.files()).len(), 2);
    assert!(journal.needs_spare());
}

#[test]
fn a_spare_left_by_the_last_run_is_taken_over() {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, options()).expect("the directory is empty");
    let mut journal = opened.journal;
    journal
        .install_spare(journal.spare_maker().make())
        .expect("there is room");
    disk.put("spare-1-77.log", vec![0; 100]);
    drop(journal);
    disk.kill();
    let (opened, _) = open(&disk, options()).expect("the journal is sound");
    assert!(!opened.journal.needs_spare());
    assert!(
        !disk.files().contains_key("spare-1-77.log"),
        "a partial one is removed"
    );
}

#[test]
fn a_disk_too_full_for_a_first_segment_refuses_to_create_and_leaves_room_to_try_again() {
    let disk = MemoryDisk::new();
    disk.set_capacity(Some(SEGMENT_BYTES / 2));
    match open(&disk, options()) {
        Err(journal::damage::Refusal::Disk(error)) => assert!(error.is_full()),
        other => panic!("{:?}", other.map(|found| found.1)),
    }
    disk.set_capacity(None);
    open(&disk, options()).expect("there is room now");
}
