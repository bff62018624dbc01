//! The generator's own book: naive, but quick enough for a hundred thousand orders.
//!
//! Computes the totals of a flow's header and answers what the generator must know to keep the
//! flow's promises. Shares nothing with the books that are measured.

use std::collections::{BTreeMap, VecDeque};

use crate::flow::header::Totals;
use crate::flow::record::Side;

/// A resting order. The handle of one is its index in `Reference::orders`.
#[derive(Debug, Clone)]
pub struct Resting {
    pub symbol: u16,
    pub side: Side,
    pub account: u32,
    pub order_id: u64,
    pub price_ticks: i64,
    pub lots: u32,
    /// Its index among the symbol's `Reference::live`.
    live_index: usize,
}

/// An incoming order, as far as matching goes.
#[derive(Debug, Clone, Copy)]
pub struct Taker {
    pub symbol: u16,
    pub side: Side,
    pub limit_ticks: i64,
    pub lots: u32,
}

/// Levels keyed by rank: the best price has the lowest.
type Levels = BTreeMap<i64, VecDeque<usize>>;

#[derive(Debug)]
pub struct Reference {
    /// By symbol, then side.
    sides: Vec<[Levels; 2]>,
    /// By symbol, then side.
    counts: Vec<[u64; 2]>,
    orders: Vec<Resting>,
    free: Vec<usize>,
    /// By symbol: handles of its resting orders, in no order, so that one can be drawn uniformly.
    live: Vec<Vec<usize>>,
    totals: Totals,
}

impl Reference {
    pub fn new(symbols: u32) -> Reference {
        Reference {
            sides: (0..symbols).map(|_| Default::default()).collect(),
            counts: (0..symbols).map(|_| [0; 2]).collect(),
            orders: Vec::new(),
            free: Vec::new(),
            live: (0..symbols).map(|_| Vec::new()).collect(),
            totals: Totals::default(),
        }
    }

    /// Returns what happened so far and what rests now.
    pub fn totals(&self) -> Totals {
        let resting_orders = self.live.iter().map(|handles| handles.len() as u64).sum();
        Totals {
            resting_orders,
            ..self.totals
        }
    }

    /// Returns the best price of one side of `symbol`'s book.
    pub fn best_ticks(&self, symbol: u16, side: Side) -> Option<i64> {
        let (rank, _) = self.levels(symbol, side).first_key_value()?;
        Some(price_of_rank(side, *rank))
    }

    /// Returns the number of orders on one side of `symbol`'s book.
    pub fn count(&self, symbol: u16, side: Side) -> u64 {
        self.counts[usize::from(symbol)][side as usize]
    }

    /// Returns the number of levels of both sides of `symbol`'s book.
    #[cfg(test)]
    pub fn level_count(&self, symbol: u16) -> usize {
        self.levels(symbol, Side::Buy).len() + self.levels(symbol, Side::Sell).len()
    }

    /// Returns the handles of the orders resting in `symbol`'s book.
    pub fn live(&self, symbol: u16) -> &[usize] {
        &self.live[usize::from(symbol)]
    }

    pub fn order(&self, handle: usize) -> &Resting {
        &self.orders[handle]
    }

    /// Puts an order that crosses nothing at the end of its level.
    pub fn rest(&mut self, taker: Taker, account: u32, order_id: u64) {
        let Taker {
            symbol,
            side,
            limit_ticks: price_ticks,
            lots,
        } = taker;
        let live_index = self.live(symbol).len();
        let order = Resting {
            symbol,
            side,
            account,
            order_id,
            price_ticks,
            lots,
            live_index,
        };
        let handle = self.store(order);
        self.live[usize::from(symbol)].push(handle);
        let rank = rank(side, price_ticks);
        self.levels_mut(symbol, side)
            .entry(rank)
            .or_default()
            .push_back(handle);
        self.counts[usize::from(symbol)][side as usize] += 1;
        self.totals.resting_lots += u64::from(lots);
    }

    /// Takes a resting order out of the book.
    pub fn cancel(&mut self, handle: usize) {
        let Resting {
            symbol,
            side,
            price_ticks,
            lots,
            ..
        } = self.orders[handle];
        let rank = rank(side, price_ticks);
        let levels = self.levels_mut(symbol, side);
        let level = levels.get_mut(&rank).expect("a resting order has a level");
        level.retain(|other| *other != handle);
        if level.is_empty() {
            levels.remove(&rank);
        }
        self.totals.resting_lots -= u64::from(lots);
        self.release(handle);
    }

    /// Puts into `accounts` the owner of every order that `taker` would trade with.
    pub fn accounts_met(&self, taker: Taker, accounts: &mut Vec<u32>) {
        accounts.clear();
        let mut lots = taker.lots;
        let makers = taker.side.opposite();
        let limit_rank = rank(makers, taker.limit_ticks);
        for (_, level) in self.levels(taker.symbol, makers).range(..=limit_rank) {
            for handle in level {
                let maker = &self.orders[*handle];
                accounts.push(maker.account);
                lots = lots.saturating_sub(maker.lots);
                if lots == 0 {
                    return;
                }
            }
        }
    }

    /// Trades `taker` against the book and returns its remaining lots.
    pub fn take(&mut self, taker: Taker) -> u32 {
        let mut lots = taker.lots;
        while 0 < lots {
            let Some(handle) = self.next_maker(taker) else {
                break;
            };
            lots -= self.trade(handle, lots);
        }
        lots
    }

    /// Trades up to `lots` with the maker at the front of its level; returns the traded lots.
    fn trade(&mut self, handle: usize, lots: u32) -> u32 {
        let maker = &mut self.orders[handle];
        let traded = lots.min(maker.lots);
        maker.lots -= traded;
        let notional = maker
            .price_ticks
            .cast_unsigned()
            .wrapping_mul(u64::from(traded));
        self.totals.trades += 1;
        self.totals.traded_lots += u64::from(traded);
        self.totals.notional = self.totals.notional.wrapping_add(notional);
        self.totals.resting_lots -= u64::from(traded);
        if maker.lots == 0 {
            self.remove_front(handle);
        }
        traded
    }

    fn next_maker(&self, taker: Taker) -> Option<usize> {
        let makers = taker.side.opposite();
        let (best_rank, level) = self.levels(taker.symbol, makers).first_key_value()?;
        let reachable = *best_rank <= rank(makers, taker.limit_ticks);
        reachable.then(|| *level.front().expect("an empty level is removed"))
    }

    fn remove_front(&mut self, handle: usize) {
        let Resting { symbol, side, .. } = self.orders[handle];
        let mut level = self
            .levels_mut(symbol, side)
            .first_entry()
            .expect("the maker's level");
        assert_eq!(level.get_mut().pop_front(), Some(handle));
        if level.get().is_empty() {
            level.remove();
        }
        self.release(handle);
    }

    fn store(&mut self, order: Resting) -> usize {
        if let Some(handle) = self.free.pop() {
            self.orders[handle] = order;
            return handle;
        }
        self.orders.push(order);
        self.orders.len() - 1
    }

    fn release(&mut self, handle: usize) {
        let Resting {
            symbol,
            side,
            live_index,
            ..
        } = self.orders[handle];
        let live = &mut self.live[usize::from(symbol)];
        live.swap_remove(live_index);
        if let Some(moved) = live.get(live_index) {
            self.orders[*moved].live_index = live_index;
        }
        self.counts[usize::from(symbol)][side as usize] -= 1;
        self.free.push(handle);
    }

    fn levels(&self, symbol: u16, side: Side) -> &Levels {
        &self.sides[usize::from(symbol)][side as usize]
    }

    fn levels_mut(&mut self, symbol: u16, side: Side) -> &mut Levels {
        &mut self.sides[usize::from(symbol)][side as usize]
    }
}

/// Returns a number that is the lower, the better `price_ticks` is on `side` for a taker.
fn rank(side: Side, price_ticks: i64) -> i64 {
    match side {
        Side::Buy => -price_ticks,
        Side::Sell => price_ticks,
    }
}

/// Returns the price that has `rank` on `side`: ranking is its own inverse.
fn price_of_rank(side: Side, rank_ticks: i64) -> i64 {
    rank(side, rank_ticks)
}
