//! The arena of balances, and the index that finds a row by its key.

use crate::row::{Balance, Key, Row};
use model::id::AssetId;
use model::index::Index;

/// The most rows a ledger opens.
pub(crate) const ROWS_MAX: usize = 1 << 30;

/// Every row of a ledger.
///
/// **Shape** balances and keys lie in two arenas with the same order, so that a posting reads 32 bytes a row.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    balances: Vec<Balance>,
    keys: Vec<Key>,
    index: Index,
}

impl Rows {
    pub(crate) fn new(seed: u64) -> Rows {
        Rows {
            balances: Vec::new(),
            keys: Vec::new(),
            index: Index::new(seed),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub(crate) fn find(&self, key: Key) -> Option<Row> {
        let hash = self.index.hash(&[key.word()]);
        self.index
            .find(hash, |slot| self.keys[slot as usize] == key)
            .map(Row)
    }

    /// Adds a row of nothing. The caller has made sure that the key has none yet.
    pub(crate) fn push(&mut self, key: Key) -> Row {
        assert!(self.len() < ROWS_MAX);
        let row = Row(self.len() as u32);
        self.index.insert(self.index.hash(&[key.word()]), row.0);
        self.keys.push(key);
        self.balances.push(Balance::NOTHING);
        assert!(self.keys.len() == self.balances.len());
        row
    }

    #[inline]
    pub(crate) fn balance(&self, row: Row) -> Balance {
        self.balances[row.index()]
    }

    #[inline]
    pub(crate) fn balance_mut(&mut self, row: Row) -> &mut Balance {
        &mut self.balances[row.index()]
    }

    #[inline]
    pub(crate) fn key(&self, row: Row) -> Key {
        self.keys[row.index()]
    }

    #[inline]
    pub(crate) fn asset(&self, row: Row) -> AssetId {
        self.keys[row.index()].asset
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Row, Key, Balance)> + '_ {
        let pairs = self.keys.iter().zip(&self.balances).enumerate();
        pairs.map(|(index, (key, balance))| (Row(index as u32), *key, *balance))
    }
}
