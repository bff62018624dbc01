//! One JSON line a command or event, for people and their scripts.
//!
//! **Shape** enum values by name; ids, ticks, lots and rates below 2^53 as numbers; whatever may pass 2^53
//! (sequences, times, order and key numbers, amounts) as a text. Secrets of the genesis record are not shown.

use super::field::Choice;
use super::json_line::Line;
use model::command::Sequenced;
use model::event::Published;
use model::id::Sequence;
use model::time::Timestamp;

/// Returns the line of a command, without a line break.
pub fn command(sequenced: &Sequenced) -> String {
    line(
        sequenced.sequence,
        sequenced.at,
        "command",
        &sequenced.command,
    )
}

/// Returns the line of an event, without a line break.
pub fn event(published: &Published) -> String {
    line(published.sequence, published.at, "event", &published.event)
}

fn line(sequence: Sequence, at: Timestamp, key: &'static str, value: &impl Choice) -> String {
    let mut line = Line::default();
    line.open();
    line.member("sequence", &sequence);
    line.member("at", &at);
    line.key(key);
    line.string(value.name());
    value.show_members(&mut line);
    line.close();
    line.into_text()
}
