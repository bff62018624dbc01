//! Percentiles of the time one operation takes.

use std::time::Duration;

/// **Units**: nanoseconds. Each includes one reading of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    pub p50_ns: u32,
    pub p90_ns: u32,
    pub p99_ns: u32,
    pub p999_ns: u32,
    pub max_ns: u32,
}

/// Collects times into memory touched beforehand, so that recording one costs next to nothing.
pub struct Latencies {
    times_ns: Vec<u32>,
    count: usize,
}

impl Latencies {
    pub fn with_room_for(operations: usize) -> Latencies {
        Latencies {
            // A page of zeros that was never written to is not there yet: write something else.
            times_ns: vec![u32::MAX; operations],
            count: 0,
        }
    }

    /// # Panics
    /// When there is no room left.
    pub fn record(&mut self, time: Duration) {
        self.times_ns[self.count] = u32::try_from(time.as_nanos()).unwrap_or(u32::MAX);
        self.count += 1;
    }

    /// Returns the percentiles of what was recorded, unless that is nothing.
    pub fn percentiles(mut self) -> Option<Percentiles> {
        self.times_ns.truncate(self.count);
        self.times_ns.sort_unstable();
        Some(Percentiles {
            p50_ns: self.at_permille(500)?,
            p90_ns: self.at_permille(900)?,
            p99_ns: self.at_permille(990)?,
            p999_ns: self.at_permille(999)?,
            max_ns: *self.times_ns.last()?,
        })
    }

    /// Returns the smallest time that `permille` of all times do not exceed (nearest rank).
    fn at_permille(&self, permille: usize) -> Option<u32> {
        let rank = (self.times_ns.len() * permille).div_ceil(1_000);
        self.times_ns.get(rank.saturating_sub(1)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let mut latencies = Latencies::with_room_for(2_000);
        (1..=1_000)
            .rev()
            .for_each(|ns| latencies.record(Duration::from_nanos(ns)));
        let expected = Percentiles {
            p50_ns: 500,
            p90_ns: 900,
            p99_ns: 990,
            p999_ns: 999,
            max_ns: 1_000,
        };
        assert_eq!(latencies.percentiles(), Some(expected));
    }

    #[test]
    fn a_single_time_is_every_percentile() {
        let mut latencies = Latencies::with_room_for(1);
        latencies.record(Duration::from_nanos(7));
        let expected = Percentiles {
            p50_ns: 7,
            p90_ns: 7,
            p99_ns: 7,
            p999_ns: 7,
            max_ns: 7,
        };
        assert_eq!(latencies.percentiles(), Some(expected));
    }

    #[test]
    fn nothing_has_no_percentiles() {
        assert_eq!(Latencies::with_room_for(5).percentiles(), None);
    }
}
