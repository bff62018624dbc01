//! An order as it is kept.

use crate::account_market::AccountMarket;
use crate::chain::Links;
use crate::closings::Closing;
use crate::known::known;
use crate::order::{Instructed, Order};
use crate::rows::Slot;
use crate::trail::Step;
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, TradeId};
use model::number::{Price, Qty};
use model::order::{CloseReason, OrderKind, SelfTradeMode, Side};
use model::text::ClientOrderId;
use model::time::Timestamp;
use std::num::NonZeroU64;

/// An order with its place in every list.
///
/// **Shape** three cache lines: what a fill or a close reads and writes, what lists and readers need, and what only
/// readers and names do.
#[repr(C, align(64))]
pub struct OrderRow {
    pub quote_units: i128,
    pub order: OrderId,
    pub executed: Qty,
    pub updated_at: Timestamp,
    last_fill: Option<NonZeroU64>,
    pub account: AccountId,
    /// `None` while that is to be put together later.
    of: Option<Slot<AccountMarket>>,
    pub market: MarketId,
    pub side: Side,
    pub self_trade: SelfTradeMode,
    pub closed: Option<CloseReason>,
    /// Whether the client id leads to this order: a later order may take the id over once this one is closed.
    pub is_named: bool,
    /// Whether there is more to it among the instructed orders.
    pub is_instructed: bool,
    /// Among the open, later the closed, orders of its account in its market, where it has many.
    pub own_links: Links<OrderRow>,
    /// Its place among all closed orders; zero while it is open.
    pub closing: Closing,
    pub created_at: Timestamp,
    pub working_at: Option<Timestamp>,
    pub original: Qty,
    pub prevented: Qty,
    prevented_match: Option<NonZeroU64>,

    pub client_id: ClientOrderId,
    pub kind: OrderKind,
}

const _: () = assert!(size_of::<OrderRow>() == 3 * 64);

impl OrderRow {
    /// Returns the row of an order that is in no list yet; its instructions follow.
    pub fn new(order: &Order, last_fill: Option<TradeId>) -> OrderRow {
        let prevented_match = order.prevented_match.map_or(0, |prevented| prevented.0);
        OrderRow {
            quote_units: order.quote_units,
            order: order.order,
            executed: order.executed,
            updated_at: order.updated_at,
            last_fill: NonZeroU64::new(last_fill.map_or(0, |trade| trade.0)),
            account: order.account,
            of: None,
            market: order.market,
            side: order.side,
            self_trade: order.self_trade,
            closed: order.closed,
            is_named: false,
            is_instructed: false,
            own_links: Links::NONE,
            closing: 0,
            created_at: order.created_at,
            working_at: order.working_at,
            original: order.original,
            prevented: order.prevented,
            prevented_match: NonZeroU64::new(prevented_match),
            client_id: order.client_id,
            kind: order.kind,
        }
    }

    /// Returns the order as its owner reads it, with what is kept apart from the row.
    pub fn order(&self, instructed: Option<Instructed>) -> Order {
        Order {
            market: self.market,
            order: self.order,
            account: self.account,
            client_id: self.client_id,
            side: self.side,
            kind: self.kind,
            self_trade: self.self_trade,
            original: self.original,
            executed: self.executed,
            prevented: self.prevented,
            quote_units: self.quote_units,
            created_at: self.created_at,
            updated_at: self.updated_at,
            working_at: self.working_at,
            prevented_match: self
                .prevented_match
                .map(|number| PreventedMatchId(number.get())),
            closed: self.closed,
            instructed,
        }
    }

    /// Returns where its account is in its market.
    ///
    /// # Panics
    /// While that is to be put together later.
    pub fn of(&self) -> Slot<AccountMarket> {
        known(self.of)
    }

    pub fn set_of(&mut self, of: Slot<AccountMarket>) {
        self.of = Some(of);
    }

    /// Takes the limit price that the book has set, if it has.
    pub fn peg(&mut self, price: Option<Price>) {
        if let Some(price) = price {
            self.kind = self.kind.at(price);
        }
    }

    /// Returns its step in the trail of its account.
    pub fn step(&self) -> Step {
        Step {
            number: self.order.0,
            at: self.created_at,
        }
    }

    /// Asks for all of it, ahead of its change.
    pub fn warm(&self) {
        warm::whole(self);
    }

    pub fn last_fill(&self) -> Option<TradeId> {
        self.last_fill.map(|number| TradeId(number.get()))
    }

    /// Notes a fill and returns the one before it.
    pub fn set_last_fill(&mut self, trade: TradeId) -> Option<TradeId> {
        let before = self.last_fill();
        self.last_fill = NonZeroU64::new(trade.0);
        before
    }

    pub fn set_prevented_match(&mut self, prevented: PreventedMatchId) {
        self.prevented_match = NonZeroU64::new(prevented.0);
    }
}
