//! Planted bugs: wakes one after the other and tells which check finds it.
//!
//! The suite is built once with `--cfg bourse_mutants`. With every bug asleep all checks must be green; then each bug
//! must turn one of them red. The checks of the bug's own crate come first, then the others, the cheapest first.

mod build;
mod check;
pub mod sites;

use anyhow::{Context, Result, bail};
use check::{Check, Outcome, Red};
use mutant::list::{ALL, Mutant};
use sites::Site;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

pub use build::{compile, test};

/// How much longer than with every bug asleep a check may take before it counts as red.
const PATIENCE: u32 = 8;
const PATIENCE_MIN: Duration = Duration::from_secs(60);
/// With every bug asleep a check has this long, which is ten times what any needs.
const ASLEEP_MAX: Duration = Duration::from_secs(600);

/// Tools that no bug reaches.
const TOOLS: &[&str] = &["bench", "fuzz"];

/// The whole suite, once it has run in this process with every bug asleep.
static ASLEEP: OnceLock<Vec<Timed>> = OnceLock::new();

/// A check and how long it takes with every bug asleep.
#[derive(Clone)]
struct Timed {
    check: Check,
    usual: Duration,
}

/// What became of one bug.
struct Found {
    mutant: &'static Mutant,
    /// The check that turned red and what it said, unless none did.
    by: Option<String>,
    took: Duration,
}

/// Runs every test of the workspace but this program's with every bug asleep.
pub fn test_all() -> Result<()> {
    let timed = time_asleep(build::suite()?)?;
    let _ = ASLEEP.set(timed);
    build::test(&["--doc"], &[])
}

/// Wakes the bugs of these names, or every one if none is named.
pub fn check(names: &[&str]) -> Result<()> {
    let chosen = choose(names)?;
    let sites = sites::find()?;
    let is_needed = |check: &Check| {
        let mut needing = chosen.iter().filter_map(|mutant| sites.get(mutant.name));
        !TOOLS.contains(&check.package.as_str()) && needing.any(|site| check.reaches(&site.package))
    };
    let suite = match ASLEEP.get() {
        Some(timed) => timed.clone(),
        None => {
            let suite = build::suite()?;
            time_asleep(suite.into_iter().filter(is_needed).collect())?
        }
    };
    let suite: Vec<Timed> = suite
        .into_iter()
        .filter(|timed| is_needed(&timed.check))
        .collect();
    println!(
        "{:<32}  {:<64}  {:>5}  found by",
        "bug", "what it breaks", "s"
    );
    let found = in_parallel(&chosen, |mutant| {
        let found = wake(mutant, &sites, &suite)?;
        print(&found);
        Ok(found)
    })?;
    judge(&found)
}

fn choose(names: &[&str]) -> Result<Vec<&'static Mutant>> {
    if names.is_empty() {
        return Ok(ALL.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            ALL.iter()
                .find(|mutant| mutant.name == *name)
                .with_context(|| {
                    format!("no bug is called `{name}`; see crates/mutant/src/list.rs")
                })
        })
        .collect()
}

/// Proves that checks are green with every bug asleep, and takes their time; the quickest come first.
fn time_asleep(suite: Vec<Check>) -> Result<Vec<Timed>> {
    println!("every bug asleep: {} checks", suite.len());
    let started = Instant::now();
    let mut timed = in_parallel(&suite, |check| {
        let started = Instant::now();
        if let Outcome::Red(red) = check.run(None, "", ASLEEP_MAX)? {
            println!("{}", red.output);
            bail!("{} is red with every bug asleep: {}", check.name, red.why);
        }
        let usual = started.elapsed();
        println!(
            "{:<32}  green in {:>5.1} s",
            check.name,
            usual.as_secs_f64()
        );
        let check = check.clone();
        Ok(Timed { check, usual })
    })?;
    timed.sort_by_key(|timed| timed.usual);
    println!(
        "every bug asleep: all green in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Ok(timed)
}

/// Runs the checks that can see the bug until one is red: first the test that saw it last time, if the list names it.
fn wake(mutant: &'static Mutant, sites: &BTreeMap<String, Site>, suite: &[Timed]) -> Result<Found> {
    let site = sites
        .get(mutant.name)
        .with_context(|| format!("`{}` is planted nowhere", mutant.name))?;
    let started = Instant::now();
    let (own, others): (Vec<&Timed>, Vec<&Timed>) = suite
        .iter()
        .filter(|timed| timed.check.reaches(&site.package))
        .partition(|timed| timed.check.package == site.package);
    let known = mutant.seen_by.iter().filter_map(|(check, test)| {
        let timed = suite.iter().find(|timed| timed.check.name == *check)?;
        Some((timed, *test))
    });
    let all = own.into_iter().chain(others).map(|timed| (timed, ""));
    let found = |by| Found {
        mutant,
        by,
        took: started.elapsed(),
    };
    for (timed, part) in known.chain(all) {
        let limit = PATIENCE_MIN.max(timed.usual * PATIENCE);
        if let Outcome::Red(Red { why, .. }) = timed.check.run(Some(mutant.name), part, limit)? {
            return Ok(found(Some(format!("{}: {why}", timed.check.name))));
        }
    }
    Ok(found(None))
}

fn print(found: &Found) {
    println!(
        "{:<32}  {:<64}  {:>5.1}  {}",
        found.mutant.name,
        found.mutant.breaks,
        found.took.as_secs_f64(),
        found.by.as_deref().unwrap_or("NOTHING: it survives"),
    );
}

fn judge(found: &[Found]) -> Result<()> {
    let survivors: Vec<&str> = found
        .iter()
        .filter(|found| found.by.is_none())
        .map(|found| found.mutant.name)
        .collect();
    println!(
        "killed {} of {}",
        found.len() - survivors.len(),
        found.len()
    );
    if survivors.is_empty() {
        return Ok(());
    }
    bail!("the suite does not see: {}", survivors.join(", "))
}

/// Does the work for each item on every core; the results come in the order in which they were ready.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let run = || -> Result<()> {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = work(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(result);
        }
        Ok(())
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| bail!("a worker panicked")))
    })?;
    Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
}
