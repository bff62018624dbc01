//! The matchers that a flow is run through: ours and the peers.
//!
//! A stage is opened fresh for every run. What it may do before the clock starts is `translate`
//! and `open`; everything else is measured.

pub mod book;
pub mod choice;
pub mod durable;
pub mod engine;
pub mod lobster;
pub mod orderbook_rs;

use std::time::Instant;

use anyhow::{Result, ensure};

use crate::flow::Flow;
use crate::flow::header::Totals;
use crate::flow::record::Record;
use crate::measure::latency::Latencies;

/// The number of commands handed over at a time, as a sequencer hands over its batches.
pub const BATCH_COMMANDS: usize = 64;

/// What a stage arrived at. A figure that a peer cannot tell is absent, and not checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    pub trades: u64,
    pub traded_lots: u64,
    /// **Units**: ticks × lots, summed modulo 2^64.
    pub notional: u64,
    pub resting_orders: Option<u64>,
    pub resting_lots: Option<u64>,
}

impl Outcome {
    /// Counts one trade.
    pub fn add_trade(&mut self, price_ticks: u64, lots: u64) {
        self.trades += 1;
        self.traded_lots += lots;
        self.notional = self.notional.wrapping_add(price_ticks.wrapping_mul(lots));
    }

    /// Checks the outcome against the totals of the flow's header.
    ///
    /// # Errors
    /// The first figure that differs.
    pub fn check(&self, expected: &Totals) -> Result<()> {
        let same = |what: &str, found: u64, expected: u64| {
            ensure!(
                found == expected,
                "{what}: {found}, but the header says {expected}"
            );
            Ok(())
        };
        same("trades", self.trades, expected.trades)?;
        same("traded lots", self.traded_lots, expected.traded_lots)?;
        same("price × quantity", self.notional, expected.notional)?;
        let resting_orders = self.resting_orders.unwrap_or(expected.resting_orders);
        same("resting orders", resting_orders, expected.resting_orders)?;
        let resting_lots = self.resting_lots.unwrap_or(expected.resting_lots);
        same("resting lots", resting_lots, expected.resting_lots)
    }
}

/// One matcher, as the harness drives it.
pub trait Stage: Sized {
    /// What the stage is fed with; made from the flow before the clock starts.
    type Command;

    const NAME: &'static str;

    /// Returns the stage's commands, one for each record.
    ///
    /// # Errors
    /// A flow that the stage cannot express.
    fn translate(flow: &Flow) -> Result<Vec<Self::Command>>;

    /// Returns the stage before its first command.
    ///
    /// # Errors
    /// A stage that cannot be set up on this machine.
    fn open(flow: &Flow) -> Result<Self>;

    /// Applies `command` in full.
    fn apply(&mut self, command: &Self::Command);

    /// Reads ahead what `batch` will touch; nothing, for a stage that does not.
    fn warm(&self, _batch: &[Self::Command]) {}

    /// Applies `batch`, of at most `BATCH_COMMANDS`, in order.
    fn apply_batch(&mut self, batch: &[Self::Command]) {
        self.warm(batch);
        batch.iter().for_each(|command| self.apply(command));
    }

    /// Applies `batch`, of at most `BATCH_COMMANDS`, in order, and times each command.
    ///
    /// One reading of the clock ends a command and starts the next. Each command bears an equal
    /// share of the reading ahead.
    fn apply_batch_timed(&mut self, batch: &[Self::Command], latencies: &mut Latencies) {
        let warm_start = Instant::now();
        self.warm(batch);
        let mut start = Instant::now();
        let warm_share = (start - warm_start).div_f64(batch.len() as f64);
        for command in batch {
            self.apply(command);
            let end = Instant::now();
            latencies.record(end - start + warm_share);
            start = end;
        }
    }

    /// Returns what the commands so far led to.
    fn outcome(&self) -> Outcome;
}

/// Returns a copy of the flow's records, for a stage that reads them as they are.
///
/// # Errors
/// A price below 0, which the unsigned prices of the peers cannot express.
pub fn unsigned_records(flow: &Flow) -> Result<Vec<Record>> {
    ensure!(
        0 <= flow.header.price_low_ticks,
        "this peer has no prices below 0"
    );
    Ok(flow.records.clone())
}
