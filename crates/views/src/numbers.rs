//! Where orders lie, by market and number.

use crate::order_row::OrderRow;
use crate::rows::{Rows, Slot};
use model::id::{MarketId, OrderId};
use model::index::Index;

/// Order numbers of a market follow one another, so neighbours share a chunk: a new order's is near.
///
/// **Shape** chunks of four cache lines; one without orders is used again for others. **Cost** some 20 to 260 bytes an
/// order, as its neighbours are kept or gone.
pub struct Numbers {
    chunks: Rows<Chunk>,
    by_key: Index,
}

const SLOTS_PER_CHUNK: u64 = 61;

#[repr(C, align(64))]
struct Chunk {
    key: u64,
    count: u32,
    slots: [Option<Slot<OrderRow>>; SLOTS_PER_CHUNK as usize],
}

const _: () = assert!(size_of::<Chunk>() == 4 * 64);

impl Numbers {
    pub fn new(table_seed: u64) -> Numbers {
        Numbers {
            chunks: Rows::new(),
            by_key: Index::new(table_seed),
        }
    }

    /// Notes where an order lies.
    pub fn insert(&mut self, market: MarketId, order: OrderId, slot: Slot<OrderRow>) {
        let (key, index) = place(market, order);
        let chunk = self.chunk(key).unwrap_or_else(|| self.add_chunk(key));
        let chunk = self.chunks.get_mut(chunk);
        assert!(chunk.slots[index].is_none());
        chunk.slots[index] = Some(slot);
        chunk.count += 1;
    }

    /// Returns where the order lies for which `is_order` holds.
    #[inline]
    pub fn find(
        &self,
        market: MarketId,
        order: OrderId,
        is_order: impl Fn(Slot<OrderRow>) -> bool,
    ) -> Option<Slot<OrderRow>> {
        // The order itself tells whether the chunk is the right one, whose first line need not be near.
        let (key, index) = place(market, order);
        let slot = |place: u32| self.chunks.get(Slot::at(place)).slots[index];
        let is_key = |place: u32| slot(place).is_some_and(&is_order);
        self.by_key
            .find(self.by_key.hash(&[key]), is_key)
            .and_then(slot)
    }

    /// Returns where an order most likely lies, after a look at nothing else than that place.
    #[inline]
    pub fn near(&self, market: MarketId, order: OrderId) -> Option<Slot<OrderRow>> {
        let (key, index) = place(market, order);
        let chunk = self.by_key.near(self.by_key.hash(&[key]))?;
        self.chunks.get(Slot::at(chunk)).slots[index]
    }

    /// Asks for where an order's place stands.
    #[inline]
    pub fn warm(&self, market: MarketId, order: OrderId) {
        let (key, index) = place(market, order);
        if let Some(chunk) = self.by_key.near(self.by_key.hash(&[key])) {
            warm::line(&self.chunks.get(Slot::at(chunk)).slots[index]);
        }
    }

    /// Asks for all that forgetting an order touches.
    #[inline]
    pub fn warm_removal(&self, market: MarketId, order: OrderId) {
        let (key, index) = place(market, order);
        if let Some(chunk) = self.by_key.near(self.by_key.hash(&[key])) {
            let chunk = self.chunks.get(Slot::at(chunk));
            warm::line(&chunk.key);
            warm::line(&chunk.slots[index]);
        }
    }

    /// Forgets where an order lay.
    pub fn remove(&mut self, market: MarketId, order: OrderId) {
        let (key, index) = place(market, order);
        let Some(slot) = self.chunk(key) else {
            return;
        };
        let chunk = self.chunks.get_mut(slot);
        let removed = chunk.slots[index].take();
        chunk.count -= u32::from(removed.is_some());
        if chunk.count == 0 {
            let hash = self.by_key.hash(&[key]);
            self.by_key.remove(hash, |place| place == slot.place());
            self.chunks.free(slot);
        }
    }

    fn chunk(&self, key: u64) -> Option<Slot<Chunk>> {
        let is_key = |place: u32| self.chunks.get(Slot::at(place)).key == key;
        self.by_key
            .find(self.by_key.hash(&[key]), is_key)
            .map(Slot::at)
    }

    fn add_chunk(&mut self, key: u64) -> Slot<Chunk> {
        let slot = self.chunks.insert(Chunk {
            key,
            count: 0,
            slots: [None; SLOTS_PER_CHUNK as usize],
        });
        self.by_key.insert(self.by_key.hash(&[key]), slot.place());
        slot
    }
}

/// Returns the key of the chunk and the index in it.
fn place(market: MarketId, order: OrderId) -> (u64, usize) {
    // Order numbers stay below 2^53, so that those of chunks leave the highest 16 bits free.
    let key = (u64::from(market.0) << 48) | (order.0 / SLOTS_PER_CHUNK);
    (key, (order.0 % SLOTS_PER_CHUNK) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::index::hash_words;
    use std::collections::BTreeMap;

    #[test]
    fn numbers_agree_with_an_ordered_map() {
        let (mut numbers, mut map) = (Numbers::new(7), BTreeMap::new());
        for step in 1..30_000_u32 {
            let market = MarketId((step % 3) as u16);
            numbers.insert(market, OrderId(u64::from(step)), Slot::at(step));
            map.insert((market, u64::from(step)), step);
            let back = hash_words(9, &[u64::from(step)]) % 1_000;
            let gone = u64::from(step).saturating_sub(back);
            let market = MarketId((gone % 3) as u16);
            numbers.remove(market, OrderId(gone));
            map.remove(&(market, gone));
            for number in [gone, u64::from(step), back] {
                let market = MarketId((number % 3) as u16);
                let found = numbers
                    .find(market, OrderId(number), |slot| {
                        u64::from(slot.place()) == number
                    })
                    .map(Slot::place);
                assert_eq!(found, map.get(&(market, number)).copied());
            }
        }
        assert!(numbers.chunks.len() <= map.len());
    }
}
