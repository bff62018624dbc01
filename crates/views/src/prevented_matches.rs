//! The prevented matches of the last 24 hours.

use crate::account_share::AccountShare;
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId};
use model::snapshot_views::PreventedViewRow;
use model::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

type Key = (MarketId, PreventedMatchId);

pub struct PreventedMatches {
    rows: BTreeMap<Key, PreventedViewRow>,
    /// Under both orders, and under both accounts.
    by_order: BTreeSet<(MarketId, OrderId, PreventedMatchId)>,
    by_account: BTreeSet<(MarketId, AccountId, PreventedMatchId)>,
    /// In the order they happened; each is its taker's.
    kept: AccountShare<Key>,
    /// When the newest of the matches happened that are no longer kept.
    pub gone_until: Option<Timestamp>,
}

impl PreventedMatches {
    pub fn new(kept: AccountShare<Key>) -> PreventedMatches {
        PreventedMatches {
            rows: BTreeMap::new(),
            by_order: BTreeSet::new(),
            by_account: BTreeSet::new(),
            kept,
            gone_until: None,
        }
    }

    /// Adds the newest match, and lets go of an older one when there are too many.
    pub fn push(&mut self, row: PreventedViewRow) {
        let (market, prevented) = (row.market, row.prevented);
        for order in [row.maker_order, row.taker_order] {
            self.by_order.insert((market, order, prevented));
        }
        for account in [row.maker_account, row.taker_account] {
            self.by_account.insert((market, account, prevented));
        }
        self.rows.insert((market, prevented), row);
        if let Some(surplus) = self.kept.push(row.taker_account, (market, prevented)) {
            self.forget(surplus);
        }
    }

    /// Lets go of at most `count` matches before `oldest`.
    pub fn expire(&mut self, oldest: Timestamp, count: usize) {
        for _ in 0..count {
            let is_old = |key: &Key| self.rows[key].at < oldest;
            if !self.kept.oldest().is_some_and(|key| is_old(&key)) {
                return;
            }
            if let Some(key) = self.kept.pop() {
                self.forget(key);
            }
        }
    }

    /// Returns how many matches too many a snapshot of `count` has.
    pub fn surplus(&self, count: usize) -> usize {
        self.kept.surplus(count)
    }

    pub fn get(&self, market: MarketId, prevented: PreventedMatchId) -> Option<&PreventedViewRow> {
        self.rows.get(&(market, prevented))
    }

    /// Returns the matches of one order with this number or a later one.
    pub fn of_order(
        &self,
        market: MarketId,
        order: OrderId,
        first: PreventedMatchId,
    ) -> impl Iterator<Item = &PreventedViewRow> {
        let range = (market, order, first)..=(market, order, PreventedMatchId(u64::MAX));
        let numbers = self.by_order.range(range);
        numbers.filter_map(move |(.., prevented)| self.get(market, *prevented))
    }

    /// Returns the matches of an account in a market with this number or a later one.
    pub fn of_account(
        &self,
        market: MarketId,
        account: AccountId,
        first: PreventedMatchId,
    ) -> impl Iterator<Item = &PreventedViewRow> {
        let range = (market, account, first)..=(market, account, PreventedMatchId(u64::MAX));
        let numbers = self.by_account.range(range);
        numbers.filter_map(move |(.., prevented)| self.get(market, *prevented))
    }

    /// Returns every match in the order they happened.
    pub fn iter(&self) -> impl Iterator<Item = &PreventedViewRow> {
        self.kept.iter().filter_map(|key| self.rows.get(&key))
    }

    fn forget(&mut self, (market, prevented): Key) {
        let Some(row) = self.rows.remove(&(market, prevented)) else {
            return;
        };
        self.gone_until = self.gone_until.max(Some(row.at));
        for order in [row.maker_order, row.taker_order] {
            self.by_order.remove(&(market, order, prevented));
        }
        for account in [row.maker_account, row.taker_account] {
            self.by_account.remove(&(market, account, prevented));
        }
    }
}
