//! From a price to its level, and from a level to the next worse one, on both sides.

use crate::level::{LevelId, LevelRow, Levels};
use crate::rank::Rank;
use model::index::Index;
use model::order::Side;
use std::collections::BTreeMap;

/// The levels in use, by rank.
///
/// **Shape** pages of 64 neighbouring ranks, found by page number through a hash index, and in the order of
/// their numbers through an ordered map that is only touched when a page appears, empties or is left behind.
/// A page is freed with its last level, so sparse prices cost at most a page a level.
#[derive(Clone, Debug)]
pub struct Ladder {
    levels: Levels,
    pages: Vec<Page>,
    pages_free: Vec<u32>,
    directory: Index,
    sequence: BTreeMap<i64, u32>,
    best: [Best; 2],
}

/// The best level of a side, or none.
#[derive(Clone, Copy, Debug)]
pub struct Best {
    /// `Rank::NONE` when the side is empty.
    pub rank: Rank,
    pub level: LevelId,
}

#[derive(Clone, Debug)]
struct Page {
    number: i64,
    /// One bit a rank, the lowest for the best.
    used: u64,
    levels: [LevelId; PAGE_RANKS],
}

const PAGE_RANKS: usize = 64;
const PAGE_BITS: u32 = PAGE_RANKS.trailing_zeros();

const NOTHING: Best = Best {
    rank: Rank::NONE,
    level: LevelId::NONE,
};

impl Ladder {
    pub fn new(seed: u64) -> Ladder {
        Ladder {
            levels: Levels::new(),
            pages: Vec::new(),
            pages_free: Vec::new(),
            directory: Index::new(seed),
            sequence: BTreeMap::new(),
            best: [NOTHING; 2],
        }
    }

    #[inline]
    pub fn best(&self, side: Side) -> Best {
        self.best[side as usize]
    }

    #[inline]
    pub fn level(&self, level: LevelId) -> &LevelRow {
        self.levels.get(level)
    }

    #[inline]
    pub fn level_mut(&mut self, level: LevelId) -> &mut LevelRow {
        self.levels.get_mut(level)
    }

    /// Returns the level of `rank`, if it has orders.
    #[inline]
    pub fn find(&self, rank: Rank) -> Option<LevelId> {
        let page = &self.pages[self.find_page(page_number(rank))? as usize];
        (page.used & bit(rank) != 0).then(|| page.levels[place(rank)])
    }

    /// Returns the level of `rank`, opened if there was none. The caller puts an order into it.
    #[inline]
    pub fn open(&mut self, rank: Rank) -> LevelId {
        let number = page_number(rank);
        let page = match self.find_page(number) {
            Some(page) => page,
            None => self.open_page(number),
        };
        let page = &mut self.pages[page as usize];
        if page.used & bit(rank) != 0 {
            return page.levels[place(rank)];
        }
        let level = self.levels.claim(rank);
        page.used |= bit(rank);
        page.levels[place(rank)] = level;
        let best = &mut self.best[rank.side() as usize];
        if rank < best.rank {
            *best = Best { rank, level };
        }
        level
    }

    /// Takes a level without orders out.
    pub fn close(&mut self, level: LevelId) {
        let row = self.levels.get(level);
        assert!(row.orders == 0 && row.open_lots() == 0);
        let rank = row.rank;
        self.levels.free(level);
        self.clear(rank);
        if self.best(rank.side()).rank == rank {
            self.best[rank.side() as usize] = self.after(rank);
        }
    }

    fn clear(&mut self, rank: Rank) {
        let number = page_number(rank);
        let Some(slot) = self.find_page(number) else {
            return;
        };
        let page = &mut self.pages[slot as usize];
        page.used &= !bit(rank);
        if page.used == 0 {
            self.close_page(number, slot);
        }
    }

    /// Returns the next worse level of the same side.
    pub fn after(&self, rank: Rank) -> Best {
        self.after_on_page(rank)
            .or_else(|| self.after_page(rank))
            .unwrap_or(NOTHING)
    }

    fn after_on_page(&self, rank: Rank) -> Option<Best> {
        let page = &self.pages[self.find_page(page_number(rank))? as usize];
        // The ranks behind are the bits above this one.
        page.first(page.used & !(bit(rank) | (bit(rank) - 1)))
    }

    fn after_page(&self, rank: Rank) -> Option<Best> {
        let behind = page_number(rank) + 1;
        let (_, slot) = match rank.side() {
            Side::Buy => self.sequence.range(behind..0).next()?,
            Side::Sell => self.sequence.range(behind..).next()?,
        };
        let page = &self.pages[*slot as usize];
        page.first(page.used)
    }

    #[inline]
    fn find_page(&self, number: i64) -> Option<u32> {
        self.directory.find(self.page_hash(number), |slot| {
            self.pages[slot as usize].number == number
        })
    }

    #[inline]
    fn page_hash(&self, number: i64) -> u64 {
        self.directory.hash(&[number.cast_unsigned()])
    }

    fn open_page(&mut self, number: i64) -> u32 {
        let page = Page {
            number,
            used: 0,
            levels: [LevelId::NONE; PAGE_RANKS],
        };
        let slot = match self.pages_free.pop() {
            Some(slot) => {
                self.pages[slot as usize] = page;
                slot
            }
            None => {
                self.pages.push(page);
                (self.pages.len() - 1) as u32
            }
        };
        self.directory.insert(self.page_hash(number), slot);
        self.sequence.insert(number, slot);
        slot
    }

    fn close_page(&mut self, number: i64, slot: u32) {
        self.directory
            .remove(self.page_hash(number), |candidate| candidate == slot);
        self.sequence.remove(&number);
        self.pages_free.push(slot);
    }
}

impl Page {
    fn first(&self, used: u64) -> Option<Best> {
        if used == 0 {
            return None;
        }
        let place = used.trailing_zeros() as usize;
        Some(Best {
            rank: Rank((self.number << PAGE_BITS) + place as i64),
            level: self.levels[place],
        })
    }
}

const fn page_number(rank: Rank) -> i64 {
    rank.0 >> PAGE_BITS
}

const fn place(rank: Rank) -> usize {
    rank.0 as usize % PAGE_RANKS
}

const fn bit(rank: Rank) -> u64 {
    1 << place(rank)
}
