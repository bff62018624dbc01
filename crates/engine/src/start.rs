//! Starting orders that waited: their trigger was met, or the working leg of their list is filled
//! (`docs/spec/orders.md` §2.3 and §4.3).

use book::order::Slot;
use model::command::NewOrder;
use model::event::{Event, OrderActivated, OrderClosed, OrderTriggered};
use model::id::{MarketId, OrderId};
use model::instrument::Phase;
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, Instructions, OrderKind, Side};
use model::reject::Reject;

use crate::desk::{Desk, Trader};
use crate::engine::Engine;
use crate::filter::{Incoming, base_of, check_kind};
use crate::list::would_take;
use crate::market::Market;
use crate::parked::{ParkedOrder, Stage, is_met, waiting_hold};
use crate::peg::{held_kind, pegged_price};
use crate::plan::{Course, available, market_hold, plan};

/// The most due orders that one command starts: no command works without bound.
pub const DUE_PER_COMMAND: usize = 16;

/// An order that waited, taken out of its place. Its hold is still taken.
struct Former {
    order: OrderId,
    trader: Trader,
    asked: NewOrder,
    instructions: Instructions,
    hold: Amount,
    is_listed: bool,
    amendments: u32,
}

impl Engine {
    /// Starts the next due orders of a market.
    ///
    /// # Errors
    /// `MarketUnknown`, `PhaseClosed`, `NothingDue`.
    pub(crate) fn start_due(
        &mut self,
        id: MarketId,
        events: &mut Vec<Event>,
    ) -> Result<Event, Reject> {
        let market = self.market(id)?;
        if market.phase != Phase::Continuous {
            return Err(Reject::PhaseClosed);
        }
        if market.triggers.due_count() == 0 {
            return Err(Reject::NothingDue);
        }

        // Nothing below can fail.
        let mut desk = self.existing_desk(id, events);
        desk.start_due();
        let left = desk.market.triggers.due_count();
        Ok(Event::DueStarted {
            market: id,
            left: u32::try_from(left).unwrap_or(u32::MAX),
        })
    }

    /// Returns the markets in which orders are due and may start.
    pub fn due_markets(&self) -> impl Iterator<Item = MarketId> + '_ {
        let has_due = |market: &&Market| {
            market.phase == Phase::Continuous && market.triggers.next_due().is_some()
        };
        self.markets
            .iter()
            .filter(has_due)
            .map(|market| market.instrument.id)
    }
}

impl Desk<'_> {
    /// Starts due orders in the order of their numbers, each completing before the next is chosen.
    #[inline]
    pub fn start_due(&mut self) {
        if self.market.triggers.next_due().is_some()
            && mutant::plant!(
                "due-starts-in-any-phase",
                true,
                self.market.phase == Phase::Continuous
            )
        {
            self.start_each();
        }
    }

    #[cold]
    fn start_each(&mut self) {
        for _ in 0..mutant::plant!("due-without-end", usize::MAX, DUE_PER_COMMAND) {
            let Some(order) = self.market.triggers.next_due() else {
                break;
            };
            let slot = self.slot_of_leg(order);
            match self.market.parked(slot).map(|parked| parked.stage) {
                Some(Stage::Filled) => self.activate(order),
                _ => self.trigger(slot),
            }
        }
    }

    /// Starts an order whose trigger was met.
    fn trigger(&mut self, slot: Slot) {
        if self.market.details.is_listed(slot) {
            self.end_partner(self.market.book.parked(slot).order);
        }
        let mut former = self.take_out(slot);
        self.release_former(&former);
        let Ok(pegged) = self.peg(&mut former) else {
            return self.fail(&former, CloseReason::NotPlaceable);
        };
        let incoming = self.incoming(&former);
        let worth = worth(self.market, &former.asked);
        match plan(self.market, self.ledger, &incoming, worth) {
            Ok(plan) => {
                self.events.push(Event::OrderTriggered(OrderTriggered {
                    market: self.market.instrument.id,
                    order: former.order,
                    account: former.trader.account,
                    side: former.asked.side,
                    pegged,
                    release: former.hold,
                    hold: plan.hold,
                }));
                self.go(&former, &incoming, plan.hold, plan.course);
            }
            Err(reason) => self.fail(&former, failure(reason)),
        }
    }

    /// Gives the pending legs of a list what they hold, and lets each wait or start.
    fn activate(&mut self, first: OrderId) {
        self.market.triggers.forget(first, Side::Buy, None);
        let legs: Vec<OrderId> = self.filled_legs(first);
        for leg in &legs {
            let slot = self.slot_of_leg(*leg);
            if self.peg_leg(slot).is_err() {
                return self.cancel_at(slot, CloseReason::NotPlaceable);
            }
        }
        let Some(holds) = self.activation_holds(&legs) else {
            return self.end_legs(&legs, CloseReason::InsufficientFunds);
        };
        if let Some(leg) = legs.iter().find(|leg| self.would_take(**leg)) {
            return self.cancel_at(self.slot_of_leg(*leg), CloseReason::NotPlaceable);
        }
        for (leg, hold) in legs.iter().zip(holds) {
            self.give_hold(*leg, hold);
        }
        for leg in legs {
            // The first may have ended the second.
            if let Some(slot) = self.market.book.find(leg) {
                self.enter(slot);
            }
        }
    }

    /// Returns what the legs of a pair, or the only one, hold from now on; `None` when too little is available.
    fn activation_holds(&mut self, legs: &[OrderId]) -> Option<Vec<Amount>> {
        let mut needed = Vec::with_capacity(legs.len());
        for leg in legs {
            needed.push(self.activation_hold(self.slot_of_leg(*leg))?);
        }
        let former = self.asked(self.slot_of_leg(*legs.first()?));
        let available = available(self.market, self.ledger, &former.trader, former.asked.side);
        if needed.iter().any(|needed| available < *needed) {
            return None;
        }
        if let [first, second] = &mut needed[..] {
            let rests = |leg: &OrderId| {
                let parked = self.market.parked(self.slot_of_leg(*leg));
                parked.is_some_and(|parked| parked.instructions.trigger.is_none())
            };
            share_hold([first, second], legs.get(1).is_some_and(rests));
        }
        Some(needed)
    }

    /// Returns what a pending leg would hold by itself; `None` for what nobody could pay.
    fn activation_hold(&mut self, slot: Slot) -> Option<Amount> {
        let former = self.asked(slot);
        let NewOrder { side, kind, .. } = former.asked;
        let worth = worth(self.market, &former.asked);
        if let Some(trigger) = &former.instructions.trigger {
            let kind = held_kind(&kind, &former.instructions);
            return waiting_hold(self.market, side, &kind, trigger, worth).ok();
        }
        match (side, kind) {
            (Side::Sell, _) => Some(base_of(self.market, kind.qty()?)),
            (Side::Buy, OrderKind::Market { qty }) => {
                let incoming = self.incoming(&former);
                market_hold(self.market, self.ledger, &incoming, qty).ok()
            }
            (Side::Buy, _) => Some(worth),
        }
    }

    fn would_take(&self, leg: OrderId) -> bool {
        let parked = self.market.parked(self.slot_of_leg(leg));
        let would_take = |parked: &ParkedOrder| {
            would_take(self.market, parked.side, &parked.kind, &parked.instructions)
        };
        parked.is_some_and(would_take)
    }

    fn give_hold(&mut self, leg: OrderId, hold: Amount) {
        let slot = self.slot_of_leg(leg);
        let seat = self.market.details.get(slot).seat;
        let parked = self.market.parked_mut(slot);
        parked.stage = Stage::Armed;
        parked.hold = hold;
        let side = parked.side;
        let starts = parked.instructions.trigger.is_none();
        let is_pegged = starts && parked.instructions.peg.is_some();
        let pegged = parked.kind.price().filter(|_| is_pegged);
        self.ledger.hold(self.market.paying_row(seat, side), hold);
        self.events.push(Event::OrderActivated(OrderActivated {
            market: self.market.instrument.id,
            order: leg,
            account: self.market.book.parked(slot).account,
            side,
            pegged,
            hold,
        }));
    }

    /// Lets an activated leg wait for its trigger, or start.
    fn enter(&mut self, slot: Slot) {
        let order = self.market.book.parked(slot).order;
        let parked = *self.market.parked_mut(slot);
        match &parked.instructions.trigger {
            Some(trigger)
                if mutant::plant!(
                    "activated-trigger-waits",
                    false,
                    is_met(self.market, parked.side, trigger)
                ) =>
            {
                self.market.triggers.make_due(order);
            }
            Some(_) => self.arm(order, &parked),
            None => self.begin(slot),
        }
    }

    /// Starts an activated leg without a trigger.
    fn begin(&mut self, slot: Slot) {
        let former = self.take_out(slot);
        self.release_former(&former);
        let incoming = self.incoming(&former);
        let worth = worth(self.market, &former.asked);
        match plan(self.market, self.ledger, &incoming, worth) {
            // What a leg of a pair does not hold itself, its partner does.
            Ok(plan) => self.go(&former, &incoming, former.hold, plan.course),
            Err(_) => self.fail(&former, CloseReason::NotPlaceable),
        }
    }

    /// Sends an order that waited to the book, under the number it has.
    fn go(&mut self, former: &Former, incoming: &Incoming, hold: Amount, course: Course) {
        let mut taking = self.taking(incoming, former.order, hold);
        self.ledger.hold(taking.paying_row(), hold);
        taking.shown_max = former.instructions.iceberg;
        taking.is_listed = former.is_listed;
        self.pursue(taking, course);
        if 0 < former.amendments
            && let Some(slot) = self.market.book.find(former.order)
        {
            let details = &mut self.market.details;
            details.restore_amendments(slot, former.amendments);
        }
    }

    /// Ends an order that could not start. Its hold is returned already.
    fn fail(&mut self, former: &Former, reason: CloseReason) {
        self.events.push(Event::OrderClosed(OrderClosed {
            market: self.market.instrument.id,
            order: former.order,
            account: former.trader.account,
            side: former.asked.side,
            reason,
            unbooked: Qty::ZERO,
            price: former.asked.kind.price(),
            release: former.hold,
        }));
        if former.is_listed {
            self.leg_ended(former.order, reason);
        }
    }

    /// Sets the price of a pegged order that starts, and returns it.
    ///
    /// # Errors
    /// `PegUnavailable`, and those of the filters at that price.
    fn peg(&self, former: &mut Former) -> Result<Option<Price>, Reject> {
        let Some(peg) = &former.instructions.peg else {
            return Ok(None);
        };
        let price = pegged_price(self.market, former.asked.side, peg)?;
        let asked = NewOrder {
            kind: former.asked.kind.at(price),
            ..former.asked
        };
        check_kind(
            self.market,
            &Incoming::new(self.market, former.trader, &asked, self.at),
        )?;
        former.asked = asked;
        Ok(Some(price))
    }

    /// Sets the price of a pending leg that starts as soon as it is active.
    ///
    /// # Errors
    /// As `peg`.
    fn peg_leg(&mut self, slot: Slot) -> Result<(), Reject> {
        let mut former = self.asked(slot);
        if former.instructions.trigger.is_none() {
            self.peg(&mut former)?;
            self.market.parked_mut(slot).kind = former.asked.kind;
        }
        Ok(())
    }

    /// Takes a parked order out of its place.
    fn take_out(&mut self, slot: Slot) -> Former {
        let former = self.asked(slot);
        self.unpark(slot);
        former
    }

    /// Returns what was asked for with a parked order.
    fn asked(&mut self, slot: Slot) -> Former {
        let node = self.market.book.parked(slot);
        let ParkedOrder {
            side,
            kind,
            instructions,
            hold,
            ..
        } = *self.market.parked_mut(slot);
        let details = &self.market.details;
        Former {
            order: node.order,
            asked: NewOrder {
                market: self.market.instrument.id,
                side,
                kind,
                client_id: details.client_id(slot),
                self_trade: Some(details.get(slot).self_trade),
            },
            instructions,
            hold,
            is_listed: details.is_listed(slot),
            amendments: details.amendments(slot),
            trader: self.trader(node.account),
        }
    }

    fn incoming<'f>(&self, former: &'f Former) -> Incoming<'f> {
        Incoming::new(self.market, former.trader, &former.asked, self.at)
    }

    fn release_former(&mut self, former: &Former) {
        let seat = former.trader.seat.expect("whoever has an order has a seat");
        let row = seat.rows.paying(former.asked.side);
        self.ledger.release(
            row,
            mutant::plant!("triggered-keeps-its-old-hold", Amount::ZERO, former.hold),
        );
    }

    pub fn slot_of_leg(&self, order: OrderId) -> Slot {
        self.market.book.find(order).expect("the order is open")
    }
}

/// Returns what an order is worth at its limit; nothing without one.
fn worth(market: &Market, asked: &NewOrder) -> Amount {
    match (asked.kind.price(), asked.kind.qty()) {
        (Some(price), Some(qty)) => market.hold(Side::Buy, price, qty),
        _ => Amount::ZERO,
    }
}

/// Lets a pair hold together what its dearer leg needs: the leg that rests all of its own, else the first one.
pub fn share_hold([first, second]: [&mut Amount; 2], does_second_rest: bool) {
    let (owner, other) = if does_second_rest {
        (second, first)
    } else {
        (first, second)
    };
    *other = if *owner < *other {
        mutant::plant!("pair-holds-too-little", Amount::ZERO, other.minus(*owner))
    } else {
        mutant::plant!("pair-holds-twice", *other, Amount::ZERO)
    };
}

const fn failure(reason: Reject) -> CloseReason {
    match reason {
        Reject::InsufficientFunds => CloseReason::InsufficientFunds,
        _ => CloseReason::NotPlaceable,
    }
}
