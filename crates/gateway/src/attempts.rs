//! How often an address may try to register, sign in or have a message sent.
//!
//! **Source** OWASP ASVS 5.0 V6.3.1. All addresses together are bounded by the thread that hashes passwords.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::config::Limiting;
use crate::limit::{Limited, Window, lock, make_room, seconds_left};
use crate::network::network_of;

const PERIOD_SECONDS: i64 = 300;
const PER_PERIOD_MAX: u32 = 30;

/// The counters.
pub struct Attempts {
    limiting: Limiting,
    networks: Mutex<HashMap<IpAddr, Window>>,
}

impl Attempts {
    /// Returns counters that start at zero.
    pub fn new(limiting: Limiting) -> Attempts {
        Attempts {
            limiting,
            networks: Mutex::default(),
        }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// 429 after thirty in five minutes, with the seconds to wait.
    pub fn count(&self, address: IpAddr, now: Timestamp) -> Result<(), Limited> {
        let seconds = now.seconds();
        let mut networks = lock(&self.networks);
        make_room(&mut networks, |window: &Window| {
            0 < window.count(seconds, PERIOD_SECONDS)
        });
        let window = networks.entry(network_of(address)).or_default();
        let attempts = window.add(seconds, PERIOD_SECONDS, 1);
        let is_limited = matches!(self.limiting, Limiting::Limited(_));
        if mutant::plant!(
            "attempts-not-counted",
            false,
            is_limited && PER_PERIOD_MAX < attempts
        ) {
            return Err(too_many(seconds_left(seconds, PERIOD_SECONDS)));
        }
        Ok(())
    }
}

/// Returns the refusal of one attempt too many.
pub fn too_many(retry_after_seconds: i64) -> Limited {
    Limited {
        refusal: Refusal::of(Fault::TooManyAttempts),
        retry_after_seconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RequestLimits;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_thirty_attempts_in_five_minutes() {
        let attempts = Attempts::new(Limiting::Limited(RequestLimits::UPSTREAM));
        for first in ["10.0.0.1", "2001:db8::1"] {
            for _ in 0..30 {
                assert_eq!(attempts.count(address(first), at(10)), Ok(()));
            }
        }
        for (same, other) in [
            ("10.0.0.1", "10.0.0.2"),
            ("::ffff:10.0.0.1", "10.0.0.3"),
            ("2001:db8::ffff:1", "2001:db8:0:1::1"),
        ] {
            let limited = attempts.count(address(same), at(10)).expect_err("over");
            assert_eq!(
                (limited.refusal.status, limited.retry_after_seconds),
                (429, 290)
            );
            assert_eq!(attempts.count(address(other), at(10)), Ok(()));
        }
        assert_eq!(attempts.count(address("10.0.0.1"), at(300)), Ok(()));
    }

    #[test]
    fn without_limits_attempts_are_only_counted() {
        let attempts = Attempts::new(Limiting::Unlimited(RequestLimits::UPSTREAM));
        for _ in 0..100 {
            assert_eq!(attempts.count(address("10.0.0.1"), at(10)), Ok(()));
        }
    }
}
