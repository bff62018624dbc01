//! The way through the exchange while starting: every step of it works on a thread of its own, as it does later.
//!
//! ```text
//! journal ─▶ engine ─▶ event chain, event log ─▶ views
//! ```
//!
//! A start takes as long as its slowest part, or as all parts divided among the processors.

use crossbeam_channel::{Receiver, Sender, bounded};
use sequencer::core::Applied;
use std::panic::resume_unwind;

/// Buffers between two steps.
const PARTS_MAX: usize = 16;
const STEPS: usize = 3;

/// Takes what was read, or what the steps before have made of it, in order.
pub type Step<'a> = Box<dyn FnMut(&mut Applied) + Send + 'a>;

/// Runs `read`, which hands what it reads to its observer, and has every step follow it.
///
/// Returns once the last step has taken everything.
///
/// # Panics
/// When a step does.
pub fn follow<T>(
    steps: [Step<'_>; STEPS],
    read: impl FnOnce(&mut dyn FnMut(&mut Applied)) -> T,
) -> T {
    let (to_pool, pool) = bounded::<Applied>((STEPS + 1) * PARTS_MAX);
    std::thread::scope(|scope| {
        let mut threads = Vec::with_capacity(STEPS);
        // Each step hands on to the one that was begun before it, and the last one gives the buffers back.
        let mut to_next = to_pool;
        for step in steps.into_iter().rev() {
            let (to_step, from) = bounded(PARTS_MAX);
            let to = std::mem::replace(&mut to_next, to_step);
            threads.push(scope.spawn(move || run(step, &from, &to)));
        }
        let outcome = read(&mut |applied| {
            let empty = pool.try_recv().unwrap_or_default();
            // A step that is gone has panicked, which is told below.
            let _ = to_next.send(std::mem::replace(applied, empty));
        });
        drop((to_next, pool));
        for thread in threads {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
        outcome
    })
}

fn run(mut step: Step<'_>, from: &Receiver<Applied>, to: &Sender<Applied>) {
    while let Ok(mut applied) = from.recv() {
        step(&mut applied);
        // Nobody needs the buffer once everything was read.
        let _ = to.send(applied);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_takes_everything_in_order_after_the_step_before() {
        let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
        let steps: [Step; STEPS] = [
            Box::new(|applied| {
                first.push(applied.ends[0]);
                applied.ends[0] += 1;
            }),
            Box::new(|applied| {
                second.push(applied.ends[0]);
                applied.ends[0] += 1;
            }),
            Box::new(|applied| third.push(applied.ends[0])),
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
        let from = |start: usize| (start..start + parts).collect::<Vec<usize>>();
        assert_eq!([first, second, third], [from(0), from(1), from(2)]);
    }
}
