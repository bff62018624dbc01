//! Which rows of a list a request asks for.
//!
//! **Source** `docs/spec/binance-surface.md` §2: without a time the newest rows, with a start the first from there, with
//! an end only the newest up to there.

use model::time::{NANOS_PER_DAY, Timestamp};
use views::span::Span;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::moment;

/// Rows an account gets of its own, unless it asks for another number, and at most.
pub const ROWS_DEFAULT: usize = 500;
pub const ROWS_MAX: usize = 1_000;

const NANOS_PER_MILLI: i64 = 1_000_000;
/// A request in milliseconds ends at the last nanosecond of its last millisecond.
const REST_OF_MILLI: i64 = NANOS_PER_MILLI - 1;

/// The times of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// The newest rows.
    Newest,
    /// The first rows within the span.
    From(Span),
    /// The newest rows up to the moment.
    Until(Timestamp),
}

/// The longest stretch a request may name; `docs/spec/history.md` §3.2 says which read has which, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Day,
    Week,
    Quarter,
    /// Any: what is read is bounded by its rows.
    ByRows,
}

impl Reach {
    const fn days(self) -> Option<i64> {
        match self {
            Reach::Day => Some(1),
            Reach::Week => Some(7),
            Reach::Quarter => Some(90),
            Reach::ByRows => None,
        }
    }

    /// Returns where a request ends that names its start only: what has so many rows at most needs no end.
    const fn end_of(self, from: Timestamp) -> Timestamp {
        match (self, self.days()) {
            (Reach::Day, _) | (_, None) => Timestamp::MAX,
            (_, Some(days)) => from.plus_nanos(days * NANOS_PER_DAY),
        }
    }

    /// Returns how trading words that a request goes beyond a day, and how the wallet does beyond several.
    fn refusal(days: i64) -> Refusal {
        match days {
            1 => Refusal::with(Fault::TooManyHours, &["24"]),
            days => Refusal::with(Fault::TooManyDays, &[&days.to_string()]),
        }
    }
}

/// Returns the times of a request.
///
/// # Errors
/// -1100 and -1108 for malformed times, -1127 or -4047 beyond the reach, -1130 when the end lies before the start.
pub fn times(params: &Params, reach: Reach) -> Result<Times, Refusal> {
    let start = moment(params, "startTime")?;
    let end = moment(params, "endTime")?.map(end_of_milli);
    match (start, end) {
        (None, None) => Ok(Times::Newest),
        (None, Some(end)) => Ok(Times::Until(end)),
        (Some(from), None) => Ok(Times::From(Span {
            from,
            until: reach.end_of(from),
        })),
        (Some(from), Some(until)) => {
            if until < from {
                return Err(Refusal::with(Fault::DataInvalid, &["startTime"]));
            }
            if let Some(days) = reach.days()
                && from.plus_nanos(days * NANOS_PER_DAY + REST_OF_MILLI) < until
            {
                return Err(Reach::refusal(days));
            }
            Ok(Times::From(Span { from, until }))
        }
    }
}

/// Returns the last moment of the millisecond that a request names.
pub fn end_of_milli(end: Timestamp) -> Timestamp {
    if end.nanos() % NANOS_PER_MILLI == 0 {
        end.plus_nanos(REST_OF_MILLI)
    } else {
        end
    }
}

/// Returns the newest `count` of the rows that `within` finds up to `until`.
///
/// Looks back over ever longer stretches, so that a request for the newest rows does not read all of them.
pub fn newest_until<T>(until: Timestamp, count: usize, within: impl Fn(Span) -> Vec<T>) -> Vec<T> {
    const STRETCHES: [i64; 2] = [60_000_000_000, 3_600_000_000_000];
    let stretches = STRETCHES.map(|stretch| until.plus_nanos(-stretch));
    let mut rows = Vec::new();
    for from in stretches.into_iter().chain([Timestamp::ZERO]) {
        rows = within(Span { from, until });
        if count <= rows.len() {
            break;
        }
    }
    rows.split_off(rows.len().saturating_sub(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Times, i32> {
        let params = Params::parse(query, "").expect("legal");
        times(&params, Reach::Day).map_err(|refusal| refusal.code)
    }

    #[test]
    fn times_name_the_rows() {
        assert_eq!(read(""), Ok(Times::Newest));
        assert_eq!(
            read("endTime=5"),
            Ok(Times::Until(Timestamp::from_nanos(5_999_999)))
        );
        assert_eq!(
            read("startTime=1&endTime=2"),
            Ok(Times::From(Span::of_millis(1, 2)))
        );
        let to_the_end = Span {
            from: Timestamp::from_millis(1),
            until: Timestamp::MAX,
        };
        assert_eq!(read("startTime=1"), Ok(Times::From(to_the_end)));
        assert_eq!(read("startTime=2&endTime=1"), Err(-1130));
        assert!(read("startTime=0&endTime=86400000").is_ok());
        assert_eq!(read("startTime=0&endTime=86400001"), Err(-1127));
        assert_eq!(read("startTime=-62135596800000"), Err(-1100));
        assert!(read("startTime=253402300799000").is_ok());
    }

    #[test]
    fn the_newest_rows_are_found_without_reading_all() {
        let rows = |span: Span| -> Vec<i64> {
            let seconds = span.from.seconds().max(0)..=span.until.seconds();
            seconds.collect()
        };
        let until = Timestamp::from_millis(10_000_000);
        assert_eq!(newest_until(until, 2, rows), [9_999, 10_000]);
        assert_eq!(newest_until(until, 5_000, rows).first(), Some(&5_001));
        assert_eq!(newest_until(until, 1_000_000, rows).len(), 10_001);
    }
}
