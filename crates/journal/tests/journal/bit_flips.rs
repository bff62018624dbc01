//! F06: one bit flipped at every position.

use journal::damage::Fault;
use journal::id::Anchor;
use journal::memory_disk::MemoryDisk;
use journal::options::{Options, Replay};

use crate::support::*;

/// The journal flipped bit by bit: 16 KiB, and 1 MiB with `BOURSE_EXHAUSTIVE` set.
fn journal_options() -> Options {
    Options {
        segment_bytes: scaled(SEGMENT_BYTES, 64 * 1024),
        ..options()
    }
}

fn journal_bytes() -> u64 {
    scaled(16 * 1024, 1024 * 1024)
}

/// Returns the point before each segment, from which a replay reads no earlier frames.
fn segment_starts(written: &Written) -> Vec<Anchor> {
    let mut anchors = vec![written.ends[0].anchor()];
    for pair in written.ends.windows(2) {
        if pair[0].segment < pair[1].segment {
            anchors.push(pair[0].anchor());
        }
    }
    anchors
}

fn filled(left: Left) -> Written {
    let batches = small_batches((journal_bytes() / 132) as usize);
    write(journal_options(), &batches, left)
}

#[test]
fn every_flipped_bit_of_a_closed_journal_is_refused_in_its_segment() {
    let written = filled(Left::Closed);
    let disk = written.disk();
    let starts = segment_starts(&written);
    let names = segments_of(&written.files);
    assert_eq!(names.len(), starts.len());
    for (number, name) in names.iter().enumerate() {
        // Flips are found where they are; replaying the segments before them each time would only
        // cost hours.
        let replay = match number {
            0 => Replay::Genesis,
            _ => Replay::After(starts[number]),
        };
        let options = Options {
            replay,
            ..journal_options()
        };
        for bit in 0..written.files[name].len() as u64 * 8 {
            disk.flip_bit(name, bit);
            let damage = damage_of(look(&disk, options));
            disk.flip_bit(name, bit);
            assert_eq!(&damage.file, name, "bit {bit}: {damage}");
            assert!(damage.offset <= bit / 8, "bit {bit}: {damage}");
        }
    }
    look(&disk, journal_options()).expect("every bit was flipped back");
}

#[test]
fn a_bit_flipped_before_the_watermark_is_refused_and_one_behind_the_end_removed() {
    let batches = small_batches(20);
    let written = write(options(), &batches, Left::Killed { marked: 20 });
    let (name, disk) = (written.last_segment(), written.disk());
    assert_eq!(segments_of(&written.files).len(), 1);
    let end = written.end().offset;
    for bit in 0..SEGMENT_BYTES * 8 {
        disk.flip_bit(&name, bit);
        let found = look(&disk, options());
        disk.flip_bit(&name, bit);
        if bit / 8 < end {
            let damage = damage_of(found);
            assert!(damage.offset <= bit / 8, "bit {bit}: {damage}");
        } else {
            let (inspection, replayed) = found.expect("nothing durable is damaged");
            assert!(replayed == batches);
            let torn = inspection.torn_tail.expect("the flip is seen");
            assert_eq!(torn.offset + torn.size_bytes, bit / 8 + 1);
        }
    }
}

#[test]
fn a_flipped_bit_behind_the_watermark_never_alters_or_skips_a_frame() {
    let batches = small_batches(20);
    let written = write(options(), &batches, Left::Killed { marked: 10 });
    let (name, disk) = (written.last_segment(), written.disk());
    for bit in written.ends[10].offset * 8..written.end().offset * 8 {
        disk.flip_bit(&name, bit);
        let (inspection, replayed) = look(&disk, options()).expect("it looks like a torn tail");
        disk.flip_bit(&name, bit);
        let whole = written
            .ends
            .iter()
            .filter(|end| end.offset <= bit / 8)
            .count()
            - 1;
        assert!(replayed == batches[..whole]);
        assert_eq!(
            inspection.torn_tail.expect("it is reported").offset,
            written.ends[whole].offset
        );
    }
}

#[test]
fn a_flipped_bit_in_one_slot_of_the_watermark_or_instance_loses_nothing() {
    for left in [Left::Closed, Left::Killed { marked: 3 }] {
        let batches = small_batches(3);
        let written = write(options(), &batches, left);
        let disk = written.disk();
        let slots = (0..128)
            .chain(4096..4096 + 128)
            .flat_map(|byte| byte * 8..byte * 8 + 8);
        let padding = (0..8192).map(|byte| byte * 8 + byte % 8);
        let bits: Vec<u64> = slots.chain(padding).collect();
        for name in ["watermark", "instance"] {
            for bit in bits.iter().copied() {
                disk.flip_bit(name, bit);
                let (inspection, replayed) = look(&disk, options()).expect("the other slot counts");
                disk.flip_bit(name, bit);
                assert!(replayed == batches);
                assert_eq!(inspection.torn_tail, None);
            }
        }
    }
}

#[test]
fn a_watermark_with_both_slots_damaged_is_refused() {
    let written = write(options(), &small_batches(5), Left::Closed);
    let disk = written.disk();
    disk.flip_bit("watermark", 100);
    disk.flip_bit("watermark", 4096 * 8 + 100);
    let damage = damage_of(look(&disk, options()));
    assert_eq!(damage.file, "watermark");
    assert!(matches!(damage.fault, Fault::Checksum { .. }));
}

#[test]
fn random_bytes_in_place_of_a_file_are_refused() {
    let written = write(options(), &small_batches(60), Left::Closed);
    let mut chance = Chance(6);
    for name in written
        .files
        .keys()
        .filter(|name| !name.starts_with("spare-"))
    {
        let disk = MemoryDisk::holding(written.files.clone());
        let noise = written.files[name]
            .iter()
            .map(|_| chance.below(256) as u8)
            .collect();
        disk.put(name, noise);
        assert_eq!(&damage_of(look(&disk, options())).file, name);
    }
}
