//! The levels of one market that one command changed: each once, with what it has after the command.

use std::collections::BTreeMap;

use model::number::Price;
use model::order::Side;

/// The range of updates, both ends inside, and the lots at each price.
#[derive(Debug, Default)]
pub struct LevelChanges {
    updates: Option<(u64, u64)>,
    bids: BTreeMap<Price, i128>,
    asks: BTreeMap<Price, i128>,
}

/// A level after a command; no lots: it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedLevel {
    pub side: Side,
    pub price: Price,
    pub lots: i128,
}

impl LevelChanges {
    /// Takes in the next change.
    pub fn add(&mut self, level: ChangedLevel, update: u64) {
        let begun = self.updates.map_or(update, |(first, _)| first);
        let first = mutant::plant!("file-forgets-the-first-update", update, begun);
        self.updates = Some((first, update));
        let side = match level.side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        side.insert(level.price, level.lots);
    }

    /// Returns the first and the last update, unless there is none.
    pub const fn updates(&self) -> Option<(u64, u64)> {
        self.updates
    }

    /// Returns the levels, bids before asks and best price first, as a message of the stream has them.
    pub fn levels(&self) -> impl Iterator<Item = ChangedLevel> {
        let of = |side| {
            move |(price, lots): (&Price, &i128)| ChangedLevel {
                side,
                price: *price,
                lots: *lots,
            }
        };
        let bids = self.bids.iter().rev().map(of(Side::Buy));
        bids.chain(self.asks.iter().map(of(Side::Sell)))
    }

    /// Forgets everything: the command has ended.
    pub fn clear(&mut self) {
        self.updates = None;
        self.bids.clear();
        self.asks.clear();
    }
}
