//! Candles of another time zone: days that begin at its midnight.
//!
//! They are put together from the kept candles of UTC, which is why a zone is a whole number of quarter hours.
//! Candles of fifteen minutes and less are the same everywhere.
//!
//! **Source** `docs/spec/binance-surface.md` §8.2.

use model::time::{NANOS_PER_SECOND, Timestamp};
use views::candle::CandleRange;
use views::interval::Interval;
use views::market::Market;
use wire::binance::answer::market::CandleFacts;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;

use crate::rest::facts;

const MINUTE_SECONDS: i64 = 60;
const HOUR_SECONDS: i64 = 60 * MINUTE_SECONDS;
const WEST_MAX_SECONDS: i64 = -12 * HOUR_SECONDS;
const EAST_MAX_SECONDS: i64 = 14 * HOUR_SECONDS;
/// What candles of a zone are put together from: the longest that fits zone and interval.
const PARTS: [Interval; 8] = [
    Interval::Hour12,
    Interval::Hour8,
    Interval::Hour6,
    Interval::Hour4,
    Interval::Hour2,
    Interval::Hour1,
    Interval::Minute30,
    Interval::Minute15,
];

/// How far local time is ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    seconds: i64,
}

impl Zone {
    pub const UTC: Zone = Zone { seconds: 0 };
    pub const EAST_8: Zone = Zone {
        seconds: 8 * HOUR_SECONDS,
    };

    /// Returns UTC where candles of this interval are the same as there.
    pub fn reduced(self, interval: Interval) -> Zone {
        if self.is_same_as_utc(interval) {
            Zone::UTC
        } else {
            self
        }
    }

    /// Returns the zone of `timeZone`, UTC when it is not sent: hours, or hours and minutes, with or without a sign.
    ///
    /// # Errors
    /// -1130 for anything else, beyond -12:00 and +14:00, and between quarter hours.
    pub fn parse(params: &Params) -> Result<Zone, Refusal> {
        let text = params.text("timeZone")?.unwrap_or("0");
        read(text).ok_or_else(|| Refusal::with(Fault::DataInvalid, &["timeZone"]))
    }

    fn is_same_as_utc(self, interval: Interval) -> bool {
        self.seconds == 0 || interval <= Interval::Minute15
    }

    /// Returns the period that contains the moment.
    pub fn period(self, interval: Interval, at: Timestamp) -> i64 {
        interval.period(at.plus_nanos(self.seconds * NANOS_PER_SECOND))
    }

    /// Returns the first moment of a period.
    pub fn opens(self, interval: Interval, period: i64) -> Timestamp {
        let local = interval.opens(period);
        local.plus_nanos(-self.seconds * NANOS_PER_SECOND)
    }

    /// Returns the last moment of a period.
    pub fn closes(self, interval: Interval, period: i64) -> Timestamp {
        self.opens(interval, period + 1).plus_nanos(-1)
    }

    /// Returns the interval of the candles that those of an interval are put together from.
    pub fn part_of(self, interval: Interval) -> Interval {
        if self.is_same_as_utc(interval) {
            interval
        } else {
            self.part(interval)
        }
    }

    fn part(self, interval: Interval) -> Interval {
        let fits = |part: &Interval| {
            let length = length_seconds(*part);
            self.seconds % length == 0 && length_seconds(interval) % length == 0
        };
        let found = PARTS.into_iter().find(fits);
        found.expect("a zone and every longer interval are whole quarter hours")
    }
}

/// Months differ; all that matters of one is that it is made of days.
fn length_seconds(interval: Interval) -> i64 {
    interval.opens(1).seconds() - interval.opens(0).seconds()
}

fn read(text: &str) -> Option<Zone> {
    // A plus sign that was not percent-encoded arrives as a space.
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix(['+', ' ']).unwrap_or(text)),
    };
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
    if !(1..=2).contains(&hours.len()) || minutes.len() != 2 {
        return None;
    }
    let seconds = sign * (digits(hours)? * HOUR_SECONDS + digits(minutes)? * MINUTE_SECONDS);
    let is_zone = digits(minutes)? < 60
        && seconds % (15 * MINUTE_SECONDS) == 0
        && WEST_MAX_SECONDS <= seconds
        && seconds <= EAST_MAX_SECONDS;
    is_zone.then_some(Zone { seconds })
}

fn digits(text: &str) -> Option<i64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok())?
}

/// Returns the candles of a market in a zone, without holes, oldest first, up to the running one at `at`.
pub fn candles(
    market: &Market,
    zone: Zone,
    interval: Interval,
    range: &CandleRange,
    at: Timestamp,
) -> Vec<CandleFacts> {
    if zone.is_same_as_utc(interval) {
        let candles = market.candles(interval, range, at);
        return candles.iter().map(facts::candle).collect();
    }
    let Some((first, last)) = periods(market, zone, interval, range, at) else {
        return Vec::new();
    };
    (first..=last)
        .filter_map(|period| candle(market, zone, interval, period, at))
        .collect()
}

/// Returns the first and the last period of a range: none before the first kept trade, none after `at`.
fn periods(
    market: &Market,
    zone: Zone,
    interval: Interval,
    range: &CandleRange,
    at: Timestamp,
) -> Option<(i64, i64)> {
    let everything = CandleRange {
        from: Some(Timestamp::ZERO),
        until: None,
        count: 1,
    };
    let kept = market.candles(zone.part(interval), &everything, at);
    let oldest = zone.period(interval, kept.first()?.opens_at());
    let newest = zone.period(interval, range.until.map_or(at, |until| until.min(at)));
    let count = i64::try_from(range.count).unwrap_or(i64::MAX);
    Some(match range.from {
        None => (oldest.max(newest.saturating_sub(count) + 1), newest),
        Some(from) => {
            let first = first_from(zone, interval, from).max(oldest);
            (first, newest.min(first.saturating_add(count) - 1))
        }
    })
}

/// Returns the first period that opens at the moment or after it.
pub fn first_from(zone: Zone, interval: Interval, from: Timestamp) -> i64 {
    let period = zone.period(interval, from);
    if zone.opens(interval, period) < from {
        period + 1
    } else {
        period
    }
}

/// Returns one candle of a market in a zone; `None` when nothing had traded by its end.
pub fn candle(
    market: &Market,
    zone: Zone,
    interval: Interval,
    period: i64,
    at: Timestamp,
) -> Option<CandleFacts> {
    let (opens_at, closes_at) = (zone.opens(interval, period), zone.closes(interval, period));
    let parts = CandleRange {
        from: Some(opens_at),
        until: Some(closes_at),
        count: usize::MAX,
    };
    let parts = market.candles(zone.part(interval), &parts, at);
    let whole = parts.iter().map(facts::candle).reduce(joined)?;
    Some(CandleFacts {
        opens_at,
        closes_at,
        ..whole
    })
}

/// Returns a candle and a later one as one.
pub fn joined(earlier: CandleFacts, later: CandleFacts) -> CandleFacts {
    CandleFacts {
        opens_at: earlier.opens_at,
        closes_at: later.closes_at,
        open: earlier.open,
        high: earlier.high.max(later.high),
        low: earlier.low.min(later.low),
        close: later.close,
        base_units: earlier.base_units + later.base_units,
        quote_units: earlier.quote_units + later.quote_units,
        taker_buy_base_units: earlier.taker_buy_base_units + later.taker_buy_base_units,
        taker_buy_quote_units: earlier.taker_buy_quote_units + later.taker_buy_quote_units,
        trade_count: earlier.trade_count + later.trade_count,
        trades: match (earlier.trades, later.trades) {
            (Some((first, _)), Some((_, last))) => Some((first, last)),
            (earlier, later) => earlier.or(later),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        read(text).map(|zone| zone.seconds)
    }

    #[test]
    fn a_zone_is_hours_or_hours_and_minutes() {
        for (text, expected) in [
            ("0", 0),
            ("00:00", 0),
            ("8", 28_800),
            (" 08:00", 28_800),
            ("+08:00", 28_800),
            ("05:45", 20_700),
            ("-1:00", -3_600),
            ("-3:30", -12_600),
            ("-12", -43_200),
            ("14:00", 50_400),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        for text in [
            "", "-", "+", "15", "14:15", "-12:15", "1:60", "1:5", "1:07", "8:", ":30", "UTC",
            "1.5", "--1", "+-1", "100", "٨", "1:00:00", "-0x1",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_candle_is_made_of_the_longest_parts_that_fit() {
        for (zone, interval, part) in [
            ("8", Interval::Day1, Interval::Hour8),
            ("9", Interval::Day1, Interval::Hour1),
            ("12", Interval::Month1, Interval::Hour12),
            ("5:30", Interval::Hour1, Interval::Minute30),
            ("5:45", Interval::Week1, Interval::Minute15),
            ("8", Interval::Hour12, Interval::Hour4),
            ("5:45", Interval::Minute30, Interval::Minute15),
        ] {
            let zone = read(zone).expect("a zone");
            assert_eq!(zone.part(interval), part, "{zone:?} {interval:?}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_of_its_zone() {
        let zone = read("8").expect("a zone");
        let sixteen_utc = Timestamp::from_millis(16 * 3_600_000);
        let period = zone.period(Interval::Day1, sixteen_utc);
        assert_eq!(zone.opens(Interval::Day1, period), sixteen_utc);
        let before = sixteen_utc.plus_nanos(-1);
        assert_eq!(zone.closes(Interval::Day1, period - 1), before);
    }
}
