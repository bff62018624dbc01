//! What one account does in one market.

use crate::accounts::{Accounts, BalanceCell};
use crate::own_orders::OwnOrders;
use crate::rows::{Rows, Slot};
use crate::trail::Trail;
use model::account::Wallet;
use model::id::{AccountId, MarketId};
use model::index::Index;
use model::instrument::Instrument;
use model::order::Side;

/// The orders and trades of one account in one market.
///
/// **Shape** two cache lines: what orders need, and trades.
#[repr(C, align(64))]
pub struct AccountMarket {
    pub orders: OwnOrders,
    pub balances: OrderBalances,
    pub account: AccountId,
    /// The next market of the account.
    next: Option<Slot<AccountMarket>>,
    pub market: MarketId,
    /// Kept trades, by number, and some that are kept no longer.
    pub trades: Trail,
}

const _: () = assert!(size_of::<AccountMarket>() == 2 * 64);

/// The spot balances of the account that its orders in the market move.
#[derive(Clone, Copy)]
pub struct OrderBalances {
    pub base: Slot<BalanceCell>,
    pub quote: Slot<BalanceCell>,
}

impl OrderBalances {
    /// Returns the balance an order of this side gives from, and holds in.
    pub fn gives(self, side: Side) -> Slot<BalanceCell> {
        match side {
            Side::Buy => self.quote,
            Side::Sell => self.base,
        }
    }

    /// Returns the balance an order of this side receives in.
    pub fn receives(self, side: Side) -> Slot<BalanceCell> {
        self.gives(side.opposite())
    }
}

impl AccountMarket {
    /// Reads what orders need, ahead of them.
    pub fn warm(&self) -> u64 {
        u64::from(self.account.0)
    }
}

/// Every account in every market it ever had an order in.
pub struct AccountMarkets {
    rows: Rows<AccountMarket>,
    by_key: Index,
}

impl AccountMarkets {
    pub fn new(table_seed: u64) -> AccountMarkets {
        AccountMarkets {
            rows: Rows::new(),
            by_key: Index::new(table_seed),
        }
    }

    /// Makes room for `count` rows.
    pub fn reserve(&mut self, count: usize) {
        self.by_key.reserve(count);
    }

    pub fn get(&self, slot: Slot<AccountMarket>) -> &AccountMarket {
        self.rows.get(slot)
    }

    pub fn get_mut(&mut self, slot: Slot<AccountMarket>) -> &mut AccountMarket {
        self.rows.get_mut(slot)
    }

    pub fn find(&self, account: AccountId, market: MarketId) -> Option<Slot<AccountMarket>> {
        let hash = self.by_key.hash(&[key(account, market)]);
        let is_key = |place: u32| {
            let row = self.rows.get(Slot::at(place));
            row.account == account && row.market == market
        };
        self.by_key.find(hash, is_key).map(Slot::at)
    }

    /// Returns the row that this key most likely has.
    pub fn near(&self, account: AccountId, market: MarketId) -> Option<Slot<AccountMarket>> {
        let hash = self.by_key.hash(&[key(account, market)]);
        self.by_key.near(hash).map(Slot::at)
    }

    /// Reads where the search for a row begins.
    pub fn warm(&self, account: AccountId, market: MarketId) -> u64 {
        self.by_key.warm(self.by_key.hash(&[key(account, market)]))
    }

    /// Finds the row or opens it.
    pub fn open(
        &mut self,
        account: AccountId,
        instrument: &Instrument,
        accounts: &mut Accounts,
    ) -> Slot<AccountMarket> {
        if let Some(slot) = self.find(account, instrument.id) {
            return slot;
        }
        let balances = OrderBalances {
            base: accounts.open_balance(account, Wallet::Spot, instrument.base),
            quote: accounts.open_balance(account, Wallet::Spot, instrument.quote),
        };
        let first = &mut accounts.row_mut(account).first_market;
        let slot = self.rows.insert(AccountMarket {
            orders: OwnOrders::NONE,
            balances,
            account,
            next: *first,
            market: instrument.id,
            trades: Trail::EMPTY,
        });
        *first = Some(slot);
        let hash = self.by_key.hash(&[key(account, instrument.id)]);
        self.by_key.insert(hash, slot.place());
        slot
    }

    pub fn iter(&self) -> impl Iterator<Item = &AccountMarket> {
        self.rows.iter()
    }

    /// Returns every market of an account, by number.
    pub fn of(&self, account: AccountId, accounts: &Accounts) -> Vec<&AccountMarket> {
        let first = accounts.row(account).and_then(|row| row.first_market);
        let mut rows: Vec<&AccountMarket> =
            std::iter::successors(first.map(|slot| self.get(slot)), |row| {
                row.next.map(|slot| self.get(slot))
            })
            .collect();
        rows.sort_unstable_by_key(|row| row.market);
        rows
    }
}

/// Returns the key as one word: its parts have 32 and 16 bits.
fn key(account: AccountId, market: MarketId) -> u64 {
    u64::from(account.0) << 16 | u64::from(market.0)
}
