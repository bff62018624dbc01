//! Times of the dialect: milliseconds, or microseconds for clients that ask for them.
//!
//! **Source** `docs/spec/binance-surface.md` §2 and §3.5.

use model::calendar;
use model::time::Timestamp;
use serde::{Serialize, Serializer};

use crate::binance::error::{Fault, Refusal};
use crate::binance::params::{Params, illegal};
use crate::decimal::{self, DecimalError};

const NANOS_PER_MICRO: i64 = 1_000;
const NANOS_PER_MILLI: i64 = 1_000_000;
/// A number of this size or more is microseconds: the year 5138 in milliseconds, 1973 in microseconds.
const MICROS_FROM: i64 = 100_000_000_000_000;
/// The last moment whose nanoseconds fit.
const MICROS_MAX: i64 = i64::MAX / NANOS_PER_MICRO;

const RECV_WINDOW_DEFAULT_NS: i64 = 5_000 * NANOS_PER_MILLI;
const RECV_WINDOW_MAX_MS: i128 = 60_000;
const RECV_WINDOW_RANGE: &str = r"^([0-9]{1,5})(\.[0-9]{1,3})?$";
/// How far a client's clock may run ahead.
const AHEAD_MAX_NS: i64 = 1_000 * NANOS_PER_MILLI;

/// The unit in which a client reads times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    Milliseconds,
    Microseconds,
}

impl TimeUnit {
    /// Returns the unit a client names, in any case.
    ///
    /// # Errors
    /// -1194 for any other text.
    pub fn parse(text: &str) -> Result<TimeUnit, Refusal> {
        if text.eq_ignore_ascii_case("MILLISECOND") {
            Ok(TimeUnit::Milliseconds)
        } else if text.eq_ignore_ascii_case("MICROSECOND") {
            Ok(TimeUnit::Microseconds)
        } else {
            Err(Refusal::of(Fault::TimeUnitInvalid))
        }
    }

    /// Returns the moment as this client reads it.
    pub const fn show(self, at: Timestamp) -> Time {
        Time(match self {
            TimeUnit::Milliseconds => at.nanos().div_euclid(NANOS_PER_MILLI),
            TimeUnit::Microseconds => at.nanos().div_euclid(NANOS_PER_MICRO),
        })
    }
}

/// A printed time; -1 where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time(i64);

impl Time {
    pub const NONE: Time = Time(-1);
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// A moment as text in UTC, `2023-11-14 22:13:20`: what wallet clients read where others read milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar(pub Timestamp);

impl Serialize for Calendar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&calendar::Calendar(self.0))
    }
}

/// Returns an optional moment, given in milliseconds or microseconds.
///
/// # Errors
/// -1100 for anything but digits, -1108 beyond the range of time.
pub fn moment(params: &Params, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(number) = params.integer(name)? else {
        return Ok(None);
    };
    if number < MICROS_FROM {
        return Ok(Some(Timestamp::from_millis(number)));
    }
    if MICROS_MAX < number {
        return Err(Refusal::with(Fault::Overflowed, &[name]));
    }
    Ok(Some(Timestamp::from_nanos(number * NANOS_PER_MICRO)))
}

/// Until when a signed request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub sent_at: Timestamp,
    pub valid_until: Timestamp,
}

impl Window {
    /// Returns the window of a signed request: `timestamp` and `recvWindow`.
    ///
    /// # Errors
    /// -1102 without a timestamp, -1131 above 60 seconds, -1105 for an empty window, -1100 outside the grammar.
    pub fn parse(params: &Params) -> Result<Window, Refusal> {
        params.mandatory("timestamp")?;
        Window::parse_unsigned(params, Timestamp::ZERO)
    }

    /// Returns the window of a request that need not say when it was sent: a browser's, whose clock may be wrong.
    ///
    /// # Errors
    /// As `parse`, but for a timestamp that is missing.
    pub fn parse_unsigned(params: &Params, now: Timestamp) -> Result<Window, Refusal> {
        let sent_at = moment(params, "timestamp")?.unwrap_or(now);
        let length_ns = recv_window_ns(params)?;
        Ok(Window {
            sent_at,
            valid_until: sent_at.plus_nanos(length_ns),
        })
    }

    /// Checks the window against the clock.
    ///
    /// # Errors
    /// -1021 with the text for a late or for an early request.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if mutant::plant!(
            "early-request-taken",
            false,
            now.plus_nanos(AHEAD_MAX_NS) <= self.sent_at
        ) {
            return Err(Refusal::of(Fault::AheadOfTime));
        }
        if mutant::plant!("late-request-taken", false, self.valid_until < now) {
            return Err(Refusal::of(Fault::OutsideWindow));
        }
        Ok(())
    }
}

fn recv_window_ns(params: &Params) -> Result<i64, Refusal> {
    const UNITS_PER_MS: i128 = 100_000_000;
    const UNITS_PER_NS: i128 = 100;
    const UNITS_PER_THOUSANDTH: i128 = 100_000;
    let range = || illegal("recvWindow", RECV_WINDOW_RANGE);
    let too_large = || Refusal::of(Fault::RecvWindowTooLarge);
    let Some(text) = params.text("recvWindow")? else {
        return Ok(RECV_WINDOW_DEFAULT_NS);
    };
    let units = decimal::parse(text).map_err(|error| match error {
        DecimalError::Overflow => too_large(),
        DecimalError::Grammar | DecimalError::Precision => range(),
    })?;
    if RECV_WINDOW_MAX_MS * UNITS_PER_MS < units {
        return Err(too_large());
    }
    if units % UNITS_PER_THOUSANDTH != 0 {
        return Err(range());
    }
    i64::try_from(units / UNITS_PER_NS).map_err(|_| range())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn check(query: &str) -> Result<Window, i32> {
        let params = Params::parse(query, "").expect("legal");
        Window::parse(&params)
            .and_then(|window| window.check(NOW).map(|()| window))
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_request_stands_from_a_second_before_to_its_window_after() {
        assert!(check("timestamp=1700000000000").is_ok());
        assert!(check("timestamp=1700000000999").is_ok());
        assert_eq!(check("timestamp=1700000001000"), Err(-1021));
        assert!(check("timestamp=1699999995000").is_ok());
        assert_eq!(check("timestamp=1699999994999"), Err(-1021));
        assert!(check("timestamp=1699999940000&recvWindow=60000").is_ok());
        assert_eq!(
            check("timestamp=1699999940000&recvWindow=60000.001"),
            Err(-1131)
        );
    }

    #[test]
    fn microseconds_and_fractional_windows_are_read() {
        let window = check("timestamp=1700000000000500&recvWindow=0.5").expect("stands");
        assert_eq!(window.sent_at.nanos(), 1_700_000_000_000_500_000);
        assert_eq!(window.valid_until.nanos(), 1_700_000_000_001_000_000);
    }

    #[test]
    fn malformed_times_are_refused() {
        for (query, code) in [
            ("", -1102),
            ("timestamp=", -1102),
            ("timestamp=now", -1100),
            ("timestamp=-1", -1100),
            ("timestamp=9223372036854775807", -1108),
            ("timestamp=99999999999999999999", -1108),
            ("timestamp=1700000000000&recvWindow=1e3", -1100),
            ("timestamp=1700000000000&recvWindow=-5", -1100),
            ("timestamp=1700000000000&recvWindow=1.2345", -1100),
            ("timestamp=1700000000000&recvWindow=", -1105),
            ("timestamp=1700000000000&recvWindow=60001", -1131),
            (
                "timestamp=1700000000000&recvWindow=999999999999999999999999999999",
                -1131,
            ),
        ] {
            assert_eq!(check(query), Err(code), "{query}");
        }
    }

    #[test]
    fn a_moment_prints_in_the_unit_asked_for() {
        let at = Timestamp::from_nanos(1_700_000_000_123_456_789);
        assert_eq!(TimeUnit::Milliseconds.show(at), Time(1_700_000_000_123));
        assert_eq!(
            TimeUnit::parse("microsecond").map(|unit| unit.show(at)),
            Ok(Time(1_700_000_000_123_456))
        );
        assert_eq!(
            TimeUnit::parse("SECOND").map_err(|refusal| refusal.code),
            Err(-1194)
        );
    }
}
