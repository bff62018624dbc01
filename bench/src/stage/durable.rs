//! The whole exchange up to the answer: sequencer, journal on a real file, engine, events.
//!
//! The flow goes through the threads of the shipped binary. A command counts once its events have
//! left the core, which sees it only after the sync that covers it. Absent: snapshots, views, and
//! whatever turns an event into somebody's bytes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bourse::data::{DataDirectory, journal_options};
use bourse::node::{self, Node};
use bourse::telemetry::Telemetry;
use crossbeam_channel::Sender;
use engine::engine::Engine;
use journal::id::ClusterId;
use journal::options::{Replay, Waivers};
use model::command::{Command, Request, Sequenced};
use model::event::Event;
use model::reject::Reject;
use sequencer::core::Applied;
use sequencer::recovery::recover;
use tempfile::TempDir;

use crate::disk::scratch_directory;
use crate::flow::Flow;
use crate::measure::contender::{Contender, Run};
use crate::measure::cpu::process_cpu_time;
use crate::measure::latency::{Latencies, Percentiles};
use crate::stage::Outcome;
use crate::stage::engine::{setup, translate};

/// The time between two arrivals when latency is measured: 200,000 a second.
const ARRIVAL_STEP: Duration = Duration::from_micros(5);
/// The ticket of commands that nobody waits for.
const NOBODY: u64 = 0;

pub struct Durable<'flow> {
    flow: &'flow Flow,
}

impl<'flow> Durable<'flow> {
    /// # Errors
    /// A flow that the engine cannot express.
    pub fn new(flow: &'flow Flow) -> Result<Durable<'flow>> {
        // The engine's prices start at 1; every later price lies above the lowest.
        ensure!(
            0 < flow.header.price_low_ticks,
            "the engine has no prices below 1"
        );
        Ok(Durable { flow })
    }

    /// Returns an exchange that has gone through the prefill.
    fn prefilled(&self) -> Result<Exchange> {
        let mut exchange = Exchange::open()?;
        for command in setup::commands(self.flow) {
            exchange.send(NOBODY, command)?;
        }
        for record in &self.flow.records[..self.flow.prefill_count()] {
            exchange.send(NOBODY, translate::command(record))?;
        }
        exchange.wait()?;
        Ok(exchange)
    }

    fn check(&self, outcome: &Outcome) -> Result<()> {
        outcome.check(&self.flow.header.expected).context("durable")
    }
}

impl Contender for Durable<'_> {
    fn name(&self) -> &'static str {
        "durable"
    }

    fn run(&self) -> Result<Run> {
        let mut exchange = self.prefilled()?;
        let (wall_start, cpu_start) = (Instant::now(), process_cpu_time());
        for record in &self.flow.records[self.flow.prefill_count()..] {
            exchange.send(NOBODY, translate::command(record))?;
        }
        exchange.wait()?;
        let run = Run {
            cpu: process_cpu_time() - cpu_start,
            wall: wall_start.elapsed(),
        };
        self.check(&exchange.stop()?.outcome())?;
        Ok(run)
    }

    /// Sends the measured part at a steady rate and times each command from the moment it was due.
    fn percentiles(&self) -> Result<Percentiles> {
        let mut exchange = self.prefilled()?;
        let schedule = exchange.start_schedule(self.flow.measured_count());
        let measured = &self.flow.records[self.flow.prefill_count()..];
        for (ticket, record) in (1..).zip(measured) {
            while Instant::now() < schedule.due(ticket) {
                std::thread::yield_now();
            }
            exchange.send(ticket, translate::command(record))?;
        }
        exchange.wait()?;
        let answers = exchange.stop()?;
        self.check(&answers.outcome())?;
        let timed = answers.timed.context("the schedule was set")?;
        timed
            .latencies
            .percentiles()
            .context("the flow measures nothing")
    }
}

/// A running exchange in a directory of its own.
struct Exchange {
    node: Node,
    requests: Sender<Request>,
    sent: u64,
    answers: Arc<Awaited>,
    _directory: TempDir,
}

impl Exchange {
    fn open() -> Result<Exchange> {
        let directory = scratch_directory()?;
        let data = DataDirectory::create(directory.path())?;
        let options = journal_options(ClusterId(1), Replay::Genesis, Waivers::NONE);
        let recovered = recover(data.journal, options, Engine::new(), &mut |_| ())?;
        let answers = Arc::new(Awaited::default());
        let counted = Arc::clone(&answers);
        let egress = Box::new(move |applied: &Applied| counted.count(applied));
        let telemetry = Arc::new(Telemetry::default());
        let node = Node::start(recovered, node::queue(), egress, telemetry)?;
        Ok(Exchange {
            requests: node.requests(),
            node,
            sent: 0,
            answers,
            _directory: directory,
        })
    }

    fn send(&mut self, ticket: u64, command: Command) -> Result<()> {
        self.sent += 1;
        let sent = self.requests.send(Request { ticket, command });
        sent.ok().context("the exchange has halted")
    }

    /// Waits until everything sent so far has been answered.
    fn wait(&self) -> Result<()> {
        while !self.answers.wait_for(self.sent) {
            ensure!(!self.node.has_failed(), "the exchange has halted");
        }
        Ok(())
    }

    /// Has the commands with a ticket timed from now on.
    fn start_schedule(&self, commands: usize) -> Schedule {
        let latencies = Latencies::with_room_for(commands);
        let schedule = Schedule {
            start: Instant::now(),
        };
        self.answers.lock().timed = Some(Timed {
            schedule,
            latencies,
        });
        schedule
    }

    fn stop(self) -> Result<Answers> {
        drop(self.requests);
        self.node.stop()?;
        Ok(std::mem::take(&mut *self.answers.lock()))
    }
}

/// When each command is due.
#[derive(Clone, Copy)]
struct Schedule {
    start: Instant,
}

impl Schedule {
    fn due(&self, ticket: u64) -> Instant {
        let steps = u32::try_from(ticket).expect("a flow has fewer records than 2^32");
        self.start + ARRIVAL_STEP * steps
    }
}

struct Timed {
    schedule: Schedule,
    latencies: Latencies,
}

/// What the exchange has answered, and who waits for it.
#[derive(Default)]
struct Awaited {
    answers: Mutex<Answers>,
    grown: Condvar,
}

impl Awaited {
    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, applied: &Applied) {
        self.lock().add(applied);
        self.grown.notify_one();
    }

    /// Returns whether so many requests are answered, waiting a moment for it.
    fn wait_for(&self, requests: u64) -> bool {
        const LOOK_PERIOD: Duration = Duration::from_millis(200);
        let is_short = |answers: &mut Answers| answers.requests < requests;
        let waited = self
            .grown
            .wait_timeout_while(self.lock(), LOOK_PERIOD, is_short);
        let (answers, _) = waited.unwrap_or_else(PoisonError::into_inner);
        requests <= answers.requests
    }
}

/// The answers so far, added up.
#[derive(Default)]
struct Answers {
    requests: u64,
    trades: Outcome,
    accepted: u64,
    closed: u64,
    rested_lots: u64,
    unbooked_lots: u64,
    timed: Option<Timed>,
}

impl Answers {
    fn add(&mut self, applied: &Applied) {
        applied
            .events
            .iter()
            .for_each(|event| self.add_event(event));
        let is_request = |command: &&Sequenced| command.command != Command::Tick;
        self.requests += applied.batch.commands.iter().filter(is_request).count() as u64;
        if let Some(timed) = &mut self.timed {
            timed.note(&applied.batch.tickets);
        }
    }

    /// # Panics
    /// When the engine refused a command: every command of a flow is acceptable.
    fn add_event(&mut self, event: &Event) {
        match event {
            Event::OrderAccepted(_) => self.accepted += 1,
            Event::OrderRested { qty, .. } => self.rested_lots += qty.lots().cast_unsigned(),
            Event::Traded(traded) => {
                let price_ticks = traded.price.ticks().cast_unsigned();
                let lots = traded.qty.lots().cast_unsigned();
                self.trades.add_trade(price_ticks, lots);
            }
            Event::OrderClosed(closed) => {
                self.closed += 1;
                self.unbooked_lots += closed.unbooked.lots().cast_unsigned();
            }
            // The clock may tick before the first command has arrived.
            Event::Rejected {
                reason: Reject::GenesisMissing,
            } => {}
            Event::Rejected { reason }
            | Event::ReplaceCancelRejected { reason }
            | Event::ReplacePlaceRejected { reason } => panic!("the engine refused: {reason:?}"),
            _ => {}
        }
    }

    /// Returns where the events led to: an order that was accepted and not closed rests.
    fn outcome(&self) -> Outcome {
        let gone_lots = self.trades.traded_lots + self.unbooked_lots;
        Outcome {
            resting_orders: Some(self.accepted - self.closed),
            resting_lots: Some(self.rested_lots - gone_lots),
            ..self.trades
        }
    }
}

impl Timed {
    fn note(&mut self, tickets: &[u64]) {
        let now = Instant::now();
        for ticket in tickets.iter().filter(|ticket| **ticket != NOBODY) {
            let due = self.schedule.due(*ticket);
            self.latencies.record(now.saturating_duration_since(due));
        }
    }
}
