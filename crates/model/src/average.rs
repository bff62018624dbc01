//! The volume-weighted average price of the last five minutes: the reference of bands and filters.

use crate::number::{Price, Qty};
use crate::time::Timestamp;

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
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Average {
    buckets: std::collections::VecDeque<Bucket>,
    value: i128,
    qty: i128,
}

impl Average {
    /// Adds a trade at `at`; time never runs backwards.
    pub fn add(&mut self, price: Price, qty: Qty, at: Timestamp) {
        self.roll(at);
        let value = i128::from(price.ticks()) * i128::from(qty.lots());
        let lots = i128::from(qty.lots());
        match self.buckets.back_mut() {
            Some(last) if last.second == at.seconds() => {
                last.value += value;
                last.qty += lots;
            }
            _ => self.buckets.push_back(Bucket {
                second: at.seconds(),
                value,
                qty: lots,
            }),
        }
        self.value += value;
        self.qty += lots;
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
    }

    /// Returns the average at `at` as the fraction value / quantity in ticks, or `None` without a trade.
    ///
    /// Rolls nothing: buckets that are too old by now are left out.
    #[inline]
    pub fn fraction(&self, at: Timestamp) -> Option<(i128, i128)> {
        let oldest = at.seconds() - AVERAGE_SECONDS as i64 + 1;
        let first = self.buckets.front()?;
        if mutant::plant!("average-never-forgets", false, first.second < oldest) {
            return self.fraction_since(oldest);
        }
        Some((self.value, self.qty))
    }

    /// Returns the average of the buckets from second `oldest` on.
    #[cold]
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
