//! Cursors of pages: where the next page begins, sealed so that nobody reads it or makes up their own.
//!
//! A cursor is of one question of one account and of one process: after a restart the list is begun again.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use indexer::entry::EntryPlace;
use model::id::Sequence;
use model::time::Timestamp;

const PLACE_BYTES: usize = 20;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const CURSOR_BYTES: usize = NONCE_BYTES + PLACE_BYTES + TAG_BYTES;

/// The key that seals the cursors of this process.
pub struct CursorKey(XChaCha20Poly1305);

impl CursorKey {
    /// Returns a new key.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn new() -> Result<CursorKey, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(CursorKey(XChaCha20Poly1305::new(&key.into())))
    }

    /// Returns the cursor that stands for a place in the answers to a question.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn seal(&self, question: &[u8], place: EntryPlace) -> Result<String, getrandom::Error> {
        let mut bytes = [0; NONCE_BYTES].to_vec();
        getrandom::fill(&mut bytes)?;
        let nonce = nonce_of(&bytes).expect("as many bytes as it has");
        let place = place_bytes(place);
        let sealed = self.0.encrypt(&nonce, bound_to(question, &place));
        bytes.extend(sealed.expect("a short text"));
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Returns the place of a cursor, or `None` when it is not one that was given out for the question.
    pub fn open(&self, question: &[u8], text: &str) -> Option<EntryPlace> {
        let bytes = bytes_of(text)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let place = self
            .0
            .decrypt(&nonce_of(nonce)?, bound_to(question, sealed));
        let place = place.ok()?;
        let (at, rest) = place.split_first_chunk::<8>()?;
        let (sequence, step) = rest.split_first_chunk::<8>()?;
        Some(EntryPlace {
            at: Timestamp::from_nanos(i64::from_be_bytes(*at)),
            sequence: Sequence(u64::from_be_bytes(*sequence)),
            step: u32::from_be_bytes(step.try_into().ok()?),
        })
    }
}

fn nonce_of(bytes: &[u8]) -> Option<XNonce> {
    Some(XNonce::from(<[u8; NONCE_BYTES]>::try_from(bytes).ok()?))
}

/// Returns what is sealed or opened, such that it is of its question alone.
fn bound_to<'a>(question: &'a [u8], msg: &'a [u8]) -> Payload<'a, 'a> {
    let aad = mutant::plant!("cursor-not-bound", &[][..], question);
    Payload { msg, aad }
}

fn place_bytes(place: EntryPlace) -> [u8; PLACE_BYTES] {
    let mut bytes = [0; PLACE_BYTES];
    bytes[..8].copy_from_slice(&place.at.nanos().to_be_bytes());
    bytes[8..16].copy_from_slice(&place.sequence.0.to_be_bytes());
    bytes[16..].copy_from_slice(&place.step.to_be_bytes());
    bytes
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let byte = |pair: &[u8; 2]| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok();
    (pairs.len() == CURSOR_BYTES).then(|| pairs.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: EntryPlace = EntryPlace {
        at: Timestamp::from_nanos(-5),
        sequence: Sequence(9),
        step: 3,
    };

    #[test]
    fn only_a_cursor_that_was_given_out_for_the_question_is_opened() {
        let key = CursorKey::new().expect("randomness");
        let text = key.seal(b"mine", PLACE).expect("randomness");
        assert_eq!(key.open(b"mine", &text), Some(PLACE));
        assert_eq!(key.open(b"yours", &text), None);
        let other = CursorKey::new().expect("randomness");
        assert_eq!(other.open(b"mine", &text), None);
        for index in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[index] = if other[index] == b'0' { b'1' } else { b'0' };
            let other = String::from_utf8(other).expect("digits");
            assert_eq!(key.open(b"mine", &other), None, "{index}");
        }
        let longer = format!("{text}00");
        for odd in ["", "0", "zz", "é", &text[1..], &text[2..], &longer] {
            assert_eq!(key.open(b"mine", odd), None, "{odd}");
        }
    }

    #[test]
    fn a_cursor_tells_nothing_of_its_place() {
        let key = CursorKey::new().expect("randomness");
        let first = key.seal(b"mine", PLACE).expect("randomness");
        let again = key.seal(b"mine", PLACE).expect("randomness");
        assert_ne!(first, again, "equal places look different");
        let place = place_bytes(PLACE).map(|byte| format!("{byte:02x}"));
        for part in place.concat().as_bytes().chunks(16) {
            let part = str::from_utf8(part).expect("digits");
            assert!(!first.contains(part), "{first} has {part}");
        }
    }
}
