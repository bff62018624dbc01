//! Files that were sound, with damage done to them as the bytes of an input say.

use super::engine_total::tape::Tape;
use std::collections::BTreeMap;

pub type Files = BTreeMap<String, Vec<u8>>;

/// The most changes of one input.
const CHANGES_MAX: usize = 8;
const PAYLOAD_BYTES: usize = 300;
/// The most bytes one change touches.
const RANGE_MAX: usize = 256;

/// Returns what the record of this number holds in every sound file.
pub fn payload(number: u64) -> Vec<u8> {
    (0..PAYLOAD_BYTES)
        .map(|index| (number as usize + index) as u8)
        .collect()
}

/// Changes the files until the tape ends.
pub fn damage(files: &mut Files, tape: &mut Tape<'_>) {
    for _ in 0..CHANGES_MAX {
        if tape.is_at_end() {
            break;
        }
        change(files, tape);
    }
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
