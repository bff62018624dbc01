//! The candles of one market on one day, interval by interval, without holes after its first trade.

use model::instrument::Instrument;
use model::number::Price;
use model::snapshot_views::CandleRow;
use model::time::Timestamp;
use views::candle::Candle;
use views::candle_row::{CandleTrade, merge, row_of};
use views::interval::Interval;

use crate::day::Day;

/// The candles of one interval that are not written yet.
#[derive(Debug)]
pub struct DayCandles {
    interval: Interval,
    /// The candle that may still grow.
    open: Option<CandleRow>,
    /// The next period to write.
    next: i64,
    /// The last price before that period; `None` before the first trade of the market.
    close: Option<Price>,
}

impl DayCandles {
    /// Returns the candles of a day that begins after a trade at `close`, if there was one.
    pub const fn begin(interval: Interval, day: Day, close: Option<Price>) -> DayCandles {
        DayCandles {
            interval,
            open: None,
            next: interval.period(day.begins()),
            close,
        }
    }

    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// Takes in a trade and hands out the candles that are complete by it.
    pub fn add(
        &mut self,
        trade: &CandleTrade,
        at: Timestamp,
        instrument: &Instrument,
        take: &mut impl FnMut(&Candle),
    ) {
        let row = row_of(trade, self.interval.period(at));
        match &mut self.open {
            Some(open) if open.period == row.period => merge(open, &row),
            _ => {
                self.close_until(row.period, instrument, take);
                self.open = Some(row);
            }
        }
    }

    /// Hands out the rest of the day.
    pub fn finish(mut self, day: Day, instrument: &Instrument, take: &mut impl FnMut(&Candle)) {
        let end = self.interval.period(day.next().begins());
        self.close_until(end, instrument, take);
    }

    /// Hands out the open candle and the empty ones after it, up to a period.
    fn close_until(&mut self, end: i64, instrument: &Instrument, take: &mut impl FnMut(&Candle)) {
        if let Some(row) = self.open.take() {
            take(&Candle::of_row(self.interval, &row, instrument));
            self.close = Some(mutant::plant!("file-flat-at-the-open", row.open, row.close));
            self.next = row.period + 1;
        }
        if let Some(close) = self.close {
            for period in self.next..end {
                take(&Candle::flat(self.interval, period, close));
            }
        }
        self.next = end;
    }
}
