//! The one hash index of the core: from a key kept elsewhere to the slot that keeps it.
//!
//! It cannot be iterated, so its order can never reach a result; it is seeded by the genesis record, because
//! client ids are chosen by strangers.

/// Mixes words into a hash. The same words and seed give the same hash everywhere.
///
/// **Cost** one widening multiplication a word.
pub fn hash_words(seed: u64, words: &[u64]) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = seed ^ MULTIPLIER;
    for word in words {
        state = fold(state ^ *word, (MULTIPLIER ^ seed.rotate_left(32)) | 1);
    }
    fold(state, seed | 1)
}

fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

/// An open-addressing table of slot numbers.
///
/// The table stores a slot and 32 bits of its hash, never the key: the caller compares keys in the slot itself.
/// **Shape** at most `2^31` entries; slot `u32::MAX` is not allowed. **Cost** 8 bytes an entry at a load of ½ to ⅞.
#[derive(Clone, Debug)]
pub struct Index {
    seed: u64,
    cells: Vec<Cell>,
    count: usize,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    tag: u32,
    slot: u32,
}

const FREE: u32 = u32::MAX;
const CELLS_MIN: usize = 16;

impl Index {
    /// Returns an empty index.
    pub fn new(seed: u64) -> Index {
        Index::with_capacity(seed, 0)
    }

    /// Returns an empty index that holds `count` entries before it grows.
    pub fn with_capacity(seed: u64, count: usize) -> Index {
        let cells = (count + count / 7 + 1).next_power_of_two().max(CELLS_MIN);
        Index {
            seed,
            cells: vec![Cell { tag: 0, slot: FREE }; cells],
            count: 0,
        }
    }

    /// Returns the hash of a key made of these words, under this index's seed.
    pub fn hash(&self, words: &[u64]) -> u64 {
        hash_words(self.seed, words)
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the slot whose key has this hash and for which `is_key` holds.
    #[inline]
    pub fn find(&self, hash: u64, is_key: impl Fn(u32) -> bool) -> Option<u32> {
        self.position(hash, is_key)
            .map(|position| self.cells[position].slot)
    }

    /// Adds a slot under a hash. The caller has made sure that the key is not there yet.
    ///
    /// # Panics
    /// When `slot` is `u32::MAX`.
    pub fn insert(&mut self, hash: u64, slot: u32) {
        assert!(slot != FREE);
        if self.cells.len() / 8 * 7 <= self.count {
            self.grow();
        }
        self.place(Cell {
            tag: tag(hash),
            slot,
        });
        self.count += 1;
    }

    /// Removes the slot whose key has this hash and for which `is_key` holds, and returns it.
    pub fn remove(&mut self, hash: u64, is_key: impl Fn(u32) -> bool) -> Option<u32> {
        let position = self.position(hash, is_key)?;
        let slot = self.cells[position].slot;
        self.close_gap(position);
        self.count -= 1;
        Some(slot)
    }

    #[inline]
    fn position(&self, hash: u64, is_key: impl Fn(u32) -> bool) -> Option<usize> {
        let mask = self.cells.len() - 1;
        let tag = tag(hash);
        let mut position = tag as usize & mask;
        loop {
            let cell = self.cells[position];
            if cell.slot == FREE {
                return None;
            }
            if cell.tag == tag && is_key(cell.slot) {
                return Some(position);
            }
            position = (position + 1) & mask;
        }
    }

    fn place(&mut self, cell: Cell) {
        let mask = self.cells.len() - 1;
        let mut position = cell.tag as usize & mask;
        while self.cells[position].slot != FREE {
            position = (position + 1) & mask;
        }
        self.cells[position] = cell;
    }

    /// Moves later entries of the run back, so that no search ever stops at the emptied cell too early.
    fn close_gap(&mut self, emptied: usize) {
        let mask = self.cells.len() - 1;
        let mut gap = emptied;
        let mut position = (gap + 1) & mask;
        while self.cells[position].slot != FREE {
            let home = self.cells[position].tag as usize & mask;
            // The entry may move into the gap unless its home lies behind the gap on the way to it.
            if (position.wrapping_sub(home) & mask) >= (position.wrapping_sub(gap) & mask) {
                self.cells[gap] = self.cells[position];
                gap = position;
            }
            position = (position + 1) & mask;
        }
        self.cells[gap].slot = FREE;
    }

    fn grow(&mut self) {
        let doubled = vec![Cell { tag: 0, slot: FREE }; self.cells.len() * 2];
        let cells = std::mem::replace(&mut self.cells, doubled);
        for cell in cells {
            if cell.slot != FREE {
                self.place(cell);
            }
        }
    }
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Plays random inserts and removes against an ordered map, at a load that wraps around and collides.
    #[test]
    fn an_index_agrees_with_an_ordered_map() {
        let mut index = Index::new(7);
        let mut expected = BTreeMap::new();
        let mut keys: Vec<u64> = Vec::new();
        let mut state = 1_u64;
        for step in 0..20_000_u64 {
            state = hash_words(state, &[step]);
            let key = state % 600;
            let slot = keys.len() as u32;
            let hash = index.hash(&[key % 97]); // few distinct hashes: long runs
            let found = index.find(hash, |slot| keys[slot as usize] == key);
            assert_eq!(found, expected.get(&key).copied());
            if found.is_some() {
                assert_eq!(
                    index.remove(hash, |slot| keys[slot as usize] == key),
                    expected.remove(&key)
                );
            } else {
                keys.push(key);
                index.insert(hash, slot);
                expected.insert(key, slot);
            }
            assert_eq!(index.len(), expected.len());
        }
    }
}
