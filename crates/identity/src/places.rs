//! Which place an address is in, by a list that whoever runs the exchange brings: users see it beside their sessions.
//!
//! **Shape** CSV in UTF-8; the first line is `first,last,place`, and so is what each after it has, both addresses of one version and of the range; a
//! line that begins with `#` is a remark. A range begins after the one before it of the same version ends.
//! The list is somebody else's and comes with none.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;

use crate::brought;
use crate::identity::IdentityError;

const LINES_MAX: usize = 10_000_000;
const COLUMNS: &str = "first,last,place";
const PLACE_CHARS_MAX: usize = 64;

/// The ranges of a list, those of version 4 before those of version 6, each by its first address.
#[derive(Clone, Debug, Default)]
pub struct Places {
    ranges: Vec<Range>,
    names: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Range {
    first: IpAddr,
    last: IpAddr,
    /// The place among the names.
    name: usize,
}

impl Places {
    /// Returns the list of a file.
    ///
    /// # Errors
    /// When it cannot be read, or a line of it cannot be understood.
    pub fn load(path: &Path) -> Result<Places, IdentityError> {
        let failed = |reason: String| IdentityError::PlacesFile {
            path: path.display().to_string(),
            reason,
        };
        let text = brought::read(path).map_err(|error| failed(error.to_string()))?;
        Places::parse(&text).map_err(failed)
    }

    /// Returns the list of a text.
    ///
    /// # Errors
    /// Which line cannot be understood, and why.
    pub fn parse(text: &str) -> Result<Places, String> {
        let mut places = Places::default();
        let mut known = HashMap::new();
        for (number, line) in brought::rows(text, COLUMNS)? {
            if LINES_MAX <= places.ranges.len() {
                return Err(format!("there are more than {LINES_MAX} lines"));
            }
            let (first, last, name) = read_line(line).ok_or_else(|| {
                format!("line {number} is not `first address,last address,place`")
            })?;
            let next = places.names.len();
            let name = *known.entry(name.to_owned()).or_insert_with(|| {
                places.names.push(name.to_owned());
                next
            });
            places.ranges.push(Range { first, last, name });
        }
        places.ranges.sort_unstable_by_key(|range| range.first);
        let mut pairs = places.ranges.windows(2);
        match pairs.find(|pair| pair[1].first <= pair[0].last) {
            Some(pair) => Err(format!("two ranges have {}", pair[1].first)),
            None => Ok(places),
        }
    }

    /// Returns the first ranges as they are understood, at most so many.
    pub fn preview(&self, count_max: usize) -> Vec<String> {
        let shown = |range: &Range| {
            let name = &self.names[range.name];
            format!("{} | {} | {name}", range.first, range.last)
        };
        self.ranges.iter().take(count_max).map(shown).collect()
    }

    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Returns the place of an address, `None` when the list does not say.
    pub fn of(&self, address: IpAddr) -> Option<&str> {
        let address = address.to_canonical();
        let after = self.ranges.partition_point(|range| range.first <= address);
        let range = self.ranges[..after].last()?;
        let is_in = address <= range.last;
        is_in.then(|| self.names[range.name].as_str())
    }
}

fn read_line(line: &str) -> Option<(IpAddr, IpAddr, &str)> {
    let mut cells = line
        .splitn(3, ',')
        .map(|cell| cell.trim().trim_matches('"'));
    let first: IpAddr = cells.next()?.parse().ok()?;
    let last: IpAddr = cells.next()?.parse().ok()?;
    let place = cells.next()?;
    let is_text = !place.is_empty()
        && place.chars().count() <= PLACE_CHARS_MAX
        && !place.chars().any(char::is_control);
    let is_range = first.is_ipv4() == last.is_ipv4() && first <= last;
    (is_text && is_range).then_some((first, last, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'a>(places: &'a Places, address: &str) -> Option<&'a str> {
        places.of(address.parse().expect("an address"))
    }

    #[test]
    fn an_address_is_in_the_place_of_its_range() {
        let text = "# of nobody\nfirst,last,place\n2001:db8::,2001:db8::ffff,NL\n\"192.0.2.0\",\"192.0.2.127\",\"Berlin, DE\"\n\
                    192.0.2.128,192.0.2.200,FR\n";
        let places = Places::parse(text).expect("a list");
        assert_eq!(places.len(), 3);
        assert_eq!(places.preview(1), ["192.0.2.0 | 192.0.2.127 | Berlin, DE"]);
        for (address, expected) in [
            ("192.0.2.0", Some("Berlin, DE")),
            ("192.0.2.127", Some("Berlin, DE")),
            ("192.0.2.128", Some("FR")),
            ("192.0.2.201", None),
            ("192.0.1.255", None),
            ("::ffff:192.0.2.1", Some("Berlin, DE")),
            ("2001:db8::1", Some("NL")),
            ("2001:db9::1", None),
            ("255.255.255.255", None),
        ] {
            assert_eq!(place(&places, address), expected, "{address}");
        }
        assert_eq!(place(&Places::default(), "192.0.2.1"), None);
    }

    /// A line without an end would fill the memory.
    #[test]
    fn a_file_that_is_too_large_is_refused_unread() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("places.csv");
        let file = std::fs::File::create(&path).expect("made");
        file.set_len(10 << 30).expect("ten gigabytes of nothing");
        let refused = Places::load(&path).expect_err("too large").to_string();
        assert!(refused.contains("more than 512 MiB"), "{refused}");
    }

    #[test]
    fn a_list_that_says_nothing_or_two_things_is_refused() {
        for wrong in [
            "192.0.2.0,192.0.2.9",
            "192.0.2.0,DE",
            "192.0.2.9,192.0.2.0,DE",
            "192.0.2.0,2001:db8::,DE",
            "192.0.2.0,192.0.2.9,",
            "192.0.2.0,192.0.2.9,a\u{1b}b",
            "192.0.2.0,192.0.2.9,DE\n192.0.2.9,192.0.2.12,FR",
        ] {
            let wrong = format!("{COLUMNS}\n{wrong}");
            assert!(Places::parse(&wrong).is_err(), "{wrong}");
        }
        assert!(Places::parse("192.0.2.0,192.0.2.9,DE").is_err(), "no head");
        let long = format!("{COLUMNS}\n192.0.2.0,192.0.2.9,{}", "x".repeat(65));
        assert!(Places::parse(&long).is_err());
    }
}
