//! The sums of one asset: what all users have together, and the house accounts.

use model::snapshot::HouseAccount;

/// **Units** smallest units of the asset; every balance stands in its normal direction and is never negative.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    /// The sum of every row's available and held.
    users: i128,
    house: [i128; HouseAccount::ALL.len()],
    /// Credit-normal less debit-normal balances, kept with every change: zero after every entry (L1).
    excess: i128,
}

impl Totals {
    pub(crate) const NOTHING: Totals = Totals {
        users: 0,
        house: [0; HouseAccount::ALL.len()],
        excess: 0,
    };

    #[inline]
    pub(crate) fn users(&self) -> i128 {
        self.users
    }

    /// Adds what the rows of users gained, or takes what they lost.
    #[inline]
    pub(crate) fn add_users(&mut self, change: i128) {
        self.users += change;
        self.excess += change;
    }

    /// Moves what users lost to a house account of credits: the sums stay equal, so the excess needs no change.
    ///
    /// # Panics
    /// When users lost something else than the house earned (L1).
    #[inline]
    pub(crate) fn earn(&mut self, change: i128, account: HouseAccount, earned: i128) {
        assert!(!account.is_debit_normal());
        assert!(change + earned == 0);
        self.users += change;
        self.house[account as usize] += earned;
        assert!(self.is_balanced());
    }

    #[inline]
    pub(crate) fn house(&self, account: HouseAccount) -> i128 {
        self.house[account as usize]
    }

    /// Raises a house account in its normal direction.
    #[inline]
    pub(crate) fn raise(&mut self, account: HouseAccount, units: i128) {
        self.house[account as usize] += units;
        self.excess += if account.is_debit_normal() {
            -units
        } else {
            units
        };
    }

    /// Lowers a house account in its normal direction.
    ///
    /// # Panics
    /// When it would fall below zero (L3).
    #[inline]
    pub(crate) fn lower(&mut self, account: HouseAccount, units: i128) {
        assert!(units <= self.house(account));
        self.raise(account, -units);
    }

    /// Returns the sum of the house accounts a debit raises.
    #[inline]
    pub(crate) fn debits(&self) -> i128 {
        self.house(HouseAccount::ChainHot) + self.house(HouseAccount::ChainPending)
    }

    /// Returns the sum of the house accounts a credit raises.
    fn credits(&self) -> i128 {
        HouseAccount::ALL
            .iter()
            .filter(|account| !account.is_debit_normal())
            .map(|account| self.house(*account))
            .sum()
    }

    /// Returns whether debit-normal and credit-normal balances are equal (L1).
    #[inline]
    pub(crate) fn is_balanced(&self) -> bool {
        self.excess == 0
    }

    /// Returns whether they are equal when summed up anew, and so was the sum kept along the way.
    pub(crate) fn is_balanced_anew(&self) -> bool {
        let excess = self.users + self.credits() - self.debits();
        excess == 0 && self.excess == excess
    }
}
