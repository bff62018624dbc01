//! Every account and balance.

use crate::account::{Account, Balance};
use crate::chain::Chain;
use crate::change::{Change, Changes};
use crate::fundings::Entry;
use crate::known::known;
use crate::rows::{Rows, Slot};
use crate::warm::AHEAD_ROWS;
use model::account::{AccountState, FeeTier, OwnerState, Wallet};
use model::id::{AccountId, AssetId, TradeGroupId};
use model::index::Index;
use model::number::Amount;
use model::snapshot::BalanceRow;
use model::time::Timestamp;

pub struct Accounts {
    /// By number: account 1 lies at place 0.
    rows: Rows<AccountRow>,
    balances: Rows<BalanceCell>,
    by_key: Index,
}

pub struct AccountRow {
    account: Account,
    first_balance: Option<Slot<BalanceCell>>,
    pub fundings: Chain<Entry>,
}

/// One balance, in one cache line.
#[repr(align(64))]
pub struct BalanceCell {
    account: AccountId,
    balance: Balance,
    updated_at: Timestamp,
    /// The next balance of the account.
    next: Option<Slot<BalanceCell>>,
}

const _: () = assert!(size_of::<BalanceCell>() == 64);

/// What a balance gains (or loses, below zero), in smallest units.
#[derive(Clone, Copy)]
pub struct Gain {
    pub available: i128,
    pub held: i128,
}

impl Gain {
    /// Money that comes from elsewhere, or goes there.
    pub fn available(units: i128) -> Gain {
        Gain {
            available: units,
            held: 0,
        }
    }

    /// Money that an order holds from now on.
    pub fn hold(amount: Amount) -> Gain {
        Gain {
            available: -amount.units(),
            held: amount.units(),
        }
    }

    /// Money that an order holds no longer.
    pub fn release(amount: Amount) -> Gain {
        Gain {
            available: amount.units(),
            held: -amount.units(),
        }
    }

    /// The same gain with more available.
    pub fn plus_available(self, units: i128) -> Gain {
        Gain {
            available: self.available + units,
            ..self
        }
    }

    /// The same gain with more held, out of what is available.
    pub fn plus_hold(self, amount: Amount) -> Gain {
        Gain {
            available: self.available - amount.units(),
            held: self.held + amount.units(),
        }
    }

    /// The same gain with less held: what was held for a fill is spent.
    pub fn spend(self, amount: Amount) -> Gain {
        Gain {
            held: self.held - amount.units(),
            ..self
        }
    }
}

impl BalanceCell {
    fn is_of(&self, account: AccountId, wallet: Wallet, asset: AssetId) -> bool {
        self.account == account && self.balance.asset == asset && self.balance.wallet == wallet
    }

    fn put(&mut self, row: &BalanceRow) {
        self.balance.available = row.available;
        self.balance.held = row.held;
    }
}

impl AccountRow {
    pub fn group(&self) -> TradeGroupId {
        self.account.group
    }

    /// Asks for it, ahead of its change.
    pub fn warm(&self) {
        warm::whole(self);
    }
}

impl Accounts {
    pub fn new(table_seed: u64) -> Accounts {
        Accounts {
            rows: Rows::new(),
            balances: Rows::new(),
            by_key: Index::new(table_seed),
        }
    }

    /// Opens a balance of nothing for each of these rows, of which no two are of one key and none is open yet.
    ///
    /// # Panics
    /// When an account was not opened.
    pub fn open_balances(&mut self, rows: &[BalanceRow]) {
        let first = self.balances.len() as u32;
        for row in rows {
            self.insert_balance(row.account, row.wallet, row.asset);
        }
        let hasher = self.by_key.hasher();
        let hashes = rows
            .iter()
            .map(|row| hasher.hash(&[key(row.account, row.wallet, row.asset)]));
        self.by_key.insert_all(hashes.zip(first..));
    }

    /// Puts in all balances. One whose place in the order of `rows` is that in which it was opened is not looked for.
    ///
    /// # Panics
    /// When an account was not opened.
    pub fn put_balances(&mut self, rows: impl Iterator<Item = BalanceRow>) {
        self.by_key.reserve(rows.size_hint().0);
        let mut rows = (0..).zip(rows);
        let mut strangers: Vec<BalanceRow> = Vec::with_capacity(AHEAD_ROWS);
        loop {
            let mut ahead = rows.by_ref().take(AHEAD_ROWS).peekable();
            if ahead.peek().is_none() {
                return;
            }
            strangers.clear();
            strangers.extend(ahead.filter_map(|(place, row)| self.put_at(place, row)));
            strangers.retain(|row| !row.available.is_zero() || !row.held.is_zero());
            strangers
                .iter()
                .for_each(|row| self.warm_key(row.account, row.wallet, row.asset));
            strangers.iter().for_each(|row| self.put_balance(row));
        }
    }

    /// Puts in the balance at this place, or returns it when another one, or none, is there.
    fn put_at(&mut self, place: u32, row: BalanceRow) -> Option<BalanceRow> {
        if self.balances.len() <= place as usize {
            return Some(row);
        }
        let cell = self.balances.get_mut(Slot::at(place));
        if !cell.is_of(row.account, row.wallet, row.asset) {
            return Some(row);
        }
        cell.put(&row);
        None
    }

    /// Opens the next account.
    ///
    /// # Panics
    /// When its number is not the next.
    pub fn open(&mut self, account: Account) {
        let slot = self.rows.insert(AccountRow {
            account,
            first_balance: None,
            fundings: Chain::EMPTY,
        });
        assert!(place(account.account) == Some(slot.place()));
    }

    /// Notes that a balance of the account changed.
    pub fn touch(&mut self, account: AccountId, at: Timestamp) {
        self.row_mut(account).account.updated_at = at;
    }

    /// Returns the number of accounts.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns the row of an account.
    pub fn row(&self, account: AccountId) -> Option<&AccountRow> {
        let place = place(account)?;
        ((place as usize) < self.rows.len()).then(|| self.rows.get(Slot::at(place)))
    }

    /// Returns the row of an account that was opened.
    ///
    /// # Panics
    /// When it was not.
    pub fn row_mut(&mut self, account: AccountId) -> &mut AccountRow {
        let place = known(place(account));
        self.rows.get_mut(Slot::at(place))
    }

    /// Returns the account as people read it.
    pub fn account(&self, account: AccountId) -> Option<Account> {
        let row = self.row(account)?;
        let changed = self.cells(row).map(|cell| cell.updated_at).max();
        Some(Account {
            updated_at: row
                .account
                .updated_at
                .max(changed.unwrap_or(Timestamp::ZERO)),
            ..row.account
        })
    }

    pub fn set_state(&mut self, account: AccountId, state: AccountState) {
        self.row_mut(account).account.state = state;
    }

    pub fn set_tier(&mut self, account: AccountId, tier: FeeTier) {
        self.row_mut(account).account.tier = tier;
    }

    pub fn set_owner_state(&mut self, account: AccountId, state: OwnerState) {
        self.row_mut(account).account.owner_state = state;
    }

    /// Returns every account in order of its number.
    pub fn iter(&self) -> impl Iterator<Item = Account> {
        (1..=self.rows.len()).filter_map(|number| {
            let account = AccountId(u32::try_from(number).ok()?);
            self.account(account)
        })
    }

    /// Returns every row in order of its number.
    pub fn rows(&self) -> impl Iterator<Item = &AccountRow> {
        self.rows.iter()
    }

    /// Returns the balances of an account that are not nothing, by wallet and asset.
    pub fn balances(&self, account: AccountId) -> Vec<Balance> {
        let Some(row) = self.row(account) else {
            return Vec::new();
        };
        let mut balances: Vec<Balance> = self
            .cells(row)
            .map(|cell| cell.balance)
            .filter(|balance| !balance.available.is_zero() || !balance.held.is_zero())
            .collect();
        balances.sort_unstable_by_key(|balance| (balance.wallet, balance.asset));
        balances
    }

    /// Returns one balance, nothing if the account never had it.
    pub fn balance(&self, account: AccountId, wallet: Wallet, asset: AssetId) -> Balance {
        match self.find(account, wallet, asset) {
            Some(slot) => self.balances.get(slot).balance,
            None => Balance {
                wallet,
                asset,
                available: Amount::ZERO,
                held: Amount::ZERO,
            },
        }
    }

    /// Returns every balance that is not nothing, by account, wallet and asset.
    pub fn balance_rows(&self) -> Vec<BalanceRow> {
        let mut rows = Vec::with_capacity(self.balances.len());
        for account in self.rows.iter().map(|row| row.account.account) {
            rows.extend(
                self.balances(account)
                    .into_iter()
                    .map(|balance| BalanceRow {
                        account,
                        wallet: balance.wallet,
                        asset: balance.asset,
                        available: balance.available,
                        held: balance.held,
                    }),
            );
        }
        rows
    }

    /// Finds a balance or opens it with nothing in it.
    pub fn open_balance(
        &mut self,
        account: AccountId,
        wallet: Wallet,
        asset: AssetId,
    ) -> Slot<BalanceCell> {
        if let Some(slot) = self.find(account, wallet, asset) {
            return slot;
        }
        let hash = self.by_key.hash(&[key(account, wallet, asset)]);
        let slot = self.insert_balance(account, wallet, asset);
        self.by_key.insert(hash, slot.place());
        slot
    }

    /// Opens a balance of nothing, which the index does not know yet.
    fn insert_balance(
        &mut self,
        account: AccountId,
        wallet: Wallet,
        asset: AssetId,
    ) -> Slot<BalanceCell> {
        let row = self.rows.get_mut(Slot::at(known(place(account))));
        let slot = self.balances.insert(BalanceCell {
            account,
            balance: Balance {
                wallet,
                asset,
                available: Amount::ZERO,
                held: Amount::ZERO,
            },
            updated_at: row.account.opened_at,
            next: row.first_balance,
        });
        row.first_balance = Some(slot);
        slot
    }

    /// Adds to a balance and says what it is now.
    ///
    /// # Panics
    /// When it would fall below zero: the engine decided before, so the events are broken.
    pub fn add(
        &mut self,
        slot: Slot<BalanceCell>,
        gain: Gain,
        at: Timestamp,
        changes: &mut impl Changes,
    ) {
        let cell = self.balances.get_mut(slot);
        cell.balance.available = gained(cell.balance.available, gain.available);
        cell.balance.held = gained(cell.balance.held, gain.held);
        cell.updated_at = at;
        changes.push(Change::Balance {
            account: cell.account,
            wallet: cell.balance.wallet,
            asset: cell.balance.asset,
            available: cell.balance.available,
            held: cell.balance.held,
        });
    }

    /// Asks for a balance, ahead of its change.
    pub fn warm(&self, slot: Slot<BalanceCell>) {
        warm::whole(self.balances.get(slot));
    }

    /// Asks for where the search for a spot balance begins.
    pub fn warm_spot(&self, account: AccountId, asset: AssetId) {
        self.warm_key(account, Wallet::Spot, asset);
    }

    /// Asks for where the search for a balance begins.
    fn warm_key(&self, account: AccountId, wallet: Wallet, asset: AssetId) {
        let hash = self.by_key.hash(&[key(account, wallet, asset)]);
        self.by_key.warm(hash);
    }

    fn put_balance(&mut self, row: &BalanceRow) {
        let slot = self.open_balance(row.account, row.wallet, row.asset);
        self.balances.get_mut(slot).put(row);
    }

    fn find(
        &self,
        account: AccountId,
        wallet: Wallet,
        asset: AssetId,
    ) -> Option<Slot<BalanceCell>> {
        let hash = self.by_key.hash(&[key(account, wallet, asset)]);
        let is_key = |place: u32| {
            let cell = self.balances.get(Slot::at(place));
            cell.is_of(account, wallet, asset)
        };
        self.by_key.find(hash, is_key).map(Slot::at)
    }

    fn cells<'a>(&'a self, row: &AccountRow) -> impl Iterator<Item = &'a BalanceCell> {
        let first = row.first_balance.map(|slot| self.balances.get(slot));
        std::iter::successors(first, |cell| cell.next.map(|slot| self.balances.get(slot)))
    }
}

/// Returns the sum.
fn gained(balance: Amount, units: i128) -> Amount {
    match Amount::new(balance.units() + units) {
        Some(sum) if Amount::ZERO <= sum => sum,
        _ => panic!("a balance left its bound"),
    }
}

/// Returns where the row of an account lies.
fn place(account: AccountId) -> Option<u32> {
    account.0.checked_sub(1)
}

/// Returns the key as one word: its parts have 32, 8 and 16 bits.
fn key(account: AccountId, wallet: Wallet, asset: AssetId) -> u64 {
    u64::from(account.0) << 24 | u64::from(wallet as u8) << 16 | u64::from(asset.0)
}
