//! The levels of one market.

use crate::depth::{Depth, Level, Top};
use crate::level_rows::LevelRows;
use model::number::{Price, Qty};
use model::order::Side;
use model::snapshot_views::LevelRow;
use std::collections::BTreeMap;

/// Every level of one market, kept from the lots that orders bring to the book and take from it.
pub struct Levels {
    update: u64,
    bids: Pages,
    asks: Pages,
}

/// The levels of one side. Prices crowd together, so that a page has many of them and the tree is low.
struct Pages {
    by_price: BTreeMap<i64, Box<Page>>,
}

const LEVELS_PER_PAGE: i64 = 32;

/// Levels at neighbouring prices.
struct Page {
    /// A bit for each price that has a level.
    used: u32,
    lots: [i128; LEVELS_PER_PAGE as usize],
}

impl Levels {
    pub fn new() -> Levels {
        Levels {
            update: 0,
            bids: Pages::new(),
            asks: Pages::new(),
        }
    }

    /// Adds lots to a level and returns how many it has now.
    pub fn add(&mut self, side: Side, price: Price, qty: Qty) -> i128 {
        self.update += 1;
        self.side_mut(side).add(price, i128::from(qty.lots()))
    }

    /// Takes lots off a level and returns how many it has left.
    ///
    /// # Panics
    /// When the level has fewer.
    pub fn remove(&mut self, side: Side, price: Price, qty: Qty) -> i128 {
        self.update += mutant::plant!("update-id-skipped", 0, 1);
        self.side_mut(side).remove(price, i128::from(qty.lots()))
    }

    /// Counts a level change whose outcome comes later.
    pub fn count(&mut self) {
        self.update += 1;
    }

    /// Returns the number of the last level change; 0 before the first.
    pub fn update(&self) -> u64 {
        self.update
    }

    pub fn top(&self) -> Top {
        Top {
            update: self.update,
            bid: self.bids.highest(),
            ask: self.asks.lowest(),
        }
    }

    /// Returns the best `limit` levels of each side.
    pub fn depth(&self, limit: usize) -> Depth {
        Depth {
            update: self.update,
            bids: self.bids.falling().take(limit).collect(),
            asks: self.asks.rising().take(limit).collect(),
        }
    }

    /// Returns no levels after this number of changes.
    pub fn counted(update: u64) -> Levels {
        Levels {
            update,
            ..Levels::new()
        }
    }

    /// Puts in what all changes counted have come to.
    ///
    /// # Panics
    /// When a row is out of order or empty.
    pub fn fill(&mut self, rows: &LevelRows) {
        assert!(rows.are_legal());
        self.bids = Pages::from_rows(&rows.bids);
        self.asks = Pages::from_rows(&rows.asks);
    }

    fn side_mut(&mut self, side: Side) -> &mut Pages {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

impl Pages {
    fn new() -> Pages {
        Pages {
            by_price: BTreeMap::new(),
        }
    }

    fn from_rows(rows: &[LevelRow]) -> Pages {
        let mut pages = Pages::new();
        for row in rows {
            pages.add(row.price, row.lots);
        }
        pages
    }

    fn add(&mut self, price: Price, lots: i128) -> i128 {
        let (page, index) = place(price);
        let page = self
            .by_price
            .entry(page)
            .or_insert_with(|| Box::new(Page::EMPTY));
        page.used |= 1 << index;
        page.lots[index] += lots;
        page.lots[index]
    }

    fn remove(&mut self, price: Price, lots: i128) -> i128 {
        let (number, index) = place(price);
        let Some(page) = self.by_price.get_mut(&number) else {
            panic!("lots leave a level that does not exist");
        };
        page.lots[index] -= lots;
        let left = page.lots[index];
        assert!(0 <= left);
        if left == 0 {
            page.used &= !(1 << index);
            if page.used == 0 {
                self.by_price.remove(&number);
            }
        }
        left
    }

    fn highest(&self) -> Option<Level> {
        let (number, page) = self.by_price.last_key_value()?;
        page.level(*number, page.used.checked_ilog2()?)
    }

    fn lowest(&self) -> Option<Level> {
        let (number, page) = self.by_price.first_key_value()?;
        page.level(*number, page.used.trailing_zeros())
    }

    fn rising(&self) -> impl Iterator<Item = Level> {
        self.by_price.iter().flat_map(|(number, page)| {
            (0..u32::BITS).filter_map(|index| page.level(*number, index))
        })
    }

    fn falling(&self) -> impl Iterator<Item = Level> {
        let pages = self.by_price.iter().rev();
        pages.flat_map(|(number, page)| {
            (0..u32::BITS)
                .rev()
                .filter_map(|index| page.level(*number, index))
        })
    }
}

impl Page {
    const EMPTY: Page = Page {
        used: 0,
        lots: [0; LEVELS_PER_PAGE as usize],
    };

    /// Returns the level at this index of the page with this number, if there is one.
    fn level(&self, number: i64, index: u32) -> Option<Level> {
        if self.used & (1 << index) == 0 {
            return None;
        }
        Some(Level {
            price: Price::new(number * LEVELS_PER_PAGE + i64::from(index))?,
            lots: self.lots[index as usize],
        })
    }
}

/// Returns the number of the page and the index in it.
fn place(price: Price) -> (i64, usize) {
    let ticks = price.ticks();
    (
        ticks.div_euclid(LEVELS_PER_PAGE),
        ticks.rem_euclid(LEVELS_PER_PAGE) as usize,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::index::hash_words;

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
    fn levels_agree_with_an_ordered_map() {
        let (mut levels, mut map) = (Levels::new(), BTreeMap::new());
        for step in 0..20_000_u64 {
            let chance = hash_words(2, &[step]);
            let ticks = 1 + (chance % 300) as i64;
            let lots = 1 + (chance >> 32) as i64 % 3;
            let had = map.get(&ticks).copied().unwrap_or(0);
            if had == 0 || chance % 5 < 2 {
                map.insert(ticks, had + lots);
                levels.add(Side::Sell, price(ticks), qty(lots));
            } else {
                map.insert(ticks, 0);
                levels.remove(Side::Sell, price(ticks), qty(had));
            }
            map.retain(|_, lots| *lots != 0);
            let lowest = levels.top().ask.map(|level| level.price.ticks());
            assert_eq!(lowest, map.keys().next().copied());
        }
        let found = levels.depth(usize::MAX).asks;
        let found = found
            .iter()
            .map(|level| (level.price.ticks(), level.lots as i64));
        assert_eq!(found.collect::<BTreeMap<_, _>>(), map);
    }

    #[test]
    #[should_panic(expected = "does not exist")]
    fn lots_cannot_leave_where_none_are() {
        Levels::new().remove(Side::Buy, price(10), qty(1));
    }
}
