//! Amending an order on the book to another price, another quantity or both, as one command (`docs/spec/orders.md` §7).
//!
//! All is decided while the order still stands where it stood: a refusal leaves it there.

use book::order::{Resting, Slot};
use clearing::value::value;
use model::command::{AmendLimit, Leg, NewOrder};
use model::event::{Event, OrderRequeued};
use model::id::{AccountId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::Instructions;
use model::reject::Reject;
use model::text::ClientOrderId;

use crate::amend::accepts_amendments;
use crate::amend_pair::Shared;
use crate::cancel::find;
use crate::desk::{Desk, Trader};
use crate::filter::{Incoming, check_amended, check_position};
use crate::instructed::check_leg;
use crate::peg::Start;
use crate::plan::{Plan, plan_amended};

/// What an order is to be.
#[derive(Clone, Copy)]
struct Wanted {
    price: Price,
    /// The original quantity.
    qty: Qty,
    /// What an iceberg shows at a time.
    shown_max: Option<Qty>,
    client_id: Option<ClientOrderId>,
}

/// What an order takes along when it leaves its place.
struct Past {
    shown_max: Option<Qty>,
    is_listed: bool,
    /// Executed or prevented.
    gone: Qty,
    prevented: Qty,
    amendments: u32,
}

impl Desk<'_> {
    /// Gives a plain order on the book another price, another quantity or both.
    ///
    /// # Errors
    /// The first that applies of `PhaseClosed`, `OrderUnknown`, `OrderRefMismatch`, `AmendNotResting`,
    /// `OrderAmendsLimit`, and those of `amend_resting`.
    pub fn amend_limit(&mut self, account: AccountId, amend: &AmendLimit) -> Result<(), Reject> {
        if !accepts_amendments(self.market.phase) {
            return Err(Reject::PhaseClosed);
        }
        let trader = self.trader(account);
        let slot = find(self.market, &trader, &amend.order)?;
        self.check_amendable(slot)?;
        self.amend_resting(slot, &trader, (amend, None))
    }

    /// Gives an order on the book other terms, and lets it show so much at a time if it is an iceberg.
    ///
    /// # Errors
    /// The first that applies of `AmendExecutedOther`, `AmendUnchanged`, `AmendBelowExecuted`; where it keeps its
    /// place `LotSize`, `Notional`, `ClientIdTaken`; else those of the filters on all of it, `ClientIdTaken`, those
    /// of its place in a pair, and those of [`plan_amended`].
    pub fn amend_resting(
        &mut self,
        slot: Slot,
        trader: &Trader,
        (amend, shown): (&AmendLimit, Option<Qty>),
    ) -> Result<(), Reject> {
        let resting = self.market.book.get(slot);
        self.check_executed(slot, &resting, amend.executed)?;
        let original = self.market.details.get(slot).original;
        let price = amend.price.unwrap_or(resting.price);
        let qty = amend.qty.unwrap_or(original);
        let shown_before = self.market.book.shown_max(slot);
        let shown_max = shown.or(shown_before);
        let is_less = price == resting.price && qty < original;
        if price == resting.price && qty == original && shown_max == shown_before {
            return Err(Reject::AmendUnchanged);
        }
        if is_less && shown_before.is_none() {
            self.check_amended_qty(slot, &resting, qty)?;
            let client_id = self.check_amended_name(slot, amend.client_id)?;

            // Nothing below can fail.
            self.shrink(slot, &resting, qty, client_id);
            return Ok(());
        }
        if qty <= original.minus(resting.open) {
            return Err(Reject::AmendBelowExecuted);
        }
        let wanted = Wanted {
            price,
            qty,
            shown_max,
            client_id: amend.client_id,
        };
        self.requeue(slot, trader, &wanted)
    }

    /// # Errors
    /// `AmendExecutedOther`.
    fn check_executed(
        &self,
        slot: Slot,
        resting: &Resting,
        expected: Option<Qty>,
    ) -> Result<(), Reject> {
        let executed = self.market.executed(slot, resting.open);
        match expected {
            Some(expected)
                if mutant::plant!("amend-guard-ignored", false, expected != executed) =>
            {
                Err(Reject::AmendExecutedOther)
            }
            _ => Ok(()),
        }
    }

    /// Takes an order off its place and lets it do what an order of its new terms does that comes now.
    ///
    /// # Errors
    /// Those of `check_requeued`, then those of `plan_requeued`.
    fn requeue(&mut self, slot: Slot, trader: &Trader, wanted: &Wanted) -> Result<(), Reject> {
        let Wanted { price, qty, .. } = *wanted;
        let resting = self.market.book.get(slot);
        let detail = *self.market.details.get(slot);
        let gone = detail.original.minus(resting.open);
        let open = qty.minus(gone);
        let whole = NewOrder {
            market: self.market.instrument.id,
            side: resting.side,
            kind: detail.kind.order_kind(price, qty),
            client_id: wanted
                .client_id
                .unwrap_or(self.market.details.client_id(slot)),
            self_trade: Some(detail.self_trade),
        };
        let more = open.minus(open.min(resting.open));
        let incoming = Incoming::new(self.market, *trader, &whole, self.at);
        self.check_requeued(slot, &incoming, wanted, more)?;
        let left = NewOrder {
            kind: detail.kind.order_kind(price, open),
            ..whole
        };
        let incoming = Incoming {
            order: &left,
            ..incoming
        };
        let worth = value(price, open, self.market.instrument.quote_per_tick_lot);
        let (plan, shared) = self.plan_requeued(slot, &incoming, worth)?;

        // Nothing below can fail.
        self.shift_down(&shared);
        let past = self.leave(slot, (&whole, wanted), plan.hold);
        self.shift_up(&shared);
        self.come_back(&incoming, (resting.order, &plan), &past);
        Ok(())
    }

    /// Decides what becomes of an order under its new terms, and of what the partner of a leg holds.
    ///
    /// # Errors
    /// Those of [`plan_amended`] and of `share`.
    fn plan_requeued(
        &self,
        slot: Slot,
        incoming: &Incoming,
        worth: Amount,
    ) -> Result<(Plan, Shared), Reject> {
        let returned = self.held_with_partner(slot);
        let plan = plan_amended(self.market, self.ledger, incoming, worth, returned)?;
        let shared = self.share(slot, &incoming.trader, plan.hold)?;
        Ok((plan, shared))
    }

    /// Checks all of an order under its new terms, of which so many lots `more` are to be on the book than now.
    ///
    /// # Errors
    /// Those of [`check_amended`]; of an iceberg also those of [`check_leg`]; then `ClientIdTaken`, `ListPrices`.
    fn check_requeued(
        &self,
        slot: Slot,
        incoming: &Incoming,
        wanted: &Wanted,
        more: Qty,
    ) -> Result<(), Reject> {
        let instructions = Instructions {
            iceberg: wanted.shown_max,
            ..Instructions::NONE
        };
        if instructions.iceberg.is_none() {
            check_amended(self.market, self.ledger, incoming, more)?;
        } else {
            check_leg(self.market, incoming, &instructions, Start::Now)?;
            if !more.is_zero() {
                check_position(self.market, self.ledger, incoming, more)?;
            }
        }
        self.check_amended_name(slot, wanted.client_id)?;
        let leg = Leg {
            side: incoming.order.side,
            kind: incoming.order.kind,
            client_id: incoming.order.client_id,
            instructions,
        };
        self.check_beside_partner(slot, &leg)
    }

    /// Takes an order off the book, returns what it held and takes what it holds from now on.
    fn leave(&mut self, slot: Slot, (whole, wanted): (&NewOrder, &Wanted), hold: Amount) -> Past {
        let release = self.held_by(slot);
        let previous_client_id = self.market.details.client_id(slot);
        let detail = *self.market.details.get(slot);
        let prevented = self.market.details.prevented(slot);
        let counted = u32::from(self.counts_amendments());
        let amendments = self.market.details.amendments(slot) + counted;
        let is_listed = self.market.details.is_listed(slot);
        let shown = (self.market.book.shown_max(slot), wanted.shown_max);
        let unbooked = self.market.book.shown(slot);
        let resting = self.market.book.remove(slot);
        self.market
            .count_out(detail.seat, resting.side, resting.open);
        self.market.forget(slot);
        let row = self.market.paying_row(detail.seat, resting.side);
        self.ledger.release(
            row,
            mutant::plant!("requeued-keeps-its-old-hold", Amount::ZERO, release),
        );
        self.ledger.hold(row, hold);
        self.report_shown((resting.order, resting.account), shown);
        self.events
            .push(Event::OrderRequeued(Box::new(OrderRequeued {
                market: self.market.instrument.id,
                order: resting.order,
                account: resting.account,
                side: resting.side,
                previous_price: resting.price,
                price: wanted.price,
                previous_qty: detail.original,
                qty: wanted.qty,
                unbooked,
                client_id: whole.client_id,
                previous_client_id,
                release,
                hold,
            })));
        Past {
            shown_max: wanted.shown_max,
            is_listed,
            gone: detail.original.minus(resting.open),
            prevented,
            amendments,
        }
    }

    /// Sends an order that left its place to the book, under the number it has.
    fn come_back(&mut self, incoming: &Incoming, (order, plan): (OrderId, &Plan), past: &Past) {
        let mut taking = self.taking(incoming, order, plan.hold);
        taking.shown_max = mutant::plant!("requeued-shows-all", None, past.shown_max);
        taking.is_listed = mutant::plant!("amended-leg-leaves-its-list", false, past.is_listed);
        self.pursue(taking, plan.course);
        if let Some(slot) = self.market.book.find(order) {
            let gone = mutant::plant!("requeued-forgets-its-fills", Qty::ZERO, past.gone);
            let detail = self.market.details.get_mut(slot);
            detail.original = detail.original.plus(gone);
            if !past.prevented.is_zero() {
                self.market.details.shrink(slot, past.prevented);
            }
            if 0 < past.amendments {
                self.market
                    .details
                    .restore_amendments(slot, past.amendments);
            }
        }
        self.start_due();
    }
}
