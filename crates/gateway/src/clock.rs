//! The clock of the outside world. The engine's time is in its events; this one checks windows and prints answers.

use std::time::{SystemTime, UNIX_EPOCH};

use model::time::Timestamp;

/// Returns the time now.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since.map_or(0, |since| {
        i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
    });
    Timestamp::from_nanos(nanos)
}
