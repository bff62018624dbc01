//! The process's CPU clock, and keeping the measuring thread on one CPU.

use std::time::Duration;

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// Returns the CPU time that all threads of this process have used.
pub fn process_cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("CPU time starts at 0");
    let nanoseconds = u32::try_from(time.tv_nsec).expect("below a second");
    Duration::new(seconds, nanoseconds)
}

/// Keeps this thread on the CPU where it runs, until dropped.
pub struct Pinned {
    before: CpuSet,
}

impl Pinned {
    /// # Errors
    /// A kernel that refuses; the figures would then be noisier than their method says.
    pub fn new() -> Result<Pinned> {
        let before = sched_getaffinity(None).context("reading the CPU affinity")?;
        let mut only = CpuSet::new();
        only.set(sched_getcpu());
        sched_setaffinity(None, &only).context("pinning the thread to its CPU")?;
        Ok(Pinned { before })
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // It was the mask a moment ago; should it be refused, the thread just stays where it is.
        let _ = sched_setaffinity(None, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_clock_advances_with_work() {
        let before = process_cpu_time();
        let sum = (0..5_000_000_u64).fold(0, |sum, n| std::hint::black_box(sum ^ n));
        std::hint::black_box(sum);
        assert!(before < process_cpu_time());
    }

    #[test]
    fn a_pinned_thread_has_one_cpu_and_gets_the_others_back() {
        let before = sched_getaffinity(None).unwrap();
        let pinned = Pinned::new().unwrap();
        assert_eq!(sched_getaffinity(None).unwrap().count(), 1);
        drop(pinned);
        assert_eq!(sched_getaffinity(None).unwrap(), before);
    }
}
