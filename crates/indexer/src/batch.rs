//! The events of some commands, one after the other, to be written together.

use model::event::Published;
use model::id::Sequence;
use wire::binary::event::Events;

use crate::error::HistoryError;
use crate::position::Position;

/// Commands that follow a position.
#[derive(Debug)]
pub struct Batch {
    pub(crate) after: Position,
    pub(crate) until: Position,
    pub(crate) events: Vec<Published>,
}

impl Batch {
    /// Returns a batch of nothing.
    pub const fn after(position: Position) -> Batch {
        Batch {
            after: position,
            until: position,
            events: Vec::new(),
        }
    }

    /// Adds the encoded events of the next command.
    ///
    /// # Errors
    /// When it is not the next, or they cannot be read; the batch is as it was.
    pub fn add(&mut self, payload: &[u8]) -> Result<(), HistoryError> {
        let next = Sequence(self.until.sequence.0 + 1);
        let unreadable = |source| HistoryError::Events {
            sequence: next,
            source,
        };
        let events = Events::decode(payload).map_err(unreadable)?;
        let (found, at) = (events.sequence(), events.at());
        if found != next {
            return Err(HistoryError::Gap {
                after: self.until.sequence,
                found,
            });
        }
        let events: Result<Vec<Published>, _> = events.collect();
        self.events.extend(events.map_err(unreadable)?);
        self.until = self.until.next(found, at, payload);
        Ok(())
    }

    /// Returns the position that it leads to.
    pub const fn position(&self) -> &Position {
        &self.until
    }

    /// Returns how many events it holds.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
