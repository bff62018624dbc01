//! What is asked of an exchange whose databases fail: who is refused and how soon, how far the history is behind, and
//! whether it is that of the journal in the end.

use super::exchange::{self, Exchange, Setup};
use super::http::Connection;
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

pub const FAILURES: &str = "bourse_history_failures_total";
const LAG: &str = "bourse_history_lag_commands";
/// Nobody who wants to sign in waits longer for a database that is away.
const LOGIN_TIME_MAX: Duration = Duration::from_secs(5);
/// Before a registration comes to the database its password is hashed, with what a busy machine leaves.
const REGISTER_TIME_MAX: Duration = Duration::from_secs(20);
const LOOK_PERIOD: Duration = Duration::from_millis(20);

/// Returns a figure of `/metrics`.
///
/// # Errors
/// There is none of that name.
pub fn figure(address: SocketAddr, name: &str) -> Result<u64> {
    let answer = Connection::open(address)?.ask("GET", "/metrics", "")?;
    let text = String::from_utf8(answer.body)?;
    let mut figures = text.lines().filter_map(|line| line.split_once(' '));
    let found = figures.find(|(found, _)| *found == name);
    let (_, value) = found.with_context(|| format!("no {name} in the metrics"))?;
    Ok(value.parse()?)
}

/// Waits until the history has everything, and returns how long that took.
///
/// # Errors
/// It is still behind after so long.
pub fn catch_up(exchange: &Exchange, setup: &Setup, limit: Duration) -> Result<Duration> {
    let started = Instant::now();
    while figure(exchange.ops, LAG)? != 0 {
        ensure!(
            started.elapsed() < limit,
            "the history is still behind after {limit:?}\n{}",
            setup.log_tail()
        );
        std::thread::sleep(LOOK_PERIOD);
    }
    Ok(started.elapsed())
}

/// Signs in while the users cannot be read: that is refused with 503, and soon.
///
/// # Errors
/// It is answered otherwise, or late.
pub fn sign_in_refused(address: SocketAddr) -> Result<()> {
    refused(address, LOGIN, LOGIN_TIME_MAX)
}

/// Registers somebody while the users cannot be written: that is refused with 503, and soon.
///
/// # Errors
/// It is answered otherwise, or late.
pub fn register_refused(address: SocketAddr) -> Result<()> {
    refused(address, REGISTER, REGISTER_TIME_MAX)
}

/// Registers somebody while the disk of the users is full: that is refused with 503, or taken where there is room in what
/// the database has already.
///
/// # Errors
/// It is answered otherwise, or late.
pub fn register_whole_or_refused(address: SocketAddr) -> Result<()> {
    let answer = post(address, REGISTER)?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    refused(address, REGISTER, REGISTER_TIME_MAX)
}

/// Signs in and registers once the users are there again: neither is put off any longer.
///
/// # Errors
/// Either is.
pub fn served_again(address: SocketAddr) -> Result<()> {
    for form in [LOGIN, REGISTER] {
        let answer = post(address, form)?;
        ensure!(
            !answer.starts_with("HTTP/1.1 5"),
            "{} with its database is answered {answer}",
            form.0
        );
    }
    Ok(())
}

type Form = (&'static str, &'static str);

const LOGIN: Form = (
    "/v1/login",
    "email=nobody@example.com&password=not-the-password",
);
const REGISTER: Form = (
    "/v1/register",
    "email=somebody@example.com&password=a-word-nobody-else-would-take",
);

fn refused(address: SocketAddr, form: Form, limit: Duration) -> Result<()> {
    let started = Instant::now();
    let answer = post(address, form)?;
    let is_refused = answer.starts_with("HTTP/1.1 503 ") && answer.contains("-1001");
    let took = started.elapsed();
    ensure!(
        is_refused && took < limit,
        "{} without its database was answered after {took:?}: {answer}",
        form.0
    );
    Ok(())
}

fn post(address: SocketAddr, (path, form): Form) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(2 * REGISTER_TIME_MAX))?;
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    let request = format!("{head}Content-Length: {}\r\n\r\n{form}", form.len());
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    read.with_context(|| format!("no answer of {path}"))?;
    Ok(answer)
}

/// Holds the history of a stopped exchange against its journal: it agrees with the event log, and one that is made anew
/// has the same rows.
///
/// # Errors
/// It has not.
pub fn check(setup: &Setup) -> Result<()> {
    let databases: Vec<&str> = setup.arguments.iter().map(String::as_str).collect();
    exchange::run(setup, &[&["verify"], &databases[..]].concat())?;
    let of_history = databases.iter().position(|word| *word == "--history");
    let place = &databases[of_history.unwrap_or(databases.len())..];
    let history = |task| exchange::run(setup, &[&["history", task], place].concat());
    let followed = history("digest")?;
    history("rebuild")?;
    let made = history("digest")?;
    ensure!(
        followed == made,
        "the history that followed is not that of the journal:\n{followed}\n{made}"
    );
    Ok(())
}
