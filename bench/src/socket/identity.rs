//! What users and keys cost orders: PostgreSQL beside SQLite, people who sign in beside nobody who does, and people who ask
//! for statements likewise.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::IdentityArguments;
use crate::measure::provenance::Provenance;
use crate::measure::ratios::Ratios;
use crate::postgres::{self, server::Server};
use crate::report::floor::Floors;
use crate::socket::beside::{self, Seen};
use crate::socket::exchange::Exchange;
use crate::socket::exports::{Exports, Until};
use crate::socket::logins::Logins;
use crate::socket::orders;

/// Signed orders with users in PostgreSQL reach at least this part of the rate with SQLite.
const POSTGRES_PERCENT_MIN: f64 = 90.0;
/// The 99th percentile of an order while people sign in, or ask for statements, is at most so many times that while nobody
/// does.
const P99_TIMES_MAX: f64 = 1.5;
/// A run whose percentile counts is so many times as long, some seconds, in which whoever signs in comes round again.
const LONG_TIMES: u32 = 4;
const DATABASE: &str = "users";
/// Longer than the exchange writes nothing into its log.
const SETTLING: Duration = Duration::from_secs(2);

/// What was measured.
struct Figures {
    /// None where PostgreSQL is not installed.
    postgres_percents: Option<Ratios>,
    login_times: Ratios,
    compared: u64,
    turned_away: u64,
    export_times: Ratios,
    exports: u64,
}

/// Prints all ratios.
///
/// # Errors
/// A server that cannot be started, or an answer that is a refusal.
pub fn identity(arguments: &IdentityArguments) -> Result<Floors> {
    let local = Exchange::start()?;
    let server = postgres::start()?;
    let postgres_percents = server
        .as_ref()
        .map(|server| compare_databases(&local, server, arguments))
        .transpose()?;
    // Statements first: they wait for the history, which the orders beside logins would leave minutes behind.
    let (export_times, exports) = compare_exports(&local, arguments)?;
    let (login_times, (compared, turned_away)) = compare_logins(&local, arguments)?;
    let figures = Figures {
        postgres_percents,
        login_times,
        compared,
        turned_away,
        export_times,
        exports,
    };
    if arguments.json {
        println!("{}", figures.json(arguments));
    } else {
        figures.print(arguments);
    }
    Ok(figures.floors())
}

impl Figures {
    fn floors(&self) -> Floors {
        let is_near = |percents: &Ratios| POSTGRES_PERCENT_MIN <= percents.median();
        let times = [&self.login_times, &self.export_times];
        Floors::of(
            self.postgres_percents.as_ref().is_some_and(is_near)
                && times.iter().all(|times| times.median() <= P99_TIMES_MAX),
        )
    }

    fn json(&self, arguments: &IdentityArguments) -> Value {
        let provenance = Provenance::collect();
        json!({
            "postgres_percent": self.postgres_percents.as_ref().map(Ratios::median),
            "login_p99_times": self.login_times.median(),
            "logins": arguments.logins,
            "logins_compared": self.compared,
            "logins_turned_away": self.turned_away,
            "export_p99_times": self.export_times.median(),
            "exports": self.exports,
            "pairs": arguments.runs,
            "commit": provenance.commit,
            "machine": provenance.machine,
            "flags": provenance.flags,
        })
    }

    fn print(&self, arguments: &IdentityArguments) {
        let Provenance {
            commit,
            machine,
            flags,
        } = Provenance::collect();
        println!("commit {commit}\n{machine}\n{flags}\n");
        if let Some(percents) = &self.postgres_percents {
            println!(
                "orders with users in PostgreSQL, in per cent of those with SQLite: {}, floor {POSTGRES_PERCENT_MIN}",
                percents.text()
            );
        }
        println!(
            "p99 of orders beside {} people who sign in, in times that beside nobody: {}, at most {P99_TIMES_MAX}; \
             {} logins were compared and {} turned away",
            arguments.logins,
            self.login_times.text(),
            self.compared,
            self.turned_away
        );
        println!(
            "p99 of orders beside statements that every account asks for, in times that without: {}, at most {P99_TIMES_MAX}; \
             {} were made",
            self.export_times.text(),
            self.exports
        );
    }
}

fn compare_databases(
    local: &Exchange,
    server: &Server,
    arguments: &IdentityArguments,
) -> Result<Ratios> {
    server.create_database(DATABASE)?;
    let database = format!("{}/{DATABASE}", server.url());
    let remote = Exchange::start_with(&["--identity", &database])?;
    let mut percents = Vec::new();
    for round in 0..=arguments.runs {
        let at_home = run(local, &format!("l{round}"), arguments)?;
        let away = run(&remote, &format!("p{round}"), arguments)?;
        percents.push(100.0 * away.requests_per_s / at_home.requests_per_s);
    }
    // The first pair warmed up.
    percents.remove(0);
    Ok(Ratios::sorted(percents))
}

fn compare_logins(local: &Exchange, arguments: &IdentityArguments) -> Result<(Ratios, (u64, u64))> {
    let (mut compared, mut turned_away) = (0, 0);
    let times = p99_times(local, arguments, 'a', |round, orders| {
        let name = format!("p{round}");
        let logins = Logins::begin(local.address(), arguments.logins, &name);
        let beside = orders();
        let (some, others) = logins.finish()?;
        compared += some;
        turned_away += others;
        beside
    });
    Ok((times?, (compared, turned_away)))
}

fn compare_exports(local: &Exchange, arguments: &IdentityArguments) -> Result<(Ratios, u64)> {
    // Statements are of all orders so far, and the history has them, and the seconds after them.
    let until = Until::now()?;
    std::thread::sleep(SETTLING);
    beside::let_rest(local.server())?;
    until.wait(local)?;
    let mut made = 0;
    let times = p99_times(local, arguments, 'e', |_, orders| {
        let exports = Exports::begin(local, until);
        let beside = orders();
        made += exports.finish()?;
        beside
    });
    Ok((times?, made))
}

/// Returns the 99th percentile of orders beside what `beside` does while it sends them, in times that of orders alone.
fn p99_times(
    local: &Exchange,
    arguments: &IdentityArguments,
    name: char,
    mut beside: impl FnMut(u32, &dyn Fn() -> Result<Seen>) -> Result<Seen>,
) -> Result<Ratios> {
    let p99 = |seen: Seen| f64::from(seen.percentiles.p99_ns);
    let run = |name: &str| {
        let load = (arguments.connections, LONG_TIMES * arguments.requests);
        orders::run(local, name, load)
    };
    let mut times = Vec::new();
    for round in 0..=arguments.runs {
        beside::let_rest(local.server())?;
        let alone = run(&format!("{name}{round}"))?;
        beside::let_rest(local.server())?;
        let orders = || run(&format!("{name}b{round}"));
        times.push(p99(beside(round, &orders)?) / p99(alone));
    }
    // The first pair warmed up.
    times.remove(0);
    Ok(Ratios::sorted(times))
}

fn run(exchange: &Exchange, name: &str, arguments: &IdentityArguments) -> Result<Seen> {
    orders::run(exchange, name, (arguments.connections, arguments.requests))
}
