//! The sums of one asset: what all users have together, and the house accounts.

use model::number::Amount;
use model::snapshot::HouseAccount;

/// **Units** smallest units of the asset; every amount stands in its normal direction and is never negative.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    /// The sum of every row's available and held.
    pub(crate) users: Amount,
    house: [Amount; HouseAccount::ALL.len()],
}

impl Totals {
    pub(crate) const NOTHING: Totals = Totals {
        users: Amount::ZERO,
        house: [Amount::ZERO; HouseAccount::ALL.len()],
    };

    #[inline]
    pub(crate) fn house(&self, account: HouseAccount) -> Amount {
        self.house[account as usize]
    }

    /// Raises a house account in its normal direction.
    #[inline]
    pub(crate) fn raise(&mut self, account: HouseAccount, amount: Amount) {
        self.house[account as usize] = self.house(account).plus(amount);
    }

    /// Lowers a house account in its normal direction; none may fall below zero.
    #[inline]
    pub(crate) fn lower(&mut self, account: HouseAccount, amount: Amount) {
        assert!(amount <= self.house(account));
        self.house[account as usize] = self.house(account).minus(amount);
    }

    /// Returns the sum of the house accounts a debit raises.
    pub(crate) fn debits(&self) -> Amount {
        self.house(HouseAccount::ChainHot)
            .plus(self.house(HouseAccount::ChainPending))
    }

    /// Returns the sum of the house accounts a credit raises.
    pub(crate) fn credits(&self) -> i128 {
        HouseAccount::ALL
            .iter()
            .filter(|account| !account.is_debit_normal())
            .map(|account| self.house(*account).units())
            .sum()
    }

    /// Returns whether debit-normal and credit-normal balances are equal (L1).
    pub(crate) fn is_balanced(&self) -> bool {
        self.users.units() + self.credits() == self.debits().units()
    }
}
