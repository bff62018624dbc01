//! The way out of the core while starting: the steps behind it work on threads of their own, as they do later.
//!
//! ```text
//! journal, engine ─▶ event chain, event log ─▶ views
//! ```
//!
//! A start takes as long as its slowest part, or as all parts divided among the processors.

use crossbeam_channel::{Receiver, Sender, bounded};
use sequencer::core::Applied;
use std::panic::resume_unwind;

/// Buffers between two steps.
const PARTS_MAX: usize = 16;

/// Takes what the core did, in order.
pub type Step<'a> = Box<dyn FnMut(&Applied) + Send + 'a>;

/// Runs `replay`, which hands what it did to its observer, and has every step follow it.
///
/// Returns once the last step has taken everything.
///
/// # Panics
/// When a step does.
pub fn follow<T>(
    steps: [Step<'_>; 2],
    replay: impl FnOnce(&mut dyn FnMut(&mut Applied)) -> T,
) -> T {
    let [first, second] = steps;
    let (to_first, from_core) = bounded(PARTS_MAX);
    let (to_second, from_first) = bounded(PARTS_MAX);
    let (to_pool, pool) = bounded::<Applied>(2 * PARTS_MAX);
    std::thread::scope(|scope| {
        let threads = [
            scope.spawn(move || run(first, &from_core, &to_second)),
            scope.spawn(move || run(second, &from_first, &to_pool)),
        ];
        let outcome = replay(&mut |applied| {
            let empty = pool.try_recv().unwrap_or_default();
            // A step that is gone has panicked, which is told below.
            let _ = to_first.send(std::mem::replace(applied, empty));
        });
        drop((to_first, pool));
        for thread in threads {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        outcome
    })
}

fn run(mut step: Step<'_>, from: &Receiver<Applied>, to: &Sender<Applied>) {
    while let Ok(applied) = from.recv() {
        step(&applied);
        // Nobody needs the buffer once the replay has ended.
        let _ = to.send(applied);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_takes_everything_in_order() {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let steps: [Step; 2] = [
            Box::new(|applied| first.push(applied.ends[0])),
            Box::new(|applied| second.push(applied.ends[0])),
        ];
        let parts = 10 * PARTS_MAX;
        follow(steps, |observe| {
            for part in 0..parts {
                let mut applied = Applied {
                    ends: vec![part],
                    ..Applied::default()
                };
                observe(&mut applied);
            }
        });
        let expected: Vec<usize> = (0..parts).collect();
        assert_eq!((&first, &second), (&expected, &expected));
    }
}
