//! The fold of money that comes, goes, or moves between accounts and wallets.

use crate::accounts::Gain;
use crate::change::{Change, Changes};
use crate::fold::misled;
use crate::fundings::{FundingName, Moment};
use crate::views::Views;
use model::account::Wallet;
use model::command::{Deposit, Transfer, Withdrawal};
use model::event::Event;
use model::id::{AccountId, AssetId, Reference};
use model::number::Amount;
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::Funding;
use model::time::Timestamp;

impl Views {
    pub(crate) fn fold_funding(&mut self, event: &Event, changes: &mut impl Changes) {
        match event {
            Event::DepositSeen(deposit) => self.see_deposit(deposit),
            Event::DepositCredited(deposit) => self.credit_deposit(deposit, changes),
            Event::DepositDropped { reference } => self.drop_deposit(*reference),
            Event::WithdrawalHeld {
                account,
                withdrawal,
            } => self.hold_withdrawal(*account, withdrawal, changes),
            Event::WithdrawalSettled {
                account,
                withdrawal,
            } => self.settle_withdrawal(*account, withdrawal),
            Event::WithdrawalCancelled {
                account,
                withdrawal,
            } => self.cancel_withdrawal(*account, withdrawal, changes),
            Event::Transferred { account, transfer } => self.transfer(*account, transfer, changes),
            Event::BalanceAdjusted(adjustment) => {
                let place = (adjustment.account, Wallet::Spot, adjustment.asset);
                self.fund(place, adjustment.amount, changes);
            }
            Event::PayoutLimitSet {
                asset,
                cap,
                from,
                held,
            } => {
                let at = self.at;
                self.payout_limits.set(*asset, (*cap, *from), *held, at);
            }
            _ => misled(event),
        }
    }

    fn see_deposit(&mut self, deposit: &Deposit) {
        let funding = Funding::Deposit {
            deposit: *deposit,
            status: DepositStatus::Seen,
        };
        self.create_funding(deposit.account, funding);
    }

    fn credit_deposit(&mut self, deposit: &Deposit, changes: &mut impl Changes) {
        let funding = Funding::Deposit {
            deposit: *deposit,
            status: DepositStatus::Credited,
        };
        if !self.fundings.has(FundingName::Deposit(deposit.reference)) {
            self.create_funding(deposit.account, funding);
        }
        self.end_funding(funding);
        let place = (deposit.account, Wallet::Spot, deposit.asset);
        self.fund(place, deposit.amount, changes);
    }

    fn drop_deposit(&mut self, reference: Reference) {
        if let Funding::Deposit { deposit, .. } = self.fundings.get(FundingName::Deposit(reference))
        {
            self.end_funding(Funding::Deposit {
                deposit,
                status: DepositStatus::Dropped,
            });
        }
    }

    fn hold_withdrawal(
        &mut self,
        account: AccountId,
        withdrawal: &Withdrawal,
        changes: &mut impl Changes,
    ) {
        let funding = Funding::Withdrawal {
            account,
            withdrawal: *withdrawal,
            status: WithdrawalStatus::Held,
        };
        self.create_funding(account, funding);
        let total = withdrawal.amount.plus(withdrawal.fee);
        self.payout_limits.hold(withdrawal.asset, total);
        let place = (account, Wallet::Spot, withdrawal.asset);
        self.fund(place, total.negated(), changes);
    }

    fn settle_withdrawal(&mut self, account: AccountId, withdrawal: &Withdrawal) {
        self.end_withdrawal(account, withdrawal, WithdrawalStatus::Settled);
        let total = withdrawal.amount.plus(withdrawal.fee);
        let at = self.at;
        self.payout_limits.settle(withdrawal.asset, total, at);
    }

    fn cancel_withdrawal(
        &mut self,
        account: AccountId,
        withdrawal: &Withdrawal,
        changes: &mut impl Changes,
    ) {
        self.end_withdrawal(account, withdrawal, WithdrawalStatus::Cancelled);
        let total = withdrawal.amount.plus(withdrawal.fee);
        self.payout_limits.release(withdrawal.asset, total);
        let place = (account, Wallet::Spot, withdrawal.asset);
        self.fund(place, total, changes);
    }

    fn end_withdrawal(
        &mut self,
        account: AccountId,
        withdrawal: &Withdrawal,
        status: WithdrawalStatus,
    ) {
        self.end_funding(Funding::Withdrawal {
            account,
            withdrawal: *withdrawal,
            status,
        });
    }

    fn transfer(&mut self, account: AccountId, transfer: &Transfer, changes: &mut impl Changes) {
        let from = (account, transfer.from, transfer.asset);
        let to = (transfer.to_account, transfer.to, transfer.asset);
        self.fund(from, transfer.amount.negated(), changes);
        self.fund(to, transfer.amount, changes);
    }

    fn create_funding(&mut self, account: AccountId, funding: Funding) {
        let moment = self.moment();
        let own = &mut self.accounts.row_mut(account).fundings;
        self.fundings.create(funding, moment, own);
    }

    fn end_funding(&mut self, funding: Funding) {
        self.fundings.end(funding, self.moment());
        self.expire_funding(Timestamp::from_nanos(i64::MIN));
    }

    /// Lets go of an ended funding when there are too many, or when it ended before `oldest`.
    pub(crate) fn expire_funding(&mut self, oldest: Timestamp) {
        if let Some(account) = self.fundings.overdue(oldest) {
            let own = &mut self.accounts.row_mut(account).fundings;
            self.fundings.forget(own);
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            by: self.sequence,
            at: self.at,
        }
    }

    /// Adds to what is available, from outside the account or from another wallet of it.
    fn fund(
        &mut self,
        (account, wallet, asset): (AccountId, Wallet, AssetId),
        delta: Amount,
        changes: &mut impl Changes,
    ) {
        changes.push(Change::Funding {
            account,
            wallet,
            asset,
            delta,
        });
        if self.orders.is_behind() {
            return self.accounts.touch(account, self.at);
        }
        let slot = self.accounts.open_balance(account, wallet, asset);
        self.accounts
            .add(slot, Gain::available(delta.units()), self.at, changes);
    }
}
