//! Amending: an order becomes smaller and keeps its place in the queue.

use book::order::{Resting, Slot};
use clearing::value::value;
use model::command::Amend;
use model::event::{Event, OrderAmended};
use model::id::AccountId;
use model::instrument::Phase;
use model::number::Qty;
use model::reject::Reject;
use model::text::ClientOrderId;

use crate::cancel::find;
use crate::desk::Desk;
use crate::detail::RestingKind;
use crate::filter::{check_lot_size, check_notional};

impl Desk<'_> {
    /// Lowers an order's original quantity.
    ///
    /// # Errors
    /// The first that applies of `PhaseClosed`, `OrderUnknown`, `OrderRefMismatch`, `AmendNotResting`,
    /// `OrderAmendsLimit`, `AmendIncrease`, `AmendUnchanged`, `AmendBelowExecuted`, `LotSize`, `Notional`,
    /// `ClientIdTaken`.
    pub fn amend(&mut self, account: AccountId, amend: &Amend) -> Result<(), Reject> {
        if !accepts_amendments(self.market.phase) {
            return Err(Reject::PhaseClosed);
        }
        let trader = self.trader(account);
        let slot = find(self.market, &trader, &amend.order)?;
        self.check_amendable(slot)?;
        let resting = self.market.book.get(slot);
        self.check_amended_qty(slot, &resting, amend.qty)?;
        let client_id = self.check_amended_name(slot, amend.client_id)?;

        // Nothing below can fail.
        self.shrink(slot, &resting, amend.qty, client_id);
        Ok(())
    }

    /// # Errors
    /// `AmendNotResting`, `OrderAmendsLimit`.
    pub fn check_amendable(&self, slot: Slot) -> Result<(), Reject> {
        let details = &self.market.details;
        let is_parked = details.get(slot).kind == RestingKind::Parked;
        if is_parked || details.is_listed(slot) || self.market.book.is_iceberg(slot) {
            return Err(Reject::AmendNotResting);
        }
        self.check_amends_left(slot)
    }

    /// # Errors
    /// `OrderAmendsLimit`.
    pub fn check_amends_left(&self, slot: Slot) -> Result<(), Reject> {
        if self.market.limits.order_amends_max <= self.market.details.amendments(slot) {
            return Err(Reject::OrderAmendsLimit);
        }
        Ok(())
    }

    /// # Errors
    /// `AmendIncrease`, `AmendUnchanged`, `AmendBelowExecuted`, `LotSize`, `Notional`.
    pub fn check_amended_qty(&self, slot: Slot, resting: &Resting, qty: Qty) -> Result<(), Reject> {
        let original = self.market.details.get(slot).original;
        if original < qty {
            return Err(Reject::AmendIncrease);
        }
        if original == qty {
            return Err(Reject::AmendUnchanged);
        }
        let executed = original.minus(resting.open);
        if mutant::plant!("amend-to-what-was-filled", qty < executed, qty <= executed) {
            return Err(Reject::AmendBelowExecuted);
        }
        let terms = &self.market.terms;
        check_lot_size(terms, qty)?;
        let k = self.market.instrument.quote_per_tick_lot;
        check_notional(terms, value(resting.price, qty, k))
    }

    /// Returns the client id that the order bears from now on.
    ///
    /// # Errors
    /// `ClientIdTaken`.
    pub fn check_amended_name(
        &self,
        slot: Slot,
        wished: Option<ClientOrderId>,
    ) -> Result<ClientOrderId, Reject> {
        let details = &self.market.details;
        let Some(wished) = wished else {
            return Ok(details.client_id(slot));
        };
        match details.find(details.get(slot).seat, &wished) {
            Some(bearer) if bearer != slot => Err(Reject::ClientIdTaken),
            _ => Ok(wished),
        }
    }

    /// Takes the lots off that an order shall no longer have; it keeps its place.
    pub fn shrink(&mut self, slot: Slot, resting: &Resting, qty: Qty, client_id: ClientOrderId) {
        let detail = *self.market.details.get(slot);
        let reduced = detail.original.minus(qty);
        let previous_client_id = self.market.details.client_id(slot);
        let released = mutant::plant!("amend-releases-what-stays", qty, reduced);
        let release = self.market.hold(resting.side, resting.price, released);
        let row = self.market.paying_row(detail.seat, resting.side);
        self.market.book.reduce(slot, reduced);
        self.market.details.get_mut(slot).original = qty;
        if client_id != previous_client_id {
            self.market.details.rename(slot, &client_id);
        }
        if self.counts_amendments() {
            self.market.details.count_amendment(slot);
        }
        self.market.count_out(detail.seat, resting.side, reduced);
        self.ledger.release(row, release);
        self.events.push(Event::OrderAmended(OrderAmended {
            market: self.market.instrument.id,
            order: resting.order,
            account: resting.account,
            side: resting.side,
            price: resting.price,
            qty,
            reduced,
            client_id,
            previous_client_id,
            release,
        }));
    }

    /// Returns whether amendments are counted: not without a limit, as journals from before there were limits did not.
    pub const fn counts_amendments(&self) -> bool {
        self.market.limits.order_amends_max != u32::MAX
    }
}

/// Returns whether orders are amended in a phase.
pub const fn accepts_amendments(phase: Phase) -> bool {
    matches!(
        phase,
        Phase::PostOnly | Phase::LimitOnly | Phase::Continuous
    )
}
