//! `bourse history export`: the files of one day, made again from the first command.

use super::{Outcome, Source};
use crate::cli;
use crate::data::DataDirectory;
use anyhow::{Context, Result, bail};
use archive::day::Day;
use archive::file_name::DAY_INTERVALS;
use archive::fold::Fold;
use archive::writing::Plan;
use model::text::Symbol;
use views::interval::Interval;

/// Writes the files of a day into a folder, beside a running exchange or a stopped one.
///
/// # Errors
/// There is no such day, market or exchange, or the files cannot be written.
pub fn run(arguments: &cli::Export) -> Result<()> {
    let data = DataDirectory::existing(&arguments.at.data_dir)?;
    let cluster = data.known_cluster()?;
    let plan = Plan {
        day: arguments.day,
        market: arguments.market,
        intervals: intervals_of(arguments),
        root: arguments.to.clone(),
    };
    let day = plan.day;
    let mut source = Source::open(&data, cluster, &|| false)?;
    let first = source.first_time()?;
    let first = first.context("the event log is empty: the exchange has done nothing yet")?;
    if day < Day::of(first) {
        bail!("the exchange began on {}, after {day}", Day::of(first));
    }
    let mut fold = Fold::start(cluster.0);
    // Without a command at its beginning, none is after its end, which is told below.
    source.pass(&mut fold, day.begins())?;
    let Outcome::Written(written) = source.write_day(&mut fold, plan)? else {
        bail!("{day} is not over: the event log has no command after it yet");
    };
    if written.files == 0 {
        match arguments.market {
            Some(market) => bail!("no market {market} was listed on {day} or before"),
            None => bail!("no market was listed on {day} or before"),
        }
    }
    println!("day      {day}");
    println!("sequence {}", fold.sequence().0);
    println!("files    {}", written.files);
    println!("text     {} bytes", written.text_bytes);
    println!("archives {} bytes", written.archive_bytes);
    Ok(())
}

fn intervals_of(arguments: &cli::Export) -> Vec<Interval> {
    if arguments.interval.is_empty() {
        return DAY_INTERVALS.to_vec();
    }
    let is_asked = |interval: &Interval| arguments.interval.contains(interval);
    DAY_INTERVALS.into_iter().filter(is_asked).collect()
}

/// Reads a day of the command line.
///
/// # Errors
/// What a day is.
pub fn parse_day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "a day is written as 2024-08-08".to_owned())
}

/// Reads a market of the command line.
///
/// # Errors
/// What a market is.
pub fn parse_market(text: &str) -> Result<Symbol, String> {
    let symbol = Symbol::parse(text.as_bytes());
    symbol.ok_or_else(|| "a market is written as BTCUSDT".to_owned())
}

/// Reads an interval of the command line.
///
/// # Errors
/// Which intervals there are.
pub fn parse_interval(text: &str) -> Result<Interval, String> {
    let found = DAY_INTERVALS.into_iter().find(|it| it.name() == text);
    found.ok_or_else(|| {
        let names = DAY_INTERVALS.map(Interval::name).join(", ");
        format!("an interval is one of {names}")
    })
}
