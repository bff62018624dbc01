//! When an order that is spread over time sends a slice, and how large it is.
//!
//! The time from the beginning to the end is cut into as many equal slots as there are slices; a slot sends at most one
//! slice, at its beginning or, after a stop, as soon as somebody looks. Each takes its share of what is left, so that
//! what earlier slots did not execute is spread over those to come. Nothing here knows a clock or a market.
//!
//! **Source** `docs/spec/algo-orders.md`.

use model::number::Qty;
use model::time::Timestamp;

/// The time of an order, cut into slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub begins_at: Timestamp,
    /// After the beginning.
    pub ends_at: Timestamp,
    /// At least one.
    pub slots: u32,
}

/// How small and how large a slice may be; the smallest is not above the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceRange {
    /// Above zero.
    pub min: Qty,
    pub max: Qty,
}

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub left: Qty,
    pub last_sent_at: Option<Timestamp>,
}

/// What is to be done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Send(Qty),
    /// Nothing before then.
    Wait(Timestamp),
    /// Nothing is left.
    Done,
    /// What is left is less than the market takes.
    TooSmall,
    /// The time is over.
    Over,
}

impl Schedule {
    /// Returns what is to be done now.
    pub fn step(&self, progress: Progress, range: SliceRange, now: Timestamp) -> Step {
        if progress.left.is_zero() {
            return Step::Done;
        }
        if self.ends_at <= now {
            return Step::Over;
        }
        let slot = self.slot(now);
        if let Some(last) = progress.last_sent_at
            && slot <= self.slot(last)
        {
            return match self.beginning(self.slot(last) + 1) {
                next if next < self.ends_at => Step::Wait(next),
                // The last slot has sent its slice.
                _ => Step::Over,
            };
        }
        if progress.left < range.min {
            return Step::TooSmall;
        }
        Step::Send(slice(progress.left, self.slots - slot, range))
    }

    /// Returns the slot of a moment; moments outside belong to the first or to the last.
    fn slot(&self, at: Timestamp) -> u32 {
        let passed = i128::from(at.nanos()) - i128::from(self.begins_at.nanos());
        let slot = passed * i128::from(self.slots) / self.length();
        let last = i128::from(self.slots) - 1;
        u32::try_from(slot.clamp(0, last)).unwrap_or(0)
    }

    /// Returns the first moment of a slot.
    fn beginning(&self, slot: u32) -> Timestamp {
        let slots = i128::from(self.slots);
        // Rounded up, so that it lies within the slot.
        let passed = (self.length() * i128::from(slot) + slots - 1) / slots;
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        self.begins_at.plus_nanos(passed)
    }

    fn length(&self) -> i128 {
        i128::from(self.ends_at.nanos()) - i128::from(self.begins_at.nanos())
    }
}

/// Returns the share of one of `slots` in what is left, within the range; all, if the rest would be too small.
fn slice(left: Qty, slots: u32, range: SliceRange) -> Qty {
    let share = Qty::new(left.lots() / i64::from(slots)).unwrap_or(Qty::ZERO);
    let wanted = share.max(range.min).min(left);
    let rest = left.minus(wanted);
    let wanted = if rest < range.min { left } else { wanted };
    wanted.min(range.max)
}

/// Returns into how many slots a time is cut: as many as fit, unless that makes slices too small.
pub fn slots(duration_nanos: i64, interval_nanos: i64, qty: Qty, range: SliceRange) -> u32 {
    let by_time = duration_nanos / interval_nanos.max(1);
    let by_size = qty.lots() / range.min.lots().max(1);
    u32::try_from(by_time.min(by_size).max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEGIN: i64 = 1_000;

    fn at(nanos: i64) -> Timestamp {
        Timestamp::from_nanos(BEGIN + nanos)
    }

    fn qty(lots: i64) -> Qty {
        Qty::new(lots).expect("legal")
    }

    fn range(min: i64, max: i64) -> SliceRange {
        SliceRange {
            min: qty(min),
            max: qty(max),
        }
    }

    fn schedule(length: i64, slots: u32) -> Schedule {
        Schedule {
            begins_at: at(0),
            ends_at: at(length),
            slots,
        }
    }

    fn progress(left: i64, last_sent: Option<i64>) -> Progress {
        Progress {
            left: qty(left),
            last_sent_at: last_sent.map(at),
        }
    }

    #[test]
    fn each_slot_sends_its_share_once() {
        let schedule = schedule(100, 4);
        for (left, last_sent, now, step) in [
            (10, None, 0, Step::Send(qty(2))),
            (8, Some(0), 0, Step::Wait(at(25))),
            (8, Some(0), 24, Step::Wait(at(25))),
            (8, Some(0), 25, Step::Send(qty(2))),
            (6, Some(25), 50, Step::Send(qty(3))),
            (3, Some(50), 75, Step::Send(qty(3))),
            (0, Some(75), 75, Step::Done),
            // Nobody traded: the last slot tries all of it, and that is the end.
            (10, Some(50), 75, Step::Send(qty(10))),
            (10, Some(75), 75, Step::Over),
            (10, Some(75), 100, Step::Over),
        ] {
            let told = schedule.step(progress(left, last_sent), range(1, 100), at(now));
            assert_eq!(told, step, "{left} {last_sent:?} {now}");
        }
    }

    #[test]
    fn what_a_stop_missed_is_spread_over_what_remains_or_ends() {
        let schedule = schedule(100, 4);
        let step = |now| schedule.step(progress(9, Some(0)), range(1, 100), at(now));
        assert_eq!(step(60), Step::Send(qty(4)), "two slots are left");
        assert_eq!(step(99), Step::Send(qty(9)), "one is");
        assert_eq!(step(100), Step::Over);
        assert_eq!(step(1_000_000), Step::Over);
    }

    #[test]
    fn slices_keep_to_what_the_market_takes_and_leave_nothing_that_it_would_not() {
        let schedule = schedule(100, 10);
        let step = |left, min, max| schedule.step(progress(left, None), range(min, max), at(0));
        assert_eq!(
            step(100, 25, 100),
            Step::Send(qty(25)),
            "more than its share"
        );
        assert_eq!(
            step(40, 25, 100),
            Step::Send(qty(40)),
            "15 could not be sent"
        );
        assert_eq!(step(24, 25, 100), Step::TooSmall);
        assert_eq!(step(1_000, 1, 30), Step::Send(qty(30)));
    }

    #[test]
    fn slices_are_as_many_as_time_and_size_allow() {
        for (duration, qty_lots, min, count) in [
            (600, 1_000, 1, 20),
            (600, 1_000, 100, 10),
            (600, 5, 10, 1),
            (29, 1_000, 1, 1),
            (0, 1_000, 1, 1),
        ] {
            let told = slots(duration, 30, qty(qty_lots), range(min, i64::from(i32::MAX)));
            assert_eq!(told, count, "{duration} {qty_lots} {min}");
        }
    }

    /// The same by counting: all slots in order, and what each would still have to do.
    fn naive(schedule: &Schedule, progress: Progress, range: SliceRange, now: i64) -> Step {
        let length = schedule.ends_at.nanos() - schedule.begins_at.nanos();
        let slots = i64::from(schedule.slots);
        let start = |slot: i64| (length * slot + slots - 1).div_euclid(slots);
        let slot_of = |moment: i64| {
            (0..slots)
                .rev()
                .find(|slot| start(*slot) <= moment)
                .unwrap_or(0)
        };
        let left = progress.left.lots();
        if left == 0 {
            return Step::Done;
        }
        if length <= now {
            return Step::Over;
        }
        let used = progress
            .last_sent_at
            .map(|last| slot_of(last.nanos() - BEGIN));
        let current = slot_of(now);
        if let Some(used) = used.filter(|used| current <= *used) {
            let mut to_come = used + 1..slots;
            return to_come
                .next()
                .map_or(Step::Over, |slot| Step::Wait(at(start(slot))));
        }
        let (min, max) = (range.min.lots(), range.max.lots());
        // The largest share that all slots from here on could have, if the market takes it.
        let share = (0..=left)
            .rev()
            .find(|lots| lots * (slots - current) <= left)
            .unwrap_or(0);
        let fits =
            (share..=left).find(|lots| min <= *lots && (left - lots == 0 || min <= left - lots));
        match fits {
            None => Step::TooSmall,
            Some(lots) => Step::Send(qty(lots.min(max))),
        }
    }

    proptest! {
        #[test]
        fn a_step_is_that_of_the_naive_schedule(
            length in 1_i64..2_000, slots in 1_u32..50, left in 0_i64..500,
            last in proptest::option::of(0_i64..2_500), wait in 0_i64..2_500,
            min in 1_i64..60, span in 0_i64..500,
        ) {
            prop_assume!(i64::from(slots) <= length);
            let schedule = schedule(length, slots);
            let (progress, range) = (progress(left, last), range(min, min + span));
            let now = last.unwrap_or(0) + wait;
            let told = schedule.step(progress, range, at(now));
            prop_assert_eq!(told, naive(&schedule, progress, range, now));
        }

        /// Whoever looks, whenever, and whatever each slice executes.
        #[test]
        fn a_run_never_executes_more_than_it_has_and_ends(
            length in 50_i64..2_000, slots in 1_u32..50, total in 1_i64..500,
            looks in proptest::collection::vec((0_i64..200, 0_i64..=100), 1..200),
            min in 1_i64..20, span in 0_i64..500,
        ) {
            let schedule = schedule(length, slots);
            let range = range(min, min + span);
            let (mut left, mut last_sent, mut sent, mut now) = (total, None, 0_u32, 0);
            for (wait, percent) in looks {
                now += wait;
                match schedule.step(progress(left, last_sent), range, at(now)) {
                    Step::Send(lots) => {
                        let lots = lots.lots();
                        prop_assert!(0 < lots && lots <= left && lots <= range.max.lots());
                        prop_assert!(min <= lots);
                        left -= lots * percent / 100;
                        last_sent = Some(now);
                        sent += 1;
                    }
                    Step::Wait(until) => prop_assert!(at(now) < until && until < schedule.ends_at),
                    Step::Done => prop_assert_eq!(left, 0),
                    Step::TooSmall => prop_assert!(left < min),
                    Step::Over => prop_assert!(length <= now || last_sent.is_some()),
                }
            }
            prop_assert!(sent <= slots);
            let end = schedule.step(progress(left, last_sent), range, at(length));
            prop_assert!(matches!(end, Step::Done | Step::Over));
        }

        /// A market that takes every slice.
        #[test]
        fn a_run_in_time_executes_everything(
            length in 50_i64..2_000, count in 1_u32..50, total in 1_i64..5_000, min in 1_i64..20,
        ) {
            prop_assume!(min <= total);
            let range = range(min, total);
            let schedule = schedule(length, slots(length, length / i64::from(count), qty(total), range));
            let (mut left, mut last_sent, mut now) = (total, None, 0);
            for _ in 0..=2 * schedule.slots {
                match schedule.step(progress(left, last_sent), range, at(now)) {
                    Step::Send(lots) => {
                        left -= lots.lots();
                        last_sent = Some(now);
                    }
                    Step::Wait(until) => now = until.nanos() - BEGIN,
                    Step::Done => break,
                    step => prop_assert!(false, "{:?}", step),
                }
            }
            prop_assert_eq!(left, 0);
        }
    }
}
