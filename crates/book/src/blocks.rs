//! Neighbouring pages in blocks, and blocks by number.

use crate::pages::PageId;
use crate::rank::Rank;
use model::order::Side;
use std::collections::BTreeMap;

/// The blocks in use.
///
/// **Shape** blocks stand in an ordered map by number, which is the rank divided by `BLOCK_RANKS`. The shortcut
/// knows most of them, and is right whenever the block it names bears the number. A block is freed soon after its
/// last page, so sparse prices cost at most a block a page.
#[derive(Clone, Debug)]
pub struct Blocks {
    blocks: Vec<Block>,
    free: Vec<BlockId>,
    shortcut: Vec<BlockId>,
    sequence: BTreeMap<i64, BlockId>,
    /// The blocks emptied last, in turn. They stay open for a while: where orders come and go one at a time, the
    /// next one often falls into the same block.
    retired: [BlockId; RETIRED_MAX],
    turn: usize,
}

/// A handle of a block.
#[derive(Clone, Copy, Debug)]
pub struct BlockId(u32);

#[derive(Clone, Copy, Debug)]
struct Block {
    number: i64,
    /// One bit a page, the lowest for the best.
    used: u32,
    /// `PageId::NONE` where no page is in use.
    pages: [PageId; BLOCK_PAGES],
}

pub const BLOCK_PAGES: usize = u32::BITS as usize;
const SHORTCUTS_MIN: usize = 16;
/// Shortcuts a block: two sides, and room for the gaps between blocks.
const SHORTCUTS_A_BLOCK: usize = 4;
const RETIRED_MAX: usize = 4;

/// Bears no block's number: what an empty shortcut names.
const NO_BLOCK: Block = Block {
    number: i64::MAX,
    used: 0,
    pages: [PageId::NONE; BLOCK_PAGES],
};

impl BlockId {
    pub const NONE: BlockId = BlockId(0);
}

impl Blocks {
    pub fn new() -> Blocks {
        Blocks {
            blocks: vec![NO_BLOCK],
            free: Vec::new(),
            shortcut: vec![BlockId::NONE; SHORTCUTS_MIN],
            sequence: BTreeMap::new(),
            retired: [BlockId::NONE; RETIRED_MAX],
            turn: 0,
        }
    }

    /// Returns the page at a place of a block.
    #[inline]
    pub fn page(&self, block: BlockId, place: usize) -> PageId {
        self.get(block).pages[place]
    }

    /// Puts a page where there was none.
    #[inline]
    pub fn set_page(&mut self, block: BlockId, place: usize, page: PageId) {
        let block = &mut self.blocks[block.0 as usize];
        block.used |= 1 << place;
        block.pages[place] = page;
    }

    /// Takes a page out.
    #[inline]
    pub fn clear_page(&mut self, id: BlockId, place: usize) {
        let block = &mut self.blocks[id.0 as usize];
        block.used &= !(1 << place);
        block.pages[place] = PageId::NONE;
        if block.used == 0 {
            self.retire(id);
        }
    }

    /// Returns the next page in use behind a place of a block.
    #[inline]
    pub fn page_behind(&self, block: BlockId, place: usize) -> Option<PageId> {
        let block = self.get(block);
        // Those behind are the bits above this one.
        let behind = block.used & (u32::MAX << place << 1);
        (behind != 0).then(|| block.pages[behind.trailing_zeros() as usize])
    }

    /// Returns the first page in use behind a block, on the side of `rank`, which is in it.
    #[cold]
    #[inline(never)]
    pub fn page_behind_block(&self, number: i64, rank: Rank) -> Option<PageId> {
        let end = match rank.side() {
            Side::Buy => 0,
            Side::Sell => NO_BLOCK.number,
        };
        // Passes over the retired blocks at most.
        self.sequence
            .range(number + 1..end)
            .map(|(_, block)| self.get(*block))
            .find(|block| block.used != 0)
            .map(|block| block.pages[block.used.trailing_zeros() as usize])
    }

    /// Returns the block of this number, if there is one.
    #[inline]
    pub fn find(&self, number: i64) -> Option<BlockId> {
        let block = self.near(number);
        if self.get(block).number == number {
            return Some(block);
        }
        self.search(number)
    }

    /// Returns the block of this number, opened if there was none. The caller puts a page into it.
    #[inline]
    pub fn find_or_open(&mut self, number: i64) -> BlockId {
        let block = self.near(number);
        if self.get(block).number == number {
            return block;
        }
        self.search_or_open(number)
    }

    /// Returns the block that the shortcut names: that of this number, or any.
    #[inline]
    pub fn near(&self, number: i64) -> BlockId {
        self.shortcut[self.shortcut_of(number)]
    }

    /// Asks for the shortcut to the block of this number.
    #[inline]
    pub fn warm_shortcut(&self, number: i64) {
        warm::line(&self.shortcut[self.shortcut_of(number)]);
    }

    /// Asks for what finding a page in the block of this number reads. Wants `warm_shortcut` before.
    #[inline]
    pub fn warm(&self, number: i64, place: usize) {
        let block = self.get(self.near(number));
        warm::line(&block.number);
        warm::line(&block.pages[place]);
    }

    #[inline]
    fn get(&self, block: BlockId) -> &Block {
        &self.blocks[block.0 as usize]
    }

    /// Neighbours of one side stand in a row and never on those of the other: a dense book has no two at one place.
    #[inline]
    fn shortcut_of(&self, number: i64) -> usize {
        let zigzag = (number << 1) ^ (number >> 63);
        zigzag as usize & (self.shortcut.len() - 1)
    }

    #[cold]
    #[inline(never)]
    fn search(&self, number: i64) -> Option<BlockId> {
        self.sequence.get(&number).copied()
    }

    #[cold]
    #[inline(never)]
    fn search_or_open(&mut self, number: i64) -> BlockId {
        let block = match self.search(number) {
            Some(block) => block,
            None => self.open(number),
        };
        let shortcut = self.shortcut_of(number);
        self.shortcut[shortcut] = block;
        block
    }

    fn open(&mut self, number: i64) -> BlockId {
        let block = match self.free.pop() {
            Some(block) => block,
            None => self.append(),
        };
        self.blocks[block.0 as usize].number = number;
        self.sequence.insert(number, block);
        if self.shortcut.len() < self.sequence.len() * SHORTCUTS_A_BLOCK {
            self.grow_shortcut();
        }
        block
    }

    fn append(&mut self) -> BlockId {
        self.blocks.push(NO_BLOCK);
        BlockId((self.blocks.len() - 1) as u32)
    }

    fn grow_shortcut(&mut self) {
        self.shortcut = vec![BlockId::NONE; self.shortcut.len() * 2];
        for (number, block) in &self.sequence {
            let shortcut = self.shortcut_of(*number);
            self.shortcut[shortcut] = *block;
        }
    }

    /// Lets an empty block be closed once a few more have emptied.
    #[cold]
    #[inline(never)]
    fn retire(&mut self, block: BlockId) {
        let longest = std::mem::replace(&mut self.retired[self.turn], block);
        self.turn = (self.turn + 1) % RETIRED_MAX;
        // By now it may be in use again; or it emptied twice in that time, and is closed already.
        if self.get(longest).used == 0 && self.get(longest).number != NO_BLOCK.number {
            self.close(longest);
        }
    }

    fn close(&mut self, block: BlockId) {
        let number = &mut self.blocks[block.0 as usize].number;
        self.sequence.remove(number);
        *number = NO_BLOCK.number;
        self.free.push(block);
    }
}
