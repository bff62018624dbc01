//! What the engine keeps of a resting order beside its node in the book.

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
#[derive(Clone, Copy, Debug)]
pub struct Detail {
    pub name: Name,
    /// As first asked or last amended: executed + prevented + open.
    pub original: Qty,
    pub executed: Qty,
    /// Whose order it is, and its neighbours among the open orders there, by slot.
    pub seat: u32,
    pub older: u32,
    pub newer: u32,
    pub kind: RestingKind,
    pub self_trade: SelfTradeMode,
}

// An order costs this beside the 40 bytes of its node.
const _: () = assert!(size_of::<Detail>() == 40);

/// The details of every resting order of a market.
///
/// **Shape** parallel to the book's slots; a row outlives its order until the slot is used again.
#[derive(Clone, Debug)]
pub struct Details {
    rows: Vec<Detail>,
    names: Names,
    /// From seat and client id to slot.
    by_client: Index,
}

/// An order's details when it comes to rest.
#[derive(Clone, Copy, Debug)]
pub struct NewDetail {
    pub client_id: ClientOrderId,
    pub original: Qty,
    pub executed: Qty,
    pub seat: u32,
    pub kind: RestingKind,
    pub self_trade: SelfTradeMode,
}

impl Details {
    pub fn new(seed: u64) -> Details {
        Details {
            rows: Vec::new(),
            names: Names::default(),
            by_client: Index::new(seed),
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
    pub fn find(&self, seat: u32, id: ClientOrderId) -> Option<Slot> {
        let found = self.by_client.find(self.hash(seat, id), |slot| {
            let row = &self.rows[slot as usize];
            row.seat == seat && self.names.is(row.name, id)
        });
        found.map(|slot| Slot::from_index(slot as usize))
    }

    /// Hashes short ids as the one word they are, which saves three of five multiplications.
    #[inline]
    fn hash(&self, seat: u32, id: ClientOrderId) -> u64 {
        match short(id) {
            Some(word) => self.by_client.hash(&[u64::from(seat), word]),
            None => {
                let [first, second, third, fourth] = id.words();
                self.by_client
                    .hash(&[u64::from(seat), first, second, third, fourth])
            }
        }
    }

    /// Keeps the details of an order that came to rest at `slot`; the seat's list does not know it yet.
    pub fn put(&mut self, slot: Slot, new: &NewDetail) {
        let hash = self.hash(new.seat, new.client_id);
        self.by_client.insert(hash, slot.index() as u32);
        let row = Detail {
            name: self.names.keep(new.client_id),
            original: new.original,
            executed: new.executed,
            seat: new.seat,
            older: NONE,
            newer: NONE,
            kind: new.kind,
            self_trade: new.self_trade,
        };
        if self.rows.len() <= slot.index() {
            // The book gives out slots densely, so this adds one row, or the few before its first slot.
            self.rows.resize(slot.index() + 1, row);
        }
        self.rows[slot.index()] = row;
    }

    /// Forgets the name of an order that ended, so that it may be used again.
    pub fn forget(&mut self, slot: Slot) {
        let Detail { seat, name, .. } = *self.get(slot);
        let hash = match name.as_short() {
            Some(word) => self.by_client.hash(&[u64::from(seat), word]),
            None => self.hash(seat, self.names.read(name)),
        };
        let number = slot.index() as u32;
        let removed = self.by_client.remove(hash, |candidate| candidate == number);
        assert!(removed.is_some());
        self.names.drop(name);
    }

    /// Gives an open order another name.
    pub fn rename(&mut self, slot: Slot, id: ClientOrderId) {
        self.forget(slot);
        let seat = self.get(slot).seat;
        let hash = self.hash(seat, id);
        self.by_client.insert(hash, slot.index() as u32);
        self.get_mut(slot).name = self.names.keep(id);
    }

    /// Returns the client id of an open order.
    pub fn client_id(&self, slot: Slot) -> ClientOrderId {
        self.names.read(self.get(slot).name)
    }

    /// Returns the number of open orders found by name, and of long names kept, for the audit.
    pub fn counts(&self) -> (usize, usize) {
        (self.by_client.len(), self.names.long_count())
    }
}
