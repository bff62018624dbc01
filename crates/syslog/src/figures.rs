//! The figures of the courier that a scrape of `/metrics` shows.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use model::time::Timestamp;

/// Written by the courier and read by a scrape.
#[derive(Debug, Default)]
pub struct Figures {
    sent: AtomicU64,
    failures: AtomicU64,
    /// The last row that was sent, and the last of those that were taken.
    sent_number: AtomicI64,
    taken_number: AtomicI64,
    /// When the oldest row that waits was written; 0 when none does.
    waiting_since_ns: AtomicI64,
}

impl Figures {
    /// Counts rows that were sent, the last of them with this number.
    pub fn count_sent(&self, rows: usize, number: i64) {
        self.sent.fetch_add(rows as u64, Ordering::Relaxed);
        self.sent_number.store(number, Ordering::Relaxed);
    }

    /// Notes the last row that was taken.
    pub fn note_taken(&self, number: i64) {
        self.taken_number.store(number, Ordering::Relaxed);
    }

    /// Counts a connection that failed or came to no end of its own.
    pub fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes since when the oldest row waits that was not sent, if one does.
    pub fn note_waiting(&self, since: Option<Timestamp>) {
        let nanos = since.map_or(0, Timestamp::nanos);
        self.waiting_since_ns.store(nanos, Ordering::Relaxed);
    }

    /// Returns for how many seconds the oldest row has waited.
    pub fn lag_seconds(&self, now: Timestamp) -> i64 {
        match self.waiting_since_ns.load(Ordering::Relaxed) {
            0 => 0,
            since => (now.seconds() - Timestamp::from_nanos(since).seconds()).max(0),
        }
    }

    /// Appends every figure in the text format of Prometheus.
    pub fn write(&self, now: Timestamp, out: &mut String) {
        let (sent, failures) = (&self.sent, &self.failures);
        let read = |value: &AtomicI64| value.load(Ordering::Relaxed);
        for (name, kind, value) in [
            (
                "bourse_audit_ship_rows_total",
                "counter",
                sent.load(Ordering::Relaxed).cast_signed(),
            ),
            (
                "bourse_audit_ship_failures_total",
                "counter",
                failures.load(Ordering::Relaxed).cast_signed(),
            ),
            (
                "bourse_audit_ship_sent_row",
                "gauge",
                read(&self.sent_number),
            ),
            (
                "bourse_audit_ship_taken_row",
                "gauge",
                read(&self.taken_number),
            ),
            (
                "bourse_audit_ship_lag_seconds",
                "gauge",
                self.lag_seconds(now),
            ),
        ] {
            let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
        }
    }
}
