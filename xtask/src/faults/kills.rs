//! F01, F02 and F17: killed at any moment, killed again while recovering, and asked to stop, under load; and killed at
//! rest, after which every query must answer as before.

use super::Plan;
use super::account::now_ms;
use super::answers;
use super::audit::{Audit, Findings, Tally};
use super::chance::Chance;
use super::exchange::{self, Exchange, Setup, Starting};
use super::load::{Done, Load, Shape};
use super::scratch::in_scratch;
use super::witness::{Outcome, Witness};
use crate::faults::http::Broken;
use anyhow::{Context, Result, bail, ensure};
use std::sync::Arc;
use std::time::Duration;

/// A recovery is killed again at most so often in a row.
const NESTED_MAX: u64 = 5;
/// How long a restart may take, for 99 of 100 of them.
const READY_TIME_MAX: Duration = Duration::from_secs(5);
/// How long a stop under load may take.
pub const STOP_TIME_MAX: Duration = Duration::from_secs(5);
/// One snapshot in so many rounds, so that restarts begin with one, with an old one, and with none.
const ROUNDS_PER_SNAPSHOT: u64 = 8;
/// All queries are compared over a restart in one of so many rounds.
const ROUNDS_PER_REST: u64 = 10;
const SHAPE: Shape = Shape {
    workers: 16,
    pause: Duration::from_millis(2),
};

/// Kills a loaded exchange so many times and checks after each restart that nothing is lost or done twice.
///
/// # Errors
/// Something was; or the exchange did not come back.
pub fn run(plan: &Plan, kills: u64) -> Result<()> {
    in_scratch("kills", |directory| {
        let setup = Setup::plain(&plan.binary, directory);
        let mut campaign = Campaign::begin(&setup, plan.chance("kills"))?;
        for round in 1..=kills {
            campaign
                .round()
                .with_context(|| format!("kill {round} of {kills}"))?;
            if round % ROUNDS_PER_REST == 0 {
                campaign.kill_at_rest(round / ROUNDS_PER_REST)?;
            }
            if round % 100 == 0 {
                campaign.report(round);
            }
        }
        campaign.stop_under_load()?;
        campaign.report(kills);
        campaign.check_times()?;
        campaign.exchange.stop(STOP_TIME_MAX)?;
        check_at_rest(&setup)
    })
}

/// An exchange that is killed again and again.
struct Campaign {
    setup: Setup,
    chance: Chance,
    witness: Arc<Witness>,
    audit: Audit,
    exchange: Exchange,
    ready_times: Vec<Duration>,
    nested: u64,
    /// Queries that answered as before.
    answers: usize,
}

impl Campaign {
    /// The first starts, from an empty directory, are killed too.
    fn begin(setup: &Setup, mut chance: Chance) -> Result<Campaign> {
        let witness = Arc::new(Witness::open(&setup.directory.join("witness.log"))?);
        for _ in 0..NESTED_MAX {
            kill_while_starting(setup, Duration::from_micros(chance.below(300_000)))?;
        }
        let exchange = Exchange::start(setup)?;
        let audit = Audit::begin(&exchange, chance.fork())?;
        let ready_times = vec![exchange.ready_after];
        Ok(Campaign {
            setup: setup.clone(),
            chance,
            witness,
            audit,
            exchange,
            ready_times,
            nested: NESTED_MAX,
            answers: 0,
        })
    }

    fn round(&mut self) -> Result<()> {
        let load = Load::start(&self.exchange, &self.witness, SHAPE, &mut self.chance)?;
        if self.chance.is_one_in(ROUNDS_PER_SNAPSHOT) {
            exchange::run(&self.setup, &["snapshot"])?;
        }
        std::thread::sleep(Duration::from_micros(self.chance.within(20_000, 500_000)));
        self.exchange.process.kill()?;
        let done = load.stop()?;
        self.kill_recoveries()?;
        self.exchange = Exchange::start(&self.setup)?;
        self.ready_times.push(self.exchange.ready_after);
        self.check(done)
    }

    /// Asks everything, kills, and asks again; every second time the restart begins with a fresh snapshot.
    fn kill_at_rest(&mut self, time: u64) -> Result<()> {
        if time.is_multiple_of(2) {
            exchange::run(&self.setup, &["snapshot"])?;
        }
        let until_ms = now_ms();
        let before = answers::take(&self.exchange, until_ms)?;
        self.exchange.process.kill()?;
        self.exchange = Exchange::start(&self.setup)?;
        self.ready_times.push(self.exchange.ready_after);
        answers::ensure_same(&before, &answers::take(&self.exchange, until_ms)?)?;
        self.answers += before.len();
        Ok(())
    }

    /// Kills the recovery up to five times, at a moment that lies within the last recovery's duration.
    fn kill_recoveries(&mut self) -> Result<()> {
        let usual = self
            .ready_times
            .last()
            .copied()
            .unwrap_or(READY_TIME_MAX)
            .as_micros() as u64;
        let mut depth = 0;
        while depth < NESTED_MAX && self.chance.is_one_in(3) {
            kill_while_starting(
                &self.setup,
                Duration::from_micros(self.chance.below(usual + 1)),
            )?;
            depth += 1;
        }
        self.nested += depth;
        Ok(())
    }

    fn check(&mut self, done: Done) -> Result<()> {
        ensure_none(&self.audit.check(&self.exchange, done.records)?)
    }

    /// F17: a stop under load ends with status 0 in time, and every request is answered or its connection closed.
    fn stop_under_load(&mut self) -> Result<()> {
        let load = Load::start(&self.exchange, &self.witness, SHAPE, &mut self.chance)?;
        std::thread::sleep(Duration::from_millis(300));
        self.exchange.process.terminate()?;
        let status = self.exchange.process.wait(STOP_TIME_MAX)?;
        ensure!(
            status.success(),
            "the exchange stopped under load with {status}\n{}",
            self.setup.log_tail()
        );
        let done = load.stop()?;
        for record in &done.records {
            match &record.outcome {
                Outcome::Answered(_) | Outcome::Unanswered(Broken::Closed | Broken::Refused) => {}
                // The request and the end of its idle connection have crossed on their way.
                Outcome::Unanswered(Broken::Reset) => {}
                Outcome::Unanswered(broken) => bail!(
                    "a stop under load left a request {broken}: {:?}",
                    record.request
                ),
            }
        }
        self.exchange = Exchange::start(&self.setup)?;
        self.check(done)
    }

    fn report(&mut self, kills: u64) {
        let Tally {
            requests,
            acknowledged,
            refused,
            unanswered,
            unanswered_done,
            repeated,
        } = self.audit.tally;
        println!(
            "kills {kills} and {} of recoveries, requests {requests}, acknowledged {acknowledged}, refused {refused}, \
             unanswered {unanswered} of which done {unanswered_done}, repeated {repeated}, lost 0, duplicated 0, \
             queries answered as before {}, restart-to-ready {}",
            self.nested,
            self.answers,
            percentiles(&mut self.ready_times),
        );
    }

    fn check_times(&mut self) -> Result<()> {
        self.ready_times.sort();
        let p99 = percentile(&self.ready_times, 99);
        ensure!(
            p99 <= READY_TIME_MAX,
            "99 of 100 restarts are ready after {p99:?}, more than {READY_TIME_MAX:?}"
        );
        Ok(())
    }
}

fn kill_while_starting(setup: &Setup, after: Duration) -> Result<()> {
    let mut starting = Starting::begin(setup)?;
    std::thread::sleep(after);
    if let Some(status) = starting.process.ended()? {
        bail!("a recovery ended by itself: {status}\n{}", setup.log_tail());
    }
    starting.process.kill()
}

/// Fails with what was found, if anything was.
pub fn ensure_none(findings: &Findings) -> Result<()> {
    ensure!(
        findings.is_empty(),
        "the exchange did not keep its word: {}",
        findings.summary()
    );
    Ok(())
}

/// Checks a data directory whose exchange has been stopped in good order: from the first command and from the newest
/// snapshot, by two commands of the binary, the journal leads to the same state and the same events.
///
/// # Errors
/// It does not, or an invariant is broken.
pub fn check_at_rest(setup: &Setup) -> Result<()> {
    let verified = exchange::run(setup, &["verify"])?;
    let replayed = exchange::run(setup, &["replay", "--digest"])?;
    let from_snapshot = exchange::run(setup, &["replay", "--digest", "--from-snapshot"])?;
    for name in ["sequence", "state", "events"] {
        let fields = [&verified, &replayed, &from_snapshot].map(|text| field(text, name));
        let [Some(verified), Some(replayed), Some(from_snapshot)] = fields else {
            bail!("no `{name}` in one of:\n{verified}\n{replayed}\n{from_snapshot}");
        };
        ensure!(
            verified == replayed && verified == from_snapshot,
            "`{name}` differs: {verified}, {replayed}, {from_snapshot}"
        );
    }
    Ok(())
}

/// Returns what a line that begins with `name` says.
pub fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    lines
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.trim())
}

/// Returns the value that `percent` of 100 sorted values do not exceed; zero when there are none.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(rank).copied().unwrap_or_default()
}

/// Returns median, 99th percentile and maximum, for people.
pub fn percentiles(times: &mut [Duration]) -> String {
    times.sort();
    let show = |percent| percentile(times, percent).as_secs_f64() * 1e3;
    format!(
        "p50 {:.0} ms p99 {:.0} ms max {:.0} ms",
        show(50),
        show(99),
        show(100)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(50));
        assert_eq!(percentile(&times, 99), Duration::from_millis(99));
        assert_eq!(percentile(&times, 100), Duration::from_millis(100));
        assert_eq!(percentile(&[], 99), Duration::ZERO);
    }
}
