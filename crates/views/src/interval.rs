//! The sixteen candle intervals and their periods.

use model::time::Timestamp;

/// The length of a candle. All periods are UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Interval {
    Second1 = 0,
    Minute1 = 1,
    Minute3 = 2,
    Minute5 = 3,
    Minute15 = 4,
    Minute30 = 5,
    Hour1 = 6,
    Hour2 = 7,
    Hour4 = 8,
    Hour6 = 9,
    Hour8 = 10,
    Hour12 = 11,
    Day1 = 12,
    /// Counted from the epoch.
    Day3 = 13,
    /// From Monday.
    Week1 = 14,
    /// The calendar month.
    Month1 = 15,
}

impl Interval {
    pub const ALL: [Interval; 16] = [
        Interval::Second1,
        Interval::Minute1,
        Interval::Minute3,
        Interval::Minute5,
        Interval::Minute15,
        Interval::Minute30,
        Interval::Hour1,
        Interval::Hour2,
        Interval::Hour4,
        Interval::Hour6,
        Interval::Hour8,
        Interval::Hour12,
        Interval::Day1,
        Interval::Day3,
        Interval::Week1,
        Interval::Month1,
    ];

    /// Returns the name clients use: `1s`, `1m`, … `1w`, `1M`.
    pub const fn name(self) -> &'static str {
        match self {
            Interval::Second1 => "1s",
            Interval::Minute1 => "1m",
            Interval::Minute3 => "3m",
            Interval::Minute5 => "5m",
            Interval::Minute15 => "15m",
            Interval::Minute30 => "30m",
            Interval::Hour1 => "1h",
            Interval::Hour2 => "2h",
            Interval::Hour4 => "4h",
            Interval::Hour6 => "6h",
            Interval::Hour8 => "8h",
            Interval::Hour12 => "12h",
            Interval::Day1 => "1d",
            Interval::Day3 => "3d",
            Interval::Week1 => "1w",
            Interval::Month1 => "1M",
        }
    }

    /// Returns the interval with this name.
    pub fn from_name(name: &str) -> Option<Interval> {
        Interval::ALL
            .into_iter()
            .find(|interval| interval.name() == name)
    }

    /// Returns the number of the period that contains the moment; the next period has the next number.
    pub const fn period(self, at: Timestamp) -> i64 {
        match self.seconds() {
            Some((length, offset)) => (at.seconds() - offset).div_euclid(length),
            None => month_of_day(at.seconds().div_euclid(DAY)),
        }
    }

    /// Returns the first moment of a period.
    pub const fn opens(self, period: i64) -> Timestamp {
        let second = match self.seconds() {
            Some((length, offset)) => period.saturating_mul(length).saturating_add(offset),
            None => first_day_of_month(period).saturating_mul(DAY),
        };
        Timestamp::from_nanos(second.saturating_mul(model::time::NANOS_PER_SECOND))
    }

    /// Returns (length, offset of a period from the epoch) in seconds, or `None` for months.
    const fn seconds(self) -> Option<(i64, i64)> {
        Some(match self {
            Interval::Second1 => (1, 0),
            Interval::Minute1 => (MINUTE, 0),
            Interval::Minute3 => (3 * MINUTE, 0),
            Interval::Minute5 => (5 * MINUTE, 0),
            Interval::Minute15 => (15 * MINUTE, 0),
            Interval::Minute30 => (30 * MINUTE, 0),
            Interval::Hour1 => (HOUR, 0),
            Interval::Hour2 => (2 * HOUR, 0),
            Interval::Hour4 => (4 * HOUR, 0),
            Interval::Hour6 => (6 * HOUR, 0),
            Interval::Hour8 => (8 * HOUR, 0),
            Interval::Hour12 => (12 * HOUR, 0),
            Interval::Day1 => (DAY, 0),
            Interval::Day3 => (3 * DAY, 0),
            // The epoch was a Thursday; the Monday after it was day 4.
            Interval::Week1 => (7 * DAY, 4 * DAY),
            Interval::Month1 => return None,
        })
    }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Days from 0000-03-01 to the epoch.
const EPOCH_DAY: i64 = 719_468;
/// Days in 400 years of the Gregorian calendar, after which it repeats.
const ERA_DAYS: i64 = 146_097;

/// Returns the month of a day, counted in months since year 0.
///
/// Years begin in March here, so that the leap day is a year's last day and month lengths follow one line:
/// 153 days every five months.
const fn month_of_day(day: i64) -> i64 {
    let day = day + EPOCH_DAY;
    let era = day.div_euclid(ERA_DAYS);
    let day_of_era = day.rem_euclid(ERA_DAYS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    (era * 400 + year_of_era) * 12 + month_from_march + 2
}

/// Returns the first day of a month that counts months since year 0.
const fn first_day_of_month(month: i64) -> i64 {
    let from_march = month - 2;
    let year = from_march.div_euclid(12);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * from_march.rem_euclid(12) + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH_DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds since the epoch of the opening of the period that contains `second`.
    fn opening(interval: Interval, second: i64) -> i64 {
        interval
            .opens(interval.period(Timestamp::from_millis(second * 1000)))
            .seconds()
    }

    #[test]
    fn a_period_opens_on_its_grid() {
        let moment = 1_723_126_509; // Thursday 2024-08-08 14:15:09
        let midnight = 1_723_075_200;
        for (interval, opens) in [
            (Interval::Second1, moment),
            (Interval::Minute1, midnight + 14 * HOUR + 15 * MINUTE),
            (Interval::Minute30, midnight + 14 * HOUR),
            (Interval::Hour4, midnight + 12 * HOUR),
            (Interval::Hour12, midnight + 12 * HOUR),
            (Interval::Day1, midnight),
            (Interval::Week1, midnight - 3 * DAY),
            (Interval::Month1, midnight - 7 * DAY),
        ] {
            assert_eq!(opening(interval, moment), opens, "{}", interval.name());
        }
    }

    #[test]
    fn months_follow_the_calendar() {
        for (second, opens) in [
            (0, 0),
            (951_782_400, 949_363_200),     // 2000-02-29 in February 2000
            (951_868_800, 951_868_800),     // 2000-03-01
            (1_704_067_199, 1_701_388_800), // the last second of 2023 in December
            (1_704_067_200, 1_704_067_200), // 2024-01-01
            (-1, -2_678_400),               // 1969-12-31 in December 1969
        ] {
            assert_eq!(opening(Interval::Month1, second), opens, "{second}");
        }
    }

    #[test]
    fn every_moment_lies_in_its_period_and_periods_are_adjacent() {
        for interval in Interval::ALL {
            for step in 0..20_000_i64 {
                let at = Timestamp::from_millis(step * 600_000_123 - 4_000_000_000_000);
                let period = interval.period(at);
                assert!(interval.opens(period) <= at);
                assert!(at < interval.opens(period + 1));
                assert_eq!(interval.period(interval.opens(period)), period);
            }
        }
    }

    #[test]
    fn an_interval_is_found_by_its_name() {
        for interval in Interval::ALL {
            assert_eq!(Interval::from_name(interval.name()), Some(interval));
        }
        assert_eq!(Interval::from_name("1y"), None);
    }
}
