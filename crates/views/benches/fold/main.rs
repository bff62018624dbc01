//! How many events a second the views fold: `cargo bench -p views -- [SHAPE] [COMMANDS]`.
//!
//! Three streams out of the engine: one busy market with a thousand accounts; one market with a deep book and many
//! accounts; a hundred markets. Folding alone is timed, on one thread, with the events in memory, in CPU time where
//! the system tells it, so that a busy machine does not count.

#![allow(clippy::disallowed_types, reason = "a benchmark reads the clock")]

mod clock;
mod flow;
mod start;

use clock::Clock;
use flow::{Flow, Shape};
use model::event::Published;
use std::time::Duration;
use views::views::Views;

const SHAPES: [Shape; 3] = [
    Shape {
        name: "one",
        markets: 1,
        bases: 1,
        accounts: 1_000,
        traders: 1_000,
        width_ticks: 500,
        resting: 2_000,
    },
    Shape {
        name: "deep",
        markets: 1,
        bases: 1,
        accounts: 10_000,
        traders: 10_000,
        width_ticks: 40_000,
        resting: 100_000,
    },
    Shape {
        name: "hundred",
        markets: 100,
        bases: 1,
        accounts: 10_000,
        traders: 10_000,
        width_ticks: 500,
        resting: 200_000,
    },
];

/// Folds of each stream; the quickest counts.
const RUNS: usize = 3;
/// Events folded between two calls that would hand the changes on.
const BATCH: usize = 256;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let commands = arguments.iter().find_map(|argument| argument.parse().ok());
    let is_named = |shape: &&Shape| arguments.iter().any(|argument| argument == shape.name);
    if arguments
        .iter()
        .any(|argument| argument == start::SHAPE.name)
    {
        return start::measure(commands.unwrap_or(start::COMMANDS));
    }
    let is_any_named = SHAPES.iter().any(|shape| is_named(&shape));
    for shape in SHAPES.iter().filter(|it| !is_any_named || is_named(it)) {
        measure(shape, commands.unwrap_or(1_000_000));
    }
}

fn measure(shape: &Shape, commands: usize) {
    let mut flow = Flow::new(shape);
    flow.prefill();
    let prefill = std::mem::take(&mut flow.said);
    for _ in 0..commands {
        flow.step();
    }
    let mut views = Views::new();
    let mut elapsed = Duration::MAX;
    for _ in 0..RUNS {
        views = Views::new();
        let mut changes = Vec::new();
        fold(&mut views, &prefill, &mut changes);
        let started = Clock::start();
        fold(&mut views, &flow.said, &mut changes);
        elapsed = elapsed.min(started.elapsed());
    }
    let started = Clock::start();
    let state = views.state();
    let taken = started.elapsed();
    let started = Clock::start();
    let restored = Views::restore(state);
    let restored_in = started.elapsed();
    assert!(restored.is_ok());
    let events = flow.said.len() as f64;
    println!(
        "{:8} {commands} commands, {} events: {:.2} M events/s, {:.0} ns an event, {:.0} ns a command; \
         state {:.2} s, restore {:.2} s",
        shape.name,
        flow.said.len(),
        events / elapsed.as_secs_f64() / 1e6,
        elapsed.as_nanos() as f64 / events,
        elapsed.as_nanos() as f64 / commands as f64,
        taken.as_secs_f64(),
        restored_in.as_secs_f64(),
    );
}

fn fold(views: &mut Views, said: &[Published], changes: &mut Vec<views::change::Change>) {
    for batch in said.chunks(BATCH) {
        changes.clear();
        views.warm(batch.iter().map(|published| &published.event));
        for published in batch {
            views.fold(published, changes);
        }
    }
    views.end_command(changes);
}
