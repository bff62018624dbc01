//! F12, F13 and F22: the disk fails while it is written or synced. The exchange stops at once, acknowledges nothing
//! more, never tries a failed sync again, and the next start finds everything that was acknowledged.

use super::Plan;
use super::audit::Audit;
use super::chance::Chance;
use super::directory::first_segment;
use super::exchange::{Exchange, Setup};
use super::kills::{STOP_TIME_MAX, check_at_rest, ensure_none};
use super::load::{Load, Shape};
use super::order_of_sync::{prepare, read};
use super::scratch::in_scratch;
use super::strace;
use super::witness::{Record, Witness};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::from_millis(1),
};

/// Calls that fail once, the n-th on a file.
const FATAL: [(Victim, &str); 5] = [
    (Victim::Journal, "fdatasync:error=EIO"),
    (Victim::Journal, "pwrite64:error=EIO"),
    (Victim::Journal, "pwrite64:error=ENOSPC"),
    (Victim::Journal, "pwrite64:error=EROFS"),
    (Victim::Watermark, "fdatasync:error=EIO"),
];
/// Calls on the journal that are interrupted again and again, which is no failure.
const PASSING: [&str; 2] = [
    "pwrite64:error=EINTR:when=5+7",
    "pwrite64:error=EAGAIN:when=5+7",
];

/// Whose calls fail.
#[derive(Clone, Copy, Debug)]
enum Victim {
    Journal,
    Watermark,
}

impl Victim {
    fn path(self, setup: &Setup) -> Result<String> {
        let journal = setup.data().join("journal");
        let path = match self {
            Victim::Journal => first_segment(&journal)?,
            Victim::Watermark => journal.join("watermark"),
        };
        Ok(path.to_string_lossy().into_owned())
    }
}

/// Lets every kind of call fail.
///
/// # Errors
/// The exchange went on, or acknowledged what it had not written.
pub fn run(plan: &Plan) -> Result<()> {
    let mut chance = plan.chance("failing-disk");
    for round in 0..plan.count(1, 25) {
        for (victim, failure) in FATAL {
            let calls = chance.within(25, 150);
            fail(plan, victim, (failure, calls), chance.fork()).with_context(|| {
                format!("{failure} of {victim:?} at call {calls}, round {round}")
            })?;
        }
    }
    for interruption in PASSING {
        interrupt(plan, interruption, chance.fork()).with_context(|| interruption.to_owned())?;
    }
    println!(
        "failing disk: {} ways to fail stop the exchange, {} interruptions do not",
        FATAL.len(),
        PASSING.len()
    );
    Ok(())
}

fn fail(
    plan: &Plan,
    victim: Victim,
    (failure, calls): (&str, u64),
    mut chance: Chance,
) -> Result<()> {
    in_scratch("failing-disk", |directory| {
        let setup = Setup::plain(&plan.binary, directory);
        prepare(&setup)?;
        let witness = Arc::new(Witness::open(&directory.join("witness.log"))?);
        let output = directory.join("trace");
        let journal = Victim::Journal.path(&setup)?;
        let victim = victim.path(&setup)?;
        let injection = format!("inject={failure}:when={calls}");
        let only = ["-P", &journal, "-P", &victim, "-e", &injection].map(str::to_owned);
        let wrapper = [strace::words(&output.to_string_lossy()), only.to_vec()].concat();
        let mut exchange = Exchange::start(&Setup {
            wrapper,
            ..setup.clone()
        })?;
        let mut audit = Audit::begin(&exchange, chance.fork())?;
        let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
        exchange.wait_for_halt()?;
        let done = load.stop()?;

        check_trace(&output, &done.records)?;
        let exchange = Exchange::start(&setup)?;
        ensure_none(&audit.check(&exchange, done.records)?)?;
        exchange.stop(STOP_TIME_MAX)?;
        check_at_rest(&setup)
    })
}

/// The trace shows that the journal was left alone after the failure, and that all acknowledgements were covered.
fn check_trace(trace: &Path, records: &[Record]) -> Result<()> {
    let observed = read(trace)?;
    ensure!(
        observed.after_failure.is_empty(),
        "the journal was used again: {:?}",
        observed.after_failure
    );
    for record in records {
        let number = record.request.number;
        ensure!(
            record.acknowledged().is_none() || observed.synced.contains_key(&number),
            "request {number} was acknowledged and its sync never succeeded"
        );
    }
    Ok(())
}

fn interrupt(plan: &Plan, interruption: &str, mut chance: Chance) -> Result<()> {
    in_scratch("interrupted-disk", |directory| {
        let setup = Setup::plain(&plan.binary, directory);
        prepare(&setup)?;
        let witness = Arc::new(Witness::open(&directory.join("witness.log"))?);
        let injection = format!("inject={interruption}");
        let only = ["-P", &Victim::Journal.path(&setup)?, "-e", &injection].map(str::to_owned);
        let wrapper = [strace::words("/dev/null"), only.to_vec()].concat();
        let exchange = Exchange::start(&Setup {
            wrapper,
            ..setup.clone()
        })?;
        let mut audit = Audit::begin(&exchange, chance.fork())?;
        let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
        std::thread::sleep(Duration::from_secs(1));
        let done = load.stop()?;
        ensure!(
            done.records.iter().all(|record| record.settled().is_some()),
            "an interrupted call left a request without an answer"
        );
        exchange.stop(STOP_TIME_MAX)?;
        let exchange = Exchange::start(&setup)?;
        ensure_none(&audit.check(&exchange, done.records)?)?;
        exchange.stop(STOP_TIME_MAX)?;
        check_at_rest(&setup)
    })
}
