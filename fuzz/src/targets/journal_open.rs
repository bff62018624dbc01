//! A journal whose files were damaged: it opens with a prefix of what was written, or not at all.

use super::engine_total::tape::Tape;
use crate::trace::Trace;
use journal::id::{ClusterId, Sequence};
use journal::journal::Journal;
use journal::memory_disk::MemoryDisk;
use journal::open::Opened;
use journal::options::{Options, Replay, Waivers};
use std::collections::BTreeMap;
use std::sync::OnceLock;

type Files = BTreeMap<String, Vec<u8>>;

/// The most changes of one input.
const CHANGES_MAX: usize = 8;
/// Frames of the sound journal: enough for several segments.
const FRAMES: u64 = 40;
const PAYLOAD_BYTES: usize = 300;
/// The most bytes one change touches.
const RANGE_MAX: usize = 256;

/// Damages a sound journal as the bytes say and opens it.
pub fn run(bytes: &[u8], trace: &mut Trace) {
    let mut files = sound().clone();
    let mut tape = Tape::new(bytes);
    for _ in 0..CHANGES_MAX {
        if tape.is_at_end() {
            break;
        }
        change(&mut files, &mut tape);
    }
    let mut frames = 0;
    let opened = Journal::open(MemoryDisk::holding(files), options(), &mut |frame| {
        frames += 1;
        assert!(frame.first == Sequence(frames) && frame.count == 1);
        assert!(frame.payload == payload(frames));
        Ok(())
    });
    match opened {
        Ok(Opened { recovery, .. }) => {
            assert!(recovery.end.sequence == Sequence(frames));
            trace.see((frames, recovery.torn_tail.is_some()));
        }
        Err(refusal) => trace.see_words(&refusal.to_string()),
    }
}

fn options() -> Options {
    Options {
        cluster: ClusterId(7),
        segment_bytes: 8 * 1024,
        reserve_bytes: 1024,
        replay: Replay::Genesis,
        waivers: Waivers::NONE,
    }
}

fn payload(number: u64) -> Vec<u8> {
    (0..PAYLOAD_BYTES)
        .map(|index| (number as usize + index) as u8)
        .collect()
}

/// Returns the files of a journal that was written and closed.
fn sound() -> &'static Files {
    static SOUND: OnceLock<Files> = OnceLock::new();
    SOUND.get_or_init(|| write().expect("a disk in memory takes everything"))
}

fn write() -> Result<Files, Box<dyn std::error::Error>> {
    let disk = MemoryDisk::new();
    let Opened {
        mut journal,
        mut watermark,
        ..
    } = Journal::open(disk.clone(), options(), &mut |_| Ok(()))?;
    for number in 1..=FRAMES {
        journal.append(Sequence(number), 1, &payload(number))?;
        let durable = journal.sync()?;
        watermark.advance(durable)?;
    }
    journal.close(watermark)?;
    Ok(disk.files())
}

fn change(files: &mut Files, tape: &mut Tape<'_>) {
    let names: Vec<String> = files.keys().cloned().collect();
    let Some(name) = names.get(usize::from(tape.byte()) % names.len().max(1)) else {
        return;
    };
    let kind = tape.byte() % 16;
    if kind == 0 {
        files.remove(name);
        return;
    }
    let file = files.get_mut(name).expect("the name is one of theirs");
    let at = place(file.len(), tape);
    match kind {
        1 => file.truncate(at),
        2 => file.extend_from_slice(tape.bytes(RANGE_MAX)),
        3 => zero(file, at, tape),
        4 => repeat(file, at, tape),
        _ => write_over(file, at, tape),
    }
}

fn place(length: usize, tape: &mut Tape<'_>) -> usize {
    let place = u32::from_le_bytes(core::array::from_fn(|_| tape.byte()));
    place as usize % (length + 1)
}

fn zero(file: &mut [u8], at: usize, tape: &mut Tape<'_>) {
    let end = file.len().min(at + usize::from(tape.byte()));
    file[at..end].fill(0);
}

/// Copies a range to another place: an old frame where a new one belongs.
fn repeat(file: &mut [u8], at: usize, tape: &mut Tape<'_>) {
    let from = place(file.len(), tape);
    let length = RANGE_MAX.min(file.len() - at).min(file.len() - from);
    file.copy_within(from..from + length, at);
}

fn write_over(file: &mut [u8], at: usize, tape: &mut Tape<'_>) {
    let count = 1 + usize::from(tape.byte() % 8);
    for (byte, new) in file[at..].iter_mut().zip(tape.bytes(count)) {
        *byte = *new;
    }
}
