//! F07: segments missing, duplicated, swapped, blank, from elsewhere or from an older epoch, and
//! files too many.

use journal::damage::{Fault, Refusal};
use journal::id::{ClusterId, SegmentIndex, Sequence};
use journal::memory_disk::MemoryDisk;
use journal::options::{Check, Options, Waivers};

use crate::support::*;

/// Batches that fill six segments and no more.
fn six_segments() -> Vec<Batch> {
    (0..6 * 8).map(|at| batch(1 + 3 * at, 3, 352)).collect()
}

struct Fixture {
    written: Written,
    names: Vec<String>,
    /// The same batches in the journal of another exchange.
    foreign: Files,
    /// Other batches of the same lengths, in a journal of the same exchange opened less often.
    older: Files,
}

fn fixture(left: Left) -> Fixture {
    let disk = MemoryDisk::new();
    for _ in 0..3 {
        write_on(&disk, options(), &[], Left::Closed);
    }
    let written = write_on(&disk, options(), &six_segments(), left);
    let names = segments_of(&written.files);
    assert_eq!(names.len(), 6);
    let elsewhere = Options {
        cluster: ClusterId(0xf0),
        ..options()
    };
    let foreign = write(elsewhere, &six_segments(), left).files;
    let others: Vec<Batch> = six_segments()
        .into_iter()
        .map(|batch| Batch {
            payload: vec![9; batch.payload.len()],
            ..batch
        })
        .collect();
    let older = write(options(), &others, left).files;
    assert_eq!(segments_of(&older), names);
    Fixture {
        written,
        names,
        foreign,
        older,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    Missing,
    Blank,
    Foreign,
    Older,
    /// Replaced by a copy of the first segment (the first by the second).
    Duplicate,
    /// Without its last byte.
    Shorter,
    /// With a byte more.
    Longer,
}

const HARMS: [Harm; 7] = [
    Harm::Missing,
    Harm::Blank,
    Harm::Foreign,
    Harm::Older,
    Harm::Duplicate,
    Harm::Shorter,
    Harm::Longer,
];

impl Fixture {
    fn harm(&self, files: &mut Files, at: usize, harm: Harm) {
        let name = &self.names[at];
        let original = &self.written.files[name];
        let bytes = match harm {
            Harm::Missing => {
                files.remove(name);
                return;
            }
            Harm::Blank => vec![0; original.len()],
            Harm::Foreign => self.foreign[name].clone(),
            Harm::Older => self.older[name].clone(),
            Harm::Duplicate => self.written.files[&self.names[usize::from(at == 0)]].clone(),
            Harm::Shorter => original[..original.len() - 1].to_vec(),
            Harm::Longer => [original.as_slice(), &[0]].concat(),
        };
        files.insert(name.clone(), bytes);
    }

    fn diagnose(&self, files: &Files) -> journal::damage::Damage {
        damage_of(look(&MemoryDisk::holding(files.clone()), options()))
    }
}

#[test]
fn each_harm_to_each_segment_is_refused_with_its_own_diagnosis() {
    let fixture = fixture(Left::Closed);
    for at in 0..6 {
        for harm in HARMS {
            let mut files = fixture.written.files.clone();
            fixture.harm(&mut files, at, harm);
            let damage = fixture.diagnose(&files);
            let index = SegmentIndex(at as u64);
            let is_right = match (harm, &damage.fault) {
                (Harm::Missing, Fault::SegmentMissing { index: missing }) => *missing == index,
                (Harm::Blank, Fault::Blank) => damage.file == fixture.names[at],
                (Harm::Foreign, Fault::Cluster { found, .. }) => *found == ClusterId(0xf0),
                (Harm::Older, Fault::Epoch { found, .. }) => found.0 == 1,
                // The first segment has no predecessor to be older than; its successor does not
                // continue it.
                (Harm::Older, Fault::Chain { .. }) => at == 0,
                (Harm::Duplicate, Fault::Duplicate { .. }) => true,
                (Harm::Shorter | Harm::Longer, Fault::Size { .. }) => {
                    damage.file == fixture.names[at]
                }
                _ => false,
            };
            assert!(is_right, "{harm:?} of segment {at}: {damage}");
        }
    }
}

#[test]
fn every_pair_of_harms_to_every_pair_of_segments_is_refused() {
    for left in [Left::Closed, Left::Killed { marked: 48 }] {
        let fixture = fixture(left);
        for (one, other) in (0..6).flat_map(|one| (one + 1..6).map(move |other| (one, other))) {
            for (first, second) in HARMS
                .iter()
                .flat_map(|a| HARMS.iter().map(move |b| (*a, *b)))
            {
                let mut files = fixture.written.files.clone();
                fixture.harm(&mut files, one, first);
                fixture.harm(&mut files, other, second);
                fixture.diagnose(&files);
            }
        }
    }
}

#[test]
fn every_swapped_pair_of_segments_is_refused_as_misnamed() {
    let fixture = fixture(Left::Closed);
    for (one, other) in (0..6).flat_map(|one| (one + 1..6).map(move |other| (one, other))) {
        let mut files = fixture.written.files.clone();
        let (a, b) = (&fixture.names[one], &fixture.names[other]);
        files.insert(a.clone(), fixture.written.files[b].clone());
        files.insert(b.clone(), fixture.written.files[a].clone());
        let damage = fixture.diagnose(&files);
        assert_eq!(&damage.file, a);
        let holds: u64 = b["journal-".len()..b.len() - ".log".len()]
            .parse()
            .unwrap_or(0);
        assert_eq!(
            damage.fault,
            Fault::Named {
                holds: Sequence(holds)
            }
        );
    }
}

#[test]
fn every_segment_replaced_by_every_other_is_refused_as_a_duplicate() {
    let fixture = fixture(Left::Closed);
    for (one, other) in (0..6).flat_map(|one| (0..6).map(move |other| (one, other))) {
        if one == other {
            continue;
        }
        let mut files = fixture.written.files.clone();
        files.insert(
            fixture.names[one].clone(),
            fixture.written.files[&fixture.names[other]].clone(),
        );
        let damage = fixture.diagnose(&files);
        let index = SegmentIndex(other as u64);
        assert!(matches!(damage.fault, Fault::Duplicate { index: found, .. } if found == index));
    }
}

#[test]
fn an_extra_copy_of_a_segment_is_refused_as_a_duplicate() {
    let fixture = fixture(Left::Closed);
    for name in &fixture.names {
        let mut files = fixture.written.files.clone();
        let extra = String::from("journal-00000000000000009999.log");
        files.insert(extra.clone(), fixture.written.files[name].clone());
        let damage = fixture.diagnose(&files);
        assert!(matches!(damage.fault, Fault::Duplicate { .. }), "{damage}");
        assert_eq!(damage.file, extra);
    }
}

#[test]
fn a_file_that_is_no_part_of_a_journal_is_refused_by_name() {
    let fixture = fixture(Left::Closed);
    for extra in [
        "notes.txt",
        "journal-1.log",
        "journal-00000000000000000001.log.bak",
        ".hidden",
    ] {
        let mut files = fixture.written.files.clone();
        files.insert(String::from(extra), vec![1, 2, 3]);
        match look(&MemoryDisk::holding(files), options()) {
            Err(Refusal::UnknownFile { name }) => assert_eq!(name, extra),
            other => panic!("{extra}: {:?}", other.map(|found| found.0)),
        }
    }
}

#[test]
fn a_segment_appended_from_another_run_is_refused() {
    // The log goes on in two copies of the directory; a segment of one is put behind the other.
    let fixture = fixture(Left::Closed);
    let further = |byte: u8| {
        let disk = MemoryDisk::holding(fixture.written.files.clone());
        let batches: Vec<Batch> = (48..58)
            .map(|at| Batch {
                payload: vec![byte; 352],
                ..batch(1 + 3 * at, 3, 0)
            })
            .collect();
        write_on(&disk, options(), &batches, Left::Closed).files
    };
    let (mut mine, theirs) = (further(1), further(2));
    let names = segments_of(&mine);
    assert_eq!(names.len(), 8);
    mine.insert(names[7].clone(), theirs[&names[7]].clone());
    let damage = fixture.diagnose(&mine);
    assert!(matches!(damage.fault, Fault::Chain { .. }), "{damage}");
    assert_eq!(damage.file, names[7]);
}

#[test]
fn a_missing_watermark_or_instance_is_refused_unless_waived() {
    let fixture = fixture(Left::Closed);
    for name in ["watermark", "instance"] {
        let mut files = fixture.written.files.clone();
        files.remove(name);
        let disk = MemoryDisk::holding(files.clone());
        let damage = damage_of(open(&disk, options()).map(drop));
        assert_eq!((damage.file.as_str(), damage.fault), (name, Fault::Missing));
        assert_eq!(disk.files(), files, "a refusal changes nothing");

        let waivers = Waivers {
            origin: Check::Waived,
            watermark: Check::Waived,
        };
        let waived = Options {
            waivers,
            ..options()
        };
        let (opened, batches) = open(&disk, waived).expect("the operator accepts it");
        assert!(batches == fixture.written.batches);
        assert_eq!(opened.recovery.epoch.0, 5);
        opened
            .journal
            .close(opened.watermark)
            .expect("the disk is sound");
        open(&disk, options()).expect("a waiver is needed once");
    }
}

#[test]
fn an_instance_file_older_than_the_journal_is_refused() {
    let fixture = fixture(Left::Closed);
    let mut files = fixture.written.files.clone();
    files.insert(String::from("instance"), fixture.older["instance"].clone());
    assert!(matches!(
        fixture.diagnose(&files).fault,
        Fault::Epoch { .. }
    ));
}

#[test]
fn an_instance_file_older_than_the_watermark_is_refused() {
    let disk = MemoryDisk::new();
    let early = write_on(&disk, options(), &small_batches(5), Left::Closed).files;
    write_on(&disk, options(), &[], Left::Closed);
    disk.put("instance", early["instance"].clone());
    let damage = damage_of(look(&disk, options()));
    assert_eq!(damage.file, "instance");
    assert!(matches!(damage.fault, Fault::Epoch { .. }));
}

#[test]
fn a_journal_of_another_exchange_is_refused() {
    let fixture = fixture(Left::Closed);
    let damage = fixture.diagnose(&fixture.foreign);
    assert!(matches!(damage.fault, Fault::Cluster { .. }));
    let disk = MemoryDisk::holding(fixture.foreign.clone());
    let found = journal::instance::cluster_of(&disk).expect("the instance file is sound");
    assert_eq!(found, Some(ClusterId(0xf0)));
}

#[test]
fn a_copied_directory_is_refused_unless_waived() {
    let fixture = fixture(Left::Closed);
    let disk = fixture.written.disk();
    disk.set_directory(77);
    assert!(matches!(
        open(&disk, options()),
        Err(Refusal::Copied { .. })
    ));
    let waivers = Waivers {
        origin: Check::Waived,
        ..Waivers::NONE
    };
    let (opened, _) = open(
        &disk,
        Options {
            waivers,
            ..options()
        },
    )
    .expect("accepted");
    opened
        .journal
        .close(opened.watermark)
        .expect("the disk is sound");
    open(&disk, options()).expect("the copy is the original now");
}

#[test]
fn a_second_process_is_refused_while_the_first_runs() {
    let disk = MemoryDisk::new();
    let (first, _) = open(&disk, options()).expect("the directory is empty");
    assert!(matches!(open(&disk, options()), Err(Refusal::InUse)));
    drop(first);
    open(&disk, options()).expect("the first has ended");
}
