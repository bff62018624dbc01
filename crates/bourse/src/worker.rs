//! A thread beside the exchange, which is told to end, and waited for, when whoever started it lets go of it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How soon a thread that waits notices that it is to end.
const REST: Duration = Duration::from_millis(100);

/// A thread that ends when this is dropped.
pub struct Worker {
    name: &'static str,
    /// Gone only while it is dropped.
    thread: Option<JoinHandle<()>>,
    stop: Stop,
}

/// Whether a thread is to end.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Worker {
    /// Starts work on a thread of that name.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        name: &'static str,
        work: impl FnOnce(Stop) + Send + 'static,
    ) -> io::Result<Worker> {
        let stop = Stop::default();
        let told = stop.clone();
        let thread = Builder::new()
            .name(name.to_owned())
            .spawn(move || work(told))?;
        Ok(Worker {
            name,
            thread: Some(thread),
            stop,
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.0.store(true, Ordering::Release);
        let ended = self.thread.take().map(JoinHandle::join);
        if ended.is_some_and(|ended| ended.is_err()) {
            let thread = self.name;
            tracing::warn!(event = "thread.panicked", thread, "a thread ended early");
        }
    }
}

impl Stop {
    /// Returns whether the thread is to end.
    pub fn is_told(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Sleeps for a time, or until the thread is to end.
    pub fn sleep(&self, period: Duration) {
        let until = Instant::now() + period;
        while Instant::now() < until && !self.is_told() {
            std::thread::sleep(REST.min(period));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_sleeps_ends_with_its_owner_and_is_waited_for() {
        let has_ended = Arc::<AtomicBool>::default();
        let told = Arc::clone(&has_ended);
        let worker = Worker::start("test", move |stop| {
            stop.sleep(Duration::from_secs(3_600));
            told.store(true, Ordering::Release);
        });
        drop(worker.expect("a thread"));
        assert!(has_ended.load(Ordering::Acquire));
    }

    #[test]
    fn one_that_panics_takes_nobody_with_it() {
        drop(Worker::start("test", |_| panic!("on purpose")).expect("a thread"));
    }
}
