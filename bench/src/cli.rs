//! The command line, and the two commands that need no more than a few lines.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::flow::Flow;
use crate::flow::file;
use crate::flow::generate;
use crate::flow::shape::{DEEP, HUNDRED, MEASURED_RECORDS, NAMED, ONE, Shape};
use crate::measure::provenance::Provenance;
use crate::measure::summary;
use crate::report::table;
use crate::stage::choice::StageChoice;

/// Fewer runs than this are no figure to publish; more only narrow the extremes.
pub const RUNS_DEFAULT: u32 = 5;
/// The number at which the floors of memory hold.
pub const MEMORY_COUNT: u32 = 1_000_000;
pub const RECOVERY_COUNT: u32 = 1_000_000;
pub const RECOVERY_TRADERS: u32 = 100_000;
pub const RECOVERY_TAIL: u64 = 10_000_000;
pub const RECOVERY_RUNS: u32 = 3;
pub const HISTORY_RECORDS: u64 = 100_000;
pub const HISTORY_CONNECTIONS: u32 = 64;
pub const HISTORY_REQUESTS: u32 = 40_000;
pub const HISTORY_RUNS: u32 = 7;
pub const HTTP_CONNECTIONS: u32 = 256;
pub const HTTP_REQUESTS: u32 = 100_000;
pub const IDENTITY_CONNECTIONS: u32 = 64;
pub const IDENTITY_REQUESTS: u32 = 40_000;
pub const IDENTITY_LOGINS: u32 = 1_000;
pub const IDENTITY_RUNS: u32 = 7;
pub const WSAPI_CONNECTIONS: u32 = 16;
pub const WSAPI_WINDOW: u32 = 32;
pub const WSAPI_REQUESTS: u32 = 200_000;
pub const WS_SOCKETS: u32 = 1_000;
pub const WS_ORDERS_PER_S: u32 = 2_000;
pub const WS_TRADES_PER_S: u32 = 100;
pub const WS_SECONDS: u32 = 10;
pub const WS_RUNS: u32 = 3;
pub const IDLE_SECONDS: u32 = 120;
pub const IDLE_SETTLE: u32 = 15;
const SEED_DEFAULT: u64 = 1;

/// Measures the speed of the exchange core, beside its peers.
#[derive(Debug, Parser)]
#[command(name = "bench")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes an order flow to a file
    Generate(GenerateArguments),
    /// Measures one stage on the flow in a file
    Flow(FlowArguments),
    /// Measures the engine's memory for accounts and for resting orders
    Memory(MemoryArguments),
    /// Measures a start: snapshot and journal to an exchange that is ready
    Recovery(RecoveryArguments),
    /// Measures how quickly the history takes in what happened, beside a bare bulk insert, and orders without its server
    History(HistoryArguments),
    /// Measures signed orders over HTTP beside a bare echo server
    Http(HttpArguments),
    /// Measures what users and keys cost orders: databases, and people who sign in
    Identity(IdentityArguments),
    /// Measures pipelined orders over the WebSocket API beside a bare echo server
    Wsapi(WsapiArguments),
    /// Measures a busy market's streams to many sockets beside a bare broadcast server
    Ws(WsArguments),
    /// Measures a sandbox that nobody uses: its start, its CPU time, and what its own traders do
    Idle(IdleArguments),
    /// The bare server of `http`, `wsapi` and `ws`
    #[command(hide = true)]
    Echo,
    /// One start of `recovery`
    #[command(hide = true)]
    Start(StartArguments),
    /// Measures everything: every stage and peer on all three flows, memory, a start, the history, HTTP, users, sockets
    Report(ReportArguments),
}

#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// The kind of flow
    pub shape: ShapeChoice,
    /// Measured records, which follow those that build the books
    #[arg(long, default_value_t = MEASURED_RECORDS)]
    pub records: u64,
    /// The same seed gives the same flow
    #[arg(long, default_value_t = SEED_DEFAULT)]
    pub seed: u64,
    /// The file to write
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct FlowArguments {
    /// A flow in the format ORDFLOW1
    pub file: PathBuf,
    /// What to run it through
    #[arg(long)]
    pub stage: StageChoice,
    /// Timed runs, after one to warm up
    #[arg(long, default_value_t = RUNS_DEFAULT, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ReportArguments {
    /// Timed runs of every stage on every flow, after one to warm up
    #[arg(long, default_value_t = RUNS_DEFAULT, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Measured records of every flow
    #[arg(long, default_value_t = MEASURED_RECORDS, value_parser = clap::value_parser!(u64).range(1..))]
    pub records: u64,
    /// The same seed gives the same flows
    #[arg(long, default_value_t = SEED_DEFAULT)]
    pub seed: u64,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a floor is missed
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct MemoryArguments {
    /// Accounts to open, and orders to rest after that
    #[arg(long, default_value_t = MEMORY_COUNT, value_parser = clap::value_parser!(u32).range(1..))]
    pub count: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a floor is missed
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct RecoveryArguments {
    /// Accounts in the snapshot, each with a key and money
    #[arg(long, default_value_t = RECOVERY_COUNT, value_parser = clap::value_parser!(u32).range(2..))]
    pub accounts: u32,
    /// Accounts that trade, all equally often
    #[arg(long, default_value_t = RECOVERY_TRADERS, value_parser = clap::value_parser!(u32).range(2..))]
    pub traders: u32,
    /// Open orders in the snapshot, over a hundred markets
    #[arg(long, default_value_t = RECOVERY_COUNT, value_parser = clap::value_parser!(u32).range(1..))]
    pub orders: u32,
    /// Commands in the journal after the snapshot
    #[arg(long, default_value_t = RECOVERY_TAIL, value_parser = clap::value_parser!(u64).range(1..))]
    pub tail: u64,
    /// Timed starts, each in a process of its own, after one to warm up
    #[arg(long, default_value_t = RECOVERY_RUNS, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a start takes too long
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct StartArguments {
    /// The data directory to start from
    pub directory: PathBuf,
}

#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// Records of the flow, after those that build the books
    #[arg(long, default_value_t = HISTORY_RECORDS, value_parser = clap::value_parser!(u64).range(1..))]
    pub records: u64,
    /// The same seed gives the same flow
    #[arg(long, default_value_t = SEED_DEFAULT)]
    pub seed: u64,
    /// Commands a second of the exchange that goes on trading meanwhile, instead of those of one that is measured
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub live_per_s: Option<u32>,
    /// Kept-alive connections that send orders while the server is there or away, each with one request under way
    #[arg(long, default_value_t = HISTORY_CONNECTIONS, value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: u32,
    /// Requests of one run, over all connections
    #[arg(long, default_value_t = HISTORY_REQUESTS, value_parser = clap::value_parser!(u32).range(1..))]
    pub requests: u32,
    /// Timed pairs of runs, with the server there and away, after one to warm up
    #[arg(long, default_value_t = HISTORY_RUNS, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Print one JSON object a database, and one of the orders
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a bound is missed, or PostgreSQL is not installed
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct IdentityArguments {
    /// Kept-alive connections, each with one request under way
    #[arg(long, default_value_t = IDENTITY_CONNECTIONS, value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: u32,
    /// Requests of one run, over all connections
    #[arg(long, default_value_t = IDENTITY_REQUESTS, value_parser = clap::value_parser!(u32).range(1..))]
    pub requests: u32,
    /// People who sign in, each a second after the answer
    #[arg(long, default_value_t = IDENTITY_LOGINS, value_parser = clap::value_parser!(u32).range(1..))]
    pub logins: u32,
    /// Timed pairs of runs, after one to warm up
    #[arg(long, default_value_t = IDENTITY_RUNS, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a bound is missed, or PostgreSQL is not installed
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct HttpArguments {
    /// Kept-alive connections, each with one request under way
    #[arg(long, default_value_t = HTTP_CONNECTIONS, value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: u32,
    /// Requests of one run, over all connections
    #[arg(long, default_value_t = HTTP_REQUESTS, value_parser = clap::value_parser!(u32).range(1..))]
    pub requests: u32,
    /// Timed rounds, each against both servers, after one to warm up
    #[arg(long, default_value_t = RUNS_DEFAULT, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when the floor is missed
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct WsapiArguments {
    /// Sockets that have logged on
    #[arg(long, default_value_t = WSAPI_CONNECTIONS, value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: u32,
    /// Requests under way on each; the exchange takes 32 at a time
    #[arg(long, default_value_t = WSAPI_WINDOW, value_parser = clap::value_parser!(u32).range(1..))]
    pub window: u32,
    /// Requests of one run, over all sockets
    #[arg(long, default_value_t = WSAPI_REQUESTS, value_parser = clap::value_parser!(u32).range(1..))]
    pub requests: u32,
    /// Timed rounds, each against both servers, after one to warm up
    #[arg(long, default_value_t = RUNS_DEFAULT, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when the floor is missed
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct WsArguments {
    /// Sockets, each subscribed to depth every 100 ms and to trades
    #[arg(long, default_value_t = WS_SOCKETS, value_parser = clap::value_parser!(u32).range(1..))]
    pub sockets: u32,
    /// Orders, moves and cancels a second, each of which changes the book
    #[arg(long, default_value_t = WS_ORDERS_PER_S, value_parser = clap::value_parser!(u32).range(1..))]
    pub orders_per_s: u32,
    /// Trades a second; each takes two of the orders
    #[arg(long, default_value_t = WS_TRADES_PER_S, value_parser = clap::value_parser!(u32).range(1..))]
    pub trades_per_s: u32,
    /// How long orders come, in each part of a round
    #[arg(long, default_value_t = WS_SECONDS, value_parser = clap::value_parser!(u32).range(1..=50))]
    pub seconds: u32,
    /// Rounds, each with and without subscribers and against the bare server
    #[arg(long, default_value_t = WS_RUNS, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a message costs too much
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct IdleArguments {
    /// How long each sandbox is looked at
    #[arg(long, default_value_t = IDLE_SECONDS, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// How long it is left alone before
    #[arg(long, default_value_t = IDLE_SETTLE)]
    pub settle: u32,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Exit with status 1 when a bound is missed
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ShapeChoice {
    /// One symbol, 1,000 orders a side
    One,
    /// A hundred symbols, 1,000 orders a side each
    Hundred,
    /// One symbol, 50,000 orders a side
    Deep,
}

impl ShapeChoice {
    fn shape(self) -> Shape {
        match self {
            ShapeChoice::One => ONE,
            ShapeChoice::Hundred => HUNDRED,
            ShapeChoice::Deep => DEEP,
        }
    }
}

/// Writes the flow that `arguments` describe.
///
/// # Errors
/// A file that cannot be written.
pub fn generate(arguments: &GenerateArguments) -> Result<ExitCode> {
    let flow = generate::generate(&arguments.shape.shape(), arguments.records, arguments.seed);
    file::write(&arguments.out, &flow)?;
    println!(
        "{}: {} + {} records, {} trades",
        arguments.out.display(),
        flow.header.prefill_records,
        flow.header.measured_records,
        flow.header.expected.trades
    );
    Ok(ExitCode::SUCCESS)
}

/// Measures one stage on the flow in a file.
///
/// # Errors
/// A file that is no flow, a stage that cannot run it, or totals other than its header's.
pub fn flow(arguments: &FlowArguments) -> Result<ExitCode> {
    let path = &arguments.file;
    let flow = file::read(path).with_context(|| format!("reading {}", path.display()))?;
    let contenders = [arguments.stage.prepare(&flow)?];
    let name = flow_name(&flow, path);
    let summaries = summary::measure(&contenders, &name, flow.measured_count(), arguments.runs)?;
    let provenance = Provenance::collect();
    if arguments.json {
        summaries
            .iter()
            .for_each(|summary| println!("{}", summary.json(&provenance)));
    } else {
        print!("{}{}", table::heading(&provenance), table::rows(&summaries));
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of the shape that the flow's header shows, or else the file's.
fn flow_name(flow: &Flow, path: &Path) -> String {
    let header = &flow.header;
    let same = |shape: &&Shape| {
        shape.symbols == header.symbols
            && shape.accounts == header.accounts
            && u64::from(shape.target_orders) == header.target_orders
    };
    match NAMED.iter().find(same) {
        Some(shape) => shape.name.to_owned(),
        None => path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::shape::tests::small;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_flow_is_named_by_its_header_before_its_file() {
        let path = Path::new("somewhere/mine.flow");
        assert_eq!(flow_name(&generate::generate(&ONE, 1, 1), path), "one");
        assert_eq!(flow_name(&generate::generate(&small(), 1, 1), path), "mine");
    }

    #[test]
    fn a_generated_file_runs_through_every_stage() {
        let directory = tempfile::tempdir().unwrap();
        let out = directory.path().join("one.flow");
        let shape = ShapeChoice::One;
        generate(&GenerateArguments {
            shape,
            records: 3_000,
            seed: 2,
            out: out.clone(),
        })
        .unwrap();
        for stage in StageChoice::value_variants() {
            let file = out.clone();
            flow(&FlowArguments {
                file,
                stage: *stage,
                runs: 2,
                json: true,
            })
            .unwrap();
        }
    }

    #[test]
    fn a_header_with_other_totals_fails_the_run() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lying.flow");
        let mut flow_with_lie = generate::generate(&small(), 1_000, 3);
        flow_with_lie.header.expected.trades += 1;
        file::write(&path, &flow_with_lie).unwrap();
        let stage = StageChoice::PeerLobster;
        let error = flow(&FlowArguments {
            file: path,
            stage,
            runs: 1,
            json: true,
        })
        .unwrap_err();
        assert!(
            format!("{error:#}").contains("peer-lobster: trades: "),
            "{error:#}"
        );
    }
}
