//! Bech32 and bech32m: addresses of segregated witness.
//!
//! **Source** BIP 173 and BIP 350.

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM_CHARS: usize = 6;
const CHARS_MAX: usize = 90;
/// What the checksum of each variant comes to: of witness version 0, and of those after it.
const BECH32: u32 = 1;
const BECH32M: u32 = 0x2bc8_30a3;

/// Returns whether a text in small letters is an address of a network whose addresses begin with `prefix`.
pub(super) fn is_address(text: &str, prefix: &str) -> bool {
    let body = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('1'));
    let Some(body) = body.filter(|_| text.len() <= CHARS_MAX) else {
        return false;
    };
    let place = |letter: u8| ALPHABET.iter().position(|known| *known == letter);
    let values: Option<Vec<u8>> = body
        .bytes()
        .map(|letter| u8::try_from(place(letter)?).ok())
        .collect();
    let Some((version, rest)) = values.as_ref().and_then(|values| values.split_first()) else {
        return false;
    };
    if rest.len() < CHECKSUM_CHARS {
        return false;
    }
    let program = &rest[..rest.len() - CHECKSUM_CHARS];
    let checked = checksum(prefix, values.as_deref().unwrap_or_default());
    match version {
        0 => checked == BECH32 && matches!(bytes_of(program), Some(20 | 32)),
        // Later versions mean nothing yet: what is sent to them is anybody's.
        1 => checked == BECH32M && bytes_of(program) == Some(32),
        _ => false,
    }
}

/// Returns how many bytes groups of five bits are, `None` when bits are left over that are not zero.
fn bytes_of(groups: &[u8]) -> Option<usize> {
    let bits = groups.len() * 5;
    let spare = bits & 7;
    let last = groups.last().copied().unwrap_or(0);
    let is_padded = spare < 5 && last & ((1 << spare) - 1) == 0;
    is_padded.then_some(bits >> 3)
}

fn checksum(prefix: &str, values: &[u8]) -> u32 {
    const GENERATORS: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    let all = high.chain([0]).chain(low).chain(values.iter().copied());
    all.fold(1, |sum, value| {
        let top = sum >> 25;
        let shifted = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
        GENERATORS
            .iter()
            .enumerate()
            .filter(|(bit, _)| (top >> bit) & 1 == 1)
            .fold(shifted, |sum, (_, generator)| sum ^ generator)
    })
}
