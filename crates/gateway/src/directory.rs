//! Keys and listings that requests asked for lately, apart from the views: looking one up never waits for a fold.
//!
//! A request needs both before it can be sent on, and they hardly ever change.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use model::id::KeyId;
use model::text::Symbol;
use views::change::Change;
use views::key::Key;

use crate::rest::facts::Listing;

/// Keys, and listings, that are kept; one more, and they are gathered anew.
const KEPT_MAX: usize = 65_536;

/// What is kept.
///
/// Whoever keeps or forgets something holds the views meanwhile, so that nothing is kept that a fold has changed.
#[derive(Debug, Default)]
pub struct Directory {
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    keys: HashMap<KeyId, Key>,
    listings: HashMap<Symbol, Listing>,
}

impl Directory {
    /// Returns a key, if it is kept.
    pub fn key(&self, key: KeyId) -> Option<Key> {
        self.read().keys.get(&key).copied()
    }

    /// Returns a listing, if it is kept.
    pub fn listing(&self, symbol: Symbol) -> Option<Listing> {
        self.read().listings.get(&symbol).copied()
    }

    /// Keeps a key that the views have.
    pub fn keep_key(&self, key: Key) {
        keep(&mut self.write().keys, key.key, key);
    }

    /// Keeps a listing that the views have.
    pub fn keep_listing(&self, listing: Listing) {
        keep(
            &mut self.write().listings,
            listing.instrument.symbol,
            listing,
        );
    }

    /// Forgets what these changes touch.
    pub fn forget(&self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::KeyRevoked { key, .. } | Change::KeyEndSet { key, .. } => {
                    self.write().keys.remove(key);
                }
                Change::MarketChanged { .. } => self.write().listings.clear(),
                _ => {}
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep<K: Eq + Hash, V>(table: &mut HashMap<K, V>, key: K, value: V) {
    if KEPT_MAX <= table.len() {
        table.clear();
    }
    table.insert(key, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::account::Scopes;
    use model::id::AccountId;
    use model::time::Timestamp;

    fn key(id: KeyId) -> Key {
        Key {
            key: id,
            account: AccountId(1),
            scopes: Scopes::READ,
            expires_at: Timestamp::MAX,
        }
    }

    #[test]
    fn a_revoked_key_is_forgotten_and_no_other() {
        let directory = Directory::default();
        for id in [KeyId(1), KeyId(2)] {
            directory.keep_key(key(id));
        }
        directory.forget(&[Change::KeyRevoked {
            key: KeyId(1),
            account: AccountId(1),
        }]);
        assert_eq!(directory.key(KeyId(1)), None);
        assert_eq!(directory.key(KeyId(2)), Some(key(KeyId(2))));
    }

    #[test]
    fn a_key_with_another_end_is_read_anew() {
        let directory = Directory::default();
        directory.keep_key(key(KeyId(1)));
        directory.forget(&[Change::KeyEndSet {
            key: KeyId(1),
            account: AccountId(1),
        }]);
        assert_eq!(directory.key(KeyId(1)), None);
    }
}
