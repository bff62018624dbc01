//! Moving a market from phase to phase.

use model::event::Event;
use model::id::{MarketId, OrderId};
use model::instrument::{Cause, Phase};
use model::order::{CloseReason, Side};
use model::reject::Reject;

use crate::engine::Engine;
use crate::market::Market;

impl Engine {
    /// Moves a market to another phase; closing it cancels every order and is final.
    ///
    /// # Errors
    /// `MarketUnknown`, `PhaseFinal`, `PhaseUnchanged`, and `PhaseClosed` for a way back to before trading, where
    /// resting orders could not be cancelled (B12).
    pub(crate) fn set_phase(
        &mut self,
        id: MarketId,
        phase: Phase,
        cause: Cause,
        events: &mut Vec<Event>,
    ) -> Result<Event, Reject> {
        let market = self.market(id)?;
        if market.phase == Phase::Closed {
            return Err(Reject::PhaseFinal);
        }
        if market.phase == phase {
            return Err(Reject::PhaseUnchanged);
        }
        if phase == Phase::PreTrading {
            return Err(Reject::PhaseClosed);
        }
        let ended = match phase {
            Phase::Closed => every_order(market),
            _ => Vec::new(),
        };

        // Nothing below can fail.
        let mut desk = self.existing_desk(id, events);
        desk.cancel_each(&ended, CloseReason::Delisted);
        desk.market.phase = phase;
        Ok(Event::PhaseChanged {
            market: id,
            phase,
            cause,
        })
    }
}

/// Returns the orders of the book, then those outside it by number.
fn every_order(market: &Market) -> Vec<OrderId> {
    let sides = [Side::Buy, Side::Sell].into_iter();
    let orders = sides.flat_map(|side| market.book.orders(side));
    let mut orders: Vec<OrderId> = orders.map(|(_, resting)| resting.order).collect();
    orders.extend(market.parked_orders().into_iter().map(|(order, _)| order));
    orders
}
