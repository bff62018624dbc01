//! A day in UTC.

use model::calendar::Calendar;
use model::time::{NANOS_PER_DAY, Timestamp};

/// The characters of `2024-08-08`.
const DATE_CHARS: usize = 10;

/// A UTC day, counted from the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// Returns the day of a moment.
    pub const fn of(at: Timestamp) -> Day {
        Day(at.nanos().div_euclid(NANOS_PER_DAY))
    }

    /// Returns the day that a text such as `2024-08-08` names, from 1970 to 2261.
    pub fn parse(text: &str) -> Option<Day> {
        let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        let is_near = (1970..=2261).contains(&year);
        if !is_near || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let day = Day(day_number(year, month, day));
        // Whatever is no date, and every other way to write one, comes out otherwise.
        (day.to_string() == text).then_some(day)
    }

    /// Returns the first moment of the day.
    pub const fn begins(self) -> Timestamp {
        Timestamp::from_nanos(self.0.saturating_mul(NANOS_PER_DAY))
    }

    #[must_use]
    pub const fn next(self) -> Day {
        Day(self.0 + 1)
    }
}

/// Returns the days from the epoch to a date of the Gregorian calendar; days beyond the end of a month count on.
///
/// Years begin in March here, so that the leap day is a year's last day (`model::calendar` does the same).
const fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year / 4 - year / 100 + year / 400;
    365 * year + leap_days + day_of_year - 719_468
}

impl core::fmt::Display for Day {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let moment = Calendar(self.begins()).to_string();
        formatter.write_str(moment.get(..DATE_CHARS).unwrap_or(&moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_read_as_it_is_shown() {
        // 211 is prime, so that every day of the year comes up.
        for number in (0..106_000).step_by(211) {
            assert_eq!(Day::parse(&Day(number).to_string()), Some(Day(number)));
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2024-02-30",
            "2023-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-8-08",
            "2024-08-08 ",
            "20240808",
            "2024-08",
            "2024-08-08-01",
            "+2024-08-08",
            "1969-12-31",
            "2262-01-01",
            "../../etc",
            "2024-08-0a",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_where_the_one_before_it_ends() {
        let day = Day::parse("2024-02-29").expect("a leap day");
        assert_eq!(Day::of(day.begins()), day);
        assert_eq!(Day::of(day.begins().plus_nanos(-1)).next(), day);
        assert_eq!(day.next().to_string(), "2024-03-01");
    }
}
