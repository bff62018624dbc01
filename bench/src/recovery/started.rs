//! One start, in a process of its own, and where it led.
//!
//! A start of the exchange finds no memory that an earlier one has left: the kernel clears all that it takes. In a
//! process that has started before, the allocator still has some.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bourse::data::DataDirectory;
use bourse::exchange::{Known, recover_directory};
use model::id::MarketId;
use serde_json::{Value, json};

use crate::cli::StartArguments;
use crate::measure::contender::Run;
use crate::measure::cpu::process_cpu_time;
use crate::recovery::past::CLUSTER;
use crate::stage::book::resting_lots;

/// What a start took, and what stood at its end.
#[derive(Debug, Clone, Copy)]
pub struct Started {
    pub run: Run,
    pub commands: u64,
    pub resting_orders: u64,
    pub resting_lots: u64,
}

/// Starts as the binary does, and checks that the views stand where the engine does.
///
/// # Errors
/// The start fails, or engine and views disagree.
pub fn start_here(directory: &Path) -> Result<Started> {
    let data = DataDirectory::existing(directory)?;
    let (wall_start, cpu_start) = (Instant::now(), process_cpu_time());
    let known = recover_directory(&data, CLUSTER)?;
    let run = Run {
        cpu: process_cpu_time() - cpu_start,
        wall: wall_start.elapsed(),
    };
    check_views(&known)?;
    let engine = &known.recovered.engine;
    let books = || (0..u16::MAX).map_while(|market| engine.book(MarketId(market)));
    Ok(Started {
        run,
        commands: engine.sequence().0,
        resting_orders: books().map(|book| book.len() as u64).sum(),
        resting_lots: books().map(resting_lots).sum(),
    })
}

fn check_views(known: &Known) -> Result<()> {
    let (engine, views) = (&known.recovered.engine, &known.views);
    ensure!(
        views.sequence() == engine.sequence(),
        "the views stand elsewhere"
    );
    let are_known = engine.ledger().rows().all(|(_, key, balance)| {
        let view = views.balance(key.account, key.wallet, key.asset);
        (view.available, view.held) == (balance.available, balance.held)
    });
    ensure!(are_known, "the views have other balances");
    Ok(())
}

/// Starts once and prints what came of it, for `start_apart`.
///
/// # Errors
/// As `start_here`.
pub fn start(arguments: &StartArguments) -> Result<ExitCode> {
    let Started {
        run,
        commands,
        resting_orders,
        resting_lots,
    } = start_here(&arguments.directory)?;
    println!(
        "{}",
        json!({
            "wall_ns": nanos(run.wall)?,
            "cpu_ns": nanos(run.cpu)?,
            "commands": commands,
            "resting_orders": resting_orders,
            "resting_lots": resting_lots,
        })
    );
    Ok(ExitCode::SUCCESS)
}

fn nanos(time: Duration) -> Result<u64> {
    Ok(u64::try_from(time.as_nanos())?)
}

/// Starts once in a process of this program.
///
/// # Errors
/// The process cannot be started, fails, or says something else.
pub fn start_apart(directory: &Path) -> Result<Started> {
    let program = std::env::current_exe().context("the path of this program is unknown")?;
    let output = Command::new(program)
        .arg("start")
        .arg(directory)
        .stderr(Stdio::inherit())
        .output()
        .context("the start cannot be run")?;
    ensure!(output.status.success(), "a start ended: {}", output.status);
    told(&output.stdout)
}

fn told(text: &[u8]) -> Result<Started> {
    let value: Value = serde_json::from_slice(text).context("a start told something else")?;
    let number = |name: &str| {
        let number = value[name].as_u64();
        number.with_context(|| format!("a start told no {name}: {value}"))
    };
    Ok(Started {
        run: Run {
            cpu: Duration::from_nanos(number("cpu_ns")?),
            wall: Duration::from_nanos(number("wall_ns")?),
        },
        commands: number("commands")?,
        resting_orders: number("resting_orders")?,
        resting_lots: number("resting_lots")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_start_tells_is_read_and_nothing_else() {
        let text =
            br#"{"wall_ns":2000,"cpu_ns":3000,"commands":7,"resting_orders":5,"resting_lots":11}"#;
        let started = told(text).unwrap();
        assert_eq!(started.run.wall, Duration::from_micros(2));
        assert_eq!(started.run.cpu, Duration::from_micros(3));
        let stands = (
            started.commands,
            started.resting_orders,
            started.resting_lots,
        );
        assert_eq!(stands, (7, 5, 11));
        for other in [&b"{}"[..], b"", br#"{"wall_ns":-1}"#] {
            assert!(told(other).is_err());
        }
    }
}
