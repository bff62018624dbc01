//! The archiver: writes the files of each UTC day once it is over.
//!
//! It looks now and then, reads the event log at its own pace when a day is due, and holds nothing in memory between two
//! days. A day that was cut off is begun again: its files are the same.

use super::figures::Figures;
use super::{Outcome, Source, folder, opening_file};
use crate::data::DataDirectory;
use crate::worker::{Stop, Worker};
use anyhow::Result;
use archive::day::Day;
use archive::fold::Fold;
use archive::opening;
use archive::writing::Plan;
use journal::id::ClusterId;
use model::time::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use views::interval::Interval;

/// How often it looks whether a day is over.
const LOOK_PERIOD: Duration = Duration::from_secs(1);
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(600);

/// Returns the time of the exchange: that of its last command.
pub type Now = Box<dyn Fn() -> Timestamp + Send>;

/// What an archiver works with.
pub struct Work {
    pub data: DataDirectory,
    pub cluster: ClusterId,
    pub intervals: Vec<Interval>,
    pub now: Now,
    pub figures: Arc<Figures>,
}

/// Starts an archiver on a thread of its own. Letting go of it ends it; the day under way is left to the next start.
///
/// # Errors
/// The system gives no thread.
pub fn start(work: Work) -> Result<Worker> {
    let worker = Worker::start("market-data", |stop| {
        let archive = Archive {
            opening: opening_file(&work.data),
            work,
            stop,
            next: None,
        };
        archive.run();
    });
    Ok(worker?)
}

struct Archive {
    work: Work,
    opening: PathBuf,
    stop: Stop,
    /// The next day to write, once it is known.
    next: Option<Day>,
}

impl Archive {
    fn run(mut self) {
        // Where the system refuses it, all are alike.
        idle::step_back();
        let mut pause = PAUSE_MIN;
        while !self.stop.is_told() {
            match self.write_due_days() {
                Ok(()) => {
                    pause = PAUSE_MIN;
                    self.stop.sleep(LOOK_PERIOD);
                }
                Err(error) => {
                    self.work.figures.count_failure();
                    tracing::warn!(event = "market_data.failed", "{error:#}");
                    self.stop.sleep(pause);
                    pause = PAUSE_MAX.min(2 * pause);
                }
            }
        }
    }

    /// Writes every day that is over, oldest first.
    fn write_due_days(&mut self) -> Result<()> {
        if self.next.is_some_and(|day| !self.is_over(day)) {
            return Ok(());
        }
        let stop = self.stop.clone();
        let is_stopped = move || stop.is_told();
        let mut source = Source::open(&self.work.data, self.work.cluster, &is_stopped)?;
        let Some((mut fold, mut day)) = self.begin(&mut source)? else {
            return Ok(());
        };
        while self.is_over(day) {
            let plan = Plan {
                intervals: self.work.intervals.clone(),
                ..Plan::of_everything(day, &folder(&self.work.data))
            };
            let Outcome::Written(written) = source.write_day(&mut fold, plan)? else {
                // It is over for the exchange and not yet in the event log, or this is the end.
                return Ok(());
            };
            let (files, bytes) = (written.files, written.archive_bytes);
            tracing::info!(event = "market_data.written", %day, files, bytes);
            day = day.next();
            opening::write(&self.opening, &fold, day)?;
            self.work.figures.count(&written);
            self.reach(day);
        }
        self.reach(day);
        Ok(())
    }

    fn reach(&mut self, next: Day) {
        self.next = Some(next);
        self.work.figures.reach(next);
    }

    /// Returns the state at the beginning of the next day to write; `None` before the first command.
    fn begin(&self, source: &mut Source<'_>) -> Result<Option<(Fold, Day)>> {
        match opening::read(&self.opening, self.work.cluster.0) {
            Ok(Some((fold, day))) if source.knows(&fold)? => return Ok(Some((fold, day))),
            Ok(None) => {}
            Ok(Some(_)) => {
                tracing::warn!(
                    event = "market_data.foreign",
                    "the state of the files is that of other events; they are made again"
                );
            }
            Err(error) => tracing::warn!(event = "market_data.unusable", "{error:#}"),
        }
        let first = source.first_time()?;
        Ok(first.map(|at| (Fold::start(self.work.cluster.0), Day::of(at))))
    }

    fn is_over(&self, day: Day) -> bool {
        day.next().begins() <= (self.work.now)()
    }
}
