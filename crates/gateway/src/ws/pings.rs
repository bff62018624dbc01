//! Whether the peer of a socket is still there.

use core::time::Duration;
use std::collections::VecDeque;
use std::time::Instant;

/// Pings whose answer still counts.
const PINGS_KEPT: usize = 8;

/// The newest pings and the last answer to one of them.
#[derive(Debug)]
pub struct Pings {
    sent: VecDeque<Vec<u8>>,
    number: u64,
    answered: Instant,
}

impl Pings {
    /// Returns the state of a peer that just connected.
    pub fn new(now: Instant) -> Pings {
        Pings {
            sent: VecDeque::new(),
            number: 0,
            answered: now,
        }
    }

    /// Returns the payload of the next ping.
    pub fn next(&mut self) -> Vec<u8> {
        self.number += 1;
        let payload = self.number.to_string().into_bytes();
        if PINGS_KEPT <= self.sent.len() {
            self.sent.pop_front();
        }
        self.sent.push_back(payload.clone());
        payload
    }

    /// Takes in a pong; one that answers no ping proves nothing.
    pub fn take_in(&mut self, payload: &[u8], now: Instant) {
        if let Some(index) = self.sent.iter().position(|sent| sent == payload) {
            self.sent.drain(..=index);
            self.answered = now;
        }
    }

    /// Returns whether the peer has answered a ping within `timeout`, or was not pinged since.
    pub fn are_answered(&self, now: Instant, timeout: Duration) -> bool {
        self.sent.is_empty() || now.duration_since(self.answered) < timeout
    }
}
