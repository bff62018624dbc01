//! What an outsider knows of countdowns.

use std::collections::BTreeMap;

use model::event::OrderClosed;
use model::id::{AccountId, MarketId};
use model::order::CloseReason;
use model::snapshot::CountdownRow;
use model::time::Timestamp;

/// The most countdowns that one tick lets run out.
const EXPIRED_MAX: usize = 256;

#[derive(Default)]
pub struct Countdowns {
    running: BTreeMap<(AccountId, MarketId), Timestamp>,
    /// Those that this command let run out.
    pub expired: Vec<(AccountId, MarketId)>,
}

impl Countdowns {
    pub fn begin_command(&mut self) {
        self.expired.clear();
    }

    /// Returns what a tick at this time lets run out, in this order.
    pub fn run_out(&self, at: Timestamp) -> Vec<(AccountId, MarketId)> {
        let is_over = |row: &&CountdownRow| row.until <= at;
        let rows = self.rows();
        let mut rows: Vec<&CountdownRow> = rows.iter().filter(is_over).collect();
        rows.sort_by_key(|row| row.until);
        rows.truncate(EXPIRED_MAX);
        rows.iter().map(|row| (row.account, row.market)).collect()
    }

    pub fn set(&mut self, account: AccountId, market: MarketId, until: Option<Timestamp>) {
        match until {
            Some(until) => self.running.insert((account, market), until),
            None => self.running.remove(&(account, market)),
        };
    }

    pub fn expire(&mut self, account: AccountId, market: MarketId) {
        let until = self.running.remove(&(account, market));
        assert!(until.is_some(), "what runs out was running");
        self.expired.push((account, market));
    }

    /// Expects that an order ends by a countdown only when one ran out.
    pub fn assert_may_close(&self, closed: &OrderClosed) {
        if closed.reason == CloseReason::Countdown {
            let last = self.expired.last();
            assert_eq!(last, Some(&(closed.account, closed.market)));
        }
    }

    pub fn rows(&self) -> Vec<CountdownRow> {
        let row = |((account, market), until): (&(AccountId, MarketId), &Timestamp)| CountdownRow {
            account: *account,
            market: *market,
            until: *until,
        };
        self.running.iter().map(row).collect()
    }
}
