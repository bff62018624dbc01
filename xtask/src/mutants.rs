//! Planted bugs: wakes one after the other and tells which check finds it.
//!
//! The suite is built once with `--cfg bourse_mutants`. With every bug asleep all checks must be green; then each bug
//! must turn one of them red. The checks of the bug's own crate come first, then the others, the cheapest first.

mod build;
mod check;
mod seen;
pub mod sites;

use crate::parallel::in_parallel;
use anyhow::{Context, Result, bail};
use check::{Check, Outcome, Red};
use mutant::all;
use mutant::planted::Mutant;
use seen::Seen;
use sites::Site;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

pub use build::{binary, compile};
pub use check::AWAKE;

/// How much longer than with every bug asleep a check may take before it counts as red.
const PATIENCE: u32 = 8;
const PATIENCE_MIN: Duration = Duration::from_secs(60);
/// With every bug asleep a check has this long, which is ten times what any needs.
const ASLEEP_MAX: Duration = Duration::from_secs(600);

/// Tools that no bug reaches.
const TOOLS: &[&str] = &["bench", "fuzz"];

/// Checks that take longer than all others together.
const LONG: &[&str] = &["gateway/gateway", "bourse/binary"];

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
    /// The check that turned red, and its test, unless none did.
    by: Option<Seen>,
    took: Duration,
}

/// What is run of the suite: a check, and of it the tests whose names have this part.
pub struct Choice<'a> {
    pub check: &'a str,
    pub part: &'a str,
}

/// Runs a part of the suite with every bug asleep and further environment variables; the longest should come first.
pub fn test_some(choices: &[Choice<'_>], variables: &[(&str, &str)]) -> Result<()> {
    let suite = build::suite()?;
    in_parallel(choices, |choice| {
        let mut checks = suite.iter();
        let check = checks
            .find(|check| check.name == choice.check)
            .with_context(|| format!("no check is called `{}`", choice.check))?;
        run_asleep(check, choice.part, variables)
    })?;
    Ok(())
}

/// Runs every test of the workspace but this program's with every bug asleep.
pub fn test_all() -> Result<()> {
    let timed = time_asleep(build::suite()?)?;
    let _ = ASLEEP.set(timed);
    build::test_documentation()
}

/// Wakes the bugs of these names, or every one if none is named, and notes who saw each, to be tried first next time.
pub fn check_and_note(names: &[&str]) -> Result<()> {
    let found = wake_all(names)?;
    let mut seen = seen::read()?;
    for Found { mutant, by, .. } in &found {
        if let Some(by) = by {
            seen.insert(mutant.name.to_owned(), by.clone());
        }
    }
    seen.retain(|bug, _| all().any(|mutant| mutant.name == bug));
    seen::write(&seen)?;
    judge(&found)
}

/// Wakes every bug.
pub fn check() -> Result<()> {
    judge(&wake_all(&[])?)
}

fn wake_all(names: &[&str]) -> Result<Vec<Found>> {
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
    let seen = seen::read()?;
    in_parallel(&chosen, |mutant| {
        let found = wake(mutant, &sites, (&suite, &seen))?;
        print(&found);
        Ok(found)
    })
}

fn choose(names: &[&str]) -> Result<Vec<&'static Mutant>> {
    if names.is_empty() {
        return Ok(all().collect());
    }
    names
        .iter()
        .map(|name| {
            all().find(|mutant| mutant.name == *name).with_context(|| {
                format!("no bug is called `{name}`; see crates/mutant/src/list.rs")
            })
        })
        .collect()
}

/// Proves that checks are green with every bug asleep, and takes their time; the quickest come first.
fn time_asleep(mut suite: Vec<Check>) -> Result<Vec<Timed>> {
    // Those that take minutes begin, so that none of them is left at the end with a processor idle beside it.
    suite.sort_by_key(|check| !LONG.contains(&check.name.as_str()));
    println!("every bug asleep: {} checks", suite.len());
    let started = Instant::now();
    let mut timed = in_parallel(&suite, |check| {
        let usual = run_asleep(check, "", &[])?;
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

/// Runs a check that must be green and returns how long it took.
fn run_asleep(check: &Check, part: &str, variables: &[(&str, &str)]) -> Result<Duration> {
    let started = Instant::now();
    if let Outcome::Red(red) = check.run(part, variables, ASLEEP_MAX)? {
        println!("{}", red.output);
        bail!("{} is red with every bug asleep: {}", check.name, red.why);
    }
    let took = started.elapsed();
    println!("{:<32}  green in {:>5.1} s", check.name, took.as_secs_f64());
    Ok(took)
}

/// Runs the checks that can see the bug until one is red: first the test that saw it last time, if one is noted.
fn wake(
    mutant: &'static Mutant,
    sites: &BTreeMap<String, Site>,
    (suite, seen): (&[Timed], &BTreeMap<String, Seen>),
) -> Result<Found> {
    let site = sites
        .get(mutant.name)
        .with_context(|| format!("`{}` is planted nowhere", mutant.name))?;
    let started = Instant::now();
    let (own, others): (Vec<&Timed>, Vec<&Timed>) = suite
        .iter()
        .filter(|timed| timed.check.reaches(&site.package))
        .partition(|timed| timed.check.package == site.package);
    let all = own.iter().chain(&others).map(|timed| (*timed, ""));
    let known = known(mutant, seen, own.iter().chain(&others).copied())?;
    let found = |by| Found {
        mutant,
        by,
        took: started.elapsed(),
    };
    for (timed, part) in known.into_iter().chain(all) {
        let look = |part: &str| look(mutant, timed, part);
        let Some(red) = look(part)? else { continue };
        // A test that is red by chance finds nothing: what nobody expected is red a second time, too.
        if !part.is_empty() || look(&red.part)?.is_some() {
            return Ok(found(Some(Seen {
                check: timed.check.name.clone(),
                test: red.part,
            })));
        }
    }
    Ok(found(None))
}

/// Returns the check that saw the bug last time, and its test.
fn known<'a>(
    mutant: &Mutant,
    seen: &'a BTreeMap<String, Seen>,
    mut suite: impl Iterator<Item = &'a Timed>,
) -> Result<Option<(&'a Timed, &'a str)>> {
    let Some(Seen { check, test }) = seen.get(mutant.name) else {
        return Ok(None);
    };
    let timed = suite.find(|timed| timed.check.name == *check);
    let timed = timed.with_context(|| {
        format!(
            "`{}` is said to be seen by `{check}`, which is no check or does not run what it breaks",
            mutant.name
        )
    })?;
    Ok(Some((timed, test)))
}

/// Returns what turns red in a check, or in the tests of it whose names have this part, with the bug awake.
fn look(mutant: &Mutant, timed: &Timed, part: &str) -> Result<Option<Red>> {
    let limit = PATIENCE_MIN.max(timed.usual * PATIENCE);
    let awake = [(AWAKE, mutant.name)];
    Ok(match timed.check.run(part, &awake, limit)? {
        Outcome::Red(red) => Some(red),
        Outcome::Green => None,
    })
}

fn print(found: &Found) {
    let by = found.by.as_ref();
    let by = by.map(|Seen { check, test }| format!("{check}: {test}"));
    println!(
        "{:<32}  {:<64}  {:>5.1}  {}",
        found.mutant.name,
        found.mutant.breaks,
        found.took.as_secs_f64(),
        by.as_deref().unwrap_or("NOTHING: it survives"),
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
