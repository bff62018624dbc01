//! The candles of one market, built from its trades.
//!
//! A trade touches one row only, that of its second. A second with trades is added to its minute when a later
//! second trades, and a minute to every longer interval when a later minute trades; readers add what is pending.

use crate::candle::{Candle, CandleRange};
use crate::candle_row::{CandleTrade, merge, moved, row_of};
use crate::interval::Interval;
use crate::numbered::Numbered;
use crate::rolling::Rolling;
use model::instrument::Instrument;
use model::number::Price;
use model::snapshot_views::{CANDLE_INTERVALS, CandleRow, CandleState};
use model::time::Timestamp;

const SECOND: usize = Interval::Second1 as usize;
const MINUTE: usize = Interval::Minute1 as usize;
const _: () = assert!(Interval::ALL.len() == CANDLE_INTERVALS);

/// The rows of one interval that have trades, oldest first.
type Series = Numbered<CandleRow>;

pub struct Candles {
    series: [Series; CANDLE_INTERVALS],
    /// The last minute with trades, without its last second.
    minute: Option<CandleRow>,
    /// The last second with trades.
    second: Option<CandleRow>,
    rolling: Rolling,
}

/// The intervals that got a new row: one bit each, by number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Grown(u32);

impl Grown {
    const NOTHING: Grown = Grown(0);

    fn with(self, index: usize) -> Grown {
        Grown(self.0 | 1 << index)
    }

    /// Returns the intervals in the set.
    pub fn intervals(self) -> impl Iterator<Item = Interval> {
        Interval::ALL
            .into_iter()
            .filter(move |interval| self.0 & (1 << *interval as u32) != 0)
    }

    pub fn is_nothing(self) -> bool {
        self == Grown::NOTHING
    }
}

impl Candles {
    pub fn new() -> Candles {
        Candles {
            series: std::array::from_fn(|_| Numbered::starting_at(0)),
            minute: None,
            second: None,
            rolling: Rolling::new(),
        }
    }

    /// Takes in a trade; time never runs backwards.
    pub fn add(&mut self, trade: &CandleTrade, at: Timestamp) -> Grown {
        let row = row_of(trade, Interval::Second1.period(at));
        match &mut self.second {
            Some(second) if second.period == row.period => {
                merge(second, &row);
                Grown::NOTHING
            }
            _ => {
                let grown = self.close_second();
                self.second = Some(row);
                grown
            }
        }
    }

    fn close_second(&mut self) -> Grown {
        let Some(second) = self.second else {
            return Grown::NOTHING;
        };
        self.series[SECOND].push(second);
        let row = moved(&second, Interval::Second1, Interval::Minute1);
        let grown = match &mut self.minute {
            Some(minute) if minute.period == row.period => {
                merge(minute, &row);
                Grown::NOTHING
            }
            _ => {
                let grown = self.close_minute();
                self.minute = Some(row);
                grown
            }
        };
        grown.with(SECOND)
    }

    fn close_minute(&mut self) -> Grown {
        let Some(minute) = self.minute else {
            return Grown::NOTHING;
        };
        self.series[MINUTE].push(minute);
        self.rolling.push(&minute);
        let mut grown = Grown::NOTHING.with(MINUTE);
        for interval in &Interval::ALL[MINUTE + 1..] {
            let row = moved(&minute, Interval::Minute1, *interval);
            let index = *interval as usize;
            match self.series[index].back_mut() {
                Some(last) if last.period == row.period => merge(last, &row),
                _ => {
                    self.series[index].push(row);
                    grown = grown.with(index);
                }
            }
        }
        grown
    }

    /// Lets go of the oldest row of an interval.
    pub fn pop(&mut self, interval: Interval) {
        let series = &mut self.series[interval as usize];
        if interval == Interval::Minute1 {
            self.rolling.leave(series);
        }
        series.pop();
    }

    /// Returns the period of the oldest stored row of an interval.
    pub fn oldest(&self, interval: Interval) -> Option<i64> {
        self.series[interval as usize].front().map(|row| row.period)
    }

    /// Moves the rolling 24 hours up to `at`.
    pub fn roll(&mut self, at: Timestamp) {
        self.rolling.roll(&self.series[MINUTE], at);
    }

    /// Returns what traded in the 24 hours before `at`, and the last price before them.
    pub fn day(&self, at: Timestamp) -> (Option<CandleRow>, Option<Price>) {
        let mut rolling = self.rolling;
        rolling.roll(&self.series[MINUTE], at);
        let mut day = rolling.row(&self.series[MINUTE]);
        let mut previous_close = rolling.previous_close();
        for row in &self.pending(Interval::Minute1) {
            if row.period < Rolling::oldest_minute(at) {
                previous_close = Some(row.close);
            } else {
                match &mut day {
                    Some(day) => merge(day, row),
                    None => day = Some(*row),
                }
            }
        }
        (day, previous_close)
    }

    /// Returns the candles asked for, without holes, up to the one that runs at `at`.
    pub fn read(
        &self,
        interval: Interval,
        range: &CandleRange,
        at: Timestamp,
        instrument: &Instrument,
    ) -> Vec<Candle> {
        let rows = self.rows(interval);
        let Some((start, end)) = rows.periods(interval, range, at) else {
            return Vec::new();
        };
        let mut next = rows.partition_point(start);
        let mut candles = Vec::with_capacity(range.count.min((end - start + 1) as usize));
        for period in start..=end {
            match rows.get(next) {
                Some(row) if row.period == period => {
                    candles.push(Candle::of_row(interval, row, instrument));
                    next += 1;
                }
                _ => candles.extend(
                    next.checked_sub(1)
                        .and_then(|before| rows.get(before))
                        .map(|before| Candle::flat(interval, period, before.close)),
                ),
            }
        }
        candles
    }

    /// Returns every row of an interval with what is pending.
    fn rows(&self, interval: Interval) -> Rows<'_> {
        let series = &self.series[interval as usize];
        let mut tail: Vec<CandleRow> = Vec::with_capacity(3);
        // The last row of a long interval may still run: what is pending may belong to it.
        let is_long = Interval::Minute1 < interval;
        tail.extend(series.back().filter(|_| is_long));
        let stored = series.len() - tail.len();
        for row in self.pending(interval) {
            match tail.last_mut() {
                Some(last) if last.period == row.period => merge(last, &row),
                _ => tail.push(row),
            }
        }
        Rows {
            series,
            stored,
            tail,
        }
    }

    /// Returns what is not stored yet, as one or two rows of the interval.
    fn pending(&self, interval: Interval) -> Vec<CandleRow> {
        let minute = self
            .minute
            .filter(|_| interval != Interval::Second1)
            .map(|row| moved(&row, Interval::Minute1, interval));
        let second = self
            .second
            .map(|row| moved(&row, Interval::Second1, interval));
        match (minute, second) {
            (Some(mut minute), Some(second)) if minute.period == second.period => {
                merge(&mut minute, &second);
                vec![minute]
            }
            (minute, second) => minute.into_iter().chain(second).collect(),
        }
    }

    /// Returns the candles as a snapshot keeps them.
    pub fn state(&self, at: Timestamp) -> CandleState {
        let mut rolling = self.rolling;
        rolling.roll(&self.series[MINUTE], at);
        let rows = |series: &Series| series.from(0).map(|(_, row)| *row).collect();
        CandleState {
            series: std::array::from_fn(|index| rows(&self.series[index])),
            minute: self.minute,
            second: self.second,
            previous_close: rolling.previous_close(),
        }
    }

    /// Returns the candles of a snapshot taken at `at`, or `None` when a series is out of order.
    pub fn from_state(state: &CandleState, at: Timestamp) -> Option<Candles> {
        let mut candles = Candles::new();
        for (series, rows) in candles.series.iter_mut().zip(&state.series) {
            if !rows.is_sorted_by(|a, b| a.period < b.period) {
                return None;
            }
            for row in rows {
                series.push(*row);
            }
        }
        candles.minute = state.minute;
        candles.second = state.second;
        candles.rolling = Rolling::restore(&candles.series[MINUTE], state.previous_close, at);
        Some(candles)
    }
}

/// The rows of an interval as if nothing were pending.
struct Rows<'a> {
    series: &'a Series,
    /// How many rows of the series count; what follows is in `tail`.
    stored: usize,
    tail: Vec<CandleRow>,
}

impl Rows<'_> {
    fn len(&self) -> usize {
        self.stored + self.tail.len()
    }

    fn get(&self, index: usize) -> Option<&CandleRow> {
        match index.checked_sub(self.stored) {
            Some(index) => self.tail.get(index),
            None => self.series.get(self.series.first() + index as u64),
        }
    }

    /// Returns the index of the first row at or after a period.
    fn partition_point(&self, period: i64) -> usize {
        let stored = self.series.partition_point(|row| row.period < period) - self.series.first();
        if (stored as usize) < self.stored {
            return stored as usize;
        }
        self.stored + self.tail.partition_point(|row| row.period < period)
    }

    /// Returns the first and last period asked for, or `None` when there is none.
    fn periods(
        &self,
        interval: Interval,
        range: &CandleRange,
        at: Timestamp,
    ) -> Option<(i64, i64)> {
        let oldest = self.get(0)?.period;
        let newest = self.get(self.len() - 1)?.period.max(interval.period(at));
        let lower = range
            .from
            .map_or(oldest, |from| oldest.max(first_from(interval, from)));
        let upper = range
            .until
            .map_or(newest, |until| newest.min(interval.period(until)));
        let count = i64::try_from(range.count).unwrap_or(i64::MAX);
        let (start, end) = match range.from {
            Some(_) => (lower, upper.min(lower.saturating_add(count - 1))),
            None => (lower.max(upper.saturating_sub(count - 1)), upper),
        };
        (start <= end).then_some((start, end))
    }
}

/// Returns the first period that opens at `from` or after it.
fn first_from(interval: Interval, from: Timestamp) -> i64 {
    let period = interval.period(from);
    period + i64::from(interval.opens(period) < from)
}
