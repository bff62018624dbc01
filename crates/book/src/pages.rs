//! Levels in pages of neighbouring ranks.

use crate::blocks::{BLOCK_PAGES, BlockId, Blocks};
use crate::queue::Queue;
use crate::rank::Rank;

/// The levels in use.
///
/// **Shape** a page keeps its queues in line, so that finding one needs no look at what is in use. It is freed
/// with its last level.
#[derive(Clone, Debug)]
pub struct Pages {
    /// `PAGE_RANKS` a page. Page 0 is nobody's.
    queues: Vec<Queue>,
    heads: Vec<Head>,
    free: Vec<PageId>,
    blocks: Blocks,
}

/// A handle of a page, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageId(u32);

/// A handle of a level, or none: its page and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelId(u32);

#[derive(Clone, Copy, Debug)]
struct Head {
    /// The rank of the first level.
    first: Rank,
    /// One bit a level, the lowest for the best.
    used: u32,
    /// The block that names this page.
    block: BlockId,
}

const PAGE_RANKS: usize = u32::BITS as usize;
const PAGE_BITS: u32 = PAGE_RANKS.trailing_zeros();
const BLOCK_BITS: u32 = PAGE_BITS + BLOCK_PAGES.trailing_zeros();
/// So many pages that every level still has a handle.
const PAGES_MAX: usize = 1 << (u32::BITS - PAGE_BITS);

const NO_HEAD: Head = Head {
    first: Rank::NONE,
    used: 0,
    block: BlockId::NONE,
};

impl PageId {
    pub const NONE: PageId = PageId(0);
}

impl LevelId {
    pub const NONE: LevelId = LevelId(0);

    #[inline]
    const fn new(page: PageId, place: u32) -> LevelId {
        LevelId((page.0 << PAGE_BITS) | place)
    }

    #[inline]
    const fn page(self) -> PageId {
        PageId(self.0 >> PAGE_BITS)
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
            free: Vec::new(),
            blocks: Blocks::new(),
        }
    }

    #[inline]
    pub fn queue(&self, level: LevelId) -> &Queue {
        &self.queues[level.0 as usize]
    }

    #[inline]
    pub fn queue_mut(&mut self, level: LevelId) -> &mut Queue {
        &mut self.queues[level.0 as usize]
    }

    /// Returns the rank of a level in use, or of one that came out of use last.
    #[inline]
    pub fn rank(&self, level: LevelId) -> Rank {
        Rank(self.head(level.page()).first.0 + i64::from(level.place()))
    }

    /// Returns the level of `rank`, if it is in use.
    #[inline]
    pub fn find(&self, rank: Rank) -> Option<LevelId> {
        let block = self.blocks.find(block_number(rank))?;
        let page = self.blocks.page(block, page_place(rank));
        let is_used = self.head(page).used & (1 << level_place(rank)) != 0;
        is_used.then(|| LevelId::new(page, level_place(rank)))
    }

    /// Asks for the shortcut to the block of `rank`.
    #[inline]
    pub fn warm_shortcut(&self, rank: Rank) {
        self.blocks.warm_shortcut(block_number(rank));
    }

    /// Asks for what finding the page of `rank` reads. Wants `warm_shortcut` before.
    #[inline]
    pub fn warm_block(&self, rank: Rank) {
        self.blocks.warm(block_number(rank), page_place(rank));
    }

    /// Asks for the head of the page of `rank` and for its queue. Wants `warm_block` before.
    #[inline]
    pub fn warm(&self, rank: Rank) {
        let level = self.level_near(rank);
        warm::line(self.head(level.page()));
        warm::line(self.queue(level));
    }

    /// Returns the queue that `rank` has or would have, in use or not; some other one where there is no page.
    #[inline]
    pub fn queue_near(&self, rank: Rank) -> &Queue {
        self.queue(self.level_near(rank))
    }

    #[inline]
    fn level_near(&self, rank: Rank) -> LevelId {
        let block = self.blocks.near(block_number(rank));
        let page = self.blocks.page(block, page_place(rank));
        LevelId::new(page, level_place(rank))
    }

    /// Returns the level of `rank`, in use from now on.
    #[inline(always)]
    pub fn open(&mut self, rank: Rank) -> LevelId {
        let block = self.blocks.find_or_open(block_number(rank));
        let mut page = self.blocks.page(block, page_place(rank));
        if page == PageId::NONE {
            page = self.open_page(block, rank);
        }
        self.heads[page.0 as usize].used |= 1 << level_place(rank);
        LevelId::new(page, level_place(rank))
    }

    /// Takes a level out of use if `is_empty`.
    #[inline(always)]
    pub fn close_if(&mut self, is_empty: bool, level: LevelId) {
        let head = &mut self.heads[level.page().0 as usize];
        head.used &= !(u32::from(is_empty) << level.place());
        if head.used == 0 {
            self.close_page(level.page());
        }
    }

    /// Returns the next worse level in use of the same side.
    #[inline]
    pub fn after(&self, level: LevelId) -> Option<LevelId> {
        let head = self.head(level.page());
        // Those behind are the bits above this one.
        let behind = head.used & (u32::MAX << level.place() << 1);
        if behind != 0 {
            return Some(LevelId::new(level.page(), behind.trailing_zeros()));
        }
        let page = self
            .blocks
            .page_behind(head.block, page_place(head.first))
            .or_else(|| {
                let number = block_number(head.first);
                self.blocks.page_behind_block(number, head.first)
            })?;
        Some(LevelId::new(page, self.head(page).used.trailing_zeros()))
    }

    #[inline]
    fn head(&self, page: PageId) -> &Head {
        &self.heads[page.0 as usize]
    }

    #[inline(never)]
    fn open_page(&mut self, block: BlockId, rank: Rank) -> PageId {
        let page = match self.free.pop() {
            Some(page) => page,
            None => self.append_page(),
        };
        self.heads[page.0 as usize] = Head {
            first: Rank(rank.0 - i64::from(level_place(rank))),
            used: 0,
            block,
        };
        self.blocks.set_page(block, page_place(rank), page);
        page
    }

    #[cold]
    fn append_page(&mut self) -> PageId {
        let count = self.heads.len();
        assert!(count < PAGES_MAX);
        self.heads.push(NO_HEAD);
        let end = self.queues.len() + PAGE_RANKS;
        self.queues.resize(end, Queue::EMPTY);
        PageId(count as u32)
    }

    #[inline(never)]
    fn close_page(&mut self, page: PageId) {
        let Head { first, block, .. } = *self.head(page);
        self.blocks.clear_page(block, page_place(first));
        self.free.push(page);
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
