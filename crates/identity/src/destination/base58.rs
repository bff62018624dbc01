//! Base58 with a checksum: addresses of Bitcoin and its kin before segregated witness.

use sha2::{Digest, Sha256};

/// Version, hash of 20 bytes, checksum.
const BYTES: usize = 25;
const CHECKSUM_AT: usize = 21;
/// The longest that these bytes are written in.
const CHARS_MAX: usize = 35;

/// Returns the version of an address, `None` when the text is none.
pub(super) fn version(text: &str) -> Option<u8> {
    if CHARS_MAX < text.len() {
        return None;
    }
    let mut bytes = [0; BYTES];
    let count = bs58::decode(text).onto(&mut bytes).ok()?;
    let (payload, checksum) = bytes.split_at(CHECKSUM_AT);
    let digest = Sha256::digest(Sha256::digest(payload));
    (count == BYTES && digest[..4] == *checksum).then_some(payload[0])
}
