//! How quickly the history takes in what happened, beside a bare bulk insert of the same rows.
//!
//! The events are those of a flow, as the event log has them, in memory. They are folded in batches as the binary folds
//! them when it catches up. The bare insert puts the finished rows, as they are in the end, into equal tables with equal
//! indexes, in the quickest way that the database has; it knows nothing of orders that change from batch to batch.

mod bare;
mod past;

use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use indexer::batch::Batch;
use indexer::place::Place;
use indexer::reading::Reading;
use indexer::writer::Writer;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use tokio::runtime::Runtime;
use wire::binary::digest::Digest;

use crate::cli::HistoryArguments;
use crate::disk::scratch_directory;
use crate::measure::contender::Run;
use crate::measure::cpu::process_cpu_time;
use crate::measure::provenance::Provenance;
use crate::postgres::{self, server::Server};
use crate::report::floor::Floors;
use crate::socket::{away, live};

pub const CLUSTER: u128 = 1;
const DATABASE: &str = "folded";
/// As many as the binary writes together.
const BATCH_EVENTS: usize = 1 << 13;
/// How many times as quickly as an exchange trades its history has to catch up.
const CATCH_UP_MIN: f64 = 5.0;

/// What one database took.
struct Figures {
    database: &'static str,
    rows: u64,
    folded: Run,
    bare: Duration,
    digest: Digest,
}

/// What is folded, and beside what.
struct Task {
    payloads: Vec<Vec<u8>>,
    live_per_s: f64,
    is_json: bool,
}

/// Prints how quickly each database takes a history in, and what orders are without the server of one.
///
/// # Errors
/// A database fails, two of them hold different rows in the end, or an exchange does.
pub fn history(arguments: &HistoryArguments) -> Result<Floors> {
    let live_per_s = match arguments.live_per_s {
        Some(given) => f64::from(given),
        None => live::commands_per_s()?,
    };
    let task = Task {
        payloads: past::payloads(arguments.records, arguments.seed, live_per_s),
        live_per_s,
        is_json: arguments.json,
    };
    let mut server = postgres::start()?;
    let caught_up = catch_up(&task, server.as_ref())?;
    let Some(server) = &mut server else {
        return Ok(Floors::Missed);
    };
    let away = away::compare(server, arguments)?;
    if arguments.json {
        println!("{}", away.json());
    } else {
        println!("{}", away.text());
    }
    Ok(caught_up.and(away.floors()))
}

/// Folds into each database there is, prints what came of it, and returns whether that is enough.
fn catch_up(task: &Task, server: Option<&Server>) -> Result<Floors> {
    let runtime = Runtime::new()?;
    let payloads = &task.payloads;
    let directory = scratch_directory()?;
    let file = directory.path().join("history.sqlite");
    let mut figures =
        vec![
            runtime.block_on(measure(&Place::File(file.clone()), payloads, async || {
                bare::sqlite(&file, &directory.path().join("bare.sqlite")).await
            }))?,
        ];
    if let Some(server) = server {
        server.create_database(DATABASE)?;
        let options = PgConnectOptions::from_str(&format!("{}/{DATABASE}", server.url()))?;
        let place = Place::server(options.clone(), "PostgreSQL".to_owned());
        let run = measure(&place, payloads, async || bare::postgres(&options).await);
        figures.push(runtime.block_on(run)?);
    }
    let is_same = figures.windows(2).all(|two| two[0].digest == two[1].digest);
    ensure!(is_same, "the databases hold different rows");
    print_figures(task, &figures);
    let is_quick = |figures: &Figures| CATCH_UP_MIN <= times_live(task, figures);
    Ok(Floors::of(figures.iter().all(is_quick)))
}

/// Folds everything into a new history, and then puts its rows into equal tables.
async fn measure(
    place: &Place,
    payloads: &[Vec<u8>],
    bare: impl AsyncFnOnce() -> Result<Duration>,
) -> Result<Figures> {
    let mut writer = Writer::open(place, CLUSTER).await?;
    let (wall_start, cpu_start) = (Instant::now(), process_cpu_time());
    let mut batch = Batch::after(*writer.position());
    for payload in payloads {
        batch.add(payload)?;
        if BATCH_EVENTS <= batch.len() {
            writer = writer.apply(&batch).await?;
            batch = Batch::after(*writer.position());
        }
    }
    writer = writer.apply(&batch).await?;
    let folded = Run {
        cpu: process_cpu_time() - cpu_start,
        wall: wall_start.elapsed(),
    };
    writer.close().await;
    let reading = Reading::open(place).await?;
    let rows = reading.row_counts().await?;
    let digest = reading.digest().await?;
    reading.close().await;
    Ok(Figures {
        database: if place.is_shared() {
            "PostgreSQL"
        } else {
            "SQLite"
        },
        rows: rows.iter().map(|(_, count)| count).sum(),
        folded,
        bare: bare().await?,
        digest,
    })
}

fn per_second(count: f64, time: Duration) -> f64 {
    count / time.as_secs_f64()
}

fn times_live(task: &Task, figures: &Figures) -> f64 {
    per_second(task.payloads.len() as f64, figures.folded.wall) / task.live_per_s
}

fn print_figures(task: &Task, all: &[Figures]) {
    let provenance = Provenance::collect();
    let (commands, live_per_s) = (task.payloads.len(), task.live_per_s);
    if !task.is_json {
        println!(
            "commit {}\n{}\n{}\n",
            provenance.commit, provenance.machine, provenance.flags
        );
        println!("{commands} commands; live: {live_per_s:.0} a second");
    }
    for figures in all {
        let rows = figures.rows as f64;
        let folded = per_second(rows, figures.folded.wall);
        let bare = per_second(rows, figures.bare);
        let commands_per_s = per_second(commands as f64, figures.folded.wall);
        let times = times_live(task, figures);
        if task.is_json {
            let line = json!({
                "database": figures.database,
                "commands": commands,
                "rows": figures.rows,
                "rows_per_s": folded,
                "bare_rows_per_s": bare,
                "commands_per_s": commands_per_s,
                "live_per_s": live_per_s,
                "times_live": times,
                "cpu_s": figures.folded.cpu.as_secs_f64(),
                "commit": provenance.commit,
                "machine": provenance.machine,
                "flags": provenance.flags,
            });
            println!("{line}");
            continue;
        }
        println!(
            "{:<10} {:>8} rows, {folded:>8.0} rows/s folded, {bare:>8.0} rows/s bare ({:.0} %), {commands_per_s:>7.0} commands/s, \
             {times:.1} times live (at least {CATCH_UP_MIN}), {:.2} CPU seconds of ours",
            figures.database,
            figures.rows,
            100.0 * folded / bare,
            figures.folded.cpu.as_secs_f64()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_folded_into_more_rows_than_commands() {
        let task = Task {
            payloads: past::payloads(2_000, 1, 1.0),
            live_per_s: 1.0,
            is_json: true,
        };
        assert_eq!(catch_up(&task, None).unwrap(), Floors::Met);
    }
}
