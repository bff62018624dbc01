//! Changing what a market takes of orders with instructions, lists and amendments.

use model::event::Event;
use model::id::MarketId;
use model::instrument::{Cause, OrderLimits, Phase};
use model::reject::Reject;

use crate::engine::Engine;

impl Engine {
    /// # Errors
    /// `MarketUnknown`, `PhaseFinal`, `OrderLimits`.
    pub(crate) fn set_order_limits(
        &mut self,
        id: MarketId,
        limits: &OrderLimits,
        cause: Cause,
    ) -> Result<Event, Reject> {
        if self.market(id)?.phase == Phase::Closed {
            return Err(Reject::PhaseFinal);
        }
        if !limits.is_legal() {
            return Err(Reject::OrderLimits);
        }

        // Nothing below can fail.
        self.markets[usize::from(id.0)].limits = *limits;
        Ok(Event::OrderLimitsChanged {
            market: id,
            limits: Box::new(*limits),
            cause,
        })
    }
}
