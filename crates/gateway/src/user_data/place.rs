//! Where an event stands among those of its account: the same on every run, so that a stream can be resumed from it.

use core::fmt;

use model::id::Sequence;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;

/// The place of an event: the number of its command, and the how manieth of that command its account is told it is.
///
/// **Shape** as text `command-index`, counted from 1, or `command` alone for the place after all its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub sequence: Sequence,
    index: u32,
}

impl Place {
    /// Returns the place of an event of a command.
    ///
    /// # Panics
    /// Beyond 2^32 events of one command.
    pub fn new(sequence: Sequence, index: usize) -> Place {
        let index = u32::try_from(index).expect("the events of a command are bounded");
        Place { sequence, index }
    }

    /// Returns the place after all events of a command.
    pub const fn after(sequence: Sequence) -> Place {
        Place {
            sequence,
            index: u32::MAX,
        }
    }

    /// Returns the place that a text names.
    pub fn parse(text: &str) -> Option<Place> {
        let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let number = |text: &str| Some(text).filter(is_number)?.parse().ok();
        match text.split_once('-') {
            None => Some(Place::after(Sequence(number(text)?))),
            Some((sequence, index)) => Some(Place {
                sequence: Sequence(number(sequence)?),
                index: Some(index).filter(is_number)?.parse().ok()?,
            }),
        }
    }

    /// Returns the last command of which everything stands before this place.
    pub fn whole_before(self) -> Sequence {
        if self.index == u32::MAX {
            self.sequence
        } else {
            Sequence(self.sequence.0.saturating_sub(1))
        }
    }
}

/// Whether the messages about an account say where they stand among those of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// As upstream: strict clients stumble over a key they do not know.
    Plain,
    Numbered,
}

impl Marks {
    /// Returns what the parameter `ext` asks for.
    ///
    /// # Errors
    /// -1130 for anything but yes or no.
    pub fn of(params: &Params) -> Result<Marks, Refusal> {
        match params.raw("ext") {
            Some("1" | "true") => Ok(Marks::Numbered),
            None | Some("0" | "false") => Ok(Marks::Plain),
            Some(_) => Err(Refusal::with(Fault::DataInvalid, &["ext"])),
        }
    }
}

/// Returns the JSON text of a message with the place of its event and that of the one before it, where that is known.
pub fn numbered(text: &str, place: Place, before: Option<Place>) -> String {
    let open = text.strip_suffix('}').unwrap_or(text);
    match before {
        Some(before) => format!("{open},\"sq\":\"{place}\",\"ps\":\"{before}\"}}"),
        None => format!("{open},\"sq\":\"{place}\"}}"),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.sequence.0)?;
        if self.index != u32::MAX {
            write!(formatter, "-{}", self.index)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_and_places_stand_in_order() {
        let places = [
            Place::new(Sequence(7), 1),
            Place::new(Sequence(7), 12),
            Place::after(Sequence(7)),
            Place::new(Sequence(8), 1),
        ];
        assert!(places.is_sorted_by(|left, right| left < right));
        for (place, text) in places.iter().zip(["7-1", "7-12", "7", "8-1"]) {
            assert_eq!(place.to_string(), text);
            assert_eq!(Place::parse(text), Some(*place));
        }
        for odd in [
            "",
            "-",
            "7-",
            "-7",
            "+7",
            "7-1-1",
            "7.1",
            "18446744073709551616",
        ] {
            assert_eq!(Place::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_command_is_whole_before_the_place_after_it_only() {
        assert_eq!(Place::after(Sequence(7)).whole_before(), Sequence(7));
        assert_eq!(Place::new(Sequence(7), 3).whole_before(), Sequence(6));
    }
}
