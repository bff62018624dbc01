//! Deposits, withdrawals, transfers and holds. Trades are in [`crate::settlement`].
//!
//! Every amount is greater than zero unless said otherwise. A caller that breaks a precondition has a bug and
//! meets a panic; the ledger is not to be used after it.

use crate::cell::Change;
use crate::ledger::Ledger;
use crate::row::Row;
use model::id::AssetId;
use model::number::Amount;
use model::snapshot::HouseAccount::{
    ChainHot, ChainPending, DepositTransit, Equity, WithdrawTransit, WithdrawalFees,
};

/// Whether a deposit that is final had been seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositOrigin {
    /// By [`Ledger::see_deposit`].
    Seen,
    Unseen,
}

impl Ledger {
    /// Notes a deposit that is on the chain and not final: the exchange has coins pending and owes them.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, deposit seen.
    ///
    /// # Panics
    /// When `amount` exceeds [`Ledger::room`].
    pub fn see_deposit(&mut self, asset: AssetId, amount: Amount) {
        assert!(Amount::ZERO < amount);
        assert!(amount <= self.room(asset));

        let totals = self.totals_mut(asset);
        totals.raise(ChainPending, amount.units());
        totals.raise(DepositTransit, amount.units());
        assert!(totals.is_balanced());
    }

    /// Forgets a seen deposit that vanished from the chain.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, deposit vanished.
    ///
    /// # Panics
    /// When less than `amount` is pending.
    pub fn drop_deposit(&mut self, asset: AssetId, amount: Amount) {
        assert!(Amount::ZERO < amount);

        let totals = self.totals_mut(asset);
        totals.lower(DepositTransit, amount.units());
        totals.lower(ChainPending, amount.units());
        assert!(totals.is_balanced());
    }

    /// Credits a final deposit to the row's available balance.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, deposit final.
    ///
    /// # Panics
    /// When a seen deposit is not pending, or an unseen one exceeds [`Ledger::room`].
    pub fn credit_deposit(&mut self, row: Row, amount: Amount, origin: DepositOrigin) {
        assert!(Amount::ZERO < amount);
        let asset = self.rows.asset(row);
        if origin == DepositOrigin::Unseen {
            self.see_deposit(asset, amount);
        }

        let totals = self.totals_mut(asset);
        totals.lower(DepositTransit, amount.units());
        totals.lower(ChainPending, amount.units());
        totals.raise(
            mutant::plant!("deposit-stays-pending", ChainPending, ChainHot),
            amount.units(),
        );
        self.post(row, Change::available(amount.units()));
        assert!(self.totals(asset).is_balanced());
    }

    /// Moves a withdrawal's amount and fee from available into transit.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, withdrawal requested.
    ///
    /// # Panics
    /// When less than `total` is available.
    pub fn hold_withdrawal(&mut self, row: Row, total: Amount) {
        assert!(Amount::ZERO < total);
        let asset = self.rows.asset(row);

        self.post(row, Change::available(-total.units()));
        self.totals_mut(asset).raise(WithdrawTransit, total.units());
        assert!(self.totals(asset).is_balanced());
    }

    /// Ends a withdrawal whose payout is confirmed: the coins have left, the fee is earned.
    ///
    /// **Shape** `fee` is zero or more.
    /// **Source** `docs/spec/clearing.md` §14.3, withdrawal confirmed.
    ///
    /// # Panics
    /// When less than amount and fee is in transit, or the exchange holds less than `amount`.
    pub fn settle_withdrawal(&mut self, asset: AssetId, amount: Amount, fee: Amount) {
        assert!(Amount::ZERO < amount);
        assert!(Amount::ZERO <= fee);
        let totals = self.totals_mut(asset);

        totals.lower(WithdrawTransit, amount.plus(fee).units());
        totals.lower(ChainHot, amount.units());
        totals.raise(
            WithdrawalFees,
            mutant::plant!("withdrawal-fee-unbooked", 0, fee.units()),
        );
        assert!(totals.is_balanced());
    }

    /// Returns a withdrawal's amount and fee from transit to available.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, withdrawal cancelled.
    ///
    /// # Panics
    /// When less than `total` is in transit.
    pub fn cancel_withdrawal(&mut self, row: Row, total: Amount) {
        assert!(Amount::ZERO < total);
        let asset = self.rows.asset(row);

        self.totals_mut(asset).lower(WithdrawTransit, total.units());
        self.post(row, Change::available(total.units()));
        assert!(self.totals(asset).is_balanced());
    }

    /// Moves money from one row to another of the same asset.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, transfer.
    ///
    /// # Panics
    /// When the rows are one row or of two assets, or less than `amount` is available.
    pub fn transfer(&mut self, from: Row, to: Row, amount: Amount) {
        assert!(Amount::ZERO < amount);
        assert!(from != to);
        let asset = self.rows.asset(from);
        assert!(self.rows.asset(to) == asset);

        self.post(from, Change::available(-amount.units()));
        self.post(
            mutant::plant!("transfer-to-the-payer", from, to),
            Change::available(amount.units()),
        );
        assert!(self.totals(asset).is_balanced());
    }

    /// Moves money from what the exchange owns to the row's available balance.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, adjustment in favour.
    ///
    /// # Panics
    /// When the exchange owns less than `amount`.
    pub fn credit_adjustment(&mut self, row: Row, amount: Amount) {
        assert!(Amount::ZERO < amount);
        let asset = self.rows.asset(row);

        self.totals_mut(asset).lower(Equity, amount.units());
        self.post(row, Change::available(amount.units()));
        assert!(self.totals(asset).is_balanced());
    }

    /// Moves money from the row's available balance to what the exchange owns.
    ///
    /// **Source** `docs/spec/clearing.md` §14.3, adjustment against.
    ///
    /// # Panics
    /// When less than `amount` is available.
    pub fn debit_adjustment(&mut self, row: Row, amount: Amount) {
        assert!(Amount::ZERO < amount);
        let asset = self.rows.asset(row);

        self.post(row, Change::available(-amount.units()));
        self.totals_mut(asset).raise(Equity, amount.units());
        assert!(self.totals(asset).is_balanced());
    }

    /// Moves money from available to held for an order.
    ///
    /// Both parts belong to one row, so no sum of the asset changes.
    ///
    /// **Shape** `amount` may be zero, as for an order that meets only its own group.
    /// **Source** `docs/spec/clearing.md` §14.3, order hold.
    ///
    /// # Panics
    /// When less than `amount` is available.
    #[inline(always)]
    pub fn hold(&mut self, row: Row, amount: Amount) {
        assert!(Amount::ZERO <= amount);
        self.rows.add(
            row,
            Change {
                available: -amount.units(),
                held: amount.units(),
            },
        );
    }

    /// Moves money from held back to available when an order ends, shrinks or held more than it needs.
    ///
    /// **Shape** `amount` may be zero.
    /// **Source** `docs/spec/clearing.md` §14.3, order release.
    ///
    /// # Panics
    /// When less than `amount` is held.
    #[inline(always)]
    pub fn release(&mut self, row: Row, amount: Amount) {
        assert!(Amount::ZERO <= amount);
        let units = mutant::plant!("hold-not-released", 0, amount.units());
        self.rows.add(
            row,
            Change {
                available: units,
                held: -units,
            },
        );
    }
}
