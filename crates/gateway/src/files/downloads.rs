//! How many files are sent at a time, in all and to one address.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const ALL_MAX: usize = 64;
const ADDRESS_MAX: usize = 8;

/// The files that are being sent, by address.
#[derive(Debug, Default)]
pub struct Downloads {
    open: Mutex<BTreeMap<IpAddr, usize>>,
}

/// One of them; dropping it makes room for another.
#[derive(Debug)]
pub struct Download {
    address: IpAddr,
    downloads: Arc<Downloads>,
}

impl Downloads {
    /// Counts another one, if there is room for it.
    pub fn begin(self: &Arc<Downloads>, address: IpAddr) -> Option<Download> {
        let address = address.to_canonical();
        let mut open = self.lock();
        let own = open.get(&address).copied().unwrap_or(0);
        if ADDRESS_MAX <= own || ALL_MAX <= open.values().sum() {
            return None;
        }
        open.insert(address, own + 1);
        drop(open);
        Some(Download {
            address,
            downloads: Arc::clone(self),
        })
    }

    /// Nothing here can panic while it holds the lock, so a poisoned one is as good as another.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let mut open = self.downloads.lock();
        match open.get_mut(&self.address) {
            Some(count) if 1 < *count => *count -= 1,
            _ => drop(open.remove(&self.address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_all_together_have_their_bounds() {
        let downloads = Arc::<Downloads>::default();
        let address = |last| IpAddr::from([127, 0, 0, last]);
        let begin = |last| downloads.begin(address(last));
        let mut own: Vec<_> = (0..8).map(|_| begin(1).expect("room")).collect();
        assert!(begin(1).is_none());
        own.pop();
        own.push(begin(1).expect("room again"));
        for last in 2..=8 {
            own.extend((0..8).map(|_| begin(last).expect("room")));
        }
        assert!(begin(9).is_none());
        own.clear();
        assert!(begin(9).is_some());
        assert!(downloads.lock().is_empty());
    }
}
