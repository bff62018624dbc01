//! F20 and T-K13: the databases of users and history are full, have no connection left, hang, or are away for long.
//!
//! Orders go on as fast as before, whoever needs a database is refused soon, and when it is there again the history
//! catches up: nothing acknowledged is lost, and the history is that of the journal, row by row.
//! How orders fare without PostgreSQL is measured by `bench history`; here the bounds are wide, for a busy machine.

mod place;
mod taken;

use super::audit::Audit;
use super::chance::Chance;
use super::databases::{self, FAILURES, figure};
use super::exchange::{Exchange, Setup};
use super::kills::{STOP_TIME_MAX, ensure_none, percentile};
use super::load::{Done, Load, Shape};
use super::scratch::in_scratch_below;
use super::witness::{Record, Witness};
use super::{Ended, Plan};
use crate::shell;
use anyhow::{Context, Result, ensure};
use place::{OnFiles, OnServer, Outage, Place};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As many requests a second as ten minutes without a database are followed by a check of each.
const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::from_millis(20),
};
/// How long orders are timed with their databases, to be compared with.
const BESIDE: Duration = Duration::from_secs(2);
/// Without a database orders have at least this part of their rate, and at most so much more time.
const RATE_PERCENT_MIN: u128 = 50;
const P99_TIMES_MAX: u32 = 4;
const P99_MORE_MAX: Duration = Duration::from_millis(100);
/// So often an outage is tried at most: a machine that is busy for a moment is asked again, a slow exchange is slow again.
const ATTEMPTS: usize = 3;
/// How soon a history that is not there is noticed: a hung server is waited for longest.
const NOTICED_MAX: Duration = Duration::from_secs(100);
/// The history catches up five times as fast as it fell behind, and what it was at takes some time, too.
const CATCH_UP_TIMES_MIN: u32 = 5;
const CATCH_UP_TIME_MAX: Duration = Duration::from_secs(60);

/// Takes the databases away in every way.
///
/// # Errors
/// Orders waited for them, something was lost, or the history is not that of the journal.
pub fn run(plan: &Plan) -> Result<Ended> {
    if !shell::is_root()? {
        return Ok(Ended::Skipped("only root can mount a disk of limited size"));
    }
    // A server that does not run as root has to reach it.
    let server =
        in_scratch_below(
            &std::env::temp_dir(),
            "outages",
            |directory| match OnServer::start(directory)? {
                Some(place) => withstand(plan, Place::Server(place), directory),
                None => Ok(Ended::Skipped("this root may not mount")),
            },
        )?;
    if server != Ended::Withstood {
        return Ok(server);
    }
    in_scratch_below(
        &std::env::temp_dir(),
        "outages-files",
        |directory| match OnFiles::make(directory.join("data"))? {
            Some(place) => withstand(plan, Place::Files(place), directory),
            None => Ok(Ended::Skipped("this root may not mount")),
        },
    )
}

fn withstand(plan: &Plan, place: Place, directory: &std::path::Path) -> Result<Ended> {
    let setup = Setup {
        arguments: place.arguments(),
        ..Setup::plain(&plan.binary, directory)
    };
    let mut campaign = Campaign::begin(&setup, place, plan.chance("outages"))?;
    for (outage, lasts) in campaign.place.outages(plan) {
        campaign
            .keep_pace(outage, lasts)
            .with_context(|| format!("{outage:?} for {lasts:?}"))?;
    }
    campaign.exchange.stop(STOP_TIME_MAX)?;
    databases::check(&setup)?;
    Ok(Ended::Withstood)
}

struct Campaign {
    place: Place,
    setup: Setup,
    chance: Chance,
    witness: Arc<Witness>,
    audit: Audit,
    exchange: Exchange,
}

/// How orders fared for a while.
#[derive(Debug)]
struct Pace {
    per_second: u128,
    p99: Duration,
}

impl Pace {
    fn of(done: &Done, lasted: Duration) -> Pace {
        let per_second = done.times.len() as u128 * 1_000 / lasted.as_millis().max(1);
        let p99 = percentile(&done.times, 99);
        Pace { per_second, p99 }
    }
}

impl Campaign {
    fn begin(setup: &Setup, place: Place, mut chance: Chance) -> Result<Campaign> {
        let exchange = Exchange::start(setup)?;
        Ok(Campaign {
            place,
            setup: setup.clone(),
            witness: Arc::new(Witness::open(&setup.directory.join("witness.log"))?),
            audit: Audit::begin(&exchange, chance.fork())?,
            chance,
            exchange,
        })
    }

    /// Orders are as fast without their databases as with them.
    fn keep_pace(&mut self, outage: Outage, lasts: Duration) -> Result<()> {
        let mut is_kept = false;
        for _ in 0..ATTEMPTS {
            let (without, with) = self.withstand(outage, lasts)?;
            is_kept = with.per_second * RATE_PERCENT_MIN <= without.per_second * 100
                && without.p99 <= with.p99 * P99_TIMES_MAX + P99_MORE_MAX;
            if is_kept {
                break;
            }
        }
        ensure!(is_kept, "orders waited for their databases");
        Ok(())
    }

    /// The databases are as the outage has them for so long, under load, and are then there again. Returns how orders
    /// fared without them and with them.
    fn withstand(&mut self, outage: Outage, lasts: Duration) -> Result<(Pace, Pace)> {
        let (with, mut records) = self.trade(|_| {
            std::thread::sleep(BESIDE);
            Ok(())
        })?;
        let failures = figure(self.exchange.ops, FAILURES)?;
        let ongoing = self.place.begin(outage)?;
        let (without, done) = self.trade(|campaign| {
            let until = Instant::now() + lasts;
            campaign.check_refused(outage)?;
            std::thread::sleep(until.saturating_duration_since(Instant::now()));
            if outage.is_noticed_within(lasts) {
                campaign.wait_until_noticed(failures)?;
            }
            Ok(())
        })?;
        ensure!(
            done.iter().all(Record::is_answered),
            "requests were not answered"
        );
        records.extend(done);
        self.place.end(ongoing)?;
        let limit = lasts / CATCH_UP_TIMES_MIN + CATCH_UP_TIME_MAX;
        let caught_up = databases::catch_up(&self.exchange, &self.setup, limit)?;
        databases::served_again(self.exchange.address)?;
        ensure_none(&self.audit.check(&self.exchange, records)?)?;
        println!(
            "outages: {outage:?} for {lasts:?}: {} requests a second and p99 {:.1} ms, beside {} and {:.1} ms; caught up after {:.1} s",
            without.per_second,
            without.p99.as_secs_f64() * 1e3,
            with.per_second,
            with.p99.as_secs_f64() * 1e3,
            caught_up.as_secs_f64()
        );
        Ok((without, with))
    }

    /// Trades while something is done, and returns how that went.
    fn trade(
        &mut self,
        meanwhile: impl FnOnce(&Campaign) -> Result<()>,
    ) -> Result<(Pace, Vec<Record>)> {
        let started = Instant::now();
        let load = Load::start(&self.exchange, &self.witness, SHAPE, &mut self.chance)?;
        let outcome = meanwhile(self);
        let done = load.stop()?;
        outcome?;
        Ok((Pace::of(&done, started.elapsed()), done.records))
    }

    /// Whoever needs a database that is not there is refused; a full one can still be read.
    fn check_refused(&self, outage: Outage) -> Result<()> {
        let address = self.exchange.address;
        if outage == Outage::Full {
            return databases::register_whole_or_refused(address);
        }
        databases::register_refused(address)?;
        databases::sign_in_refused(address)
    }

    fn wait_until_noticed(&self, failures: u64) -> Result<()> {
        let started = Instant::now();
        while figure(self.exchange.ops, FAILURES)? <= failures {
            ensure!(
                started.elapsed() < NOTICED_MAX,
                "nobody was told that the history is not written"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}
