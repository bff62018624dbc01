//! The bytes of proofs, of commands and snapshots alike.

use super::codec::{DecodeError, Reader};
use super::field::{inline_choice, layout, shown_layout};
use super::section::{self, Row};
use model::id::{KeyId, Reference};
use model::proof::{Grant, Proof, Shown};
use model::snapshot::{DestinationRow, ProofState, TakenRow};
use model::time::Timestamp;

shown_layout! {
    Shown { challenge: Reference, until: Timestamp, request: Reference, digest: Reference }
}

inline_choice! { Proof, "proof";
    0 Factor [Proof::Factor { destination, shown }] (destination, shown);
    1 Key [Proof::Key { destination }] (destination);
    2 Nowhere [Proof::Nowhere] ();
}

inline_choice! { Grant, "who vouches for a key";
    0 Factor [Grant::Factor(shown)] (shown);
    1 Exchange [Grant::Exchange] ();
}

layout! {
    DestinationRow { withdrawal: Reference, destination: Option<Reference> }
    TakenRow { challenge: Reference, until: Timestamp }
}

impl Row for DestinationRow {
    type Key = Reference;

    const LIST: &'static str = "destinations";

    fn key(&self) -> Reference {
        self.withdrawal
    }
}

impl Row for TakenRow {
    type Key = Reference;

    const LIST: &'static str = "challenges";

    fn key(&self) -> Reference {
        self.challenge
    }
}

impl Row for KeyId {
    type Key = KeyId;

    const LIST: &'static str = "keys that somebody vouches for";

    fn key(&self) -> KeyId {
        *self
    }
}

/// The sections of a snapshot that hold proofs, from this id on.
const SECTIONS: u16 = 3;

/// Appends the three sections of a state, the first under the id `first`.
pub(crate) fn put_state(first: u16, state: &ProofState, out: &mut Vec<u8>) {
    let ProofState {
        destinations,
        taken,
        keys,
    } = state;
    section::put_sorted(first, destinations, out);
    section::put_sorted(first + 1, taken, out);
    section::put_sorted(first + SECTIONS - 1, keys, out);
}

/// Takes the three sections of a state.
///
/// # Errors
/// When the next bytes are not those.
pub(crate) fn take_state(first: u16, reader: &mut Reader<'_>) -> Result<ProofState, DecodeError> {
    Ok(ProofState {
        destinations: section::take_sorted(first, reader)?,
        taken: section::take_sorted(first + 1, reader)?,
        keys: section::take_sorted(first + SECTIONS - 1, reader)?,
    })
}
