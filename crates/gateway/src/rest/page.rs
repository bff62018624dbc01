//! A page of a list, as the views and the history are both asked for it.

use indexer::range::Range;
use model::time::Timestamp;
use views::span::Span;

use crate::rest::range::{Times, newest_until};

/// Which rows of a list, and how many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub range: Range,
    pub count: usize,
}

/// The oldest row that is kept of a list without holes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oldest {
    pub number: u64,
    pub at: Timestamp,
}

impl Page {
    /// Returns the page that begins with a number.
    pub const fn from(first: u64, count: usize) -> Page {
        let range = Range::From(first);
        Page { range, count }
    }

    /// Returns the page of these times.
    pub const fn of_times(times: Times, count: usize) -> Page {
        let range = match times {
            Times::Newest => Range::Newest,
            Times::From(span) => Range::Within(span.from, span.until),
            Times::Until(until) => Range::Until(until),
        };
        Page { range, count }
    }

    /// Returns its rows of a list that answers these three questions.
    pub fn of<T>(
        self,
        newest: impl Fn(usize) -> Vec<T>,
        from: impl Fn(u64, usize) -> Vec<T>,
        within: impl Fn(Span, usize) -> Vec<T>,
    ) -> Vec<T> {
        match self.range {
            Range::Newest => newest(self.count),
            Range::From(first) => from(first, self.count),
            Range::Within(first, last) => within(
                Span {
                    from: first,
                    until: last,
                },
                self.count,
            ),
            Range::Until(until) => newest_until(until, self.count, |span| within(span, usize::MAX)),
        }
    }

    /// Returns whether so many rows, out of a list that begins with the oldest, are all of this page.
    pub fn is_whole(self, found: usize, oldest: Option<Oldest>) -> bool {
        let Some(oldest) = oldest else {
            return false;
        };
        match self.range {
            Range::Newest | Range::Until(_) => self.count <= found,
            Range::From(first) => oldest.number <= first,
            // Another row of the same moment may be gone.
            Range::Within(from, _) => oldest.at < from,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_whole_when_nothing_before_the_oldest_belongs_to_it() {
        let at = Timestamp::from_millis;
        let oldest = Some(Oldest {
            number: 5,
            at: at(50),
        });
        for (range, found, expected) in [
            (Range::Newest, 3, true),
            (Range::Newest, 2, false),
            (Range::Until(at(60)), 3, true),
            (Range::Until(at(60)), 2, false),
            (Range::From(5), 0, true),
            (Range::From(4), 3, false),
            (Range::Within(at(51), at(60)), 0, true),
            (Range::Within(at(50), at(60)), 3, false),
        ] {
            let page = Page { range, count: 3 };
            assert_eq!(page.is_whole(found, oldest), expected, "{range:?} {found}");
            assert!(!page.is_whole(found, None));
        }
    }
}
