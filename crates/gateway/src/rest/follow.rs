//! What each event makes of an order.

use model::event::{Event, Traded};
use model::id::OrderId;
use model::number::{Amount, Price};
use model::order::{OrderKind, Side};
use model::text::Symbol;
use model::time::Timestamp;
use wire::binance::answer::order::OrderFacts;
use wire::binance::answer::own_trade::Role;
use wire::binance::words::Stage;

use crate::rest::facts::Listing;

/// Takes in an event that may concern the order; a command touches one market, so that numbers name orders.
pub fn follow(order: &mut OrderFacts, event: &Event, at: Timestamp) {
    let number = order.order;
    match event {
        Event::OrderInstructed(instructed) if instructed.order == number => {
            order.instructions = instructed.instructions;
            order.stage = if instructed.is_pending {
                Stage::Pending
            } else {
                stage_alone(order)
            };
            order.working_at = (order.stage == Stage::Working).then_some(at);
        }
        Event::OrderActivated(activated) if activated.order == number => {
            order.stage = stage_alone(order);
            order.working_at = (order.stage == Stage::Working).then_some(at);
            order.kind = pegged(order.kind, activated.pegged);
        }
        Event::OrderTriggered(triggered) if triggered.order == number => {
            order.stage = Stage::Working;
            order.working_at = Some(at);
            order.kind = pegged(order.kind, triggered.pegged);
        }
        Event::Traded(traded) if role(traded, number).is_some() => {
            order.executed = order.executed.plus(traded.qty);
            order.quote_units += traded.quote.units();
        }
        Event::MatchPrevented(prevented) => {
            if prevented.taker_order == number {
                order.prevented = order.prevented.plus(prevented.taker_qty);
                order.prevented_match = Some(prevented.prevented);
            }
            if prevented.maker_order == number {
                order.prevented = order.prevented.plus(prevented.maker_qty);
                order.prevented_match = Some(prevented.prevented);
            }
        }
        Event::OrderAmended(amended) if amended.order == number => {
            order.original = amended.qty;
            order.client_id = amended.client_id;
        }
        Event::OrderRequeued(requeued) if requeued.order == number => {
            order.original = requeued.qty;
            order.client_id = requeued.client_id;
            order.kind = order.kind.at(requeued.price);
        }
        Event::WaitingAmended(amended) if amended.order == number => {
            order.original = amended.kind.qty().unwrap_or(order.original);
            order.client_id = amended.client_id;
            order.kind = pegged(order.kind, amended.kind.price());
            order.instructions = order.instructions.until(amended.awaited);
        }
        Event::IcebergAmended {
            order: amended,
            shown,
            ..
        } if *amended == number => {
            order.instructions.iceberg = Some(*shown);
        }
        Event::OrderClosed(closed) if closed.order == number => {
            order.closed = Some(closed.reason);
        }
        _ => {}
    }
}

/// Returns a kind at the price that the book or an amendment has set for it, if one has.
fn pegged(kind: OrderKind, price: Option<Price>) -> OrderKind {
    price.map_or(kind, |price| kind.at(price))
}

/// Where an order stands that waits for no list.
const fn stage_alone(order: &OrderFacts) -> Stage {
    match order.instructions.trigger {
        Some(_) => Stage::Waiting,
        None => Stage::Working,
    }
}

/// Returns on which side of a trade an order was, if on any.
pub fn role(traded: &Traded, order: OrderId) -> Option<Role> {
    if traded.taker.order == order {
        Some(Role::Taker)
    } else if traded.maker.order == order {
        Some(Role::Maker)
    } else {
        None
    }
}

/// Returns what a side of a trade paid, and in which asset.
///
/// A maker that earns a rebate pays no fee: its commission is then below zero, in the asset of the rebate.
pub fn commission(traded: &Traded, role: Role, listing: &Listing) -> (Amount, Symbol) {
    let (taker_receives, maker_receives) = match traded.taker_side {
        Side::Buy => (listing.base, listing.quote),
        Side::Sell => (listing.quote, listing.base),
    };
    match role {
        Role::Taker => (traded.taker.fee, taker_receives),
        Role::Maker if traded.maker_rebate.is_zero() => (traded.maker.fee, maker_receives),
        Role::Maker => (traded.maker_rebate.negated(), taker_receives),
    }
}
