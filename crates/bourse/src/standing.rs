//! What the exchange takes just now, for whoever asks whether it is well: written by its threads, read by requests.
//!
//! A failure ends the process within a moment; that it is gone says more than these figures then.

use gateway::gateway::NodeState;
use journal::disk::Disk;
use journal::journal::{Journal, Space};
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Every state a node can be in, with its word for metrics.
const STATES: [(NodeState, &str); 4] = [
    (NodeState::Ready, "ready"),
    (NodeState::Degraded, "degraded"),
    (NodeState::Draining, "draining"),
    (NodeState::Halted, "halted"),
];

/// How journal and process stand.
#[derive(Debug, Default)]
pub struct Standing {
    durable_sequence: AtomicU64,
    /// Preallocated and not yet written.
    left_bytes: AtomicU64,
    reserve_bytes: AtomicU64,
    /// The disk had no room for the next segment.
    is_short: AtomicBool,
    /// Nothing but the reserve is left.
    is_full: AtomicBool,
    is_draining: AtomicBool,
    failures: AtomicU64,
}

impl Standing {
    /// Takes note of what the journal holds and has room for.
    pub fn note_journal<D: Disk>(&self, journal: &Journal<D>) {
        let left_bytes = journal.left_bytes();
        let store = |figure: &AtomicU64, value| figure.store(value, Ordering::Relaxed);
        store(&self.durable_sequence, journal.durable().sequence.0);
        store(&self.left_bytes, left_bytes);
        store(&self.reserve_bytes, left_bytes.min(journal.reserve_bytes()));
        let is_full = journal.space() == Space::ReserveOnly;
        self.is_short.store(journal.is_short(), Ordering::Relaxed);
        self.is_full.store(is_full, Ordering::Relaxed);
    }

    /// Takes note of a failure of the journal, after which nothing more is written.
    pub fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes note that the process stops.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Returns what the exchange takes.
    pub fn state(&self) -> NodeState {
        if 0 < self.failures.load(Ordering::Relaxed) {
            NodeState::Halted
        } else if self.is_draining.load(Ordering::Relaxed) {
            NodeState::Draining
        } else if self.is_full.load(Ordering::Relaxed) {
            NodeState::Degraded
        } else {
            NodeState::Ready
        }
    }

    /// Returns why it does not take everything, if it does not.
    pub fn reason(&self) -> Option<String> {
        match self.state() {
            NodeState::Ready => None,
            NodeState::Degraded => Some(format!(
                "the disk is full: only what takes risk away is taken, such as cancels, from {} bytes of reserve",
                self.left_bytes.load(Ordering::Relaxed)
            )),
            NodeState::Draining => Some("the exchange stops".to_owned()),
            NodeState::Halted => Some("the journal has failed; restart to recover".to_owned()),
        }
    }

    /// Returns what somebody should look at while everything is still taken.
    pub fn warning(&self) -> Option<String> {
        let is_short = self.is_short.load(Ordering::Relaxed);
        (is_short && self.state() == NodeState::Ready).then(|| {
            format!(
                "the disk has no room for the next segment of the journal: {} bytes are left, with the reserve",
                self.left_bytes.load(Ordering::Relaxed)
            )
        })
    }

    /// Appends its figures in the text format of Prometheus; `free_bytes` is what the disk of the journal has left.
    pub fn write(&self, free_bytes: Option<u64>, out: &mut String) {
        let state = self.state();
        let _ = writeln!(out, "# TYPE bourse_up_state gauge");
        for (known, name) in STATES {
            let is_it = u8::from(known == state);
            let _ = writeln!(out, "bourse_up_state{{state=\"{name}\"}} {is_it}");
        }
        let of = |figure: &AtomicU64| Some(figure.load(Ordering::Relaxed));
        let figures = [
            (
                "bourse_journal_last_durable_sequence",
                "gauge",
                of(&self.durable_sequence),
            ),
            (
                "bourse_journal_reserve_bytes",
                "gauge",
                of(&self.reserve_bytes),
            ),
            ("bourse_journal_left_bytes", "gauge", of(&self.left_bytes)),
            ("bourse_journal_free_bytes", "gauge", free_bytes),
            ("bourse_journal_errors_total", "counter", of(&self.failures)),
        ];
        for (name, kind, value) in figures {
            // What cannot be read is not told, rather than as none.
            if let Some(value) = value {
                let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(standing: &Standing, free_bytes: Option<u64>) -> String {
        let mut out = String::new();
        standing.write(free_bytes, &mut out);
        out
    }

    #[test]
    fn a_disk_without_room_for_a_segment_is_a_warning_and_a_full_one_a_reason() {
        let standing = Standing::default();
        assert_eq!((standing.reason(), standing.warning()), (None, None));
        standing.left_bytes.store(70, Ordering::Relaxed);
        standing.is_short.store(true, Ordering::Relaxed);
        assert_eq!(standing.state(), NodeState::Ready);
        let warning = standing.warning().expect("somebody should look");
        assert!(warning.contains("70 bytes are left"), "{warning}");
        standing.is_full.store(true, Ordering::Relaxed);
        assert_eq!(standing.state(), NodeState::Degraded);
        let reason = standing.reason().expect("orders are refused");
        assert!(reason.contains("the disk is full"), "{reason}");
        assert_eq!(standing.warning(), None, "it is said once");
    }

    #[test]
    fn the_status_page_has_words_for_every_reason() {
        type Step = fn(&Standing);
        let words = include_str!("../../gateway/src/page/status-words.json");
        let words: serde_json::Value = serde_json::from_str(words).expect("words are JSON");
        let steps: [Step; 3] = [
            |standing| standing.is_full.store(true, Ordering::Relaxed),
            Standing::drain,
            Standing::count_failure,
        ];
        let standing = Standing::default();
        for enter in steps {
            enter(&standing);
            let reason = standing.reason().expect("not everything is taken");
            let key = reason.replace("0 bytes", "{bytes} bytes");
            assert!(words["zh-CN"][&key].is_string(), "{reason}");
        }
    }

    #[test]
    fn of_all_states_one_is_true() {
        type Step = (&'static str, fn(&Standing));
        let standing = Standing::default();
        let steps: [Step; 3] = [
            ("ready", |_| ()),
            ("draining", Standing::drain),
            ("halted", Standing::count_failure),
        ];
        for (state, enter) in steps {
            enter(&standing);
            let metrics = metrics(&standing, None);
            for (_, name) in STATES {
                let line = format!("bourse_up_state{{state=\"{name}\"}} ");
                let value = u8::from(name == state);
                assert!(metrics.contains(&format!("{line}{value}\n")), "{metrics}");
            }
        }
        assert!(metrics(&standing, None).contains("bourse_journal_errors_total 1\n"));
    }

    #[test]
    fn room_that_cannot_be_read_is_not_told() {
        let standing = Standing::default();
        assert!(!metrics(&standing, None).contains("free_bytes"));
        assert!(metrics(&standing, Some(9)).contains("bourse_journal_free_bytes 9\n"));
    }
}
