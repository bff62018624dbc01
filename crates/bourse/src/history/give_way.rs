//! When the history waits: a processor that runs its threads pulls no work from one that has too much, whatever their
//! class, so while trading wants all processors, batches are rare.

use std::time::{Duration, Instant};

/// From this many commands a second a processor, trading may want all of it: it takes some 20 to 40 µs of one.
const COMMANDS_PER_PROCESSOR: u64 = 8_000;
/// How long a batch waits at most, and how often it looks.
const TIME_MAX: Duration = Duration::from_secs(5);
const LOOK_PERIOD: Duration = Duration::from_millis(100);

/// How many commands there were, and when somebody looked.
pub struct Traffic {
    last: u64,
    at: Instant,
    crowd_per_second: u64,
}

impl Traffic {
    /// Begins to count after the command of this number, on so many processors.
    pub fn from(last: u64, processors: usize) -> Traffic {
        Traffic {
            last,
            at: Instant::now(),
            crowd_per_second: COMMANDS_PER_PROCESSOR.saturating_mul(processors as u64),
        }
    }

    /// Waits while commands come at the rate that wants all processors, or until `is_over`.
    pub fn give_way(&mut self, last: impl Fn() -> u64, is_over: impl Fn() -> bool) {
        let until = Instant::now() + TIME_MAX;
        while self.is_crowded(last(), Instant::now()) && Instant::now() < until && !is_over() {
            std::thread::sleep(LOOK_PERIOD);
        }
    }

    /// Looks, and returns whether as many commands came since the last look as are a crowd.
    fn is_crowded(&mut self, last: u64, now: Instant) -> bool {
        let came = last.saturating_sub(self.last);
        let elapsed = now.saturating_duration_since(self.at);
        (self.last, self.at) = (last, now);
        let crowd = elapsed.as_secs_f64() * self.crowd_per_second as f64;
        mutant::plant!("history-never-waits", false, crowd < came as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn a_crowd_is_counted_a_second_a_processor_and_since_the_last_look() {
        let mut traffic = Traffic::from(1_000, 2);
        let start = traffic.at;
        let at = |millis| start + Duration::from_millis(millis);
        assert!(!traffic.is_crowded(1_000 + 1_500, at(100)));
        assert!(traffic.is_crowded(2_500 + 1_700, at(200)));
        assert!(!traffic.is_crowded(4_200, at(300)));
    }

    #[test]
    fn it_waits_no_longer_than_told_beside_a_crowd_and_not_at_all_without_one() {
        let started = Instant::now();
        Traffic::from(0, 1).give_way(|| 0, || false);
        assert!(started.elapsed() < TIME_MAX);
        let looks = AtomicU64::new(0);
        let crowd = || looks.fetch_add(1 << 40, Ordering::Relaxed);
        let mut traffic = Traffic::from(0, 1);
        traffic.give_way(
            || crowd() + (1 << 40),
            || looks.load(Ordering::Relaxed) > 3 << 40,
        );
        assert!(looks.load(Ordering::Relaxed) >> 40 == 4);
        traffic.give_way(|| crowd() + (1 << 40), || false);
        assert!(TIME_MAX <= started.elapsed());
    }
}
