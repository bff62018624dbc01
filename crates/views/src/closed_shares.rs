//! Which accounts have more closed orders in a market than their share, while no lists of their orders are kept.

use crate::closings::Closing;
use model::id::{AccountId, MarketId};
use std::collections::{BTreeMap, VecDeque};

type Owner = (AccountId, MarketId);

/// **Shape** counts by a hash of the owner, each at least the count of every owner in it. Owners of a count that
/// was ever above the share are watched: their orders are listed. **Cost** one count an order; what an owner has
/// closed is looked for among all closed orders once.
pub struct ClosedShares {
    share: usize,
    /// Below `WATCHED`, which is added once they are.
    counts: Vec<u32>,
    /// By closing, from `first` on: where its owner is counted.
    places: VecDeque<u32>,
    first: Closing,
    watched: BTreeMap<Owner, VecDeque<Closing>>,
}

const PLACES: usize = 1 << 19;
/// Slots have 32 bits and a row of their own each, so that no count comes near.
const WATCHED: u32 = 1 << 31;

impl ClosedShares {
    pub fn new(share: usize) -> ClosedShares {
        ClosedShares {
            share,
            counts: vec![0; PLACES],
            places: VecDeque::new(),
            first: 0,
            watched: BTreeMap::new(),
        }
    }

    /// Counts an order that closed, behind all others. `owner_of` tells of kept closed orders.
    pub fn add(
        &mut self,
        closing: Closing,
        owner: Owner,
        owner_of: impl Fn(Closing) -> Option<Owner>,
    ) {
        assert!(closing == self.first + self.places.len() as u64);
        let place = place(owner);
        self.places.push_back(place);
        let count = &mut self.counts[place as usize];
        *count += 1;
        if WATCHED <= *count {
            self.watched.entry(owner).or_default().push_back(closing);
        } else if self.share < *count as usize {
            *count += WATCHED;
            self.watch(place, owner_of);
        }
    }

    /// Asks for the count of an owner, ahead of its change.
    pub fn warm(&self, owner: Owner) {
        warm::line(&self.counts[place(owner) as usize]);
    }

    /// Lists what the owners of a place have closed.
    fn watch(&mut self, place: u32, owner_of: impl Fn(Closing) -> Option<Owner>) {
        for (closing, _) in (self.first..)
            .zip(&self.places)
            .filter(|(_, at)| **at == place)
        {
            if let Some(owner) = owner_of(closing) {
                self.watched.entry(owner).or_default().push_back(closing);
            }
        }
    }

    /// Takes out the order of an owner that closed first; all before `oldest` are no longer kept.
    pub fn remove_first(&mut self, owner: Owner, oldest: Closing) {
        let count = &mut self.counts[place(owner) as usize];
        *count -= 1;
        if WATCHED <= *count
            && let Some(own) = self.watched.get_mut(&owner)
        {
            own.pop_front();
            if own.is_empty() {
                self.watched.remove(&owner);
            }
        }
        while self.first < oldest && self.places.pop_front().is_some() {
            self.first += 1;
        }
    }

    /// Returns the order of an owner that closed first, if it has more of them than its share.
    pub fn first_above_share(&self, owner: Owner) -> Option<Closing> {
        if self.counts[place(owner) as usize] < WATCHED {
            return None;
        }
        let own = self.watched.get(&owner)?;
        own.front().copied().filter(|_| self.share < own.len())
    }
}

fn place((account, market): Owner) -> u32 {
    let word = u64::from(account.0) << 16 | u64::from(market.0);
    // Knuth's multiplicative hashing: the highest bits depend on all of the word.
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - PLACES.ilog2())) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::index::hash_words;

    const SHARE: usize = 5;

    #[test]
    fn shares_agree_with_a_list_of_all_closed_orders() {
        let (mut shares, mut kept) = (ClosedShares::new(SHARE), VecDeque::new());
        for closing in 0..20_000_u64 {
            let chance = hash_words(4, &[closing]);
            let owner = (
                AccountId((chance % 97) as u32),
                MarketId((chance >> 32) as u16 % 3),
            );
            kept.push_back((closing, owner));
            shares.add(closing, owner, |asked| {
                let found = kept.iter().find(|(kept, _)| *kept == asked);
                found.map(|(_, owner)| *owner)
            });
            let mut own = kept.iter().filter(|(_, of)| *of == owner);
            let first = own.next().map(|(first, _)| *first);
            let is_above = SHARE <= own.count();
            assert_eq!(shares.first_above_share(owner), first.filter(|_| is_above));
            // Most leave at the front, some before others that are older.
            let leaving = match first {
                Some(first) if is_above && chance.is_multiple_of(2) => Some(first),
                _ if 700 < kept.len() => kept.front().map(|(oldest, _)| *oldest),
                _ => None,
            };
            if let Some(leaving) = leaving
                && let Some(index) = kept.iter().position(|(kept, _)| *kept == leaving)
            {
                let gone = kept.remove(index).map(|(_, owner)| owner);
                let oldest = kept.front().map_or(closing + 1, |(oldest, _)| *oldest);
                shares.remove_first(gone.expect("it is there"), oldest);
            }
        }
    }
}
