//! Level changes of one market, gathered until they are told.
//!
//! **Source** `docs/spec/binance-surface.md` §11.3: within a stream, the first update of a message follows the last of
//! the message before; quantities are absolute.

use std::collections::BTreeMap;

use model::instrument::Instrument;
use model::number::Price;
use model::order::Side;
use model::time::Timestamp;
use wire::binance::answer::market::Level;
use wire::binance::stream::{DepthUpdate, Updates};
use wire::binance::time::TimeUnit;

/// Changes are told before their time when they concern this many levels, so that a message stays below 512 KiB.
pub const LEVELS_MAX: usize = 4_096;

/// A level that changed: how many lots it has now, none if it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelChange {
    pub side: Side,
    pub price: Price,
    pub lots: i128,
    pub update: u64,
}

/// The levels that changed since the last message, with what they have now.
#[derive(Debug, Default)]
pub struct Diff {
    updates: Option<Updates>,
    bids: BTreeMap<Price, i128>,
    asks: BTreeMap<Price, i128>,
}

impl Diff {
    /// Takes in the next change.
    ///
    /// # Panics
    /// When an update is missing: the stream would lie.
    pub fn add(&mut self, change: &LevelChange) {
        let first = match self.updates {
            Some(updates) => {
                assert!(change.update == updates.last + 1);
                updates.first
            }
            None => change.update,
        };
        self.updates = Some(Updates {
            first,
            last: change.update,
        });
        let levels = match change.side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        levels.insert(change.price, change.lots);
    }

    /// Returns the updates that are gathered, if any.
    pub fn updates(&self) -> Option<Updates> {
        self.updates
    }

    pub fn is_full(&self) -> bool {
        LEVELS_MAX <= self.bids.len() + self.asks.len()
    }

    /// Forgets everything: it was told, or nobody listens any more.
    pub fn clear(&mut self) {
        *self = Diff::default();
    }

    /// Returns the message of these updates, best price first on each side.
    pub fn message(
        &self,
        updates: Updates,
        instrument: &Instrument,
        at: Timestamp,
        unit: TimeUnit,
    ) -> DepthUpdate {
        let level = |(price, lots): (&Price, &i128)| Level::of(*price, *lots, &instrument.grid);
        DepthUpdate::of(
            instrument.symbol,
            updates,
            self.bids.iter().rev().map(level).collect(),
            self.asks.iter().map(level).collect(),
            unit.show(at),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(update: u64, ticks: i64, lots: i128) -> LevelChange {
        LevelChange {
            side: Side::Buy,
            price: Price::new(ticks).expect("legal"),
            lots,
            update,
        }
    }

    #[test]
    fn the_last_word_on_a_level_counts() {
        let mut diff = Diff::default();
        for change in [change(7, 10, 5), change(8, 11, 1), change(9, 10, 0)] {
            diff.add(&change);
        }
        assert_eq!(diff.updates(), Some(Updates { first: 7, last: 9 }));
        let bids: Vec<(i64, i128)> = diff
            .bids
            .iter()
            .map(|(price, lots)| (price.ticks(), *lots))
            .collect();
        assert_eq!(bids, [(10, 0), (11, 1)]);
        diff.clear();
        assert_eq!(diff.updates(), None);
    }

    #[test]
    #[should_panic(expected = "update")]
    fn a_missing_update_stops_the_stream() {
        let mut diff = Diff::default();
        diff.add(&change(7, 10, 5));
        diff.add(&change(9, 10, 5));
    }

    #[test]
    fn a_diff_is_full_by_levels_and_not_by_updates() {
        let mut diff = Diff::default();
        for update in 0..LEVELS_MAX as u64 - 1 {
            diff.add(&change(update, 1 + update as i64, 1));
        }
        for update in LEVELS_MAX as u64 - 1..2 * LEVELS_MAX as u64 {
            diff.add(&change(update, 1, 1));
        }
        assert!(!diff.is_full());
        diff.add(&change(2 * LEVELS_MAX as u64, LEVELS_MAX as i64, 1));
        assert!(diff.is_full());
    }
}
