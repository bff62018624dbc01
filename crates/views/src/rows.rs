//! Rows that are found again by their slot.

use std::marker::PhantomData;
use std::num::NonZeroU32;

/// Where a row of type `T` lies. A slot of one kind of row cannot be used for another.
pub struct Slot<T> {
    /// One more than the place, so that an optional slot takes no more room.
    place: NonZeroU32,
    row: PhantomData<fn() -> T>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Slot<T> {
        *self
    }
}

impl<T> Copy for Slot<T> {}

impl<T> PartialEq for Slot<T> {
    fn eq(&self, other: &Slot<T>) -> bool {
        self.place == other.place
    }
}

impl<T> Slot<T> {
    /// Returns the slot of the row at this place.
    pub fn at(place: u32) -> Slot<T> {
        Slot {
            place: NonZeroU32::MIN.saturating_add(place),
            row: PhantomData,
        }
    }

    /// Returns the place, from 0.
    pub fn place(self) -> u32 {
        self.place.get() - 1
    }
}

/// So many that a chunk of large rows spans huge pages; what is not used yet costs no memory.
const ROWS_PER_CHUNK: usize = 1 << 14;

/// An arena. Rows lie in chunks, so that growing never moves them.
///
/// **Shape** without freed rows, the n-th row inserted lies at place n.
pub struct Rows<T> {
    chunks: Vec<Vec<T>>,
    free: Vec<Slot<T>>,
    count: u32,
}

impl<T> Rows<T> {
    pub fn new() -> Rows<T> {
        Rows {
            chunks: Vec::new(),
            free: Vec::new(),
            count: 0,
        }
    }

    /// Puts a row into a free slot.
    pub fn insert(&mut self, row: T) -> Slot<T> {
        if let Some(slot) = self.free.pop() {
            *self.get_mut(slot) = row;
            return slot;
        }
        let slot = Slot::at(self.count);
        if (self.count as usize).is_multiple_of(ROWS_PER_CHUNK) {
            self.chunks.push(Vec::with_capacity(ROWS_PER_CHUNK));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(row);
        }
        self.count += 1;
        slot
    }

    /// Frees a slot; its row is overwritten by a later `insert`.
    pub fn free(&mut self, slot: Slot<T>) {
        self.free.push(slot);
    }

    #[inline]
    pub fn get(&self, slot: Slot<T>) -> &T {
        let place = slot.place() as usize;
        &self.chunks[place / ROWS_PER_CHUNK][place % ROWS_PER_CHUNK]
    }

    #[inline]
    pub fn get_mut(&mut self, slot: Slot<T>) -> &mut T {
        let place = slot.place() as usize;
        &mut self.chunks[place / ROWS_PER_CHUNK][place % ROWS_PER_CHUNK]
    }

    /// Returns the number of rows in use.
    pub fn len(&self) -> usize {
        self.count as usize - self.free.len()
    }

    /// Returns every row ever inserted; meant for arenas that free nothing.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_where_they_are_and_freed_slots_are_used_again() {
        let mut rows = Rows::new();
        let slots: Vec<Slot<usize>> = (0..3 * ROWS_PER_CHUNK)
            .map(|row| rows.insert(row))
            .collect();
        for (row, slot) in slots.iter().enumerate() {
            assert_eq!(*rows.get(*slot), row);
            assert_eq!(slot.place() as usize, row);
        }
        rows.free(slots[7]);
        assert_eq!(rows.len(), 3 * ROWS_PER_CHUNK - 1);
        assert!(rows.insert(1_000_000) == slots[7]);
        assert_eq!(*rows.get(slots[7]), 1_000_000);
    }
}
