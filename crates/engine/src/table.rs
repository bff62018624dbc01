//! Rows that are found by a key and never removed: keys, references, seats.

use model::index::Index;
use model::reject::Reject;

/// The most rows a table takes; memory ends long before.
pub const ROWS_MAX: usize = 1 << 30;
/// How far ahead of the audit a row is asked for.
const AHEAD_ROWS: usize = 16;

/// A row that carries its own key.
pub trait Keyed {
    type Key: Copy + Ord;

    fn key(&self) -> Self::Key;

    /// Returns the hash of `key` under the seed of `index`.
    fn hash(key: Self::Key, index: &Index) -> u64;
}

/// Rows in order of arrival, found by key.
#[derive(Clone, Debug)]
pub struct Table<R> {
    rows: Vec<R>,
    index: Index,
}

impl<R: Keyed + Copy> Table<R> {
    pub fn new(seed: u64) -> Table<R> {
        Table {
            rows: Vec::new(),
            index: Index::new(seed),
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// Returns the position of the row with this key, which it keeps for good.
    #[inline]
    pub fn position(&self, key: R::Key) -> Option<u32> {
        let hash = R::hash(key, &self.index);
        self.index
            .find(hash, |position| self.at(position).key() == key)
    }

    /// Returns where the row with this key most likely is, after a look at the index alone.
    #[inline]
    pub fn near(&self, key: R::Key) -> Option<u32> {
        self.index.near(R::hash(key, &self.index))
    }

    /// Asks for the place where the index keeps this key, or would.
    #[inline]
    pub fn warm_find(&self, key: R::Key) {
        self.index.warm(R::hash(key, &self.index));
    }

    /// Asks for the row at this place, if there is one.
    #[inline]
    pub fn warm(&self, position: u32) {
        if let Some(row) = self.rows.get(position as usize) {
            warm::line(row);
        }
    }

    /// Returns the row with this key.
    #[inline]
    pub fn find(&self, key: R::Key) -> Option<&R> {
        self.position(key).map(|position| self.at(position))
    }

    /// Returns the row with this key, to be changed in everything but its key.
    pub fn find_mut(&mut self, key: R::Key) -> Option<&mut R> {
        let position = self.position(key)?;
        Some(self.at_mut(position))
    }

    #[inline]
    pub fn at(&self, position: u32) -> &R {
        &self.rows[position as usize]
    }

    #[inline]
    pub fn at_mut(&mut self, position: u32) -> &mut R {
        &mut self.rows[position as usize]
    }

    /// Returns whether one more row may come.
    ///
    /// # Errors
    /// `CapacityExhausted` when none may.
    pub fn check_room(&self) -> Result<(), Reject> {
        if self.rows.len() < ROWS_MAX {
            Ok(())
        } else {
            Err(Reject::CapacityExhausted)
        }
    }

    /// Adds a row and returns its position.
    ///
    /// # Panics
    /// When the table is full or has this key: the caller has decided that neither is so.
    pub fn insert(&mut self, row: R) -> u32 {
        assert!(self.rows.len() < ROWS_MAX);
        assert!(self.position(row.key()).is_none());
        let position = self.rows.len() as u32;
        self.index.insert(R::hash(row.key(), &self.index), position);
        self.rows.push(row);
        position
    }

    /// Returns every row in order of its key.
    pub fn sorted(&self) -> Vec<R> {
        let mut rows = self.rows.clone();
        rows.sort_unstable_by_key(Keyed::key);
        rows
    }

    /// Returns the table with these rows, or `None` unless they stand in strict order of their keys.
    pub fn from_sorted(rows: &[R], seed: u64) -> Option<Table<R>> {
        let is_sorted = rows.is_sorted_by(|left, right| left.key() < right.key());
        if !is_sorted || ROWS_MAX < rows.len() {
            return None;
        }
        let mut index = Index::new(seed);
        let hasher = index.hasher();
        let hashes = rows.iter().map(|row| R::hash(row.key(), &hasher));
        index.insert_all(hashes.zip(0..));
        Some(Table {
            rows: rows.to_vec(),
            index,
        })
    }

    /// Returns whether every row is found under its key and nothing else is.
    pub fn is_bijective(&self) -> bool {
        let is_found = |(position, row): (u32, &R)| self.position(row.key()) == Some(position);
        let mut ahead = self.rows.iter().skip(AHEAD_ROWS);
        self.index.len() == self.rows.len()
            && (0..).zip(&self.rows).all(|numbered| {
                if let Some(row) = ahead.next() {
                    self.warm_find(row.key());
                }
                is_found(numbered)
            })
    }
}

/// Returns a 32-byte name as words to hash.
pub fn name_words(name: [u8; 32]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(name.chunks_exact(8)) {
        let mut word_bytes = [0; 8];
        word_bytes.copy_from_slice(bytes);
        *word = u64::from_le_bytes(word_bytes);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Row(u64);

    impl Keyed for Row {
        type Key = u64;

        fn key(&self) -> u64 {
            self.0
        }

        fn hash(key: u64, index: &Index) -> u64 {
            index.hash(&[key])
        }
    }

    #[test]
    fn a_table_finds_each_row_and_gives_them_back_in_order() {
        let mut table = Table::new(3);
        for number in [7, 3, 9] {
            table.insert(Row(number));
        }
        assert_eq!(table.find(3), Some(&Row(3)));
        assert_eq!(table.find(4), None);
        assert!(table.is_bijective());
        assert_eq!(table.sorted(), [Row(3), Row(7), Row(9)]);
    }

    #[test]
    fn a_table_takes_only_rows_in_strict_order() {
        assert!(Table::from_sorted(&[Row(1), Row(2)], 3).is_some());
        assert!(Table::from_sorted(&[Row(2), Row(1)], 3).is_none());
        assert!(Table::from_sorted(&[Row(1), Row(1)], 3).is_none());
    }
}
