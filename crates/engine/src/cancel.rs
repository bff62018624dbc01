//! Cancelling: by id, by client id, all of an account's in a market, all of a market.

use book::order::Slot;
use model::command::Cancel;
use model::event::{Event, OrderClosed};
use model::id::{AccountId, OrderId};
use model::number::Qty;
use model::order::{CancelRestriction, CloseReason, OrderRef};
use model::reject::Reject;

use crate::desk::{Desk, Trader};
use crate::detail::RestingKind;
use crate::market::{Market, slot_of};
use crate::seat::NONE;

impl Desk<'_> {
    /// Cancels one order.
    ///
    /// # Errors
    /// `PhaseClosed`, `OrderUnknown`, `OrderRefMismatch`, `CancelRestricted`.
    pub fn cancel(&mut self, account: AccountId, cancel: &Cancel) -> Result<(), Reject> {
        if !mutant::plant!(
            "halted-market-cancels",
            true,
            self.market.phase.accepts_cancels()
        ) {
            return Err(Reject::PhaseClosed);
        }
        let trader = self.trader(account);
        let slot = find_cancellable(self.market, &trader, &cancel.order, cancel.restriction)?;
        self.cancel_at(slot, CloseReason::Cancelled);
        Ok(())
    }

    /// Cancels every open order of an account, oldest first.
    ///
    /// # Errors
    /// `PhaseClosed`, `OrderUnknown` when it has none.
    pub fn cancel_all(&mut self, account: AccountId, reason: CloseReason) -> Result<(), Reject> {
        if !self.market.phase.accepts_cancels() {
            return Err(Reject::PhaseClosed);
        }
        let seat = self.trader(account).seat_number();
        let seat = seat.ok_or(Reject::OrderUnknown)?;
        if self.market.seats.at(seat).open_orders == 0 {
            return Err(Reject::OrderUnknown);
        }

        // Nothing below can fail.
        loop {
            let seat_now = self.market.seats.at(seat);
            match mutant::plant!("cancel-all-newest-first", seat_now.newest, seat_now.oldest) {
                NONE => break,
                oldest => self.cancel_at(slot_of(oldest), reason),
            }
        }
        assert!(self.market.seats.at(seat).open_orders == 0);
        Ok(())
    }

    /// Cancels these orders, except those that went with the list of another.
    pub fn cancel_each(&mut self, orders: &[OrderId], reason: CloseReason) {
        for order in orders {
            if let Some(slot) = self.market.book.find(*order) {
                self.cancel_at(slot, reason);
            }
        }
    }

    /// Ends an open order, and what depends on it.
    #[inline(always)]
    pub fn cancel_at(&mut self, slot: Slot, reason: CloseReason) {
        let is_listed = self.market.details.is_listed(slot);
        let order = self.end_at(slot, reason);
        if is_listed {
            self.leg_ended(order, reason);
        }
    }

    /// Ends an open order, and nothing else.
    #[inline(always)]
    pub fn end_at(&mut self, slot: Slot, reason: CloseReason) -> OrderId {
        match self.market.details.get(slot).kind {
            RestingKind::Parked => self.end_parked(slot, reason),
            RestingKind::GoodTillCancel | RestingKind::LimitMaker => self.end_resting(slot, reason),
        }
    }

    /// Takes an order off the book and returns its hold.
    #[inline(always)]
    fn end_resting(&mut self, slot: Slot, reason: CloseReason) -> OrderId {
        let shown = self.market.book.shown(slot);
        let resting = self.market.book.remove(slot);
        let seat = self.market.details.get(slot).seat;
        let release = self.market.hold(resting.side, resting.price, resting.open);
        let row = self.market.paying_row(seat, resting.side);
        self.ledger.release(
            row,
            mutant::plant!(
                "cancel-keeps-the-hold",
                model::number::Amount::ZERO,
                release
            ),
        );
        self.market.count_out(seat, resting.side, resting.open);
        self.market.forget(slot);
        self.events.push(Event::OrderClosed(OrderClosed {
            market: self.market.instrument.id,
            order: resting.order,
            account: resting.account,
            side: resting.side,
            reason,
            unbooked: shown,
            price: Some(resting.price),
            release,
        }));
        resting.order
    }
}

/// Returns the order that a cancel names.
///
/// # Errors
/// `OrderUnknown`, `OrderRefMismatch`, `CancelRestricted`.
#[inline(always)]
pub fn find_cancellable(
    market: &Market,
    trader: &Trader,
    order: &OrderRef,
    restriction: CancelRestriction,
) -> Result<Slot, Reject> {
    let slot = find(market, trader, order)?;
    let is_new = || match market.details.get(slot).kind {
        RestingKind::Parked => true,
        RestingKind::GoodTillCancel | RestingKind::LimitMaker => {
            market.executed(slot, market.book.get(slot).open) == Qty::ZERO
        }
    };
    let is_allowed = match restriction {
        CancelRestriction::None => true,
        CancelRestriction::OnlyNew => is_new(),
        CancelRestriction::OnlyPartiallyFilled => !is_new(),
    };
    if is_allowed {
        Ok(slot)
    } else {
        Err(Reject::CancelRestricted)
    }
}

/// Returns the open order of the account that this names.
///
/// # Errors
/// `OrderUnknown`, `OrderRefMismatch`.
#[inline(always)]
pub fn find(market: &Market, trader: &Trader, order: &OrderRef) -> Result<Slot, Reject> {
    let of_account = |slot: &Slot| {
        mutant::plant!(
            "foreign-order-cancelled",
            true,
            market.book.account_at(*slot) == trader.account
        )
    };
    let found = match order {
        OrderRef::Id(id) | OrderRef::Both(id, _) => market.book.find(*id).filter(of_account),
        OrderRef::Client(client_id) => trader
            .seat_number()
            .and_then(|seat| market.details.find(seat, client_id)),
    };
    let slot = found.ok_or(Reject::OrderUnknown)?;
    if let OrderRef::Both(_, client_id) = order {
        let seat = market.details.get(slot).seat;
        if market.details.find(seat, client_id) != Some(slot) {
            return Err(Reject::OrderRefMismatch);
        }
    }
    Ok(slot)
}
