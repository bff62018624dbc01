//! The figures of sequencer, journal and core that a scrape of `/metrics` shows beside the gateway's.

use crate::room::Room;
use crate::standing::Standing;
use engine::genesis::LOGIC;
use model::event::Event;
use sequencer::core::Applied;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the buckets of a duration, in microseconds: 50 µs to 10 s, times two.
const BUCKETS_US: [u64; 18] = [
    50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 102_400, 204_800, 409_600,
    819_200, 1_638_400, 3_276_800, 10_000_000,
];

/// A histogram of durations.
#[derive(Debug, Default)]
pub struct Durations {
    buckets: [AtomicU64; BUCKETS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

/// Counters and gauges, written by the threads of the exchange and read by a scrape.
#[derive(Debug, Default)]
pub struct Telemetry {
    batches: AtomicU64,
    commands: AtomicU64,
    events: AtomicU64,
    rejects: AtomicU64,
    shed: AtomicU64,
    last_sequence: AtomicU64,
    last_at_seconds: AtomicU64,
    snapshot_sequence: AtomicU64,
    snapshot_failures: AtomicU64,
    pub write_durations: Durations,
    pub standing: Standing,
    pub room: Room,
}

impl Durations {
    /// Counts one duration.
    pub fn note(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        if let Some(index) = BUCKETS_US.iter().position(|end| micros <= *end) {
            self.buckets[index].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(micros, Ordering::Relaxed);
    }

    fn write(&self, name: &str, out: &mut String) {
        let mut below = 0;
        let _ = writeln!(out, "# TYPE {name} histogram");
        for (end, bucket) in BUCKETS_US.iter().zip(&self.buckets) {
            below += bucket.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}_bucket{{le=\"{}\"}} {below}", *end as f64 / 1e6);
        }
        let count = self.count.load(Ordering::Relaxed);
        let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(
            out,
            "{name}_sum {}",
            self.sum_us.load(Ordering::Relaxed) as f64 / 1e6
        );
        let _ = writeln!(out, "{name}_count {count}");
    }
}

/// Appends which pages this process shows, in the text format of Prometheus.
pub fn write_pages(digest: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "# TYPE bourse_pages_info gauge\nbourse_pages_info{{digest=\"{digest}\"}} 1"
    );
}

impl Telemetry {
    /// Counts what a batch did.
    pub fn count_batch(&self, applied: &Applied) {
        let is_refusal = |event: &&Event| matches!(event, Event::Rejected { .. });
        let rejects = applied.events.iter().filter(is_refusal).count() as u64;
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.commands
            .fetch_add(applied.batch.commands.len() as u64, Ordering::Relaxed);
        self.events
            .fetch_add(applied.events.len() as u64, Ordering::Relaxed);
        self.rejects.fetch_add(rejects, Ordering::Relaxed);
        self.shed
            .fetch_add(applied.batch.shed.len() as u64, Ordering::Relaxed);
        if let Some(last) = applied.batch.commands.last() {
            self.last_sequence.store(last.sequence.0, Ordering::Relaxed);
            let seconds = u64::try_from(last.at.seconds()).unwrap_or(0);
            self.last_at_seconds.store(seconds, Ordering::Relaxed);
        }
    }

    /// Notes a snapshot that was made, or started from.
    pub fn note_snapshot(&self, sequence: u64) {
        self.snapshot_sequence.store(sequence, Ordering::Relaxed);
    }

    /// Counts a snapshot that failed.
    pub fn count_snapshot_failure(&self) {
        self.snapshot_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the last command applied.
    pub fn last_sequence(&self) -> u64 {
        self.last_sequence.load(Ordering::Relaxed)
    }

    /// Appends what is told of the disk, on which so many bytes are free.
    pub fn write_disk(&self, free_bytes: Option<u64>, out: &mut String) {
        self.standing.write(free_bytes, out);
        self.room.write(out);
    }

    /// Appends every figure in the text format of Prometheus.
    pub fn write(&self, queue: (usize, usize), out: &mut String) {
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(
            out,
            "# TYPE bourse_build_info gauge\nbourse_build_info{{version=\"{version}\",logic=\"{LOGIC}\"}} 1"
        );
        let counters = [
            ("bourse_sequencer_batches_total", &self.batches),
            ("bourse_sequencer_commands_total", &self.commands),
            ("bourse_sequencer_shed_total", &self.shed),
            ("bourse_core_events_total", &self.events),
            ("bourse_core_rejects_total", &self.rejects),
            ("bourse_snapshot_failures_total", &self.snapshot_failures),
        ];
        for (name, value) in counters {
            let _ = writeln!(
                out,
                "# TYPE {name} counter\n{name} {}",
                value.load(Ordering::Relaxed)
            );
        }
        let gauges = [
            ("bourse_sequencer_queue_depth", queue.0 as u64),
            ("bourse_sequencer_queue_capacity", queue.1 as u64),
            ("bourse_sequencer_last_sequence", self.last_sequence()),
            (
                "bourse_sequencer_last_at_seconds",
                self.last_at_seconds.load(Ordering::Relaxed),
            ),
            (
                "bourse_snapshot_last_sequence",
                self.snapshot_sequence.load(Ordering::Relaxed),
            ),
        ];
        for (name, value) in gauges {
            let _ = writeln!(out, "# TYPE {name} gauge\n{name} {value}");
        }
        self.write_durations
            .write("bourse_journal_write_duration_seconds", out);
    }
}
