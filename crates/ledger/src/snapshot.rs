//! The ledger as plain rows, and back.

use crate::cell::{Change, amount};
use crate::ledger::Ledger;
use crate::row::{Balance, Key};
use crate::rows::ROWS_MAX;
use crate::totals::Totals;
use model::id::AssetId;
use model::instrument::ASSETS_MAX;
use model::number::Amount;
use model::snapshot::{BalanceRow, HouseAccount, HouseRow};

/// Why rows are not a ledger's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// More assets than can be listed.
    TooManyAssets,
    /// More rows than can be opened.
    TooManyRows,
    /// A row of an asset that is not listed.
    AssetUnlisted { asset: AssetId },
    /// Two rows of one key.
    DuplicateBalance { key: Key },
    DuplicateHouse {
        asset: AssetId,
        account: HouseAccount,
    },
    /// A row below the one before it.
    UnorderedBalance { key: Key },
    UnorderedHouse {
        asset: AssetId,
        account: HouseAccount,
    },
    /// A row with a part below zero.
    NegativeBalance { key: Key },
    NegativeHouse {
        asset: AssetId,
        account: HouseAccount,
    },
    /// A row of nothing, which a snapshot leaves out.
    EmptyBalance { key: Key },
    EmptyHouse {
        asset: AssetId,
        account: HouseAccount,
    },
    /// The asset's sums exceed the money bound.
    TooLarge { asset: AssetId },
    /// What the chain accounts hold is not what is owed.
    Unbalanced { asset: AssetId },
}

impl Ledger {
    /// Returns every balance that is not nothing, sorted by account, wallet and asset.
    ///
    /// **Cost** O(n log n).
    pub fn balance_rows(&self) -> Vec<BalanceRow> {
        let mut rows: Vec<BalanceRow> = self
            .rows
            .iter()
            .filter(|(_, _, balance)| *balance != Balance::NOTHING)
            .map(|(_, key, balance)| balance_row(key, balance))
            .collect();
        rows.sort_unstable_by_key(key_of);
        rows
    }

    /// Returns every house balance that is not nothing, sorted by asset and account.
    pub fn house_rows(&self) -> Vec<HouseRow> {
        let mut rows = Vec::new();
        for (number, totals) in self.totals.iter().enumerate() {
            for account in HouseAccount::ALL {
                let balance = amount(totals.house(account));
                if !balance.is_zero() {
                    rows.push(HouseRow {
                        asset: AssetId(number as u16),
                        account,
                        balance,
                    });
                }
            }
        }
        rows
    }

    /// Returns the ledger with these rows, over assets 0 to `asset_count - 1`.
    ///
    /// **Shape** rows as [`Ledger::balance_rows`] and [`Ledger::house_rows`] give them; row handles of the ledger
    /// they came from mean nothing here.
    ///
    /// # Errors
    /// When the rows are not what a ledger could have given.
    pub fn restore(
        seed: u64,
        asset_count: usize,
        balances: &[BalanceRow],
        house: &[HouseRow],
    ) -> Result<Ledger, RestoreError> {
        if ASSETS_MAX < asset_count {
            return Err(RestoreError::TooManyAssets);
        }
        if ROWS_MAX < balances.len() {
            return Err(RestoreError::TooManyRows);
        }
        check_balances(asset_count, balances)?;
        check_house(asset_count, house)?;
        let totals = totals(asset_count, balances, house)?;

        // Nothing below can fail.
        let mut ledger = Ledger::with_capacity(seed, balances.len());
        ledger.totals = totals;
        for row in balances {
            ledger.put(row);
        }
        Ok(ledger)
    }

    fn put(&mut self, row: &BalanceRow) {
        let handle = self.rows.push(key_of(row));
        let change = Change {
            available: row.available.units(),
            held: row.held.units(),
        };
        self.rows.add(handle, change);
    }
}

fn balance_row(key: Key, balance: Balance) -> BalanceRow {
    BalanceRow {
        account: key.account,
        wallet: key.wallet,
        asset: key.asset,
        available: balance.available,
        held: balance.held,
    }
}

fn key_of(row: &BalanceRow) -> Key {
    Key {
        account: row.account,
        wallet: row.wallet,
        asset: row.asset,
    }
}

fn check_listed(asset_count: usize, asset: AssetId) -> Result<(), RestoreError> {
    if asset_count <= usize::from(asset.0) {
        return Err(RestoreError::AssetUnlisted { asset });
    }
    Ok(())
}

fn check_balances(asset_count: usize, rows: &[BalanceRow]) -> Result<(), RestoreError> {
    let mut previous = None;
    for row in rows {
        let key = key_of(row);
        check_listed(asset_count, key.asset)?;
        if previous == Some(key) {
            return Err(RestoreError::DuplicateBalance { key });
        }
        if Some(key) < previous {
            return Err(RestoreError::UnorderedBalance { key });
        }
        if row.available < Amount::ZERO || row.held < Amount::ZERO {
            return Err(RestoreError::NegativeBalance { key });
        }
        if row.available.is_zero() && row.held.is_zero() {
            return Err(RestoreError::EmptyBalance { key });
        }
        previous = Some(key);
    }
    Ok(())
}

fn check_house(asset_count: usize, rows: &[HouseRow]) -> Result<(), RestoreError> {
    let mut previous = None;
    for row in rows {
        let (asset, account) = (row.asset, row.account);
        check_listed(asset_count, asset)?;
        if previous == Some((asset, account)) {
            return Err(RestoreError::DuplicateHouse { asset, account });
        }
        if Some((asset, account)) < previous {
            return Err(RestoreError::UnorderedHouse { asset, account });
        }
        if row.balance < Amount::ZERO {
            return Err(RestoreError::NegativeHouse { asset, account });
        }
        if row.balance.is_zero() {
            return Err(RestoreError::EmptyHouse { asset, account });
        }
        previous = Some((asset, account));
    }
    Ok(())
}

/// Returns the sums by asset, once they are known to balance within the bound.
fn totals(
    asset_count: usize,
    balances: &[BalanceRow],
    house: &[HouseRow],
) -> Result<Vec<Totals>, RestoreError> {
    // 2^30 rows of two parts of at most 2^95 sum to at most 2^126.
    let mut users = vec![0_i128; asset_count];
    for row in balances {
        users[usize::from(row.asset.0)] += row.available.units() + row.held.units();
    }
    let mut all = vec![Totals::NOTHING; asset_count];
    for row in house {
        all[usize::from(row.asset.0)].raise(row.account, row.balance.units());
    }
    for (number, (totals, users)) in all.iter_mut().zip(users).enumerate() {
        totals.add_users(users);
        check_totals(AssetId(number as u16), totals)?;
    }
    Ok(all)
}

fn check_totals(asset: AssetId, totals: &Totals) -> Result<(), RestoreError> {
    if Amount::MAX.units() < totals.debits() {
        return Err(RestoreError::TooLarge { asset });
    }
    if !totals.is_balanced() {
        return Err(RestoreError::Unbalanced { asset });
    }
    Ok(())
}

impl core::fmt::Display for RestoreError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "the rows are not a ledger: {self:?}")
    }
}

impl core::error::Error for RestoreError {}
