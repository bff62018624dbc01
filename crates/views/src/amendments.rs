//! The amendments of the last 24 hours.

use crate::account_share::AccountShare;
use model::id::{MarketId, OrderId, Sequence};
use model::snapshot_views::AmendmentViewRow;
use model::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// **Shape** by sequence: a command amends one order at most.
pub struct Amendments {
    rows: BTreeMap<Sequence, AmendmentViewRow>,
    by_order: BTreeSet<(MarketId, OrderId, Sequence)>,
    kept: AccountShare<Sequence>,
    /// When the newest of the amendments happened that are no longer kept.
    pub gone_until: Option<Timestamp>,
}

impl Amendments {
    pub fn new(kept: AccountShare<Sequence>) -> Amendments {
        Amendments {
            rows: BTreeMap::new(),
            by_order: BTreeSet::new(),
            kept,
            gone_until: None,
        }
    }

    /// Adds the newest amendment, and lets go of an older one when there are too many.
    pub fn push(&mut self, row: AmendmentViewRow) {
        let sequence = row.sequence;
        let before = self.rows.insert(sequence, row);
        assert!(before.is_none());
        self.by_order.insert((row.market, row.order, sequence));
        if let Some(surplus) = self.kept.push(row.account, sequence) {
            self.forget(surplus);
        }
    }

    /// Lets go of at most `count` amendments before `oldest`.
    pub fn expire(&mut self, oldest: Timestamp, count: usize) {
        for _ in 0..count {
            let is_old = |sequence: &Sequence| self.rows[sequence].at < oldest;
            if !self.kept.oldest().is_some_and(|it| is_old(&it)) {
                return;
            }
            if let Some(sequence) = self.kept.pop() {
                self.forget(sequence);
            }
        }
    }

    /// Returns how many amendments too many a snapshot of `count` has.
    pub fn surplus(&self, count: usize) -> usize {
        self.kept.surplus(count)
    }

    /// Returns the amendments of an order by this command or a later one.
    pub fn of_order(
        &self,
        market: MarketId,
        order: OrderId,
        from: Sequence,
    ) -> impl Iterator<Item = &AmendmentViewRow> {
        let range = (market, order, from)..=(market, order, Sequence(u64::MAX));
        let sequences = self.by_order.range(range);
        sequences.filter_map(|(.., sequence)| self.rows.get(sequence))
    }

    /// Returns every amendment, by sequence.
    pub fn iter(&self) -> impl Iterator<Item = &AmendmentViewRow> {
        self.rows.values()
    }

    fn forget(&mut self, sequence: Sequence) {
        if let Some(row) = self.rows.remove(&sequence) {
            self.gone_until = self.gone_until.max(Some(row.at));
            self.by_order.remove(&(row.market, row.order, sequence));
        }
    }
}
