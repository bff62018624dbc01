//! Closing an account with its sub-accounts: only when nothing is left in them, and for good.

use model::account::{AccountState, OwnerState, Wallet};
use model::event::Event;
use model::id::{AccountId, AssetId, KeyId, TradeGroupId};
use model::reject::Reject;
use model::snapshot::{DepositStatus, WithdrawalStatus};

use crate::engine::Engine;

impl Engine {
    /// Closes the account that asks and its sub-accounts, and revokes every key of them.
    ///
    /// **Shape** the accounts by number, then the keys by number.
    ///
    /// **Cost** O(accounts, keys, deposits and withdrawals): it looks at all of them, which is once an owner.
    ///
    /// # Errors
    /// The first that applies of `MasterOnly`, `AccountRestricted` (an operator has frozen one of them),
    /// `ClosingWithOrders`, `ClosingWithBalance`, `ClosingInTransit`.
    pub(crate) fn close(
        &mut self,
        master: AccountId,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        if self.accounts.get(master)?.group.0 != master.0 {
            return Err(Reject::MasterOnly);
        }
        let accounts = self.accounts.group(TradeGroupId(master.0));
        self.check_nothing_left(&accounts)?;

        // Nothing below can fail.
        for account in &accounts {
            let state = OwnerState::Closed;
            self.accounts.existing_mut(*account).owner_state = state;
            events.push(Event::OwnerStateChanged {
                account: *account,
                state,
            });
        }
        for (key, account) in self.unrevoked_keys(&accounts) {
            if let Some(row) = self.keys.find_mut(key) {
                row.is_revoked = true;
            }
            events.push(Event::KeyRevoked { key, account });
        }
        Ok(())
    }

    fn check_nothing_left(&self, accounts: &[AccountId]) -> Result<(), Reject> {
        let is_frozen =
            |account: &AccountId| self.accounts.existing(*account).state == AccountState::Frozen;
        if accounts.iter().any(is_frozen) {
            return Err(Reject::AccountRestricted);
        }
        if accounts.iter().any(|account| self.has_open_order(*account)) {
            return Err(Reject::ClosingWithOrders);
        }
        let has_balance = accounts.iter().any(|account| self.has_balance(*account));
        if mutant::plant!("closing-with-a-balance", false, has_balance) {
            return Err(Reject::ClosingWithBalance);
        }
        if self.has_transit(accounts) {
            return Err(Reject::ClosingInTransit);
        }
        Ok(())
    }

    fn has_open_order(&self, account: AccountId) -> bool {
        let seats = self
            .markets
            .iter()
            .filter_map(|market| market.seats.find(account));
        seats.into_iter().any(|seat| 0 < seat.open_orders)
    }

    fn has_balance(&self, account: AccountId) -> bool {
        let assets = 0..self.assets.len() as u16;
        let wallets = [Wallet::Spot, Wallet::Futures].into_iter();
        wallets
            .flat_map(|wallet| assets.clone().map(move |asset| (wallet, AssetId(asset))))
            .map(|(wallet, asset)| self.balance(account, wallet, asset))
            .any(|balance| !balance.available.is_zero() || !balance.held.is_zero())
    }

    /// Returns whether a deposit was seen that is not final, or a payout is under way.
    fn has_transit(&self, accounts: &[AccountId]) -> bool {
        let is_theirs = |account: AccountId| accounts.binary_search(&account).is_ok();
        let deposits = self.deposits.rows().iter();
        let withdrawals = self.withdrawals.rows().iter();
        deposits
            .filter(|row| row.status == DepositStatus::Seen)
            .any(|row| is_theirs(row.deposit.account))
            || withdrawals
                .filter(|row| row.status == WithdrawalStatus::Held)
                .any(|row| is_theirs(row.account))
    }

    fn unrevoked_keys(&self, accounts: &[AccountId]) -> Vec<(KeyId, AccountId)> {
        let is_theirs = |account: AccountId| accounts.binary_search(&account).is_ok();
        let rows = self.keys.rows().iter();
        let mut keys: Vec<(KeyId, AccountId)> = rows
            .filter(|row| !row.is_revoked && is_theirs(row.account))
            .map(|row| (row.key, row.account))
            .collect();
        keys.sort_unstable();
        keys
    }
}
