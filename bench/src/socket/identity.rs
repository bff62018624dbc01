//! What users and keys cost orders: PostgreSQL beside SQLite, and people who sign in beside nobody who does.

use anyhow::Result;
use serde_json::json;

use crate::cli::IdentityArguments;
use crate::measure::provenance::Provenance;
use crate::report::floor::Floors;
use crate::socket::beside::Seen;
use crate::socket::exchange::Exchange;
use crate::socket::load;
use crate::socket::logins::Logins;
use crate::socket::orders;
use crate::socket::requests::Requests;

/// Signed orders with users in PostgreSQL reach at least this part of the rate with SQLite.
const POSTGRES_PERCENT_MIN: f64 = 90.0;
/// The 99th percentile of an order while people sign in is at most so many times that while nobody does.
const LOGIN_TIMES_MAX: f64 = 1.5;

/// One number beside another, of each pair of runs.
struct Ratios(Vec<f64>);

impl Ratios {
    fn sorted(mut ratios: Vec<f64>) -> Ratios {
        ratios.sort_by(f64::total_cmp);
        Ratios(ratios)
    }

    fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    fn text(&self) -> String {
        let last = self.0.len() - 1;
        format!(
            "{:.2} ({:.2}–{:.2} of {} pairs)",
            self.median(),
            self.0[0],
            self.0[last],
            self.0.len()
        )
    }
}

/// Prints both ratios.
///
/// # Errors
/// A server that cannot be started, or an answer that is a refusal.
pub fn identity(arguments: &IdentityArguments) -> Result<Floors> {
    let local = Exchange::start()?;
    let database = arguments.postgres.as_deref();
    let percents = database
        .map(|database| compare_databases(&local, database, arguments))
        .transpose()?;
    let (times, compared, turned_away) = compare_logins(&local, arguments)?;
    let is_near = |percents: &Ratios| POSTGRES_PERCENT_MIN <= percents.median();
    let is_enough = percents.as_ref().is_none_or(is_near) && times.median() <= LOGIN_TIMES_MAX;
    if arguments.json {
        let provenance = Provenance::collect();
        let figures = json!({
            "postgres_percent": percents.as_ref().map(Ratios::median),
            "login_p99_times": times.median(),
            "logins": arguments.logins,
            "logins_compared": compared,
            "logins_turned_away": turned_away,
            "pairs": arguments.runs,
            "commit": provenance.commit,
            "machine": provenance.machine,
            "flags": provenance.flags,
        });
        println!("{figures}");
        return Ok(Floors::of(is_enough));
    }
    let Provenance {
        commit,
        machine,
        flags,
    } = Provenance::collect();
    println!("commit {commit}\n{machine}\n{flags}\n");
    match &percents {
        Some(percents) => println!(
            "orders with users in PostgreSQL, in per cent of those with SQLite: {}, floor {POSTGRES_PERCENT_MIN}",
            percents.text()
        ),
        None => println!("without --postgres, databases are not compared"),
    }
    println!(
        "p99 of orders beside {} people who sign in, in times that beside nobody: {}, at most {LOGIN_TIMES_MAX}; \
         {compared} logins were compared and {turned_away} turned away",
        arguments.logins,
        times.text()
    );
    Ok(Floors::of(is_enough))
}

fn compare_databases(
    local: &Exchange,
    database: &str,
    arguments: &IdentityArguments,
) -> Result<Ratios> {
    let remote = Exchange::start_with(&["--identity", database])?;
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

fn compare_logins(local: &Exchange, arguments: &IdentityArguments) -> Result<(Ratios, u64, u64)> {
    let mut times = Vec::new();
    let (mut compared, mut turned_away) = (0, 0);
    for round in 0..=arguments.runs {
        let alone = run(local, &format!("a{round}"), arguments)?;
        let name = format!("p{round}");
        let logins = Logins::begin(local.address(), arguments.logins, &name);
        let beside = run(local, &format!("b{round}"), arguments);
        let (some, others) = logins.finish()?;
        let beside = beside?;
        compared += some;
        turned_away += others;
        let p99 = |seen: Seen| f64::from(seen.percentiles.p99_ns);
        times.push(p99(beside) / p99(alone));
    }
    times.remove(0);
    Ok((Ratios::sorted(times), compared, turned_away))
}

fn run(exchange: &Exchange, name: &str, arguments: &IdentityArguments) -> Result<Seen> {
    let pairs = arguments.requests.div_ceil(2 * arguments.connections);
    let connections = (0..arguments.connections)
        .zip(exchange.keys.iter().cycle())
        .map(|(index, key)| orders::signed(key, &format!("{name}-{index}"), pairs as usize))
        .collect::<Result<Vec<Requests>>>()?;
    load::run(exchange.address(), connections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_pairs_is_what_counts() {
        let ratios = Ratios::sorted(vec![3.0, 1.0, 2.0]);
        assert!((ratios.median() - 2.0).abs() < f64::EPSILON);
        assert_eq!(ratios.text(), "2.00 (1.00–3.00 of 3 pairs)");
    }
}
