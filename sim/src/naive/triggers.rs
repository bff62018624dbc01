//! Orders that wait for the market, and what a trade makes of them.

use super::{Incoming, Market, Naive, Parked, Waiting};
use model::id::MarketId;
use model::order::{Condition, Direction, Side, Trigger};

const WHOLE_POINTS: i128 = 10_000;

impl Naive {
    pub(super) fn park(
        &mut self,
        id: MarketId,
        order: u64,
        incoming: &Incoming,
        waiting: Waiting,
        hold: i128,
    ) {
        // Numbers rise, so the last is the highest.
        self.markets[usize::from(id.0)].parked.push(Parked {
            id: order,
            order: *incoming,
            waiting,
            hold,
            amendments: 0,
        });
    }

    /// Shows a trade to every order that waits for the market.
    pub(super) fn show_trade(&mut self, id: MarketId, price: i64) {
        for row in &mut self.markets[usize::from(id.0)].parked {
            if let Some(trigger) = row.order.instructions.trigger {
                row.waiting = watch(row.waiting, &trigger, row.order.side, price);
            }
        }
    }
}

impl Market {
    /// Takes an order from among those outside the book.
    ///
    /// # Panics
    /// When it is not there.
    pub(super) fn take_parked(&mut self, order: u64) -> Parked {
        let index = self.parked.iter().position(|row| row.id == order);
        self.parked
            .remove(index.expect("an order parked in this market"))
    }

    /// Returns whether an order is on the book or parked.
    pub(super) fn is_order_open(&self, order: u64) -> bool {
        self.orders.iter().any(|row| row.id == order)
            || self.parked.iter().any(|row| row.id == order)
    }
}

/// Returns whether the last price meets a trigger that does not trail.
pub fn is_met(trigger: &Trigger, side: Side, last_price: Option<i64>) -> bool {
    match (trigger.condition, last_price) {
        (Condition::Stop { price }, Some(last)) => {
            is_beyond(trigger.direction(side), price.ticks(), last)
        }
        _ => false,
    }
}

fn is_beyond(direction: Direction, threshold: i64, price: i64) -> bool {
    match direction {
        Direction::Above => threshold <= price,
        Direction::Below => price <= threshold,
    }
}

/// Returns what an order waits for after a trade.
pub fn watch(waiting: Waiting, trigger: &Trigger, side: Side, price: i64) -> Waiting {
    match (waiting, trigger.condition) {
        (Waiting::Market, Condition::Stop { .. }) if is_met(trigger, side, Some(price)) => {
            Waiting::Turn
        }
        (Waiting::Market, Condition::Trail { .. }) => Waiting::Trailing { extreme: price },
        (Waiting::Market, Condition::TrailFrom { activation, .. })
            if is_beyond(trigger.direction(side), activation.ticks(), price) =>
        {
            Waiting::Trailing { extreme: price }
        }
        (
            Waiting::Trailing { extreme },
            Condition::Trail { delta } | Condition::TrailFrom { delta, .. },
        ) => trail(extreme, i128::from(delta.points()), side, price),
        _ => waiting,
    }
}

/// Returns what a tracking order waits for after a trade: a better price moves the extreme, a worse one may be enough.
fn trail(extreme: i64, delta: i128, side: Side, price: i64) -> Waiting {
    let (is_better, is_enough) = match side {
        Side::Sell => (
            extreme < price,
            i128::from(price) * WHOLE_POINTS <= i128::from(extreme) * (WHOLE_POINTS - delta),
        ),
        Side::Buy => (
            price < extreme,
            i128::from(extreme) * (WHOLE_POINTS + delta) <= i128::from(price) * WHOLE_POINTS,
        ),
    };
    if is_better {
        Waiting::Trailing { extreme: price }
    } else if is_enough {
        Waiting::Turn
    } else {
        Waiting::Trailing { extreme }
    }
}
