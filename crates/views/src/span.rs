//! A stretch of time that a reader asks for.

use model::time::Timestamp;

/// From the first to the last moment, both inside.
///
/// A request in milliseconds ends at the last nanosecond of its last millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Span {
    /// All of time.
    pub const ALL: Span = Span {
        from: Timestamp::from_nanos(i64::MIN),
        until: Timestamp::MAX,
    };

    /// Returns the span from the first nanosecond of one millisecond to the last of another.
    pub const fn of_millis(from_ms: i64, until_ms: i64) -> Span {
        Span {
            from: Timestamp::from_millis(from_ms),
            until: Timestamp::from_millis(until_ms.saturating_add(1)).plus_nanos(-1),
        }
    }

    /// Returns whether the moment lies inside.
    pub const fn includes(&self, at: Timestamp) -> bool {
        self.from.nanos() <= at.nanos() && at.nanos() <= self.until.nanos()
    }
}
