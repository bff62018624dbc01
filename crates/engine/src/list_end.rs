//! How lists go on and end: what becomes of the other legs when one trades, starts or ends (`docs/spec/orders.md`
//! §4.2 to §4.4).

use model::command::CancelList;
use model::event::Event;
use model::id::{AccountId, ListId, OrderId};
use model::order::{CloseReason, ListRef};
use model::reject::Reject;

use crate::desk::Desk;
use crate::lists::{OpenList, Role};
use crate::parked::Stage;

impl Desk<'_> {
    /// Cancels the open legs of a list.
    ///
    /// # Errors
    /// `PhaseClosed`, `ListUnknown`, `OrderRefMismatch`.
    pub fn cancel_list(&mut self, account: AccountId, cancel: &CancelList) -> Result<(), Reject> {
        if !self.market.phase.accepts_cancels() {
            return Err(Reject::PhaseClosed);
        }
        let of_account = |list: &&OpenList| list.row.account == account;
        let lists = &self.market.lists;
        let list = match cancel.list {
            ListRef::Id(id) => lists.get(id).filter(of_account),
            ListRef::Client(client_id) => lists.find(account, client_id),
            ListRef::Both(id, client_id) => match lists.get(id).filter(of_account) {
                Some(list) if list.row.client_id != client_id => {
                    return Err(Reject::OrderRefMismatch);
                }
                list => list,
            },
        };
        let leg = list.ok_or(Reject::ListUnknown)?.legs().next();

        // Nothing below can fail.
        let slot = self.slot_of_leg(leg.expect("an open list has an open leg"));
        self.cancel_at(slot, CloseReason::Cancelled);
        Ok(())
    }

    /// A leg trades, is prevented or starts: its partner, if it has one, is not wanted any more.
    #[cold]
    pub fn end_partner(&mut self, leg: OrderId) {
        if let Some((list, Role::Paired { partner })) = self.market.lists.of(leg)
            && list.legs().any(|open| open == partner)
        {
            self.end_legs(&[partner], CloseReason::OtherLeg);
        }
    }

    /// A leg has ended: what becomes of the rest of its list.
    #[cold]
    pub fn leg_ended(&mut self, leg: OrderId, reason: CloseReason) {
        let Some((list, role)) = self.market.lists.of(leg) else {
            panic!("a marked order is a leg of an open list");
        };
        let id = list.row.list;
        let others: Vec<OrderId> = list.legs().filter(|open| *open != leg).collect();
        self.market.lists.end_leg(leg);
        let is_filled = mutant::plant!(
            "pending-starts-unfilled",
            true,
            reason == CloseReason::Filled
        );
        match (role, reason) {
            (
                _,
                CloseReason::Cancelled
                | CloseReason::Countdown
                | CloseReason::Replaced
                | CloseReason::Delisted
                | CloseReason::ExchangeCancelled,
            ) => self.end_legs(
                mutant::plant!("cancelled-leg-leaves-its-list", &[], &others),
                reason,
            ),
            (Role::Working, _) if is_filled => self.fill_working(&others),
            (Role::Working, _) => self.end_legs(&others, CloseReason::WorkingLeg),
            (Role::Paired { partner }, _) => {
                let partner: Vec<OrderId> = others
                    .into_iter()
                    .filter(|other| *other == partner)
                    .collect();
                self.end_legs(&partner, CloseReason::OtherLeg);
            }
            (Role::Alone, _) => (),
        }
        self.close_list_if_done(id);
    }

    /// Ends legs that did not start, and nothing else of their list.
    pub fn end_legs(&mut self, legs: &[OrderId], reason: CloseReason) {
        let Some((list, _)) = legs.first().and_then(|leg| self.market.lists.of(*leg)) else {
            return;
        };
        let id = list.row.list;
        for leg in legs {
            let slot = self.slot_of_leg(*leg);
            self.end_at(slot, reason);
            self.market.lists.end_leg(*leg);
        }
        self.close_list_if_done(id);
    }

    fn close_list_if_done(&mut self, list: ListId) {
        if let Some(row) = self.market.lists.close_if_done(list) {
            self.events.push(Event::ListClosed {
                market: self.market.instrument.id,
                list: row.list,
                account: row.account,
            });
        }
    }

    /// Makes the pending legs due.
    fn fill_working(&mut self, pending: &[OrderId]) {
        for leg in pending {
            let slot = self.slot_of_leg(*leg);
            self.market.parked_mut(slot).stage = Stage::Filled;
        }
        if let Some(first) = pending.first() {
            self.market.triggers.make_due(*first);
        }
    }

    /// Returns the legs that become active with the first of them.
    pub fn filled_legs(&self, first: OrderId) -> Vec<OrderId> {
        match self.market.lists.of(first) {
            Some((list, _)) => list.legs().filter(|leg| first <= *leg).collect(),
            None => panic!("a pending leg is in a list"),
        }
    }
}
