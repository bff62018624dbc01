//! `cargo run --release -p fuzz -- TARGET --seconds N`: hostile inputs for one target, or for `all`.

#![forbid(unsafe_code)]

use anyhow::{Context, Result, bail};
use fuzz::campaign::{Campaign, Limit};
use fuzz::corpus;
use fuzz::crash;
use fuzz::targets::{TARGETS, Target};
use fuzz::trace::Trace;
use std::path::{Path, PathBuf};
use std::time::Duration;

const USAGE: &str = "\
usage: fuzz TARGET|all [--seconds N] [--seed N] [--corpus DIR] [--grow]
       fuzz TARGET --input FILE
       fuzz list

  --seconds N   how long each target runs (10)
  --seed N      the same seed and corpus give the same inputs (1)
  --corpus DIR  the inputs to start from (fuzz/corpus/TARGET)
  --grow        store inputs that show something new in the corpus
  --input FILE  run this one input

An input that breaks a target is stored in fuzz/crashes/TARGET and the exit status is 1.";

/// The most inputs that one growth adds to a corpus.
const GROWN_MAX: usize = 64;

struct Options {
    targets: Vec<&'static Target>,
    duration: Duration,
    seed: u64,
    corpus: Option<PathBuf>,
    growth: Growth,
    input: Option<PathBuf>,
}

/// Whether inputs that show something new are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Growth {
    Forget,
    Store,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["list"] {
        TARGETS
            .iter()
            .for_each(|target| println!("{}", target.name));
        return Ok(());
    }
    let options = parse(&arguments)?;
    for target in &options.targets {
        match &options.input {
            Some(path) => run_one(target, path)?,
            None => run_campaign(target, &options)?,
        }
    }
    Ok(())
}

fn parse(arguments: &[String]) -> Result<Options> {
    let (name, rest) = arguments.split_first().context(USAGE)?;
    let mut options = Options {
        targets: targets_named(name)?,
        duration: Duration::from_secs(10),
        seed: 1,
        corpus: None,
        growth: Growth::Forget,
        input: None,
    };
    let mut rest = rest.iter();
    while let Some(option) = rest.next() {
        if option == "--grow" {
            options.growth = Growth::Store;
            continue;
        }
        let value = rest.next().context(USAGE)?;
        match option.as_str() {
            "--seconds" => options.duration = Duration::from_secs(value.parse()?),
            "--seed" => options.seed = value.parse()?,
            "--corpus" => options.corpus = Some(value.into()),
            "--input" => options.input = Some(value.into()),
            _ => bail!(USAGE),
        }
    }
    Ok(options)
}

fn targets_named(name: &str) -> Result<Vec<&'static Target>> {
    let targets: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| name == "all" || name == target.name)
        .collect();
    if targets.is_empty() {
        bail!("no target is called {name}\n\n{USAGE}");
    }
    Ok(targets)
}

fn run_one(target: &Target, path: &Path) -> Result<()> {
    let input = std::fs::read(path).with_context(|| format!("{}", path.display()))?;
    let mut trace = Trace::default();
    (target.run)(&input, &mut trace);
    println!(
        "{}: {} bytes hold, {} things seen",
        target.name,
        input.len(),
        trace.seen().len()
    );
    Ok(())
}

fn run_campaign(target: &'static Target, options: &Options) -> Result<()> {
    let folder = match &options.corpus {
        Some(folder) => folder.clone(),
        None => corpus::folder(target.name),
    };
    let inputs = corpus::load(&folder)?;
    let crashes = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("crashes")
        .join(target.name);
    crash::guard(crashes);
    let mut campaign = Campaign::start(target, inputs.clone(), options.seed);
    let report = campaign.run(Limit::Time(options.duration));
    println!(
        "{}: {} executions, 0 failures, {} things seen, {} inputs kept",
        target.name, report.executions, report.seen, report.kept
    );
    if options.growth == Growth::Store {
        for input in campaign.distilled(&inputs, GROWN_MAX) {
            corpus::store(&folder, "grown", &input)?;
        }
    }
    crash::finished();
    Ok(())
}
