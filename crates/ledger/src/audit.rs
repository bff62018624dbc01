//! The full recomputation of what every posting preserves.

use crate::ledger::Ledger;
use model::id::AssetId;
use model::snapshot::HouseAccount;

/// A broken invariant of `docs/spec/clearing.md` §15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// L1: what the chain accounts hold is not what is owed.
    Unbalanced { asset: AssetId },
    /// L2: the rows of an asset do not sum to its users' total, as after a posting across assets.
    UsersTotal { asset: AssetId },
    /// L3: a balance of the exchange is below zero.
    NegativeHouse {
        asset: AssetId,
        account: HouseAccount,
    },
}

impl Violation {
    /// Returns the id of the broken invariant.
    pub const fn invariant(&self) -> &'static str {
        match self {
            Violation::Unbalanced { .. } => "L1",
            Violation::UsersTotal { .. } => "L2",
            Violation::NegativeHouse { .. } => "L3",
        }
    }

    /// Returns the asset it was found in.
    pub const fn asset(&self) -> AssetId {
        match self {
            Violation::Unbalanced { asset }
            | Violation::UsersTotal { asset }
            | Violation::NegativeHouse { asset, .. } => *asset,
        }
    }
}

impl core::fmt::Display for Violation {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "{} is broken: {self:?}", self.invariant())
    }
}

impl core::error::Error for Violation {}

impl Ledger {
    /// Recomputes every sum from the rows.
    ///
    /// **Cost** O(rows).
    ///
    /// # Errors
    /// The first broken invariant.
    pub fn audit(&self) -> Result<(), Violation> {
        let sums = self.sum_rows();
        for (number, sum) in sums.into_iter().enumerate() {
            self.audit_asset(AssetId(number as u16), sum)?;
        }
        Ok(())
    }

    /// Returns what users have together, by asset.
    fn sum_rows(&self) -> Vec<i128> {
        let mut sums = vec![0_i128; self.totals.len()];
        for (_, key, balance) in self.rows.iter() {
            sums[usize::from(key.asset.0)] += balance.available.units() + balance.held.units();
        }
        sums
    }

    fn audit_asset(&self, asset: AssetId, users: i128) -> Result<(), Violation> {
        let totals = self.totals(asset);
        for account in HouseAccount::ALL {
            if totals.house(account) < 0 {
                return Err(Violation::NegativeHouse { asset, account });
            }
        }
        if totals.users() != users {
            return Err(Violation::UsersTotal { asset });
        }
        if !totals.is_balanced_anew() {
            return Err(Violation::Unbalanced { asset });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Change;
    use crate::posting::DepositOrigin;
    use model::account::Wallet;
    use model::id::AccountId;
    use model::number::Amount;

    const ASSET: AssetId = AssetId(1);

    /// Breaks a sound ledger and expects the audit to say how.
    fn check_found(breach: impl FnOnce(&mut Ledger), id: &str, expected: Violation) {
        let mut ledger = Ledger::new(7);
        ledger.list_asset(AssetId(0));
        ledger.list_asset(ASSET);
        let row = ledger.open(AccountId(1), Wallet::Spot, ASSET);
        let amount = Amount::new(100).expect("legal");
        ledger.credit_deposit(row, amount, DepositOrigin::Unseen);
        assert_eq!(ledger.audit(), Ok(()));
        breach(&mut ledger);
        assert_eq!(ledger.audit(), Err(expected));
        assert_eq!((expected.invariant(), expected.asset()), (id, ASSET));
    }

    #[test]
    fn money_from_nowhere_breaks_conservation() {
        let expected = Violation::Unbalanced { asset: ASSET };
        let mint = |ledger: &mut Ledger| {
            let row = ledger.open(AccountId(2), Wallet::Spot, ASSET);
            ledger.post(row, Change::available(1));
        };
        check_found(mint, "L1", expected);
        let unearned = |ledger: &mut Ledger| {
            let totals = ledger.totals_mut(ASSET);
            totals.raise(HouseAccount::TradingFees, 1);
        };
        check_found(unearned, "L1", expected);
    }

    #[test]
    fn a_row_written_past_its_total_breaks_the_users_total() {
        let expected = Violation::UsersTotal { asset: ASSET };
        let write = |ledger: &mut Ledger| {
            let row = ledger.open(AccountId(1), Wallet::Spot, ASSET);
            ledger.rows.add(row, Change::available(-1));
        };
        check_found(write, "L2", expected);
    }

    #[test]
    fn a_house_account_below_zero_is_found() {
        let account = HouseAccount::Rounding;
        let expected = Violation::NegativeHouse {
            asset: ASSET,
            account,
        };
        let lower = |ledger: &mut Ledger| ledger.totals_mut(ASSET).raise(account, -1);
        check_found(lower, "L3", expected);
    }
}
