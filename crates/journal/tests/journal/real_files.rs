//! The same promises on a real file system.

use std::fs;
use std::path::Path;

use journal::damage::Refusal;
use journal::event_log::EventLog;
use journal::file_disk::FileDisk;
use journal::id::{Anchor, Sequence};
use journal::journal::AppendError;
use journal::open::Start;
use journal::options::{Check, Options, Replay, Waivers};
use journal::snapshot_store::{Among, SnapshotStore};

use crate::support::*;

fn disk_at(path: &Path) -> FileDisk {
    FileDisk::open(path).expect("the directory can be opened")
}

fn filled(path: &Path) -> Vec<Batch> {
    let (opened, _) = open(&disk_at(path), options()).expect("the directory is empty");
    let mut journal = opened.journal;
    let batches = small_batches(100);
    for batch in &batches {
        append(&mut journal, batch);
    }
    journal.close(opened.watermark).expect("the disk is sound");
    batches
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("the name is free");
    for entry in fs::read_dir(from).expect("it is a directory") {
        let entry = entry.expect("it can be read");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("it can be copied");
    }
}

#[test]
fn a_journal_written_to_files_is_read_back() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let path = root.path().join("journal");
    let batches = filled(&path);
    let (opened, found) = open(&disk_at(&path), options()).expect("it was closed");
    assert!(found == batches);
    assert_eq!(opened.recovery.start, Start::Closed);
}

#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().expect("a directory for the test");
    let path = root.path().join("journal");
    filled(&path);
    for entry in fs::read_dir(&path).expect("it is a directory") {
        let metadata = entry
            .expect("it can be read")
            .metadata()
            .expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o077, 0);
    }
}

#[test]
fn a_second_process_on_the_same_directory_is_refused() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let (_first, _) = open(&disk_at(root.path()), options()).expect("the directory is empty");
    // The lock belongs to the open file, so another one in this process stands for another process.
    assert!(matches!(
        open(&disk_at(root.path()), options()),
        Err(Refusal::InUse)
    ));
}

#[test]
fn a_copied_directory_is_refused_and_a_renamed_one_is_not() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let (original, copied) = (root.path().join("a"), root.path().join("b"));
    let batches = filled(&original);
    copy(&original, &copied);
    assert!(matches!(
        open(&disk_at(&copied), options()),
        Err(Refusal::Copied { .. })
    ));
    let waivers = Waivers {
        origin: Check::Waived,
        ..Waivers::NONE
    };
    let (_, found) = open(
        &disk_at(&copied),
        Options {
            waivers,
            ..options()
        },
    )
    .expect("accepted");
    assert!(found == batches);

    let renamed = root.path().join("c");
    fs::rename(&original, &renamed).expect("the name is free");
    open(&disk_at(&renamed), options()).expect("it is the same directory");
}

#[test]
fn a_directory_renamed_under_the_journal_stops_it_at_the_next_new_file() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let (path, moved) = (root.path().join("a"), root.path().join("b"));
    let (opened, _) = open(&disk_at(&path), options()).expect("the directory is empty");
    let mut journal = opened.journal;
    fs::rename(&path, &moved).expect("the name is free");
    fs::create_dir(&path).expect("the name is free again");
    let batches = small_batches(100);
    let mut synced = 0;
    for batch in &batches {
        match journal.append(Sequence(batch.first), batch.count, &batch.payload) {
            Ok(_) => synced += 1,
            Err(AppendError::Stopped(_)) => break,
            Err(error) => panic!("{error}"),
        }
        journal.sync().expect("the open file is still there");
    }
    assert!(0 < synced && synced < batches.len());
    assert_eq!(fs::read_dir(&path).expect("it is a directory").count(), 0);
    drop(journal);
    let (_, found) = open(&disk_at(&moved), options()).expect("nothing synced is lost");
    assert!(found == batches[..synced]);
}

#[test]
fn a_directory_that_is_moved_or_replaced_is_no_longer_in_its_place() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let (path, moved) = (root.path().join("a"), root.path().join("b"));
    let disk = disk_at(&path);
    disk.check_place().expect("nobody has moved it");
    fs::rename(&path, &moved).expect("the name is free");
    disk.check_place().expect_err("it is gone");
    fs::create_dir(&path).expect("the name is free again");
    disk.check_place().expect_err("it is another one");
}

#[test]
fn segments_are_whole_from_the_start() {
    use std::os::unix::fs::MetadataExt;
    let root = tempfile::tempdir().expect("a directory for the test");
    let roomy = Options {
        segment_bytes: 1024 * 1024,
        ..options()
    };
    let (_opened, _) = open(&disk_at(root.path()), roomy).expect("the directory is empty");
    let segment = root.path().join("journal-00000000000000000001.log");
    let metadata = fs::metadata(segment).expect("the first segment is there");
    assert_eq!(metadata.len(), 1024 * 1024);
    assert!(
        1024 * 1024 <= metadata.blocks() * 512,
        "every block is allocated"
    );
}

#[test]
fn a_snapshot_and_its_journal_are_taken_up_together() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let (path, snapshots) = (root.path().join("journal"), root.path().join("snapshots"));
    let (opened, _) = open(&disk_at(&path), options()).expect("the directory is empty");
    let mut journal = opened.journal;
    let batches = small_batches(60);
    let mut anchor: Option<Anchor> = None;
    for (number, batch) in batches.iter().enumerate() {
        append(&mut journal, batch);
        let durable = journal.sync().expect("the disk is sound");
        anchor = if number == 39 {
            Some(durable.anchor())
        } else {
            anchor
        };
    }
    let anchor = anchor.expect("forty batches were written");
    let store = SnapshotStore::new(disk_at(&snapshots), CLUSTER);
    store.write(anchor, b"state").expect("the disk is sound");
    drop(journal);

    let newest = store
        .load_newest(Among::All)
        .expect("the disk is sound")
        .snapshot;
    let newest = newest.expect("one was written");
    assert_eq!(newest.body, b"state");
    let replay = Replay::After(newest.anchor);
    let (opened, found) = open(
        &disk_at(&path),
        Options {
            replay,
            ..options()
        },
    )
    .expect("sound");
    assert!(found == batches[40..]);
    assert_eq!(opened.recovery.start, Start::Interrupted);
}

#[test]
fn an_event_log_in_files_is_read_back() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let mut log = EventLog::open(disk_at(root.path()), CLUSTER, 4096).expect("it is empty");
    for sequence in 1..=500 {
        log.append(Sequence(sequence), &sequence.to_le_bytes())
            .expect("the disk is sound");
    }
    log.flush().expect("the disk is sound");
    let log = EventLog::open(disk_at(root.path()), CLUSTER, 4096).expect("the log is sound");
    assert_eq!(log.last(), Sequence(500));
    let mut reader = log.reader();
    let found = reader.read_one(Sequence(321)).expect("the log is sound");
    assert_eq!(found, Some(321_u64.to_le_bytes().as_slice()));
}
