//! Orders that are to trail the market and do not yet, and which trade lets them begin.
//!
//! **Source** `docs/spec/orders.md` §2. The core tells of no beginning: a trade may be that of any number of orders.

use model::id::MarketId;
use model::number::Price;
use model::order::{Condition, Direction};
use model::snapshot_views::OrderStage;
use std::collections::{BTreeMap, BTreeSet};

use crate::order::{OrderKey, PastOrder};

#[derive(Debug, Default)]
pub struct ComingTrails {
    markets: BTreeMap<MarketId, OfMarket>,
}

#[derive(Debug, Default)]
struct OfMarket {
    /// They begin with any trade.
    at_once: BTreeSet<OrderKey>,
    /// They begin with a trade that is not below their price.
    above: BTreeSet<(Price, OrderKey)>,
    /// They begin with a trade that is not above their price.
    below: BTreeSet<(Price, OrderKey)>,
}

impl ComingTrails {
    /// Adds an order, if it waits to trail.
    pub fn add(&mut self, order: &PastOrder) {
        let Some(condition) = coming(order) else {
            return;
        };
        let market = self.markets.entry(order.key.market).or_default();
        match condition {
            Coming::AtOnce => market.at_once.insert(order.key),
            Coming::Above(price) => market.above.insert((price, order.key)),
            Coming::Below(price) => market.below.insert((price, order.key)),
        };
    }

    /// Removes an order, if it waits to trail.
    pub fn remove(&mut self, order: &PastOrder) {
        if let Some(condition) = coming(order)
            && let Some(market) = self.markets.get_mut(&order.key.market)
        {
            match condition {
                Coming::AtOnce => market.at_once.remove(&order.key),
                Coming::Above(price) => market.above.remove(&(price, order.key)),
                Coming::Below(price) => market.below.remove(&(price, order.key)),
            };
        }
    }

    /// Returns the orders that begin with a trade at this price, and lets go of them.
    pub fn begin(&mut self, market: MarketId, price: Price) -> Vec<OrderKey> {
        let Some(market) = self.markets.get_mut(&market) else {
            return Vec::new();
        };
        let mut begun: Vec<OrderKey> = core::mem::take(&mut market.at_once).into_iter().collect();
        while let Some((activation, order)) = market.above.first().copied()
            && activation <= price
        {
            market.above.pop_first();
            begun.push(order);
        }
        while let Some((activation, order)) = market.below.last().copied()
            && price <= activation
        {
            market.below.pop_last();
            begun.push(order);
        }
        begun
    }
}

enum Coming {
    AtOnce,
    Above(Price),
    Below(Price),
}

/// Returns what an order waits for that is to trail and does not yet.
fn coming(order: &PastOrder) -> Option<Coming> {
    let is_coming = order.stage == OrderStage::Waiting
        && order.trailing_since.is_none()
        && order.closed.is_none();
    let trigger = order.instructions.trigger.filter(|_| is_coming)?;
    match trigger.condition {
        Condition::Stop { .. } => None,
        Condition::Trail { .. } => Some(Coming::AtOnce),
        Condition::TrailFrom { activation, .. } => Some(match trigger.direction(order.side) {
            Direction::Above => Coming::Above(activation),
            Direction::Below => Coming::Below(activation),
        }),
    }
}
