//! A past to recover: accounts, their orders in a snapshot, and a tail of commands in the journal.

use anyhow::{Result, ensure};
use bourse::data::{DataDirectory, journal_options};
use journal::file_disk::FileDisk;
use journal::id::{ClusterId, Position};
use journal::journal::Journal;
use journal::open::Opened;
use journal::options::{Replay, Waivers};
use journal::watermark::WatermarkWriter;
use model::command::{Command, Request};
use model::time::Timestamp;
use sequencer::batch::{BATCH_COMMANDS_MAX, Batch};
use sequencer::follower::write_snapshot;
use sequencer::recovery::Start;
use sequencer::writer::Writer;

use crate::cli::RecoveryArguments;
use crate::flow::Flow;
use crate::flow::generate::generate;
use crate::flow::shape::Shape;
use crate::recovery::started::Started;
use crate::stage::engine::{setup, translate};

pub const CLUSTER: ClusterId = ClusterId(1);

const SYMBOLS: u32 = 100;
const SPAN_TICKS: u32 = 1_000;
const SEED: u64 = 1;
/// The time from one batch to the next: a full batch every 8 ms is a million commands a second.
const BATCH_STEP_NS: i64 = 8_192_000;

/// What was written, as far as a start is checked against it.
pub struct Past {
    pub snapshot_orders: u64,
    commands: u64,
    flow: Flow,
}

impl Past {
    /// Writes accounts and orders, a snapshot of them, and the tail; leaves the journal unclosed.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn write(data: &DataDirectory, arguments: &RecoveryArguments) -> Result<Past> {
        let shape = Shape {
            name: "recovery",
            symbols: SYMBOLS,
            target_orders: arguments.orders.div_ceil(2 * SYMBOLS),
            accounts: arguments.traders.min(arguments.accounts),
            span_ticks: SPAN_TICKS,
        };
        let flow = generate(&shape, arguments.tail, SEED);
        let mut scribe = Scribe::open(data)?;
        for command in setup::commands_with_accounts(&flow, arguments.accounts) {
            scribe.write(command)?;
        }
        let (prefill, tail) = flow.records.split_at(flow.prefill_count());
        for record in prefill {
            scribe.write(translate::command(record))?;
        }
        let durable = scribe.flush()?;
        write_snapshot(&data.journal, &data.snapshots, CLUSTER, Start::genesis())?;
        for record in tail {
            scribe.write(translate::command(record))?;
        }
        let end = scribe.flush()?;
        ensure!(durable.sequence < end.sequence, "the tail has a command");
        Ok(Past {
            snapshot_orders: flow.header.prefill_records,
            commands: end.sequence.0,
            flow,
        })
    }

    /// Checks that a start has led to the end of the journal and to the flow's resting orders.
    ///
    /// # Errors
    /// The first figure that differs.
    pub fn check(&self, started: &Started) -> Result<()> {
        ensure!(
            started.commands == self.commands,
            "the engine stands elsewhere"
        );
        let expected = &self.flow.header.expected;
        let (orders, lots) = (started.resting_orders, started.resting_lots);
        ensure!(orders == expected.resting_orders, "{orders} orders rest");
        ensure!(lots == expected.resting_lots, "{lots} lots rest");
        Ok(())
    }
}

/// Writes commands in full batches, each synced, as a busy exchange does.
struct Scribe {
    writer: Writer<FileDisk>,
    watermark: WatermarkWriter<FileDisk>,
    requests: Vec<Request>,
    batch: Batch,
    now_ns: i64,
}

impl Scribe {
    fn open(data: &DataDirectory) -> Result<Scribe> {
        let options = journal_options(CLUSTER, Replay::Genesis, Waivers::NONE);
        let Opened {
            journal, watermark, ..
        } = Journal::open(data.journal.clone(), options, &mut |_| Ok(()))?;
        Ok(Scribe {
            writer: Writer::new(journal, Timestamp::ZERO),
            watermark,
            requests: Vec::new(),
            batch: Batch::default(),
            now_ns: 0,
        })
    }

    fn write(&mut self, command: Command) -> Result<()> {
        self.requests.push(Request { ticket: 0, command });
        if self.requests.len() == BATCH_COMMANDS_MAX {
            self.flush()?;
        }
        Ok(())
    }

    /// Makes everything durable and notes it in the watermark.
    fn flush(&mut self) -> Result<Position> {
        self.now_ns += BATCH_STEP_NS;
        let now = Timestamp::from_nanos(self.now_ns);
        let written = self
            .writer
            .write(&mut self.requests, now, &mut self.batch)?;
        self.watermark.advance(written)?;
        Ok(written)
    }
}
