//! Every key that was not revoked.

use crate::key::Key;
use crate::rows::{Rows, Slot};
use model::id::KeyId;
use model::index::Index;
use model::time::Timestamp;

pub struct Keys {
    /// A revoked key leaves `None` until its row is used again.
    rows: Rows<Option<Key>>,
    by_id: Index,
}

impl Keys {
    pub fn new(table_seed: u64) -> Keys {
        Keys {
            rows: Rows::new(),
            by_id: Index::new(table_seed),
        }
    }

    /// Adds a key.
    ///
    /// # Panics
    /// When it is there already.
    pub fn create(&mut self, key: Key) {
        assert!(self.get(key.key).is_none());
        let slot = self.rows.insert(Some(key));
        let hash = self.by_id.hash(&[key.key.0]);
        self.by_id.insert(hash, slot.place());
    }

    /// Lets a key live until another moment.
    pub fn set_end(&mut self, key: KeyId, expires_at: Timestamp) {
        let rows = &self.rows;
        let is_key = |place: u32| is_named(rows.get(Slot::at(place)), key);
        let place = self.by_id.find(self.by_id.hash(&[key.0]), is_key);
        if let Some(row) = place.and_then(|place| self.rows.get_mut(Slot::at(place)).as_mut()) {
            row.expires_at = expires_at;
        }
    }

    /// Removes a key.
    pub fn revoke(&mut self, key: KeyId) {
        let rows = &self.rows;
        let hash = self.by_id.hash(&[key.0]);
        let is_key = |place: u32| is_named(rows.get(Slot::at(place)), key);
        if let Some(slot) = self.by_id.remove(hash, is_key).map(Slot::at) {
            *self.rows.get_mut(slot) = None;
            self.rows.free(slot);
        }
    }

    pub fn get(&self, key: KeyId) -> Option<Key> {
        let is_key = |place: u32| is_named(self.rows.get(Slot::at(place)), key);
        let place = self.by_id.find(self.by_id.hash(&[key.0]), is_key)?;
        *self.rows.get(Slot::at(place))
    }

    /// Returns every key by its number.
    pub fn sorted(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = self.rows.iter().copied().flatten().collect();
        keys.sort_unstable_by_key(|key| key.key);
        keys
    }
}

fn is_named(row: &Option<Key>, key: KeyId) -> bool {
    row.is_some_and(|row| row.key == key)
}
