//! What a list looks like: which legs it has, and how their prices lie (`docs/spec/orders.md` §4).

use model::command::{Leg, Legs};
use model::number::Price;
use model::order::{OrderKind, Purpose, Side};
use model::reject::Reject;

/// Checks that the legs look like those of a list of their kind.
///
/// # Errors
/// `ListLegs`, `ListPrices`.
pub fn check_shape(legs: &Legs) -> Result<(), Reject> {
    match legs {
        Legs::OneCancelsOther { pair } => check_pair(pair),
        Legs::OneTriggersOther { working, pending } => {
            check_working(working)?;
            match pending.kind {
                OrderKind::MarketQuote { .. } => Err(Reject::ListLegs),
                _ => Ok(()),
            }
        }
        Legs::OneTriggersOneCancelsOther { working, pending } => {
            check_working(working)?;
            check_pair(pending)
        }
    }
}

fn check_working(leg: &Leg) -> Result<(), Reject> {
    let is_limit = matches!(
        leg.kind,
        OrderKind::Limit { .. } | OrderKind::LimitMaker { .. }
    );
    if is_limit && leg.instructions.trigger.is_none() {
        Ok(())
    } else {
        Err(Reject::ListLegs)
    }
}

/// Checks that two legs look like a pair.
///
/// # Errors
/// `ListLegs`, `ListPrices`.
pub fn check_pair([first, second]: &[Leg; 2]) -> Result<(), Reject> {
    let (stop, other) = match (is_stop_loss(first), is_stop_loss(second)) {
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return Err(Reject::ListLegs),
    };
    let is_taking_profit =
        other.instructions.trigger.is_some() || matches!(other.kind, OrderKind::LimitMaker { .. });
    let qty = first.kind.qty();
    if first.side != second.side || qty.is_none() || qty != second.kind.qty() || !is_taking_profit {
        return Err(Reject::ListLegs);
    }
    let stop_price = stop
        .instructions
        .trigger
        .and_then(|trigger| trigger.price());
    let (Some(stop_price), Some(other_price)) = (stop_price, goal(other)) else {
        return Ok(());
    };
    let is_enclosing = match first.side {
        Side::Sell => stop_price < other_price,
        Side::Buy => other_price < stop_price,
    };
    if is_enclosing {
        Ok(())
    } else {
        Err(Reject::ListPrices)
    }
}

fn is_stop_loss(leg: &Leg) -> bool {
    let trigger = leg.instructions.trigger;
    trigger.is_some_and(|trigger| trigger.purpose == Purpose::StopLoss)
}

/// Returns the price at which the leg without stop loss takes its profit, unless the book is still to set it.
fn goal(leg: &Leg) -> Option<Price> {
    match (&leg.instructions.trigger, &leg.instructions.peg) {
        (Some(trigger), _) => trigger.price(),
        (None, None) => leg.kind.price(),
        (None, Some(_)) => None,
    }
}
