//! What owners do to their accounts: freezing a sub-account, closing all of them.

use super::{Account, Naive, Outcome};
use model::account::{AccountState, OwnerState};
use model::event::Event;
use model::id::AccountId;
use model::reject::Reject;
use model::snapshot::{DepositStatus, WithdrawalStatus};

impl Account {
    pub(super) fn may_trade(&self) -> bool {
        self.state.may_trade() && self.by_owner == OwnerState::Open
    }
}

impl Naive {
    pub(super) fn is_frozen_by_owner(&self, account: AccountId) -> bool {
        self.account(account)
            .is_ok_and(|row| row.by_owner != OwnerState::Open)
    }

    /// A sub-account bears its master's number as its group.
    pub(super) fn check_sub_account(
        &self,
        master: AccountId,
        account: AccountId,
    ) -> Result<(), Reject> {
        let is_sub_account = |group: u32| group == master.0 && account != master;
        match self.account(account) {
            Ok(row) if is_sub_account(row.group.0) => Ok(()),
            _ => Err(Reject::SubAccountUnknown),
        }
    }

    pub(super) fn set_by_owner(
        &mut self,
        master: AccountId,
        account: AccountId,
        state: OwnerState,
    ) -> Outcome {
        self.check_sub_account(master, account)?;
        let row = self.account_mut(account)?;
        if row.by_owner == OwnerState::Closed {
            return Err(Reject::AccountClosed);
        }
        if row.by_owner == state {
            return Err(Reject::StateUnchanged);
        }
        row.by_owner = state;
        Ok(vec![Event::OwnerStateChanged { account, state }])
    }

    pub(super) fn close(&mut self, master: AccountId) -> Outcome {
        if self.account(master)?.group.0 != master.0 {
            return Err(Reject::MasterOnly);
        }
        let numbers = (1..=self.accounts.len() as u32).map(AccountId);
        let all: Vec<AccountId> = numbers
            .filter(|id| self.account(*id).is_ok_and(|row| row.group.0 == master.0))
            .collect();
        self.check_empty(&all)?;
        let mut events = Vec::new();
        for account in &all {
            let state = OwnerState::Closed;
            self.account_mut(*account)?.by_owner = state;
            events.push(Event::OwnerStateChanged {
                account: *account,
                state,
            });
        }
        for (id, key) in &mut self.keys {
            if all.contains(&key.account) && !key.is_revoked {
                key.is_revoked = true;
                events.push(Event::KeyRevoked {
                    key: *id,
                    account: key.account,
                });
            }
        }
        Ok(events)
    }

    fn check_empty(&self, all: &[AccountId]) -> Result<(), Reject> {
        for account in all {
            if self.account(*account)?.state == AccountState::Frozen {
                return Err(Reject::AccountRestricted);
            }
        }
        let has_order = self.markets.iter().any(|market| {
            let resting = market.orders.iter().map(|order| order.account);
            let parked = market.parked.iter().map(|parked| parked.order.account);
            resting.chain(parked).any(|account| all.contains(&account))
        });
        if has_order {
            return Err(Reject::ClosingWithOrders);
        }
        let has_balance = self.balances.iter().any(|((account, ..), balance)| {
            all.contains(account) && (balance.available != 0 || balance.held != 0)
        });
        if has_balance {
            return Err(Reject::ClosingWithBalance);
        }
        let has_deposit = self
            .deposits
            .values()
            .any(|note| note.status == DepositStatus::Seen && all.contains(&note.deposit.account));
        let has_payout = self
            .withdrawals
            .values()
            .any(|note| note.status == WithdrawalStatus::Held && all.contains(&note.account));
        if has_deposit || has_payout {
            return Err(Reject::ClosingInTransit);
        }
        Ok(())
    }
}
