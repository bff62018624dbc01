//! Files that are packed read as they were written, whatever happened while they were packed.

use journal::disk::{Access, Disk, DiskError, Operation};
use journal::event_log::EventLog;
use journal::event_reader::EventReader;
use journal::id::Sequence;
use journal::memory_disk::{Injury, Loss, MemoryDisk, Strike};
use journal::open::Opened;
use journal::packing::{pack_event_files, pack_segments};
use journal::packing_disk::PackingDisk;
use journal::reader::Reader;

use crate::support::*;

const NAME: &str = "a file";

/// A closed journal of several segments.
fn several_segments() -> Written {
    let batches: Vec<Batch> = (0..60)
        .map(|at| batch(1 + 4 * at, 4, 200 + at as usize))
        .collect();
    write(options(), &batches, Left::Closed)
}

fn packing(files: Files) -> PackingDisk<MemoryDisk> {
    PackingDisk::new(MemoryDisk::holding(files))
}

fn replayed(disk: &impl Disk) -> Vec<Batch> {
    let (_, batches) = look(disk, options()).expect("a sound journal");
    batches
}

/// Some blocks and a part of one: of zeros, of what compresses and of what does not.
fn contents() -> Vec<u8> {
    let mut chance = Chance(1);
    let random = (0..70_000).map(|_| chance.below(256) as u8);
    let mut bytes: Vec<u8> = random.collect();
    bytes.resize(210_000, 0);
    bytes.extend((0..90_000_usize).map(|at| (at / 1_000) as u8));
    bytes
}

fn holding(bytes: &[u8]) -> PackingDisk<MemoryDisk> {
    packing(Files::from([(NAME.to_owned(), bytes.to_vec())]))
}

fn read_from(disk: &impl Disk, offset: usize) -> Result<Vec<u8>, DiskError> {
    let file = disk.open(NAME, Access::Read)?;
    let size_bytes = disk.size_bytes(&file)? as usize;
    let mut bytes = vec![0; size_bytes.saturating_sub(offset)];
    let mut filled = 0;
    while filled < bytes.len() {
        let at = (offset + filled) as u64;
        let count = disk.read_at(&file, at, &mut bytes[filled..])?;
        assert!(0 < count, "nothing at byte {at} of {size_bytes}");
        filled += count;
    }
    assert_eq!(disk.read_at(&file, size_bytes as u64, &mut [0; 9])?, 0);
    Ok(bytes)
}

#[test]
fn any_part_of_a_packed_file_is_what_was_packed() {
    let bytes = contents();
    let disk = holding(&bytes);
    let saved = disk.pack(NAME).expect("room").expect("nobody else packs");
    assert_eq!(saved.before_bytes, bytes.len() as u64);
    assert!(saved.after_bytes < 80_000, "{saved:?}");
    assert_eq!(disk.list().expect("listed"), [NAME]);
    assert!(disk.unpacked().expect("listed").is_empty());
    for offset in [0, 1, 65_535, 65_536, 65_537, 200_000, 299_999, 300_000] {
        let read = read_from(&disk, offset).expect("sound");
        assert!(read == bytes[offset..], "from {offset}");
    }
}

#[test]
fn packing_an_empty_file_leaves_an_empty_file() {
    let disk = holding(&[]);
    disk.pack(NAME).expect("room");
    assert_eq!(read_from(&disk, 0).expect("sound"), []);
}

#[test]
fn no_flipped_bit_of_a_packed_file_gives_other_bytes() {
    let bytes = batch(1, 1, 3_000).payload;
    let disk = holding(&bytes);
    let saved = disk.pack(NAME).expect("room").expect("packed");
    let below = disk.below();
    let (name, packed) = below.files().pop_first().expect("one file");
    let mut refused = 0;
    for bit in 0..8 * saved.after_bytes {
        below.put(&name, packed.clone());
        below.flip_bit(&name, bit);
        match read_from(&disk, 0) {
            Ok(read) => assert!(read == bytes, "bit {bit}"),
            Err(error) => {
                let told = error.to_string();
                assert!(
                    told.contains("as it was written") || told.contains("wrote"),
                    "{told}"
                );
                refused += 1;
            }
        }
    }
    assert!(8 * saved.after_bytes - 8 < refused, "{refused}");
}

#[test]
fn a_power_cut_at_any_call_of_packing_loses_nothing() {
    let written = several_segments();
    let name = segments_of(&written.files).remove(1);
    for cut in 0.. {
        let mut is_done = false;
        for loss in [Loss::Everything]
            .into_iter()
            .chain((0..20).map(Loss::Chance))
        {
            let disk = packing(written.files.clone());
            let below = disk.below().clone();
            below.kill();
            below.cut_power_after(cut);
            is_done = disk.pack(&name).is_ok();
            below.power_cycle(loss);
            assert!(
                replayed(&disk) == written.batches,
                "cut at call {cut}, {loss:?}"
            );
            let is_packed = !disk.unpacked().expect("listed").contains(&name);
            assert!(
                is_packed || disk.pack(&name).is_ok(),
                "what is left is in no way"
            );
            assert!(replayed(&disk) == written.batches);
        }
        if is_done {
            assert!(6 <= cut, "packing makes more calls");
            return;
        }
    }
}

#[test]
fn any_failing_call_of_packing_leaves_what_there_was() {
    let written = several_segments();
    let name = segments_of(&written.files).remove(1);
    for operation in [
        Operation::Lock,
        Operation::Open,
        Operation::Create,
        Operation::Read,
        Operation::Write,
        Operation::Sync,
        Operation::Rename,
        Operation::SyncDirectory,
        Operation::Remove,
    ] {
        let disk = packing(written.files.clone());
        disk.below().strike(Strike {
            operation,
            skip: u64::from(operation == Operation::Remove),
            injury: Injury::Error(libc::EIO),
        });
        let packed = disk.pack(&name);
        assert!(
            packed.is_err() || operation == Operation::Remove,
            "{operation}"
        );
        assert!(replayed(&disk) == written.batches, "{operation}");
        let is_left = disk.unpacked().expect("listed").contains(&name);
        assert!(is_left, "{operation}: removed before it was safe");
        disk.pack(&name).ok();
        assert!(replayed(&disk) == written.batches, "{operation}");
    }
}

#[test]
fn segments_that_a_snapshot_made_needless_are_packed_and_the_journal_goes_on() {
    let written = several_segments();
    let names = segments_of(&written.files);
    assert!(4 <= names.len());
    let disk = packing(written.files.clone());
    let number = |name: &String| {
        name[8..28]
            .parse()
            .expect("the number of its first command")
    };
    let firsts: Vec<u64> = names.iter().map(number).collect();
    let whole = |until: u64, most| {
        let packed = pack_segments(&disk, Sequence(until), most).expect("room");
        packed.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(
        whole(firsts[2] - 2, 9),
        names[..1],
        "not one that the snapshot is in"
    );
    assert_eq!(whole(u64::MAX - 1, 1), names[1..2], "no more than so many");
    assert_eq!(
        whole(u64::MAX - 1, 9),
        names[2..names.len() - 1],
        "never the last"
    );
    assert_eq!(whole(u64::MAX - 1, 9), [""; 0]);
    assert!(replayed(&disk) == written.batches);

    let mut reader = Reader::open(disk.clone(), CLUSTER, Sequence(firsts[1])).expect("sound");
    let mut read = 0;
    while let Some(frame) = reader.next_frame(written.end()).expect("sound") {
        assert!(firsts[1] <= frame.first.0);
        read += 1;
    }
    let skipped = { written.batches.iter() }.filter(|batch| batch.first < firsts[1]);
    assert_eq!(read, written.batches.len() - skipped.count());

    let (opened, before) = open(&disk, options()).expect("it goes on");
    let Opened {
        mut journal,
        watermark,
        ..
    } = opened;
    assert!(before == written.batches);
    let more = batch(1 + written.end().sequence.0, 1, 9);
    append(&mut journal, &more);
    journal.sync().expect("durable");
    journal.close(watermark).expect("closed");
    assert!(replayed(&disk).last() == Some(&more));
}

#[test]
fn a_packed_file_that_is_to_be_written_is_unpacked() {
    let bytes = contents();
    let disk = holding(&bytes);
    disk.pack(NAME).expect("room");
    let read = disk.open(NAME, Access::Read).expect("there");
    assert!(disk.write_at(&read, 0, b"no").is_err());
    let file = disk.open(NAME, Access::ReadWrite).expect("unpacked");
    disk.write_at(&file, 1, b"yes").expect("written");
    disk.sync(&file).expect("durable");
    disk.below().power_cycle(Loss::Everything);
    assert_eq!(disk.unpacked().expect("listed"), [NAME]);
    let now = read_from(&disk, 0).expect("there");
    assert!(now[1..4] == *b"yes" && now[4..] == bytes[4..]);
    disk.pack(NAME).expect("room");
    disk.remove(NAME).expect("removed");
    assert!(disk.below().files().is_empty());
    assert!(
        disk.open(NAME, Access::Read)
            .is_err_and(|error| error.is_missing())
    );
}

#[test]
fn files_of_an_event_log_are_packed_but_for_the_newest() {
    let disk = packing(Files::new());
    let mut log = EventLog::open(disk.clone(), CLUSTER, 4_096).expect("new");
    for number in 1..=200 {
        log.append(Sequence(number), &batch(number, 1, 100).payload)
            .expect("room");
        log.flush().expect("room");
    }
    let all = disk.unpacked().expect("listed").len();
    let packed = pack_event_files(&disk, 2, 3).expect("room");
    assert_eq!(packed.len(), 3);
    let rest = pack_event_files(&disk, 2, 99).expect("room");
    assert_eq!(disk.unpacked().expect("listed").len(), 2);
    assert_eq!(all, 2 + 3 + rest.len());
    let mut reader = EventReader::new(disk, CLUSTER);
    for number in 1..=200 {
        let events = reader.next_events().expect("sound").expect("there");
        assert_eq!(events.sequence, Sequence(number));
        assert!(events.payload == batch(number, 1, 100).payload);
    }
}

/// A file of a hundred sevens, as the first version packed it.
const FIRST_VERSION: &str = "424a5041434b45440100000000000000640000000000000050000000000000009\
     68f5eb40000000000000000000000000000000000000000000000005b074898b5c0210100000080a0c8ffc7ae107e0140\
     0000000000000010000000120b8c44";

#[test]
fn a_file_that_the_first_version_packed_is_read() {
    let digits = FIRST_VERSION.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).expect("hex");
        u8::from_str_radix(text, 16).expect("hex")
    };
    let packed: Vec<u8> = digits.map(byte).collect();
    let disk = packing(Files::from([(format!("{NAME}.packed"), packed)]));
    assert_eq!(read_from(&disk, 0).expect("sound"), [7; 100]);
}
