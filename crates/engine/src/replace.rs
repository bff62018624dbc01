//! Cancel-replace: one order goes and another comes, as one command.

use model::command::Replace;
use model::event::Event;
use model::id::AccountId;
use model::order::{CloseReason, ReplaceMode};
use model::reject::Reject;

use crate::cancel::find_cancellable;
use crate::desk::{Desk, Trader};
use crate::filter::{self, Incoming};
use crate::plan::plan;

impl Desk<'_> {
    /// Cancels one order and places another.
    ///
    /// Filters and counts are checked first, with the old order still in them; each half that fails after that
    /// says so in an event of its own.
    ///
    /// # Errors
    /// Those of [`filter::check`] on the new order.
    pub fn replace(&mut self, account: AccountId, replace: &Replace) -> Result<(), Reject> {
        let trader = self.trader(account);
        let incoming = &Incoming::new(self.market, trader, &replace.order, self.at);
        let worth = filter::check(self.market, self.ledger, incoming)?;
        if !self.cancel_replaced(&trader, replace) {
            return Ok(());
        }
        match plan(self.market, self.ledger, incoming, worth) {
            Ok(plan) => {
                let taking = self.accept(incoming, plan.hold);
                self.pursue(taking, plan.course);
                self.start_due();
            }
            Err(reason) => self.events.push(Event::ReplacePlaceRejected { reason }),
        }
        Ok(())
    }

    /// Cancels the old order, or says why not; false when the new one is not to be tried.
    pub fn cancel_replaced(&mut self, trader: &Trader, replace: &Replace) -> bool {
        let old = find_cancellable(self.market, trader, &replace.cancel, replace.restriction);
        let reason = match old {
            Ok(slot) => {
                self.cancel_at(slot, CloseReason::Replaced);
                return true;
            }
            Err(reason) => reason,
        };
        self.events.push(Event::ReplaceCancelRejected { reason });
        match replace.mode {
            ReplaceMode::AllowFailure => true,
            ReplaceMode::StopOnFailure => {
                self.events.push(Event::ReplacePlaceSkipped);
                mutant::plant!("replace-goes-on", true, false)
            }
        }
    }
}
