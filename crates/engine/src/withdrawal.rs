//! Withdrawals: held while the payout is under way, then settled or cancelled.

use model::account::Wallet;
use model::command::Withdrawal;
use model::event::Event;
use model::id::{AccountId, KeyId, Reference, Sequence};
use model::index::Index;
use model::number::Amount;
use model::proof::Proof;
use model::reject::Reject;
use model::snapshot::{WithdrawalRow, WithdrawalStatus};

use crate::engine::Engine;
use crate::table::{Keyed, name_words};

impl Keyed for WithdrawalRow {
    type Key = Reference;

    fn key(&self) -> Reference {
        self.withdrawal.reference
    }

    fn hash(key: Reference, index: &Index) -> u64 {
        index.hash(&name_words(key.0))
    }
}

impl Engine {
    /// Moves amount and fee from available to in transit.
    ///
    /// # Errors
    /// The first that applies of `AccountRestricted`, `ReferenceConflict`, `PayoutsHeld`, `AssetUnknown`,
    /// `AmountNotPositive`, `AmountTooLarge`, those of `check_payout_proof`, `InsufficientFunds`, those of
    /// `decide_withdrawal`, `PayoutLimitReached`, `CapacityExhausted`.
    pub(crate) fn hold_withdrawal(
        &mut self,
        asker: (AccountId, KeyId),
        withdrawal: &Withdrawal,
        proof: Option<&Proof>,
        events: &mut Vec<Event>,
    ) -> Result<Event, Reject> {
        let (account, _) = asker;
        if !self.accounts.get(account)?.state.may_pay_out() {
            return Err(Reject::AccountRestricted);
        }
        self.check_open(account)?;
        if let Some(row) = self.withdrawals.find(withdrawal.reference) {
            return repeated_hold(row, account, withdrawal);
        }
        self.check_payouts(account)?;
        self.check_asset(withdrawal.asset)?;
        let total = total(withdrawal)?;
        self.check_payout_proof(asker, withdrawal, proof)?;
        let row = self
            .ledger
            .find(account, Wallet::Spot, withdrawal.asset)
            .filter(|row| total <= self.ledger.balance(*row).available)
            .ok_or(Reject::InsufficientFunds)?;
        let decided = self.decide_withdrawal(account, withdrawal.asset, total)?;
        self.check_payout_limit(withdrawal.asset, total)?;
        self.withdrawals.check_room()?;

        // Nothing below can fail.
        self.ledger.hold_withdrawal(row, total);
        self.payout_limits.hold(withdrawal.asset, total);
        if let Some(proof) = proof {
            self.take_payout_proof(withdrawal.reference, proof);
        }
        self.withdrawals.insert(WithdrawalRow {
            withdrawal: *withdrawal,
            account,
            status: WithdrawalStatus::Held,
            held_by: self.sequence,
            ended_by: None,
        });
        events.extend(decided.map(|decided| self.count(decided)));
        Ok(Event::WithdrawalHeld {
            account,
            withdrawal: *withdrawal,
        })
    }

    /// # Errors
    /// `DestinationOther` for another address than was proven, `WithdrawalUnknown`, `WithdrawalFinal` once it was
    /// cancelled.
    pub(crate) fn settle_withdrawal(
        &mut self,
        reference: Reference,
        destination: Option<Reference>,
    ) -> Result<Event, Reject> {
        self.check_destination(reference, destination)?;
        let row = match self.end_withdrawal(reference, WithdrawalStatus::Settled)? {
            Ending::Repeated(original) => return Ok(Event::Repeated { original }),
            Ending::Now(row) => row,
        };
        let WithdrawalRow {
            withdrawal,
            account,
            ..
        } = row;
        self.ledger
            .settle_withdrawal(withdrawal.asset, withdrawal.amount, withdrawal.fee);
        let total = withdrawal.amount.plus(withdrawal.fee);
        self.payout_limits.settle(withdrawal.asset, total, self.at);
        Ok(Event::WithdrawalSettled {
            account,
            withdrawal,
        })
    }

    /// Returns which command held a withdrawal for this address.
    ///
    /// # Errors
    /// `WithdrawalUnknown`, `DestinationOther`.
    pub(crate) fn confirm_destination(
        &self,
        reference: Reference,
        destination: Reference,
    ) -> Result<Event, Reject> {
        let row = self.withdrawals.find(reference);
        let original = row.ok_or(Reject::WithdrawalUnknown)?.held_by;
        self.check_destination(reference, Some(destination))?;
        Ok(Event::Repeated { original })
    }

    /// # Errors
    /// `WithdrawalUnknown`, `WithdrawalFinal` once it was settled.
    pub(crate) fn cancel_withdrawal(&mut self, reference: Reference) -> Result<Event, Reject> {
        let row = match self.end_withdrawal(reference, WithdrawalStatus::Cancelled)? {
            Ending::Repeated(original) => return Ok(Event::Repeated { original }),
            Ending::Now(row) => row,
        };
        let WithdrawalRow {
            withdrawal,
            account,
            ..
        } = row;
        let total = withdrawal.amount.plus(withdrawal.fee);
        let balance = self.ledger.open(account, Wallet::Spot, withdrawal.asset);
        self.ledger.cancel_withdrawal(balance, total);
        self.payout_limits.release(withdrawal.asset, total);
        Ok(Event::WithdrawalCancelled {
            account,
            withdrawal,
        })
    }

    /// Marks a held withdrawal as ended.
    fn end_withdrawal(
        &mut self,
        reference: Reference,
        status: WithdrawalStatus,
    ) -> Result<Ending, Reject> {
        // A cancelled one needs its balance again, which a snapshot may have left out.
        self.check_ledger_room()?;
        let sequence = self.sequence;
        let row = self.withdrawals.find_mut(reference);
        let row = row.ok_or(Reject::WithdrawalUnknown)?;
        match mutant::plant!("withdrawal-ends-twice", None, row.ended_by) {
            Some(original) if row.status == status => Ok(Ending::Repeated(original)),
            Some(_) => Err(Reject::WithdrawalFinal),
            None => {
                row.status = status;
                row.ended_by = Some(sequence);
                let row = *row;
                self.proofs.forget(reference);
                Ok(Ending::Now(row))
            }
        }
    }
}

enum Ending {
    Repeated(Sequence),
    Now(WithdrawalRow),
}

fn repeated_hold(
    row: &WithdrawalRow,
    account: AccountId,
    withdrawal: &Withdrawal,
) -> Result<Event, Reject> {
    if row.account == account && row.withdrawal == *withdrawal {
        Ok(Event::Repeated {
            original: row.held_by,
        })
    } else {
        Err(Reject::ReferenceConflict)
    }
}

/// # Errors
/// `AmountNotPositive`, `AmountTooLarge`.
fn total(withdrawal: &Withdrawal) -> Result<Amount, Reject> {
    if withdrawal.amount <= Amount::ZERO || withdrawal.fee < Amount::ZERO {
        return Err(Reject::AmountNotPositive);
    }
    let total = withdrawal.amount.checked_plus(withdrawal.fee);
    total.ok_or(Reject::AmountTooLarge)
}
