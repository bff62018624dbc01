//! The figures of the history that a scrape of `/metrics` shows.

use indexer::position::Position;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Written by the follower and read by a scrape.
#[derive(Debug, Default)]
pub struct Figures {
    sequence: AtomicU64,
    at_seconds: AtomicU64,
    events: AtomicU64,
    failures: AtomicU64,
    rebuilds: AtomicU64,
    /// Nothing was taken in since the last failure.
    is_stuck: AtomicBool,
}

impl Figures {
    /// Notes how far the history has come, and by how many events.
    pub fn note(&self, position: &Position, events: usize) {
        self.sequence.store(position.sequence.0, Ordering::Relaxed);
        let seconds = u64::try_from(position.at.seconds()).unwrap_or(0);
        self.at_seconds.store(seconds, Ordering::Relaxed);
        self.events.fetch_add(events as u64, Ordering::Relaxed);
        if 0 < events {
            self.is_stuck.store(false, Ordering::Relaxed);
        }
    }

    /// Counts a failure, after which the history is opened again.
    pub fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.is_stuck.store(true, Ordering::Relaxed);
    }

    /// Returns whether it has failed and taken nothing in since.
    pub fn is_stuck(&self) -> bool {
        self.is_stuck.load(Ordering::Relaxed)
    }

    /// Counts a history that is made again from the first event.
    pub fn count_rebuild(&self) {
        self.rebuilds.fetch_add(1, Ordering::Relaxed);
    }

    /// Appends every figure in the text format of Prometheus; `last` is the last command applied.
    pub fn write(&self, last: u64, out: &mut String) {
        let read = |value: &AtomicU64| value.load(Ordering::Relaxed);
        let lag = last.saturating_sub(read(&self.sequence));
        for (name, kind, value) in [
            (
                "bourse_history_last_sequence",
                "gauge",
                read(&self.sequence),
            ),
            (
                "bourse_history_last_at_seconds",
                "gauge",
                read(&self.at_seconds),
            ),
            ("bourse_history_lag_commands", "gauge", lag),
            ("bourse_history_events_total", "counter", read(&self.events)),
            (
                "bourse_history_failures_total",
                "counter",
                read(&self.failures),
            ),
            (
                "bourse_history_rebuilds_total",
                "counter",
                read(&self.rebuilds),
            ),
        ] {
            let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
        }
    }
}
