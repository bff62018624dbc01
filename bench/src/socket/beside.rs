//! The exchange beside the bare server: how fast both answered, and whether that is enough.

use serde_json::{Map, Value, json};

use crate::measure::latency::Percentiles;
use crate::measure::provenance::Provenance;
use crate::report::floor::Floors;

/// The exchange reaches at least this part of the echo's rate.
const ECHO_PERCENT_MIN: f64 = 60.0;

/// What one run of a client saw.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub requests_per_s: f64,
    pub percentiles: Percentiles,
}

/// One run against each server, right after each other.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    pub echoed: Seen,
    pub traded: Seen,
}

impl Round {
    fn echo_percent(&self) -> f64 {
        100.0 * self.traded.requests_per_s / self.echoed.requests_per_s
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

fn figures(mut members: Map<String, Value>, rounds: &[Round]) -> Value {
    let median = &rounds[rounds.len() / 2];
    let provenance = Provenance::collect();
    let of = |seen: Seen| {
        json!({
            "requests_per_s": seen.requests_per_s.round(),
            "p50_ns": seen.percentiles.p50_ns,
            "p99_ns": seen.percentiles.p99_ns,
            "p99.9_ns": seen.percentiles.p999_ns,
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
