//! How long a start takes: a snapshot of many accounts and orders, and a long journal behind it.
//!
//! The directory is written by the exchange's own journal, snapshot and event log, and left as a
//! crash leaves it. What is timed is the function with which the shipped binary starts, in a process
//! of its own. The stages are timed once more each by itself; the start overlaps them.

pub mod past;
pub mod started;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bourse::data::{DataDirectory, journal_options};
use journal::options::{Replay, Waivers};
use journal::snapshot_store::Among;
use journal::survey::inspect;
use sequencer::follower::newest_base;
use sequencer::recovery::{Start, recover};
use serde_json::{Value, json};

use crate::cli::RecoveryArguments;
use crate::disk::scratch_directory;
use crate::measure::contender::Run;
use crate::measure::provenance::Provenance;
use crate::recovery::past::{CLUSTER, Past};
use crate::recovery::started::{Started, start_apart};
use crate::report::floor::Floors;

/// A start takes no longer.
const START_MAX: Duration = Duration::from_secs(10);

/// One stage of a start.
struct Stage {
    name: &'static str,
    took: Duration,
}

/// All starts, in order of their time, and the first one.
struct Starts {
    first: Run,
    timed: Vec<Run>,
}

impl Starts {
    fn median(&self) -> Run {
        self.timed[self.timed.len() / 2]
    }
}

/// Prints how long a start takes, and its stages.
///
/// # Errors
/// The directory cannot be written, or does not lead where it was left.
pub fn recovery(arguments: &RecoveryArguments) -> Result<Floors> {
    recovery_by(arguments, start_apart)
}

fn recovery_by(
    arguments: &RecoveryArguments,
    start: impl Fn(&Path) -> Result<Started>,
) -> Result<Floors> {
    let directory = scratch_directory()?;
    let data = DataDirectory::create(directory.path())?;
    let past = Past::write(&data, arguments)?;
    let time_start = || {
        let started = start(directory.path())?;
        past.check(&started).map(|()| started.run)
    };
    // The first start writes the event log, which an exchange has beside its journal.
    let first = time_start()?;
    let mut timed = (0..arguments.runs)
        .map(|_| time_start())
        .collect::<Result<Vec<Run>>>()?;
    timed.sort_by_key(|run| run.wall);
    let starts = Starts { first, timed };
    let stages = time_stages(&data)?;
    print_figures(arguments, &past, &starts, &stages);
    Ok(Floors::of(starts.median().wall <= START_MAX))
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

fn print_figures(arguments: &RecoveryArguments, past: &Past, starts: &Starts, stages: &[Stage]) {
    let provenance = Provenance::collect();
    if arguments.json {
        println!("{}", json(arguments, past, (starts, stages), &provenance));
        return;
    }
    let Provenance {
        commit,
        machine,
        flags,
    } = provenance;
    println!("commit {commit}\n{machine}\n{flags}\n");
    println!(
        "{} accounts, {} open orders in the snapshot, {} commands after it",
        arguments.accounts, past.snapshot_orders, arguments.tail
    );
    println!("{}", figures("ready", starts.median()));
    println!("{}", figures("the quickest of all starts", starts.timed[0]));
    println!("{}", figures("with an event log to write", starts.first));
    for stage in stages {
        let took_s = stage.took.as_secs_f64();
        println!("{took_s:>7.2} s       {}, alone", stage.name);
    }
    println!("bound {} s", START_MAX.as_secs());
}

fn figures(what: &str, run: Run) -> String {
    let (wall_s, cpu_s) = (run.wall.as_secs_f64(), run.cpu.as_secs_f64());
    format!("{wall_s:>7.2} s {what}, {cpu_s:.2} CPU seconds")
}

fn json(
    arguments: &RecoveryArguments,
    past: &Past,
    (starts, stages): (&Starts, &[Stage]),
    provenance: &Provenance,
) -> Value {
    let alone_s: Vec<Value> = stages
        .iter()
        .map(|stage| json!({"stage": stage.name, "seconds": stage.took.as_secs_f64()}))
        .collect();
    json!({
        "accounts": arguments.accounts,
        "traders": arguments.traders,
        "orders": past.snapshot_orders,
        "tail": arguments.tail,
        "runs": arguments.runs,
        "start_s": starts.median().wall.as_secs_f64(),
        "start_s_min": starts.timed[0].wall.as_secs_f64(),
        "start_cpu_s": starts.median().cpu.as_secs_f64(),
        "start_without_event_log_s": starts.first.wall.as_secs_f64(),
        "stages_alone": alone_s,
        "totals_match": true,
        "commit": provenance.commit,
        "machine": provenance.machine,
        "flags": provenance.flags,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recovery::started::start_here;
    use bourse::exchange::recover_directory;
    use bourse::replay;

    const ARGUMENTS: RecoveryArguments = RecoveryArguments {
        accounts: 60,
        traders: 30,
        orders: 400,
        tail: 3_000,
        runs: 1,
        json: true,
        check: true,
    };

    #[test]
    fn a_written_past_is_recovered_to_its_totals() {
        recovery_by(&ARGUMENTS, start_here).unwrap();
    }

    #[test]
    fn the_views_of_a_start_are_those_of_a_replay_from_the_first_command() {
        let directory = scratch_directory().unwrap();
        let data = DataDirectory::create(directory.path()).unwrap();
        Past::write(&data, &ARGUMENTS).unwrap();
        let replayed = replay::run(&data, CLUSTER, Start::genesis(), u64::MAX).unwrap();
        let known = recover_directory(&data, CLUSTER).unwrap();
        assert!(known.views.state() == replayed.views.state());
    }
}
