//! The streams of a busy market to many sockets, beside a bare server that tells as many sockets the
//! same.
//!
//! A round has three parts of the same length: the orders with nobody listening, the orders with all
//! sockets, and the bare server. What the first part costs is taken off the second.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::WsArguments;
use crate::measure::provenance::Provenance;
use crate::report::floor::Floors;
use crate::socket::Server;
use crate::socket::audience::{Audience, Reception};
use crate::socket::busy::{self, Pace};
use crate::socket::exchange::Exchange;
use crate::socket::pace;
use crate::socket::process::{cpu_time, resident_bytes};

/// A message costs the exchange at most so many times what it costs the bare server.
const CPU_RATIO_MAX: f64 = 1.5;
/// The orders came at this part of their rate, or the figures are not for it.
const PACE_MIN: f64 = 0.95;
/// What has to happen after the last socket was opened has happened.
const SETTLING: Duration = Duration::from_millis(500);

/// One server and its sockets.
struct Served {
    reception: Reception,
    /// Of the whole server, less what the orders cost with nobody listening.
    cpu: Duration,
    grown: Grown,
}

/// By how much a server grew for its sockets.
#[derive(Debug, Clone, Copy)]
struct Grown {
    /// While they were opened.
    open_bytes: u64,
    /// Until all was told, less what the orders alone take.
    told_bytes: u64,
}

/// The exchange, then the bare server.
struct Round {
    exchange: Served,
    bare: Served,
    /// What the orders cost with nobody listening.
    unheard_cpu: Duration,
    /// The rate at which the orders were answered while everybody listened.
    orders_per_s: f64,
}

/// Prints delays, memory and what a message costs.
///
/// # Errors
/// A server that cannot be started, an order that is refused, or a socket that missed a message.
pub fn ws(arguments: &WsArguments) -> Result<Floors> {
    let exchange = Exchange::start()?;
    let bare = Server::echo()?;
    let mut rounds = (0..arguments.runs)
        .map(|number| round(&exchange, &bare, number, arguments))
        .collect::<Result<Vec<Round>>>()?;
    // Later rounds find the memory that the first has left.
    let (bare_grown, grown) = (rounds[0].bare.grown, rounds[0].exchange.grown);
    for round in &mut rounds {
        (round.bare.grown, round.exchange.grown) = (bare_grown, grown);
    }
    rounds.sort_by(|a, b| a.cpu_ratio().total_cmp(&b.cpu_ratio()));
    let median = &rounds[rounds.len() / 2];
    if arguments.json {
        println!("{}", figures(arguments, &rounds, median));
    } else {
        print_table(arguments, &rounds, median);
    }
    let is_in_pace = PACE_MIN * f64::from(arguments.orders_per_s) <= median.orders_per_s;
    Ok(Floors::of(
        is_in_pace && median.cpu_ratio() <= CPU_RATIO_MAX,
    ))
}

fn round(
    exchange: &Exchange,
    bare: &Server,
    number: u32,
    arguments: &WsArguments,
) -> Result<Round> {
    let server = exchange.server();
    let pace = Pace {
        orders_per_s: arguments.orders_per_s,
        trades_per_s: arguments.trades_per_s,
        seconds: arguments.seconds,
    };
    let (before, before_bytes) = (cpu_time(server)?, resident_bytes(server)?);
    busy::drive(exchange, &format!("u{number}"), &pace)?;
    let unheard_cpu = cpu_time(server)?.saturating_sub(before);
    let unheard_bytes = resident_bytes(server)?.saturating_sub(before_bytes);

    let trades = u64::from(arguments.trades_per_s) * u64::from(arguments.seconds);
    let mut orders_per_s = 0.0;
    let mut heard = serve(server, trades, arguments, || {
        orders_per_s = busy::drive(exchange, &format!("h{number}"), &pace)?;
        Ok(())
    })?;
    heard.cpu = heard.cpu.saturating_sub(unheard_cpu);
    heard.grown.told_bytes = heard.grown.told_bytes.saturating_sub(unheard_bytes);
    let kept = &heard.reception.kept;
    let bare = serve(bare, trades, arguments, || {
        pace::tell_again(bare.address, kept)
    })?;
    Ok(Round {
        exchange: heard,
        bare,
        unheard_cpu,
        orders_per_s,
    })
}

/// Opens the sockets, lets something happen, and returns what came of it.
fn serve(
    server: &Server,
    trades: u64,
    arguments: &WsArguments,
    happen: impl FnOnce() -> Result<()>,
) -> Result<Served> {
    let empty_bytes = resident_bytes(server)?;
    let audience = Audience::open(server.address, arguments.sockets)?;
    std::thread::sleep(SETTLING);
    let full_bytes = resident_bytes(server)?;
    let before = cpu_time(server)?;
    happen()?;
    audience.wait_until_quiet();
    let cpu = cpu_time(server)?.saturating_sub(before);
    let grown = Grown {
        open_bytes: full_bytes.saturating_sub(empty_bytes),
        told_bytes: resident_bytes(server)?.saturating_sub(empty_bytes),
    };
    Ok(Served {
        reception: audience.close(trades)?,
        cpu,
        grown,
    })
}

impl Served {
    fn cpu_us_per_message(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.reception.messages as f64
    }

    fn open_bytes_per_socket(&self, arguments: &WsArguments) -> u64 {
        self.grown.open_bytes / u64::from(arguments.sockets)
    }

    fn told_bytes_per_socket(&self, arguments: &WsArguments) -> u64 {
        self.grown.told_bytes / u64::from(arguments.sockets)
    }
}

impl Round {
    fn cpu_ratio(&self) -> f64 {
        self.exchange.cpu_us_per_message() / self.bare.cpu_us_per_message()
    }
}

fn print_table(arguments: &WsArguments, rounds: &[Round], median: &Round) {
    let Provenance {
        commit,
        machine,
        flags,
    } = Provenance::collect();
    let heard = &median.exchange.reception;
    println!("commit {commit}\n{machine}\n{flags}\n");
    println!(
        "{} orders/s ({:.0} answered) for {} s, {} trades; {} sockets on depth@100ms and trade, \
         none cut off, none missed a message",
        arguments.orders_per_s,
        median.orders_per_s,
        arguments.seconds,
        heard.trades,
        arguments.sockets
    );
    println!(
        "{} messages of {} bytes on average, {} of depth at each socket; the orders alone cost {:.2} s of CPU time",
        heard.messages,
        heard.text_bytes / heard.messages,
        heard.depths,
        median.unheard_cpu.as_secs_f64()
    );
    for (name, served) in [("bare", &median.bare), ("exchange", &median.exchange)] {
        let delays = served.reception.delays;
        println!(
            "{name:<9} delay p50 {:.1} ms, p99 {:.1} ms; {} bytes a socket open, {} told; {:.2} s CPU, {:.2} µs a message",
            f64::from(delays.p50_ns) / 1e6,
            f64::from(delays.p99_ns) / 1e6,
            served.open_bytes_per_socket(arguments),
            served.told_bytes_per_socket(arguments),
            served.cpu.as_secs_f64(),
            served.cpu_us_per_message()
        );
    }
    println!(
        "ratio     {:.2} ({:.2}–{:.2} of {} rounds), at most {CPU_RATIO_MAX}",
        median.cpu_ratio(),
        rounds[0].cpu_ratio(),
        rounds[rounds.len() - 1].cpu_ratio(),
        rounds.len()
    );
}

fn figures(arguments: &WsArguments, rounds: &[Round], median: &Round) -> Value {
    let provenance = Provenance::collect();
    let of = |served: &Served| {
        json!({
            "messages": served.reception.messages,
            "text_bytes": served.reception.text_bytes,
            "trades_per_socket": served.reception.trades,
            "depths_per_socket": served.reception.depths,
            "delay_p50_ns": served.reception.delays.p50_ns,
            "delay_p99_ns": served.reception.delays.p99_ns,
            "delay_max_ns": served.reception.delays.max_ns,
            "open_bytes_per_socket": served.open_bytes_per_socket(arguments),
            "told_bytes_per_socket": served.told_bytes_per_socket(arguments),
            "cpu_s": served.cpu.as_secs_f64(),
            "cpu_us_per_message": served.cpu_us_per_message(),
        })
    };
    json!({
        "sockets": arguments.sockets,
        "orders_per_s": arguments.orders_per_s,
        "orders_per_s_answered": median.orders_per_s.round(),
        "trades_per_s": arguments.trades_per_s,
        "seconds": arguments.seconds,
        "runs": arguments.runs,
        "orders_cpu_s": median.unheard_cpu.as_secs_f64(),
        "bare": of(&median.bare),
        "exchange": of(&median.exchange),
        "cpu_ratio": median.cpu_ratio(),
        "cpu_ratio_min": rounds[0].cpu_ratio(),
        "cpu_ratio_max": rounds[rounds.len() - 1].cpu_ratio(),
        "commit": provenance.commit,
        "machine": provenance.machine,
        "flags": provenance.flags,
    })
}
