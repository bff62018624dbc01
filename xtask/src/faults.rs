//! Faults: the shipped binary is killed, unplugged, starved and lied to, and must lose nothing it has acknowledged.

mod account;
mod answers;
mod audit;
mod chance;
mod databases;
mod decimal;
mod directory;
mod exchange;
mod exhaustive;
mod failing_disk;
mod full;
mod http;
mod kills;
mod load;
mod order_of_sync;
mod outages;
mod permission;
mod poison;
mod power;
mod proof;
mod request;
mod scratch;
mod server;
mod small_disk;
mod strace;
mod stream;
mod witness;

use crate::sandbox;
use anyhow::{Context, Result};
use chance::Chance;
use std::path::PathBuf;
use std::time::Instant;

const KILLS_SHORT: u64 = 20;
/// What a release is held to.
pub const KILLS_LONG: u64 = 1_000;
const SEED: &str = "FAULTS_SEED";

/// What all tests of a run share.
pub struct Plan {
    pub binary: PathBuf,
    seed: u64,
    pub length: Length,
}

/// How much is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Minutes: with every change.
    Short,
    /// An hour and more: with every release.
    Long { kills: u64 },
}

impl Plan {
    /// Returns the chance of a test, which depends on nothing but the seed and its name.
    pub fn chance(&self, name: &str) -> Chance {
        let mix = |seed: u64, byte: u8| seed.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
        Chance::new(name.bytes().fold(self.seed, mix))
    }

    /// Returns how often something is done.
    pub fn count(&self, short: u64, long: u64) -> u64 {
        match self.length {
            Length::Short => short,
            Length::Long { .. } => long,
        }
    }
}

/// How a test ended that found nothing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Withstood,
    /// Nothing was tried, and why.
    Skipped(&'static str),
}

type Test = (&'static str, fn(&Plan) -> Result<Ended>);

/// In the order of what they find most often.
static TESTS: [Test; 11] = [
    ("kills", |plan| withstood(kill(plan))),
    ("power", |plan| withstood(power::run(plan))),
    ("order", |plan| withstood(order_of_sync::run(plan))),
    ("full", full::run),
    ("failing", |plan| withstood(failing_disk::run(plan))),
    ("directory", |plan| withstood(directory::run(plan))),
    ("permission", permission::run),
    ("poison", |plan| withstood(poison::run(plan))),
    ("server", |plan| withstood(server::run(plan))),
    ("outages", outages::run),
    ("exhaustive", exhaustive::run),
];

/// What `make test` runs; only the tests of these names, if there are any.
///
/// # Errors
/// The first fault that was not withstood.
pub fn short(names: &[&str]) -> Result<()> {
    run(Length::Short, names)
}

/// What `make faults` runs; only the tests of these names, if there are any.
///
/// # Errors
/// The first fault that was not withstood.
pub fn long(kills: u64, names: &[&str]) -> Result<()> {
    run(Length::Long { kills }, names)
}

fn run(length: Length, names: &[&str]) -> Result<()> {
    let plan = Plan {
        binary: std::fs::canonicalize(sandbox::build()?)?,
        seed: seed()?,
        length,
    };
    println!("{SEED}={}", plan.seed);
    let mut skipped = Vec::new();
    for (name, test) in chosen(names)? {
        let started = Instant::now();
        let ended = test(&plan).with_context(|| format!("fault `{name}`, {SEED}={}", plan.seed))?;
        match ended {
            Ended::Withstood => println!(
                "fault `{name}`: withstood in {:.0} s",
                started.elapsed().as_secs_f64()
            ),
            Ended::Skipped(why) => {
                skipped.push(format!("fault `{name}`: NOT TRIED, because {why}"))
            }
        }
    }
    // Last, where nobody overlooks it.
    skipped.iter().for_each(|line| println!("{line}"));
    Ok(())
}

fn withstood(outcome: Result<()>) -> Result<Ended> {
    outcome.map(|()| Ended::Withstood)
}

fn chosen(names: &[&str]) -> Result<Vec<&'static Test>> {
    if names.is_empty() {
        return Ok(TESTS.iter().collect());
    }
    let found = |name: &&str| TESTS.iter().find(|(known, _)| known == name);
    let known = TESTS.map(|(name, _)| name).join(", ");
    let chosen = names.iter().map(|name| {
        found(name).with_context(|| format!("no test is called `{name}`; there are {known}"))
    });
    chosen.collect()
}

fn seed() -> Result<u64> {
    match std::env::var(SEED) {
        Ok(text) => text.parse().with_context(|| format!("{SEED} is a number")),
        Err(_) => Ok(account::now_ms() as u64),
    }
}

fn kill(plan: &Plan) -> Result<()> {
    let kills = match plan.length {
        Length::Short => KILLS_SHORT,
        Length::Long { kills } => kills,
    };
    kills::run(plan, kills)
}
