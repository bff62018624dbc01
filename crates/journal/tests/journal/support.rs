//! Small journals to break, and what they must hold.

use std::collections::BTreeMap;

use journal::damage::{Damage, Fault, Refusal};
use journal::disk::Disk;
use journal::id::{ClusterId, Position, Sequence};
use journal::journal::Journal;
use journal::memory_disk::MemoryDisk;
use journal::open::Opened;
use journal::options::{Options, Replay, Waivers};
use journal::survey::{Inspection, inspect};

pub const CLUSTER: ClusterId = ClusterId(0x00b0_0000_0000_0000_0000_0000_0000_0001);
pub const SEGMENT_BYTES: u64 = 4096;

/// The files of a directory.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One batch as appended or read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub first: u64,
    pub count: u32,
    pub payload: Vec<u8>,
}

/// A run of the SplitMix64 generator: enough chance for a test, the same on every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Returns the number of repetitions a test makes: `usual`, or `exhaustive` when
/// `BOURSE_EXHAUSTIVE` is set.
pub fn scaled(usual: u64, exhaustive: u64) -> u64 {
    if std::env::var_os("BOURSE_EXHAUSTIVE").is_some() {
        exhaustive
    } else {
        usual
    }
}

pub fn options() -> Options {
    Options {
        cluster: CLUSTER,
        segment_bytes: SEGMENT_BYTES,
        reserve_bytes: 512,
        replay: Replay::Genesis,
        waivers: Waivers::NONE,
    }
}

/// Opens a journal and returns what it replayed.
pub fn open<D: Disk>(disk: &D, options: Options) -> Result<(Opened<D>, Vec<Batch>), Refusal> {
    let mut batches = Vec::new();
    let opened = Journal::open(disk.clone(), options, &mut |frame| {
        let (first, payload) = (frame.first.0, frame.payload.to_vec());
        batches.push(Batch {
            first,
            count: frame.count,
            payload,
        });
        Ok(())
    })?;
    Ok((opened, batches))
}

/// Checks a journal without changing it and returns what it replayed.
pub fn look<D: Disk>(disk: &D, options: Options) -> Result<(Inspection, Vec<Batch>), Refusal> {
    let mut batches = Vec::new();
    let inspection = inspect(disk, &options, &mut |frame| {
        let (first, payload) = (frame.first.0, frame.payload.to_vec());
        batches.push(Batch {
            first,
            count: frame.count,
            payload,
        });
        Ok(())
    })?;
    Ok((inspection, batches))
}

/// Returns a batch with contents made from its number.
pub fn batch(first: u64, count: u32, payload_bytes: usize) -> Batch {
    let byte = |at: usize| (first as usize * 31 + at * 7 + 1) as u8;
    Batch {
        first,
        count,
        payload: (0..payload_bytes).map(byte).collect(),
    }
}

pub fn append<D: Disk>(journal: &mut Journal<D>, batch: &Batch) {
    journal
        .append(Sequence(batch.first), batch.count, &batch.payload)
        .expect("the disk is sound and has room");
}

/// A journal at rest, where each of its frames ended, and what it holds.
pub struct Written {
    pub files: Files,
    pub batches: Vec<Batch>,
    /// `ends[n]` is the point before batch `n`; the last one is the end.
    pub ends: Vec<Position>,
}

impl Written {
    pub fn end(&self) -> Position {
        self.ends[self.batches.len()]
    }

    pub fn disk(&self) -> MemoryDisk {
        MemoryDisk::holding(self.files.clone())
    }

    pub fn last_segment(&self) -> String {
        segments_of(&self.files)
            .pop()
            .expect("a journal has a segment")
    }
}

/// How a journal is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Closed: the watermark stands at the end.
    Closed,
    /// Killed, after the watermark was advanced past this many batches.
    Killed { marked: usize },
}

/// Appends `batches` to a new journal and leaves it.
pub fn write(options: Options, batches: &[Batch], left: Left) -> Written {
    write_on(&MemoryDisk::new(), options, batches, left)
}

pub fn write_on(disk: &MemoryDisk, options: Options, batches: &[Batch], left: Left) -> Written {
    let (opened, _) = open(disk, options).expect("the directory is empty or sound");
    let Opened {
        mut journal,
        mut watermark,
        ..
    } = opened;
    let mut ends = vec![journal.durable()];
    for (number, batch) in batches.iter().enumerate() {
        append(&mut journal, batch);
        ends.push(journal.sync().expect("the disk is sound"));
        if left == (Left::Killed { marked: number + 1 }) {
            watermark
                .advance(ends[number + 1])
                .expect("the disk is sound");
        }
    }
    if left == Left::Closed {
        journal.close(watermark).expect("the disk is sound");
    }
    Written {
        files: disk.files(),
        batches: batches.to_vec(),
        ends,
    }
}

pub fn segments_of(files: &Files) -> Vec<String> {
    files
        .keys()
        .filter(|name| name.starts_with("journal-"))
        .cloned()
        .collect()
}

/// Returns `count` batches of one to four commands with 8 to 40 bytes of payload.
pub fn small_batches(count: usize) -> Vec<Batch> {
    let mut chance = Chance(count as u64);
    let mut first = 1;
    let mut batches = Vec::new();
    for _ in 0..count {
        let commands = 1 + chance.below(4) as u32;
        batches.push(batch(first, commands, 8 + chance.below(33) as usize));
        first += u64::from(commands);
    }
    batches
}

/// Returns the damage a refusal names.
pub fn damage_of<T>(result: Result<T, Refusal>) -> Damage {
    match result {
        Ok(_) => panic!("damage was accepted"),
        Err(refusal) => refusal
            .damage()
            .unwrap_or_else(|| panic!("{refusal}"))
            .clone(),
    }
}

/// Whether the log was found to end before what was durable.
pub fn is_cut_short(fault: &Fault) -> bool {
    matches!(fault, Fault::CutShort { .. })
}
