//! F08: sound frames at the wrong place, and writes that the disk acknowledged and never made.

use journal::damage::{Fault, Refusal};
use journal::disk::Operation;
use journal::memory_disk::{Injury, MemoryDisk, Strike};
use journal::open::Opened;
use journal::options::Options;

use crate::support::*;

fn one_segment() -> Options {
    Options {
        segment_bytes: 16 * 1024,
        ..options()
    }
}

/// Appends batches, one of which the disk mistreats; `mark` says whether the watermark learns of
/// the end.
fn run(injury: Injury, skip: u64, mark: bool) -> (MemoryDisk, Vec<Batch>) {
    let disk = MemoryDisk::new();
    let (opened, _) = open(&disk, one_segment()).expect("the directory is empty");
    let Opened {
        mut journal,
        mut watermark,
        ..
    } = opened;
    disk.strike(Strike {
        operation: Operation::Write,
        skip,
        injury,
    });
    let batches = small_batches(20);
    for batch in &batches {
        append(&mut journal, batch);
        journal.sync().expect("the disk claims success");
    }
    assert_eq!(disk.strikes_left(), 0);
    if mark {
        watermark
            .advance(journal.durable())
            .expect("the disk claims success");
    }
    disk.kill();
    (disk, batches)
}

#[test]
fn a_misdirected_or_lost_write_before_the_watermark_is_always_refused() {
    let ends = write(one_segment(), &small_batches(20), Left::Closed).ends;
    let mut chance = Chance(8);
    for round in 0..scaled(1_000, 10_000) {
        let injury = match round % 3 {
            0 => Injury::Lost,
            _ => Injury::Misdirected {
                offset: chance.below(12 * 1024),
            },
        };
        let skip = chance.below(20);
        if injury
            == (Injury::Misdirected {
                offset: ends[skip as usize].offset,
            })
        {
            continue;
        }
        let (disk, _) = run(injury, skip, true);
        assert!(
            look(&disk, one_segment()).is_err(),
            "{injury:?} after {skip} writes"
        );
    }
}

#[test]
fn a_misdirected_or_lost_write_behind_the_watermark_never_yields_a_wrong_frame() {
    let mut chance = Chance(88);
    let (mut refused, mut cut) = (0, 0);
    for _ in 0..scaled(1_000, 10_000) {
        let skip = chance.below(20);
        let injury = Injury::Misdirected {
            offset: chance.below(12 * 1024),
        };
        let (disk, batches) = run(injury, skip, false);
        match look(&disk, one_segment()) {
            Ok((_, replayed)) => {
                assert!(replayed.len() <= skip as usize);
                assert!(replayed == batches[..replayed.len()]);
                cut += 1;
            }
            Err(Refusal::Damage(_)) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(0 < refused && 0 < cut, "{refused} refused, {cut} cut");
}

#[test]
fn a_whole_frame_at_another_place_behind_the_end_is_refused_as_misplaced() {
    let (disk, _) = run(Injury::Misdirected { offset: 12 * 1024 }, 19, false);
    let damage = damage_of(look(&disk, one_segment()));
    assert_eq!(damage.offset, 12 * 1024);
    assert!(matches!(damage.fault, Fault::Place { .. }), "{damage}");
}

/// Returns the files after 10 batches were durable and the next 5 were in flight, all of which
/// reached the disk.
fn in_flight() -> Written {
    write(
        one_segment(),
        &small_batches(15),
        Left::Killed { marked: 10 },
    )
}

#[test]
fn whole_frames_behind_a_lost_one_in_flight_are_a_torn_tail() {
    let written = in_flight();
    let name = written.last_segment();
    for lost in 10..14 {
        let mut bytes = written.files[&name].clone();
        let hole = written.ends[lost].offset as usize..written.ends[lost + 1].offset as usize;
        bytes[hole].fill(0);
        let disk = written.disk();
        disk.put(&name, bytes);
        let (opened, batches) = open(&disk, one_segment()).expect("a reordered write");
        assert!(batches == written.batches[..lost]);
        let torn = opened.recovery.torn_tail.expect("frames were removed");
        assert_eq!(torn.offset + torn.size_bytes, written.end().offset);
        assert_eq!(
            disk.files()[&name][torn.offset as usize..].iter().max(),
            Some(&0)
        );
    }
}

#[test]
fn a_whole_frame_of_an_older_epoch_behind_the_end_is_refused() {
    // What an opening wrote and a later one removed must not come back.
    let old = in_flight();
    let name = old.last_segment();
    let disk = old.disk();
    let mut cut = old.files[&name].clone();
    cut[old.ends[10].offset as usize..].fill(0);
    disk.put(&name, cut);
    let (opened, _) = open(&disk, one_segment()).expect("a torn tail");
    drop(opened);
    for (stale, expected) in [(10, 10), (12, 12)] {
        let range = old.ends[stale].offset as usize..old.ends[stale + 1].offset as usize;
        let mut bytes = disk.files()[&name].clone();
        bytes[range.clone()].copy_from_slice(&old.files[&name][range]);
        let revived = MemoryDisk::holding(disk.files());
        revived.put(&name, bytes);
        let found = look(&revived, one_segment());
        if stale == 10 {
            // Right behind the end it is, to the bit, the frame that was in flight: it continues
            // the log.
            assert_eq!(found.expect("it continues the log").1, old.batches[..11]);
            continue;
        }
        let damage = damage_of(found);
        assert_eq!(damage.offset, old.ends[expected].offset);
        assert!(matches!(damage.fault, Fault::Epoch { .. }), "{damage}");
    }
}

#[test]
fn garbage_where_no_frame_could_begin_is_refused() {
    let batches = [batch(1, 1, SEGMENT_BYTES as usize - 128 - 100 - 512 - 1)];
    let written = write(
        Options {
            reserve_bytes: 40,
            ..options()
        },
        &[batches[0].clone(), batch(2, 1, 350)],
        Left::Killed { marked: 1 },
    );
    let (name, disk) = (written.last_segment(), written.disk());
    assert!(
        SEGMENT_BYTES < written.end().offset + 100,
        "no room for a frame is left"
    );
    disk.flip_bit(&name, SEGMENT_BYTES * 8 - 3);
    let damage = damage_of(look(&disk, options()));
    assert_eq!(
        (damage.offset, damage.fault),
        (SEGMENT_BYTES - 1, Fault::Trailing)
    );
}

/// Returns a journal of 15 equally long frames of `commands` commands, the tenth of them marked.
fn equally_long(commands: u32, byte: u8, options: Options) -> Written {
    let payload = vec![byte; 50];
    let frame = |at: u32| Batch {
        first: u64::from(1 + at * commands),
        count: commands,
        payload: payload.clone(),
    };
    write(
        options,
        &(0..15).map(frame).collect::<Vec<_>>(),
        Left::Killed { marked: 10 },
    )
}

/// Puts the frame at `place` of another journal into this one and returns what is found.
fn with_foreign_frame(mine: &Written, other: &Written, place: usize) -> Fault {
    let name = mine.last_segment();
    let range = mine.ends[place].offset as usize..mine.ends[place + 1].offset as usize;
    let mut bytes = mine.files[&name].clone();
    bytes[range.clone()].copy_from_slice(&other.files[&name][range.clone()]);
    let disk = mine.disk();
    disk.put(&name, bytes);
    let damage = damage_of(look(&disk, one_segment()));
    assert_eq!(damage.offset, range.start as u64);
    damage.fault
}

#[test]
fn a_sound_frame_of_another_log_in_the_right_place_is_refused_for_what_it_is() {
    let mine = equally_long(1, 1, one_segment());
    let elsewhere = Options {
        cluster: journal::id::ClusterId(0xf0),
        ..one_segment()
    };
    let foreign = equally_long(1, 1, elsewhere);
    let misnumbered = equally_long(2, 1, one_segment());
    let diverged = equally_long(1, 2, one_segment());
    type Expected = fn(&Fault) -> bool;
    let cases: [(&Written, Expected); 3] = [
        (&foreign, |fault| matches!(fault, Fault::Cluster { .. })),
        (&misnumbered, |fault| {
            matches!(fault, Fault::Sequence { .. })
        }),
        (&diverged, |fault| matches!(fault, Fault::Chain { .. })),
    ];
    for (other, is_expected) in cases {
        for place in 10..15 {
            let fault = with_foreign_frame(&mine, other, place);
            assert!(
                is_expected(&fault),
                "behind the watermark, at {place}: {fault}"
            );
        }
        for place in 1..10 {
            let fault = with_foreign_frame(&mine, other, place);
            let Fault::CutShort {
                found: Some(found), ..
            } = &fault
            else {
                panic!("before the watermark, at {place}: {fault}");
            };
            assert!(
                is_expected(found),
                "before the watermark, at {place}: {fault}"
            );
        }
    }
}
