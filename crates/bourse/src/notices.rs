//! Notifications out of the event log: reads it at its own pace, beside the history, and lets `identity` take it in.
//!
//! Trading does not wait for it. It begins where the exchange stood when it was first there; an identity database that
//! is another exchange's, or further than the journal, begins anew from now.
//!
//! **Source** `docs/spec/notifications.md`.

mod audience;
mod fold;

use crate::data::DataDirectory;
use crate::node;
use crate::worker::{Stop, Worker};
use anyhow::{Context, Result, bail};
use audience::Audience;
use fold::Fold;
use identity::identity::Identity;
use identity::notification::{Facts, Place};
use journal::event_reader::EventReader;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use model::id::Sequence;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use wire::binary::event::Events;

/// How long it rests at the end of the event log.
const REST: Duration = Duration::from_millis(100);
/// How often it looks who wants to be told of fills, and writes letters.
const ROUND: Duration = Duration::from_secs(1);
/// How often it notes where it is while there is nothing to tell: what lies in between is read again.
const NOTE_PERIOD: Duration = Duration::from_secs(10);
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// Commands that are taken in together.
const BATCH_COMMANDS: usize = 1 << 12;

/// What it works with.
pub struct Work {
    pub data: DataDirectory,
    pub cluster: ClusterId,
    /// The last command of the exchange as it starts.
    pub last: Sequence,
    pub identity: Arc<Identity>,
}

/// Starts reading the event log for notifications, on a thread of its own that ends when this is dropped. The database's
/// own work is done on `runtime`.
///
/// # Errors
/// The system gives no thread.
pub fn start(work: Work, runtime: Handle) -> Result<Worker> {
    let worker = Worker::start("notices", move |stop| {
        let reading = Reading {
            work,
            stop,
            pause: PAUSE_MIN,
        };
        reading.run(&runtime);
    });
    Ok(worker?)
}

struct Reading {
    work: Work,
    stop: Stop,
    /// Before the next attempt after a failure.
    pause: Duration,
}

/// Where it is, and what it looked up of late.
struct Standing {
    /// As the database has it.
    stored: Place,
    /// Of the last command read.
    read: Sequence,
    looked_at: Option<Instant>,
    noted_at: Instant,
    audience: Audience,
}

impl Reading {
    fn run(mut self, runtime: &Handle) {
        while let Err(error) = runtime.block_on(self.follow()) {
            tracing::warn!(event = "notices.failed", "{error:#}");
            self.stop.sleep(self.pause);
            self.pause = PAUSE_MAX.min(2 * self.pause);
            if self.stop.is_told() {
                return;
            }
        }
    }

    /// Reads until it is told to stop.
    async fn follow(&mut self) -> Result<()> {
        let stored = self.begin().await?;
        let events = FileDisk::open(&self.work.data.join("events"))?;
        let mut reader = EventReader::new(events, self.work.cluster);
        reader.seek(journal::id::Sequence(stored.sequence.0 + 1))?;
        let mut standing = Standing {
            stored,
            read: stored.sequence,
            looked_at: None,
            noted_at: Instant::now(),
            audience: Audience::new(Instant::now()),
        };
        while !self.stop.is_told() {
            self.go_round(&mut standing).await?;
            let before = standing.read;
            let fold = gather(&mut reader, &mut standing)?;
            let facts = fold.facts();
            let is_late = NOTE_PERIOD <= standing.noted_at.elapsed();
            if is_late || self.work.identity.has_news(&facts).await? {
                self.take_in(&mut standing, &facts).await?;
                standing.audience.note(&facts);
            }
            self.pause = PAUSE_MIN;
            if standing.read.0 < before.0 + BATCH_COMMANDS as u64 {
                tokio::time::sleep(REST).await;
            }
        }
        self.take_in(&mut standing, &Facts::default()).await
    }

    /// Returns the place to go on from.
    async fn begin(&self) -> Result<Place> {
        let identity = &self.work.identity;
        let cluster = self.work.cluster.0;
        let is_of_here =
            |place: &Place| place.cluster == cluster && place.sequence <= self.work.last;
        if let Some(place) = identity.notice_place().await?.filter(is_of_here) {
            return Ok(place);
        }
        let place = Place {
            cluster,
            sequence: self.work.last,
        };
        identity.begin_notices(place).await?;
        Ok(place)
    }

    /// Does what is done once in a while.
    async fn go_round(&self, standing: &mut Standing) -> Result<()> {
        let is_early = |at: Instant| at.elapsed() < ROUND;
        if standing.looked_at.is_some_and(is_early) {
            return Ok(());
        }
        let wanted = self.work.identity.fills_wanted().await?;
        standing.audience.renew(wanted, Instant::now());
        self.work.identity.write_digests(node::now()).await?;
        standing.looked_at = Some(Instant::now());
        Ok(())
    }

    async fn take_in(&self, standing: &mut Standing, facts: &Facts) -> Result<()> {
        let identity = &self.work.identity;
        identity
            .take_in(facts, standing.stored, standing.read)
            .await?;
        standing.stored.sequence = standing.read;
        standing.noted_at = Instant::now();
        Ok(())
    }
}

/// Returns what the next commands did, as far as anybody is told.
fn gather(reader: &mut EventReader<FileDisk>, standing: &mut Standing) -> Result<Fold> {
    let mut fold = Fold::default();
    for _ in 0..BATCH_COMMANDS {
        let Some(record) = reader.next_events()? else {
            break;
        };
        let events = Events::decode(record.payload).context("the event log cannot be read")?;
        let expected = Sequence(standing.read.0 + 1);
        if events.sequence() != expected {
            bail!(
                "the event log has no command {}: notifications wait until it is whole",
                expected.0
            );
        }
        for event in events {
            fold.add(
                &event.context("the event log cannot be read")?,
                &standing.audience,
            );
        }
        standing.read = expected;
    }
    Ok(fold)
}
