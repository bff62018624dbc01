//! What whoever watches is told of a disk that is full, and of one that is not.

use super::super::exchange::Exchange;
use super::super::http::{Answer, Connection};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How soon everything is told as there once there is room.
const COMPONENTS_TIME: Duration = Duration::from_secs(15);
const REASON: &str = "the disk is full";
/// What a full disk has free at most.
const NOTHING_BYTES: u64 = 1 << 20;

/// Holds what is told against a disk that takes everything still and has no room for another segment.
///
/// # Errors
/// Nobody is warned, or not everything is taken.
pub fn check_short(exchange: &Exchange) -> Result<()> {
    check_ready(exchange)?;
    let health = text(&get(exchange.ops, "/-/health")?);
    ensure!(
        health.contains("the disk has no room for the next segment"),
        "nobody is warned: {health}"
    );
    Ok(())
}

/// Holds what is told against a full disk.
///
/// # Errors
/// Something says that all is well.
pub fn check_full(exchange: &Exchange) -> Result<()> {
    check(exchange, 503, "degraded", "degraded")
}

/// Holds what is told against a disk that has room.
///
/// # Errors
/// Something says that all is not well.
pub fn check_ready(exchange: &Exchange) -> Result<()> {
    check(exchange, 200, "operational", "ready")
}

/// Returns what the status says once it is that, or at the end of some seconds: the database of users, on the same disk,
/// is asked once a second.
fn status_of(exchange: &Exchange, overall: &str) -> Result<Value> {
    let until = Instant::now() + COMPONENTS_TIME;
    loop {
        let answer = get(exchange.address, "/v1/status")?;
        let told: Value = serde_json::from_slice(&answer.body)?;
        if told["overall"] == overall || until < Instant::now() {
            return Ok(told);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn check(exchange: &Exchange, status: u16, overall: &str, state: &str) -> Result<()> {
    let is_full = status != 200;
    for (address, path) in [
        (exchange.address, "/health/ready"),
        (exchange.ops, "/-/ready"),
    ] {
        let answer = get(address, path)?;
        let names_it = text(&answer).contains(REASON);
        ensure!(
            answer.status == status && names_it == is_full,
            "{path} answers {}: {}",
            answer.status,
            text(&answer)
        );
    }
    let told = status_of(exchange, overall)?;
    let names_it = told["reasons"].to_string().contains(REASON);
    ensure!(
        told["overall"] == overall && names_it == is_full,
        "/v1/status says {} because of {}",
        told["overall"],
        told["reasons"]
    );
    check_metrics(&text(&get(exchange.ops, "/metrics")?), state)
}

fn check_metrics(metrics: &str, state: &str) -> Result<()> {
    let figure = |name: &str| -> Result<u64> {
        let mut lines = metrics.lines().filter_map(|line| line.split_once(' '));
        let value = lines.find(|(found, _)| *found == name);
        let value = value.and_then(|(_, value)| value.parse().ok());
        value.ok_or_else(|| anyhow::anyhow!("there is no {name} in /metrics"))
    };
    ensure!(
        figure(&format!("bourse_up_state{{state=\"{state}\"}}"))? == 1,
        "the state in /metrics is not {state}"
    );
    let (free, reserve) = (
        figure("bourse_journal_free_bytes")?,
        figure("bourse_journal_reserve_bytes")?,
    );
    ensure!(
        0 < reserve && (state == "ready" || free < NOTHING_BYTES),
        "{free} bytes are free and {reserve} in reserve"
    );
    ensure!(
        0 < figure("bourse_journal_last_durable_sequence")?
            && figure("bourse_journal_errors_total")? == 0,
        "the journal is sound"
    );
    Ok(())
}

fn get(address: SocketAddr, path: &str) -> Result<Answer> {
    Ok(Connection::open(address)?.ask("GET", path, "")?)
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}
