//! The rolling 24 hours of one market, over its stored minutes.

use crate::interval::Interval;
use crate::numbered::Numbered;
use model::number::Price;
use model::snapshot_views::CandleRow;
use model::time::{NANOS_PER_DAY, Timestamp};

/// Sums and extremes of the stored minutes from `first` on.
///
/// **Cost** O(1) a minute, and one walk over the window when its highest or lowest minute leaves it.
#[derive(Clone, Copy)]
pub struct Rolling {
    /// The number of the first minute inside.
    first: u64,
    /// Everything inside together; `None` when nothing is.
    sum: Option<CandleRow>,
    previous_close: Option<Price>,
}

impl Rolling {
    pub fn new() -> Rolling {
        Rolling {
            first: 0,
            sum: None,
            previous_close: None,
        }
    }

    /// Returns the first minute of the 24 hours before `at`: the one that contains their first moment.
    pub fn oldest_minute(at: Timestamp) -> i64 {
        Interval::Minute1.period(at.plus_nanos(-NANOS_PER_DAY))
    }

    /// Takes in a minute that was just stored.
    pub fn push(&mut self, minute: &CandleRow) {
        match &mut self.sum {
            Some(sum) => crate::candle_row::merge(sum, minute),
            None => self.sum = Some(*minute),
        }
    }

    /// Lets go of minutes that are too old at `at`.
    pub fn roll(&mut self, minutes: &Numbered<CandleRow>, at: Timestamp) {
        let oldest = Rolling::oldest_minute(at);
        let mut is_stale = false;
        while let Some(minute) = minutes.get(self.first)
            && minute.period < oldest
        {
            is_stale |= self.drop_first(minute);
        }
        if is_stale {
            self.find_extremes(minutes);
        }
    }

    /// Lets go of the oldest stored minute, which is about to leave the store, if it is inside.
    pub fn leave(&mut self, minutes: &Numbered<CandleRow>) {
        if minutes.first() == self.first
            && let Some(minute) = minutes.front()
            && self.drop_first(minute)
        {
            self.find_extremes(minutes);
        }
    }

    /// Takes the first minute out of the sums and returns whether the extremes may be wrong now.
    fn drop_first(&mut self, minute: &CandleRow) -> bool {
        self.first += 1;
        self.previous_close = Some(minute.close);
        let Some(sum) = &mut self.sum else {
            return false;
        };
        sum.lots -= minute.lots;
        sum.value -= minute.value;
        sum.taker_buy_lots -= minute.taker_buy_lots;
        sum.taker_buy_value -= minute.taker_buy_value;
        minute.high == sum.high || minute.low == sum.low
    }

    fn find_extremes(&mut self, minutes: &Numbered<CandleRow>) {
        let Some(sum) = &mut self.sum else {
            return;
        };
        let mut inside = minutes.from(self.first).map(|(_, minute)| minute);
        let Some(first) = inside.next() else {
            self.sum = None;
            return;
        };
        (sum.high, sum.low) = inside.fold((first.high, first.low), |(high, low), minute| {
            (high.max(minute.high), low.min(minute.low))
        });
    }

    /// Returns everything inside as one row, or `None` when nothing is.
    pub fn row(&self, minutes: &Numbered<CandleRow>) -> Option<CandleRow> {
        let first = minutes.get(self.first)?;
        self.sum.map(|sum| CandleRow {
            period: first.period,
            open: first.open,
            first: first.first,
            ..sum
        })
    }

    /// Returns the last price before the window.
    pub fn previous_close(&self) -> Option<Price> {
        self.previous_close
    }

    /// Returns the window at `at` over these minutes, after a price before it.
    pub fn restore(
        minutes: &Numbered<CandleRow>,
        previous_close: Option<Price>,
        at: Timestamp,
    ) -> Rolling {
        let oldest = Rolling::oldest_minute(at);
        let mut rolling = Rolling {
            first: minutes.partition_point(|minute| minute.period < oldest),
            sum: None,
            previous_close,
        };
        for (_, minute) in minutes.from(rolling.first) {
            rolling.push(minute);
        }
        rolling
    }
}
