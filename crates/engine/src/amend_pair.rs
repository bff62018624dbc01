//! What the other leg of a pair has to do with an amendment (`docs/spec/orders.md` §7.4).
//!
//! A pair is whole while none of its legs has traded or started: only then do its legs depend on each other.

use book::order::Slot;
use model::command::Leg;
use model::event::{Event, HoldShifted};
use model::number::{Amount, Qty};
use model::order::{Instructions, OrderKind};
use model::reject::Reject;

use crate::desk::{Desk, Trader};
use crate::list::is_passed;
use crate::list_shape::check_pair;
use crate::lists::Role;
use crate::market::Market;
use crate::parked::{Stage, waiting_hold};
use crate::peg::held_kind;
use crate::plan::available;
use crate::start::share_hold;
use crate::triggers::Standing;

/// What an order holds from now on, and what becomes of the hold of its partner.
#[derive(Clone, Copy)]
pub struct Shared {
    pub hold: Amount,
    partner: Option<Shift>,
}

#[derive(Clone, Copy)]
struct Shift {
    slot: Slot,
    before: Amount,
    after: Amount,
}

impl Shared {
    /// Of an order without a partner, or whose partner holds nothing.
    pub const fn alone(hold: Amount) -> Shared {
        Shared {
            hold,
            partner: None,
        }
    }
}

impl Desk<'_> {
    /// Checks that the other leg of a whole pair, if there is one, lets this one be amended.
    ///
    /// # Errors
    /// `AmendListed` for another quantity, `WouldTrigger` when the other leg is due.
    pub fn check_partner(&self, slot: Slot, qty: Option<Qty>) -> Result<(), Reject> {
        let Some(partner) = self.partner(slot) else {
            return Ok(());
        };
        let original = self.market.details.get(slot).original;
        if mutant::plant!(
            "one-leg-of-a-pair-shrinks",
            false,
            qty.is_some_and(|qty| qty != original)
        ) {
            return Err(Reject::AmendListed);
        }
        let parked = self.market.parked(partner);
        let is_due = parked.is_some_and(|parked| {
            let order = self.market.book.number_at(partner);
            let standing = self.market.triggers.standing(order, parked.side);
            parked.stage == Stage::Filled || standing == Standing::IsDue
        });
        if is_due {
            return Err(Reject::WouldTrigger);
        }
        Ok(())
    }

    /// Checks that a leg under its new terms and its partner, if it has one, enclose each other and the market.
    ///
    /// # Errors
    /// `ListPrices`.
    pub fn check_beside_partner(&self, slot: Slot, wanted: &Leg) -> Result<(), Reject> {
        let Some(partner) = self.partner(slot) else {
            return Ok(());
        };
        mutant::plant!(
            "amended-past-its-partner",
            Ok(()),
            check_pair(&[*wanted, leg_at(self.market, partner)])
        )?;
        let is_pending = self.market.parked(slot).is_some();
        if !is_pending && is_passed(self.market, wanted) {
            return Err(Reject::ListPrices);
        }
        Ok(())
    }

    /// Returns what an order holds that would hold `needed` by itself, and what its partner does from then on.
    ///
    /// # Errors
    /// `InsufficientFunds`, `TriggerUnpriced`.
    pub fn share(&self, own: Slot, trader: &Trader, needed: Amount) -> Result<Shared, Reject> {
        let market = &*self.market;
        let side = leg_at(market, own).side;
        let free = available(market, self.ledger, trader, side).plus(self.held_with_partner(own));
        if free < needed {
            return Err(Reject::InsufficientFunds);
        }
        let Some(slot) = self.partner(own) else {
            return Ok(Shared::alone(needed));
        };
        let before = self.held_by(slot);
        let needs = (needed, needed_by(market, &leg_at(market, slot))?);
        if free < needs.1 {
            return Err(Reject::InsufficientFunds);
        }
        let (mut hold, mut after) = needs;
        let rests = |slot| market.parked(slot).is_none();
        if market.book.number_at(own) < market.book.number_at(slot) {
            share_hold([&mut hold, &mut after], rests(slot));
        } else {
            share_hold([&mut after, &mut hold], rests(own));
        }
        let partner = Some(Shift {
            slot,
            before,
            after,
        });
        Ok(Shared { hold, partner })
    }

    /// Lets the partner hold less, before the amended leg takes what it holds from now on.
    pub fn shift_down(&mut self, shared: &Shared) {
        if let Some(shift) = shared.partner
            && shift.after < shift.before
        {
            self.shift(&shift);
        }
    }

    /// Lets the partner hold more, once the amended leg has returned what it held.
    pub fn shift_up(&mut self, shared: &Shared) {
        if let Some(shift) = shared.partner
            && shift.before < shift.after
        {
            self.shift(&shift);
        }
    }

    fn shift(&mut self, shift: &Shift) {
        let seat = self.market.details.get(shift.slot).seat;
        let node = self.market.book.parked(shift.slot);
        let parked = self.market.parked_mut(shift.slot);
        parked.hold = shift.after;
        let side = parked.side;
        let row = self.market.paying_row(seat, side);
        self.ledger.release(row, shift.before);
        self.ledger.hold(
            row,
            mutant::plant!("partner-keeps-its-part", shift.before, shift.after),
        );
        self.events.push(Event::HoldShifted(HoldShifted {
            market: self.market.instrument.id,
            order: node.order,
            account: node.account,
            side,
            release: shift.before,
            hold: shift.after,
        }));
    }

    /// Returns the other leg of a whole pair.
    fn partner(&self, slot: Slot) -> Option<Slot> {
        if !self.market.details.is_listed(slot) {
            return None;
        }
        let order = self.market.book.number_at(slot);
        let (list, Role::Paired { partner }) = self.market.lists.of(order)? else {
            return None;
        };
        let is_open = list.legs().any(|leg| leg == partner);
        is_open.then(|| self.slot_of_leg(partner))
    }

    /// Returns what an order and its partner, if it has one, hold together.
    pub fn held_with_partner(&self, slot: Slot) -> Amount {
        let partner = self.partner(slot);
        let partner = partner.map_or(Amount::ZERO, |partner| self.held_by(partner));
        self.held_by(slot).plus(partner)
    }

    /// Returns what an open order holds.
    pub fn held_by(&self, slot: Slot) -> Amount {
        if let Some(parked) = self.market.parked(slot) {
            return parked.hold;
        }
        let resting = self.market.book.get(slot);
        self.market.hold(resting.side, resting.price, resting.open)
    }
}

/// Returns an open leg as it would be asked for.
fn leg_at(market: &Market, slot: Slot) -> Leg {
    let client_id = market.details.client_id(slot);
    if let Some(parked) = market.parked(slot) {
        return Leg {
            side: parked.side,
            kind: parked.kind,
            client_id,
            instructions: parked.instructions,
        };
    }
    let resting = market.book.get(slot);
    let kind = market.details.get(slot).kind;
    Leg {
        side: resting.side,
        kind: kind.order_kind(resting.price, resting.open),
        client_id,
        instructions: Instructions::NONE,
    }
}

/// Returns what a leg would hold by itself.
///
/// # Errors
/// `TriggerUnpriced`, and `InsufficientFunds` beyond the money bound.
fn needed_by(market: &Market, leg: &Leg) -> Result<Amount, Reject> {
    let hold = |kind: &OrderKind| match (kind.price(), kind.qty()) {
        (Some(price), Some(qty)) => market.hold(leg.side, price, qty),
        _ => Amount::ZERO,
    };
    match &leg.instructions.trigger {
        Some(trigger) => {
            let kind = held_kind(&leg.kind, &leg.instructions);
            waiting_hold(market, leg.side, &kind, trigger, hold(&kind))
        }
        None => Ok(hold(&leg.kind)),
    }
}
