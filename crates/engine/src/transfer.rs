//! Transfers: between the wallets of an account, or between accounts of one owner (D14, L11).

use model::account::AccountState;
use model::command::{Transfer, TransferBetween};
use model::event::Event;
use model::id::{AccountId, Reference};
use model::index::{Index, hash_words};
use model::number::Amount;
use model::reject::Reject;
use model::snapshot::TransferRow;

use crate::engine::Engine;
use crate::table::{Keyed, name_words};

impl Keyed for TransferRow {
    type Key = (AccountId, Reference);

    fn key(&self) -> (AccountId, Reference) {
        (self.account, self.reference)
    }

    fn hash((account, reference): (AccountId, Reference), index: &Index) -> u64 {
        let [first, second, third, fourth] = name_words(reference.0);
        index.hash(&[u64::from(account.0), first, second, third, fourth])
    }
}

impl Engine {
    /// Moves money out of the account that asks.
    ///
    /// # Errors
    /// `AccountRestricted` of an account that its master has frozen; then as `transfer`.
    pub(crate) fn transfer_own(
        &mut self,
        account: AccountId,
        transfer: &Transfer,
    ) -> Result<Event, Reject> {
        self.check_open(account)?;
        self.transfer(account, transfer)
    }

    /// Moves money out of the account that asks or of one of its sub-accounts, frozen by it or not.
    ///
    /// # Errors
    /// `SubAccountUnknown`; `AccountRestricted` when an operator has frozen the master; then as `transfer`.
    pub(crate) fn transfer_between(
        &mut self,
        master: AccountId,
        between: &TransferBetween,
    ) -> Result<Event, Reject> {
        if between.payer == master {
            return self.transfer_own(master, &between.transfer);
        }
        self.accounts.sub_account(master, between.payer)?;
        if self.accounts.existing(master).state == AccountState::Frozen {
            return Err(Reject::AccountRestricted);
        }
        self.transfer(between.payer, &between.transfer)
    }

    /// # Errors
    /// The first that applies of `AccountRestricted`, `ReferenceConflict`, `AccountUnknown` (of the target),
    /// `TransferToSelf`, `OwnerForeign`, `AssetUnknown`, `AmountNotPositive`, `InsufficientFunds`,
    /// `CapacityExhausted`.
    fn transfer(&mut self, account: AccountId, transfer: &Transfer) -> Result<Event, Reject> {
        self.check_payer(account, transfer)?;
        let body = digest(self.genesis.table_seed, transfer);
        if let Some(row) = self.transfers.find((account, transfer.reference)) {
            return repeated(row, body);
        }
        self.check_target(account, transfer)?;
        self.check_asset(transfer.asset)?;
        if transfer.amount <= Amount::ZERO {
            return Err(Reject::AmountNotPositive);
        }
        let from = self
            .ledger
            .find(account, transfer.from, transfer.asset)
            .filter(|row| transfer.amount <= self.ledger.balance(*row).available)
            .ok_or(Reject::InsufficientFunds)?;
        self.transfers.check_room()?;
        self.check_ledger_room()?;

        // Nothing below can fail.
        let to = self
            .ledger
            .open(transfer.to_account, transfer.to, transfer.asset);
        self.ledger.transfer(from, to, transfer.amount);
        self.transfers.insert(TransferRow {
            account,
            reference: transfer.reference,
            body,
            sequence: self.sequence,
        });
        Ok(Event::Transferred {
            account,
            transfer: *transfer,
        })
    }

    /// Within an account money moves unless it is frozen; out of it only when it may pay out.
    fn check_payer(&self, account: AccountId, transfer: &Transfer) -> Result<(), Reject> {
        let state = self.accounts.get(account)?.state;
        let may_pay = if transfer.to_account == account {
            state != AccountState::Frozen
        } else {
            state.may_pay_out()
        };
        if may_pay {
            Ok(())
        } else {
            Err(Reject::AccountRestricted)
        }
    }

    fn check_target(&self, account: AccountId, transfer: &Transfer) -> Result<(), Reject> {
        let target = self.accounts.get(transfer.to_account)?;
        if transfer.to_account == account && transfer.to == transfer.from {
            return Err(Reject::TransferToSelf);
        }
        let is_foreign = target.owner != self.accounts.get(account)?.owner;
        if mutant::plant!("transfer-between-owners", false, is_foreign) {
            return Err(Reject::OwnerForeign);
        }
        Ok(())
    }
}

fn repeated(row: &TransferRow, body: u64) -> Result<Event, Reject> {
    if row.body == body {
        Ok(Event::Repeated {
            original: row.sequence,
        })
    } else {
        Err(Reject::ReferenceConflict)
    }
}

/// Returns a digest of what a transfer asks for; the seed is the exchange's secret, so nobody can aim at another's.
fn digest(seed: u64, transfer: &Transfer) -> u64 {
    let units = transfer.amount.units().cast_unsigned();
    let words = [
        transfer.from as u64,
        transfer.to as u64,
        u64::from(transfer.to_account.0),
        u64::from(transfer.asset.0),
        units as u64,
        (units >> 64) as u64,
    ];
    hash_words(seed, &words)
}
