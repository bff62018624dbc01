//! Who somebody says they are: name, date of birth, country and address, each of them text that is shown as text.

use model::calendar::Calendar;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::country::Country;

const NAME_CHARS_MAX: usize = 200;
const ADDRESS_CHARS_MAX: usize = 400;
const AGE_YEARS_MIN: i64 = 18;
const AGE_YEARS_MAX: i64 = 130;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BirthDate {
    year: u16,
    month: u8,
    day: u8,
}

/// Who somebody says they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub born: BirthDate,
    pub country: Country,
    pub address: String,
}

/// A person as it is sealed.
#[derive(Deserialize, Serialize)]
struct Sealed {
    name: String,
    born: String,
    country: String,
    address: String,
}

impl BirthDate {
    /// Returns the day that `YYYY-MM-DD` names, `None` when there is none.
    pub fn parse(text: &str) -> Option<BirthDate> {
        let is_shaped = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_shaped {
            return None;
        }
        let year: u16 = text[..4].parse().ok()?;
        let month: u8 = text[5..7].parse().ok()?;
        let day: u8 = text[8..].parse().ok()?;
        let is_day = 1 <= day && day <= days_of(year, month)?;
        is_day.then_some(BirthDate { year, month, day })
    }

    /// Returns the whole years between this day and a moment.
    fn age_years(self, at: Timestamp) -> i64 {
        let today = Calendar(at).to_string();
        let today = today
            .get(..10)
            .and_then(BirthDate::parse)
            .expect("a moment of this age has a date of ten signs");
        let is_before_birthday = (today.month, today.day) < (self.month, self.day);
        i64::from(today.year) - i64::from(self.year) - i64::from(is_before_birthday)
    }
}

impl core::fmt::Display for BirthDate {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let BirthDate { year, month, day } = self;
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

fn days_of(year: u16, month: u8) -> Option<u8> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if is_leap => Some(29),
        2 => Some(28),
        _ => None,
    }
}

impl Person {
    /// Returns the person of these texts.
    ///
    /// # Errors
    /// The name of the first that cannot be: `legalName`, `birthDate`, `country`, `address`.
    pub fn parse(
        (name, born): (&str, &str),
        (country, address): (&str, &str),
        at: Timestamp,
    ) -> Result<Person, &'static str> {
        let is_name = is_line(name, NAME_CHARS_MAX) && name.chars().any(char::is_alphabetic);
        if !is_name {
            return Err("legalName");
        }
        let born = BirthDate::parse(born).ok_or("birthDate")?;
        let age = born.age_years(at);
        if age < AGE_YEARS_MIN || AGE_YEARS_MAX < age {
            return Err("birthDate");
        }
        let country = Country::parse(country).ok_or("country")?;
        if !is_line(address, ADDRESS_CHARS_MAX) {
            return Err("address");
        }
        Ok(Person {
            name: name.to_owned(),
            born,
            country,
            address: address.to_owned(),
        })
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let sealed = Sealed {
            name: self.name.clone(),
            born: self.born.to_string(),
            country: self.country.text().to_owned(),
            address: self.address.clone(),
        };
        serde_json::to_vec(&sealed).expect("four texts are JSON")
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Person> {
        let sealed: Sealed = serde_json::from_slice(bytes).ok()?;
        Some(Person {
            name: sealed.name,
            born: BirthDate::parse(&sealed.born)?,
            country: Country::parse(&sealed.country)?,
            address: sealed.address,
        })
    }
}

/// Whether a text is one line that looks like what it says: nothing invisible, nothing that turns others around.
fn is_line(text: &str, chars_max: usize) -> bool {
    let is_shown = |sign: char| !sign.is_control() && !is_invisible(sign);
    !text.is_empty()
        && text == text.trim()
        && text.chars().count() <= chars_max
        && text.chars().all(is_shown)
}

const fn is_invisible(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2023-11-14.
    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn refused(name: &str, born: &str, country: &str, address: &str) -> Option<&'static str> {
        Person::parse((name, born), (country, address), NOW).err()
    }

    #[test]
    fn each_part_is_checked_by_itself() {
        let address = "Example Street 1, 12345 Town";
        for (name, born, country, place, expected) in [
            ("Ann Example", "1990-02-28", "DE", address, None),
            ("安 <b>", "2000-02-29", "DE", address, None),
            ("", "1990-02-28", "DE", address, Some("legalName")),
            ("123", "1990-02-28", "DE", address, Some("legalName")),
            (" Ann", "1990-02-28", "DE", address, Some("legalName")),
            ("An\nn", "1990-02-28", "DE", address, Some("legalName")),
            (
                "An\u{202e}n",
                "1990-02-28",
                "DE",
                address,
                Some("legalName"),
            ),
            ("Ann", "1990-02-29", "DE", address, Some("birthDate")),
            ("Ann", "1990-13-01", "DE", address, Some("birthDate")),
            ("Ann", "1990-00-01", "DE", address, Some("birthDate")),
            ("Ann", "90-01-01", "DE", address, Some("birthDate")),
            ("Ann", "+990-01-01", "DE", address, Some("birthDate")),
            ("Ann", "1890-01-01", "DE", address, Some("birthDate")),
            ("Ann", "2005-11-14", "DE", address, None),
            ("Ann", "2005-11-15", "DE", address, Some("birthDate")),
            ("Ann", "2090-01-01", "DE", address, Some("birthDate")),
            ("Ann", "1990-02-28", "de", address, Some("country")),
            ("Ann", "1990-02-28", "DE", "", Some("address")),
            ("Ann", "1990-02-28", "DE", "a\tb", Some("address")),
        ] {
            assert_eq!(
                refused(name, born, country, place),
                expected,
                "{name} {born}"
            );
        }
        let long = "x".repeat(401);
        assert_eq!(refused("Ann", "1990-02-28", "DE", &long), Some("address"));
    }

    #[test]
    fn a_person_reads_back_from_its_bytes() {
        let person = Person::parse(("Ann", "1990-02-28"), ("DE", "Street 1"), NOW).expect("legal");
        assert_eq!(Person::from_bytes(&person.to_bytes()), Some(person));
        assert_eq!(Person::from_bytes(b"{}"), None);
    }
}
