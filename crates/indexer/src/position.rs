//! How far the history has come.

use model::id::Sequence;
use model::time::Timestamp;
use wire::binary::digest::{Digest, EventChain};

/// The last command folded, and the event chain around it.
///
/// The chain before and after one command tells histories apart without reading all of them: the events of a command
/// carry its time to the nanosecond, so that no other history leads from the one to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The exchange the events are from.
    pub cluster: u128,
    pub sequence: Sequence,
    pub at: Timestamp,
    pub before: Digest,
    pub after: Digest,
}

impl Position {
    /// Returns the position before the first command.
    pub fn start(cluster: u128) -> Position {
        let chain = EventChain::start().digest();
        Position {
            cluster,
            sequence: Sequence::ZERO,
            at: Timestamp::ZERO,
            before: chain,
            after: chain,
        }
    }

    /// Returns the position after the next command, whose events are encoded in `payload`.
    pub fn next(&self, sequence: Sequence, at: Timestamp, payload: &[u8]) -> Position {
        let mut chain = EventChain::resume(self.after);
        chain.add(payload);
        Position {
            cluster: self.cluster,
            sequence,
            at,
            before: self.after,
            after: chain.digest(),
        }
    }

    /// Returns whether these encoded events are those of the last command folded.
    pub fn was_reached_by(&self, payload: &[u8]) -> bool {
        let mut chain = EventChain::resume(self.before);
        chain.add(payload);
        chain.digest() == self.after
    }
}
