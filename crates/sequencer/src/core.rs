//! Applying a durable batch: commands in, events out, nothing else.

use crate::batch::Batch;
use engine::engine::Engine;
use model::event::Event;

/// A batch and what it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    pub batch: Batch,
    /// The events of all commands, in order.
    pub events: Vec<Event>,
    /// For each command the end of its events in `events`; they start where those before it end.
    pub ends: Vec<usize>,
}

impl Applied {
    /// Returns the events of the command at `index` of the batch.
    pub fn events_of(&self, index: usize) -> &[Event] {
        let start = if index == 0 {
            0
        } else {
            mutant::plant!("events-of-the-whole-batch", 0, self.ends[index - 1])
        };
        &self.events[start..self.ends[index]]
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.batch.clear();
        self.events.clear();
        self.ends.clear();
    }
}

/// Applies the batch in `applied` and fills in what it did.
pub fn apply(engine: &mut Engine, applied: &mut Applied) {
    applied.events.clear();
    applied.ends.clear();
    engine.warm(&applied.batch.commands);
    for command in &applied.batch.commands {
        engine.apply(command, &mut applied.events);
        applied.ends.push(applied.events.len());
    }
    assert!(applied.ends.len() == applied.batch.commands.len());
}
