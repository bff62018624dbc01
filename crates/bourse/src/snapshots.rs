//! When snapshots are made, and what they prove.
//!
//! A snapshot is the work of another process at the lowest priority, which replays the journal. Its event-chain digest
//! must be the one the live exchange had at that sequence: a difference means that one of both computed wrongly, and the
//! exchange stops rather than go on guessing (D3).

use anyhow::{Context, Result, bail};
use model::id::Sequence;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wire::binary::digest::Digest;

/// A snapshot is due after so many commands, or after so long with any.
const COMMANDS_BETWEEN: u64 = 2_000_000;
const TIME_BETWEEN: Duration = Duration::from_secs(600);
/// Digests of the newest batches: enough for every batch between two snapshots at the highest rate.
const DIGESTS_MAX: usize = 1 << 20;

/// The live event-chain digest after each recent batch.
#[derive(Default)]
pub struct Digests {
    by_sequence: Mutex<BTreeMap<u64, Digest>>,
}

impl Digests {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Digest>> {
        self.by_sequence
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the digest after the last command of a batch.
    pub fn note(&self, last: Sequence, digest: Digest) {
        let mut digests = self.lock();
        digests.insert(last.0, digest);
        if DIGESTS_MAX < digests.len() {
            digests.pop_first();
        }
    }

    /// Returns the newest digest and its sequence.
    pub fn newest(&self) -> Option<(u64, Digest)> {
        self.lock()
            .last_key_value()
            .map(|(sequence, digest)| (*sequence, *digest))
    }

    /// Returns the digest after a command, if it ended a batch and is still kept.
    fn at(&self, sequence: u64) -> Option<Digest> {
        self.lock().get(&sequence).copied()
    }

    fn forget_before(&self, sequence: u64) {
        let mut digests = self.lock();
        *digests = digests.split_off(&sequence);
    }
}

/// Decides when a snapshot is due, makes it, and judges it.
pub struct Snapshots {
    data_dir: PathBuf,
    last_sequence: u64,
    last_at: Instant,
}

/// What a snapshot process has reported.
#[derive(Debug, PartialEq, Eq)]
struct Reported {
    sequence: u64,
    events: Digest,
}

impl Snapshots {
    pub fn new(data_dir: &Path, sequence: Sequence) -> Snapshots {
        Snapshots {
            data_dir: data_dir.to_owned(),
            last_sequence: sequence.0,
            last_at: Instant::now(),
        }
    }

    /// Makes a snapshot if one is due, and returns its sequence. Blocks while it is made: call it from a thread of its
    /// own.
    ///
    /// # Errors
    /// The process failed; the next attempt comes when it is due again.
    pub fn make_if_due(&mut self, digests: &Digests) -> Result<Option<u64>> {
        let sequence = digests.newest().map_or(0, |(sequence, _)| sequence);
        let commands = sequence.saturating_sub(self.last_sequence);
        let is_due = COMMANDS_BETWEEN <= commands
            || (0 < commands && TIME_BETWEEN <= self.last_at.elapsed());
        if !is_due {
            return Ok(None);
        }
        self.last_at = Instant::now();
        self.last_sequence = sequence;
        let Some(reported) = self.make()? else {
            return Ok(None);
        };
        judge(&reported, digests);
        digests.forget_before(reported.sequence);
        Ok(Some(reported.sequence))
    }

    fn make(&self) -> Result<Option<Reported>> {
        let binary = std::env::current_exe().context("the path of this program is unknown")?;
        let mut command = Command::new("nice");
        command
            .args(["-n", "19"])
            .arg(binary)
            .arg("snapshot")
            .arg("--data-dir")
            .arg(&self.data_dir);
        let output = command.output().context("`nice` cannot be started")?;
        if !output.status.success() {
            bail!(
                "`bourse snapshot` failed: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(read_report(&String::from_utf8_lossy(&output.stdout)))
    }
}

/// Reads what `bourse snapshot` prints; `None` when it had nothing to do.
fn read_report(text: &str) -> Option<Reported> {
    let field = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        lines
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.trim())
    };
    let sequence = field("sequence")?.parse().ok()?;
    let events = Digest::parse(field("events")?)?;
    Some(Reported { sequence, events })
}

fn judge(reported: &Reported, digests: &Digests) {
    match digests.at(reported.sequence) {
        Some(live) if live != reported.events => crate::halt(&format!(
            "the snapshot at {} has events {} and the live exchange had {live}: one of both computed wrongly; \
             keep the data directory and run `bourse verify`",
            reported.sequence, reported.events
        )),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_as_it_is_printed() {
        let digest = Digest::of(b"events");
        let text = format!("sequence 7\nbytes    12\nstate    {digest}\nevents   {digest}\n");
        assert_eq!(
            read_report(&text),
            Some(Reported {
                sequence: 7,
                events: digest
            })
        );
        assert_eq!(read_report("nothing new since the last snapshot\n"), None);
    }

    #[test]
    fn digests_are_kept_by_the_end_of_their_batch() {
        let digests = Digests::default();
        digests.note(Sequence(3), Digest::of(b"a"));
        digests.note(Sequence(7), Digest::of(b"b"));
        assert_eq!(digests.at(3), Some(Digest::of(b"a")));
        digests.forget_before(7);
        assert_eq!(digests.at(3), None);
        assert_eq!(digests.newest(), Some((7, Digest::of(b"b"))));
    }
}
