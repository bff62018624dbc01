//! The volume-weighted average price of the last five minutes: the reference of bands and filters.

use crate::number::{Price, Qty};
use crate::time::{NANOS_PER_SECOND, Timestamp};

/// Seconds the average looks back, and its number of one-second buckets.
pub const AVERAGE_SECONDS: usize = 300;

/// Value and quantity traded in one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Seconds since the epoch.
    pub second: i64,
    /// Sum of price × quantity, in ticks × lots.
    pub value: i128,
    /// Sum of quantity, in lots.
    pub qty: i128,
}

/// The trades of the last five minutes, by second.
///
/// **Shape** at most `AVERAGE_SECONDS` buckets, oldest first; a bucket leaves when it is five minutes old.
/// **Cost** amortised O(1) a trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Average {
    buckets: std::collections::VecDeque<Bucket>,
    value: i128,
    qty: i128,
    /// When the oldest bucket leaves and when the second of the newest is over: every order asks, and a second is a
    /// division away. Nanoseconds since the epoch; the lowest number while there is no bucket.
    oldest_leaves_ns: i64,
    newest_ends_ns: i64,
}

impl Default for Average {
    fn default() -> Average {
        Average {
            buckets: std::collections::VecDeque::new(),
            value: 0,
            qty: 0,
            oldest_leaves_ns: i64::MIN,
            newest_ends_ns: i64::MIN,
        }
    }
}

impl Average {
    /// Adds a trade at `at`; time never runs backwards.
    #[inline]
    pub fn add(&mut self, price: Price, qty: Qty, at: Timestamp) {
        if self.newest_ends_ns.min(self.oldest_leaves_ns) <= at.nanos() {
            self.turn(at);
        }
        let value = i128::from(price.ticks()) * i128::from(qty.lots());
        let lots = i128::from(qty.lots());
        if let Some(last) = self.buckets.back_mut() {
            last.value += value;
            last.qty += lots;
        }
        self.value += value;
        self.qty += lots;
    }

    /// Begins the second of `at`, unless it runs already, and lets go of what is too old by then.
    #[cold]
    fn turn(&mut self, at: Timestamp) {
        self.roll(at);
        let second = at.seconds();
        if self.buckets.back().is_none_or(|last| last.second != second) {
            self.buckets.push_back(Bucket {
                second,
                value: 0,
                qty: 0,
            });
        }
        self.note_ends();
    }

    /// Notes when the oldest bucket leaves and when the newest is over.
    fn note_ends(&mut self) {
        let start_ns = |second: i64| second.saturating_mul(NANOS_PER_SECOND);
        let oldest = self.buckets.front().map(|first| first.second);
        let newest = self.buckets.back().map(|last| last.second);
        self.oldest_leaves_ns = oldest.map_or(i64::MIN, |second| {
            start_ns(second.saturating_add(AVERAGE_SECONDS as i64))
        });
        self.newest_ends_ns = newest.map_or(i64::MIN, |second| start_ns(second.saturating_add(1)));
    }

    /// Lets go of what is older than five minutes at `at`.
    pub fn roll(&mut self, at: Timestamp) {
        let oldest = at.seconds() - AVERAGE_SECONDS as i64 + 1;
        while let Some(first) = self.buckets.front().copied() {
            if oldest <= first.second {
                break;
            }
            self.value -= first.value;
            self.qty -= first.qty;
            self.buckets.pop_front();
        }
        self.note_ends();
    }

    /// Returns the average at `at` as the fraction value / quantity in ticks, or `None` without a trade.
    ///
    /// Rolls nothing: buckets that are too old by now are left out.
    #[inline(always)]
    pub fn fraction(&self, at: Timestamp) -> Option<(i128, i128)> {
        if at.nanos() < self.oldest_leaves_ns {
            return Some((self.value, self.qty));
        }
        // Taken apart, so that what is common is not handed over in memory for the sake of what is not.
        let (value, qty) = self.fraction_late(at)?;
        Some((value, qty))
    }

    /// Returns the same when there is no bucket, or the oldest is too old.
    #[cold]
    fn fraction_late(&self, at: Timestamp) -> Option<(i128, i128)> {
        self.buckets.front()?;
        let oldest = at.seconds() - AVERAGE_SECONDS as i64 + 1;
        mutant::plant!(
            "average-never-forgets",
            Some((self.value, self.qty)),
            self.fraction_since(oldest)
        )
    }

    /// Returns the average of the buckets from second `oldest` on.
    fn fraction_since(&self, oldest: i64) -> Option<(i128, i128)> {
        let stale = self
            .buckets
            .iter()
            .take_while(|bucket| bucket.second < oldest);
        let (value, qty) = stale.fold((self.value, self.qty), |(value, qty), bucket| {
            (value - bucket.value, qty - bucket.qty)
        });
        (0 < qty).then_some((value, qty))
    }

    /// Returns the buckets, oldest first, for snapshots.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.buckets.iter().copied()
    }

    /// Returns the average with these buckets, oldest first.
    pub fn from_buckets(buckets: impl IntoIterator<Item = Bucket>) -> Average {
        let mut average = Average::default();
        for bucket in buckets {
            average.value += bucket.value;
            average.qty += bucket.qty;
            average.buckets.push_back(bucket);
        }
        average.note_ends();
        average
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    fn add(average: &mut Average, price: i64, qty: i64, second: i64) {
        average.add(
            Price::new(price).expect("legal"),
            Qty::new(qty).expect("legal"),
            at(second),
        );
    }

    #[test]
    fn an_average_weighs_prices_by_quantity() {
        let mut average = Average::default();
        assert_eq!(average.fraction(at(0)), None);
        add(&mut average, 100, 1, 10);
        add(&mut average, 200, 3, 11);
        assert_eq!(average.fraction(at(11)), Some((700, 4)));
    }

    #[test]
    fn a_trade_leaves_the_average_after_five_minutes() {
        let mut average = Average::default();
        add(&mut average, 100, 1, 10);
        add(&mut average, 200, 1, 20);
        assert_eq!(average.fraction(at(309)), Some((300, 2)));
        assert_eq!(average.fraction(at(310)), Some((200, 1)));
        average.roll(at(320));
        assert_eq!(average.fraction(at(320)), None);
        assert_eq!(average, Average::default());
    }
}
