//! The triggers of one market: which waiting orders the next trade makes due, and which are due already.

use std::collections::{BTreeMap, BTreeSet};

use model::id::OrderId;
use model::number::{BasisPoints, Price};
use model::order::{Condition, Direction, Side, Trigger};

use crate::trail::Trail;

/// Orders by number; where each rests as a parked order, the book knows.
#[derive(Clone, Debug)]
pub struct Triggers {
    /// Stop and activation prices, and what reaching them does.
    above: BTreeMap<(Price, OrderId), Reached>,
    below: BTreeMap<(Price, OrderId), Reached>,
    /// Trails that begin with the next trade.
    fresh: BTreeMap<OrderId, Tracking>,
    buys: Trail,
    sells: Trail,
    due: BTreeSet<OrderId>,
}

/// What happens once the market is at a price.
#[derive(Clone, Copy, Debug)]
enum Reached {
    Start,
    Track(Tracking),
}

#[derive(Clone, Copy, Debug)]
struct Tracking {
    side: Side,
    delta: BasisPoints,
}

/// Where an order stands among the triggers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Waits,
    Trails { extreme: Price },
    IsDue,
}

impl Triggers {
    pub fn new() -> Triggers {
        Triggers {
            above: BTreeMap::new(),
            below: BTreeMap::new(),
            fresh: BTreeMap::new(),
            buys: Trail::new(Side::Buy),
            sells: Trail::new(Side::Sell),
            due: BTreeSet::new(),
        }
    }

    /// Lets an order wait for its trigger.
    pub fn wait(&mut self, order: OrderId, side: Side, trigger: &Trigger) {
        let tracking = |delta| Tracking { side, delta };
        let (price, reached) = match trigger.condition {
            Condition::Stop { price } => (price, Reached::Start),
            Condition::TrailFrom { activation, delta } => {
                (activation, Reached::Track(tracking(delta)))
            }
            Condition::Trail { delta } => {
                self.fresh.insert(order, tracking(delta));
                return;
            }
        };
        self.prices(trigger.direction(side))
            .insert((price, order), reached);
    }

    /// Lets an order that was restored go on tracking. Those with better extremes come first.
    pub fn track(&mut self, order: OrderId, side: Side, delta: BasisPoints, extreme: Price) {
        self.trail_mut(side).track(order, delta, extreme);
    }

    /// Makes an order due, whatever it waited for.
    pub fn make_due(&mut self, order: OrderId) {
        self.due.insert(order);
    }

    /// Forgets an order, wherever it stands.
    pub fn forget(&mut self, order: OrderId, side: Side, trigger: Option<&Trigger>) {
        if self.due.remove(&order) || self.trail_mut(side).forget(order) {
            return;
        }
        let Some(trigger) = trigger else {
            return;
        };
        match trigger.price() {
            Some(price) => self
                .prices(trigger.direction(side))
                .remove(&(price, order))
                .is_some(),
            None => self.fresh.remove(&order).is_some(),
        };
    }

    /// Returns where an order that was let wait stands.
    pub fn standing(&self, order: OrderId, side: Side) -> Standing {
        if self.due.contains(&order) {
            return Standing::IsDue;
        }
        match self.trail(side).extreme(order) {
            Some(extreme) => Standing::Trails { extreme },
            None => Standing::Waits,
        }
    }

    /// Shows a trade to every trigger.
    ///
    /// **Cost** O(log n) and what it changes. **Source** `docs/spec/orders.md` §2.
    pub fn on_trade(&mut self, price: Price) {
        self.buys.on_trade(price, &mut self.due);
        self.sells.on_trade(price, &mut self.due);
        while let Some(first) = self.above.first_entry()
            && Direction::Above.is_met(first.key().0, price)
        {
            let ((_, order), reached) = first.remove_entry();
            self.reach(order, reached, price);
        }
        while let Some(last) = self.below.last_entry()
            && Direction::Below.is_met(last.key().0, price)
        {
            let ((_, order), reached) = last.remove_entry();
            self.reach(order, reached, price);
        }
        while let Some((order, tracking)) = self.fresh.pop_first() {
            self.reach(order, Reached::Track(tracking), price);
        }
    }

    fn reach(&mut self, order: OrderId, reached: Reached, price: Price) {
        match reached {
            Reached::Start => {
                self.due.insert(order);
            }
            Reached::Track(Tracking { side, delta }) => self.track(order, side, delta, price),
        }
    }

    /// Returns whether no trade can change anything.
    pub fn is_idle(&self) -> bool {
        self.above.is_empty()
            && self.below.is_empty()
            && self.fresh.is_empty()
            && self.buys.is_empty()
            && self.sells.is_empty()
    }

    /// Returns the due order that starts next.
    pub fn next_due(&self) -> Option<OrderId> {
        mutant::plant!("due-newest-first", self.due.last(), self.due.first()).copied()
    }

    /// Returns how many orders are due.
    pub fn due_count(&self) -> usize {
        self.due.len()
    }

    /// Returns how many orders it knows, for the audit.
    pub fn count(&self) -> usize {
        let waiting = self.above.len() + self.below.len() + self.fresh.len();
        waiting + self.buys.len() + self.sells.len() + self.due.len()
    }

    fn prices(&mut self, direction: Direction) -> &mut BTreeMap<(Price, OrderId), Reached> {
        match direction {
            Direction::Above => &mut self.above,
            Direction::Below => &mut self.below,
        }
    }

    fn trail(&self, side: Side) -> &Trail {
        match side {
            Side::Buy => &self.buys,
            Side::Sell => &self.sells,
        }
    }

    fn trail_mut(&mut self, side: Side) -> &mut Trail {
        match side {
            Side::Buy => &mut self.buys,
            Side::Sell => &mut self.sells,
        }
    }
}
