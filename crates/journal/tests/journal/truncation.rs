//! F05: the journal cut at every byte.

use journal::damage::Fault;
use journal::memory_disk::MemoryDisk;

use crate::support::*;

/// A journal of 1,000 commands in one segment, in batches of eight.
fn thousand_commands(left: Left) -> Written {
    let batches: Vec<Batch> = (0..125)
        .map(|at| batch(1 + 8 * at, 8, 8 + at as usize % 30))
        .collect();
    write(one_segment(), &batches, left)
}

fn one_segment() -> journal::options::Options {
    journal::options::Options {
        segment_bytes: 32 * 1024,
        ..options()
    }
}

/// Returns how many batches end at or before `offset`.
fn whole_before(written: &Written, offset: u64) -> usize {
    written
        .ends
        .iter()
        .filter(|end| end.offset <= offset)
        .count()
        - 1
}

#[derive(Clone, Copy)]
enum Cut {
    /// The file ends there.
    Shortened,
    /// The file keeps its length; nothing but zeros from there on.
    Zeroed,
}

impl Cut {
    fn apply(self, bytes: &[u8], offset: usize) -> Vec<u8> {
        let mut cut = bytes[..offset].to_vec();
        if let Cut::Zeroed = self {
            cut.resize(bytes.len(), 0);
        }
        cut
    }
}

#[test]
fn a_cut_beyond_the_watermark_recovers_to_the_last_complete_frame() {
    let written = thousand_commands(Left::Killed { marked: 0 });
    let (name, disk) = (written.last_segment(), written.disk());
    let header_bytes = written.ends[0].offset;
    for cut in [Cut::Shortened, Cut::Zeroed] {
        for offset in header_bytes..written.end().offset {
            disk.put(&name, cut.apply(&written.files[&name], offset as usize));
            let (inspection, batches) = look(&disk, one_segment()).expect("a torn tail");
            let whole = whole_before(&written, offset);
            assert_eq!(inspection.end, written.ends[whole], "cut at {offset}");
            assert!(batches == written.batches[..whole], "cut at {offset}");
        }
    }
}

#[test]
fn a_cut_before_the_watermark_is_refused_at_the_last_complete_frame() {
    for marked in [125, 60] {
        let written = thousand_commands(Left::Killed { marked });
        let (name, disk) = (written.last_segment(), written.disk());
        let mark = written.ends[marked].offset;
        for offset in written.ends[0].offset..written.end().offset {
            disk.put(
                &name,
                Cut::Shortened.apply(&written.files[&name], offset as usize),
            );
            let found = look(&disk, one_segment());
            let whole = whole_before(&written, offset);
            if mark <= offset {
                let (inspection, _) = found.expect("a torn tail");
                assert_eq!(inspection.end, written.ends[whole], "cut at {offset}");
                continue;
            }
            let damage = damage_of(found);
            assert_eq!(damage.file, name);
            assert_eq!(damage.offset, written.ends[whole].offset, "cut at {offset}");
            let Fault::CutShort { ends, durable, .. } = damage.fault else {
                panic!("cut at {offset}: {damage}");
            };
            assert_eq!(ends, written.ends[whole].sequence);
            assert_eq!(durable, written.ends[marked].sequence);
        }
    }
}

#[test]
fn a_closed_journal_is_refused_wherever_it_is_cut() {
    let written = thousand_commands(Left::Closed);
    let (name, disk) = (written.last_segment(), written.disk());
    let size_bytes = written.files[&name].len();
    for offset in (0..size_bytes).step_by(7).chain([size_bytes - 1]) {
        disk.put(&name, Cut::Shortened.apply(&written.files[&name], offset));
        assert_eq!(
            damage_of(look(&disk, one_segment())).file,
            name,
            "cut at {offset}"
        );
    }
}

#[test]
fn a_cut_in_a_segment_header_is_refused_because_it_was_synced_before_its_name() {
    let written = thousand_commands(Left::Killed { marked: 0 });
    let (name, disk) = (written.last_segment(), written.disk());
    for offset in 0..written.ends[0].offset {
        for cut in [Cut::Shortened, Cut::Zeroed] {
            disk.put(&name, cut.apply(&written.files[&name], offset as usize));
            let damage = damage_of(look(&disk, one_segment()));
            assert_eq!((damage.file.as_str(), damage.offset), (name.as_str(), 0));
        }
    }
}

#[test]
fn a_cut_in_any_segment_but_the_last_is_refused_wherever_the_watermark_stands() {
    let written = write(options(), &small_batches(100), Left::Killed { marked: 0 });
    let names = segments_of(&written.files);
    assert!(3 <= names.len());
    for name in &names[..names.len() - 1] {
        let disk = written.disk();
        for offset in 0..written.files[name].len() {
            for cut in [Cut::Shortened, Cut::Zeroed] {
                let bytes = cut.apply(&written.files[name], offset);
                if bytes == written.files[name] {
                    continue;
                }
                disk.put(name, bytes);
                let damage = damage_of(look(&disk, options()));
                assert_eq!(&damage.file, name, "cut at {offset}: {damage}");
            }
        }
    }
}

#[test]
fn a_recovered_journal_goes_on_and_recovers_to_the_same_again() {
    let written = thousand_commands(Left::Killed { marked: 0 });
    let name = written.last_segment();
    let boundaries = written.ends[1..].iter().map(|end| end.offset);
    let places = boundaries.flat_map(|end| [end - 1, end, end + 1]);
    for offset in places
        .step_by(5)
        .filter(|offset| *offset < written.end().offset)
    {
        let disk = written.disk();
        disk.put(
            &name,
            Cut::Shortened.apply(&written.files[&name], offset as usize),
        );
        let whole = whole_before(&written, offset);

        let (mut opened, batches) = open(&disk, one_segment()).expect("a torn tail");
        assert!(batches == written.batches[..whole]);
        let torn = opened.recovery.torn_tail.expect("something was cut");
        assert_eq!(torn.offset, written.ends[whole].offset);
        assert_eq!(torn.missing_bytes, 32 * 1024 - offset);

        let next = batch(opened.journal.last().0 + 1, 2, 30);
        append(&mut opened.journal, &next);
        opened
            .journal
            .close(opened.watermark)
            .expect("the disk is sound");
        let (again, batches) = open(&disk, one_segment()).expect("it was closed");
        assert!(batches[..whole] == written.batches[..whole]);
        assert_eq!(batches[whole..], [next]);
        assert_eq!(again.recovery.torn_tail, None);
        assert_eq!(disk.files()[&name].len(), 32 * 1024);
    }
}

#[test]
fn an_empty_directory_becomes_a_journal_and_a_second_start_finds_it() {
    let disk = MemoryDisk::new();
    let (opened, batches) = open(&disk, options()).expect("the directory is empty");
    assert!(batches.is_empty());
    assert_eq!(opened.recovery.start, journal::open::Start::Created);
    opened
        .journal
        .close(opened.watermark)
        .expect("the disk is sound");
    let (opened, _) = open(&disk, options()).expect("it was closed");
    assert_eq!(opened.recovery.start, journal::open::Start::Closed);
    assert_eq!(opened.recovery.epoch, journal::id::Epoch(2));
}
