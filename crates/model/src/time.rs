//! Engine time: stamped once by the sequencer, never read from a clock below it (D15).

/// A moment in nanoseconds since the epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

pub const NANOS_PER_MILLI: i64 = 1_000_000;
pub const NANOS_PER_SECOND: i64 = 1_000_000_000;
pub const NANOS_PER_HOUR: i64 = 3_600 * NANOS_PER_SECOND;
pub const NANOS_PER_DAY: i64 = 86_400 * NANOS_PER_SECOND;

impl Timestamp {
    pub const ZERO: Timestamp = Timestamp(0);
    /// The end of time: a request that is valid until then never expires.
    pub const MAX: Timestamp = Timestamp(i64::MAX);

    /// Returns the moment `nanos` after the epoch.
    pub const fn from_nanos(nanos: i64) -> Timestamp {
        Timestamp(nanos)
    }

    /// Returns the moment `millis` after the epoch, clamped to the range of the type.
    pub const fn from_millis(millis: i64) -> Timestamp {
        Timestamp(millis.saturating_mul(NANOS_PER_MILLI))
    }

    /// Returns nanoseconds since the epoch.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Returns whole milliseconds since the epoch, toward the past.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(NANOS_PER_MILLI)
    }

    /// Returns whole seconds since the epoch, toward the past.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(NANOS_PER_SECOND)
    }

    /// Returns whole hours since the epoch, toward the past.
    pub const fn hours(self) -> i64 {
        self.0.div_euclid(NANOS_PER_HOUR)
    }

    /// Returns the moment `nanos` later, clamped to the range of the type.
    #[must_use]
    pub const fn plus_nanos(self, nanos: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(nanos))
    }
}
