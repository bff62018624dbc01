//! The follower: reads the event log at its own pace and brings the history up to it.
//!
//! Trading does not wait for it and does not notice when it fails: it says so, waits, and goes on from where the
//! history stands. A history that does not belong to the event log is made again.

use super::figures::Figures;
use super::give_way::Traffic;
use super::{BATCH_EVENTS, lock};
use crate::data::DataDirectory;
use crate::worker::{Stop, Worker};
use anyhow::{Context, Result};
use core::future::Future;
use indexer::batch::Batch;
use indexer::database;
use indexer::error::HistoryError;
use indexer::history::History;
use indexer::place::Place;
use indexer::position::Position;
use indexer::reading::Reading;
use indexer::writer::Writer;
use journal::event_reader::EventReader;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use model::id::Sequence;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// How long it rests at the end of the event log: what is written meanwhile is one transaction.
const REST: Duration = Duration::from_millis(100);
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// How long a start waits for it at most, and how often it looks.
const CATCH_UP_TIME: Duration = Duration::from_secs(1);
/// How long a start waits for a server that is slow to say whether it has a history for this exchange.
const FIRST_ANSWER_TIME: Duration = Duration::from_secs(6);
const CATCH_UP_LOOK: Duration = Duration::from_millis(5);
/// How long the last events may take once the exchange is told to stop; the rest is for the next start.
const LAST_EVENTS_TIME: Duration = Duration::from_secs(2);

/// Why a history that is there is not touched.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{place}: {reason}")]
struct Refused {
    place: String,
    reason: String,
}

/// A follower on a thread of its own. Dropping it takes in what is left of the event log, for a moment, and ends it.
pub struct Follower {
    /// Ends with it.
    _worker: Worker,
    history: Arc<History>,
    /// The last command of the exchange as it started.
    last: Sequence,
    first: Arc<OnceLock<Result<(), Refused>>>,
}

/// What a follower works with.
pub struct Work {
    pub data: DataDirectory,
    pub place: Place,
    pub cluster: ClusterId,
    /// The last command that there is: no history of the exchange has come further.
    pub last: Sequence,
    pub history: Arc<History>,
    pub figures: Arc<Figures>,
    /// Returns the number of the last command that the views know.
    pub newest: Box<dyn Fn() -> u64 + Send>,
}

impl Follower {
    /// Starts following. The database's own work is done on `runtime`.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(work: Work, runtime: Handle) -> Result<Follower> {
        let (history, last) = (Arc::clone(&work.history), work.last);
        let first = Arc::default();
        let told = Arc::clone(&first);
        let worker = Worker::start("history", move |stop| {
            let follow = Follow {
                pause: PAUSE_MIN,
                stop,
                first: told,
                work,
                runtime,
            };
            follow.run();
        })?;
        Ok(Follower {
            _worker: worker,
            history,
            last,
            first,
        })
    }

    /// Returns the history that it writes.
    pub const fn history(&self) -> &Arc<History> {
        &self.history
    }

    /// Waits until the history has come as far as the exchange had when it started, but no longer than a moment: after
    /// most starts, no request finds it behind.
    ///
    /// # Errors
    /// When the database holds the history of another exchange, or one that is ahead of this one, or another process
    /// writes it. One that is away is none: trading does not wait for it.
    pub async fn catch_up(&self) -> Result<()> {
        let until = Instant::now() + FIRST_ANSWER_TIME;
        while self.first.get().is_none() && Instant::now() < until {
            tokio::time::sleep(CATCH_UP_LOOK).await;
        }
        if let Some(Err(refused)) = self.first.get() {
            return Err(anyhow::Error::new(refused.clone()));
        }
        let until = Instant::now() + CATCH_UP_TIME;
        let is_there = |position: Position| self.last <= position.sequence;
        while !self
            .history
            .look()
            .is_some_and(|(_, reached)| is_there(reached))
            && Instant::now() < until
        {
            tokio::time::sleep(CATCH_UP_LOOK).await;
        }
        Ok(())
    }
}

struct Follow {
    work: Work,
    first: Arc<OnceLock<Result<(), Refused>>>,
    /// Before the next attempt after a failure.
    pause: Duration,
    stop: Stop,
    runtime: Handle,
}

impl Follow {
    fn run(mut self) {
        // The threads of the database are its children and inherit this. Where the system refuses it, all are alike.
        idle::give_way();
        let runtime = self.runtime.clone();
        while let Err(error) = runtime.block_on(self.follow()) {
            self.work.figures.count_failure();
            tracing::warn!(event = "history.failed", "{error:#}");
            let refused = refusal(&error, &self.work.place);
            let _ = self.first.set(refused.map_or(Ok(()), Err));
            let is_of_no_use = |error: &HistoryError| error.is_about_the_file();
            if error.downcast_ref().is_some_and(is_of_no_use)
                && let Err(error) = runtime.block_on(self.discard())
            {
                tracing::warn!(event = "history.stuck", "{error:#}");
            }
            self.wait();
            if self.stop.is_told() {
                return;
            }
        }
    }

    /// Follows until it is told to stop.
    async fn follow(&mut self) -> Result<()> {
        let _lock = lock(&self.work.data)?;
        let events = FileDisk::open(&self.work.data.join("events"))?;
        let mut reader = EventReader::new(events, self.work.cluster);
        let mut writer = self.open(&mut reader).await?;
        let reading = Reading::open(&self.work.place).await?;
        let history = Arc::clone(&self.work.history);
        history.show(reading.clone(), *writer.position());
        let _ = self.first.set(Ok(()));
        self.work.figures.note(writer.position(), 0);
        reader.seek(journal::id::Sequence(writer.position().sequence.0 + 1))?;
        let mut end = None;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let mut traffic = Traffic::from((self.work.newest)(), processors);
        loop {
            traffic.give_way(&self.work.newest, || self.stop.is_told());
            if self.stop.is_told() && end.is_none() {
                end = Some(Instant::now() + LAST_EVENTS_TIME);
            }
            let batch = gather(&mut reader, *writer.position())?;
            if !batch.is_empty() {
                // Whether or not its commit is heard of, the history may have come so far.
                self.work.last = self.work.last.max(batch.position().sequence);
                let Some(applied) = self.unless_stopped(writer.apply(&batch)).await else {
                    return Ok(());
                };
                writer = applied?;
                self.pause = PAUSE_MIN;
                self.work.figures.note(writer.position(), batch.len());
                history.reach(*writer.position());
            }
            match end {
                Some(end) if batch.is_empty() || end <= Instant::now() => break,
                None if batch.len() < BATCH_EVENTS => std::thread::sleep(REST),
                _ => {}
            }
        }
        // The writer leaves last, so that nothing of it stays beside the file.
        history.withdraw();
        reading.close().await;
        writer.close().await;
        Ok(())
    }

    /// Opens the history, anew if the one that is there is not of this event log.
    async fn open(&self, reader: &mut EventReader<FileDisk>) -> Result<Writer> {
        let cluster = self.work.cluster.0;
        let place = &self.work.place;
        let writer = match Writer::open(place, cluster).await {
            Ok(writer) => writer,
            Err(error) if error.is_about_the_file() => {
                let error = anyhow::Error::new(error);
                tracing::warn!(event = "history.unusable", "{error:#}");
                self.discard().await?;
                Writer::open(place, cluster).await?
            }
            Err(error) => return Err(error.into()),
        };
        let Some(reason) = self.disagreement(writer.position(), reader)? else {
            return Ok(writer);
        };
        let sequence = writer.position().sequence.0;
        tracing::warn!(event = "history.foreign", sequence, "{reason}");
        writer.close().await;
        if place.is_shared() {
            let place = place.to_string();
            let reason = format!(
                "{reason}; name another database with --history, or run `bourse history rebuild`"
            );
            return Err(Refused { place, reason }.into());
        }
        self.discard().await?;
        Ok(Writer::open(place, cluster).await?)
    }

    /// Returns why a history that stands there is not of this event log, if it is not.
    fn disagreement(
        &self,
        position: &Position,
        reader: &mut EventReader<FileDisk>,
    ) -> Result<Option<&'static str>> {
        if position.cluster != self.work.cluster.0 {
            return Ok(Some("the history is that of another exchange"));
        }
        if self.work.last < position.sequence {
            return Ok(Some("the history has commands that the journal has not"));
        }
        let last = reader.read_one(journal::id::Sequence(position.sequence.0))?;
        match last {
            Some(payload)
                if mutant::plant!(
                    "foreign-history-kept",
                    false,
                    !position.was_reached_by(payload)
                ) =>
            {
                Ok(Some("the history is that of other events"))
            }
            _ => Ok(None),
        }
    }

    /// Removes the history, so that it is made again from the first event.
    async fn discard(&self) -> Result<()> {
        self.work.history.withdraw();
        self.work.figures.count_rebuild();
        tracing::info!(event = "history.rebuilding");
        let removed = database::remove(&self.work.place, self.work.cluster.0).await;
        removed.context("the history cannot be made again")
    }

    /// Waits for some work, or until the time for the last events is over: then there is none of it.
    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let is_over = async {
            while !self.stop.is_told() {
                tokio::time::sleep(REST).await;
            }
            tokio::time::sleep(LAST_EVENTS_TIME).await;
        };
        tokio::select! {
            done = work => Some(done),
            () = is_over => None,
        }
    }

    /// Waits longer each time, unless it is told to stop.
    fn wait(&mut self) {
        self.stop.sleep(self.pause);
        self.pause = PAUSE_MAX.min(2 * self.pause);
    }
}

/// Returns why the history at a place is not for this exchange, if that is what went wrong.
fn refusal(error: &anyhow::Error, place: &Place) -> Option<Refused> {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return Some(refused.clone());
    }
    match error.downcast_ref()? {
        HistoryError::Taken | HistoryError::OfAnother { .. } | HistoryError::SchemaTaken => {
            Some(Refused {
                place: place.to_string(),
                reason: error.to_string(),
            })
        }
        _ => None,
    }
}

/// Returns what the event log has after a position, as far as it goes into one batch.
fn gather(reader: &mut EventReader<FileDisk>, after: Position) -> Result<Batch> {
    let mut batch = Batch::after(after);
    while batch.len() < BATCH_EVENTS
        && let Some(events) = reader.next_events()?
    {
        batch.add(events.payload).map_err(explained)?;
    }
    Ok(batch)
}

/// Says what to do about events that are missing.
fn explained(error: HistoryError) -> anyhow::Error {
    match error {
        HistoryError::Gap { .. } => anyhow::Error::new(error).context(
            "the event log is not whole: stop the exchange and run `bourse history rebuild`",
        ),
        error => error.into(),
    }
}
