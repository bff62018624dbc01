//! Signed orders over HTTP: the exchange, durable, beside the echo.

use std::net::SocketAddr;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::HttpArguments;
use crate::measure::provenance::Provenance;
use crate::report::floor::Floors;
use crate::socket::Server;
use crate::socket::exchange::{Exchange, Key};
use crate::socket::load::{self, Seen};
use crate::socket::orders::Requests;

/// The exchange reaches at least this part of the echo's rate.
const ECHO_PERCENT_MIN: f64 = 60.0;

/// Prints both rates and their ratio.
///
/// # Errors
/// A server that cannot be started, or an answer that is a refusal.
pub fn http(arguments: &HttpArguments) -> Result<Floors> {
    let exchange = Exchange::start()?;
    let echo = Server::echo()?;
    let mut rounds = Vec::new();
    for round in 0..=arguments.runs {
        let keys = &exchange.keys;
        let echoed = run(echo.address, keys, &format!("e{round}"), arguments)?;
        let traded = run(exchange.address(), keys, &format!("x{round}"), arguments)?;
        rounds.push(Round { echoed, traded });
    }
    // The first round warmed up.
    rounds.remove(0);
    rounds.sort_by(|a, b| a.echo_percent().total_cmp(&b.echo_percent()));
    print_figures(arguments, &rounds);
    let is_met = ECHO_PERCENT_MIN <= rounds[rounds.len() / 2].echo_percent();
    Ok(Floors::of(is_met))
}

/// One run against each server, right after each other.
struct Round {
    echoed: Seen,
    traded: Seen,
}

impl Round {
    fn echo_percent(&self) -> f64 {
        100.0 * self.traded.requests_per_s / self.echoed.requests_per_s
    }
}

fn run(address: SocketAddr, keys: &[Key], name: &str, arguments: &HttpArguments) -> Result<Seen> {
    let pairs = arguments.requests.div_ceil(2 * arguments.connections);
    let connections = (0..arguments.connections)
        .zip(keys.iter().cycle())
        .map(|(index, key)| Requests::signed(key, &format!("{name}-{index}"), pairs as usize))
        .collect::<Result<Vec<Requests>>>()?;
    load::run(address, connections)
}

fn print_figures(arguments: &HttpArguments, rounds: &[Round]) {
    let provenance = Provenance::collect();
    let median = &rounds[rounds.len() / 2];
    if arguments.json {
        println!("{}", figures(arguments, rounds, &provenance));
        return;
    }
    let Provenance {
        commit,
        machine,
        flags,
    } = provenance;
    println!("commit {commit}\n{machine}\n{flags}\n");
    println!(
        "{} connections, one request under way on each",
        arguments.connections
    );
    for (name, seen) in [("echo", median.echoed), ("exchange", median.traded)] {
        println!(
            "{name:<9} {:>8.0} requests/s, p50 {} µs, p99 {} µs",
            seen.requests_per_s,
            seen.percentiles.p50_ns / 1_000,
            seen.percentiles.p99_ns / 1_000
        );
    }
    println!(
        "ratio     {:.1} % ({:.1}–{:.1} of {} rounds), floor {ECHO_PERCENT_MIN} %",
        median.echo_percent(),
        rounds[0].echo_percent(),
        rounds[rounds.len() - 1].echo_percent(),
        rounds.len()
    );
}

fn figures(arguments: &HttpArguments, rounds: &[Round], provenance: &Provenance) -> Value {
    let median = &rounds[rounds.len() / 2];
    let of = |seen: Seen| {
        json!({
            "requests_per_s": seen.requests_per_s.round(),
            "p50_ns": seen.percentiles.p50_ns,
            "p99_ns": seen.percentiles.p99_ns,
            "p99.9_ns": seen.percentiles.p999_ns,
        })
    };
    json!({
        "connections": arguments.connections,
        "requests": arguments.requests,
        "runs": arguments.runs,
        "echo": of(median.echoed),
        "exchange": of(median.traded),
        "echo_percent": median.echo_percent(),
        "echo_percent_min": rounds[0].echo_percent(),
        "echo_percent_max": rounds[rounds.len() - 1].echo_percent(),
        "commit": provenance.commit,
        "machine": provenance.machine,
        "flags": provenance.flags,
    })
}
