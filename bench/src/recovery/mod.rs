//! How long a start takes: a snapshot of many accounts and orders, and a long journal behind it.
//!
//! The directory is written by the exchange's own journal, snapshot and event log, and left as a
//! crash leaves it. What is timed is the function with which the shipped binary starts. The stages
//! are timed once more each by itself; the start overlaps them.

pub mod past;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bourse::data::{DataDirectory, journal_options};
use bourse::exchange::recover_directory;
use journal::options::{Replay, Waivers};
use journal::snapshot_store::Among;
use journal::survey::inspect;
use sequencer::follower::newest_base;
use sequencer::recovery::{Start, recover};
use serde_json::json;

use crate::cli::RecoveryArguments;
use crate::disk::scratch_directory;
use crate::measure::provenance::Provenance;
use crate::recovery::past::{CLUSTER, Past};

/// A start takes no longer.
const START_MAX: Duration = Duration::from_secs(10);

/// One stage of a start.
struct Stage {
    name: &'static str,
    took: Duration,
}

/// Prints how long a start takes, and its stages; with `--check`, fails above the bound.
///
/// # Errors
/// The directory cannot be written, or does not lead where it was left.
pub fn recovery(arguments: &RecoveryArguments) -> Result<ExitCode> {
    let directory = scratch_directory()?;
    let data = DataDirectory::create(directory.path())?;
    let past = Past::write(&data, arguments)?;
    // The first start writes the event log, which an exchange has beside its journal.
    let first = time_start(&data, &past)?;
    let mut starts = Vec::new();
    for _ in 0..arguments.runs {
        starts.push(time_start(&data, &past)?);
    }
    starts.sort();
    let stages = time_stages(&data)?;
    print_figures(arguments, &past, (first, &starts), &stages);
    let is_met = starts[starts.len() / 2] <= START_MAX;
    Ok(if arguments.check && !is_met {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Starts as the binary does and checks where that led.
fn time_start(data: &DataDirectory, past: &Past) -> Result<Duration> {
    let started = Instant::now();
    let known = recover_directory(data, CLUSTER)?;
    let took = started.elapsed();
    past.check(&known)?;
    Ok(took)
}

fn time_stages(data: &DataDirectory) -> Result<Vec<Stage>> {
    let mut stages = Vec::new();
    let mut clock = Instant::now();
    let mut lap = |name| {
        let took = clock.elapsed();
        clock = Instant::now();
        stages.push(Stage { name, took });
    };
    let newest = newest_base(&data.snapshots, CLUSTER, Among::All)?.base;
    let (anchor, base) = newest.context("a snapshot was written")?;
    lap("snapshot, read and decoded");
    let start = Start::from_base(anchor, base)?;
    lap("engine and views, restored");
    let options = journal_options(CLUSTER, Replay::After(anchor), Waivers::NONE);
    inspect(&data.journal, &options, &mut |_| Ok(()))?;
    lap("journal, read and checked");
    recover(data.journal.clone(), options, start.engine, &mut |_| ())?;
    lap("journal, and applied by the engine");
    Ok(stages)
}

fn print_figures(
    arguments: &RecoveryArguments,
    past: &Past,
    (first, starts): (Duration, &[Duration]),
    stages: &[Stage],
) {
    let Provenance {
        commit,
        machine,
        flags,
    } = Provenance::collect();
    let median = starts[starts.len() / 2];
    if arguments.json {
        let alone_s = stages
            .iter()
            .map(|stage| json!({"stage": stage.name, "seconds": stage.took.as_secs_f64()}));
        let figures = json!({
            "accounts": arguments.accounts,
            "orders": past.snapshot_orders,
            "tail": arguments.tail,
            "start_s": median.as_secs_f64(),
            "start_s_min": starts[0].as_secs_f64(),
            "start_s_max": starts[starts.len() - 1].as_secs_f64(),
            "start_without_event_log_s": first.as_secs_f64(),
            "stages_alone": alone_s.collect::<Vec<_>>(),
            "state_matches": true,
            "commit": commit,
            "machine": machine,
            "flags": flags,
        });
        println!("{figures}");
        return;
    }
    println!("commit {commit}\n{machine}\n{flags}\n");
    println!(
        "{} accounts, {} open orders in the snapshot, {} commands after it",
        arguments.accounts, past.snapshot_orders, arguments.tail
    );
    println!(
        "ready in {:.2} s ({:.2}–{:.2} of {} starts), bound {} s",
        median.as_secs_f64(),
        starts[0].as_secs_f64(),
        starts[starts.len() - 1].as_secs_f64(),
        starts.len(),
        START_MAX.as_secs()
    );
    println!(
        "without an event log, which is written again: {:.2} s",
        first.as_secs_f64()
    );
    for stage in stages {
        println!(
            "  alone: {:<36} {:>6.2} s",
            stage.name,
            stage.took.as_secs_f64()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_past_is_recovered_to_its_totals() {
        let arguments = RecoveryArguments {
            accounts: 60,
            traders: 30,
            orders: 400,
            tail: 3_000,
            runs: 1,
            json: true,
            check: true,
        };
        assert_eq!(recovery(&arguments).unwrap(), ExitCode::SUCCESS);
    }
}
