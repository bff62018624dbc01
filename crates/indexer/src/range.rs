//! Which rows a reader asks for.

use model::time::Timestamp;

/// Some rows of a list that is sorted by number, and by that in time.
///
/// **Shape** every range but `From` leads by a key, so that a page costs as much as its rows, however old they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// The newest.
    Newest,
    /// The first with this number or a later one.
    From(u64),
    /// The first from one moment to another, both included.
    Within(Timestamp, Timestamp),
    /// The newest up to the moment.
    Until(Timestamp),
}

impl Range {
    /// Returns whether the rows are the last of their kind, not the first.
    pub const fn is_newest(self) -> bool {
        matches!(self, Range::Newest | Range::Until(_))
    }
}
