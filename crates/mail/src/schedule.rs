//! When what failed is tried again.

use std::time::Duration;

const MESSAGE_MIN: Duration = Duration::from_secs(30);
const MESSAGE_MAX: Duration = Duration::from_secs(3_600);
const SERVER_MIN: Duration = Duration::from_secs(2);
const SERVER_MAX: Duration = Duration::from_secs(300);

/// Returns how long a message rests after `failures` failures, the newest among them: half a minute, doubled each time,
/// at most an hour.
pub(crate) fn message_rest(failures: u32) -> Duration {
    doubled(MESSAGE_MIN, failures).min(MESSAGE_MAX)
}

/// Returns how long a server is left alone after so many failures in a row: two seconds, doubled each time, at most five
/// minutes.
pub(crate) fn server_rest(failures: u32) -> Duration {
    doubled(SERVER_MIN, failures).min(SERVER_MAX)
}

fn doubled(first: Duration, failures: u32) -> Duration {
    first.saturating_mul(1 << failures.saturating_sub(1).min(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_double_up_to_their_bound() {
        for (failures, message, server) in [
            (1, 30, 2),
            (2, 60, 4),
            (3, 120, 8),
            (7, 1_920, 128),
            (8, 3_600, 256),
            (9, 3_600, 300),
            (u32::MAX, 3_600, 300),
        ] {
            assert_eq!(message_rest(failures).as_secs(), message, "{failures}");
            assert_eq!(server_rest(failures).as_secs(), server, "{failures}");
        }
    }
}
