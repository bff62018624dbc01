//! What the engine keeps of a resting order beside its node in the book.

use std::collections::BTreeMap;

use book::order::Slot;
use model::index::Index;
use model::number::Qty;
use model::order::{OrderKind, SelfTradeMode, TimeInForce};
use model::text::ClientOrderId;

use crate::name::{Name, Names, short};
use crate::seat::NONE;

/// The kinds that can rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RestingKind {
    GoodTillCancel,
    LimitMaker,
}

impl RestingKind {
    /// Returns the kind as what rests of an order of `kind`, or `None` when such an order never rests.
    pub const fn of(kind: &OrderKind) -> Option<RestingKind> {
        match kind {
            OrderKind::Limit {
                time_in_force: TimeInForce::GoodTillCancel,
                ..
            } => Some(RestingKind::GoodTillCancel),
            OrderKind::LimitMaker { .. } => Some(RestingKind::LimitMaker),
            OrderKind::Limit { .. } | OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => {
                None
            }
        }
    }
}

/// One resting order, beside what the book knows of it.
///
/// **Shape** half a cache line, and never across two of them.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct Detail {
    pub name: Name,
    /// As first asked or last amended: executed + prevented + open.
    pub original: Qty,
    /// Whose order it is, and its neighbours among the open orders there, by slot.
    pub seat: u32,
    pub older: u32,
    pub newer: u32,
    pub kind: RestingKind,
    pub self_trade: SelfTradeMode,
    /// Whether `prevented` has an entry of it.
    is_shrunk: bool,
}

const _: () = assert!(size_of::<Detail>() == 32);

/// No order: its row takes the writes meant for a neighbour that is not there, so that linking needs no branch.
const NO_ORDER: Detail = Detail {
    name: Name::NONE,
    original: Qty::ZERO,
    seat: 0,
    older: NONE,
    newer: NONE,
    kind: RestingKind::GoodTillCancel,
    self_trade: SelfTradeMode::None,
    is_shrunk: false,
};

/// The details of every resting order of a market.
///
/// **Shape** parallel to the book's slots, which start at 1; a row outlives its order until the slot is used again.
#[derive(Clone, Debug)]
pub struct Details {
    rows: Vec<Detail>,
    names: Names,
    /// From seat and client id to slot.
    by_client: Index,
    /// What self-trade prevention took of orders that still rest, by slot; few ever have an entry.
    prevented: BTreeMap<u32, Qty>,
}

/// An order's details when it comes to rest.
#[derive(Clone, Copy, Debug)]
pub struct NewDetail<'a> {
    pub client_id: &'a ClientOrderId,
    pub original: Qty,
    pub prevented: Qty,
    pub seat: u32,
    pub kind: RestingKind,
    pub self_trade: SelfTradeMode,
}

impl Details {
    pub fn new(seed: u64) -> Details {
        Details {
            rows: vec![NO_ORDER],
            names: Names::default(),
            by_client: Index::new(seed),
            prevented: BTreeMap::new(),
        }
    }

    #[inline]
    pub fn get(&self, slot: Slot) -> &Detail {
        &self.rows[slot.index()]
    }

    #[inline]
    pub fn get_mut(&mut self, slot: Slot) -> &mut Detail {
        &mut self.rows[slot.index()]
    }

    /// Returns the slot of the seat's open order of this client id.
    #[inline]
    pub fn find(&self, seat: u32, id: &ClientOrderId) -> Option<Slot> {
        let found = match short(id) {
            Some(word) => self.find_short(seat, word),
            None => self.find_long(seat, id),
        };
        found.map(|slot| Slot::from_index(slot as usize))
    }

    #[inline]
    fn find_short(&self, seat: u32, word: u64) -> Option<u32> {
        let hash = self.by_client.hash(&[u64::from(seat), word]);
        self.by_client.find(hash, |slot| {
            let row = &self.rows[slot as usize];
            row.name.as_short() == Some(word) && row.seat == seat
        })
    }

    fn find_long(&self, seat: u32, id: &ClientOrderId) -> Option<u32> {
        self.by_client.find(self.hash_long(seat, id), |slot| {
            let row = &self.rows[slot as usize];
            row.seat == seat && self.names.is(row.name, id)
        })
    }

    /// Hashes short ids as the one word they are, which saves three of five multiplications.
    #[inline]
    fn hash(&self, seat: u32, id: &ClientOrderId) -> u64 {
        match short(id) {
            Some(word) => self.by_client.hash(&[u64::from(seat), word]),
            None => self.hash_long(seat, id),
        }
    }

    fn hash_long(&self, seat: u32, id: &ClientOrderId) -> u64 {
        let [first, second, third, fourth] = id.words();
        self.by_client
            .hash(&[u64::from(seat), first, second, third, fourth])
    }

    /// Keeps the details of an order that came to rest at `slot`; the seat's list does not know it yet.
    pub fn put(&mut self, slot: Slot, new: &NewDetail) {
        let row = Detail {
            name: self.names.keep(new.client_id),
            original: new.original,
            seat: new.seat,
            older: NONE,
            newer: NONE,
            kind: new.kind,
            self_trade: new.self_trade,
            is_shrunk: false,
        };
        // The book gives out slots densely, from 1.
        match self.rows.get_mut(slot.index()) {
            Some(place) => *place = row,
            None => self.append(slot, row),
        }
        let hash = self.hash(new.seat, new.client_id);
        self.by_client.insert(hash, slot.index() as u32);
        if !new.prevented.is_zero() {
            self.shrink(slot, new.prevented);
        }
    }

    #[cold]
    fn append(&mut self, slot: Slot, row: Detail) {
        assert!(slot.index() == self.rows.len());
        self.rows.push(row);
    }

    /// Forgets the name of an order that ended, so that it may be used again.
    pub fn forget(&mut self, slot: Slot) {
        let Detail {
            seat,
            name,
            is_shrunk,
            ..
        } = *self.get(slot);
        let hash = match name.as_short() {
            Some(word) => self.by_client.hash(&[u64::from(seat), word]),
            None => self.hash_long(seat, &self.names.read(name)),
        };
        let number = slot.index() as u32;
        let removed = self.by_client.remove(hash, |candidate| candidate == number);
        assert!(removed.is_some());
        self.names.drop(name);
        if is_shrunk {
            self.prevented.remove(&number);
        }
    }

    /// Gives an open order another name.
    pub fn rename(&mut self, slot: Slot, id: &ClientOrderId) {
        let prevented = self.prevented(slot);
        self.forget(slot);
        let name = self.names.keep(id);
        let row = self.get_mut(slot);
        row.name = name;
        row.is_shrunk = false;
        let hash = self.hash(self.get(slot).seat, id);
        self.by_client.insert(hash, slot.index() as u32);
        if !prevented.is_zero() {
            self.shrink(slot, prevented);
        }
    }

    /// Notes what self-trade prevention took of an order that rests on.
    #[cold]
    pub fn shrink(&mut self, slot: Slot, by: Qty) {
        let number = slot.index() as u32;
        let prevented = self.prevented.entry(number).or_insert(Qty::ZERO);
        *prevented = prevented.plus(by);
        self.get_mut(slot).is_shrunk = true;
    }

    /// Returns what self-trade prevention took of an open order.
    pub fn prevented(&self, slot: Slot) -> Qty {
        if !self.get(slot).is_shrunk {
            return Qty::ZERO;
        }
        let number = slot.index() as u32;
        self.prevented.get(&number).copied().unwrap_or(Qty::ZERO)
    }

    /// Returns the client id of an open order.
    pub fn client_id(&self, slot: Slot) -> ClientOrderId {
        self.names.read(self.get(slot).name)
    }

    /// Returns the number of open orders found by name, of long names kept and of orders that shrank, for the
    /// audit.
    pub fn counts(&self) -> (usize, usize, usize) {
        (
            self.by_client.len(),
            self.names.long_count(),
            self.prevented.len(),
        )
    }

    /// Reads where the index keeps this client id, or would.
    #[inline]
    pub fn warm(&self, seat: u32, id: &ClientOrderId) -> u64 {
        self.by_client.warm(self.hash(seat, id))
    }
}
