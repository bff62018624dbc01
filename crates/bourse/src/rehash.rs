//! The event chain while starting: what the exchange has hashed before is not hashed again.
//!
//! The mark beside the event log says what the chain was before and after one command. It counts only if that
//! command, replayed, leads from the one to the other: its events carry its time to the nanosecond, so that no other
//! history does.

use journal::event_mark::EventMark;
use model::id::Sequence;
use wire::binary::digest::{Digest, EventChain};

pub struct Rehash {
    chain: EventChain,
    /// Where the chain is taken up, until then.
    mark: Option<EventMark>,
    is_misled: bool,
    /// The last command added.
    last: Option<EventMark>,
}

impl Rehash {
    /// Returns the chain that continues from `chain` after `start`, and from the mark if it lies behind that.
    pub fn after(start: Sequence, chain: EventChain, mark: Option<EventMark>) -> Rehash {
        Rehash {
            chain,
            mark: mark.filter(|mark| start.0 < mark.sequence.0),
            is_misled: false,
            last: None,
        }
    }

    /// Returns whether the events of the next command are to be added.
    pub fn is_due(&self, sequence: Sequence) -> bool {
        self.mark.is_none_or(|mark| mark.sequence.0 <= sequence.0)
    }

    /// Adds the encoded events of a command that is due.
    pub fn add(&mut self, sequence: Sequence, encoded: &[u8]) {
        let mark = self.mark.take();
        if let Some(mark) = mark {
            self.chain = EventChain::resume(Digest(mark.before));
        }
        let before = self.chain.digest();
        self.chain.add(encoded);
        let after = self.chain.digest();
        self.is_misled |= mark.is_some_and(|mark| after != Digest(mark.after));
        self.last = Some(EventMark {
            sequence: journal::id::Sequence(sequence.0),
            before: before.0,
            after: after.0,
        });
    }

    /// Returns the chain after everything, or `None` when the mark was of another history.
    pub fn end(&self) -> Option<EventChain> {
        (!self.is_misled && self.mark.is_none()).then_some(self.chain)
    }

    /// Returns the mark for the next start, if the chain is sound and anything was added.
    pub fn next_mark(&self) -> Option<EventMark> {
        self.end().and(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [&[u8]; 4] = [b"a", b"b", b"c", b"d"];

    /// Returns the chain after so many steps.
    fn chain(count: usize) -> EventChain {
        let mut chain = EventChain::start();
        STEPS[..count].iter().for_each(|step| chain.add(step));
        chain
    }

    fn mark(sequence: u64) -> EventMark {
        EventMark {
            sequence: journal::id::Sequence(sequence),
            before: chain(sequence as usize - 1).digest().0,
            after: chain(sequence as usize).digest().0,
        }
    }

    /// Replays the steps after `start`; returns how many were hashed, and the chain.
    fn check(start: usize, mark: Option<EventMark>) -> (usize, Option<EventChain>) {
        let mut rehash = Rehash::after(Sequence(start as u64), chain(start), mark);
        let mut hashed = 0;
        for (index, step) in STEPS.iter().enumerate().skip(start) {
            let sequence = Sequence(index as u64 + 1);
            if rehash.is_due(sequence) {
                rehash.add(sequence, step);
                hashed += 1;
            }
        }
        (hashed, rehash.end())
    }

    #[test]
    fn the_chain_is_the_same_with_a_mark_and_without() {
        assert_eq!(check(1, None), (3, Some(chain(4))));
        assert_eq!(check(1, Some(mark(1))), (3, Some(chain(4))));
        assert_eq!(check(1, Some(mark(2))), (3, Some(chain(4))));
        assert_eq!(check(1, Some(mark(4))), (1, Some(chain(4))));
    }

    #[test]
    fn a_mark_of_another_history_is_found_out() {
        let other = EventMark {
            before: [9; 32],
            ..mark(3)
        };
        assert_eq!(check(0, Some(other)).1, None);
        let beyond = EventMark {
            sequence: journal::id::Sequence(5),
            ..mark(4)
        };
        assert_eq!(check(0, Some(beyond)).1, None);
        let mut misled = Rehash::after(Sequence(0), chain(0), Some(other));
        misled.add(Sequence(3), STEPS[2]);
        assert_eq!(misled.next_mark(), None);
    }
}
