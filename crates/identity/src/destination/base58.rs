//! Base58 with a checksum: addresses of Bitcoin and its kin before segregated witness.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Version, hash of 20 bytes, checksum.
const BYTES: usize = 25;
const CHECKSUM_AT: usize = 21;
/// The longest that these bytes are written in.
const CHARS_MAX: usize = 35;

/// Returns the version of an address, `None` when the text is none.
pub(super) fn version(text: &str) -> Option<u8> {
    let bytes = decode(text)?;
    let (payload, checksum) = bytes.split_at(CHECKSUM_AT);
    let digest = Sha256::digest(Sha256::digest(payload));
    (digest[..4] == *checksum).then_some(payload[0])
}

/// Each leading zero byte is a leading `1`, no more and no fewer, so that one address has one text.
fn decode(text: &str) -> Option<[u8; BYTES]> {
    if CHARS_MAX < text.len() {
        return None;
    }
    let mut bytes = [0_u8; BYTES];
    for letter in text.bytes() {
        let place = ALPHABET.iter().position(|known| *known == letter)?;
        let mut carry = u32::try_from(place).ok()?;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let ones = text.bytes().take_while(|letter| *letter == b'1').count();
    (zeros == ones).then_some(bytes)
}
