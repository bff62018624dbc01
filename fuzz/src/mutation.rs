//! Turning a known input into one that nobody has written.

use crate::random::Random;

/// Where limits and signs change.
const EDGES: &[i128] = &[
    0,
    1,
    -1,
    i8::MAX as i128,
    i8::MIN as i128,
    u8::MAX as i128,
    i16::MAX as i128,
    u16::MAX as i128,
    i32::MAX as i128,
    i32::MIN as i128,
    u32::MAX as i128,
    1 << 50,
    (1 << 50) + 1,
    (1 << 53) - 1,
    i64::MAX as i128,
    i64::MIN as i128,
    u64::MAX as i128,
    1 << 95,
    (1 << 95) + 1,
    -(1 << 95),
    i128::MAX,
    i128::MIN,
];

const WIDTHS: &[usize] = &[1, 2, 4, 8, 16];
/// The most bytes one step inserts, removes or repeats.
const RANGE_MAX: usize = 64;
/// The most steps between an input and its mutation.
const STEPS_MAX: usize = 6;

/// What mutations draw from.
pub struct Material<'a> {
    /// Another input of the corpus.
    pub other: &'a [u8],
    /// Pieces that mean something to the target.
    pub words: &'a [&'a [u8]],
    pub bytes_max: usize,
}

/// Changes `input` in one to `STEPS_MAX` steps.
pub fn mutate(input: &mut Vec<u8>, material: &Material<'_>, random: &mut Random) {
    for _ in 0..=random.below(STEPS_MAX) {
        step(input, material, random);
    }
    input.truncate(material.bytes_max);
}

fn step(input: &mut Vec<u8>, material: &Material<'_>, random: &mut Random) {
    match random.below(12) {
        0 | 1 => flip_bit(input, random),
        2 | 3 => replace_byte(input, random),
        4 => nudge_byte(input, random),
        5 => write_edge(input, random),
        6 => remove_range(input, random),
        7 => repeat_range(input, random),
        8 => insert_noise(input, random),
        9 => splice(input, material.other, random),
        10 => insert_word(input, material.words, random),
        _ => input.truncate(random.below(input.len() + 1)),
    }
}

fn flip_bit(input: &mut [u8], random: &mut Random) {
    if let Some(byte) = any_byte(input, random) {
        *byte ^= 1 << random.below(8);
    }
}

fn replace_byte(input: &mut [u8], random: &mut Random) {
    if let Some(byte) = any_byte(input, random) {
        *byte = random.bits() as u8;
    }
}

fn nudge_byte(input: &mut [u8], random: &mut Random) {
    if let Some(byte) = any_byte(input, random) {
        *byte = byte.wrapping_add(random.below(33) as u8).wrapping_sub(16);
    }
}

fn any_byte<'a>(input: &'a mut [u8], random: &mut Random) -> Option<&'a mut u8> {
    let length = input.len();
    input.get_mut(random.below(length.max(1)))
}

fn write_edge(input: &mut [u8], random: &mut Random) {
    let edge = random.pick(EDGES).to_le_bytes();
    let width = *random.pick(WIDTHS);
    let at = random.below(input.len() + 1);
    let end = input.len().min(at + width);
    input[at..end].copy_from_slice(&edge[..end - at]);
}

fn remove_range(input: &mut Vec<u8>, random: &mut Random) {
    let range = any_range(input, random);
    input.drain(range);
}

fn repeat_range(input: &mut Vec<u8>, random: &mut Random) {
    let range = any_range(input, random);
    let copy = input[range].to_vec();
    insert(input, &copy, random);
}

fn insert_noise(input: &mut Vec<u8>, random: &mut Random) {
    let noise: Vec<u8> = (0..=random.below(RANGE_MAX))
        .map(|_| random.bits() as u8)
        .collect();
    insert(input, &noise, random);
}

/// Puts the tail of another input in the place of this one's.
fn splice(input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    input.truncate(random.below(input.len() + 1));
    input.extend_from_slice(&other[random.below(other.len() + 1)..]);
}

fn insert_word(input: &mut Vec<u8>, words: &[&[u8]], random: &mut Random) {
    if !words.is_empty() {
        let word: &&[u8] = random.pick(words);
        insert(input, word, random);
    }
}

fn insert(input: &mut Vec<u8>, piece: &[u8], random: &mut Random) {
    let at = random.below(input.len() + 1);
    input.splice(at..at, piece.iter().copied());
}

fn any_range(input: &[u8], random: &mut Random) -> std::ops::Range<usize> {
    let start = random.below(input.len() + 1);
    let end = input.len().min(start + random.below(RANGE_MAX));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutated(seed: u64) -> Vec<Vec<u8>> {
        let mut random = Random::new(seed);
        let material = Material {
            other: b"another input",
            words: &[b"word"],
            bytes_max: 40,
        };
        let mut input = Vec::new();
        (0..2_000)
            .map(|_| {
                mutate(&mut input, &material, &mut random);
                input.clone()
            })
            .collect()
    }

    #[test]
    fn a_mutation_depends_on_nothing_but_the_seed() {
        assert_eq!(mutated(7), mutated(7));
        assert_ne!(mutated(7), mutated(8));
    }

    #[test]
    fn mutations_start_from_nothing_and_stay_within_the_bound() {
        let inputs = mutated(7);
        assert!(inputs.iter().all(|input| input.len() <= 40));
        assert!(inputs.iter().any(|input| input.len() == 40));
        assert!(inputs.iter().any(Vec::is_empty));
    }
}
