//! Our engine: risk checks, matching, settlement and every event.
//!
//! One market a symbol, each with a base asset of its own, all against one quote asset, with fees
//! for maker and taker. Every account has a key and is funded amply before the clock starts.
//! Orders carry the flow's order id as their client id; cancels name it, and a move is one
//! cancel-replace under the same client id. Nothing is looked up by the harness: whatever a
//! client's request would cost the core is measured.

pub mod setup;
pub mod translate;

use anyhow::{Result, ensure};
use engine::engine::Engine;
use model::command::Sequenced;
use model::event::Event;
use model::id::MarketId;

use crate::flow::Flow;
use crate::stage::book::resting_lots;
use crate::stage::{Outcome, Stage};

pub struct EngineStage {
    engine: Engine,
    symbols: u16,
    events: Vec<Event>,
    outcome: Outcome,
}

impl Stage for EngineStage {
    type Command = Sequenced;

    const NAME: &'static str = "engine";

    fn translate(flow: &Flow) -> Result<Vec<Sequenced>> {
        // The engine's prices start at 1; every later price lies above the lowest.
        ensure!(
            0 < flow.header.price_low_ticks,
            "the engine has no prices below 1"
        );
        Ok(translate::commands(flow, setup::commands(flow).len()))
    }

    fn open(flow: &Flow) -> Result<Self> {
        let mut stage = EngineStage {
            engine: Engine::new(),
            symbols: u16::try_from(flow.header.symbols)?,
            events: Vec::new(),
            outcome: Outcome::default(),
        };
        for (index, command) in setup::commands(flow).into_iter().enumerate() {
            stage.apply(&translate::sequenced(index, command));
        }
        Ok(stage)
    }

    fn apply(&mut self, command: &Sequenced) {
        self.events.clear();
        self.engine.apply(command, &mut self.events);
        for event in &self.events {
            count(&mut self.outcome, event);
        }
    }

    fn warm(&self, batch: &[Sequenced]) {
        self.engine.warm(batch);
    }

    fn outcome(&self) -> Outcome {
        let books = || (0..self.symbols).filter_map(|symbol| self.engine.book(MarketId(symbol)));
        Outcome {
            resting_orders: Some(books().map(|book| book.len() as u64).sum()),
            resting_lots: Some(books().map(resting_lots).sum()),
            ..self.outcome
        }
    }
}

/// # Panics
/// When the engine refused a command: every command of a flow is acceptable.
fn count(outcome: &mut Outcome, event: &Event) {
    match event {
        Event::Traded(traded) => {
            let price_ticks = traded.price.ticks().cast_unsigned();
            outcome.add_trade(price_ticks, traded.qty.lots().cast_unsigned());
        }
        Event::Rejected { reason }
        | Event::ReplaceCancelRejected { reason }
        | Event::ReplacePlaceRejected { reason } => panic!("the engine refused: {reason:?}"),
        _ => {}
    }
}
