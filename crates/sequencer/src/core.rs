//! Applying a durable batch: commands in, events out, nothing else.

use crate::batch::Batch;
use engine::engine::Engine;
use model::event::Event;
use model::id::Sequence;
use model::time::Timestamp;
use std::cell::Cell;
use std::ops::Range;

thread_local! {
    /// The command this thread is applying: what a crash report names.
    static APPLYING: Cell<Option<Sequence>> = const { Cell::new(None) };
}

/// Commands whose memory is asked for together: more would push each other out of the nearest caches.
pub const AHEAD_COMMANDS: usize = 64;

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
        self.events_between(index..index + 1)
    }

    /// Returns the events of some commands of the batch, at least one.
    pub fn events_between(&self, commands: Range<usize>) -> &[Event] {
        let start = match commands.start {
            0 => 0,
            first => mutant::plant!("events-of-the-whole-batch", 0, self.ends[first - 1]),
        };
        &self.events[start..self.ends[commands.end - 1]]
    }

    /// Returns the sequence and the time of the command at `index` of the batch.
    pub(crate) fn place_of(&self, index: usize) -> (Sequence, Timestamp) {
        let command = &self.batch.commands[index];
        (command.sequence, command.at)
    }

    /// Returns the commands of the batch, as many at a time as have their memory asked for together.
    pub(crate) fn parts_ahead(&self) -> impl Iterator<Item = Range<usize>> {
        let count = self.batch.commands.len();
        let starts = (0..count).step_by(AHEAD_COMMANDS);
        starts.map(move |start| start..count.min(start + AHEAD_COMMANDS))
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
    for ahead in applied.batch.commands.chunks(AHEAD_COMMANDS) {
        engine.warm(ahead);
        for command in ahead {
            APPLYING.set(Some(command.sequence));
            let is_met = mutant::plant!(
                "marked-order-panics",
                matches!(
                    &command.command,
                    model::command::Command::Client {
                        action: model::command::Action::Place(order),
                        ..
                    } if order.client_id.chars().0.starts_with(b"poison")
                ),
                false
            );
            assert!(!is_met, "the planted bug was met");
            engine.apply(command, &mut applied.events);
            applied.ends.push(applied.events.len());
        }
    }
    APPLYING.set(None);
    assert!(applied.ends.len() == applied.batch.commands.len());
}

/// Returns the command that this thread is applying, if it is applying one.
pub fn applying() -> Option<Sequence> {
    APPLYING.get()
}
