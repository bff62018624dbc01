//! The figures of the courier that a scrape of `/metrics` shows.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use identity::delivery::Waiting;
use model::time::Timestamp;

use crate::courier::GivenUp;

/// Written by the courier and read by a scrape.
#[derive(Debug, Default)]
pub struct Figures {
    sent: AtomicU64,
    postponed: AtomicU64,
    given_up: [AtomicU64; GivenUp::ALL.len()],
    server_failures: AtomicU64,
    waiting: AtomicU64,
    waiting_seconds: AtomicU64,
}

impl Figures {
    /// Counts a message that the mail server has taken.
    pub fn count_sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an attempt that is made again later.
    pub fn count_postponed(&self) {
        self.postponed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a message that nobody will get.
    pub fn count_given_up(&self, reason: GivenUp) {
        self.given_up[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a mail server that was not reached, or that takes nothing from us.
    pub fn count_server_failure(&self) {
        self.server_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes what waits.
    pub fn note_waiting(&self, waiting: Waiting, now: Timestamp) {
        let age = waiting
            .since
            .map_or(0, |since| now.seconds() - since.seconds());
        self.waiting.store(waiting.count, Ordering::Relaxed);
        self.waiting_seconds
            .store(u64::try_from(age).unwrap_or(0), Ordering::Relaxed);
    }

    /// Appends every figure in the text format of Prometheus.
    pub fn write(&self, out: &mut String) {
        let read = |value: &AtomicU64| value.load(Ordering::Relaxed);
        for (name, kind, value) in [
            ("bourse_mail_sent_total", "counter", read(&self.sent)),
            (
                "bourse_mail_postponed_total",
                "counter",
                read(&self.postponed),
            ),
            (
                "bourse_mail_server_failures_total",
                "counter",
                read(&self.server_failures),
            ),
            ("bourse_mail_waiting", "gauge", read(&self.waiting)),
            (
                "bourse_mail_waiting_seconds",
                "gauge",
                read(&self.waiting_seconds),
            ),
        ] {
            let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
        }
        let name = "bourse_mail_given_up_total";
        let _ = writeln!(out, "# TYPE {name} counter");
        for reason in GivenUp::ALL {
            let count = read(&self.given_up[reason as usize]);
            let _ = writeln!(out, "{name}{{reason=\"{}\"}} {count}", reason.name());
        }
    }
}
