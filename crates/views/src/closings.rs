//! The kept closed orders in the order they closed.

use crate::order_row::OrderRow;
use crate::rows::Slot;
use std::collections::VecDeque;

/// Few, so that an old order which stays alone holds little memory.
const SLOTS_PER_CHUNK: usize = 64;

/// How many orders had closed before one. Counts from the last start on.
pub type Closing = u64;

/// A queue that new closed orders join at the end. The oldest leaves most often, but any other may.
///
/// **Shape** chunks without their rows, so that what leaves next is known, and can be read ahead, without reading it.
/// An order that leaves from the middle leaves a hole; a chunk of nothing but holes takes no memory. **Cost** O(1).
pub struct Closings {
    chunks: VecDeque<Chunk>,
    /// The closing of the first slot of the first chunk.
    first: Closing,
    /// The oldest that is kept, or the next one.
    oldest: Closing,
    next: Closing,
    count: usize,
}

struct Chunk {
    /// Kept ones in it.
    count: usize,
    /// Empty once the chunk is full and every order has left.
    slots: Vec<Option<Slot<OrderRow>>>,
}

impl Closings {
    pub fn new() -> Closings {
        Closings {
            chunks: VecDeque::new(),
            first: 0,
            oldest: 0,
            next: 0,
            count: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// Adds an order at the end.
    pub fn push(&mut self, slot: Slot<OrderRow>) -> Closing {
        let closing = self.next;
        let (chunk, _) = self.place(closing);
        if chunk == self.chunks.len() {
            self.chunks.push_back(Chunk {
                count: 0,
                slots: Vec::with_capacity(SLOTS_PER_CHUNK),
            });
        }
        let chunk = &mut self.chunks[chunk];
        chunk.slots.push(Some(slot));
        chunk.count += 1;
        self.next += 1;
        self.count += 1;
        closing
    }

    /// Takes a kept order out.
    pub fn remove(&mut self, closing: Closing) {
        let (place, index) = self.place(closing);
        let chunk = &mut self.chunks[place];
        chunk.slots[index] = None;
        chunk.count -= 1;
        if chunk.count == 0 && chunk.slots.len() == SLOTS_PER_CHUNK {
            chunk.slots = Vec::new();
        }
        self.count -= 1;
        self.skip_holes();
    }

    /// Returns an order, if it is kept.
    pub fn get(&self, closing: Closing) -> Option<Slot<OrderRow>> {
        let (chunk, index) = self.place(closing.max(self.first));
        let kept = *self.chunks.get(chunk)?.slots.get(index)?;
        kept.filter(|_| self.first <= closing)
    }

    /// Returns the closing of the oldest kept order, or of the next one.
    pub fn oldest_closing(&self) -> Closing {
        self.oldest
    }

    /// Returns the order that closed first.
    pub fn oldest(&self) -> Option<Slot<OrderRow>> {
        self.iter().next()
    }

    /// Returns every kept order, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = Slot<OrderRow>> {
        let (chunk, index) = self.place(self.oldest);
        let chunks = self.chunks.range(chunk.min(self.chunks.len())..);
        chunks
            .flat_map(|chunk| &chunk.slots)
            .skip(index)
            .flatten()
            .copied()
    }

    /// Moves on to the oldest that is kept.
    fn skip_holes(&mut self) {
        while self.oldest < self.next {
            let (_, index) = self.place(self.oldest);
            let chunk = &self.chunks[0];
            if chunk.slots.get(index).is_some_and(Option::is_some) {
                return;
            }
            self.oldest += if chunk.slots.is_empty() {
                (SLOTS_PER_CHUNK - index) as u64
            } else {
                1
            };
            if self.first + SLOTS_PER_CHUNK as u64 <= self.oldest {
                self.chunks.pop_front();
                self.first = self.oldest;
            }
        }
    }

    /// Returns the chunk and the index in it.
    fn place(&self, closing: Closing) -> (usize, usize) {
        let place = (closing - self.first) as usize;
        (place / SLOTS_PER_CHUNK, place % SLOTS_PER_CHUNK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::index::hash_words;
    use std::collections::BTreeMap;

    #[test]
    fn closings_agree_with_an_ordered_map() {
        let (mut closings, mut map) = (Closings::new(), BTreeMap::new());
        for step in 0..40_000_u32 {
            // Grows, shrinks to nothing, grows again; most leave at the front.
            let chance = hash_words(5, &[u64::from(step)]);
            let grows = if (step / 8_000) % 2 == 0 { 6 } else { 2 };
            if chance % 8 < grows {
                map.insert(closings.push(Slot::at(step)), step);
            } else {
                let skipped = if chance.is_multiple_of(3) {
                    0
                } else {
                    (chance >> 8) as usize % 200
                };
                if let Some(closing) = map.keys().nth(skipped).copied() {
                    map.remove(&closing);
                    closings.remove(closing);
                }
            }
            assert_eq!(closings.len(), map.len());
            let oldest = closings.oldest().map(Slot::place);
            assert_eq!(oldest, map.values().next().copied());
        }
        let places: Vec<u32> = closings.iter().map(Slot::place).collect();
        assert_eq!(places, Vec::from_iter(map.into_values()));
    }

    #[test]
    fn holes_take_no_memory() {
        let mut closings = Closings::new();
        closings.push(Slot::at(0));
        for place in 1..100_000 {
            let closing = closings.push(Slot::at(place));
            closings.remove(closing);
        }
        let held = closings
            .chunks
            .iter()
            .filter(|chunk| !chunk.slots.is_empty());
        assert!(held.count() <= 2);
        assert_eq!(closings.oldest().map(Slot::place), Some(0));
    }
}
