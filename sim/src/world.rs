//! One seed: a workload, a clock, a disk that fails, crashes at every step, and everything checked on the way.
//!
//! The writer, the journal, the engine, the views and the follower are those that ship. After each command its events
//! are held against the naive exchange, every invariant is recomputed, and a refused command must leave the state's
//! digest alone. After each crash everything acknowledged must be there, exactly once, and lead to the same digest.

use crate::marks::Marks;
use crate::naive::Naive;
use crate::random::Random;
use crate::workload::Workload;
use anyhow::{Context, Result, anyhow, bail, ensure};
use engine::engine::Engine;
use journal::id::ClusterId;
use journal::memory_disk::{Loss, MemoryDisk};
use journal::options::{Options, Replay, Waivers};
use journal::watermark::WatermarkWriter;
use model::command::{Request, Sequenced};
use model::event::Event;
use model::time::{NANOS_PER_SECOND, Timestamp};
use sequencer::batch::{Batch, is_protective};
use sequencer::core::{self, Applied};
use sequencer::follower::write_snapshot;
use sequencer::recovery::{Recovered, Start, recover};
use sequencer::trade_rules::TradeRules;
use sequencer::writer::Writer;
use wire::binary::digest::{Digest, state_digest};

mod faults;

const CLUSTER: ClusterId = ClusterId(0xB0);
const SEGMENT_BYTES: u64 = 24 * 1024;
const RESERVE_BYTES: u64 = 8 * 1024;
const BATCH_MAX: u64 = 8;
/// States of the naive exchange are kept this often, to go back to after a crash.
const CHECKPOINT_COMMANDS: usize = 100;

/// What one seed is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    pub commands: usize,
    pub crashes: usize,
}

/// What one seed did. Its commands are those in the log at the end, each checked against the naive exchange.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub commands: u64,
    pub events: u64,
    pub crashes: u64,
    pub snapshots: u64,
    /// Journals whose end was damaged in each way.
    pub damaged_tails: u64,
    pub marks: Marks,
}

impl Report {
    /// Returns whether the seed did what it was to do.
    ///
    /// # Errors
    /// What it did too little of.
    fn judge(&self, plan: Plan) -> Result<()> {
        ensure!(
            plan.commands as u64 <= self.commands
                && plan.crashes as u64 <= self.crashes
                && 1 <= self.damaged_tails,
            "too little was done: {self:?}"
        );
        Ok(())
    }

    /// Adds what another seed did.
    pub fn add(&mut self, other: &Report) {
        self.commands += other.commands;
        self.events += other.events;
        self.crashes += other.crashes;
        self.snapshots += other.snapshots;
        self.damaged_tails += other.damaged_tails;
        self.marks.add(&other.marks);
    }
}

/// A command that is in the log, and what it did.
struct Entry {
    command: Sequenced,
    events: Vec<Event>,
    digest: Digest,
}

/// The exchange while it runs.
struct Alive {
    writer: Writer<MemoryDisk>,
    watermark: WatermarkWriter<MemoryDisk>,
    engine: Engine,
}

struct World {
    plan: Plan,
    random: Random,
    workload: Workload,
    journal: MemoryDisk,
    snapshots: MemoryDisk,
    alive: Option<Alive>,
    naive: Naive,
    /// A second reader of the events.
    rules: TradeRules,
    checkpoints: Vec<(usize, Naive, TradeRules)>,
    log: Vec<Entry>,
    /// How many commands were acknowledged, and hence durable.
    acknowledged: usize,
    /// Requests of a batch whose write failed: they may or may not have survived.
    in_flight: Vec<Request>,
    now: Timestamp,
    report: Report,
}

/// Runs a seed.
///
/// # Errors
/// What was found wrong; the same plan finds it again.
pub fn run(plan: Plan) -> Result<Report> {
    let mut world = World::new(plan);
    world.start(None).context("the first start")?;
    let mut disturbances = world.disturbances();
    while world.log.len() < plan.commands || !disturbances.is_empty() {
        let reached = world.log.len();
        if let Some((_, disturbance)) = disturbances.pop_if(|(at, _)| *at <= reached) {
            world
                .disturb(disturbance)
                .with_context(|| format!("{disturbance:?} after command {reached}"))?;
        }
        world
            .step()
            .with_context(|| format!("after command {}", world.log.len()))?;
    }
    world.finish()?;
    world.report.judge(plan)?;
    Ok(world.report)
}

impl World {
    fn new(plan: Plan) -> World {
        World {
            plan,
            random: Random::new(plan.seed),
            workload: Workload::new(plan.seed ^ 0xABCD, CLUSTER.0),
            journal: MemoryDisk::new(),
            snapshots: MemoryDisk::new(),
            alive: None,
            naive: Naive::default(),
            rules: TradeRules::default(),
            checkpoints: Vec::new(),
            log: Vec::new(),
            acknowledged: 0,
            in_flight: Vec::new(),
            now: Timestamp::from_nanos(1_700_000_000 * NANOS_PER_SECOND),
            report: Report::default(),
        }
    }

    /// One batch, and now and then a snapshot, a new segment or a full disk.
    fn step(&mut self) -> Result<()> {
        let requests = self.requests();
        let mut batch = Batch::default();
        self.write(requests, &mut batch)?;
        self.apply(batch)?;
        if self.random.one_in(3) {
            self.record_watermark()?;
        }
        match self.random.below(120) {
            0 => self.snapshot()?,
            1..=6 => self.make_spare()?,
            7 => self.fill_disk()?,
            8 => self.damage_tail()?,
            _ => {}
        }
        Ok(())
    }

    fn requests(&mut self) -> Vec<Request> {
        let forward = self.random.below(1 << 31) as i64;
        let backward = -(self.random.below(1 << 33) as i64);
        let change = if self.random.one_in(20) {
            backward
        } else {
            forward
        };
        self.now = self.now.plus_nanos(change);
        let count = 1 + self.random.below(BATCH_MAX);
        let ticket = self.log.len() as u64;
        (0..count)
            .map(|index| Request {
                ticket: ticket + index,
                command: self.workload.next(self.now, &self.naive),
            })
            .collect()
    }

    fn alive(&mut self) -> Result<&mut Alive> {
        self.alive.as_mut().context("the exchange is down")
    }

    fn write(&mut self, mut requests: Vec<Request>, batch: &mut Batch) -> Result<()> {
        self.in_flight = requests.clone();
        let now = self.now;
        self.alive()?.writer.write(&mut requests, now, batch)?;
        self.in_flight.clear();
        Ok(())
    }

    /// Applies a durable batch and checks each of its commands.
    fn apply(&mut self, batch: Batch) -> Result<()> {
        for command in batch.commands {
            ensure!(
                command.sequence.0 == self.log.len() as u64 + 1,
                "a gap in the sequence"
            );
            let mut one = Applied {
                batch: Batch {
                    commands: vec![command.clone()],
                    ..Batch::default()
                },
                ..Applied::default()
            };
            core::apply(&mut self.alive()?.engine, &mut one);
            self.check(command, one.events)?;
        }
        self.acknowledged = self.log.len();
        Ok(())
    }

    /// Holds what a command did against the naive exchange and against every invariant.
    fn check(&mut self, command: Sequenced, events: Vec<Event>) -> Result<()> {
        let expected = self.naive.apply(&command);
        if events != expected {
            let shown = |events: &[Event]| {
                events
                    .iter()
                    .map(|event| format!("\n    {event:?}"))
                    .collect::<String>()
            };
            bail!(
                "{command:?}\n  engine:{}\n  naive:{}",
                shown(&events),
                shown(&expected)
            );
        }
        self.rules
            .read(command.at, &events)
            .with_context(|| format!("{command:?}"))?;
        self.naive
            .audit()
            .map_err(|wrong| anyhow!("{command:?} broke the naive exchange: {wrong}"))?;
        let engine = &self.alive()?.engine;
        engine
            .audit()
            .map_err(|violation| anyhow!("{command:?} broke {violation:?}"))?;
        let digest = state_digest(&engine.state());
        let is_refused = matches!(events.as_slice(), [Event::Rejected { .. }]);
        if is_refused && self.is_changed(&command, digest)? {
            bail!("a refused command changed the state: {command:?}");
        }
        self.log.push(Entry {
            command,
            events,
            digest,
        });
        if self.log.len().is_multiple_of(CHECKPOINT_COMMANDS) {
            let kept = (self.log.len(), self.naive.clone(), self.rules.clone());
            self.checkpoints.push(kept);
        }
        Ok(())
    }

    /// Whether more than position, time and remembered results differ from before the command.
    fn is_changed(&self, command: &Sequenced, digest: Digest) -> Result<bool> {
        let Some(before) = self.log.last() else {
            return Ok(false);
        };
        let mut state = self
            .alive
            .as_ref()
            .context("the exchange is down")?
            .engine
            .state();
        state.sequence = before.command.sequence;
        state.at = before.command.at;
        if state
            .idempotency
            .last()
            .is_some_and(|row| row.sequence == command.sequence)
        {
            state.idempotency.pop();
        }
        state
            .approvals
            .retain(|row| row.sequence != command.sequence);
        Ok(digest == before.digest || state_digest(&state) != before.digest)
    }

    fn record_watermark(&mut self) -> Result<()> {
        let alive = self.alive()?;
        let durable = alive.writer.journal().durable();
        alive.watermark.advance(durable)?;
        Ok(())
    }

    fn make_spare(&mut self) -> Result<()> {
        self.alive()?.writer.journal().poll_space()?;
        Ok(())
    }

    /// Lets a follower write a snapshot beside the running exchange.
    fn snapshot(&mut self) -> Result<()> {
        self.record_watermark()?;
        let start = Start::newest(&self.snapshots, &options(Replay::Genesis))?;
        if let Some(written) = write_snapshot(&self.journal, &self.snapshots, CLUSTER, start)? {
            let live = &self.log[written.sequence.0 as usize - 1];
            ensure!(
                written.state == live.digest,
                "a snapshot's digest differs from the live state's"
            );
            self.report.snapshots += 1;
        }
        Ok(())
    }

    /// Starts and checks what was recovered; `use_snapshot` is `None` for the very first start.
    fn start(&mut self, use_snapshot: Option<bool>) -> Result<()> {
        let (engine, replay) = match use_snapshot {
            Some(true) => {
                let start = Start::newest(&self.snapshots, &options(Replay::Genesis))?;
                (start.engine, start.replay)
            }
            _ => (Engine::new(), Replay::Genesis),
        };
        let mut replayed = Vec::new();
        let recovered = recover(
            self.journal.clone(),
            options(replay),
            engine,
            &mut |applied| {
                for (index, command) in applied.batch.commands.iter().enumerate() {
                    replayed.push((command.clone(), applied.events_of(index).to_vec()));
                }
            },
        )?;
        let Recovered {
            writer,
            watermark,
            engine,
            ..
        } = recovered;
        let survived = engine.sequence().0 as usize;
        self.alive = Some(Alive {
            writer,
            watermark,
            engine,
        });
        self.check_recovered(survived, replayed)
    }

    /// Everything acknowledged is there exactly once; of the rest, whole batches or nothing.
    fn check_recovered(
        &mut self,
        survived: usize,
        replayed: Vec<(Sequenced, Vec<Event>)>,
    ) -> Result<()> {
        ensure!(
            self.acknowledged <= survived,
            "{} commands were acknowledged and only {survived} came back",
            self.acknowledged
        );
        let known = self.log.len();
        for (command, events) in &replayed {
            if let Some(entry) = self.log.get(command.sequence.0 as usize - 1) {
                ensure!(
                    entry.command == *command,
                    "another command at {}",
                    command.sequence.0
                );
                ensure!(
                    entry.events == *events,
                    "replay gave other events at {}",
                    command.sequence.0
                );
            }
        }
        self.go_back_to(survived.min(known))?;
        let extra: Vec<_> = replayed
            .into_iter()
            .filter(|(command, _)| known < command.sequence.0 as usize)
            .collect();
        self.check_in_flight(&extra)?;
        for (command, events) in extra {
            let expected = self.naive.apply(&command);
            ensure!(
                events == expected,
                "a command in flight did something else than the naive exchange"
            );
            self.rules.read(command.at, &events)?;
            // The digest of an in-between state is not at hand; only the last one is compared.
            let digest = state_digest(&self.alive()?.engine.state());
            self.log.push(Entry {
                command,
                events,
                digest,
            });
        }
        self.in_flight.clear();
        self.acknowledged = self.log.len();
        let digest = state_digest(&self.alive()?.engine.state());
        if let Some(last) = self.log.last() {
            ensure!(digest == last.digest, "recovery led to another state");
        }
        let engine = &self.alive()?.engine;
        engine
            .audit()
            .map_err(|violation| anyhow!("recovery broke {violation:?}"))
    }

    /// A batch in flight comes back whole, or its protective part when the disk was full, or not at all.
    fn check_in_flight(&self, extra: &[(Sequenced, Vec<Event>)]) -> Result<()> {
        if extra.is_empty() {
            return Ok(());
        }
        let came_back: Vec<_> = extra.iter().map(|(command, _)| &command.command).collect();
        let all: Vec<_> = self
            .in_flight
            .iter()
            .map(|request| &request.command)
            .collect();
        let protective: Vec<_> = all
            .iter()
            .filter(|command| is_protective(command))
            .copied()
            .collect();
        ensure!(
            came_back == all || came_back == protective,
            "part of a batch in flight came back"
        );
        Ok(())
    }

    /// Forgets commands that did not survive.
    fn go_back_to(&mut self, count: usize) -> Result<()> {
        self.log.truncate(count);
        self.checkpoints.retain(|(at, ..)| *at <= count);
        let (from, naive, rules) = self.checkpoints.last().cloned().unwrap_or_default();
        (self.naive, self.rules) = (naive, rules);
        for entry in &self.log[from..] {
            self.naive.apply(&entry.command);
            self.rules.read(entry.command.at, &entry.events)?;
        }
        Ok(())
    }

    /// Closes, starts once more, and finds everything as it was.
    fn finish(&mut self) -> Result<()> {
        let alive = self.alive.take().context("the exchange is down")?;
        alive.writer.close(alive.watermark)?;
        self.journal.power_cycle(Loss::Everything);
        self.start(Some(true))
            .context("the start after a clean stop")?;
        self.report.commands = self.log.len() as u64;
        self.report.events = self.log.iter().map(|entry| entry.events.len() as u64).sum();
        Ok(())
    }
}

fn options(replay: Replay) -> Options {
    Options {
        cluster: CLUSTER,
        segment_bytes: SEGMENT_BYTES,
        reserve_bytes: RESERVE_BYTES,
        replay,
        waivers: Waivers::NONE,
    }
}
