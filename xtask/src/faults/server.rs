//! F20, T-K13 and T-K14 on PostgreSQL: the server and the exchange are killed under load, one without the other.
//!
//! Orders are acknowledged while the server is away, whoever wants to sign in is refused at once, and the history
//! catches up with what it missed. Its commits are not synced, so that a server that is killed comes back with an older
//! state than it had told: it is gone on from, and in the end the history is that of the journal, row by row.

use super::Plan;
use super::audit::Audit;
use super::chance::Chance;
use super::databases::{self, FAILURES, figure};
use super::exchange::{Exchange, Setup};
use super::kills::{STOP_TIME_MAX, ensure_none};
use super::load::{Load, Shape};
use super::scratch::in_scratch;
use super::witness::{Record, Witness};
use crate::postgres::server::Server;
use anyhow::{Context, Result, ensure};
use std::sync::Arc;
use std::time::Duration;

const DATABASE: &str = "exchange";
const SHAPE: Shape = Shape {
    workers: 8,
    pause: Duration::from_millis(2),
};
/// How long a server stays away, and how long the history may then take for what it has missed.
const AWAY: Duration = Duration::from_millis(1_500);
const CATCH_UP_TIME_MAX: Duration = Duration::from_secs(60);
/// Less than this many orders within the time that the server is away means that they waited for it.
const ACKNOWLEDGED_MIN: usize = 20;
const LAST: &str = "bourse_history_last_sequence";

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
        databases::check(&setup)?;
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
        let refused = databases::sign_in_refused(self.exchange.address);
        std::thread::sleep(AWAY);
        let done = away.stop()?.records;
        refused?;
        let acknowledged = done.iter().filter_map(Record::acknowledged);
        let acknowledged = acknowledged.count();
        ensure!(
            ACKNOWLEDGED_MIN <= acknowledged && done.iter().all(Record::is_answered),
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

    fn catch_up(&self) -> Result<()> {
        databases::catch_up(&self.exchange, &self.setup, CATCH_UP_TIME_MAX).map(drop)
    }
}
