//! `cargo xtask recorded FILE…`: does the exchange show the recorded book, at every recorded update?
//!
//! The binary replays the file through ordinary accounts; a client of the public stream rebuilds the exchange's book,
//! and a reader of the file rebuilds the recorded one. Neither shares a line with the product. The exchange's book must
//! pass through every recorded state, in order, equal level by level, and nearly all recorded trades must be among the
//! trades it tells of, equal in side, price and size.

mod levels;
mod recording;
mod stream;
mod trades;

use crate::sandbox::{Sandbox, build};
use anyhow::{Context, Result, bail};
use levels::Comparison;
use recording::Recording;
use std::path::{Path, PathBuf};
use stream::{Message, Stream};
use trades::Trade;

/// A generated minute in the same format, which is always there.
pub const GENERATED: &str = "xtask/recordings/generated-btcusdt-60s.gz";
/// Of a recording's trades so many come about again; those before its snapshot cannot.
const REPRODUCED_PERCENT_MIN: usize = 95;
/// Where real recordings lie when somebody has put them beside the checkout.
const REAL_FOLDER: &str = "../shared/data";

/// Runs the comparison on the generated recording and on every real spot recording that is there.
pub fn check_all() -> Result<()> {
    let mut files = vec![PathBuf::from(GENERATED)];
    if let Ok(entries) = std::fs::read_dir(REAL_FOLDER) {
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let is_spot = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("binance-spot-"))
        };
        files.extend(paths.filter(is_spot));
    }
    files.sort();
    check(&files)
}

/// Compares each file and fails on a single mismatch.
pub fn check(files: &[PathBuf]) -> Result<()> {
    let binary = build()?;
    for file in files {
        compare(&binary, file).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn compare(binary: &Path, file: &Path) -> Result<()> {
    let shown = file.to_str().context("a path that is text")?;
    let mut recording = Recording::open(file)?;
    let sandbox = Sandbox::start(
        binary,
        "recorded",
        &["--unlimited", "--market", shown, "--speed", "max"],
    )?;
    let description = sandbox.description()?;
    let base = description["ws"].as_str().context("dev.json without ws")?;
    let symbol = recording.symbol().to_ascii_lowercase();
    let mut stream = Stream::open(&format!(
        "{base}/stream?streams={symbol}@depth@0ms/{symbol}@aggTrade"
    ))?;
    let mut comparison = Comparison::default();
    let mut told = Vec::new();
    let mut is_over = !recording.next_state(&mut comparison)?;
    while let Some(message) = stream.next(&sandbox)? {
        match message {
            Message::Depth(changes) => {
                comparison.change_ours(&changes);
                while comparison.is_equal() && !is_over {
                    recording.count_equal(&comparison);
                    is_over = !recording.next_state(&mut comparison)?;
                }
            }
            Message::Trade(trade) => told.push(trade),
        }
    }
    report(&sandbox, &recording, &comparison, &told, is_over)
}

/// Prints what was compared; a recorded state that never came is a mismatch.
///
/// # Errors
/// A mismatch, or too few of the recorded trades among those told.
fn report(
    sandbox: &Sandbox,
    recording: &Recording,
    comparison: &Comparison,
    told_trades: &[Trade],
    is_over: bool,
) -> Result<()> {
    let log = sandbox.log();
    let told = log
        .lines()
        .find(|line| line.starts_with("replayed "))
        .context("the replay did not end")?;
    let number = |before: &str| -> Result<f64> {
        let text = told
            .split(before)
            .next()
            .and_then(|part| part.split([' ', ',', ':']).rfind(|word| !word.is_empty()));
        text.and_then(|text| text.parse().ok())
            .with_context(|| format!("no number before `{before}` in: {told}"))
    };
    let commands_per_second = number(" commands in")? / number(" s; trades")?.max(0.1);
    let mismatches = if is_over {
        0
    } else {
        comparison.differing().max(1)
    };
    for cause in [
        " before the snapshot",
        " met nothing",
        " met a better price",
        " met too little",
    ] {
        println!(
            "  not reproduced, {}: {}",
            cause.trim_start(),
            number(cause)?
        );
    }
    let recorded = recording.trades();
    let reproduced = trades::reproduced(recorded, told_trades);
    println!("  trades on the public stream: {}", told_trades.len());
    println!(
        "compared {} updates, {} levels, mismatches {mismatches}, trades reproduced {reproduced} of {}, {commands_per_second:.0} commands/s",
        recording.states_passed(),
        recording.levels_passed(),
        recorded.len()
    );
    if mismatches != 0 {
        bail!(
            "the exchange never showed the book of recorded update {}: {}",
            recording.last_update(),
            comparison.first_difference()
        );
    }
    if reproduced * 100 < recorded.len() * REPRODUCED_PERCENT_MIN {
        bail!("fewer than {REPRODUCED_PERCENT_MIN} % of the recorded trades came about");
    }
    Ok(())
}
