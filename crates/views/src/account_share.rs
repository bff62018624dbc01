//! Who gives up its oldest row when a store that all accounts fill is full.

use model::id::AccountId;
use std::collections::{BTreeMap, VecDeque};

/// How many rows came before one. Counts from the last start on.
type Arrival = u64;

/// The rows of one store, in the order they came to it.
///
/// An account above its share gives up its own oldest row for a new one, so that a busy account never drives out the
/// others; an account below it takes the place of the oldest of all.
pub struct AccountShare<K> {
    rows: BTreeMap<Arrival, (AccountId, K)>,
    /// Of each account that has any, in the order they came.
    own: BTreeMap<AccountId, VecDeque<Arrival>>,
    next: Arrival,
    total_max: usize,
    share: usize,
}

impl<K: Copy> AccountShare<K> {
    pub fn new(total_max: usize, share: usize) -> AccountShare<K> {
        AccountShare {
            rows: BTreeMap::new(),
            own: BTreeMap::new(),
            next: 0,
            total_max,
            share,
        }
    }

    /// Adds a row, and takes out and returns the one that must leave for it, if the store is over full.
    pub fn push(&mut self, account: AccountId, row: K) -> Option<K> {
        let own = self.own.entry(account).or_default();
        own.push_back(self.next);
        let is_above_share = self.share < own.len();
        self.rows.insert(self.next, (account, row));
        self.next += 1;
        if self.rows.len() <= self.total_max {
            return None;
        }
        if is_above_share {
            self.pop_of(account)
        } else {
            self.pop()
        }
    }

    /// Returns the oldest row.
    pub fn oldest(&self) -> Option<K> {
        self.iter().next()
    }

    /// Takes the oldest row out.
    pub fn pop(&mut self) -> Option<K> {
        let (_, (account, _)) = self.rows.first_key_value()?;
        self.pop_of(*account)
    }

    /// Returns every row, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = K> {
        self.rows.values().map(|(_, row)| *row)
    }

    /// Returns how many rows too many a list of `count` rows has.
    pub fn surplus(&self, count: usize) -> usize {
        count.saturating_sub(self.total_max)
    }

    /// Takes the oldest row of an account out. Rows leave in no other way, so the oldest of all is its account's.
    fn pop_of(&mut self, account: AccountId) -> Option<K> {
        let own = self.own.get_mut(&account)?;
        let arrival = own.pop_front()?;
        if own.is_empty() {
            self.own.remove(&account);
        }
        self.rows.remove(&arrival).map(|(_, row)| row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: AccountId = AccountId(1);
    const QUIET: AccountId = AccountId(2);

    /// Returns a store of five rows with a share of two: one of the quiet account, then four of the busy one.
    fn filled() -> AccountShare<char> {
        let mut share = AccountShare::new(5, 2);
        assert_eq!(share.push(QUIET, 'q'), None);
        for row in "abcd".chars() {
            assert_eq!(share.push(BUSY, row), None);
        }
        share
    }

    #[test]
    fn an_account_above_its_share_gives_up_its_own() {
        let mut share = filled();
        assert_eq!(share.push(BUSY, 'e'), Some('a'));
        assert_eq!(share.iter().collect::<String>(), "qbcde");
    }

    #[test]
    fn an_account_below_its_share_takes_the_place_of_the_oldest() {
        let mut share = filled();
        assert_eq!(share.push(QUIET, 'r'), Some('q'));
        assert_eq!(share.push(QUIET, 's'), Some('a'));
        assert_eq!(share.push(QUIET, 't'), Some('r'));
        assert_eq!(share.iter().collect::<String>(), "bcdst");
    }

    #[test]
    fn rows_leave_oldest_first_and_take_their_accounts_along() {
        let mut share = filled();
        let left: String = std::iter::from_fn(|| share.pop()).collect();
        assert_eq!(left, "qabcd");
        assert_eq!(share.oldest(), None);
        assert!(share.own.is_empty());
    }
}
