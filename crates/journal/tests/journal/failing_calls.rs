//! F12 and F13: calls that fail, stop short or are interrupted.

use journal::disk::{INTERRUPTIONS_MAX, Operation};
use journal::id::Sequence;
use journal::journal::{AppendError, Journal, Stopped};
use journal::memory_disk::{Injury, Loss, MemoryDisk, Strike};
use journal::open::Opened;
use journal::watermark::WatermarkError;

use crate::support::*;

fn opened(disk: &MemoryDisk) -> Opened<MemoryDisk> {
    open(disk, options()).expect("the disk is sound").0
}

fn strike(disk: &MemoryDisk, operation: Operation, injury: Injury) {
    disk.strike(Strike {
        operation,
        skip: 0,
        injury,
    });
}

fn assert_stopped(disk: &MemoryDisk, journal: &mut Journal<MemoryDisk>, next: &Batch) {
    let calls = disk.calls();
    assert!(matches!(journal.sync(), Err(Stopped::Before)));
    let again = journal.append(Sequence(next.first), next.count, &next.payload);
    assert!(matches!(again, Err(AppendError::Stopped(Stopped::Before))));
    assert_eq!(
        disk.calls(),
        calls,
        "a stopped journal touches the disk no more"
    );
}

#[test]
fn a_failed_sync_stops_the_journal_and_is_never_tried_again() {
    for number in [libc::EIO, libc::ENOSPC, libc::EDQUOT, libc::EROFS] {
        let disk = MemoryDisk::new();
        let Opened { mut journal, .. } = opened(&disk);
        append(&mut journal, &batch(1, 1, 20));
        strike(&disk, Operation::Sync, Injury::Error(number));
        assert!(matches!(journal.sync(), Err(Stopped::Failed(_))));
        assert_stopped(&disk, &mut journal, &batch(2, 1, 20));
        assert_eq!(journal.durable().sequence, Sequence::GENESIS);
    }
}

#[test]
fn a_failed_write_stops_the_journal_and_leaves_no_frame() {
    for number in [libc::EIO, libc::ENOSPC, libc::EROFS, libc::EBADF] {
        for injury in [Injury::Error(number), Injury::Torn(number)] {
            let disk = MemoryDisk::new();
            let Opened { mut journal, .. } = opened(&disk);
            let (kept, torn) = (batch(1, 1, 20), batch(2, 1, 300));
            append(&mut journal, &kept);
            journal.sync().expect("the disk is sound");
            strike(&disk, Operation::Write, injury);
            let result = journal.append(Sequence(2), 1, &torn.payload);
            assert!(matches!(
                result,
                Err(AppendError::Stopped(Stopped::Failed(_)))
            ));
            assert_stopped(&disk, &mut journal, &torn);
            disk.kill();
            assert_eq!(open(&disk, options()).expect("a torn tail").1, [kept]);
        }
    }
}

#[test]
fn short_and_interrupted_writes_are_finished() {
    let injuries = [
        Injury::Short,
        Injury::Error(libc::EINTR),
        Injury::Error(libc::EAGAIN),
        Injury::Torn(libc::EINTR),
    ];
    for injury in injuries {
        let disk = MemoryDisk::new();
        let Opened { mut journal, .. } = opened(&disk);
        for skip in [0, 1, 2, 4, 5] {
            disk.strike(Strike {
                operation: Operation::Write,
                skip,
                injury,
            });
        }
        let batches = small_batches(8);
        batches.iter().for_each(|batch| append(&mut journal, batch));
        assert_eq!(disk.strikes_left(), 0);
        journal.sync().expect("the disk is sound");
        disk.power_cycle(Loss::Everything);
        assert_eq!(open(&disk, options()).expect("all was synced").1, batches);
    }
}

#[test]
fn endless_interruptions_are_a_failure() {
    let disk = MemoryDisk::new();
    let Opened { mut journal, .. } = opened(&disk);
    for _ in 0..=INTERRUPTIONS_MAX {
        strike(&disk, Operation::Write, Injury::Error(libc::EINTR));
    }
    let result = journal.append(Sequence(1), 1, b"x");
    assert!(matches!(
        result,
        Err(AppendError::Stopped(Stopped::Failed(_)))
    ));
    assert_eq!(disk.strikes_left(), 0);
}

#[test]
fn short_and_interrupted_reads_are_finished() {
    let written = write(options(), &small_batches(60), Left::Closed);
    for injury in [Injury::Short, Injury::Error(libc::EINTR)] {
        for skip in 0..12 {
            let disk = written.disk();
            disk.strike(Strike {
                operation: Operation::Read,
                skip,
                injury,
            });
            assert_eq!(
                look(&disk, options()).expect("the files are sound").1,
                written.batches
            );
        }
    }
}

#[test]
fn a_failed_read_refuses_to_open() {
    let written = write(options(), &small_batches(60), Left::Closed);
    let mut skip = 0;
    loop {
        let disk = written.disk();
        let injury = Injury::Error(libc::EIO);
        disk.strike(Strike {
            operation: Operation::Read,
            skip,
            injury,
        });
        let found = look(&disk, options());
        if disk.strikes_left() == 1 {
            break;
        }
        assert!(matches!(found, Err(journal::damage::Refusal::Disk(_))));
        skip += 1;
    }
    assert!(8 <= skip);
}

#[test]
fn any_failing_call_of_a_rollover_stops_the_journal() {
    let failing = [
        Operation::Create,
        Operation::Write,
        Operation::Sync,
        Operation::Rename,
        Operation::SyncDirectory,
    ];
    for operation in failing {
        let disk = MemoryDisk::new();
        let Opened { mut journal, .. } = opened(&disk);
        let batches = small_batches(40);
        let mut struck = false;
        for (number, batch) in batches.iter().enumerate() {
            if number == 8 {
                // With `Create`, `Rename` and `SyncDirectory` the first such call is one of the
                // rollover.
                strike(&disk, operation, Injury::Error(libc::EIO));
            }
            let appended = journal.append(Sequence(batch.first), batch.count, &batch.payload);
            if appended.is_err() {
                assert_stopped(&disk, &mut journal, batch);
                disk.kill();
                let replayed = open(&disk, options()).expect("the next start recovers").1;
                assert!(replayed == batches[..number], "{operation}");
                struck = true;
                break;
            }
        }
        assert!(struck, "{operation} has failed no append");
    }
}

#[test]
fn frames_seen_after_a_failed_sync_are_durable_once_recovery_has_returned_them() {
    // After a failed sync the system shows what was written and believes it clean, and the disk
    // does not have it.
    let disk = MemoryDisk::new();
    let Opened { mut journal, .. } = opened(&disk);
    let seen = batch(1, 1, 700);
    append(&mut journal, &seen);
    strike(&disk, Operation::Sync, Injury::Error(libc::EIO));
    assert!(journal.sync().is_err());
    disk.kill();
    let (opened, replayed) = open(&disk, options()).expect("the frame is in sight");
    assert_eq!(replayed, std::slice::from_ref(&seen));
    drop(opened);
    disk.power_cycle(Loss::Everything);
    assert_eq!(open(&disk, options()).expect("nothing is amiss").1, [seen]);
}

#[test]
fn a_failed_watermark_is_not_written_again() {
    let disk = MemoryDisk::new();
    let Opened {
        mut journal,
        mut watermark,
        ..
    } = opened(&disk);
    append(&mut journal, &batch(1, 1, 20));
    let first = journal.sync().expect("the disk is sound");
    strike(&disk, Operation::Sync, Injury::Error(libc::EIO));
    assert!(matches!(
        watermark.advance(first),
        Err(WatermarkError::Disk(_))
    ));
    append(&mut journal, &batch(2, 1, 20));
    let second = journal.sync().expect("the disk is sound");
    assert!(matches!(
        watermark.advance(second),
        Err(WatermarkError::Stopped)
    ));
    disk.kill();
    assert_eq!(
        open(&disk, options())
            .expect("the journal is sound")
            .1
            .len(),
        2
    );
}

#[test]
fn a_batch_too_large_is_refused_and_changes_nothing() {
    let disk = MemoryDisk::new();
    let Opened { mut journal, .. } = opened(&disk);
    let bytes_max = options().payload_bytes_max();
    let result = journal.append(Sequence(1), 1, &vec![1; bytes_max + 1]);
    assert!(matches!(result, Err(AppendError::TooLarge { .. })));
    append(&mut journal, &batch(1, 1, bytes_max));
    journal.sync().expect("the disk is sound");
}
