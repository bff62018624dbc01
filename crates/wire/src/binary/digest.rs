//! Digests of states and events: two nodes that print the same one did the same.

use super::codec::{DecodeError, Reader};
use super::field::Field;
use super::snapshot;
use model::snapshot::EngineState;
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest; shown as 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; Digest::BYTES]);

impl Digest {
    pub const BYTES: usize = 32;

    /// Returns the digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Returns the digest that `text` shows, or `None` unless it is 64 lower-case hex digits.
    pub fn parse(text: &str) -> Option<Digest> {
        let digits: &[u8; 2 * Digest::BYTES] = text.as_bytes().try_into().ok()?;
        let mut bytes = [0; Digest::BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Digest(bytes))
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl core::fmt::Display for Digest {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Its bytes.
impl Field for Digest {
    const BYTES_MIN: usize = Digest::BYTES;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Digest, DecodeError> {
        reader.array("digest").map(Digest)
    }
}

/// Returns the digest of a state: that of its canonical snapshot.
///
/// **Cost** one encoding; whoever has the bytes already takes `Digest::of` them.
pub fn state_digest(state: &EngineState) -> Digest {
    let mut bytes = Vec::new();
    snapshot::encode_engine(state, &mut bytes);
    Digest::of(&bytes)
}

/// The digest of every event from the genesis on.
///
/// **Shape** `H(label)` before the first command, then `H(previous digest, events of the command)` after each, where
/// the events are the bytes of `event::encode`. H is SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventChain {
    digest: Digest,
}

impl EventChain {
    const LABEL: &[u8] = b"bourse.events.v1\0";

    /// Returns the chain before the first command.
    pub fn start() -> EventChain {
        EventChain::resume(Digest::of(EventChain::LABEL))
    }

    /// Returns the chain that continues from `digest`, as a snapshot carries it.
    pub const fn resume(digest: Digest) -> EventChain {
        EventChain { digest }
    }

    /// Adds the events of the next command, as `event::encode` wrote them.
    pub fn add(&mut self, encoded: &[u8]) {
        let hash = Sha256::new()
            .chain_update(self.digest.0)
            .chain_update(encoded);
        self.digest = Digest(hash.finalize().into());
    }

    /// Returns the digest after the last command added.
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published test vector of SHA-256 for `abc` (FIPS 180-4).
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_digest_is_shown_as_hex_and_read_back() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), ABC);
        assert_eq!(Digest::parse(ABC), Some(digest));
    }

    #[test]
    fn a_digest_is_read_from_nothing_but_64_lower_case_digits() {
        for text in [
            "",
            "ab",
            &ABC.to_uppercase(),
            &format!("{ABC}0"),
            &"g".repeat(64),
        ] {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_chain_depends_on_every_step_and_on_their_order() {
        let chain = |steps: &[&[u8]]| {
            let mut chain = EventChain::start();
            steps.iter().for_each(|step| chain.add(step));
            chain.digest()
        };
        assert_ne!(chain(&[]), chain(&[b"a"]));
        assert_ne!(chain(&[b"a", b"b"]), chain(&[b"b", b"a"]));
        assert_ne!(chain(&[b"ab"]), chain(&[b"a", b"b"]));
        let mut resumed = EventChain::resume(chain(&[b"a"]));
        resumed.add(b"b");
        assert_eq!(resumed.digest(), chain(&[b"a", b"b"]));
    }
}
