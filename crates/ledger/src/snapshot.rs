//! The ledger as plain rows, and back.

use crate::cell::{Change, amount};
use crate::ledger::Ledger;
use crate::row::{Balance, Key};
use crate::rows::{ROWS_MAX, Rows};
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
        let rows = Rows::of(seed, balances.iter().map(|row| (key_of(row), whole(row))));
        Ok(Ledger { rows, totals })
    }
}

/// Returns what makes this balance of nothing.
fn whole(row: &BalanceRow) -> Change {
    Change {
        available: row.available.units(),
        held: row.held.units(),
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
    if !totals.is_balanced_anew() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::account::Wallet;
    use model::id::AccountId;
    use model::snapshot::HouseAccount::{ChainHot, ChainPending, TradingFees};

    fn units(units: i128) -> Amount {
        Amount::new(units).expect("within the money bound")
    }

    fn balance(account: u32, asset: u16, available: i128, held: i128) -> BalanceRow {
        BalanceRow {
            account: AccountId(account),
            wallet: Wallet::Spot,
            asset: AssetId(asset),
            available: units(available),
            held: units(held),
        }
    }

    fn house(asset: u16, account: HouseAccount, balance: i128) -> HouseRow {
        HouseRow {
            asset: AssetId(asset),
            account,
            balance: units(balance),
        }
    }

    const KEY: Key = Key {
        account: AccountId(1),
        wallet: Wallet::Spot,
        asset: AssetId(0),
    };

    fn check_refused(balances: &[BalanceRow], house: &[HouseRow], expected: RestoreError) {
        let refused = Ledger::restore(7, 2, balances, house);
        assert_eq!(refused.err(), Some(expected));
    }

    #[test]
    fn a_ledger_comes_back_as_it_was() {
        let balances = [
            balance(1, 0, 60, 40),
            balance(1, 1, 0, 5),
            balance(2, 0, 7, 0),
        ];
        let house = [
            house(0, ChainHot, 110),
            house(0, TradingFees, 3),
            house(1, ChainHot, 5),
        ];
        let ledger = Ledger::restore(7, 2, &balances, &house).expect("sound rows");
        assert_eq!(ledger.balance_rows(), balances);
        assert_eq!(ledger.house_rows(), house);
        assert_eq!(ledger.audit(), Ok(()));
        let row = ledger.find(AccountId(1), Wallet::Spot, AssetId(1));
        let row = row.expect("a restored row is found");
        assert_eq!(ledger.balance(row).held, units(5));
    }

    #[test]
    fn rows_that_are_not_sorted_are_refused() {
        let row = balance(1, 0, 1, 0);
        let hot = house(0, ChainHot, 1);
        let (asset, account) = (AssetId(0), ChainHot);
        let duplicate = RestoreError::DuplicateBalance { key: KEY };
        check_refused(&[row, row], &[hot], duplicate);
        let unordered = RestoreError::UnorderedBalance { key: KEY };
        check_refused(&[balance(2, 0, 1, 0), row], &[hot], unordered);
        let duplicate = RestoreError::DuplicateHouse { asset, account };
        check_refused(&[row], &[hot, hot], duplicate);
        let unordered = RestoreError::UnorderedHouse { asset, account };
        check_refused(&[row], &[house(0, TradingFees, 1), hot], unordered);
    }

    #[test]
    fn negative_and_empty_rows_are_refused() {
        let (asset, account) = (AssetId(0), ChainPending);
        for row in [balance(1, 0, -1, 2), balance(1, 0, 2, -1)] {
            let negative = RestoreError::NegativeBalance { key: KEY };
            check_refused(&[row], &[house(0, ChainHot, 1)], negative);
        }
        let empty = RestoreError::EmptyBalance { key: KEY };
        check_refused(&[balance(1, 0, 0, 0)], &[], empty);
        let negative = RestoreError::NegativeHouse { asset, account };
        check_refused(
            &[],
            &[house(0, ChainHot, 1), house(0, account, -1)],
            negative,
        );
        let empty = RestoreError::EmptyHouse { asset, account };
        check_refused(&[], &[house(0, account, 0)], empty);
    }

    #[test]
    fn rows_of_an_unlisted_asset_are_refused() {
        let unlisted = RestoreError::AssetUnlisted { asset: AssetId(2) };
        check_refused(&[balance(1, 2, 1, 0)], &[house(0, ChainHot, 1)], unlisted);
        check_refused(&[], &[house(2, ChainHot, 1)], unlisted);
        let refused = Ledger::restore(7, ASSETS_MAX + 1, &[], &[]);
        assert_eq!(refused.err(), Some(RestoreError::TooManyAssets));
    }

    #[test]
    fn rows_that_do_not_balance_are_refused() {
        let asset = AssetId(1);
        let unbalanced = RestoreError::Unbalanced { asset };
        check_refused(&[balance(1, 1, 3, 4)], &[house(1, ChainHot, 8)], unbalanced);
        check_refused(&[balance(1, 1, 3, 4)], &[], unbalanced);
        check_refused(&[], &[house(1, TradingFees, 8)], unbalanced);
    }

    #[test]
    fn rows_beyond_the_money_bound_are_refused() {
        let most = Amount::MAX.units();
        let rows = [balance(1, 0, most, most), balance(2, 0, most, 1)];
        let hot = [house(0, ChainHot, most), house(0, ChainPending, 1)];
        let asset = AssetId(0);
        check_refused(&rows, &hot, RestoreError::TooLarge { asset });
        check_refused(&rows, &hot[..1], RestoreError::Unbalanced { asset });
    }
}
