//! Keccak-256 as Ethereum uses it, of short texts: the capital letters of an address are its checksum.
//!
//! **Source** the Keccak reference, version 3.0; EIP-55.

const LANES: usize = 25;
const ROUNDS: usize = 24;
/// Bytes that one permutation takes in.
const RATE: usize = 136;

/// Returns the hash of at most 135 bytes.
///
/// # Panics
/// When there are more.
pub(super) fn keccak_256(text: &[u8]) -> [u8; 32] {
    assert!(text.len() < RATE, "one block is all that an address needs");
    let mut block = [0_u8; RATE];
    block[..text.len()].copy_from_slice(text);
    block[text.len()] = 0x01;
    block[RATE - 1] |= 0x80;
    let mut state = [0_u64; LANES];
    for (lane, bytes) in state.iter_mut().zip(block.as_chunks::<8>().0) {
        *lane = u64::from_le_bytes(*bytes);
    }
    permute(&mut state);
    let mut hash = [0_u8; 32];
    for (bytes, lane) in hash.as_chunks_mut::<8>().0.iter_mut().zip(state) {
        *bytes = lane.to_le_bytes();
    }
    hash
}

fn permute(state: &mut [u64; LANES]) {
    let mut feedback = 1_u8;
    for _ in 0..ROUNDS {
        mix_columns(state);
        turn_and_move(state);
        mix_rows(state);
        add_round_constant(state, &mut feedback);
    }
}

fn mix_columns(state: &mut [u64; LANES]) {
    let mut parity = [0_u64; 5];
    for (place, lane) in state.iter().enumerate() {
        parity[place % 5] ^= lane;
    }
    for (place, lane) in state.iter_mut().enumerate() {
        let (before, after) = (parity[(place + 4) % 5], parity[(place + 1) % 5]);
        *lane ^= before ^ after.rotate_left(1);
    }
}

fn turn_and_move(state: &mut [u64; LANES]) {
    let (mut x, mut y, mut moved) = (1, 0, state[1]);
    for step in 0..24_u32 {
        (x, y) = (y, (2 * x + 3 * y) % 5);
        let turn = (((step + 1) * (step + 2)) >> 1) % 64;
        let place = x + 5 * y;
        moved = core::mem::replace(&mut state[place], moved.rotate_left(turn));
    }
}

fn mix_rows(state: &mut [u64; LANES]) {
    for row in state.as_chunks_mut::<5>().0 {
        let old = *row;
        for (x, lane) in row.iter_mut().enumerate() {
            *lane = old[x] ^ (!old[(x + 1) % 5] & old[(x + 2) % 5]);
        }
    }
}

/// The constants are what a feedback register of eight bits gives out.
fn add_round_constant(state: &mut [u64; LANES], feedback: &mut u8) {
    for bit in 0..7 {
        if *feedback & 1 == 1 {
            state[0] ^= 1 << ((1_u32 << bit) - 1);
        }
        let carries = *feedback & 0x80 != 0;
        *feedback = (*feedback << 1) ^ if carries { 0x71 } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_have_their_known_hashes() {
        for (text, expected) in [
            (
                "",
                "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
            ),
            (
                "abc",
                "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
            ),
        ] {
            let hash: String = keccak_256(text.as_bytes())
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(hash, expected, "{text}");
        }
    }
}
