//! A stage with its commands in memory, ready to be run as often as one likes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::flow::Flow;
use crate::measure::cpu::{Pinned, process_cpu_time};
use crate::measure::latency::{Latencies, Percentiles};
use crate::stage::{BATCH_COMMANDS, Stage};

/// What one run over the measured part took.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Of all threads of the process.
    pub cpu: Duration,
    pub wall: Duration,
}

/// A stage prepared for a flow. Every run is checked against the flow's header.
pub trait Contender {
    fn name(&self) -> &'static str;

    /// Runs the whole flow in a fresh stage and times its measured part.
    ///
    /// # Errors
    /// A stage that cannot be opened, or whose outcome is not the header's.
    fn run(&self) -> Result<Run>;

    /// Runs the whole flow in a fresh stage and times every single measured operation.
    ///
    /// # Errors
    /// As `run`; and a flow that measures nothing.
    fn percentiles(&self) -> Result<Percentiles>;
}

/// A contender of one thread.
pub struct Prepared<'flow, S: Stage> {
    flow: &'flow Flow,
    /// The prefill, then the measured part.
    commands: Vec<S::Command>,
}

impl<'flow, S: Stage> Prepared<'flow, S> {
    /// # Errors
    /// A flow that the stage cannot express.
    pub fn new(flow: &'flow Flow) -> Result<Self> {
        let commands = S::translate(flow).context(S::NAME)?;
        assert_eq!(commands.len(), flow.records.len());
        Ok(Prepared { flow, commands })
    }

    /// Returns a stage that has gone through the prefill.
    fn prefilled(&self) -> Result<S> {
        let mut stage = S::open(self.flow).context(S::NAME)?;
        for batch in self.prefill().chunks(BATCH_COMMANDS) {
            stage.apply_batch(batch);
        }
        Ok(stage)
    }

    fn check(&self, stage: &S) -> Result<()> {
        stage
            .outcome()
            .check(&self.flow.header.expected)
            .context(S::NAME)
    }

    fn prefill(&self) -> &[S::Command] {
        &self.commands[..self.flow.prefill_count()]
    }

    fn measured(&self) -> &[S::Command] {
        &self.commands[self.flow.prefill_count()..]
    }
}

impl<S: Stage> Contender for Prepared<'_, S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn run(&self) -> Result<Run> {
        let _pinned = Pinned::new()?;
        let mut stage = self.prefilled()?;
        let (wall_start, cpu_start) = (Instant::now(), process_cpu_time());
        for batch in self.measured().chunks(BATCH_COMMANDS) {
            stage.apply_batch(batch);
        }
        let run = Run {
            cpu: process_cpu_time() - cpu_start,
            wall: wall_start.elapsed(),
        };
        self.check(&stage)?;
        Ok(run)
    }

    fn percentiles(&self) -> Result<Percentiles> {
        let _pinned = Pinned::new()?;
        let mut latencies = Latencies::with_room_for(self.flow.measured_count());
        let mut stage = self.prefilled()?;
        for batch in self.measured().chunks(BATCH_COMMANDS) {
            stage.apply_batch_timed(batch, &mut latencies);
        }
        self.check(&stage)?;
        latencies.percentiles().context("the flow measures nothing")
    }
}
