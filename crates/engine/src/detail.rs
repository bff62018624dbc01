//! What the engine keeps of a resting order beside its node in the book.

use std::collections::BTreeMap;

use book::order::Slot;
use model::index::Index;
use model::number::{Price, Qty};
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
    /// Outside the book; `Market::parked` has the rest.
    Parked,
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

    /// Returns the kind of an order that rests as this.
    ///
    /// # Panics
    /// When it is parked.
    pub const fn order_kind(self, price: Price, qty: Qty) -> OrderKind {
        match self {
            RestingKind::GoodTillCancel => OrderKind::Limit {
                price,
                qty,
                time_in_force: TimeInForce::GoodTillCancel,
            },
            RestingKind::LimitMaker => OrderKind::LimitMaker { price, qty },
            RestingKind::Parked => panic!("a parked order does not rest"),
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
    marks: Marks,
}

/// What is kept of an order in places where few orders have an entry.
///
/// **Shape** a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marks(u8);

impl Marks {
    const NONE: Marks = Marks(0);
    /// `prevented` has an entry.
    const SHRUNK: Marks = Marks(1);
    /// `amendments` has an entry.
    const AMENDED: Marks = Marks(2);
    /// It is a leg of an open list.
    const LISTED: Marks = Marks(4);

    const fn has(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }

    const fn with(self, mark: Marks) -> Marks {
        Marks(self.0 | mark.0)
    }
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
    marks: Marks::NONE,
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
    /// How often orders that still rest were amended, by slot; few ever have an entry.
    amendments: BTreeMap<u32, u32>,
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
    /// It is a leg of an open list.
    pub is_listed: bool,
}

impl Details {
    pub fn new(seed: u64) -> Details {
        Details {
            rows: vec![NO_ORDER],
            names: Names::default(),
            by_client: Index::new(seed),
            prevented: BTreeMap::new(),
            amendments: BTreeMap::new(),
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
    #[inline(always)]
    pub fn find(&self, seat: u32, id: &ClientOrderId) -> Option<Slot> {
        let found = match short(id) {
            Some(word) => self.find_short(seat, word),
            None => self.find_long(seat, id),
        };
        found.map(|slot| Slot::from_index(slot as usize))
    }

    #[inline(always)]
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

    /// Hashes a name that is kept as the id it stands for.
    #[inline(always)]
    fn hash_name(&self, seat: u32, name: Name) -> u64 {
        match name.as_short() {
            Some(word) => self.by_client.hash(&[u64::from(seat), word]),
            None => self.hash_long(seat, &self.names.read(name)),
        }
    }

    #[cold]
    #[inline(never)]
    fn hash_long(&self, seat: u32, id: &ClientOrderId) -> u64 {
        let [first, second, third, fourth] = id.words();
        self.by_client
            .hash(&[u64::from(seat), first, second, third, fourth])
    }

    /// Keeps the details of an order that came to rest at `slot`; the seat's list does not know it yet.
    #[inline(always)]
    pub fn put(&mut self, slot: Slot, new: &NewDetail) {
        // The book gives out slots densely, from 1.
        if self.rows.len() <= slot.index() {
            self.make_room(slot);
        }
        let name = self.names.keep(new.client_id);
        // Field by field: a row put together elsewhere and copied would be read back before its parts are written.
        let row = self.get_mut(slot);
        row.name = name;
        row.original = new.original;
        row.seat = new.seat;
        row.older = NONE;
        row.newer = NONE;
        row.kind = new.kind;
        row.self_trade = new.self_trade;
        row.marks = if new.is_listed {
            Marks::LISTED
        } else {
            Marks::NONE
        };
        let hash = self.hash_name(new.seat, name);
        self.by_client.insert(hash, slot.index() as u32);
        if !new.prevented.is_zero() {
            self.shrink(slot, new.prevented);
        }
    }

    #[cold]
    fn make_room(&mut self, slot: Slot) {
        assert!(slot.index() == self.rows.len());
        self.rows.push(NO_ORDER);
    }

    /// Makes an order the newest of its seat's list, behind the one that was.
    #[inline(always)]
    pub fn append(&mut self, older: Slot, newest: Slot) {
        let rows = self.rows.as_mut_slice();
        rows[newest.index()].older = older.index() as u32;
        rows[older.index()].newer = newest.index() as u32;
    }

    /// Forgets an order that ended, so that its name may be used again, and returns what it was. Its neighbours in
    /// the list of its seat are neighbours now.
    #[inline(always)]
    pub fn forget(&mut self, slot: Slot) -> Detail {
        let detail = *self.get(slot);
        self.unname(slot, &detail);
        if detail.marks != Marks::NONE {
            self.forget_marked(slot, detail.marks);
        }
        let rows = self.rows.as_mut_slice();
        rows[detail.older as usize].newer = detail.newer;
        rows[detail.newer as usize].older = detail.older;
        detail
    }

    #[cold]
    fn forget_marked(&mut self, slot: Slot, marks: Marks) {
        let number = slot.index() as u32;
        if marks.has(Marks::SHRUNK) {
            self.prevented.remove(&number);
        }
        if marks.has(Marks::AMENDED) {
            self.amendments.remove(&number);
        }
    }

    #[inline(always)]
    fn unname(&mut self, slot: Slot, detail: &Detail) {
        let hash = self.hash_name(detail.seat, detail.name);
        let number = slot.index() as u32;
        let removed = self.by_client.remove(hash, |candidate| candidate == number);
        assert!(removed.is_some());
        self.names.drop(detail.name);
    }

    /// Gives an open order another name.
    pub fn rename(&mut self, slot: Slot, id: &ClientOrderId) {
        let detail = *self.get(slot);
        self.unname(slot, &detail);
        let name = self.names.keep(id);
        self.get_mut(slot).name = name;
        let hash = self.hash_name(detail.seat, name);
        self.by_client.insert(hash, slot.index() as u32);
    }

    /// Returns whether an open order is a leg of an open list.
    #[inline]
    pub fn is_listed(&self, slot: Slot) -> bool {
        self.get(slot).marks.has(Marks::LISTED)
    }

    /// Counts an amendment of an open order.
    pub fn count_amendment(&mut self, slot: Slot) {
        *self.amendments.entry(slot.index() as u32).or_insert(0) += 1;
        let row = self.get_mut(slot);
        row.marks = row.marks.with(Marks::AMENDED);
    }

    /// Puts the number of amendments of a restored order back.
    pub fn restore_amendments(&mut self, slot: Slot, amendments: u32) {
        self.amendments.insert(slot.index() as u32, amendments);
        let row = self.get_mut(slot);
        row.marks = row.marks.with(Marks::AMENDED);
    }

    /// Returns the orders that were amended, and how often.
    pub fn amended(&self) -> impl Iterator<Item = (Slot, u32)> + '_ {
        let amended = self.amendments.iter();
        amended.map(|(slot, amendments)| (Slot::from_index(*slot as usize), *amendments))
    }

    /// Returns how often an open order was amended.
    pub fn amendments(&self, slot: Slot) -> u32 {
        let number = slot.index() as u32;
        self.amendments.get(&number).copied().unwrap_or(0)
    }

    /// Notes what self-trade prevention took of an order that rests on.
    #[cold]
    pub fn shrink(&mut self, slot: Slot, by: Qty) {
        let number = slot.index() as u32;
        let prevented = self.prevented.entry(number).or_insert(Qty::ZERO);
        *prevented = prevented.plus(by);
        let row = self.get_mut(slot);
        row.marks = row.marks.with(Marks::SHRUNK);
    }

    /// Returns what self-trade prevention took of an open order.
    pub fn prevented(&self, slot: Slot) -> Qty {
        if !self.get(slot).marks.has(Marks::SHRUNK) {
            return Qty::ZERO;
        }
        let number = slot.index() as u32;
        self.prevented.get(&number).copied().unwrap_or(Qty::ZERO)
    }

    /// Returns the client id of an open order.
    pub fn client_id(&self, slot: Slot) -> ClientOrderId {
        self.names.read(self.get(slot).name)
    }

    /// Returns the number of open orders found by name, of long names kept, of orders that shrank and of orders that
    /// were amended, for the audit.
    pub fn counts(&self) -> [usize; 4] {
        [
            self.by_client.len(),
            self.names.long_count(),
            self.prevented.len(),
            self.amendments.len(),
        ]
    }

    /// Returns where the seat's open order of this client id most likely is, after a look at the index alone.
    #[inline]
    pub fn near(&self, seat: u32, id: &ClientOrderId) -> Option<Slot> {
        let slot = self.by_client.near(self.hash(seat, id))?;
        // An order of another name may have been there: its slot is one of this arena all the same.
        Some(Slot::from_index(slot as usize))
    }

    /// Asks for the place where the index keeps this client id, or would.
    #[inline]
    pub fn warm_find(&self, seat: u32, id: &ClientOrderId) {
        self.by_client.warm(self.hash(seat, id));
    }

    /// Asks for the detail at `slot`, if it has ever been used.
    #[inline]
    pub fn warm(&self, slot: Slot) {
        if let Some(detail) = self.rows.get(slot.index()) {
            warm::line(detail);
        }
    }

    /// Asks for what forgetting the order at `slot` will touch beside its detail.
    #[inline]
    pub fn warm_forget(&self, slot: Slot) {
        let detail = self.get(slot);
        self.by_client
            .warm(self.hash_name(detail.seat, detail.name));
        self.warm(Slot::from_index(detail.older as usize));
        self.warm(Slot::from_index(detail.newer as usize));
    }
}
