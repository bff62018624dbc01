//! Levels in pages of neighbouring ranks.

use crate::level::{LevelId, LevelRow};
use crate::rank::Rank;
use model::order::Side;
use std::collections::BTreeMap;

/// A handle of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page(u32);

/// Pages by number, which is the rank divided by `PAGE_RANKS`.
///
/// **Shape** a page keeps its levels in line, so a level is found without a look at what is in use. A page is
/// freed with its last level: sparse prices cost at most a page a level. The ordered map knows all pages; the
/// shortcut knows most of them, and is right whenever the page it names bears the number.
#[derive(Clone, Debug)]
pub struct Pages {
    rows: Vec<LevelRow>,
    heads: Vec<Head>,
    free: Vec<Page>,
    shortcut: Vec<Page>,
    sequence: BTreeMap<i64, Page>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    number: i64,
    /// One bit a rank, the lowest for the best.
    used: u32,
}

const PAGE_RANKS: usize = 16;
const PAGE_BITS: u32 = PAGE_RANKS.trailing_zeros();
const SHORTCUTS_MIN: usize = 64;
/// Shortcuts a page: two sides, and room for the gaps between pages.
const SHORTCUTS_A_PAGE: usize = 4;

const _: () = assert!(PAGE_RANKS <= u32::BITS as usize / 2);

/// Bears no page's number: what an empty shortcut names.
const NO_PAGE: Head = Head {
    number: i64::MAX,
    used: 0,
};

impl Page {
    #[inline]
    pub const fn of(level: LevelId) -> Page {
        Page(level.0 >> PAGE_BITS)
    }

    #[inline]
    pub const fn level(self, rank: Rank) -> LevelId {
        LevelId(self.0 << PAGE_BITS | place(rank))
    }
}

impl Pages {
    pub fn new() -> Pages {
        Pages {
            rows: vec![LevelRow::empty(Rank::NONE); PAGE_RANKS],
            heads: vec![NO_PAGE],
            free: Vec::new(),
            shortcut: vec![Page(0); SHORTCUTS_MIN],
            sequence: BTreeMap::new(),
        }
    }

    #[inline]
    pub fn row(&self, level: LevelId) -> &LevelRow {
        &self.rows[level.index()]
    }

    #[inline]
    pub fn row_mut(&mut self, level: LevelId) -> &mut LevelRow {
        &mut self.rows[level.index()]
    }

    #[inline]
    pub fn is_used(&self, page: Page, rank: Rank) -> bool {
        self.heads[page.0 as usize].used & bit(rank) != 0
    }

    #[inline]
    pub fn set_used(&mut self, page: Page, rank: Rank) {
        self.heads[page.0 as usize].used |= bit(rank);
    }

    /// Marks a rank as unused if `is_empty`, and returns whether the page has no rank in use.
    #[inline]
    pub fn clear_used(&mut self, page: Page, rank: Rank, is_empty: bool) -> bool {
        let head = &mut self.heads[page.0 as usize];
        head.used &= !(u32::from(is_empty) << place(rank));
        head.used == 0
    }

    /// Returns the page of `rank`, if there is one.
    #[inline]
    pub fn find(&self, rank: Rank) -> Option<Page> {
        self.find_number(number(rank))
    }

    #[inline]
    fn find_number(&self, number: i64) -> Option<Page> {
        let page = self.shortcut[self.shortcut_of(number)];
        if self.heads[page.0 as usize].number == number {
            return Some(page);
        }
        self.search(number)
    }

    #[cold]
    #[inline(never)]
    fn search(&self, number: i64) -> Option<Page> {
        self.sequence.get(&number).copied()
    }

    /// Returns the page of `rank`, opened if there was none.
    #[inline]
    pub fn find_or_open(&mut self, rank: Rank) -> Page {
        let number = number(rank);
        let shortcut = self.shortcut_of(number);
        let page = self.shortcut[shortcut];
        if self.heads[page.0 as usize].number == number {
            return page;
        }
        self.search_or_open(number)
    }

    #[cold]
    #[inline(never)]
    fn search_or_open(&mut self, number: i64) -> Page {
        let page = match self.search(number) {
            Some(page) => page,
            None => self.open(number),
        };
        let shortcut = self.shortcut_of(number);
        self.shortcut[shortcut] = page;
        page
    }

    /// Pages of one side stand in a row and never on those of the other, so that a dense book has no two at one place.
    #[inline]
    fn shortcut_of(&self, number: i64) -> usize {
        let zigzag = (number << 1) ^ (number >> 63);
        zigzag as usize & (self.shortcut.len() - 1)
    }

    fn open(&mut self, number: i64) -> Page {
        let page = match self.free.pop() {
            Some(page) => page,
            None => self.append(),
        };
        self.heads[page.0 as usize] = Head { number, used: 0 };
        let first = number << PAGE_BITS;
        for place in 0..PAGE_RANKS {
            let rank = Rank(first + place as i64);
            let level = page.level(rank);
            self.rows[level.index()] = LevelRow::empty(rank);
        }
        self.sequence.insert(number, page);
        if self.shortcut.len() < self.sequence.len() * SHORTCUTS_A_PAGE {
            self.grow_shortcut();
        }
        page
    }

    fn append(&mut self) -> Page {
        let page = Page(self.heads.len() as u32);
        self.heads.push(NO_PAGE);
        let end = self.rows.len() + PAGE_RANKS;
        self.rows.resize(end, LevelRow::empty(Rank::NONE));
        page
    }

    fn grow_shortcut(&mut self) {
        self.shortcut = vec![Page(0); self.shortcut.len() * 2];
        for (number, page) in &self.sequence {
            let shortcut = self.shortcut_of(*number);
            self.shortcut[shortcut] = *page;
        }
    }

    /// Lets an empty page be used again.
    #[cold]
    #[inline(never)]
    pub fn close(&mut self, page: Page) {
        let head = &mut self.heads[page.0 as usize];
        assert!(head.used == 0);
        let number = head.number;
        head.number = NO_PAGE.number;
        self.sequence.remove(&number);
        self.free.push(page);
    }

    /// Returns the next worse level in use of the same side.
    #[inline]
    pub fn after(&self, rank: Rank) -> Option<LevelId> {
        let page = self.find(rank)?;
        let used = self.heads[page.0 as usize].used;
        // The ranks behind are the bits above this one.
        self.first(page, used & (u32::MAX << place(rank) << 1))
            .or_else(|| self.after_page(rank))
    }

    fn after_page(&self, rank: Rank) -> Option<LevelId> {
        let behind = number(rank) + 1;
        let (_, page) = match rank.side() {
            Side::Buy => self.sequence.range(behind..0).next()?,
            Side::Sell => self.sequence.range(behind..).next()?,
        };
        self.first(*page, self.heads[page.0 as usize].used)
    }

    #[inline]
    fn first(&self, page: Page, used: u32) -> Option<LevelId> {
        (used != 0).then(|| LevelId(page.0 << PAGE_BITS | used.trailing_zeros()))
    }
}

#[inline]
const fn number(rank: Rank) -> i64 {
    rank.0 >> PAGE_BITS
}

#[inline]
const fn place(rank: Rank) -> u32 {
    rank.0 as u32 % PAGE_RANKS as u32
}

#[inline]
const fn bit(rank: Rank) -> u32 {
    1 << place(rank)
}
