//! From a rank to its level, and from a level to the next worse one, on both sides.

use crate::pages::{LevelId, Pages};
use crate::queue::Queue;
use crate::rank::Rank;
use core::hint::select_unpredictable;
use model::order::Side;

/// The levels in use, and the best of each side.
#[derive(Clone, Debug)]
pub struct Ladder {
    pages: Pages,
    best: [Best; 2],
}

/// The best level of a side, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Best {
    /// `Rank::NONE` when the side is empty.
    pub rank: Rank,
    pub level: LevelId,
}

impl Best {
    pub const NONE: Best = Best {
        rank: Rank::NONE,
        level: LevelId::NONE,
    };
}

impl Ladder {
    pub fn new() -> Ladder {
        Ladder {
            pages: Pages::new(),
            best: [Best::NONE; 2],
        }
    }

    #[inline]
    pub fn best(&self, side: Side) -> Best {
        self.best[side as usize]
    }

    #[inline]
    pub fn queue(&self, level: LevelId) -> &Queue {
        self.pages.queue(level)
    }

    #[inline]
    pub fn queue_mut(&mut self, level: LevelId) -> &mut Queue {
        self.pages.queue_mut(level)
    }

    /// Returns the rank of a level in use, or of one that came out of use last.
    #[inline]
    pub fn rank(&self, level: LevelId) -> Rank {
        self.pages.rank(level)
    }

    /// Returns the level of `rank`, if it has orders.
    #[inline]
    pub fn find(&self, rank: Rank) -> Option<LevelId> {
        self.pages.find(rank)
    }

    /// Returns the pages, to ask for what an order will touch.
    #[inline]
    pub const fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Returns the level of `rank`, in use from now on: the caller puts an order into it.
    #[inline(always)]
    pub fn open(&mut self, rank: Rank) -> LevelId {
        let level = self.pages.open(rank);
        let best = &mut self.best[rank.side() as usize];
        *best = select_unpredictable(rank < best.rank, Best { rank, level }, *best);
        level
    }

    /// Takes a level out of use if it has no orders left.
    #[inline(always)]
    pub fn close_if_empty(&mut self, level: LevelId) {
        let is_empty = self.pages.queue(level).is_empty();
        let rank = self.pages.rank(level);
        let side = rank.side() as usize;
        // One branch, seldom taken: whether a level empties is anybody's guess.
        if is_empty & (self.best[side].level == level) {
            self.best[side] = self.after(level);
        }
        self.pages.close_if(is_empty, level);
    }

    /// Returns the next worse level of the same side.
    pub fn after(&self, level: LevelId) -> Best {
        let level = self.pages.after(level);
        level.map_or(Best::NONE, |level| Best {
            rank: self.pages.rank(level),
            level,
        })
    }
}
