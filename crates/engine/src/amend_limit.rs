//! Amending an order on the book to another price, another quantity or both, as one command (`docs/spec/orders.md` §7).
//!
//! All is decided while the order still stands where it stood: a refusal leaves it there.

use book::order::{Resting, Slot};
use clearing::value::value;
use model::command::{AmendLimit, NewOrder};
use model::event::{Event, OrderRequeued};
use model::id::{AccountId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::Instructions;
use model::reject::Reject;
use model::text::ClientOrderId;

use crate::amend::accepts_amendments;
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
    client_id: ClientOrderId,
}

/// What an order takes along when it leaves its place.
struct Past {
    /// What an iceberg shows at a time.
    shown_max: Option<Qty>,
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
        self.amend_resting(slot, &trader, amend)
    }

    /// Gives an order on the book other terms.
    ///
    /// # Errors
    /// The first that applies of `AmendExecutedOther`, `AmendUnchanged`, `AmendBelowExecuted`; where it keeps its
    /// place `LotSize`, `Notional`, `ClientIdTaken`; else those of the filters on all of it, `ClientIdTaken`, and
    /// those of [`plan_amended`].
    pub fn amend_resting(
        &mut self,
        slot: Slot,
        trader: &Trader,
        amend: &AmendLimit,
    ) -> Result<(), Reject> {
        let resting = self.market.book.get(slot);
        self.check_executed(slot, &resting, amend.executed)?;
        let original = self.market.details.get(slot).original;
        let price = amend.price.unwrap_or(resting.price);
        let qty = amend.qty.unwrap_or(original);
        let is_less = price == resting.price && qty < original;
        if price == resting.price && qty == original {
            return Err(Reject::AmendUnchanged);
        }
        if is_less && !self.market.book.is_iceberg(slot) {
            self.check_amended_qty(slot, &resting, qty)?;
            let client_id = self.check_amended_name(slot, amend.client_id)?;

            // Nothing below can fail.
            self.shrink(slot, &resting, qty, client_id);
            return Ok(());
        }
        if qty <= original.minus(resting.open) {
            return Err(Reject::AmendBelowExecuted);
        }
        let client_id = amend.client_id;
        self.requeue(slot, trader, (price, qty, client_id))
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
    /// Those of [`check_amended`], `ClientIdTaken`, those of [`plan_amended`].
    fn requeue(
        &mut self,
        slot: Slot,
        trader: &Trader,
        (price, qty, client_id): (Price, Qty, Option<ClientOrderId>),
    ) -> Result<(), Reject> {
        let resting = self.market.book.get(slot);
        let detail = *self.market.details.get(slot);
        let gone = detail.original.minus(resting.open);
        let open = qty.minus(gone);
        let whole = NewOrder {
            market: self.market.instrument.id,
            side: resting.side,
            kind: detail.kind.order_kind(price, qty),
            client_id: client_id.unwrap_or(self.market.details.client_id(slot)),
            self_trade: Some(detail.self_trade),
        };
        let more = open.minus(open.min(resting.open));
        let incoming = Incoming::new(self.market, *trader, &whole, self.at);
        self.check_requeued(slot, &incoming, more)?;
        let client_id = self.check_amended_name(slot, client_id)?;
        let left = NewOrder {
            kind: detail.kind.order_kind(price, open),
            ..whole
        };
        let incoming = Incoming {
            order: &left,
            ..incoming
        };
        let worth = value(price, open, self.market.instrument.quote_per_tick_lot);
        let returned = self.market.hold(resting.side, resting.price, resting.open);
        let plan = plan_amended(self.market, self.ledger, &incoming, worth, returned)?;

        // Nothing below can fail.
        let wanted = Wanted {
            price,
            qty,
            client_id,
        };
        let past = self.leave(slot, &wanted, (returned, plan.hold));
        self.come_back(&incoming, (resting.order, &plan), &past);
        Ok(())
    }

    /// Checks all of an order under its new terms, of which so many lots `more` are to be on the book than now.
    ///
    /// # Errors
    /// Those of [`check_amended`]; of an iceberg also those of [`check_leg`].
    fn check_requeued(&self, slot: Slot, incoming: &Incoming, more: Qty) -> Result<(), Reject> {
        let Some(shown_max) = self.market.book.shown_max(slot) else {
            return check_amended(self.market, self.ledger, incoming, more);
        };
        let instructions = Instructions {
            iceberg: Some(shown_max),
            ..Instructions::NONE
        };
        check_leg(self.market, incoming, &instructions, Start::Now)?;
        if more.is_zero() {
            return Ok(());
        }
        check_position(self.market, self.ledger, incoming, more)
    }

    /// Takes an order off the book, returns what it held and takes what it holds from now on.
    fn leave(&mut self, slot: Slot, wanted: &Wanted, (release, hold): (Amount, Amount)) -> Past {
        let previous_client_id = self.market.details.client_id(slot);
        let detail = *self.market.details.get(slot);
        let prevented = self.market.details.prevented(slot);
        let counted = u32::from(self.counts_amendments());
        let amendments = self.market.details.amendments(slot) + counted;
        let shown_max = self.market.book.shown_max(slot);
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
                client_id: wanted.client_id,
                previous_client_id,
                release,
                hold,
            })));
        Past {
            shown_max,
            gone: detail.original.minus(resting.open),
            prevented,
            amendments,
        }
    }

    /// Sends an order that left its place to the book, under the number it has.
    fn come_back(&mut self, incoming: &Incoming, (order, plan): (OrderId, &Plan), past: &Past) {
        let mut taking = self.taking(incoming, order, plan.hold);
        taking.shown_max = mutant::plant!("requeued-shows-all", None, past.shown_max);
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
