//! `sim [--seeds N] [--first SEED] [--commands N] [--crashes N]`: a campaign of seeds on every core.
//!
//! Each seed runs at least so many commands, crashes so often and has the end of its journal damaged; one that did less
//! fails.

use anyhow::{Context, Result, bail};
use sim::marks::Marks;
use sim::world::{Plan, Report, run};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// With so many crashes every pair of fault and stage is hit; with fewer, chance decides.
const COVERING_CRASHES: u64 = 1_000;

#[derive(Clone, Copy, Debug)]
struct Campaign {
    seeds: u64,
    first: u64,
    commands: usize,
    crashes: usize,
}

fn main() -> Result<()> {
    let campaign = read_arguments()?;
    let next = AtomicU64::new(campaign.first);
    let total = Mutex::new(Report::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let outcomes: Vec<Result<()>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| work(campaign, &next, &total)))
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| bail!("a worker panicked")))
            .collect()
    });
    outcomes.into_iter().collect::<Result<Vec<()>>>()?;
    let total = total
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    print(campaign, &total);
    judge(campaign, &total.marks)
}

/// Runs seeds until none is left or one failed.
fn work(campaign: Campaign, next: &AtomicU64, total: &Mutex<Report>) -> Result<()> {
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if campaign.first + campaign.seeds <= seed {
            return Ok(());
        }
        let plan = Plan {
            seed,
            commands: campaign.commands,
            crashes: campaign.crashes,
        };
        let outcome = std::panic::catch_unwind(|| run(plan));
        let report = match outcome {
            Ok(outcome) => outcome,
            Err(_) => Err(anyhow::anyhow!("a panic")),
        };
        let failed = || {
            next.store(u64::MAX / 2, Ordering::Relaxed);
            let Campaign {
                commands, crashes, ..
            } = campaign;
            format!(
                "seed {seed} failed; again with: sim --first {seed} --seeds 1 --commands {commands} --crashes {crashes}"
            )
        };
        let report = report.with_context(failed)?;
        total
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .add(&report);
    }
}

fn print(campaign: Campaign, total: &Report) {
    println!(
        "{} seeds: {} commands, {} events, {} crashes, {} snapshots, {} damaged tails",
        campaign.seeds,
        total.commands,
        total.events,
        total.crashes,
        total.snapshots,
        total.damaged_tails
    );
    for (fault, stage, count) in total.marks.hits() {
        println!(
            "  {:<16} in {:<10} {count:>7}",
            format!("{fault:?}"),
            format!("{stage:?}")
        );
    }
}

/// Tells what was never hit; a campaign that is large enough to hit everything is then inconclusive.
fn judge(campaign: Campaign, marks: &Marks) -> Result<()> {
    let missing = marks.missing();
    if missing.is_empty() {
        return Ok(());
    }
    println!("never hit: {missing:?}");
    if COVERING_CRASHES <= campaign.seeds * campaign.crashes as u64 {
        bail!("inconclusive: {} pairs were never hit", missing.len());
    }
    Ok(())
}

fn read_arguments() -> Result<Campaign> {
    let mut campaign = Campaign {
        seeds: 500,
        first: 1,
        commands: 2_000,
        crashes: 3,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .with_context(|| format!("{name} needs a number"))?;
        let number: u64 = value
            .parse()
            .with_context(|| format!("{name} {value} is not a number"))?;
        match name.as_str() {
            "--seeds" => campaign.seeds = number,
            "--first" => campaign.first = number,
            "--commands" => campaign.commands = number as usize,
            "--crashes" => campaign.crashes = number as usize,
            _ => bail!("unknown option {name}; known: --seeds --first --commands --crashes"),
        }
    }
    Ok(campaign)
}
