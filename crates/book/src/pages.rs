//! Levels in pages of neighbouring ranks, and pages in blocks of neighbouring pages.

use crate::queue::Queue;
use crate::rank::Rank;
use model::order::Side;
use std::collections::BTreeMap;

/// A handle of a level, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelId(u32);

/// Where the levels stand.
///
/// **Shape** a page keeps its levels in line, so a level is found without a look at what is in use; a block
/// names its pages. Both come and go with the levels in use, so sparse prices cost at most a block and a page
/// a level. Blocks stand in an ordered map; the shortcut knows most of them, and is right whenever the block
/// it names bears the number.
#[derive(Clone, Debug)]
pub struct Pages {
    queues: Vec<Queue>,
    heads: Vec<Head>,
    pages_free: Vec<u32>,
    blocks: Vec<Block>,
    blocks_free: Vec<u32>,
    shortcut: Vec<u32>,
    sequence: BTreeMap<i64, u32>,
}

/// What is in use of a page.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// The rank of the first level.
    first: Rank,
    /// One bit a level, the lowest for the best.
    used: u32,
    /// The block that names this page.
    block: u32,
}

/// Neighbouring pages.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// The ranks of the block, divided by `BLOCK_RANKS`.
    number: i64,
    /// One bit a page, the lowest for the best.
    used: u32,
    /// Zero where no page is in use.
    pages: [u32; BLOCK_PAGES],
}

const PAGE_RANKS: usize = u32::BITS as usize;
const BLOCK_PAGES: usize = u32::BITS as usize;
const PAGE_BITS: u32 = PAGE_RANKS.trailing_zeros();
const BLOCK_BITS: u32 = PAGE_BITS + BLOCK_PAGES.trailing_zeros();
const SHORTCUTS_MIN: usize = 16;
/// Shortcuts a block: two sides, and room for the gaps between blocks.
const SHORTCUTS_A_BLOCK: usize = 4;

/// What an empty shortcut names: it bears no block's number.
const NO_BLOCK: Block = Block {
    number: i64::MAX,
    used: 0,
    pages: [0; BLOCK_PAGES],
};
const NO_HEAD: Head = Head {
    first: Rank::NONE,
    used: 0,
    block: 0,
};
const NO_PAGE: u32 = 0;

impl LevelId {
    pub const NONE: LevelId = LevelId(0);

    #[inline]
    const fn of(page: u32, rank: Rank) -> LevelId {
        LevelId((page << PAGE_BITS) | level_place(rank))
    }

    #[inline]
    const fn index(self) -> usize {
        self.0 as usize
    }

    #[inline]
    const fn page(self) -> usize {
        (self.0 >> PAGE_BITS) as usize
    }

    #[inline]
    const fn place(self) -> u32 {
        self.0 % PAGE_RANKS as u32
    }
}

impl Pages {
    pub fn new() -> Pages {
        Pages {
            queues: vec![Queue::EMPTY; PAGE_RANKS],
            heads: vec![NO_HEAD],
            pages_free: Vec::new(),
            blocks: vec![NO_BLOCK],
            blocks_free: Vec::new(),
            shortcut: vec![0; SHORTCUTS_MIN],
            sequence: BTreeMap::new(),
        }
    }

    #[inline]
    pub fn queue(&self, level: LevelId) -> &Queue {
        &self.queues[level.index()]
    }

    #[inline]
    pub fn queue_mut(&mut self, level: LevelId) -> &mut Queue {
        &mut self.queues[level.index()]
    }

    /// Returns the level of `rank`, if it is in use.
    #[inline]
    pub fn find(&self, rank: Rank) -> Option<LevelId> {
        let block = self.find_block(block_number(rank))?;
        let page = self.blocks[block as usize].pages[page_place(rank)];
        let is_used = self.heads[page as usize].used & (1 << level_place(rank)) != 0;
        is_used.then(|| LevelId::of(page, rank))
    }

    /// Returns the queue that `rank` has or would have, in use or not; some other one where there is no page.
    #[inline]
    pub fn queue_near(&self, rank: Rank) -> &Queue {
        let block = self.shortcut[self.shortcut_of(block_number(rank))];
        let page = self.blocks[block as usize].pages[page_place(rank)];
        self.queue(LevelId::of(page, rank))
    }

    /// Returns the level of `rank`, in use from now on.
    #[inline]
    pub fn open(&mut self, rank: Rank) -> LevelId {
        let number = block_number(rank);
        let block = match self.shortcut_to(number) {
            Some(block) => block,
            None => self.search_or_open(number),
        };
        let mut page = self.blocks[block as usize].pages[page_place(rank)];
        if page == NO_PAGE {
            page = self.open_page(block, rank);
        }
        self.heads[page as usize].used |= 1 << level_place(rank);
        LevelId::of(page, rank)
    }

    /// Takes a level out of use if `is_empty`.
    #[inline]
    pub fn close_if(&mut self, is_empty: bool, level: LevelId) {
        let head = &mut self.heads[level.page()];
        head.used &= !(u32::from(is_empty) << level.place());
        if head.used == 0 {
            self.close_page(level);
        }
    }

    /// Returns the rank of a level, which may have come out of use since the last one came into use.
    #[inline]
    pub fn rank(&self, level: LevelId) -> Rank {
        Rank(self.heads[level.page()].first.0 + i64::from(level.place()))
    }

    /// Returns the next worse level in use of the same side.
    #[inline]
    pub fn after(&self, rank: Rank) -> Option<LevelId> {
        let block = &self.blocks[self.find_block(block_number(rank))? as usize];
        let page = block.pages[page_place(rank)];
        // Those behind are the bits above this one.
        let behind = self.heads[page as usize].used & (u32::MAX << level_place(rank) << 1);
        if behind != 0 {
            return Some(LevelId((page << PAGE_BITS) | behind.trailing_zeros()));
        }
        let behind = block.used & (u32::MAX << page_place(rank) << 1);
        if behind != 0 {
            return Some(self.first_level(block.pages[behind.trailing_zeros() as usize]));
        }
        self.after_block(rank)
    }

    #[cold]
    #[inline(never)]
    fn after_block(&self, rank: Rank) -> Option<LevelId> {
        let behind = block_number(rank) + 1;
        let (_, block) = match rank.side() {
            Side::Buy => self.sequence.range(behind..0).next()?,
            Side::Sell => self.sequence.range(behind..).next()?,
        };
        let block = &self.blocks[*block as usize];
        Some(self.first_level(block.pages[block.used.trailing_zeros() as usize]))
    }

    #[inline]
    fn first_level(&self, page: u32) -> LevelId {
        LevelId((page << PAGE_BITS) | self.heads[page as usize].used.trailing_zeros())
    }

    #[inline]
    fn find_block(&self, number: i64) -> Option<u32> {
        self.shortcut_to(number).or_else(|| self.search(number))
    }

    #[inline]
    fn shortcut_to(&self, number: i64) -> Option<u32> {
        let block = self.shortcut[self.shortcut_of(number)];
        (self.blocks[block as usize].number == number).then_some(block)
    }

    /// Blocks of one side stand in a row and never on those of the other, so that a dense book has no two at one place.
    #[inline]
    fn shortcut_of(&self, number: i64) -> usize {
        let zigzag = (number << 1) ^ (number >> 63);
        zigzag as usize & (self.shortcut.len() - 1)
    }

    #[cold]
    #[inline(never)]
    fn search(&self, number: i64) -> Option<u32> {
        self.sequence.get(&number).copied()
    }

    #[cold]
    #[inline(never)]
    fn search_or_open(&mut self, number: i64) -> u32 {
        let block = match self.search(number) {
            Some(block) => block,
            None => self.open_block(number),
        };
        let shortcut = self.shortcut_of(number);
        self.shortcut[shortcut] = block;
        block
    }

    #[inline(never)]
    fn open_page(&mut self, block: u32, rank: Rank) -> u32 {
        let page = match self.pages_free.pop() {
            Some(page) => page,
            None => self.append_page(),
        };
        self.heads[page as usize] = Head {
            first: Rank(rank.0 - i64::from(level_place(rank))),
            used: 0,
            block,
        };
        let block = &mut self.blocks[block as usize];
        block.used |= 1 << page_place(rank);
        block.pages[page_place(rank)] = page;
        page
    }

    #[cold]
    fn append_page(&mut self) -> u32 {
        self.heads.push(NO_HEAD);
        let end = self.queues.len() + PAGE_RANKS;
        self.queues.resize(end, Queue::EMPTY);
        (self.heads.len() - 1) as u32
    }

    #[inline(never)]
    fn close_page(&mut self, level: LevelId) {
        let Head { first, block, .. } = self.heads[level.page()];
        let place = page_place(first);
        let pages = &mut self.blocks[block as usize];
        pages.used &= !(1 << place);
        pages.pages[place] = NO_PAGE;
        let is_block_empty = pages.used == 0;
        self.pages_free.push(level.page() as u32);
        if is_block_empty {
            self.close_block(block);
        }
    }

    fn open_block(&mut self, number: i64) -> u32 {
        let block = match self.blocks_free.pop() {
            Some(block) => block,
            None => {
                self.blocks.push(NO_BLOCK);
                (self.blocks.len() - 1) as u32
            }
        };
        self.blocks[block as usize].number = number;
        self.sequence.insert(number, block);
        if self.shortcut.len() < self.sequence.len() * SHORTCUTS_A_BLOCK {
            self.grow_shortcut();
        }
        block
    }

    #[cold]
    fn close_block(&mut self, block: u32) {
        let number = std::mem::replace(&mut self.blocks[block as usize].number, NO_BLOCK.number);
        self.sequence.remove(&number);
        self.blocks_free.push(block);
    }

    fn grow_shortcut(&mut self) {
        self.shortcut = vec![0; self.shortcut.len() * 2];
        for (number, block) in &self.sequence {
            let shortcut = self.shortcut_of(*number);
            self.shortcut[shortcut] = *block;
        }
    }
}

#[inline]
const fn block_number(rank: Rank) -> i64 {
    rank.0 >> BLOCK_BITS
}

#[inline]
const fn page_place(rank: Rank) -> usize {
    (rank.0 >> PAGE_BITS) as usize % BLOCK_PAGES
}

#[inline]
const fn level_place(rank: Rank) -> u32 {
    rank.0 as u32 % PAGE_RANKS as u32
}
