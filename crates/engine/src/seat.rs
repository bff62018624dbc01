//! A seat: one account in one market, with everything its orders there need at hand.

use ledger::row::Row;
use model::id::AccountId;
use model::index::Index;
use model::order::Side;

use crate::table::{Keyed, Table};

/// No order: the book gives out slots from 1.
pub const NONE: u32 = 0;

/// One account in one market.
///
/// **Shape** opened with the account's first accepted order there, kept for good, never part of a snapshot: it
/// follows from the orders. Half a cache line, and never across two of them.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct Seat {
    pub account: AccountId,
    /// The account's spot balances of the market's two assets.
    pub base: Row,
    pub quote: Row,
    pub open_orders: u32,
    /// The open orders of the account, oldest first, as a list through their rows.
    pub oldest: u32,
    pub newest: u32,
    /// Lots of its open buy orders: the part of MAX_POSITION that is not a balance.
    ///
    /// **Bounds** below 2^63, by that filter.
    pub open_buy_lots: i64,
}

const _: () = assert!(size_of::<Seat>() == 32);

/// The spot balances of an account in the two assets of a market.
#[derive(Clone, Copy, Debug)]
pub struct SeatRows {
    pub base: Row,
    pub quote: Row,
}

/// Where an account sits, and the balances its orders there hold from: neither ever changes.
#[derive(Clone, Copy, Debug)]
pub struct Seated {
    pub number: u32,
    pub rows: SeatRows,
}

impl SeatRows {
    /// Returns the balance an order of `side` holds from.
    #[inline]
    pub const fn paying(&self, side: Side) -> Row {
        match side {
            Side::Buy => self.quote,
            Side::Sell => self.base,
        }
    }
}

impl Seat {
    pub fn new(account: AccountId, base: Row, quote: Row) -> Seat {
        Seat {
            account,
            base,
            quote,
            open_orders: 0,
            oldest: NONE,
            newest: NONE,
            open_buy_lots: 0,
        }
    }

    /// Returns the balances its orders hold from.
    #[inline]
    pub const fn rows(&self) -> SeatRows {
        SeatRows {
            base: self.base,
            quote: self.quote,
        }
    }
}

impl Keyed for Seat {
    type Key = AccountId;

    #[inline]
    fn key(&self) -> AccountId {
        self.account
    }

    #[inline]
    fn hash(key: AccountId, index: &Index) -> u64 {
        index.hash(&[u64::from(key.0)])
    }
}

pub type Seats = Table<Seat>;
