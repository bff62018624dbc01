//! The levels of one market.

use crate::depth::{Depth, Level, Top};
use model::number::{Price, Qty};
use model::order::Side;
use model::snapshot_views::LevelRow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Every level of one market, kept from the lots that orders bring to the book and take from it.
pub struct Levels {
    update: u64,
    bids: BTreeMap<Price, i128>,
    asks: BTreeMap<Price, i128>,
}

impl Levels {
    pub fn new() -> Levels {
        Levels {
            update: 0,
            bids: BTreeMap::new(),
            asks: BTreeMap::new(),
        }
    }

    /// Adds lots to a level and returns how many it has now.
    pub fn add(&mut self, side: Side, price: Price, qty: Qty) -> i128 {
        self.update += 1;
        let lots = self.side_mut(side).entry(price).or_insert(0);
        *lots += i128::from(qty.lots());
        *lots
    }

    /// Takes lots off a level and returns how many it has left.
    ///
    /// # Panics
    /// When the level has fewer.
    pub fn remove(&mut self, side: Side, price: Price, qty: Qty) -> i128 {
        self.update += mutant::plant!("update-id-skipped", 0, 1);
        let Entry::Occupied(mut level) = self.side_mut(side).entry(price) else {
            panic!("lots leave a level that does not exist");
        };
        let left = *level.get() - i128::from(qty.lots());
        assert!(0 <= left);
        if left == 0 {
            level.remove();
        } else {
            *level.get_mut() = left;
        }
        left
    }

    /// Reads the way to a level, ahead of its change.
    pub fn warm(&self, side: Side, price: Price) -> u64 {
        let levels = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        levels.get(&price).map_or(0, |lots| *lots as u64)
    }

    /// Returns the number of the last level change; 0 before the first.
    pub fn update(&self) -> u64 {
        self.update
    }

    pub fn top(&self) -> Top {
        Top {
            update: self.update,
            bid: self.bids.last_key_value().map(level),
            ask: self.asks.first_key_value().map(level),
        }
    }

    /// Returns the best `limit` levels of each side.
    pub fn depth(&self, limit: usize) -> Depth {
        Depth {
            update: self.update,
            bids: self.bids.iter().rev().take(limit).map(level).collect(),
            asks: self.asks.iter().take(limit).map(level).collect(),
        }
    }

    /// Returns the levels with these rows, best price first, or `None` when a row is out of order or empty.
    pub fn from_rows(update: u64, bids: &[LevelRow], asks: &[LevelRow]) -> Option<Levels> {
        let is_rising = |rows: &[LevelRow]| rows.is_sorted_by(|a, b| a.price < b.price);
        let is_falling = |rows: &[LevelRow]| rows.is_sorted_by(|a, b| b.price < a.price);
        let has_lots = bids.iter().chain(asks).all(|row| 0 < row.lots);
        let map = |rows: &[LevelRow]| rows.iter().map(|row| (row.price, row.lots)).collect();
        (has_lots && is_falling(bids) && is_rising(asks)).then(|| Levels {
            update,
            bids: map(bids),
            asks: map(asks),
        })
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<Price, i128> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

fn level((price, lots): (&Price, &i128)) -> Level {
    Level {
        price: *price,
        lots: *lots,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(ticks: i64) -> Price {
        Price::new(ticks).expect("legal")
    }

    fn qty(lots: i64) -> Qty {
        Qty::new(lots).expect("legal")
    }

    #[test]
    fn levels_add_up_and_empty_levels_vanish() {
        let mut levels = Levels::new();
        assert_eq!(levels.add(Side::Buy, price(10), qty(3)), 3);
        assert_eq!(levels.add(Side::Buy, price(10), qty(4)), 7);
        assert_eq!(levels.add(Side::Buy, price(11), qty(1)), 1);
        assert_eq!(levels.add(Side::Sell, price(13), qty(2)), 2);
        assert_eq!(levels.remove(Side::Buy, price(10), qty(5)), 2);
        assert_eq!(levels.remove(Side::Sell, price(13), qty(2)), 0);
        let depth = levels.depth(5);
        assert_eq!(depth.update, 6);
        assert_eq!(depth.bids.len(), 2);
        assert_eq!(depth.bids[0].price, price(11));
        assert_eq!(depth.asks, []);
        assert_eq!(levels.top().bid, Some(depth.bids[0]));
        assert_eq!(levels.depth(1).bids, depth.bids[..1]);
    }

    #[test]
    #[should_panic(expected = "does not exist")]
    fn lots_cannot_leave_where_none_are() {
        Levels::new().remove(Side::Buy, price(10), qty(1));
    }
}
