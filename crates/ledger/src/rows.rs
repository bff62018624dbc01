//! The arena of rows, and the index that finds one by its key.

use crate::cell::{Cell, Change, amount};
use crate::row::{Balance, Key, Row};
use model::id::AssetId;
use model::index::Index;
use model::number::Amount;

/// The most rows a ledger opens.
pub(crate) const ROWS_MAX: usize = 1 << 30;

/// Every row of a ledger, in the order of opening.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    cells: Vec<Cell>,
    index: Index,
}

impl Rows {
    pub(crate) fn new(seed: u64) -> Rows {
        Rows {
            cells: Vec::new(),
            index: Index::new(seed),
        }
    }

    /// Returns an arena with these balances, no two of one key.
    ///
    /// # Panics
    /// When there are more than `ROWS_MAX`, or a part is negative or beyond the money bound.
    pub(crate) fn of(seed: u64, balances: impl Iterator<Item = (Key, Change)>) -> Rows {
        let filled = |(key, change)| {
            let mut cell = Cell::empty(key);
            cell.add(change);
            cell
        };
        let cells: Vec<Cell> = balances.map(filled).collect();
        assert!(cells.len() <= ROWS_MAX);
        let mut index = Index::new(seed);
        let hasher = index.hasher();
        let hashes = cells.iter().map(|cell| hasher.hash(&[cell.key().word()]));
        index.insert_all(hashes.zip(0..));
        Rows { cells, index }
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    #[inline]
    pub(crate) fn find(&self, key: Key) -> Option<Row> {
        let hash = self.index.hash(&[key.word()]);
        self.index
            .find(hash, |slot| self.cells[slot as usize].key() == key)
            .map(Row)
    }

    /// Asks for the place where the index keeps this key, or would.
    #[inline]
    pub(crate) fn warm_find(&self, key: Key) {
        self.index.warm(self.index.hash(&[key.word()]));
    }

    /// Asks for the row that this key most likely has, after a look at the index alone.
    #[inline]
    pub(crate) fn warm_near(&self, key: Key) {
        if let Some(slot) = self.index.near(self.index.hash(&[key.word()])) {
            self.warm(Row(slot));
        }
    }

    /// Asks for a row.
    #[inline]
    pub(crate) fn warm(&self, row: Row) {
        warm::line(&self.cells[row.index()]);
    }

    /// Opens a row of nothing. The caller has made sure that the key has none yet.
    pub(crate) fn push(&mut self, key: Key) -> Row {
        assert!(self.len() < ROWS_MAX);
        let row = Row(self.len() as u32);
        self.index.insert(self.index.hash(&[key.word()]), row.0);
        self.cells.push(Cell::empty(key));
        row
    }

    #[inline]
    pub(crate) fn balance(&self, row: Row) -> Balance {
        self.cells[row.index()].balance()
    }

    #[inline]
    pub(crate) fn available(&self, row: Row) -> Amount {
        amount(self.cells[row.index()].available())
    }

    #[inline]
    pub(crate) fn key(&self, row: Row) -> Key {
        self.cells[row.index()].key()
    }

    #[inline]
    pub(crate) fn asset(&self, row: Row) -> AssetId {
        self.key(row).asset
    }

    /// Adds to both parts of a balance.
    ///
    /// # Panics
    /// When a part would fall below zero (L3) or leave the money bound (L8).
    #[inline]
    pub(crate) fn add(&mut self, row: Row, change: Change) {
        self.cells[row.index()].add(change);
    }

    /// Adds to what is available of a balance.
    ///
    /// # Panics
    /// As `add` does.
    #[inline]
    pub(crate) fn add_available(&mut self, row: Row, units: i128) {
        self.cells[row.index()].add_available(units);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Row, Key, Balance)> + '_ {
        let numbered = self.cells.iter().enumerate();
        numbered.map(|(index, cell)| (Row(index as u32), cell.key(), cell.balance()))
    }
}
