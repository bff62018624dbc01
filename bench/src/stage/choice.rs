//! The stages by the names of the command line.

use anyhow::Result;
use clap::ValueEnum;

use crate::flow::Flow;
use crate::measure::contender::{Contender, Prepared};
use crate::stage::book::BookStage;
use crate::stage::durable::Durable;
use crate::stage::engine::EngineStage;
use crate::stage::lobster::Lobster;
use crate::stage::orderbook_rs::OrderbookRs;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StageChoice {
    /// Our book, matching
    Book,
    /// Our engine: risk, matching, settlement and events
    Engine,
    /// The exchange's own threads, every answer after its sync: sequencer, journal, engine
    Durable,
    /// The registry crate lobster, matching
    PeerLobster,
    /// The registry crate orderbook-rs, matching
    PeerOrderbookRs,
}

impl StageChoice {
    /// Returns the stage ready to be measured on `flow`.
    ///
    /// # Errors
    /// A flow that the stage cannot express.
    pub fn prepare(self, flow: &Flow) -> Result<Box<dyn Contender + '_>> {
        Ok(match self {
            StageChoice::Book => Box::new(Prepared::<BookStage>::new(flow)?),
            StageChoice::Engine => Box::new(Prepared::<EngineStage>::new(flow)?),
            StageChoice::Durable => Box::new(Durable::new(flow)?),
            StageChoice::PeerLobster => Box::new(Prepared::<Lobster>::new(flow)?),
            StageChoice::PeerOrderbookRs => Box::new(Prepared::<OrderbookRs>::new(flow)?),
        })
    }
}
