//! Random texts for ids and secrets.

use crate::identity::IdentityError;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The largest multiple of the alphabet that a byte holds: bytes from it on are thrown away, so that every
/// character is equally likely.
const FAIR_BYTES: u8 = 248;

/// Fills the buffer from the operating system.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn fill(buffer: &mut [u8]) -> Result<(), IdentityError> {
    getrandom::fill(buffer).map_err(|error| IdentityError::Random {
        reason: error.to_string(),
    })
}

/// Returns a text of `length` letters and digits.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn alphanumeric(length: usize) -> Result<String, IdentityError> {
    let mut text = String::with_capacity(length);
    let mut bytes = [0_u8; 128];
    while text.len() < length {
        fill(&mut bytes)?;
        let fair = bytes.iter().filter(|byte| **byte < FAIR_BYTES);
        let letters = fair.map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_length_and_never_repeat() {
        let first = alphanumeric(64).expect("random");
        let second = alphanumeric(64).expect("random");
        assert_eq!((first.len(), second.len()), (64, 64));
        assert!(first.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(first, second);
    }
}
