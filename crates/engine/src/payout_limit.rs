//! Limits over all users together: how much of an asset leaves in a day (`docs/spec/withdrawals.md` §4.1).

use model::event::Event;
use model::id::AssetId;
use model::number::Amount;
use model::reject::Reject;
use model::snapshot::HouseAccount;

use crate::engine::Engine;

impl Engine {
    /// Less counts at once, more a day later: whoever gets hold of two operators cannot empty the exchange unseen.
    ///
    /// # Errors
    /// `AssetUnknown`, `AmountNotPositive` for less than nothing, `StateUnchanged`.
    pub(crate) fn set_payout_limit(
        &mut self,
        asset: AssetId,
        cap: Option<Amount>,
    ) -> Result<Event, Reject> {
        self.check_asset(asset)?;
        if cap.is_some_and(|cap| cap < Amount::ZERO) {
            return Err(Reject::AmountNotPositive);
        }
        if self.payout_limits.is_set(asset, cap, self.at) {
            return Err(Reject::StateUnchanged);
        }
        let from = mutant::plant!(
            "payout-limit-raised-at-once",
            self.at,
            self.payout_limits.counts_from(asset, cap, self.at)
        );
        let held = self.ledger.house(asset, HouseAccount::WithdrawTransit);
        self.payout_limits.set(asset, (cap, from), held, self.at);
        Ok(Event::PayoutLimitSet {
            asset,
            cap,
            from,
            held,
        })
    }

    /// # Errors
    /// `PayoutLimitReached` when all users together would withdraw more than a day has.
    pub(crate) fn check_payout_limit(&self, asset: AssetId, total: Amount) -> Result<(), Reject> {
        let is_within = self.payout_limits.allow(asset, total, self.at);
        if mutant::plant!("payout-limit-not-held", true, is_within) {
            Ok(())
        } else {
            Err(Reject::PayoutLimitReached)
        }
    }
}
