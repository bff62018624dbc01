//! What one account does in one market.

use crate::accounts::BalanceCell;
use crate::own_orders::OwnOrders;
use crate::rows::{Rows, Slot};
use crate::trail::{Step, Trail};
use model::id::{AccountId, MarketId, TradeId};
use model::index::Index;
use model::order::Side;

/// The orders and trades of one account in one market.
///
/// **Shape** two cache lines: what orders need, and trades.
#[repr(C, align(64))]
pub struct AccountMarket {
    pub orders: OwnOrders,
    /// Where they lie; `None` before anything has asked.
    pub balances: Option<OrderBalances>,
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
    /// Asks for what orders need, ahead of them.
    pub fn warm(&self) {
        warm::whole(self);
    }
}

/// Every account in every market it ever had an order in.
pub struct AccountMarkets {
    rows: Rows<AccountMarket>,
    /// By account: the market it came to last; the others follow from there.
    newest: Vec<Option<Slot<AccountMarket>>>,
    by_key: Index,
}

impl AccountMarkets {
    pub fn new(table_seed: u64) -> AccountMarkets {
        AccountMarkets {
            rows: Rows::new(),
            newest: Vec::new(),
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

    /// Asks for where the search for a row begins.
    pub fn warm(&self, account: AccountId, market: MarketId) {
        self.by_key.warm(self.by_key.hash(&[key(account, market)]));
    }

    /// Finds the row or opens it.
    pub fn open(&mut self, account: AccountId, market: MarketId) -> Slot<AccountMarket> {
        if let Some(slot) = self.find(account, market) {
            return slot;
        }
        let index = account.0 as usize;
        if self.newest.len() <= index {
            self.newest.resize(index + 1, None);
        }
        let slot = self.rows.insert(AccountMarket {
            orders: OwnOrders::NONE,
            balances: None,
            account,
            next: self.newest[index],
            market,
            trades: Trail::EMPTY,
        });
        self.newest[index] = Some(slot);
        let hash = self.by_key.hash(&[key(account, market)]);
        self.by_key.insert(hash, slot.place());
        slot
    }

    /// Adds a trade to the lists of its accounts, once if they are the same; none before `oldest` is kept.
    pub fn list_trade(
        &mut self,
        step: Step,
        [maker, taker]: [Slot<AccountMarket>; 2],
        oldest: TradeId,
    ) {
        self.get_mut(maker).trades.push_among(step, oldest.0);
        if taker != maker {
            self.get_mut(taker).trades.push_among(step, oldest.0);
        }
    }

    /// Asks for where the searches for rows begin, then for the rows.
    pub fn warm_keys(&self, keys: impl Iterator<Item = (AccountId, MarketId)> + Clone) {
        keys.clone()
            .for_each(|(account, market)| self.warm(account, market));
        keys.filter_map(|(account, market)| self.near(account, market))
            .for_each(|of| self.get(of).warm());
    }

    pub fn iter(&self) -> impl Iterator<Item = &AccountMarket> {
        self.rows.iter()
    }

    /// Returns every market of an account, by number.
    pub fn of(&self, account: AccountId) -> Vec<&AccountMarket> {
        let first = self.newest.get(account.0 as usize).copied().flatten();
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
