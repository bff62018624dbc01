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

    /// Lets a waiting order wait for something else. One that tracks the market goes on from the best price it has seen.
    pub fn change(&mut self, order: OrderId, side: Side, before: &Trigger, after: &Trigger) {
        let tracked = after
            .delta()
            .is_some_and(|delta| self.trail_mut(side).retune(order, delta));
        if !tracked {
            self.forget(order, side, Some(before));
            self.wait(order, side, after);
        }
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
    #[inline(never)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::order::Purpose;
    use proptest::prelude::*;

    fn price(ticks: i64) -> Price {
        Price::new(ticks).expect("a legal price")
    }

    fn points(points: u16) -> BasisPoints {
        BasisPoints::new(points).expect("a legal delta")
    }

    fn trigger(purpose: Purpose, condition: Condition) -> Trigger {
        Trigger { purpose, condition }
    }

    fn stop(ticks: i64) -> Condition {
        Condition::Stop {
            price: price(ticks),
        }
    }

    /// Expects that an order is due at the last of these trades, and not before.
    fn check(side: Side, purpose: Purpose, condition: Condition, trades: &[i64]) {
        let mut triggers = Triggers::new();
        let order = OrderId(7);
        triggers.wait(order, side, &trigger(purpose, condition));
        for ticks in trades {
            assert_eq!(triggers.next_due(), None, "before {ticks}");
            assert!(!triggers.is_idle());
            triggers.on_trade(price(*ticks));
        }
        assert_eq!(triggers.next_due(), Some(order));
        assert_eq!(triggers.standing(order, side), Standing::IsDue);
        assert!(triggers.is_idle(), "what is due watches no trade");
        triggers.on_trade(price(1_000_000));
        assert_eq!(triggers.due_count(), 1, "due once and for good");
    }

    #[test]
    fn a_stop_is_due_at_its_price_and_beyond_on_its_side() {
        use Purpose::{StopLoss, TakeProfit};
        check(Side::Buy, StopLoss, stop(100), &[99, 1, 100]);
        check(Side::Buy, StopLoss, stop(100), &[99, 1, 101]);
        check(Side::Sell, StopLoss, stop(100), &[101, 1_000, 100]);
        check(Side::Sell, StopLoss, stop(100), &[101, 1_000, 99]);
        check(Side::Buy, TakeProfit, stop(100), &[101, 1_000, 100]);
        check(Side::Sell, TakeProfit, stop(100), &[99, 1, 100]);
    }

    #[test]
    fn a_trail_begins_with_the_next_trade_or_at_its_activation() {
        let delta = points(1_000);
        let trail = Condition::Trail { delta };
        let from = |ticks| Condition::TrailFrom {
            activation: price(ticks),
            delta,
        };
        for purpose in [Purpose::StopLoss, Purpose::TakeProfit] {
            check(Side::Sell, purpose, trail, &[100, 91, 110, 100, 99]);
            check(Side::Buy, purpose, trail, &[100, 109, 90, 98, 99]);
        }
        check(
            Side::Sell,
            Purpose::TakeProfit,
            from(120),
            &[100, 50, 120, 109, 108],
        );
        check(Side::Sell, Purpose::StopLoss, from(90), &[100, 80, 73, 72]);
        check(
            Side::Buy,
            Purpose::StopLoss,
            from(120),
            &[100, 130, 142, 143],
        );
    }

    #[test]
    fn a_forgotten_order_is_never_due_wherever_it_stood() {
        let condition = Condition::TrailFrom {
            activation: price(110),
            delta: points(1_000),
        };
        let trigger = trigger(Purpose::TakeProfit, condition);
        for trades in 0..4 {
            let mut triggers = Triggers::new();
            triggers.wait(OrderId(1), Side::Sell, &trigger);
            for ticks in &[100, 110, 99][..trades] {
                triggers.on_trade(price(*ticks));
            }
            assert_eq!(triggers.count(), 1);
            triggers.forget(OrderId(1), Side::Sell, Some(&trigger));
            assert_eq!((triggers.count(), triggers.is_idle()), (0, true));
        }
    }

    #[test]
    fn the_lowest_number_starts_next() {
        let mut triggers = Triggers::new();
        for (order, ticks) in [(5, 100), (3, 101), (4, 100)] {
            let trigger = trigger(Purpose::StopLoss, stop(ticks));
            triggers.wait(OrderId(order), Side::Buy, &trigger);
        }
        triggers.on_trade(price(100));
        assert_eq!(triggers.next_due(), Some(OrderId(4)));
        triggers.on_trade(price(101));
        assert_eq!(triggers.next_due(), Some(OrderId(3)));
    }

    /// An order that looks at every trade by itself.
    #[derive(Clone, Copy, Debug)]
    struct Plain {
        order: OrderId,
        side: Side,
        trigger: Trigger,
        extreme: Option<Price>,
    }

    impl Plain {
        /// Returns whether the trade makes it due.
        fn sees(&mut self, price: Price) -> bool {
            let direction = self.trigger.direction(self.side);
            let Some(delta) = self.trigger.delta() else {
                let threshold = self.trigger.price();
                return threshold.is_some_and(|threshold| direction.is_met(threshold, price));
            };
            let Some(extreme) = self.extreme else {
                let begins = |activation| direction.is_met(activation, price);
                self.extreme = self.trigger.price().is_none_or(begins).then_some(price);
                return false;
            };
            let is_better = match self.side {
                Side::Buy => price < extreme,
                Side::Sell => extreme < price,
            };
            if is_better {
                self.extreme = Some(price);
            }
            let (p, e) = (i128::from(price.ticks()), i128::from(extreme.ticks()));
            let delta = i128::from(delta.points());
            !is_better
                && match self.side {
                    Side::Buy => e * (10_000 + delta) <= p * 10_000,
                    Side::Sell => p * 10_000 <= e * (10_000 - delta),
                }
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Act {
        Trade(Price),
        Wait(Side, Trigger),
        Forget(usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        let any_price = || (900..1_100_i64).prop_map(price);
        let delta = || (1..2_000_u16).prop_map(points);
        let condition = prop_oneof![
            any_price().prop_map(|price| Condition::Stop { price }),
            delta().prop_map(|delta| Condition::Trail { delta }),
            (any_price(), delta())
                .prop_map(|(activation, delta)| Condition::TrailFrom { activation, delta }),
        ];
        let purpose = prop_oneof![Just(Purpose::StopLoss), Just(Purpose::TakeProfit)];
        let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
        prop_oneof![
            4 => any_price().prop_map(Act::Trade),
            4 => (side, purpose, condition)
                .prop_map(|(side, purpose, condition)| Act::Wait(side, trigger(purpose, condition))),
            1 => (0..100_usize).prop_map(Act::Forget),
        ]
    }

    proptest! {
        /// Whatever happens, the same orders are due at the same trades as if each looked by itself.
        #[test]
        fn triggers_do_what_each_order_would_do_by_itself(
            acts in prop::collection::vec(act(), 1..150)
        ) {
            let (mut triggers, mut plain) = (Triggers::new(), Vec::<Plain>::new());
            let (mut due, mut next) = (BTreeSet::new(), 0);
            for act in acts {
                match act {
                    Act::Trade(price) => {
                        triggers.on_trade(price);
                        let met = plain.extract_if(.., |order| order.sees(price));
                        due.extend(met.map(|order| order.order));
                    }
                    Act::Wait(side, trigger) => {
                        next += 1;
                        let order = OrderId(next);
                        triggers.wait(order, side, &trigger);
                        plain.push(Plain { order, side, trigger, extreme: None });
                    }
                    Act::Forget(place) => {
                        if !plain.is_empty() {
                            let gone = plain.remove(place % plain.len());
                            triggers.forget(gone.order, gone.side, Some(&gone.trigger));
                        }
                    }
                }
                prop_assert_eq!(&triggers.due, &due);
                prop_assert_eq!(triggers.count(), due.len() + plain.len());
                prop_assert_eq!(triggers.is_idle(), plain.is_empty());
                for order in &plain {
                    let standing = match order.extreme {
                        Some(extreme) => Standing::Trails { extreme },
                        None => Standing::Waits,
                    };
                    prop_assert_eq!(triggers.standing(order.order, order.side), standing);
                }
            }
        }
    }
}
