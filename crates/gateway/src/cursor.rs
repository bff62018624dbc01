//! Cursors of pages: where the next page begins, sealed so that nobody makes up their own.
//!
//! A cursor is of one question of one account and of one process: after a restart the list is begun again.

use hmac::{Hmac, KeyInit, Mac};
use indexer::entry::EntryPlace;
use model::id::Sequence;
use model::time::Timestamp;
use sha2::Sha256;

const PLACE_BYTES: usize = 20;
const TAG_BYTES: usize = 16;

/// The key that seals the cursors of this process.
pub struct CursorKey([u8; 32]);

impl CursorKey {
    /// Returns a new key.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn new() -> Result<CursorKey, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(CursorKey(key))
    }

    /// Returns the cursor that stands for a place in the answers to a question.
    pub fn seal(&self, question: &[u8], place: EntryPlace) -> String {
        let mut bytes = place_bytes(place).to_vec();
        bytes.extend(&self.tag(question, &bytes).finalize().into_bytes()[..TAG_BYTES]);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the place of a cursor, or `None` when it is not one that was given out for the question.
    pub fn open(&self, question: &[u8], text: &str) -> Option<EntryPlace> {
        let bytes = bytes_of(text)?;
        let (place, tag) = bytes.split_at_checked(PLACE_BYTES)?;
        if tag.len() != TAG_BYTES {
            return None;
        }
        let is_ours = self.tag(question, place).verify_truncated_left(tag).is_ok();
        if mutant::plant!("cursor-not-verified", false, !is_ours) {
            return None;
        }
        let (at, rest) = place.split_first_chunk::<8>()?;
        let (sequence, step) = rest.split_first_chunk::<8>()?;
        Some(EntryPlace {
            at: Timestamp::from_nanos(i64::from_be_bytes(*at)),
            sequence: Sequence(u64::from_be_bytes(*sequence)),
            step: u32::from_be_bytes(step.try_into().ok()?),
        })
    }

    fn tag(&self, question: &[u8], place: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length is a key");
        // The length keeps the two apart.
        mac.update(&(question.len() as u64).to_be_bytes());
        mac.update(question);
        mac.update(place);
        mac
    }
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
    (pairs.len() == PLACE_BYTES + TAG_BYTES).then(|| pairs.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cursor_that_was_given_out_for_the_question_is_opened() {
        let key = CursorKey([7; 32]);
        let place = EntryPlace {
            at: Timestamp::from_nanos(-5),
            sequence: Sequence(9),
            step: 3,
        };
        let text = key.seal(b"mine", place);
        assert_eq!(key.open(b"mine", &text), Some(place));
        assert_eq!(key.open(b"yours", &text), None);
        assert_eq!(CursorKey([8; 32]).open(b"mine", &text), None);
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
}
