//! The arena of levels: one price, its queue of orders and their sum.

use crate::orders::Link;
use crate::rank::Rank;
use model::number::Qty;

/// A handle of a level, or none, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelId(u32);

impl LevelId {
    pub const NONE: LevelId = LevelId(u32::MAX);

    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// All orders of one side at one price.
///
/// **Shape** a chain of orders from `head`, the oldest, to `tail`.
#[derive(Clone, Copy, Debug)]
pub struct LevelRow {
    pub rank: Rank,
    /// The sum of the open quantities in lots: 2^32 orders of 2^50 lots need 82 bits.
    open_low: u64,
    open_high: u32,
    pub head: Link,
    /// In a free row, the next free row.
    pub tail: Link,
    pub orders: u32,
}

// Two levels share a cache line.
const _: () = assert!(size_of::<LevelRow>() == 32);

impl LevelRow {
    const fn empty(rank: Rank) -> LevelRow {
        LevelRow {
            rank,
            open_low: 0,
            open_high: 0,
            head: Link::NONE,
            tail: Link::NONE,
            orders: 0,
        }
    }

    /// Returns the sum of what is open.
    ///
    /// **Units** lots.
    pub fn open_lots(&self) -> i128 {
        i128::from(self.open_high) << 64 | i128::from(self.open_low)
    }

    #[inline]
    pub fn add_open(&mut self, qty: Qty) {
        let (low, is_carried) = self.open_low.overflowing_add(qty.lots().cast_unsigned());
        self.open_low = low;
        self.open_high += u32::from(is_carried);
    }

    /// Takes `qty` out of the sum.
    ///
    /// # Panics
    /// When the sum is smaller.
    #[inline]
    pub fn subtract_open(&mut self, qty: Qty) {
        let (low, is_borrowed) = self.open_low.overflowing_sub(qty.lots().cast_unsigned());
        assert!(u32::from(is_borrowed) <= self.open_high);
        self.open_low = low;
        self.open_high -= u32::from(is_borrowed);
    }
}

/// **Shape** rows from 0; freed rows are chained and used again, last freed first.
#[derive(Clone, Debug)]
pub struct Levels {
    rows: Vec<LevelRow>,
    free: Vec<LevelId>,
}

impl Levels {
    pub const fn new() -> Levels {
        Levels {
            rows: Vec::new(),
            free: Vec::new(),
        }
    }

    #[inline]
    pub fn get(&self, level: LevelId) -> &LevelRow {
        &self.rows[level.index()]
    }

    #[inline]
    pub fn get_mut(&mut self, level: LevelId) -> &mut LevelRow {
        &mut self.rows[level.index()]
    }

    /// Returns the row in which an empty level is kept from now on.
    #[inline]
    pub fn claim(&mut self, rank: Rank) -> LevelId {
        let row = LevelRow::empty(rank);
        match self.free.pop() {
            Some(level) => {
                *self.get_mut(level) = row;
                level
            }
            None => self.append(row),
        }
    }

    /// There is an order for every level, and fewer than 2^32 - 1 of those.
    #[cold]
    fn append(&mut self, row: LevelRow) -> LevelId {
        self.rows.push(row);
        LevelId((self.rows.len() - 1) as u32)
    }

    /// Lets `level` be used again. Until then its rank stays readable.
    #[inline]
    pub fn free(&mut self, level: LevelId) {
        self.free.push(level);
    }
}
