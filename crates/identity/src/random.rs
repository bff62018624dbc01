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

    /// Of a hundred thousand tokens no two are alike, and each letter stands as often as any other: a thirtieth of the
    /// mean is eight standard deviations.
    #[test]
    fn tokens_are_as_even_as_chance_makes_them() {
        let (tokens, chars) = (100_000, 43);
        let all = alphanumeric(tokens * chars).expect("random");
        let seen: std::collections::HashSet<&[u8]> = all.as_bytes().chunks(chars).collect();
        assert_eq!(seen.len(), tokens, "no token came twice");
        let mean = tokens * chars / ALPHABET.len();
        let mut counts = [0_usize; 128];
        all.bytes().for_each(|sign| counts[usize::from(sign)] += 1);
        for letter in ALPHABET {
            let count = counts[usize::from(*letter)];
            assert!(count.abs_diff(mean) < mean / 30, "{letter}: {count}");
        }
    }
}
