//! A sandbox that nobody uses: how soon it is ready, what it costs, and how much its own traders do.
//!
//! Nothing is asked of it meanwhile but its sequence, before and after; what each market did is
//! counted in its journal.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::IdleArguments;
use crate::measure::provenance::Provenance;
use crate::report::floor::Floors;
use crate::socket::exchange::Exchange;
use crate::socket::process::{cpu_time, resident_bytes};

/// What trades in each of the sandboxes.
const MARKETS: [&str; 2] = ["none", "simulated"];
/// Of one processor; the simulated market and all.
const CPU_PERCENT_MAX: f64 = 15.0;
/// The simulated BTCUSDT, which is the first market of a sandbox, is as busy as a real one.
const COMMANDS_PER_S_MIN: f64 = 200.0;
const FIRST_MARKET: &str = "\"market\":0";

/// One sandbox over the time that was measured.
struct Idle {
    market: &'static str,
    ready_after: Duration,
    cpu: Duration,
    took: Duration,
    resident_bytes: u64,
    commands: u64,
    /// Those of BTCUSDT.
    first_market_commands: u64,
}

/// Prints what sandboxes that nobody uses take.
///
/// # Errors
/// The binary is not there, does not start, or ends.
pub fn idle(arguments: &IdleArguments) -> Result<Floors> {
    let sandboxes = MARKETS
        .iter()
        .map(|market| measure(market, arguments))
        .collect::<Result<Vec<Idle>>>()?;
    if arguments.json {
        println!("{}", figures(arguments, &sandboxes));
    } else {
        print_table(arguments, &sandboxes);
    }
    let traded = &sandboxes[MARKETS.len() - 1];
    Ok(Floors::of(
        sandboxes
            .iter()
            .all(|idle| idle.cpu_percent() < CPU_PERCENT_MAX)
            && COMMANDS_PER_S_MIN <= traded.first_market_per_s(),
    ))
}

fn measure(market: &'static str, arguments: &IdleArguments) -> Result<Idle> {
    let exchange = Exchange::start_market(market)?;
    std::thread::sleep(Duration::from_secs(u64::from(arguments.settle)));
    let started = Instant::now();
    let (cpu, first) = (cpu_time(exchange.server())?, exchange.sequence()?);
    std::thread::sleep(Duration::from_secs(u64::from(arguments.seconds)));
    let (cpu_after, last) = (cpu_time(exchange.server())?, exchange.sequence()?);
    let took = started.elapsed();
    let lines = exchange.dump(first + 1)?;
    let commands = last - first;
    let counted = lines.lines().take(usize::try_from(commands)?);
    Ok(Idle {
        market,
        ready_after: exchange.ready_after,
        cpu: cpu_after.saturating_sub(cpu),
        took,
        resident_bytes: resident_bytes(exchange.server())?,
        commands,
        first_market_commands: counted.filter(|line| is_of_first_market(line)).count() as u64,
    })
}

/// Returns whether a line of the journal is a command in the first market.
fn is_of_first_market(line: &str) -> bool {
    let Some(at) = line.find(FIRST_MARKET) else {
        return false;
    };
    let after = line[at + FIRST_MARKET.len()..].chars().next();
    after.is_some_and(|next| !next.is_ascii_digit())
}

impl Idle {
    fn cpu_percent(&self) -> f64 {
        100.0 * self.cpu.as_secs_f64() / self.took.as_secs_f64()
    }

    fn commands_per_s(&self) -> f64 {
        self.commands as f64 / self.took.as_secs_f64()
    }

    fn first_market_per_s(&self) -> f64 {
        self.first_market_commands as f64 / self.took.as_secs_f64()
    }
}

fn print_table(arguments: &IdleArguments, sandboxes: &[Idle]) {
    let Provenance {
        commit,
        machine,
        flags,
    } = Provenance::collect();
    println!("commit {commit}\n{machine}\n{flags}\n");
    println!("{} s each, nobody connected", arguments.seconds);
    for idle in sandboxes {
        println!(
            "{:<9} ready after {:.1} s; {:.1} % of a processor, {:.0} MB; {:.1} commands/s, {:.1} in BTCUSDT",
            idle.market,
            idle.ready_after.as_secs_f64(),
            idle.cpu_percent(),
            idle.resident_bytes as f64 / 1e6,
            idle.commands_per_s(),
            idle.first_market_per_s()
        );
    }
    println!(
        "bounds    less than {CPU_PERCENT_MAX} % of a processor; at least {COMMANDS_PER_S_MIN} commands/s in the simulated BTCUSDT"
    );
}

fn figures(arguments: &IdleArguments, sandboxes: &[Idle]) -> Value {
    let of = |idle: &Idle| {
        json!({
            "market": idle.market,
            "ready_s": idle.ready_after.as_secs_f64(),
            "cpu_percent": idle.cpu_percent(),
            "resident_bytes": idle.resident_bytes,
            "commands_per_s": idle.commands_per_s(),
            "btcusdt_commands_per_s": idle.first_market_per_s(),
        })
    };
    let Provenance {
        commit,
        machine,
        flags,
    } = Provenance::collect();
    json!({
        "commit": commit,
        "machine": machine,
        "flags": flags,
        "seconds": arguments.seconds,
        "sandboxes": sandboxes.iter().map(of).collect::<Vec<Value>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_the_first_market_are_told_from_those_of_others() {
        assert!(is_of_first_market(
            r#"{"command":"Client","market":0,"side":"Buy"}"#
        ));
        assert!(is_of_first_market(r#"{"command":"StartDue","market":0}"#));
        assert!(!is_of_first_market(r#"{"command":"Client","market":1}"#));
        assert!(!is_of_first_market(r#"{"sequence":"7","command":"Tick"}"#));
    }
}
