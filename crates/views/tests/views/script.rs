//! Events written by hand: what an engine says of orders with instructions and of lists.

use crate::exchange::{BTCUSDT, Exchange, amount, named, price, qty};
use model::event::{
    Event, ListAccepted, OrderAccepted, OrderActivated, OrderClosed, OrderInstructed,
    OrderTriggered, Published,
};
use model::id::{AccountId, ListId, OrderId};
use model::order::{
    CloseReason, Condition, Instructions, ListKind, OrderKind, Purpose, SelfTradeMode, Side,
    Trigger,
};
use model::strategy::Strategy;
use model::text::ClientOrderId;

impl Exchange {
    /// Folds the events of a command that no engine carried out; from then on, none may.
    pub fn say(&mut self, events: Vec<Event>) {
        let sequence = self.views.sequence().next();
        self.changes.clear();
        self.said.extend(events.iter().map(|event| Published {
            sequence,
            at: self.at,
            event: event.clone(),
        }));
        self.views.warm(events.iter());
        let place = (sequence, self.at);
        self.views.fold_command(place, &events, &mut self.changes);
        self.all_changes.extend_from_slice(&self.changes);
    }
}

/// An order of the first market that events are about.
#[derive(Clone, Copy)]
pub struct Scripted {
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    pub kind: OrderKind,
}

impl Scripted {
    pub fn accepted(&self, hold: i128) -> Event {
        Event::OrderAccepted(OrderAccepted {
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            side: self.side,
            kind: self.kind,
            self_trade: SelfTradeMode::ExpireMaker,
            client_id: ClientOrderId::from_number(self.order.0),
            hold: amount(hold),
        })
    }

    pub fn instructed(&self, instructions: Instructions) -> Event {
        Event::OrderInstructed(OrderInstructed {
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            instructions,
            is_pending: false,
        })
    }

    pub fn pending(&self, instructions: Instructions) -> Event {
        Event::OrderInstructed(OrderInstructed {
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            instructions,
            is_pending: true,
        })
    }

    pub fn rested(&self, ticks: i64, lots: i64) -> Event {
        Event::OrderRested {
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            side: self.side,
            price: price(ticks),
            qty: qty(lots),
        }
    }

    pub fn refilled(&self, ticks: i64, lots: i64) -> Event {
        Event::OrderRefilled {
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            side: self.side,
            price: price(ticks),
            qty: qty(lots),
        }
    }

    pub fn shows_otherwise(&self, previous: i64, shown: i64) -> Event {
        Event::IcebergAmended {
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            previous: qty(previous),
            shown: qty(shown),
        }
    }

    pub fn triggered(&self, release: i128, hold: i128) -> Event {
        Event::OrderTriggered(OrderTriggered {
            pegged: None,
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            side: self.side,
            release: amount(release),
            hold: amount(hold),
        })
    }

    pub fn activated(&self, hold: i128) -> Event {
        Event::OrderActivated(OrderActivated {
            pegged: None,
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            side: self.side,
            hold: amount(hold),
        })
    }

    /// It has nothing on the book.
    pub fn closed(&self, reason: CloseReason, release: i128) -> Event {
        self.closed_with(0, reason, release)
    }

    /// It has so many lots on the book.
    pub fn closed_with(&self, lots: i64, reason: CloseReason, release: i128) -> Event {
        Event::OrderClosed(OrderClosed {
            market: BTCUSDT,
            order: self.order,
            account: self.account,
            side: self.side,
            reason,
            unbooked: qty(lots),
            price: self.kind.price(),
            release: amount(release),
        })
    }
}

pub fn list_accepted(list: u64, kind: ListKind, name: &str, first: &Scripted) -> Event {
    Event::ListAccepted(ListAccepted {
        market: BTCUSDT,
        list: ListId(list),
        account: first.account,
        kind,
        client_id: named(name),
        first_order: first.order,
    })
}

pub fn list_closed(list: u64, account: AccountId) -> Event {
    Event::ListClosed {
        market: BTCUSDT,
        list: ListId(list),
        account,
    }
}

/// Instructions to wait for a price.
pub fn stop(ticks: i64) -> Instructions {
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: Some(Trigger {
            purpose: Purpose::StopLoss,
            condition: Condition::Stop {
                price: price(ticks),
            },
        }),
        iceberg: None,
    }
}

/// Instructions to show so many lots at a time.
pub fn showing(lots: i64) -> Instructions {
    Instructions {
        peg: None,
        strategy: Strategy::NONE,
        trigger: None,
        iceberg: Some(qty(lots)),
    }
}
