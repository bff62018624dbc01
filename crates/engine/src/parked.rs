//! Open orders outside the book: each waits for its trigger, or for the working leg of its list.

use book::order::{Parked, Slot};
use clearing::hold::stop_price;
use clearing::value::checked_value;
use model::event::{Event, OrderClosed};
use model::id::OrderId;
use model::number::{Amount, Qty};
use model::order::{CloseReason, Condition, Instructions, OrderKind, Side, Trigger};
use model::reject::Reject;

use crate::desk::Desk;
use crate::detail::{NewDetail, RestingKind};
use crate::filter::{Incoming, base_of};
use crate::market::Market;

/// What the engine keeps of a parked order beside its node in the book and its detail.
#[derive(Clone, Copy, Debug)]
pub struct ParkedOrder {
    pub side: Side,
    pub kind: OrderKind,
    pub instructions: Instructions,
    pub stage: Stage,
    /// Quote units for a buy, base units for a sell.
    pub hold: Amount,
}

/// How far a parked order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The working leg of its list is not filled.
    Pending,
    /// It is; this leg takes its hold when its turn comes.
    Filled,
    /// The market's triggers know it.
    Armed,
}

impl ParkedOrder {
    /// Returns its quantity.
    pub const fn qty(&self) -> Qty {
        match self.kind.qty() {
            Some(qty) => qty,
            None => panic!("an order by quote is never parked"),
        }
    }
}

/// A waiting order on its way in.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    pub incoming: &'a Incoming<'a>,
    pub instructions: Instructions,
    pub order: OrderId,
    pub seat: u32,
    pub stage: Stage,
    pub hold: Amount,
    pub is_listed: bool,
}

impl Desk<'_> {
    /// Keeps an accepted order outside the book. Its hold is taken already.
    pub fn park(&mut self, waiting: &Waiting) {
        let incoming = waiting.incoming;
        let order = incoming.order;
        let parked = ParkedOrder {
            side: order.side,
            kind: order.kind,
            instructions: waiting.instructions,
            stage: waiting.stage,
            hold: waiting.hold,
        };
        let slot = self.market.book.park(Parked {
            order: waiting.order,
            account: incoming.trader.account,
            group: incoming.trader.group,
        });
        let detail = NewDetail {
            client_id: &order.client_id,
            original: parked.qty(),
            prevented: Qty::ZERO,
            seat: waiting.seat,
            kind: RestingKind::Parked,
            self_trade: incoming.self_trade,
            is_listed: waiting.is_listed,
        };
        self.market.keep_parked(slot, &detail, parked);
        if waiting.stage == Stage::Armed {
            self.arm(waiting.order, &parked);
        }
    }

    /// Lets a parked order wait for its trigger.
    pub fn arm(&mut self, order: OrderId, parked: &ParkedOrder) {
        let trigger = parked.instructions.trigger.as_ref();
        let trigger = trigger.expect("only an order with a trigger waits for one");
        self.market.triggers.wait(order, parked.side, trigger);
    }

    /// Takes a parked order out and returns what it was; its hold stays.
    pub fn unpark(&mut self, slot: Slot) -> (Parked, ParkedOrder) {
        let (node, parked) = self.market.drop_parked(slot);
        let trigger = parked.instructions.trigger.as_ref();
        self.market
            .triggers
            .forget(node.order, parked.side, trigger);
        (node, parked)
    }

    /// Ends a parked order and returns its hold.
    pub fn end_parked(&mut self, slot: Slot, reason: CloseReason) -> OrderId {
        let seat = self.market.details.get(slot).seat;
        let (node, parked) = self.unpark(slot);
        let row = self.market.paying_row(seat, parked.side);
        self.ledger.release(
            row,
            mutant::plant!("parked-keeps-its-hold", Amount::ZERO, parked.hold),
        );
        self.events.push(Event::OrderClosed(OrderClosed {
            market: self.market.instrument.id,
            order: node.order,
            account: node.account,
            side: parked.side,
            reason,
            unbooked: Qty::ZERO,
            price: parked.kind.price(),
            release: parked.hold,
        }));
        node.order
    }
}

/// Returns whether the last price meets a trigger already, so that nothing would be left to wait for.
pub fn is_met(market: &Market, side: Side, trigger: &Trigger) -> bool {
    let (Condition::Stop { price }, Some(last)) = (trigger.condition, market.last_price) else {
        return false;
    };
    trigger.direction(side).is_met(price, last)
}

/// Returns what a waiting order holds, where its limit makes it `worth` that much (`docs/spec/orders.md` §2.1).
///
/// # Errors
/// `TriggerUnpriced`, and `InsufficientFunds` beyond the money bound.
pub fn waiting_hold(
    market: &Market,
    side: Side,
    kind: &OrderKind,
    trigger: &Trigger,
    worth: Amount,
) -> Result<Amount, Reject> {
    let qty = kind.qty().unwrap_or(Qty::ZERO);
    match (side, kind.price()) {
        (Side::Sell, _) => Ok(base_of(market, qty)),
        (Side::Buy, Some(_)) => Ok(worth),
        (Side::Buy, None) => {
            let basis = trigger.price().or(market.last_price);
            let basis = basis.ok_or(Reject::TriggerUnpriced)?;
            let price = stop_price(basis, market.terms.execution_band);
            let k = market.instrument.quote_per_tick_lot;
            checked_value(price, qty, k).ok_or(Reject::InsufficientFunds)
        }
    }
}
