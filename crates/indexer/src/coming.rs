//! Orders of the history that are to trail and do not yet, market by market.

use model::coming_trails::ComingTrails;
use model::id::MarketId;
use model::number::Price;
use model::order::Trigger;
use model::snapshot_views::OrderStage;
use std::collections::BTreeMap;

use crate::order::{OrderKey, PastOrder};

#[derive(Debug, Default)]
pub struct Coming {
    markets: BTreeMap<MarketId, ComingTrails<OrderKey>>,
}

impl Coming {
    /// Adds an order, if it waits to trail.
    pub fn add(&mut self, order: &PastOrder) {
        if let Some(trigger) = trigger(order) {
            let market = self.markets.entry(order.key.market).or_default();
            market.add(order.key, order.side, &trigger);
        }
    }

    /// Removes an order, if it waits to trail.
    pub fn remove(&mut self, order: &PastOrder) {
        if let Some(trigger) = trigger(order)
            && let Some(market) = self.markets.get_mut(&order.key.market)
        {
            market.remove(order.key, order.side, &trigger);
        }
    }

    /// Returns the orders that begin with a trade at this price, and lets go of them.
    pub fn begin(&mut self, market: MarketId, price: Price) -> Vec<OrderKey> {
        let market = self.markets.get_mut(&market);
        market.map_or_else(Vec::new, |market| market.begin(price))
    }
}

/// Returns the trigger of an order that waits for it and does not trail yet.
fn trigger(order: &PastOrder) -> Option<Trigger> {
    let is_coming = order.stage == OrderStage::Waiting
        && order.trailing_since.is_none()
        && order.closed.is_none();
    order.instructions.trigger.filter(|_| is_coming)
}
