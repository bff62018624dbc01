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
        if !totals.is_balanced() {
            return Err(Violation::Unbalanced { asset });
        }
        Ok(())
    }
}
