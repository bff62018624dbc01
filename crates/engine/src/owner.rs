//! What owners allow their accounts to do: a master freezes its sub-accounts and lets them go on.
//!
//! Apart from the states that operators set, so that neither lifts what the other has laid on an account.

use model::account::OwnerState;
use model::event::Event;
use model::id::AccountId;
use model::reject::Reject;

use crate::engine::Engine;

impl Engine {
    /// Freezes a sub-account or lets it go on.
    ///
    /// # Errors
    /// The first that applies of `SubAccountUnknown`, `AccountClosed`, `StateUnchanged`.
    pub(crate) fn set_owner_state(
        &mut self,
        master: AccountId,
        target: AccountId,
        state: OwnerState,
    ) -> Result<Event, Reject> {
        let account = self.accounts.sub_account(master, target)?;
        if account.owner_state == OwnerState::Closed {
            return Err(Reject::AccountClosed);
        }
        if account.owner_state == state {
            return Err(Reject::StateUnchanged);
        }

        // Nothing below can fail.
        self.accounts.existing_mut(target).owner_state = state;
        Ok(Event::OwnerStateChanged {
            account: target,
            state,
        })
    }

    /// # Errors
    /// `AccountRestricted` of an account that its master has frozen.
    pub(crate) fn check_open(&self, account: AccountId) -> Result<(), Reject> {
        if self.accounts.get(account)?.owner_state == OwnerState::Open {
            Ok(())
        } else {
            Err(Reject::AccountRestricted)
        }
    }
}
