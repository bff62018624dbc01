//! Holds of payouts: for a while after a password or a factor is another, no money of the owner leaves.

use model::event::Event;
use model::id::{AccountId, OwnerId};
use model::index::Index;
use model::reject::Reject;
use model::snapshot::PayoutHoldRow;
use model::time::Timestamp;

use crate::engine::Engine;
use crate::table::Keyed;

impl Keyed for PayoutHoldRow {
    type Key = OwnerId;

    fn key(&self) -> OwnerId {
        self.owner
    }

    fn hash(key: OwnerId, index: &Index) -> u64 {
        index.hash(&[key.0])
    }
}

impl Engine {
    /// Holds the payouts of an owner, of accounts that are opened later too.
    ///
    /// # Errors
    /// `StateUnchanged` when they are held until then anyway, or then has passed; `CapacityExhausted`.
    pub(crate) fn hold_payouts(
        &mut self,
        owner: OwnerId,
        until: Timestamp,
    ) -> Result<Event, Reject> {
        let known = self.payout_holds.find_mut(owner);
        let held_until = known.as_ref().map_or(self.at, |row| row.until.max(self.at));
        if mutant::plant!("hold-of-payouts-shortened", false, until <= held_until) {
            return Err(Reject::StateUnchanged);
        }
        match known {
            Some(row) => row.until = until,
            None => {
                self.payout_holds.check_room()?;
                self.payout_holds.insert(PayoutHoldRow { owner, until });
            }
        }
        Ok(Event::PayoutsHeld { owner, until })
    }

    /// # Errors
    /// `PayoutsHeld` while no money of the owner of this account may leave.
    pub(crate) fn check_payouts(&self, account: AccountId) -> Result<(), Reject> {
        let owner = self.accounts.get(account)?.owner;
        let hold = self.payout_holds.find(owner);
        let is_held = hold.is_some_and(|row| self.at < row.until);
        if mutant::plant!("held-payout-made", false, is_held) {
            Err(Reject::PayoutsHeld)
        } else {
            Ok(())
        }
    }
}
