//! How many connections each stranger holds open, so that none holds them all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use crate::config::{Config, Limiting};
use crate::limit::lock;
use crate::network::network_of;

/// The connections that are open, by who holds them.
///
/// **Shape** no more rows than connections are open.
#[derive(Debug)]
pub struct Crowd {
    per_network_max: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that counts for as long as this lives.
#[derive(Debug)]
pub struct Seat {
    crowd: Arc<Crowd>,
    network: IpAddr,
}

impl Crowd {
    /// Returns the crowd of an exchange; who lifts its limits lifts this one.
    pub fn of(config: &Config) -> Arc<Crowd> {
        Crowd::new(match config.limiting {
            Limiting::Limited(_) => config.bounds.connections_per_network_max,
            Limiting::Unlimited(_) => usize::MAX,
        })
    }

    /// Returns a crowd of nobody.
    pub fn new(per_network_max: usize) -> Arc<Crowd> {
        Arc::new(Crowd {
            per_network_max,
            open: Mutex::default(),
        })
    }

    /// Counts a connection; `None` when its address, or network of version 6, has as many as it may.
    pub fn enter(self: &Arc<Crowd>, address: IpAddr) -> Option<Seat> {
        let network = network_of(address);
        let mut open = lock(&self.open);
        let count = open.entry(network).or_insert(0);
        if mutant::plant!("connections-of-one", false, self.per_network_max <= *count) {
            return None;
        }
        *count += 1;
        Some(Seat {
            crowd: Arc::clone(self),
            network,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = lock(&self.crowd.open);
        if let Some(count) = open.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_its_number_of_connections_and_leaves_no_trace() {
        let crowd = Crowd::new(2);
        let enter = |text: &str| crowd.enter(text.parse().expect("an address"));
        let held = [enter("2001:db8::1"), enter("2001:db8::2")];
        assert!(held.iter().all(Option::is_some));
        assert!(enter("2001:db8::3").is_none());
        assert!(enter("2001:db8:0:1::1").is_some(), "another network");
        drop(held);
        assert!(enter("2001:db8::3").is_some());
        assert!(lock(&crowd.open).is_empty());
    }
}
