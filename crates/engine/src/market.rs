//! One market: its rules, its book, and who has which orders there.

use core::hint::select_unpredictable;
use std::collections::BTreeMap;

use book::book::Book;
use book::order::{Parked, Resting, Slot};
use clearing::reference::ReferencePrice;
use ledger::ledger::Ledger;
use ledger::row::Row;
use model::account::Wallet;
use model::average::Average;
use model::id::{AccountId, MARKET_COUNTER_MAX, OrderId, PreventedMatchId, TradeId};
use model::instrument::{ICEBERG_PARTS_MAX, Instrument, OrderLimits, Phase, Terms};
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::reject::Reject;
use model::time::Timestamp;

use crate::detail::{Details, NewDetail};
use crate::lists::Lists;
use crate::parked::ParkedOrder;
use crate::seat::{NONE, Seat, Seated, Seats};
use crate::triggers::Triggers;

/// The most orders that can rest in one market.
pub const ORDERS_MAX: usize = 1 << 28;

/// A power of two below which no counter comes to its end, whatever one order causes.
const COUNTERS_EARLY: u64 = 1 << 52;

const _: () = assert!(
    COUNTERS_EARLY + ORDERS_MAX as u64 * (ICEBERG_PARTS_MAX as u64 + 1) < MARKET_COUNTER_MAX
);

#[derive(Clone, Debug)]
pub struct Market {
    pub instrument: Instrument,
    pub terms: Terms,
    pub phase: Phase,
    pub last_order: OrderId,
    pub last_trade: TradeId,
    pub last_prevented: PreventedMatchId,
    pub last_price: Option<Price>,
    pub average: Average,
    pub book: Book,
    pub details: Details,
    pub seats: Seats,
    pub limits: OrderLimits,
    /// The open orders outside the book, by slot.
    pub parked: BTreeMap<u32, ParkedOrder>,
    pub triggers: Triggers,
    pub lists: Lists,
}

impl Market {
    /// Returns a market that was just listed.
    pub fn new(instrument: Instrument, terms: Terms, seed: u64) -> Market {
        Market {
            instrument,
            terms,
            phase: Phase::PreTrading,
            last_order: OrderId(0),
            last_trade: TradeId(0),
            last_prevented: PreventedMatchId(0),
            last_price: None,
            average: Average::default(),
            book: Book::new(seed),
            details: Details::new(seed),
            seats: Seats::new(seed),
            limits: OrderLimits::LISTED,
            parked: BTreeMap::new(),
            triggers: Triggers::new(),
            lists: Lists::default(),
        }
    }

    /// Returns the price that bands and market orders are measured against.
    #[inline(always)]
    pub fn reference(&self, at: Timestamp) -> Option<ReferencePrice> {
        ReferencePrice::new(self.average.fraction(at), self.last_price)
    }

    /// Returns what an order holds: quote units for a buy, base units for a sell.
    #[inline(always)]
    pub fn hold(&self, side: Side, price: Price, qty: Qty) -> Amount {
        clearing::hold::hold(side, price, qty, &self.instrument)
    }

    /// Returns whether so many more orders may come, with all the trades one of them could cause.
    ///
    /// # Errors
    /// `MarketExhausted`, `CapacityExhausted`.
    #[inline(always)]
    pub fn check_room(&self, orders: u64) -> Result<(), Reject> {
        let last = self.last_order.0 | self.last_trade.0 | self.last_prevented.0;
        if COUNTERS_EARLY <= last {
            self.check_counters(orders)?;
        }
        if ORDERS_MAX < self.book.len() + self.parked.len() + orders as usize {
            return Err(Reject::CapacityExhausted);
        }
        Ok(())
    }

    /// # Errors
    /// `MarketExhausted`.
    #[cold]
    fn check_counters(&self, orders: u64) -> Result<(), Reject> {
        // Every step of a taker but its last takes an order off the book, or a part of an iceberg.
        let parts = self.book.icebergs() as u64 * u64::from(ICEBERG_PARTS_MAX);
        let steps_max = self.book.len() as u64 + parts + 1;
        let is_exhausted = |last: u64| MARKET_COUNTER_MAX - last < steps_max;
        if MARKET_COUNTER_MAX - self.last_order.0 < orders
            || is_exhausted(self.last_trade.0)
            || is_exhausted(self.last_prevented.0)
        {
            return Err(Reject::MarketExhausted);
        }
        Ok(())
    }

    pub fn next_order(&mut self) -> OrderId {
        self.last_order.0 += 1;
        self.last_order
    }

    pub fn next_trade(&mut self) -> TradeId {
        self.last_trade.0 += 1;
        self.last_trade
    }

    pub fn next_prevented(&mut self) -> PreventedMatchId {
        self.last_prevented.0 += 1;
        self.last_prevented
    }

    /// Returns the account's seat, opened if it was not.
    #[cold]
    pub fn open_seat(&mut self, account: AccountId, ledger: &mut Ledger) -> Seated {
        let number = match self.seats.position(account) {
            Some(number) => number,
            None => {
                let base = ledger.open(account, Wallet::Spot, self.instrument.base);
                let quote = ledger.open(account, Wallet::Spot, self.instrument.quote);
                self.seats.insert(Seat::new(account, base, quote))
            }
        };
        let rows = self.seats.at(number).rows();
        Seated { number, rows }
    }

    /// Returns the balance an order of `side` holds from.
    #[inline]
    pub fn paying_row(&self, seat: u32, side: Side) -> Row {
        self.seats.at(seat).rows().paying(side)
    }

    /// Puts an order at the end of its queue, and into its seat's list.
    #[inline(always)]
    pub fn rest(&mut self, resting: Resting, shown_max: Option<Qty>, detail: &NewDetail) -> Slot {
        let slot = match shown_max {
            None => self.book.rest(resting),
            Some(shown_max) => self.book.rest_iceberg(resting, shown_max),
        };
        self.details.put(slot, detail);
        self.count_in(detail.seat, resting.side, resting.open);
        self.link(slot, detail.seat, resting.order);
        slot
    }

    /// Keeps a parked order's detail and what the market knows of it.
    pub fn keep_parked(&mut self, slot: Slot, detail: &NewDetail, parked: ParkedOrder) {
        self.details.put(slot, detail);
        self.count_in(detail.seat, parked.side, parked.qty());
        self.link(slot, detail.seat, self.book.parked(slot).order);
        self.parked.insert(slot.index() as u32, parked);
    }

    /// Takes a parked order out.
    pub fn drop_parked(&mut self, slot: Slot) -> (Parked, ParkedOrder) {
        let number = slot.index() as u32;
        let parked = self
            .parked
            .remove(&number)
            .expect("a parked slot has a row");
        let seat = self.details.get(slot).seat;
        self.count_out(seat, parked.side, parked.qty());
        let node = self.book.unpark(slot);
        self.forget(slot);
        (node, parked)
    }

    /// Returns the parked order at a slot, if there is one.
    pub fn parked(&self, slot: Slot) -> Option<&ParkedOrder> {
        self.parked.get(&(slot.index() as u32))
    }

    /// Returns the orders outside the book, by number.
    pub fn parked_orders(&self) -> Vec<(OrderId, ParkedOrder)> {
        let number = |slot: u32| self.book.parked(slot_of(slot)).order;
        let orders = self.parked.iter();
        let mut orders: Vec<_> = orders
            .map(|(slot, parked)| (number(*slot), *parked))
            .collect();
        orders.sort_unstable_by_key(|(order, _)| *order);
        orders
    }

    /// # Panics
    /// When no order is parked at this slot.
    pub fn parked_mut(&mut self, slot: Slot) -> &mut ParkedOrder {
        let parked = self.parked.get_mut(&(slot.index() as u32));
        parked.expect("a parked slot has a row")
    }

    /// Counts an order that came to rest or to wait.
    #[inline(always)]
    pub fn count_in(&mut self, seat: u32, side: Side, open: Qty) {
        let seat = self.seats.at_mut(seat);
        seat.open_orders += 1;
        if side == Side::Buy {
            seat.open_buy_lots += open.lots();
        }
    }

    /// Counts lots that an open order is to have more.
    pub fn count_more(&mut self, seat: u32, side: Side, qty: Qty) {
        if side == Side::Buy {
            self.seats.at_mut(seat).open_buy_lots += qty.lots();
        }
    }

    /// Puts an order into its seat's list, which stands in the order of numbers.
    #[inline(always)]
    fn link(&mut self, slot: Slot, seat: u32, order: OrderId) {
        if order == self.last_order {
            self.append(slot, seat);
        } else {
            self.link_late(slot, order);
        }
    }

    /// Appends an order to its seat's list.
    #[inline(always)]
    pub fn append(&mut self, slot: Slot, seat: u32) {
        let number = slot.index() as u32;
        let seat = self.seats.at_mut(seat);
        let older = std::mem::replace(&mut seat.newest, number);
        seat.oldest = select_unpredictable(older == NONE, number, seat.oldest);
        self.details.append(slot_of(older), slot);
    }

    /// Puts an order that was numbered some time ago behind the last one with a lower number.
    #[cold]
    fn link_late(&mut self, slot: Slot, order: OrderId) {
        let seat_number = self.details.get(slot).seat;
        let (mut older, mut newer) = (self.seats.at(seat_number).newest, NONE);
        while older != NONE && order < self.book.number_at(slot_of(older)) {
            newer = older;
            older = self.details.get(slot_of(older)).older;
        }
        let number = slot.index() as u32;
        let detail = self.details.get_mut(slot);
        (detail.older, detail.newer) = (older, newer);
        self.details.get_mut(slot_of(older)).newer = number;
        self.details.get_mut(slot_of(newer)).older = number;
        let seat = self.seats.at_mut(seat_number);
        if older == NONE {
            seat.oldest = number;
        }
        if newer == NONE {
            seat.newest = number;
        }
    }

    /// Counts lots that a resting order lost, by whatever cause.
    #[inline(always)]
    pub fn count_out(&mut self, seat: u32, side: Side, qty: Qty) {
        if side == Side::Buy {
            self.seats.at_mut(seat).open_buy_lots -= qty.lots();
        }
    }

    /// Forgets an order that is off the book: its name, its place in the list of its seat.
    #[inline(always)]
    pub fn forget(&mut self, slot: Slot) {
        let detail = self.details.forget(slot);
        let seat = self.seats.at_mut(detail.seat);
        seat.oldest = select_unpredictable(detail.older == NONE, detail.newer, seat.oldest);
        seat.newest = select_unpredictable(detail.newer == NONE, detail.older, seat.newest);
        seat.open_orders -= 1;
    }

    /// Returns what was executed of a resting order that has `open` left.
    pub fn executed(&self, slot: Slot, open: Qty) -> Qty {
        let original = self.details.get(slot).original;
        original.minus(self.details.prevented(slot)).minus(open)
    }
}

/// Returns the slot with this number in a list.
#[inline]
pub fn slot_of(number: u32) -> Slot {
    Slot::from_index(number as usize)
}
