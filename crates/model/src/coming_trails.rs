//! Trailing orders of a market that do not track it yet, by whatever names them, and which trade lets them begin.
//!
//! **Source** `docs/spec/orders.md` §2. The core tells of no beginning: a trade may be that of any number of orders.

use crate::number::Price;
use crate::order::{Condition, Direction, Side, Trigger};
use std::collections::BTreeSet;

#[derive(Debug)]
pub struct ComingTrails<K> {
    /// They begin with any trade.
    at_once: BTreeSet<K>,
    /// They begin with a trade that is not below their price.
    above: BTreeSet<(Price, K)>,
    /// They begin with a trade that is not above their price.
    below: BTreeSet<(Price, K)>,
}

impl<K> Default for ComingTrails<K> {
    fn default() -> ComingTrails<K> {
        ComingTrails {
            at_once: BTreeSet::new(),
            above: BTreeSet::new(),
            below: BTreeSet::new(),
        }
    }
}

impl<K: Copy + Ord> ComingTrails<K> {
    pub fn is_empty(&self) -> bool {
        self.at_once.is_empty() && self.above.is_empty() && self.below.is_empty()
    }

    /// Adds an order that waits for its trigger; one that does not trail is nothing to it.
    pub fn add(&mut self, order: K, side: Side, trigger: &Trigger) {
        match trigger.condition {
            Condition::Stop { .. } => {}
            Condition::Trail { .. } => {
                self.at_once.insert(order);
            }
            Condition::TrailFrom { activation, .. } => {
                self.by_price(side, trigger).insert((activation, order));
            }
        }
    }

    /// Removes an order, if it has not begun.
    pub fn remove(&mut self, order: K, side: Side, trigger: &Trigger) {
        match trigger.condition {
            Condition::Stop { .. } => {}
            Condition::Trail { .. } => {
                self.at_once.remove(&order);
            }
            Condition::TrailFrom { activation, .. } => {
                self.by_price(side, trigger).remove(&(activation, order));
            }
        }
    }

    /// Returns the orders that begin with a trade at this price, and lets go of them.
    pub fn begin(&mut self, price: Price) -> Vec<K> {
        let mut begun: Vec<K> = core::mem::take(&mut self.at_once).into_iter().collect();
        while let Some((activation, order)) = self.above.first().copied()
            && activation <= price
        {
            self.above.pop_first();
            begun.push(order);
        }
        while let Some((activation, order)) = self.below.last().copied()
            && price <= activation
        {
            self.below.pop_last();
            begun.push(order);
        }
        begun
    }

    fn by_price(&mut self, side: Side, trigger: &Trigger) -> &mut BTreeSet<(Price, K)> {
        match trigger.direction(side) {
            Direction::Above => &mut self.above,
            Direction::Below => &mut self.below,
        }
    }
}
