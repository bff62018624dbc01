//! F06, F09, F21 and F22: a data directory that is in use, copied, damaged, or moved away.

use super::Plan;
use super::account::{Client, now_ms};
use super::answers;
use super::audit::Audit;
use super::chance::Chance;
use super::exchange::{self, Exchange, Setup, start_refused};
use super::kills::{STOP_TIME_MAX, check_at_rest, ensure_none};
use super::load::{Load, Shape};
use super::scratch::in_scratch;
use super::witness::Witness;
use crate::shell;
use anyhow::{Context, Result, ensure};
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use journal::journal::Journal;
use journal::open::Opened;
use journal::options::{Options, Replay, Waivers};
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::from_millis(1),
};

/// Uses one directory twice, copies it, damages it, and moves it away.
///
/// # Errors
/// The exchange did not refuse, or not in words that help.
pub fn run(plan: &Plan) -> Result<()> {
    in_scratch("directory", |directory| {
        let mut chance = plan.chance("directory");
        let setup = Setup::plain(&plan.binary, directory);
        let witness = Arc::new(Witness::open(&directory.join("witness.log"))?);
        let exchange = Exchange::start(&setup)?;
        let mut audit = Audit::begin(&exchange, chance.fork())?;
        let load = Load::start(&exchange, &witness, SHAPE, &mut chance)?;
        refuse_second(&setup)?;
        std::thread::sleep(Duration::from_millis(300));
        let done = load.stop()?;
        ensure_none(&audit.check(&exchange, done.records)?).context("beside a second process")?;
        pass_over_snapshot(&setup, exchange, &mut chance)?;
        refuse_copy(&setup)?;
        let flips = plan.count(12, 500);
        refuse_flipped_bits(&setup, flips, &mut chance)?;
        move_away(setup, &witness, &mut audit, &mut chance)?;
        println!(
            "directory: a second process, a copy and {flips} flipped bits refused; moved away, it stops"
        );
        Ok(())
    })
}

fn refuse_second(setup: &Setup) -> Result<()> {
    let refused = start_refused(setup)?;
    let ways = ["another exchange runs", "another process", "in use"];
    let is_clear = ways.iter().any(|way| refused.message.contains(way));
    ensure!(
        is_clear,
        "a second process is refused without saying why: {}",
        refused.message
    );
    Ok(())
}

/// Damages the only snapshot: the next start replays the whole journal instead and answers as before.
fn pass_over_snapshot(setup: &Setup, running: Exchange, chance: &mut Chance) -> Result<()> {
    end_a_list(&running)?;
    exchange::run(setup, &["snapshot"])?;
    let until_ms = now_ms();
    let before = answers::take(&running, until_ms)?;
    running.stop(STOP_TIME_MAX)?;
    let snapshot = only_file(&setup.data().join("snapshots"))?;
    let mut bytes = std::fs::read(&snapshot)?;
    let at = chance.below(bytes.len() as u64) as usize;
    bytes[at] ^= 1 << chance.below(8);
    std::fs::write(&snapshot, &bytes)?;
    let restarted = Exchange::start(setup).context("beside a damaged snapshot")?;
    answers::ensure_same(&before, &answers::take(&restarted, until_ms)?)?;
    restarted.stop(STOP_TIME_MAX)?;
    std::fs::remove_file(&snapshot)?;
    Ok(())
}

/// Leaves a list behind that has ended, in a market that nothing else trades in.
fn end_a_list(exchange: &Exchange) -> Result<()> {
    let mut client = Client::new(exchange.address, &exchange.accounts[0]);
    let named = [("symbol", "ETHBTC"), ("listClientOrderId", "ended")];
    let asked = [
        ("side", "SELL"),
        ("quantity", "1"),
        ("aboveType", "LIMIT_MAKER"),
        ("abovePrice", "0.06"),
        ("belowType", "STOP_LOSS"),
        ("belowStopPrice", "0.04"),
    ];
    for (method, path, parameters) in [
        (
            "POST",
            "/api/v3/orderList/oco",
            [&named[..], &asked].concat(),
        ),
        ("DELETE", "/api/v3/orderList", named.to_vec()),
    ] {
        let parameters: Vec<(&str, String)> = parameters
            .into_iter()
            .map(|(name, value)| (name, value.to_owned()))
            .collect();
        client.done(method, path, &parameters)?;
    }
    Ok(())
}

fn only_file(directory: &Path) -> Result<PathBuf> {
    let mut entries = std::fs::read_dir(directory)?;
    let (first, second) = (entries.next(), entries.next());
    ensure!(second.is_none(), "{} has one file", directory.display());
    Ok(first.context("a file")??.path())
}

fn refuse_copy(setup: &Setup) -> Result<()> {
    let place = setup.directory.join("copy");
    std::fs::create_dir(&place)?;
    shell::run(
        "cp",
        &[
            "-a",
            &setup.data().to_string_lossy(),
            &place.to_string_lossy(),
        ],
    )?;
    let copy = Setup {
        directory: place.clone(),
        ..setup.clone()
    };
    let refused = start_refused(&copy)?;
    ensure!(
        refused.message.contains("copy"),
        "a copy is refused without saying why: {}",
        refused.message
    );
    let accepted = Setup {
        arguments: vec!["--accept-copy".to_owned()],
        ..copy
    };
    Exchange::start(&accepted)?.stop(STOP_TIME_MAX)?;
    std::fs::remove_dir_all(&place)?;
    Ok(())
}

/// Flips single bits in what was synced long ago; each must be found, named by file and byte, and left alone.
fn refuse_flipped_bits(setup: &Setup, flips: u64, chance: &mut Chance) -> Result<()> {
    let segment = first_segment(&setup.data().join("journal"))?;
    let name = segment
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .context("a name")?;
    let bytes = std::fs::read(&segment)?;
    let used = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .context("a segment in use")?
        + 1;
    let file = OpenOptions::new().write(true).open(&segment)?;
    for _ in 0..flips {
        let (at, bit) = (chance.below(used as u64) as usize, chance.below(8));
        file.write_all_at(&[bytes[at] ^ 1 << bit], at as u64)?;
        let refused = start_refused(setup)
            .with_context(|| format!("bit {bit} of byte {at} of {name} flipped"))?;
        let is_named = refused.message.contains(&name) && refused.message.contains(", byte ");
        ensure!(
            is_named,
            "bit {bit} of byte {at} of {name} flipped, and the refusal names no place: {}",
            refused.message
        );
        file.write_all_at(&bytes[at..=at], at as u64)?;
    }
    Ok(())
}

/// Creates a journal whose first segment is short, so that it is soon full; the later ones have their usual length.
pub fn create_journal(data: &Path, segment_bytes: u64, reserve_bytes: u64) -> Result<()> {
    let options = Options {
        cluster: ClusterId(now_ms()),
        segment_bytes,
        reserve_bytes,
        replay: Replay::Genesis,
        waivers: Waivers::NONE,
    };
    let disk = FileDisk::open(&data.join("journal"))?;
    let Opened {
        journal, watermark, ..
    } = Journal::open(disk, options, &mut |_| Ok(()))?;
    journal.close(watermark)?;
    Ok(())
}

/// Returns the path of a journal's first segment.
pub fn first_segment(journal: &Path) -> Result<PathBuf> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(journal)? {
        let path = entry?.path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("journal-"))
        {
            segments.push(path);
        }
    }
    segments.sort();
    segments.into_iter().next().context("a segment")
}

/// The directory gets another name while the exchange runs: it stops, and under the new name nothing is missing.
fn move_away(
    setup: Setup,
    witness: &Arc<Witness>,
    audit: &mut Audit,
    chance: &mut Chance,
) -> Result<()> {
    let mut exchange = Exchange::start(&setup)?;
    let load = Load::start(&exchange, witness, SHAPE, chance)?;
    std::thread::sleep(Duration::from_millis(300));
    let elsewhere = setup.directory.join("elsewhere");
    std::fs::create_dir(&elsewhere)?;
    std::fs::rename(setup.data(), elsewhere.join("data"))?;
    exchange.wait_for_halt().context("without its directory")?;
    let done = load.stop()?;
    let moved = Setup {
        directory: elsewhere,
        ..setup
    };
    let exchange = Exchange::start(&moved)?;
    ensure_none(&audit.check(&exchange, done.records)?)
        .context("in the directory under its new name")?;
    exchange.stop(STOP_TIME_MAX)?;
    check_at_rest(&moved)
}
