//! A new order's answer, made of nothing but the events of its command.

use model::event::{Event, MatchPrevented, OrderAccepted, Traded};
use model::id::OrderId;
use model::number::Qty;
use model::order::Side;
use model::time::Timestamp;
use wire::binance::answer::order::{Ack, FillFacts, New, OrderFacts, Placed};
use wire::binance::request::ResponseType;
use wire::binance::time::TimeUnit;

use crate::rest::facts::Listing;

/// An order as its own command left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedFacts {
    pub order: OrderFacts,
    pub fills: Vec<FillFacts>,
}

impl PlacedFacts {
    /// Returns the order these events accepted, or `None` when they accepted none.
    pub fn of(events: &[Event], listing: &Listing, at: Timestamp) -> Option<PlacedFacts> {
        let accepted = events.iter().find_map(|event| match event {
            Event::OrderAccepted(accepted) => Some(accepted),
            _ => None,
        })?;
        let mut placed = PlacedFacts::accepted(accepted, listing, at);
        for event in events {
            placed.take_in(event, listing, at);
        }
        Some(placed)
    }

    /// Returns an order before it meets the book.
    pub fn accepted(accepted: &OrderAccepted, listing: &Listing, at: Timestamp) -> PlacedFacts {
        PlacedFacts {
            order: OrderFacts {
                symbol: listing.instrument.symbol,
                grid: listing.instrument.grid,
                order: accepted.order,
                client_id: accepted.client_id,
                side: accepted.side,
                kind: accepted.kind,
                self_trade: accepted.self_trade,
                original: accepted.kind.qty().unwrap_or(Qty::ZERO),
                executed: Qty::ZERO,
                prevented: Qty::ZERO,
                prevented_match: None,
                quote_units: 0,
                closed: None,
                created_at: at,
                updated_at: at,
                working_at: None,
            },
            fills: Vec::new(),
        }
    }

    /// Takes in an event that may concern the order.
    pub fn take_in(&mut self, event: &Event, listing: &Listing, at: Timestamp) {
        let order = self.order.order;
        match event {
            Event::Traded(traded) if traded.taker.order == order => {
                self.take_in_trade(traded, listing, at);
            }
            Event::MatchPrevented(prevented) if prevented.taker_order == order => {
                self.take_in_prevented(prevented);
            }
            Event::OrderRested { order: rested, .. } if *rested == order => {
                self.order.working_at.get_or_insert(at);
            }
            Event::OrderClosed(closed) if closed.order == order => {
                self.order.closed = Some(closed.reason);
            }
            _ => {}
        }
    }

    fn take_in_trade(&mut self, traded: &Traded, listing: &Listing, at: Timestamp) {
        self.order.executed = self.order.executed.plus(traded.qty);
        self.order.quote_units += traded.quote.units();
        self.order.working_at.get_or_insert(at);
        self.fills.push(FillFacts {
            price: traded.price,
            qty: traded.qty,
            commission: traded.taker.fee,
            commission_asset: match traded.taker_side {
                Side::Buy => listing.base,
                Side::Sell => listing.quote,
            },
            trade: traded.trade,
        });
    }

    fn take_in_prevented(&mut self, prevented: &MatchPrevented) {
        self.order.prevented = self.order.prevented.plus(prevented.taker_qty);
        self.order.prevented_match = Some(prevented.prevented);
    }

    /// Returns the answer at the length it was asked for.
    pub fn answer(&self, response: ResponseType, at: Timestamp, unit: TimeUnit) -> New {
        match response {
            ResponseType::Ack => New::Ack(Ack::of(&self.order, at, unit)),
            ResponseType::Result => New::Placed(Box::new(Placed::of(&self.order, None, at, unit))),
            ResponseType::Full => New::Placed(Box::new(Placed::of(
                &self.order,
                Some(&self.fills),
                at,
                unit,
            ))),
        }
    }
}

/// Returns the orders these events closed, in order.
pub fn closed_orders(events: &[Event]) -> impl Iterator<Item = OrderId> + '_ {
    events.iter().filter_map(|event| match event {
        Event::OrderClosed(closed) => Some(closed.order),
        _ => None,
    })
}
