//! Deposits, withdrawals and transfers.

use super::{DepositNote, Naive, Outcome, WithdrawalNote};
use model::account::{AccountState, Wallet};
use model::allowance::Flow;
use model::command::{ClientHeader, Deposit, Transfer, TransferBetween, Withdrawal};
use model::event::Event;
use model::id::{AccountId, AssetId, Reference, Sequence};
use model::number::Amount;
use model::proof::Proof;
use model::reject::Reject;
use model::snapshot::{DepositStatus, WithdrawalStatus};

const MONEY_MAX: i128 = 1 << 95;

impl Naive {
    pub(super) fn see_deposit(&mut self, deposit: &Deposit) -> Outcome {
        if let Some(note) = self.known_deposit(deposit)? {
            return Ok(vec![Event::Repeated {
                original: note.sequence,
            }]);
        }
        self.check_deposit(deposit)?;
        self.note_deposit(deposit, DepositStatus::Seen);
        Ok(vec![Event::DepositSeen(*deposit)])
    }

    pub(super) fn credit_deposit(&mut self, deposit: &Deposit) -> Outcome {
        match self.known_deposit(deposit)? {
            Some(note) if note.status == DepositStatus::Credited => {
                return Ok(vec![Event::Repeated {
                    original: note.sequence,
                }]);
            }
            Some(_) => {}
            None => self.check_deposit(deposit)?,
        }
        self.note_deposit(deposit, DepositStatus::Credited);
        let amount = deposit.amount.units();
        self.change(deposit.account, deposit.asset, amount, 0);
        let used = self.count_deposit(deposit.account, deposit.asset, amount)?;
        Ok(used
            .into_iter()
            .chain([Event::DepositCredited(*deposit)])
            .collect())
    }

    pub(super) fn drop_deposit(&mut self, reference: Reference) -> Outcome {
        let sequence = Sequence(self.sequence);
        let note = self
            .deposits
            .get_mut(&reference)
            .ok_or(Reject::DepositUnknown)?;
        match note.status {
            DepositStatus::Credited => Err(Reject::DepositFinal),
            DepositStatus::Dropped => Ok(vec![Event::Repeated {
                original: note.sequence,
            }]),
            DepositStatus::Seen => {
                note.status = DepositStatus::Dropped;
                note.sequence = sequence;
                Ok(vec![Event::DepositDropped { reference }])
            }
        }
    }

    fn known_deposit(&self, deposit: &Deposit) -> Result<Option<DepositNote>, Reject> {
        match self.deposits.get(&deposit.reference) {
            Some(note) if note.deposit != *deposit => Err(Reject::ReferenceConflict),
            Some(note) if note.status == DepositStatus::Dropped => Err(Reject::DepositFinal),
            known => Ok(known.copied()),
        }
    }

    fn check_deposit(&self, deposit: &Deposit) -> Result<(), Reject> {
        self.account(deposit.account)?;
        self.check_asset(deposit.asset)?;
        if deposit.amount.units() <= 0 {
            return Err(Reject::AmountNotPositive);
        }
        if MONEY_MAX < self.brought_in(deposit.asset) + deposit.amount.units() {
            return Err(Reject::AmountTooLarge);
        }
        Ok(())
    }

    /// Returns what has come in from chains, less what has left again.
    fn brought_in(&self, asset: AssetId) -> i128 {
        let is_in = |note: &&DepositNote| {
            note.deposit.asset == asset && note.status != DepositStatus::Dropped
        };
        let is_out = |note: &&WithdrawalNote| {
            note.withdrawal.asset == asset && note.status == WithdrawalStatus::Settled
        };
        let deposits: i128 = self
            .deposits
            .values()
            .filter(is_in)
            .map(|note| note.deposit.amount.units())
            .sum();
        let withdrawals = self
            .withdrawals
            .values()
            .filter(is_out)
            .map(|note| note.withdrawal.amount.units());
        deposits - withdrawals.sum::<i128>()
    }

    fn note_deposit(&mut self, deposit: &Deposit, status: DepositStatus) {
        let note = DepositNote {
            deposit: *deposit,
            status,
            sequence: Sequence(self.sequence),
        };
        self.deposits.insert(deposit.reference, note);
    }

    pub(super) fn hold_withdrawal(
        &mut self,
        header: &ClientHeader,
        withdrawal: &Withdrawal,
        proof: Option<&Proof>,
    ) -> Outcome {
        let account = header.account;
        if !self.account(account)?.state.may_pay_out() || self.is_frozen_by_owner(account) {
            return Err(Reject::AccountRestricted);
        }
        if let Some(note) = self.withdrawals.get(&withdrawal.reference) {
            if note.account != account || note.withdrawal != *withdrawal {
                return Err(Reject::ReferenceConflict);
            }
            return Ok(vec![Event::Repeated {
                original: note.held_by,
            }]);
        }
        let owner = self.account(account)?.owner;
        if self
            .payout_holds
            .get(&owner.0)
            .is_some_and(|ends| self.at < *ends)
        {
            return Err(Reject::PayoutsHeld);
        }
        self.check_asset(withdrawal.asset)?;
        let (amount, fee) = (withdrawal.amount.units(), withdrawal.fee.units());
        if amount <= 0 || fee < 0 {
            return Err(Reject::AmountNotPositive);
        }
        if Amount::new(amount + fee).is_none() {
            return Err(Reject::AmountTooLarge);
        }
        self.check_proof(header, withdrawal, proof)?;
        if self
            .balance(account, Wallet::Spot, withdrawal.asset)
            .available
            < amount + fee
        {
            return Err(Reject::InsufficientFunds);
        }
        let decided = self.decide_withdrawal(account, withdrawal.asset, amount + fee)?;
        self.check_payout_limit(withdrawal.asset, amount + fee)?;
        self.change(account, withdrawal.asset, -amount - fee, 0);
        let held_by = Sequence(self.sequence);
        let note = WithdrawalNote {
            withdrawal: *withdrawal,
            account,
            status: WithdrawalStatus::Held,
            held_by,
            ended_by: Sequence::ZERO,
            proof: proof.copied(),
            paid_at: None,
        };
        if let Some(Proof::Factor { shown, .. }) = proof {
            self.answer(shown);
        }
        self.withdrawals.insert(withdrawal.reference, note);
        let used = decided.map(|(owner, value)| self.count(owner, Flow::Withdrawal, value, false));
        let held = Event::WithdrawalHeld {
            account,
            withdrawal: *withdrawal,
        };
        Ok(used.into_iter().chain([held]).collect())
    }

    pub(super) fn end_withdrawal(
        &mut self,
        reference: Reference,
        status: WithdrawalStatus,
    ) -> Outcome {
        let (sequence, at) = (Sequence(self.sequence), self.at);
        let note = self
            .withdrawals
            .get_mut(&reference)
            .ok_or(Reject::WithdrawalUnknown)?;
        if note.status == status {
            return Ok(vec![Event::Repeated {
                original: note.ended_by,
            }]);
        }
        if note.status != WithdrawalStatus::Held {
            return Err(Reject::WithdrawalFinal);
        }
        note.status = status;
        note.ended_by = sequence;
        note.paid_at = (status == WithdrawalStatus::Settled).then_some(at);
        let WithdrawalNote {
            withdrawal,
            account,
            ..
        } = *note;
        if status == WithdrawalStatus::Settled {
            return Ok(vec![Event::WithdrawalSettled {
                account,
                withdrawal,
            }]);
        }
        self.change(
            account,
            withdrawal.asset,
            withdrawal.amount.units() + withdrawal.fee.units(),
            0,
        );
        Ok(vec![Event::WithdrawalCancelled {
            account,
            withdrawal,
        }])
    }

    /// What an account asks for by its own key.
    pub(super) fn transfer_own(&mut self, account: AccountId, transfer: &Transfer) -> Outcome {
        if self.is_frozen_by_owner(account) {
            return Err(Reject::AccountRestricted);
        }
        self.transfer(account, transfer)
    }

    /// What a master asks for; that it has frozen the payer is no obstacle.
    pub(super) fn transfer_between(
        &mut self,
        master: AccountId,
        between: &TransferBetween,
    ) -> Outcome {
        if between.payer == master {
            return self.transfer_own(master, &between.transfer);
        }
        self.check_sub_account(master, between.payer)?;
        if self.account(master)?.state == AccountState::Frozen {
            return Err(Reject::AccountRestricted);
        }
        self.transfer(between.payer, &between.transfer)
    }

    fn transfer(&mut self, account: AccountId, transfer: &Transfer) -> Outcome {
        let state = self.account(account)?.state;
        let is_within = transfer.to_account == account;
        if state == AccountState::Frozen || (!is_within && !state.may_pay_out()) {
            return Err(Reject::AccountRestricted);
        }
        if let Some((known, original)) = self.transfers.get(&(account, transfer.reference)) {
            if known != transfer {
                return Err(Reject::ReferenceConflict);
            }
            return Ok(vec![Event::Repeated {
                original: *original,
            }]);
        }
        let target = self.account(transfer.to_account)?.owner;
        if is_within && transfer.to == transfer.from {
            return Err(Reject::TransferToSelf);
        }
        if target != self.account(account)?.owner {
            return Err(Reject::OwnerForeign);
        }
        self.check_asset(transfer.asset)?;
        let amount = transfer.amount.units();
        if amount <= 0 {
            return Err(Reject::AmountNotPositive);
        }
        if self
            .balance(account, transfer.from, transfer.asset)
            .available
            < amount
        {
            return Err(Reject::InsufficientFunds);
        }
        self.balances
            .entry((account, transfer.from, transfer.asset))
            .or_default()
            .available -= amount;
        self.balances
            .entry((transfer.to_account, transfer.to, transfer.asset))
            .or_default()
            .available += amount;
        self.transfers.insert(
            (account, transfer.reference),
            (*transfer, Sequence(self.sequence)),
        );
        Ok(vec![Event::Transferred {
            account,
            transfer: *transfer,
        }])
    }
}
