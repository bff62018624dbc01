//! Orders while the server of the history is away, beside orders while it is there.
//!
//! Killed and started again in turns: an exchange that has lost its history trades on, and takes in later what it missed.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::cli::HistoryArguments;
use crate::measure::provenance::Provenance;
use crate::measure::ratios::Ratios;
use crate::postgres::server::Server;
use crate::report::floor::Floors;
use crate::socket::beside::{self, Seen};
use crate::socket::exchange::Exchange;
use crate::socket::orders;

const DATABASE: &str = "traded";
/// Without the server orders reach at least this part of their rate with it.
const PERCENT_MIN: f64 = 90.0;
/// Their 99th percentile is at most so many times that with it.
const P99_TIMES_MAX: f64 = 1.1;
const CATCH_UP_TIME_MAX: Duration = Duration::from_secs(300);
const LOOK_PERIOD: Duration = Duration::from_millis(200);

/// Without the server, each beside with it.
pub struct Away {
    pub percents: Ratios,
    pub p99_times: Ratios,
}

impl Away {
    pub fn floors(&self) -> Floors {
        let is_quick = PERCENT_MIN <= self.percents.median();
        Floors::of(is_quick && self.p99_times.median() <= P99_TIMES_MAX)
    }

    pub fn json(&self) -> Value {
        let provenance = Provenance::collect();
        json!({
            "postgres_away_percent": self.percents.median(),
            "postgres_away_p99_times": self.p99_times.median(),
            "commit": provenance.commit,
            "machine": provenance.machine,
            "flags": provenance.flags,
        })
    }

    pub fn text(&self) -> String {
        format!(
            "orders while PostgreSQL is away: {} per cent of their rate while it is there, at least {PERCENT_MIN}; \
             p99 {} times, at most {P99_TIMES_MAX}; the history has taken in what it missed",
            self.percents.text(),
            self.p99_times.text()
        )
    }
}

/// Measures both in turns.
///
/// # Errors
/// An order that is refused, or a history that does not catch up.
pub fn compare(server: &mut Server, arguments: &HistoryArguments) -> Result<Away> {
    server.create_database(DATABASE)?;
    let history = format!("{}/{DATABASE}", server.url());
    let exchange = Exchange::start_with(&["--history", &history])?;
    let (mut percents, mut p99_times) = (Vec::new(), Vec::new());
    for round in 0..=arguments.runs {
        let there = run(&exchange, &format!("t{round}"), arguments)?;
        catch_up(&exchange, server)?;
        server.kill()?;
        let away = run(&exchange, &format!("a{round}"), arguments)?;
        server.start_again()?;
        catch_up(&exchange, server)?;
        percents.push(100.0 * away.requests_per_s / there.requests_per_s);
        let p99 = |seen: Seen| f64::from(seen.percentiles.p99_ns);
        p99_times.push(p99(away) / p99(there));
    }
    // The first pair warmed up.
    percents.remove(0);
    p99_times.remove(0);
    Ok(Away {
        percents: Ratios::sorted(percents),
        p99_times: Ratios::sorted(p99_times),
    })
}

fn run(exchange: &Exchange, name: &str, arguments: &HistoryArguments) -> Result<Seen> {
    orders::run(exchange, name, (arguments.connections, arguments.requests))
}

/// Waits until the history has everything so far, and the exchange rests.
fn catch_up(exchange: &Exchange, server: &Server) -> Result<()> {
    let (last, started) = (exchange.sequence()?, Instant::now());
    loop {
        let position = server.ask(DATABASE, "SELECT sequence FROM history.position")?;
        if last <= position.trim().parse()? {
            return beside::let_rest(exchange.server());
        }
        ensure!(
            started.elapsed() < CATCH_UP_TIME_MAX,
            "the history is at {} of {last}",
            position.trim()
        );
        std::thread::sleep(LOOK_PERIOD);
    }
}
