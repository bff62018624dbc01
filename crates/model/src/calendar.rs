//! Moments as people read them: the Gregorian calendar and UTC.

use crate::time::Timestamp;

const DAY_SECONDS: i64 = 86_400;
/// Days from 0000-03-01 to the epoch.
const EPOCH_DAY: i64 = 719_468;
/// Days in 400 years of the Gregorian calendar, after which it repeats.
const ERA_DAYS: i64 = 146_097;

/// A moment as text in UTC, `2023-11-14 22:13:20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar(pub Timestamp);

impl core::fmt::Display for Calendar {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let seconds = self.0.seconds();
        let (year, month, day) = date(seconds.div_euclid(DAY_SECONDS));
        let second = seconds.rem_euclid(DAY_SECONDS);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            formatter,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        )
    }
}

/// Returns the months since January of the year 0, in UTC.
pub fn month_number(at: Timestamp) -> i64 {
    let (year, month, _) = date(at.seconds().div_euclid(DAY_SECONDS));
    year * 12 + month - 1
}

/// Returns year, month and day of a day counted from the epoch.
///
/// Years begin in March here, so that the leap day is a year's last day and month lengths follow one line:
/// 153 days every five months.
const fn date(day: i64) -> (i64, i64, i64) {
    let day = day + EPOCH_DAY;
    let era = day.div_euclid(ERA_DAYS);
    let day_of_era = day.rem_euclid(ERA_DAYS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = era * 4_800 + year_of_era * 12 + from_march + 2;
    (month.div_euclid(12), month.rem_euclid(12) + 1, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_knows_leap_days_and_both_ends_of_a_year() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (951_868_800, "2000-03-01 00:00:00"),
            (1_700_000_000, "2023-11-14 22:13:20"),
            (1_704_067_199, "2023-12-31 23:59:59"),
            (1_704_067_200, "2024-01-01 00:00:00"),
            (4_107_542_400, "2100-03-01 00:00:00"),
        ] {
            let at = Timestamp::from_millis(seconds * 1_000);
            assert_eq!(Calendar(at).to_string(), text);
        }
    }
}
