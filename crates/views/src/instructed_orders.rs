//! What is kept of orders with instructions, and of legs, beside their rows.

use crate::known::known;
use crate::order::Instructed;
use model::id::{MarketId, OrderId};
use std::collections::BTreeMap;

type Key = (MarketId, OrderId);

/// By market and number, each as long as the row of its order: a plain order costs nothing here.
pub struct InstructedOrders {
    rows: BTreeMap<Key, Instructed>,
}

impl InstructedOrders {
    pub fn new() -> InstructedOrders {
        InstructedOrders {
            rows: BTreeMap::new(),
        }
    }

    pub fn set(&mut self, key: Key, instructed: Instructed) {
        self.rows.insert(key, instructed);
    }

    /// # Panics
    /// When the order has none.
    pub fn get(&self, key: Key) -> Instructed {
        *known(self.rows.get(&key))
    }

    /// # Panics
    /// When the order has none.
    pub fn get_mut(&mut self, key: Key) -> &mut Instructed {
        known(self.rows.get_mut(&key))
    }

    pub fn remove(&mut self, key: Key) {
        self.rows.remove(&key);
    }

    pub fn iter(&self) -> impl Iterator<Item = (Key, &Instructed)> {
        self.rows.iter().map(|(key, instructed)| (*key, instructed))
    }
}
