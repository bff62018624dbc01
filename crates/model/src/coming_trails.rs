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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::BasisPoints;
    use crate::order::Purpose;

    fn price(ticks: i64) -> Price {
        Price::new(ticks).expect("a price")
    }

    /// A stop loss to buy at 110, one to sell at 90, and one that trails at once.
    fn trails() -> [(char, Side, Trigger); 3] {
        let delta = BasisPoints::new(100).expect("a delta");
        let trigger = |condition| Trigger {
            purpose: Purpose::StopLoss,
            condition,
        };
        let from = |ticks| Condition::TrailFrom {
            activation: price(ticks),
            delta,
        };
        [
            ('a', Side::Buy, trigger(from(110))),
            ('b', Side::Sell, trigger(from(90))),
            ('c', Side::Buy, trigger(Condition::Trail { delta })),
        ]
    }

    #[test]
    fn a_trail_begins_once_at_its_price_or_beyond() {
        for (ticks, begun) in [
            (109, "c"),
            (110, "ca"),
            (111, "ca"),
            (91, "c"),
            (90, "cb"),
            (89, "cb"),
        ] {
            let mut coming = ComingTrails::default();
            for (key, side, trigger) in &trails() {
                coming.add(*key, *side, trigger);
            }
            let found: String = coming.begin(price(ticks)).into_iter().collect();
            assert_eq!(found, begun, "{ticks}");
            assert_eq!(coming.begin(price(ticks)), []);
            assert!(!coming.is_empty());
        }
    }

    #[test]
    fn a_trail_that_was_removed_does_not_begin() {
        let mut coming = ComingTrails::default();
        for (key, side, trigger) in &trails() {
            coming.add(*key, *side, trigger);
        }
        for (key, side, trigger) in &trails() {
            coming.remove(*key, *side, trigger);
        }
        assert!(coming.is_empty());
        assert_eq!(coming.begin(price(110)), []);
    }
}
