//! The ledger: its rows, its assets, and what can be asked of it.

use crate::cell::{Change, amount};
use crate::row::{Balance, Key, Row};
use crate::rows::{ROWS_MAX, Rows};
use crate::totals::Totals;
use model::account::Wallet;
use model::id::{AccountId, AssetId};
use model::instrument::ASSETS_MAX;
use model::number::Amount;
use model::snapshot::HouseAccount;

/// Every balance of every account, and the exchange's own.
///
/// **Shape** for each listed asset, what the chain accounts hold is what users and the other house accounts are
/// owed, after every call (L1); no balance is ever negative (L3); the sum of an asset stays within 2^95, so no
/// later sum can overflow.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(crate) rows: Rows,
    /// By asset.
    pub(crate) totals: Vec<Totals>,
}

impl Ledger {
    /// Returns a ledger without assets; `seed` hashes its index.
    pub fn new(seed: u64) -> Ledger {
        Ledger {
            rows: Rows::new(seed),
            totals: Vec::new(),
        }
    }

    /// Lists the next asset.
    ///
    /// # Panics
    /// When `asset` is not the next number, or no further asset can be listed.
    pub fn list_asset(&mut self, asset: AssetId) {
        assert!(usize::from(asset.0) == self.totals.len());
        assert!(self.totals.len() < ASSETS_MAX);
        self.totals.push(Totals::NOTHING);
    }

    /// Returns the row of a key, opened if it was not.
    ///
    /// # Panics
    /// When the asset is not listed, or a new row is needed and [`Ledger::rows_left`] is zero.
    pub fn open(&mut self, account: AccountId, wallet: Wallet, asset: AssetId) -> Row {
        assert!(usize::from(asset.0) < self.totals.len());
        match self.find(account, wallet, asset) {
            Some(row) => row,
            None => self.rows.push(Key {
                account,
                wallet,
                asset,
            }),
        }
    }

    /// Returns the row of a key, if it is open.
    #[inline]
    pub fn find(&self, account: AccountId, wallet: Wallet, asset: AssetId) -> Option<Row> {
        self.rows.find(Key {
            account,
            wallet,
            asset,
        })
    }

    /// Returns the number of rows that can still be opened.
    pub fn rows_left(&self) -> usize {
        ROWS_MAX - self.rows.len()
    }

    /// Returns the balance of a row.
    #[inline]
    pub fn balance(&self, row: Row) -> Balance {
        self.rows.balance(row)
    }

    /// Returns what is available of the balance of a row.
    #[inline]
    pub fn available(&self, row: Row) -> Amount {
        self.rows.available(row)
    }

    /// Returns whose balance a row is.
    #[inline]
    pub fn key(&self, row: Row) -> Key {
        self.rows.key(row)
    }

    /// Returns every open row, in the order of opening.
    pub fn rows(&self) -> impl Iterator<Item = (Row, Key, Balance)> + '_ {
        self.rows.iter()
    }

    /// Returns a balance of the exchange itself, in its normal direction.
    ///
    /// # Panics
    /// When the asset is not listed.
    pub fn house(&self, asset: AssetId, account: HouseAccount) -> Amount {
        amount(self.totals(asset).house(account))
    }

    /// Returns how much more of an asset may be brought in by deposits.
    ///
    /// # Panics
    /// When the asset is not listed.
    pub fn room(&self, asset: AssetId) -> Amount {
        amount(Amount::MAX.units() - self.totals(asset).debits())
    }

    /// Asks for what a posting on `row` will touch.
    #[inline]
    pub fn warm(&self, row: Row) {
        self.rows.warm(row);
    }

    /// Asks for the place where a row would be found.
    #[inline]
    pub fn warm_find(&self, account: AccountId, wallet: Wallet, asset: AssetId) {
        self.rows.warm_find(Key {
            account,
            wallet,
            asset,
        });
    }

    /// Asks for the row that this key most likely has. Wants `warm_find` before.
    #[inline]
    pub fn warm_near(&self, account: AccountId, wallet: Wallet, asset: AssetId) {
        self.rows.warm_near(Key {
            account,
            wallet,
            asset,
        });
    }

    /// Adds to a row and to the sum of its asset's users.
    #[inline]
    pub(crate) fn post(&mut self, row: Row, change: Change) {
        self.rows.add(row, change);
        let asset = self.rows.asset(row);
        self.totals_mut(asset).add_users(change.total());
    }

    #[inline]
    pub(crate) fn totals(&self, asset: AssetId) -> &Totals {
        &self.totals[usize::from(asset.0)]
    }

    #[inline]
    pub(crate) fn totals_mut(&mut self, asset: AssetId) -> &mut Totals {
        &mut self.totals[usize::from(asset.0)]
    }
}
