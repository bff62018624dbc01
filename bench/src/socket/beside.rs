//! The exchange beside the bare server: how fast both answered, and whether that is enough.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use crate::measure::latency::Percentiles;
use crate::measure::provenance::Provenance;
use crate::report::floor::Floors;
use crate::socket::Server;
use crate::socket::process::cpu_time;

/// The exchange reaches at least this part of the echo's rate.
const ECHO_PERCENT_MIN: f64 = 60.0;

/// A server is at rest when it takes less than this part of a processor for a while.
const REST_SHARE_MAX: f64 = 0.1;
const REST_LOOK: Duration = Duration::from_millis(500);
const REST_TIME_MAX: Duration = Duration::from_secs(300);

/// What one run of a client saw.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub requests: usize,
    pub requests_per_s: f64,
    pub percentiles: Percentiles,
}

/// What one run came to at one server.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    seen: Seen,
    /// Of the server alone, opening the connections included.
    cpu: Duration,
}

/// One run against each server, right after each other.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    pub echoed: Side,
    pub traded: Side,
}

/// Waits until a server has done what it put off while it was busy, so that it takes nothing from the other.
///
/// # Errors
/// It never rests.
pub fn let_rest(server: &Server) -> Result<()> {
    let started = Instant::now();
    loop {
        let before = cpu_time(server)?;
        std::thread::sleep(REST_LOOK);
        let taken = cpu_time(server)?.saturating_sub(before);
        if taken < REST_LOOK.mul_f64(REST_SHARE_MAX) {
            return Ok(());
        }
        ensure!(
            started.elapsed() < REST_TIME_MAX,
            "the exchange is still at work {} s after the last request",
            REST_TIME_MAX.as_secs()
        );
    }
}

impl Side {
    /// Returns what a run of a client comes to.
    ///
    /// # Errors
    /// The client's.
    pub fn of(server: &Server, client: impl FnOnce() -> Result<Seen>) -> Result<Side> {
        let before = cpu_time(server)?;
        let seen = client()?;
        let cpu = cpu_time(server)?.saturating_sub(before);
        Ok(Side { seen, cpu })
    }

    fn cpu_us_per_request(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.seen.requests as f64
    }
}

impl Round {
    fn echo_percent(&self) -> f64 {
        100.0 * self.traded.seen.requests_per_s / self.echoed.seen.requests_per_s
    }
}

/// What was measured, in words and as members of a JSON object.
pub struct Subject {
    pub text: String,
    pub members: Map<String, Value>,
    pub is_json: bool,
}

/// Prints the median round by its ratio, and returns whether that is enough.
///
/// # Panics
/// Without a round.
pub fn conclude(subject: Subject, mut rounds: Vec<Round>) -> Floors {
    rounds.sort_by(|a, b| a.echo_percent().total_cmp(&b.echo_percent()));
    if subject.is_json {
        println!("{}", figures(subject.members, &rounds));
    } else {
        print_table(&subject.text, &rounds);
    }
    Floors::of(ECHO_PERCENT_MIN <= rounds[rounds.len() / 2].echo_percent())
}

fn print_table(text: &str, rounds: &[Round]) {
    let Provenance {
        commit,
        machine,
        flags,
    } = Provenance::collect();
    let median = &rounds[rounds.len() / 2];
    println!("commit {commit}\n{machine}\n{flags}\n\n{text}");
    for (name, side) in [("echo", median.echoed), ("exchange", median.traded)] {
        println!(
            "{name:<9} {:>8.0} requests/s, p50 {} µs, p99 {} µs; {:.1} µs CPU a request",
            side.seen.requests_per_s,
            side.seen.percentiles.p50_ns / 1_000,
            side.seen.percentiles.p99_ns / 1_000,
            side.cpu_us_per_request()
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

fn figures(mut members: Map<String, Value>, rounds: &[Round]) -> Value {
    let median = &rounds[rounds.len() / 2];
    let provenance = Provenance::collect();
    let of = |side: Side| {
        json!({
            "requests_per_s": side.seen.requests_per_s.round(),
            "p50_ns": side.seen.percentiles.p50_ns,
            "p99_ns": side.seen.percentiles.p99_ns,
            "p99.9_ns": side.seen.percentiles.p999_ns,
            "cpu_us_per_request": side.cpu_us_per_request(),
        })
    };
    let common = json!({
        "echo": of(median.echoed),
        "exchange": of(median.traded),
        "echo_percent": median.echo_percent(),
        "echo_percent_min": rounds[0].echo_percent(),
        "echo_percent_max": rounds[rounds.len() - 1].echo_percent(),
        "commit": provenance.commit,
        "machine": provenance.machine,
        "flags": provenance.flags,
    });
    members.extend(common.as_object().cloned().unwrap_or_default());
    Value::Object(members)
}
