//! The figures of the market-data files that a scrape of `/metrics` shows.

use archive::day::Day;
use archive::writing::Written;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// Written by the archiver and read by a scrape.
#[derive(Debug, Default)]
pub struct Figures {
    until_seconds: AtomicU64,
    files: AtomicU64,
    bytes: AtomicU64,
    failures: AtomicU64,
}

impl Figures {
    /// Notes which day is the next to write.
    pub fn reach(&self, next: Day) {
        let seconds = u64::try_from(next.begins().seconds()).unwrap_or(0);
        self.until_seconds.store(seconds, Ordering::Relaxed);
    }

    /// Counts what was written.
    pub fn count(&self, written: &Written) {
        self.files.fetch_add(written.files, Ordering::Relaxed);
        self.bytes
            .fetch_add(written.archive_bytes, Ordering::Relaxed);
    }

    /// Counts a failure, after which the day is begun again.
    pub fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Appends every figure in the text format of Prometheus.
    pub fn write(&self, out: &mut String) {
        let read = |value: &AtomicU64| value.load(Ordering::Relaxed);
        for (name, kind, value) in [
            (
                "bourse_market_data_until_seconds",
                "gauge",
                read(&self.until_seconds),
            ),
            (
                "bourse_market_data_files_total",
                "counter",
                read(&self.files),
            ),
            (
                "bourse_market_data_bytes_total",
                "counter",
                read(&self.bytes),
            ),
            (
                "bourse_market_data_failures_total",
                "counter",
                read(&self.failures),
            ),
        ] {
            let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
        }
    }
}
