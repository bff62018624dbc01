//! When the disk of the journal will be full, at the rate at which it has filled: nothing there is ever removed, so that
//! somebody has to make room in time.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How far back the rate is taken from, and how often it is looked at meanwhile.
const LOOK_BACK: Duration = Duration::from_secs(6 * 3_600);
const SAMPLE_PERIOD: Duration = Duration::from_secs(60);
/// A rate of less than this says nothing: segments are made whole, and so are snapshots.
const LOOK_BACK_MIN: Duration = Duration::from_secs(600);
/// Somebody is needed when the disk will be full within this.
const WARNED_BEFORE: Duration = Duration::from_secs(24 * 3_600);

/// What was free, and when.
#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Instant,
    free_bytes: u64,
}

/// What was free in the last hours.
#[derive(Debug, Default)]
pub struct Room {
    samples: Mutex<VecDeque<Sample>>,
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Sample>> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what is free; more often than once a minute changes nothing.
    pub fn note(&self, at: Instant, free_bytes: u64) {
        let mut samples = self.lock();
        let newest = samples.back();
        if newest.is_some_and(|newest| at.duration_since(newest.at) < SAMPLE_PERIOD) {
            return;
        }
        samples.push_back(Sample { at, free_bytes });
        while samples
            .front()
            .is_some_and(|oldest| LOOK_BACK < at.duration_since(oldest.at))
        {
            samples.pop_front();
        }
    }

    /// Returns how long the disk lasts; `None` when it does not fill, or that is not known yet.
    pub fn lasts(&self) -> Option<Duration> {
        let samples = self.lock();
        let (oldest, newest) = (samples.front()?, samples.back()?);
        let passed = newest.at.duration_since(oldest.at);
        let filled = oldest.free_bytes.checked_sub(newest.free_bytes)?;
        if passed < LOOK_BACK_MIN || filled == 0 {
            return None;
        }
        let seconds =
            u128::from(newest.free_bytes) * u128::from(passed.as_secs()) / u128::from(filled);
        Some(Duration::from_secs(u64::try_from(seconds).ok()?))
    }

    /// Returns what somebody should look at, if anything.
    pub fn warning(&self) -> Option<String> {
        let lasts = self.lasts().filter(|lasts| *lasts < WARNED_BEFORE)?;
        let (hours, minutes) = (lasts.as_secs() / 3_600, lasts.as_secs() / 60 % 60);
        Some(format!(
            "the disk of the journal is full in {hours} hours and {minutes} minutes if it goes on filling as it does"
        ))
    }

    /// Appends how long the disk lasts, where that is known, in the text format of Prometheus.
    pub fn write(&self, out: &mut String) {
        if let Some(lasts) = self.lasts() {
            let name = "bourse_journal_full_in_seconds";
            let _ = writeln!(out, "# TYPE {name} gauge\n{name} {}", lasts.as_secs());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    /// Returns the room of a disk that had so much free, a sample every ten minutes.
    fn room(free_bytes: &[u64]) -> Room {
        let (room, mut at) = (Room::default(), Instant::now());
        for free_bytes in free_bytes {
            room.note(at, *free_bytes);
            at += LOOK_BACK_MIN;
        }
        room
    }

    #[test]
    fn a_disk_lasts_as_long_as_it_takes_to_fill_at_its_rate() {
        let lasts = |free: &[u64]| room(free).lasts().map(|lasts| lasts.as_secs());
        assert_eq!(lasts(&[10 * GIB]), None, "nothing is known yet");
        assert_eq!(lasts(&[10 * GIB, 9 * GIB]), Some(9 * 600));
        assert_eq!(lasts(&[10 * GIB, 10 * GIB]), None, "it does not fill");
        assert_eq!(lasts(&[9 * GIB, 10 * GIB]), None, "there is more room");
        assert_eq!(lasts(&[10 * GIB, 0]), Some(0));
    }

    #[test]
    fn what_is_long_ago_does_not_count() {
        let mut free = vec![900 * GIB, 500 * GIB];
        free.resize(38, 500 * GIB);
        assert_eq!(room(&free).lasts(), None);
    }

    #[test]
    fn samples_of_the_same_minute_are_one() {
        let (room, at) = (Room::default(), Instant::now());
        room.note(at, 10 * GIB);
        room.note(at + Duration::from_secs(59), 5 * GIB);
        assert_eq!(room.lock().len(), 1);
    }

    #[test]
    fn a_day_before_it_is_full_somebody_is_warned() {
        // 1 GiB in ten minutes are 144 in a day.
        assert_eq!(room(&[146 * GIB, 145 * GIB]).warning(), None);
        let warning = room(&[144 * GIB, 143 * GIB]).warning().expect("a warning");
        assert!(warning.contains("23 hours and 50 minutes"), "{warning}");
        let mut metrics = String::new();
        room(&[144 * GIB, 143 * GIB]).write(&mut metrics);
        assert!(metrics.contains("bourse_journal_full_in_seconds 85800\n"));
    }
}
