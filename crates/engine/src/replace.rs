//! Cancel-replace: one order goes and another comes, as one command.

use model::command::Replace;
use model::event::Event;
use model::id::AccountId;
use model::number::Amount;
use model::order::{CloseReason, ReplaceMode};
use model::reject::Reject;

use crate::cancel::find_cancellable;
use crate::desk::Desk;
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
        let old = find_cancellable(self.market, &trader, &replace.cancel, replace.restriction);
        match (old, replace.mode) {
            (Ok(slot), _) => self.cancel_at(slot, CloseReason::Replaced),
            (Err(reason), ReplaceMode::AllowFailure) => {
                self.events.push(Event::ReplaceCancelRejected { reason });
            }
            (Err(reason), ReplaceMode::StopOnFailure) => {
                self.events.push(Event::ReplaceCancelRejected { reason });
                self.events.push(Event::ReplacePlaceSkipped);
                mutant::plant!("replace-goes-on", (), return Ok(()));
            }
        }
        self.place_replacement(incoming, worth);
        Ok(())
    }

    fn place_replacement(&mut self, incoming: &Incoming, worth: Amount) {
        match plan(self.market, self.ledger, incoming, worth) {
            Ok(plan) => self.carry_out(incoming, &plan),
            Err(reason) => self.events.push(Event::ReplacePlaceRejected { reason }),
        }
    }
}
