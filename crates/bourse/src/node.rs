//! The running exchange: three threads in a row, joined by bounded queues (D12).
//!
//! ```text
//! requests ─▶ sequencer (stamp, write, sync) ─▶ core (apply) ─▶ egress (events out)
//! ```
//!
//! Batches go by queues whose readers park at once: one that spins first takes the processor from those it waits for.
//! Buffers travel in a circle, so that a steady state allocates nothing. A failed sync, a failed watermark or a panic
//! of the core stops the process: nothing more is emitted, the journal is kept, the next start recovers.

use crate::due::DueOrders;
use crate::latest::{Changes, latest};
use crate::storage::Storage;
use crate::telemetry::Telemetry;
use anyhow::{Context, Result, anyhow};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use engine::engine::Engine;
use journal::file_disk::FileDisk;
use journal::id::Position;
use journal::journal::Space;
use journal::spare::Spare;
use journal::watermark::WatermarkWriter;
use model::command::{Command, Request};
use model::id::Sequence;
use model::time::Timestamp;
use sequencer::batch::BATCH_COMMANDS_MAX;
use sequencer::core::{self, Applied};
use sequencer::recovery::Recovered;
use sequencer::writer::Writer;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// Requests that may wait; one more is answered *busy* at once.
pub const REQUESTS_MAX: usize = 65_536;
/// Batches between two threads.
const BATCHES_MAX: usize = 4;
/// How long durable commands may lie beyond the watermark.
const WATERMARK_PERIOD: Duration = Duration::from_millis(8);
/// How often room is looked for while the disk is full.
const SPACE_PERIOD: Duration = Duration::from_millis(100);
const TICK_SECONDS: i64 = 1;
/// How long a wish to stop may go unnoticed.
const LOOK_PERIOD: Duration = Duration::from_millis(100);

/// Takes what every command did, in order: folds, logs, answers, publishes.
pub type Egress = Box<dyn FnMut(&Applied) + Send>;

/// A running exchange.
pub struct Node {
    requests: Option<Sender<Request>>,
    stop: Arc<AtomicBool>,
    sequencer: JoinHandle<Result<()>>,
    core: JoinHandle<()>,
    egress: JoinHandle<()>,
}

impl Node {
    /// Starts the threads. `egress` runs on its own thread; requests go into the returned queue.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start(
        recovered: Recovered<FileDisk>,
        queue: (Sender<Request>, Receiver<Request>),
        egress: Egress,
        telemetry: Arc<Telemetry>,
    ) -> Result<Node> {
        let Recovered {
            mut writer,
            watermark,
            engine,
            ..
        } = recovered;
        // Whoever asks before the first batch is told of this journal, too.
        telemetry.standing.note_journal(writer.journal());
        let (requests, arrivals) = queue;
        let due = DueOrders::new(requests.clone());
        let (to_core, mut from_sequencer) = mpsc::channel(BATCHES_MAX);
        let (to_egress, mut from_core) = mpsc::channel(BATCHES_MAX);
        let (to_pool, pool) = mpsc::channel(3 * BATCHES_MAX);
        for _ in 0..3 * BATCHES_MAX {
            to_pool
                .try_send(Applied::default())
                .map_err(|_| anyhow!("the pool has room for its buffers"))?;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let clock = Clock::after(engine.sequence());
        let countdown = Arc::clone(&clock.countdown);
        let mut circle = Circle {
            arrivals,
            pool,
            to_core,
            stop: Arc::clone(&stop),
            left: None,
            telemetry: Arc::clone(&telemetry),
        };
        Ok(Node {
            requests: Some(requests),
            stop,
            sequencer: spawn("sequencer", move || {
                let ended = run_sequencer(writer, watermark, clock, &mut circle);
                if ended.is_err() {
                    telemetry.standing.count_failure();
                }
                ended
            })?,
            core: spawn("core", move || {
                run_core(engine, (due, &countdown), &mut from_sequencer, &to_egress);
            })?,
            egress: spawn("egress", move || {
                run_egress(egress, &mut from_core, &to_pool)
            })?,
        })
    }

    /// Returns the queue for commands.
    pub fn requests(&self) -> Sender<Request> {
        self.requests
            .clone()
            .expect("taken away only when the node stops")
    }

    /// Returns whether a thread has ended: the process is to stop.
    pub fn has_failed(&self) -> bool {
        self.sequencer.is_finished() || self.core.is_finished() || self.egress.is_finished()
    }

    /// Writes what has arrived, lets it through, closes the journal, and ends.
    ///
    /// # Errors
    /// What stopped a thread before.
    pub fn stop(mut self) -> Result<()> {
        self.requests = None;
        self.stop.store(true, Ordering::Release);
        let ended = self
            .sequencer
            .join()
            .map_err(|_| anyhow!("the sequencer panicked"))?;
        self.core.join().map_err(|_| anyhow!("the core panicked"))?;
        self.egress
            .join()
            .map_err(|_| anyhow!("the egress panicked"))?;
        ended
    }
}

/// Returns the queue for requests.
pub fn queue() -> (Sender<Request>, Receiver<Request>) {
    bounded(REQUESTS_MAX)
}

/// Makes a command that cannot be applied end the process and be named, so that an operator knows which one to look at.
pub fn halt_at_poison() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let applying = core::applying();
        if let Some(Sequence(sequence)) = applying {
            eprintln!(
                "halted: command {sequence} cannot be applied; see docs/runbooks/poison-command.md"
            );
        }
        before(info);
        if applying.is_some() {
            std::process::abort();
        }
    }));
}

fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .with_context(|| format!("the {name} thread cannot be started"))
}

/// What the sequencer takes from and gives to.
struct Circle {
    arrivals: Receiver<Request>,
    pool: mpsc::Receiver<Applied>,
    to_core: mpsc::Sender<Applied>,
    stop: Arc<AtomicBool>,
    /// How many requests are still to be taken; `None` until the exchange is told to stop.
    left: Option<usize>,
    telemetry: Arc<Telemetry>,
}

fn run_sequencer(
    mut writer: Writer<FileDisk>,
    watermark: WatermarkWriter<FileDisk>,
    mut clock: Clock,
    circle: &mut Circle,
) -> Result<()> {
    let (newest, durable) = latest();
    let keeper = spawn("watermark", move || keep_watermark(watermark, &durable))?;
    let mut storage = Storage::new(&mut writer, SPACE_PERIOD)?;
    let mut requests = Vec::new();
    while gather(circle, &mut clock, &mut requests) {
        storage.look_after(&mut writer)?;
        clock.space = writer.journal().space();
        let mut applied = circle
            .pool
            .blocking_recv()
            .context("the pool of buffers is gone")?;
        applied.clear();
        let started = Instant::now();
        let position = writer.write(&mut requests, now(), &mut applied.batch)?;
        circle.telemetry.write_durations.note(started.elapsed());
        circle.telemetry.standing.note_journal(writer.journal());
        circle
            .to_core
            .blocking_send(applied)
            .context("the core is gone")?;
        newest.put(position);
    }
    drop(newest);
    let watermark = keeper
        .join()
        .map_err(|_| anyhow!("the watermark's thread panicked"))??;
    writer.close(watermark)?;
    Ok(())
}

/// When the next tick is due.
struct Clock {
    /// `None` until the first command of all, which is the genesis record.
    next_tick: Option<i64>,
    /// What the journal has room for.
    space: Space,
    /// When the next countdown runs out, in nanoseconds; the core tells it.
    countdown: Arc<AtomicI64>,
}

/// No countdown is running.
const NO_COUNTDOWN: i64 = i64::MAX;

impl Clock {
    fn after(last: Sequence) -> Clock {
        let is_begun = last != Sequence::ZERO;
        Clock {
            next_tick: is_begun.then(next_second),
            space: Space::Ample,
            countdown: Arc::new(AtomicI64::new(NO_COUNTDOWN)),
        }
    }

    /// Returns whether a tick that is due is worth its place in the journal.
    ///
    /// One takes some 130 bytes, and so a full disk's reserve of 8 MiB would be gone in 18 hours. There it is made for
    /// countdowns that have run out alone: none is begun on a full disk, so that there are at most as many ticks as
    /// countdowns were running, and 10,000 of them take 1.3 MB.
    fn is_worth_a_tick(&self) -> bool {
        self.space == Space::Ample || self.countdown.load(Ordering::Relaxed) <= now().nanos()
    }

    fn is_due(&self) -> bool {
        self.next_tick
            .is_some_and(|second| second <= now().seconds())
    }
}

fn next_second() -> i64 {
    now().seconds() + TICK_SECONDS
}

/// Waits for the first request or the next tick and takes everything that has arrived; false when it is time to end.
fn gather(circle: &mut Circle, clock: &mut Clock, requests: &mut Vec<Request>) -> bool {
    while requests.is_empty() {
        if circle.stop.load(Ordering::Acquire) {
            return take_last(circle, requests);
        }
        match circle.arrivals.recv_timeout(until(clock.next_tick)) {
            Ok(request) => {
                requests.push(request);
                clock.next_tick.get_or_insert_with(next_second);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        if clock.is_due() {
            clock.next_tick = Some(next_second());
            if !clock.is_worth_a_tick() {
                // Room is looked for all the same.
                break;
            }
            requests.push(Request {
                ticket: 0,
                command: Command::Tick,
            });
        }
    }
    let room = BATCH_COMMANDS_MAX.saturating_sub(requests.len());
    requests.extend(circle.arrivals.try_iter().take(room));
    true
}

/// Takes what had arrived when the exchange was told to stop, and nothing that comes later: some never cease to ask.
fn take_last(circle: &mut Circle, requests: &mut Vec<Request>) -> bool {
    let left = circle.left.get_or_insert(circle.arrivals.len());
    requests.extend(
        circle
            .arrivals
            .try_iter()
            .take(BATCH_COMMANDS_MAX.min(*left)),
    );
    *left -= requests.len();
    !requests.is_empty()
}

/// Returns the time until the start of a second, at most 100 ms, so that a stop is noticed soon.
fn until(second: Option<i64>) -> Duration {
    let Some(second) = second else {
        return LOOK_PERIOD;
    };
    let nanos =
        (second - now().seconds()).max(0) * 1_000_000_000 - now().nanos().rem_euclid(1_000_000_000);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(0)).min(LOOK_PERIOD)
}

/// Returns the time of day: the only place where the exchange reads a clock for the log.
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

/// Records what is durable, a little later and with a sync of its own.
fn keep_watermark(
    mut watermark: WatermarkWriter<FileDisk>,
    durable: &Changes<Position>,
) -> Result<WatermarkWriter<FileDisk>> {
    while let Some(position) = durable.take() {
        if let Err(error) = watermark.advance(position) {
            crate::halt(&format!("the watermark failed: {error}"));
        }
        std::thread::sleep(WATERMARK_PERIOD);
    }
    Ok(watermark)
}

fn run_core(
    mut engine: Engine,
    (mut due, countdown): (DueOrders, &AtomicI64),
    batches: &mut mpsc::Receiver<Applied>,
    to_egress: &mpsc::Sender<Applied>,
) {
    let tell_countdown = |engine: &Engine| {
        let next = engine
            .next_countdown()
            .map_or(NO_COUNTDOWN, Timestamp::nanos);
        countdown.store(next, Ordering::Relaxed);
    };
    tell_countdown(&engine);
    due.ask(&engine);
    while let Some(mut applied) = batches.blocking_recv() {
        core::apply(&mut engine, &mut applied);
        tell_countdown(&engine);
        due.follow(&engine, &applied);
        if to_egress.blocking_send(applied).is_err() {
            break;
        }
    }
}

fn run_egress(
    mut egress: Egress,
    batches: &mut mpsc::Receiver<Applied>,
    to_pool: &mpsc::Sender<Applied>,
) {
    while let Some(applied) = batches.blocking_recv() {
        egress(&applied);
        // The pool is gone only when the sequencer has ended.
        let _ = to_pool.blocking_send(applied);
    }
}

/// Returns a spare as its maker made it.
pub type MadeSpare = Result<Spare<FileDisk>, journal::disk::DiskError>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataDirectory;
    use crate::exchange;
    use journal::id::ClusterId;
    use journal::options::RESERVE_BYTES_DEFAULT;

    /// Returns a circle, and the end at which requests are made.
    fn circle() -> (Circle, Sender<Request>) {
        let (requests, arrivals) = bounded(8);
        let circle = Circle {
            arrivals,
            pool: mpsc::channel(1).1,
            to_core: mpsc::channel(1).0,
            stop: Arc::default(),
            left: None,
            telemetry: Arc::default(),
        };
        (circle, requests)
    }

    const TICK: Request = Request {
        ticket: 7,
        command: Command::Tick,
    };

    fn overdue() -> Clock {
        Clock {
            next_tick: Some(0),
            ..Clock::after(Sequence::ZERO)
        }
    }

    #[test]
    fn a_full_disk_ticks_for_a_countdown_that_has_run_out_alone() {
        let (mut circle, _requests) = circle();
        for (space, countdown, ticks) in [
            (Space::Ample, NO_COUNTDOWN, 1),
            (Space::ReserveOnly, NO_COUNTDOWN, 0),
            (Space::ReserveOnly, now().nanos() + 3_600_000_000_000, 0),
            (Space::ReserveOnly, now().nanos(), 1),
        ] {
            let (mut clock, mut taken) = (overdue(), Vec::new());
            clock.space = space;
            clock.countdown.store(countdown, Ordering::Relaxed);
            assert!(gather(&mut circle, &mut clock, &mut taken));
            assert_eq!(taken.len(), ticks, "{space:?} {countdown}");
            assert!(!clock.is_due(), "the next one is a second away");
        }
    }

    #[test]
    fn what_is_told_of_the_journal_waits_for_no_batch() {
        let directory = tempfile::tempdir().expect("a directory");
        let data = DataDirectory::create(directory.path()).expect("made");
        let known = exchange::recover_directory(&data, ClusterId(1)).expect("a start");
        let telemetry = Arc::<Telemetry>::default();
        let started = Node::start(
            known.recovered,
            queue(),
            Box::new(|_| ()),
            Arc::clone(&telemetry),
        );
        // Without the genesis record there is not even a tick.
        let mut metrics = String::new();
        telemetry.standing.write(None, &mut metrics);
        started.expect("threads").stop().expect("it ends");
        let reserve = format!("bourse_journal_reserve_bytes {RESERVE_BYTES_DEFAULT}\n");
        assert!(metrics.contains(&reserve), "{metrics}");
    }

    #[test]
    fn no_tick_comes_before_the_genesis_record() {
        assert!(!Clock::after(Sequence::ZERO).is_due());
        let mut clock = Clock::after(Sequence::ZERO);
        let (mut circle, requests) = circle();
        requests.send(TICK).expect("room");
        let mut taken = Vec::new();
        assert!(gather(&mut circle, &mut clock, &mut taken));
        assert_eq!(taken.len(), 1);
        assert!(clock.next_tick.is_some());
    }

    #[test]
    fn a_stop_waits_for_what_has_arrived_and_not_for_what_comes() {
        let (mut circle, requests) = circle();
        requests.send(TICK).expect("room");
        requests.send(TICK).expect("room");
        circle.stop.store(true, Ordering::Release);
        let (mut clock, mut taken) = (overdue(), Vec::new());
        assert!(gather(&mut circle, &mut clock, &mut taken));
        assert_eq!(taken.len(), 2);
        taken.clear();
        requests.send(TICK).expect("room");
        assert!(!gather(&mut circle, &mut clock, &mut taken));
        assert!(taken.is_empty());
    }
}
