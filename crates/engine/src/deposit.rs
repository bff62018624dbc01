//! Deposits: seen on a chain, credited once final, or dropped when they vanish before.

use ledger::posting::DepositOrigin;
use model::account::Wallet;
use model::command::Deposit;
use model::event::Event;
use model::id::Reference;
use model::index::Index;
use model::number::Amount;
use model::reject::Reject;
use model::snapshot::{DepositRow, DepositStatus};

use crate::engine::Engine;
use crate::table::{Keyed, name_words};

impl Keyed for DepositRow {
    type Key = Reference;

    fn key(&self) -> Reference {
        self.deposit.reference
    }

    fn hash(key: Reference, index: &Index) -> u64 {
        index.hash(&name_words(key.0))
    }
}

impl Engine {
    /// Notes a deposit that is not final yet. One that is known under the same content stays what it is.
    ///
    /// # Errors
    /// `ReferenceConflict`, `DepositFinal` once it was dropped, then those of a new deposit.
    pub(crate) fn see_deposit(&mut self, deposit: &Deposit) -> Result<Event, Reject> {
        if let Some(row) = self.known_deposit(deposit)? {
            let original = row.sequence;
            return Ok(Event::Repeated { original });
        }
        self.check_new_deposit(deposit)?;

        // Nothing below can fail.
        self.ledger.see_deposit(deposit.asset, deposit.amount);
        self.deposits
            .insert(self.deposit_row(deposit, DepositStatus::Seen));
        Ok(Event::DepositSeen(*deposit))
    }

    /// Credits a final deposit, seen before or not.
    ///
    /// # Errors
    /// `ReferenceConflict`, `DepositFinal` once it was dropped, then those of a new deposit.
    pub(crate) fn credit_deposit(
        &mut self,
        deposit: &Deposit,
        events: &mut Vec<Event>,
    ) -> Result<Event, Reject> {
        let origin = match self.known_deposit(deposit)? {
            Some(row)
                if mutant::plant!(
                    "deposit-credited-twice",
                    false,
                    row.status == DepositStatus::Credited
                ) =>
            {
                let original = row.sequence;
                return Ok(Event::Repeated { original });
            }
            Some(_) => DepositOrigin::Seen,
            None => {
                self.check_new_deposit(deposit)?;
                DepositOrigin::Unseen
            }
        };
        self.check_ledger_room()?;

        // Nothing below can fail.
        let row = self
            .ledger
            .open(deposit.account, Wallet::Spot, deposit.asset);
        self.ledger.credit_deposit(row, deposit.amount, origin);
        let credited = self.deposit_row(deposit, DepositStatus::Credited);
        match self.deposits.find_mut(deposit.reference) {
            Some(row) => *row = credited,
            None => {
                self.deposits.insert(credited);
            }
        }
        events.extend(self.count_deposit(deposit));
        Ok(Event::DepositCredited(*deposit))
    }

    /// Forgets a seen deposit that vanished.
    ///
    /// # Errors
    /// `DepositUnknown`, `DepositFinal` once it was credited.
    pub(crate) fn drop_deposit(&mut self, reference: Reference) -> Result<Event, Reject> {
        let sequence = self.sequence;
        let row = self.deposits.find_mut(reference);
        let row = row.ok_or(Reject::DepositUnknown)?;
        match row.status {
            DepositStatus::Credited => return Err(Reject::DepositFinal),
            DepositStatus::Dropped => {
                let original = row.sequence;
                return Ok(Event::Repeated { original });
            }
            DepositStatus::Seen => {}
        }

        // Nothing below can fail.
        row.status = DepositStatus::Dropped;
        row.sequence = sequence;
        let Deposit { asset, amount, .. } = row.deposit;
        self.ledger.drop_deposit(asset, amount);
        Ok(Event::DepositDropped { reference })
    }

    /// Returns what is known of a deposit under the same content, unless it was dropped.
    fn known_deposit(&self, deposit: &Deposit) -> Result<Option<&DepositRow>, Reject> {
        match self.deposits.find(deposit.reference) {
            None => Ok(None),
            Some(row) if row.deposit != *deposit => Err(Reject::ReferenceConflict),
            Some(row) if row.status == DepositStatus::Dropped => Err(Reject::DepositFinal),
            Some(row) => Ok(Some(row)),
        }
    }

    /// # Errors
    /// `AccountUnknown`, `AssetUnknown`, `AmountNotPositive`, `AmountTooLarge`, `CapacityExhausted`.
    fn check_new_deposit(&self, deposit: &Deposit) -> Result<(), Reject> {
        self.accounts.get(deposit.account)?;
        self.check_asset(deposit.asset)?;
        if deposit.amount <= Amount::ZERO {
            return Err(Reject::AmountNotPositive);
        }
        if self.ledger.room(deposit.asset) < deposit.amount {
            return Err(Reject::AmountTooLarge);
        }
        self.deposits.check_room()
    }

    /// # Errors
    /// `CapacityExhausted` when the ledger may be unable to open one more balance.
    pub(crate) fn check_ledger_room(&self) -> Result<(), Reject> {
        if self.ledger.rows_left() == 0 {
            return Err(Reject::CapacityExhausted);
        }
        Ok(())
    }

    fn deposit_row(&self, deposit: &Deposit, status: DepositStatus) -> DepositRow {
        DepositRow {
            deposit: *deposit,
            status,
            sequence: self.sequence,
        }
    }
}
