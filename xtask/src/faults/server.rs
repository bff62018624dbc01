//! F20, T-K13 and T-K14 on PostgreSQL: the server and the exchange are killed under load, one without the other.
//!
//! Orders are acknowledged while the server is away, whoever wants to sign in is refused at once, and the history
//! catches up with what it missed. Its commits are not synced, so that a server that is killed comes back with an older
//! state than it had told: it is gone on from, and in the end the history is that of the journal, row by row.

use super::Plan;
use super::audit::Audit;
use super::chance::Chance;
use super::exchange::{self, Exchange, Setup};
use super::http::{Connection, find};
use super::kills::{STOP_TIME_MAX, ensure_none};
use super::load::{Load, Shape};
use super::scratch::in_scratch;
use super::witness::{Outcome, Record, Witness};
use crate::postgres::server::Server;
use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

const DATABASE: &str = "exchange";
const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::from_millis(2),
};
/// How long a server stays away, and how long the history may then take for what it has missed.
const AWAY: Duration = Duration::from_millis(1_500);
const CATCH_UP_TIME_MAX: Duration = Duration::from_secs(60);
/// Nobody who wants to sign in waits longer for a server that is away.
const REFUSAL_TIME_MAX: Duration = Duration::from_secs(5);
/// Less than this many orders within the time that the server is away means that they waited for it.
const ACKNOWLEDGED_MIN: usize = 20;
const LAST: &str = "bourse_history_last_sequence";
const FAILURES: &str = "bourse_history_failures_total";
const LOOK_PERIOD: Duration = Duration::from_millis(20);

/// Kills server and exchange in turn.
///
/// # Errors
/// Orders waited for the server, something was lost, or the history is not that of the journal.
pub fn run(plan: &Plan) -> Result<()> {
    in_scratch("server", |directory| {
        let mut server = Server::start()?;
        server.create_database(DATABASE)?;
        // What is not synced waits for so long: a kill loses it.
        server.ask(DATABASE, "ALTER SYSTEM SET wal_writer_delay = '10s'")?;
        server.ask(DATABASE, "SELECT pg_reload_conf()")?;
        let address = format!("{}/{DATABASE}", server.url());
        let databases = ["--identity", &address, "--history", &address];
        let setup = Setup {
            arguments: databases.map(str::to_owned).to_vec(),
            ..Setup::plain(&plan.binary, directory)
        };
        let mut campaign = Campaign::begin(&setup, plan.chance("server"))?;
        let rounds = plan.count(2, 50);
        for round in 1..=rounds {
            campaign.kill_server(&mut server)?;
            campaign
                .kill_exchange()
                .with_context(|| format!("round {round}"))?;
        }
        let (orders, gone_back) = (campaign.orders_while_away, campaign.gone_back);
        ensure!(
            0 < gone_back,
            "no kill took the history back to an older state: nothing was proven"
        );
        campaign.catch_up()?;
        campaign.exchange.stop(STOP_TIME_MAX)?;
        check_history(&setup, &databases)?;
        println!(
            "server: killed {rounds} times, and the exchange as often; {orders} orders acknowledged while it was away, the \
             history went back {gone_back} times and equals the one made from the journal"
        );
        Ok(())
    })
}

/// An exchange whose databases are on a server.
struct Campaign {
    setup: Setup,
    chance: Chance,
    witness: Arc<Witness>,
    audit: Audit,
    exchange: Exchange,
    orders_while_away: usize,
    /// How often a kill took the history back to an older state than it had told.
    gone_back: usize,
}

impl Campaign {
    fn begin(setup: &Setup, mut chance: Chance) -> Result<Campaign> {
        let exchange = Exchange::start(setup)?;
        Ok(Campaign {
            setup: setup.clone(),
            witness: Arc::new(Witness::open(&setup.directory.join("witness.log"))?),
            audit: Audit::begin(&exchange, chance.fork())?,
            chance,
            exchange,
            orders_while_away: 0,
            gone_back: 0,
        })
    }

    /// The server is killed under load, stays away for a while, and comes back.
    fn kill_server(&mut self, server: &mut Server) -> Result<()> {
        let before = Load::start(&self.exchange, &self.witness, SHAPE, &mut self.chance)?;
        std::thread::sleep(Duration::from_micros(self.chance.within(300_000, 900_000)));
        let told = figure(self.exchange.ops, LAST)?;
        let failures = figure(self.exchange.ops, FAILURES)?;
        server.kill()?;
        let mut records = before.stop()?.records;
        let away = Load::start(&self.exchange, &self.witness, SHAPE, &mut self.chance)?;
        let refused = sign_in(self.exchange.address);
        std::thread::sleep(AWAY);
        let done = away.stop()?.records;
        refused?;
        let acknowledged = done.iter().filter_map(Record::acknowledged);
        let acknowledged = acknowledged.count();
        ensure!(
            ACKNOWLEDGED_MIN <= acknowledged && done.iter().all(is_answered),
            "with the server away, {acknowledged} of {} requests were acknowledged",
            done.len()
        );
        self.orders_while_away += acknowledged;
        records.extend(done);
        server.start_again()?;
        self.look_back(server, told)?;
        ensure!(
            failures < figure(self.exchange.ops, FAILURES)?,
            "nobody was told that the server was away"
        );
        self.catch_up().context("after the server was away")?;
        ensure_none(&self.audit.check(&self.exchange, records)?)
    }

    /// Notes whether the history stands before what it had told, as the server has just come back.
    fn look_back(&mut self, server: &Server, told: u64) -> Result<()> {
        let position = server.ask(DATABASE, "SELECT sequence FROM history.position")?;
        if position.trim().parse::<u64>()? < told {
            self.gone_back += 1;
        }
        Ok(())
    }

    /// The exchange is killed under load, as the history is written.
    fn kill_exchange(&mut self) -> Result<()> {
        let load = Load::start(&self.exchange, &self.witness, SHAPE, &mut self.chance)?;
        std::thread::sleep(Duration::from_micros(self.chance.within(300_000, 900_000)));
        self.exchange.process.kill()?;
        let done = load.stop()?;
        self.exchange = Exchange::start(&self.setup)?;
        ensure_none(&self.audit.check(&self.exchange, done.records)?)
    }

    /// Waits until the history has everything.
    fn catch_up(&self) -> Result<()> {
        let started = Instant::now();
        while figure(self.exchange.ops, "bourse_history_lag_commands")? != 0 {
            ensure!(
                started.elapsed() < CATCH_UP_TIME_MAX,
                "the history is still behind\n{}",
                self.setup.log_tail()
            );
            std::thread::sleep(LOOK_PERIOD);
        }
        Ok(())
    }
}

fn is_answered(record: &Record) -> bool {
    matches!(record.outcome, Outcome::Answered(_))
}

/// Signs in while the users cannot be read: that is refused with 503, and soon.
fn sign_in(address: SocketAddr) -> Result<()> {
    let started = Instant::now();
    let form = "email=nobody@example.com&password=not-the-password";
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(4 * REFUSAL_TIME_MAX))?;
    let head = format!("POST /v1/login HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    let request = format!("{head}Content-Length: {}\r\n\r\n{form}", form.len());
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .context("no answer to a login")?;
    let is_refused = answer.starts_with(b"HTTP/1.1 503 ") && find(&answer, b"-1001").is_some();
    let took = started.elapsed();
    ensure!(
        is_refused && took < REFUSAL_TIME_MAX,
        "a login was answered after {took:?}: {}",
        String::from_utf8_lossy(&answer)
    );
    Ok(())
}

/// Returns a figure of `/metrics`.
fn figure(address: SocketAddr, name: &str) -> Result<u64> {
    let answer = Connection::open(address)?.ask("GET", "/metrics", "")?;
    let text = String::from_utf8(answer.body)?;
    let mut figures = text.lines().filter_map(|line| line.split_once(' '));
    let found = figures.find(|(found, _)| *found == name);
    let (_, value) = found.with_context(|| format!("no {name} in the metrics"))?;
    Ok(value.parse()?)
}

/// Holds the history of a stopped exchange against its journal: it agrees with the event log, and one that is made anew
/// has the same rows.
fn check_history(setup: &Setup, databases: &[&str; 4]) -> Result<()> {
    exchange::run(setup, &[&["verify"], &databases[..]].concat())?;
    let history = |task| exchange::run(setup, &[&["history", task], &databases[2..]].concat());
    let followed = history("digest")?;
    history("rebuild")?;
    let made = history("digest")?;
    ensure!(
        followed == made,
        "the history that followed is not that of the journal:\n{followed}\n{made}"
    );
    Ok(())
}
