//! Pegged orders: the book sets their limit price when they start (`docs/spec/orders.md` §5).

use model::command::NewOrder;
use model::instrument::Phase;
use model::number::Price;
use model::order::{Instructions, OrderKind, Peg, PegBase, Side, TimeInForce};
use model::reject::Reject;

use crate::market::Market;

/// When an order on its way in starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Now,
    /// Once its trigger is met or its working leg filled.
    Later,
}

impl Start {
    /// Returns when an order that waits for no working leg starts.
    pub const fn of(instructions: &Instructions) -> Start {
        match instructions.trigger {
            Some(_) => Start::Later,
            None => Start::Now,
        }
    }
}

/// Returns an order at the price of its peg, if it starts now; else at the price it names, if it does.
///
/// # Errors
/// `PhaseClosed`, `PegForbidden`, `PegUnavailable`.
pub fn price_order(
    market: &Market,
    order: &NewOrder,
    instructions: &Instructions,
    start: Start,
) -> Result<NewOrder, Reject> {
    let Some(peg) = &instructions.peg else {
        return Ok(*order);
    };
    if market.phase != Phase::Continuous {
        return Err(Reject::PhaseClosed);
    }
    if !may_be_pegged(&order.kind, peg.base) {
        return Err(Reject::PegForbidden);
    }
    let kind = match (start, peg.price) {
        (Start::Now, _) => order.kind.at(pegged_price(market, order.side, peg)?),
        (Start::Later, Some(named)) => order.kind.at(named),
        (Start::Later, None) => order.kind,
    };
    Ok(NewOrder { kind, ..*order })
}

/// Returns whether the price of an order is still to be set.
pub fn is_unpriced(instructions: &Instructions, start: Start) -> bool {
    start == Start::Later && instructions.peg.is_some_and(|peg| peg.price.is_none())
}

/// Returns the kind that a waiting order is held for: a pegged one costs what a market order would.
pub fn held_kind(kind: &OrderKind, instructions: &Instructions) -> OrderKind {
    match (instructions.peg, kind.qty()) {
        (Some(_), Some(qty)) => OrderKind::Market { qty },
        _ => *kind,
    }
}

/// Returns the price that a peg takes from the book.
///
/// **Cost** O(levels passed).
///
/// # Errors
/// `PegUnavailable`.
pub fn pegged_price(market: &Market, side: Side, peg: &Peg) -> Result<Price, Reject> {
    let from = mutant::plant!("peg-takes-the-other-side", side.opposite(), side);
    let mut prices = market.book.prices(peg.base.side(from));
    let levels = usize::from(peg.levels.count());
    let price = prices.nth(mutant::plant!(
        "peg-follows-a-level-too-far",
        levels + 1,
        levels
    ));
    price.ok_or(Reject::PegUnavailable)
}

/// An order that would take at the price of its own side, or that may not take, has only its own side to follow.
pub fn may_be_pegged(kind: &OrderKind, base: PegBase) -> bool {
    match (kind, base) {
        (OrderKind::LimitMaker { .. }, PegBase::Primary)
        | (OrderKind::Limit { .. }, PegBase::Market) => true,
        (OrderKind::Limit { time_in_force, .. }, PegBase::Primary) => {
            *time_in_force == TimeInForce::GoodTillCancel
        }
        (OrderKind::LimitMaker { .. }, PegBase::Market)
        | (OrderKind::Market { .. } | OrderKind::MarketQuote { .. }, _) => false,
    }
}
