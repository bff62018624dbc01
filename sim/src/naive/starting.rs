//! Orders whose turn has come: triggers that were met, and pending legs whose working leg is filled.

use super::filters::check;
use super::lists::{other_leg, shared_holds};
use super::orders::{amount, hold, paid_asset, waiting_hold, would_take};
use super::pegs::price_set;
use super::triggers::is_met;
use super::{Naive, Outcome, Parked, Waiting};
use model::event::{Event, OrderActivated, OrderTriggered};
use model::id::{MarketId, OrderId};
use model::instrument::Phase;
use model::number::{Price, Qty};
use model::order::CloseReason;
use model::reject::Reject;

/// Due orders that one command starts.
pub const STARTS_MAX: usize = 16;

impl Naive {
    pub(super) fn start_due(&mut self, id: MarketId) -> Outcome {
        let market = self.market(id)?;
        check(market.phase == Phase::Continuous, Reject::PhaseClosed)?;
        check(0 < self.due(id), Reject::NothingDue)?;
        let mut events = Vec::new();
        self.start_some_due(id, &mut events);
        events.push(Event::DueStarted {
            market: id,
            left: self.due(id) as u32,
        });
        Ok(events)
    }

    /// Returns how many starts are due: an order whose trigger was met is one, the pending legs of a list are one.
    pub fn due(&self, id: MarketId) -> usize {
        self.due_numbers(id).len()
    }

    /// Starts the orders that are due, in order of their numbers, as far as one command goes.
    pub(super) fn start_some_due(&mut self, id: MarketId, events: &mut Vec<Event>) {
        if self.markets[usize::from(id.0)].phase != Phase::Continuous {
            return;
        }
        for _ in 0..STARTS_MAX {
            let Some(order) = self.due_numbers(id).into_iter().min() else {
                return;
            };
            match self.parked(id, order).waiting {
                Waiting::Activation => self.activate(id, order, events),
                _ => self.start_triggered(id, order, events),
            }
        }
    }

    fn due_numbers(&self, id: MarketId) -> Vec<u64> {
        let Ok(market) = self.market(id) else {
            return Vec::new();
        };
        let is_due = |row: &&Parked| match row.waiting {
            Waiting::Turn => true,
            // A pending pair is due under the number of the first.
            Waiting::Activation => other_leg(market, row.id).is_none_or(|other| row.id < other),
            Waiting::Working | Waiting::Market | Waiting::Trailing { .. } => false,
        };
        let due = market.parked.iter().filter(is_due);
        due.map(|row| row.id).collect()
    }

    fn parked(&self, id: MarketId, order: u64) -> Parked {
        let parked = &self.markets[usize::from(id.0)].parked;
        let found = parked.iter().find(|row| row.id == order);
        *found.expect("an order parked in this market")
    }

    /// Starts an order whose trigger was met.
    fn start_triggered(&mut self, id: MarketId, order: u64, events: &mut Vec<Event>) {
        self.end_other_leg(id, order, events);
        let mut row = self.parked(id, order);
        row.order = match self.priced_at_start(id, &row.order) {
            Ok(priced) => priced,
            Err(_) => return self.end_order(id, order, CloseReason::NotPlaceable, events),
        };
        let market = &self.markets[usize::from(id.0)];
        let available = self.available(market, &row.order) + row.hold;
        let decision = match self.decide_kind(id, &row.order, available) {
            Ok(decision) => decision,
            Err(Reject::InsufficientFunds) => {
                return self.end_order(id, order, CloseReason::InsufficientFunds, events);
            }
            Err(_) => return self.end_order(id, order, CloseReason::NotPlaceable, events),
        };
        let market = &mut self.markets[usize::from(id.0)];
        market.take_parked(order);
        let paid = paid_asset(market, row.order.side);
        let more = decision.hold - row.hold;
        self.change(row.order.account, paid, -more, more);
        events.push(Event::OrderTriggered(OrderTriggered {
            market: id,
            order: OrderId(order),
            account: row.order.account,
            side: row.order.side,
            pegged: price_set(&row.order),
            release: amount(row.hold),
            hold: amount(decision.hold),
        }));
        self.carry_out(id, &row.order, order, &decision, events);
        let mut orders = self.markets[usize::from(id.0)].orders.iter_mut();
        if let Some(rests) = orders.find(|rests| rests.id == order) {
            rests.amendments = row.amendments;
        }
    }

    /// Lets the pending legs of a list become what they were asked to be.
    fn activate(&mut self, id: MarketId, first: u64, events: &mut Vec<Event>) {
        let market = &self.markets[usize::from(id.0)];
        let second = other_leg(market, first);
        let numbers: Vec<u64> = [Some(first), second].into_iter().flatten().collect();
        for leg in &numbers {
            let asked = self.parked(id, *leg).order;
            if asked.instructions.trigger.is_some() {
                continue;
            }
            let Ok(priced) = self.priced_at_start(id, &asked) else {
                return self.end_order(id, *leg, CloseReason::NotPlaceable, events);
            };
            let mut parked = self.markets[usize::from(id.0)].parked.iter_mut();
            let row = parked.find(|row| row.id == *leg).expect("a parked leg");
            row.order = priced;
        }
        let market = &self.markets[usize::from(id.0)];
        let legs: Vec<Parked> = numbers.iter().map(|leg| self.parked(id, *leg)).collect();
        let available = self.available(market, &legs[0].order);
        let needs = legs.iter().map(|leg| self.need_of(id, leg));
        // A pair holds what the dearer leg needs, so each may need all that is available.
        let affordable = needs.map(|need| need.ok().filter(|need| *need <= available));
        let Some(needs) = affordable.collect::<Option<Vec<i128>>>() else {
            for leg in &numbers {
                self.close_order(id, *leg, CloseReason::InsufficientFunds, events);
            }
            return self.end_list_if_empty(id, first, events);
        };
        if let Some(taking) = legs.iter().find(|leg| would_take(market, &leg.order)) {
            return self.end_order(id, taking.id, CloseReason::NotPlaceable, events);
        }

        // Nothing below can fail.
        let kinds: Vec<_> = legs.iter().map(|leg| leg.order).collect();
        for (leg, hold) in legs.iter().zip(shared_holds(&kinds, &needs)) {
            self.hold_for(id, leg, hold, events);
        }
        for leg in &numbers {
            self.start_activated(id, *leg, events);
        }
    }

    /// Returns what a pending leg will hold, by itself.
    fn need_of(&self, id: MarketId, leg: &Parked) -> Result<i128, Reject> {
        let market = self.market(id)?;
        let is_priced = leg.order.kind.price().is_some();
        if leg.order.instructions.trigger.is_some() {
            return waiting_hold(market, &leg.order);
        }
        if is_priced {
            let price = leg.order.kind.price().map_or(1, Price::ticks);
            let lots = leg.order.kind.qty().map_or(0, Qty::lots);
            return Ok(hold(market, leg.order.side, price, lots));
        }
        let decision = self.decide_kind(id, &leg.order, i128::MAX)?;
        Ok(decision.hold)
    }

    fn hold_for(&mut self, id: MarketId, leg: &Parked, hold: i128, events: &mut Vec<Event>) {
        let market = &mut self.markets[usize::from(id.0)];
        let last_price = market.last_price;
        let paid = paid_asset(market, leg.order.side);
        let mut parked = market.parked.iter_mut();
        let row = parked.find(|row| row.id == leg.id).expect("a parked leg");
        let trigger = leg.order.instructions.trigger;
        let starts = trigger.is_none();
        let is_late = trigger.is_some_and(|trigger| is_met(&trigger, leg.order.side, last_price));
        row.hold = hold;
        row.waiting = if is_late {
            Waiting::Turn
        } else {
            Waiting::Market
        };
        self.change(leg.order.account, paid, -hold, hold);
        events.push(Event::OrderActivated(OrderActivated {
            market: id,
            order: OrderId(leg.id),
            account: leg.order.account,
            side: leg.order.side,
            pegged: price_set(&leg.order).filter(|_| starts),
            hold: amount(hold),
        }));
    }

    /// Starts a leg that was just activated, if it has no trigger to wait for.
    fn start_activated(&mut self, id: MarketId, order: u64, events: &mut Vec<Event>) {
        let row = self.parked(id, order);
        if row.order.instructions.trigger.is_some() {
            return;
        }
        let decision = self
            .decide_kind(id, &row.order, i128::MAX)
            .expect("a leg that was just found placeable");
        self.markets[usize::from(id.0)].take_parked(order);
        self.carry_out(id, &row.order, order, &decision, events);
    }
}
