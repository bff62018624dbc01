//! Trailing triggers of one side: the best price since each began to track the market, and who is due when it turns.
//!
//! An order that began earlier has seen everything that a later one has, so its extreme is at least as good. Orders
//! of one extreme are one group, a new best price melts the groups it beats into one, and the next trigger of all is
//! the nearest edge: a trade costs O(log n) and what it changes for good, however many orders track.

use std::collections::{BTreeMap, BTreeSet};

use model::id::OrderId;
use model::number::{BasisPoints, Price, div_ceil, div_floor};
use model::order::Side;

/// A price as the orders of a side see it: the higher, the better.
type Height = i64;

/// The orders of one side that track the market.
#[derive(Clone, Debug)]
pub struct Trail {
    side: Side,
    /// By the turn of their first order; extremes fall from group to group.
    groups: BTreeMap<u64, Group>,
    /// The turn in which each order began.
    turns: BTreeMap<OrderId, u64>,
    next_turn: u64,
    /// The nearest edge of each group, and the group.
    edges: BTreeSet<(Height, u64)>,
}

#[derive(Clone, Debug)]
struct Group {
    extreme: Price,
    /// The order with the smallest delta is the first to be due.
    orders: BTreeSet<(BasisPoints, OrderId)>,
}

impl Trail {
    pub fn new(side: Side) -> Trail {
        Trail {
            side,
            groups: BTreeMap::new(),
            turns: BTreeMap::new(),
            next_turn: 0,
            edges: BTreeSet::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Returns the number of orders that track.
    pub fn len(&self) -> usize {
        self.turns.len()
    }

    /// Begins to track for an order at an extreme that no other one's is behind.
    pub fn track(&mut self, order: OrderId, delta: BasisPoints, extreme: Price) {
        let turn = self.next_turn;
        self.next_turn += 1;
        self.turns.insert(order, turn);
        let last = self.groups.last_entry();
        let group = match last {
            Some(last) if last.get().extreme == extreme => *last.key(),
            _ => {
                assert!(last.is_none_or(|last| self.side.prefers(last.get().extreme, extreme)));
                let orders = BTreeSet::new();
                self.groups.insert(turn, Group { extreme, orders });
                turn
            }
        };
        self.change(group, |orders| orders.insert((delta, order)));
    }

    /// Stops tracking for an order, if it tracks.
    pub fn forget(&mut self, order: OrderId) -> bool {
        let Some(group) = self.turns.remove(&order).map(|turn| self.group_of(turn)) else {
            return false;
        };
        self.change(group, |orders| orders.retain(|(_, other)| *other != order));
        true
    }

    /// Gives an order another delta, if it tracks.
    pub fn retune(&mut self, order: OrderId, delta: BasisPoints) -> bool {
        let Some(group) = self.turns.get(&order).map(|turn| self.group_of(*turn)) else {
            return false;
        };
        self.change(group, |orders| {
            orders.retain(|(_, other)| *other != order);
            orders.insert((delta, order));
        });
        true
    }

    /// Returns the best price an order has seen since it tracks.
    pub fn extreme(&self, order: OrderId) -> Option<Price> {
        let turn = self.turns.get(&order)?;
        Some(self.groups[&self.group_of(*turn)].extreme)
    }

    /// Shows a trade, and appends the orders that it makes due.
    pub fn on_trade(&mut self, price: Price, due: &mut impl Extend<OrderId>) {
        self.improve(price);
        let height = self.side.height(price);
        while let Some((edge, group)) = self.edges.last().copied()
            && height <= edge
        {
            let mut met = None;
            self.change(group, |orders| met = orders.pop_first());
            let (_, order) = met.expect("a group with an edge has an order");
            self.turns.remove(&order);
            due.extend([order]);
        }
    }

    /// Melts the groups that a price beats into one.
    fn improve(&mut self, price: Price) {
        let mut melted: Option<(u64, Group)> = None;
        while let Some(last) = self.groups.last_entry()
            && mutant::plant!(
                "extreme-follows-the-market",
                price != last.get().extreme,
                self.side.prefers(price, last.get().extreme)
            )
        {
            let (first, mut group) = last.remove_entry();
            self.edges.remove(&(self.edge(&group), first));
            if let Some((_, mut later)) = melted {
                if group.orders.len() < later.orders.len() {
                    std::mem::swap(&mut group, &mut later);
                }
                group.orders.append(&mut later.orders);
            }
            group.extreme = price;
            melted = Some((first, group));
        }
        let Some((first, mut group)) = melted else {
            return;
        };
        if let Some(last) = self.groups.last_entry()
            && last.get().extreme == price
        {
            let first = *last.key();
            self.change(first, |orders| orders.append(&mut group.orders));
        } else {
            self.edges.insert((self.edge(&group), first));
            self.groups.insert(first, group);
        }
    }

    /// Returns the group of the order that began in this turn.
    fn group_of(&self, turn: u64) -> u64 {
        let before = self.groups.range(..=turn).next_back();
        *before.expect("an order that tracks is in a group").0
    }

    /// Changes the orders of a group, and keeps its edge; an empty group goes.
    fn change<T>(
        &mut self,
        first: u64,
        change: impl FnOnce(&mut BTreeSet<(BasisPoints, OrderId)>) -> T,
    ) {
        let group = self.groups.get_mut(&first).expect("the group is there");
        if let Some(edge) = edge(self.side, group) {
            self.edges.remove(&(edge, first));
        }
        change(&mut group.orders);
        match edge(self.side, group) {
            Some(edge) => {
                self.edges.insert((edge, first));
            }
            None => {
                self.groups.remove(&first);
            }
        }
    }

    /// # Panics
    /// When the group has no order.
    fn edge(&self, group: &Group) -> Height {
        edge(self.side, group).expect("a group has an order")
    }
}

/// Returns the height at which the first order of a group is due.
fn edge(side: Side, group: &Group) -> Option<Height> {
    let (delta, _) = group.orders.first()?;
    Some(side.edge(group.extreme, *delta))
}

/// Returns whether a trade has turned from an extreme far enough to make an order due.
pub fn is_turned(side: Side, extreme: Price, delta: BasisPoints, price: Price) -> bool {
    side.height(price) <= side.edge(extreme, delta)
}

/// What a trail asks of its side: a sell tracks the highest price, a buy the lowest.
trait Tracked {
    fn height(self, price: Price) -> Height;
    fn prefers(self, price: Price, other: Price) -> bool;
    fn edge(self, extreme: Price, delta: BasisPoints) -> Height;
}

impl Tracked for Side {
    fn height(self, price: Price) -> Height {
        match self {
            Side::Buy => -price.ticks(),
            Side::Sell => price.ticks(),
        }
    }

    fn prefers(self, price: Price, other: Price) -> bool {
        self.height(other) < self.height(price)
    }

    /// Returns the height of the last price at which an order of this delta is due.
    ///
    /// **Source** `docs/spec/orders.md` §2, solved for the price.
    fn edge(self, extreme: Price, delta: BasisPoints) -> Height {
        let (ticks, delta) = (i128::from(extreme.ticks()), i128::from(delta.points()));
        let edge = match self {
            Side::Buy => -div_ceil(ticks * (BasisPoints::ONE + delta), BasisPoints::ONE),
            Side::Sell => div_floor(ticks * (BasisPoints::ONE - delta), BasisPoints::ONE),
        };
        edge as Height
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One order, as the specification tells it.
    #[derive(Clone, Copy, Debug)]
    struct Plain {
        order: OrderId,
        delta: BasisPoints,
        extreme: Price,
    }

    impl Plain {
        /// Shows a trade; true when it makes the order due.
        fn sees(&mut self, side: Side, price: Price) -> bool {
            let (p, e) = (i128::from(price.ticks()), i128::from(self.extreme.ticks()));
            let delta = i128::from(self.delta.points());
            let (is_better, is_due) = match side {
                Side::Sell => (e < p, p * 10_000 <= e * (10_000 - delta)),
                Side::Buy => (p < e, e * (10_000 + delta) <= p * 10_000),
            };
            if is_better {
                self.extreme = price;
            }
            !is_better && is_due
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Act {
        Trade(Price),
        Track(BasisPoints),
        Forget(usize),
        Retune(usize, BasisPoints),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let price = (900..1_100_i64).prop_map(|ticks| Price::new(ticks).expect("legal"));
        let delta = (1..2_000_u16).prop_map(|points| BasisPoints::new(points).expect("legal"));
        let act = prop_oneof![
            4 => price.prop_map(Act::Trade),
            3 => delta.clone().prop_map(Act::Track),
            1 => (0..100_usize).prop_map(Act::Forget),
            1 => (0..100_usize, delta).prop_map(|(place, delta)| Act::Retune(place, delta)),
        ];
        prop::collection::vec(act, 1..200)
    }

    proptest! {
        /// Whatever happens, the same orders are due at the same trades as if each looked by itself.
        #[test]
        fn a_trail_does_what_each_order_would_do_by_itself(acts in acts(), is_buy: bool) {
            let side = if is_buy { Side::Buy } else { Side::Sell };
            let (mut trail, mut plain) = (Trail::new(side), Vec::<Plain>::new());
            let (mut last, mut next) = (None, 0);
            for act in acts {
                match act {
                    Act::Trade(price) => {
                        let mut due = Vec::new();
                        trail.on_trade(price, &mut due);
                        due.sort_unstable();
                        let met: Vec<OrderId> = plain
                            .extract_if(.., |order| order.sees(side, price))
                            .map(|order| order.order)
                            .collect();
                        prop_assert_eq!(due, met);
                        last = Some(price);
                    }
                    Act::Track(delta) => {
                        if let Some(extreme) = last {
                            next += 1;
                            let order = OrderId(next);
                            trail.track(order, delta, extreme);
                            plain.push(Plain { order, delta, extreme });
                        }
                    }
                    Act::Forget(place) => {
                        if !plain.is_empty() {
                            let gone = plain.remove(place % plain.len());
                            prop_assert!(trail.forget(gone.order));
                            prop_assert!(!trail.forget(gone.order));
                        }
                    }
                    Act::Retune(place, delta) => {
                        let count = plain.len().max(1);
                        // What the last trade meets is refused, as an amendment of it is.
                        if let (Some(order), Some(last)) = (plain.get_mut(place % count), last)
                            && !is_turned(side, order.extreme, delta, last)
                        {
                            order.delta = delta;
                            prop_assert!(trail.retune(order.order, delta));
                        }
                    }
                }
                for order in &plain {
                    prop_assert_eq!(trail.extreme(order.order), Some(order.extreme));
                }
                prop_assert_eq!(trail.is_empty(), plain.is_empty());
                prop_assert_eq!(trail.groups.len(), trail.edges.len());
            }
        }
    }
}
