//! From the number of an order to its slot.

use crate::order::Slot;
use crate::orders::Orders;
use model::id::OrderId;
use model::index::Index;

/// Where the orders are that are kept, by number.
///
/// **Shape** a ring of slots, in which a number stands at its place modulo the size. Numbers are mostly given out in
/// a row, so that a new one mostly gets the place of one that is gone; an order that is still there moves to the
/// index. **Cost** 4 to 32 bytes an order. The ring grows while orders are crowded out of it and it has not yet
/// `PLACES_AN_ORDER`.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The slots, 0 where there is none: slots start at 1.
    ring: Vec<u32>,
    crowded_out: Index,
    count: usize,
}

const NO_SLOT: u32 = 0;
const PLACES_MIN: usize = 16;
const PLACES_AN_ORDER: usize = 4;

impl Numbers {
    pub fn new(seed: u64) -> Numbers {
        Numbers {
            ring: vec![NO_SLOT; PLACES_MIN],
            crowded_out: Index::new(seed),
            count: 0,
        }
    }

    /// Returns how many orders are found.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Returns where an order is kept.
    #[inline]
    pub fn find(&self, order: OrderId, orders: &Orders) -> Option<Slot> {
        let slot = self.ring[self.place(order)];
        if slot != NO_SLOT && orders.get(Slot(slot)).id == order {
            return Some(Slot(slot));
        }
        self.find_crowded_out(order, orders)
    }

    #[cold]
    #[inline(never)]
    fn find_crowded_out(&self, order: OrderId, orders: &Orders) -> Option<Slot> {
        let is_order = |slot| orders.get(Slot(slot)).id == order;
        let slot = self.crowded_out.find(self.hash(order), is_order)?;
        Some(Slot(slot))
    }

    /// Adds an order that is kept at `slot`. The caller has made sure that its number is not there yet.
    #[inline(always)]
    pub fn insert(&mut self, order: OrderId, slot: Slot, orders: &Orders) {
        let place = self.place(order);
        let older = std::mem::replace(&mut self.ring[place], slot.0);
        self.count += 1;
        if older != NO_SLOT {
            self.crowd_out(Slot(older), orders);
        }
    }

    /// Finds another place for an order that has lost its own.
    #[cold]
    #[inline(never)]
    fn crowd_out(&mut self, older: Slot, orders: &Orders) {
        let order = orders.get(older).id;
        if self.ring.len() < self.count * PLACES_AN_ORDER {
            self.grow(orders);
            let place = self.place(order);
            let older = std::mem::replace(&mut self.ring[place], older.0);
            if older != NO_SLOT {
                self.crowd_out(Slot(older), orders);
            }
            return;
        }
        self.crowded_out.insert(self.hash(order), older.0);
    }

    /// Gives every order in the ring its place in one of twice the size: no two of them get the same.
    fn grow(&mut self, orders: &Orders) {
        let grown = vec![NO_SLOT; self.ring.len() * 2];
        for slot in std::mem::replace(&mut self.ring, grown) {
            if slot != NO_SLOT {
                let place = self.place(orders.get(Slot(slot)).id);
                self.ring[place] = slot;
            }
        }
    }

    /// Takes out an order that was kept at `slot`.
    #[inline(always)]
    pub fn remove(&mut self, order: OrderId, slot: Slot) {
        let place = self.place(order);
        self.count -= 1;
        if self.ring[place] == slot.0 {
            self.ring[place] = NO_SLOT;
        } else {
            self.remove_crowded_out(order, slot);
        }
    }

    #[cold]
    #[inline(never)]
    fn remove_crowded_out(&mut self, order: OrderId, slot: Slot) {
        let hash = self.hash(order);
        let removed = self
            .crowded_out
            .remove(hash, |candidate| candidate == slot.0);
        assert!(removed.is_some());
    }

    /// Returns where an order most likely is kept, after a look at the ring alone.
    #[inline]
    pub fn near(&self, order: OrderId) -> Option<Slot> {
        let slot = self.ring[self.place(order)];
        (slot != NO_SLOT).then_some(Slot(slot))
    }

    /// Asks for the place of this number.
    #[inline]
    pub fn warm(&self, order: OrderId) {
        warm::line(&self.ring[self.place(order)]);
    }

    #[inline]
    fn place(&self, order: OrderId) -> usize {
        order.0 as usize & (self.ring.len() - 1)
    }

    fn hash(&self, order: OrderId) -> u64 {
        self.crowded_out.hash(&[order.0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Parked;
    use model::id::{AccountId, TradeGroupId};
    use std::collections::BTreeMap;

    /// Numbers beside the arena they need, and what they ought to find.
    struct Played {
        numbers: Numbers,
        orders: Orders,
        expected: BTreeMap<u64, Slot>,
    }

    impl Played {
        fn new() -> Played {
            Played {
                numbers: Numbers::new(7),
                orders: Orders::new(),
                expected: BTreeMap::new(),
            }
        }

        fn keep(&mut self, number: u64) {
            let parked = Parked {
                order: OrderId(number),
                account: AccountId(1),
                group: TradeGroupId(1),
            };
            let slot = self.orders.claim_parked(&parked);
            self.numbers.insert(parked.order, slot, &self.orders);
            assert_eq!(self.expected.insert(number, slot), None);
        }

        fn drop(&mut self, number: u64) {
            let slot = self.expected.remove(&number).expect("kept before");
            self.numbers.remove(OrderId(number), slot);
            self.orders.free_parked(slot);
        }

        fn check(&self, numbers: impl Iterator<Item = u64>) {
            for number in numbers {
                let found = self.numbers.find(OrderId(number), &self.orders);
                assert_eq!(found, self.expected.get(&number).copied(), "{number}");
            }
            assert_eq!(self.numbers.len(), self.expected.len());
        }
    }

    /// Numbers in a row, in jumps and all of one place, of which some stay for long.
    #[test]
    fn numbers_agree_with_an_ordered_map() {
        for step in [1, 3, 1 << 20] {
            let mut played = Played::new();
            for turn in 0..3_000_u64 {
                played.keep(turn * step);
                if let Some(gone) = turn.checked_sub(20)
                    && gone % 64 != 0
                {
                    played.drop(gone * step);
                }
                if turn % 100 == 0 {
                    played.check((0..=turn + 3).map(|number| number * step));
                }
            }
            assert!(!played.numbers.crowded_out.is_empty());
            let left: Vec<u64> = played.expected.keys().copied().collect();
            left.iter().for_each(|number| played.drop(*number));
            played.check(0..10);
            assert!(played.numbers.crowded_out.is_empty());
        }
    }

    #[test]
    fn a_ring_grows_no_further_than_its_places_an_order() {
        let mut played = Played::new();
        (0..1_000).for_each(|turn| played.keep(turn << 40));
        assert!(played.numbers.ring.len() <= 2 * PLACES_AN_ORDER * 1_000);
        played.check((0..1_001).map(|turn| turn << 40));
    }

    #[test]
    fn numbers_in_a_row_are_never_crowded_out_by_young_ones() {
        let mut played = Played::new();
        for turn in 0..5_000 {
            played.keep(turn);
            if 200 <= turn {
                played.drop(turn - 200);
            }
        }
        assert!(played.numbers.ring.len() <= 1024);
        assert!(played.numbers.crowded_out.is_empty());
    }

    #[test]
    fn no_order_has_the_number_of_the_row_that_is_none() {
        let mut played = Played::new();
        played.check(0..1);
        played.keep(0);
        played.check(0..2);
    }
}
