//! The command line: what can be asked of the binary, and a help text that teaches.

pub mod assets;
pub mod incident;
pub mod kyc;
pub mod master_key;
pub mod operators;
pub mod withdrawal;

use crate::market_data::export;
use archive::day::Day;
use clap::{Args, Parser, Subcommand};
use model::text::Symbol;
use std::path::PathBuf;
use views::interval::Interval;

#[derive(Debug, Parser)]
#[command(
    name = "bourse",
    version,
    about = "A cryptocurrency exchange in one binary.",
    propagate_version = true
)]
#[command(after_help = "Start with `bourse dev`, then open the address it prints.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a sandbox exchange: seeded accounts, a live market, everything on this machine.
    ///
    /// The first start creates the data directory, the accounts and their API keys; every later start recovers them.
    /// URLs, accounts and API keys are printed, and written to `dev.json` in the data directory once connections are accepted.
    /// Never use it with real keys or real money.
    Dev(Box<Dev>),
    /// Check everything in a data directory: journal, snapshots, state and ledger.
    ///
    /// Reads only. Prints the format versions and what was checked; exits with 1 and a diagnosis on any violation.
    /// Run it while the exchange is stopped.
    Verify(Verify),
    /// Apply the journal to an empty exchange, or to the newest snapshot, and report where that leads.
    Replay(Replay),
    /// Write a snapshot of everything durable, beside a running exchange or a stopped one.
    ///
    /// The snapshot is made by replaying the journal after the previous one; the running exchange does not pause.
    Snapshot(At),
    /// Look into the journal.
    #[command(subcommand)]
    Journal(Journal),
    /// Look at the history of orders and trades, or make it again.
    ///
    /// Orders, fills and trades older than 24 hours are answered from `history.sqlite` in the data directory, or from
    /// the database of `--history`.
    /// It is folded from the event log while the exchange runs and can be removed at any time: the next start makes it again.
    #[command(subcommand)]
    History(History),
    /// Look at who has an account, and propose to freeze them.
    #[command(subcommand)]
    User(UserTask),
    /// Make the first operators, and manage those there are.
    ///
    /// Operators sign what they ask for with keys of their own; there are no passwords.
    #[command(subcommand)]
    Operator(operators::OperatorTask),
    /// Propose, look at, approve and reject what takes two operators.
    #[command(subcommand)]
    Proposal(operators::ProposalTask),
    /// Look at the key that seals secrets, take another one, check a copy of it, or go on without it.
    #[command(subcommand)]
    MasterKey(master_key::MasterKeyTask),
    /// Look at the audit log, and check it.
    #[command(subcommand)]
    Audit(operators::AuditTask),
    /// Look at applications of users for levels, and decide them; compliance alone.
    #[command(subcommand)]
    Kyc(kyc::KycTask),
    /// Tell everybody of troubles and of planned work: the status page and the pages of the exchange show it.
    ///
    /// One operator is enough; the audit log notes who told what.
    #[command(subcommand)]
    Incident(incident::IncidentTask),
    /// Look at withdrawals that wait, let them be paid, and say that they were.
    #[command(subcommand)]
    Withdrawal(withdrawal::WithdrawalTask),
    /// Look at the pages in this binary, sign what they are, and check whether a running exchange shows them so.
    #[command(subcommand)]
    Assets(assets::AssetsTask),
    /// Measure how alike the simulated market and a recorded one are.
    Fit(Fit),
    /// Look at the configuration file before an exchange is started with it.
    #[command(subcommand)]
    Config(ConfigTask),
    /// Print what this binary is made of, as CycloneDX: every crate, and every package of the pages.
    Sbom,
    /// Print a document that describes the API to machines.
    #[command(subcommand)]
    Api(Api),
}

#[derive(Debug, Subcommand)]
pub enum UserTask {
    /// Print a line a user: number, account, whether there is a password and a second factor, and the address.
    List(Users),
    /// Print what is known of a user: state, level, hold, factors, accounts, keys and sessions, never a secret.
    ///
    /// Asks the running exchange, whose audit log notes who looked. The user is not told.
    Show {
        #[command(flatten)]
        desk: operators::Desk,
        /// The e-mail address, also one that a user had who closed the account, or the number.
        #[arg(value_name = "EMAIL|NUMBER")]
        who: String,
    },
    /// Print a line for each user who has lost the second factors and asks that they be taken away.
    ///
    /// `bourse proposal new reset-factors reset=N` proposes it; another operator approves, and a day later it is done.
    Resets(operators::Desk),
    /// Print what a user says who has lost the second factors. The audit log notes who read it.
    Reset {
        #[command(flatten)]
        desk: operators::Desk,
        /// The number that `bourse user resets` prints.
        number: u64,
    },
    /// Write everything that is held on a user into an archive; compliance alone, and the audit log notes who and why.
    ///
    /// The same that a user gets from `POST /v1/account/export`: for somebody who asks by letter, or is closed.
    Export {
        #[command(flatten)]
        desk: operators::Desk,
        /// The number that `bourse user list` prints.
        user: u64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The file to write, ending in .zip; nobody else may read it.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Propose that a user can do nothing but cancel. Another operator approves.
    Freeze(Frozen),
    /// Propose that a user can do everything again. Another operator approves.
    Unfreeze(Frozen),
    /// Propose to end every session of a user, such as after a theft. Another operator approves; keys stay.
    EndSessions(Frozen),
}

#[derive(Debug, Args)]
pub struct Frozen {
    #[command(flatten)]
    pub desk: operators::Desk,
    /// The e-mail address.
    pub email: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Subcommand)]
pub enum ConfigTask {
    /// Print every setting with its default, as a file to start from.
    Default,
    /// Read a file as a start would, without starting.
    ///
    /// Exits with 64 and what is wrong, line by line, when a start would refuse it.
    Check {
        /// The file to read.
        file: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Api {
    /// Paths, parameters and answers, as OpenAPI 3.1.
    Openapi,
    /// Streams and the WebSocket API, as AsyncAPI 3.0.
    Asyncapi,
    /// The requests of operators, as OpenAPI 3.1.
    Operator,
}

/// Whose users are looked at.
#[derive(Debug, Args)]
pub struct Users {
    #[command(flatten)]
    pub at: At,
    #[command(flatten)]
    pub identity: IdentityDatabase,
}

#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    pub users: Users,
    #[command(flatten)]
    pub history: HistoryDatabase,
    /// Check a copied data directory, such as a backup. Nothing is written, and the copy stays one: a start asks again.
    #[arg(long)]
    pub accept_copy: bool,
}

/// Where the history is kept.
#[derive(Debug, Args)]
pub struct HistoryDatabase {
    /// The database of the history: `postgres://USER@HOST/DATABASE`, in which it has a schema of its own, so that it may
    /// be that of users and keys; by default `history.sqlite` in the data directory.
    ///
    /// TLS is used as with `--identity`.
    #[arg(id = "history_address", long = "history", value_name = "ADDRESS")]
    pub address: Option<String>,
    /// The password of that database: the first line of a file that nobody else may read.
    #[arg(
        id = "history_password",
        long = "history-password",
        value_name = "FILE",
        requires = "history_address"
    )]
    pub password: Option<PathBuf>,
}

/// Whose history is looked at.
#[derive(Debug, Args)]
pub struct Past {
    #[command(flatten)]
    pub at: At,
    #[command(flatten)]
    pub history: HistoryDatabase,
}

/// Where users and keys are kept.
#[derive(Debug, Args)]
pub struct IdentityDatabase {
    /// The database of users and keys: `postgres://USER@HOST/DATABASE` or a file of SQLite, by default
    /// `identity.sqlite` in the data directory.
    ///
    /// Over a network TLS is used and the certificate checked, by the authorities of this machine or those of `sslrootcert=FILE`.
    /// `sslmode` in the address decides otherwise.
    #[arg(long = "identity", value_name = "ADDRESS")]
    pub address: Option<String>,
    /// The password of the database: the first line of a file that nobody else may read.
    #[arg(long = "identity-password", value_name = "FILE", requires = "address")]
    pub password: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Dev {
    /// Where everything is kept; created when missing.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data_dir: PathBuf,
    #[command(flatten)]
    pub identity: IdentityDatabase,
    #[command(flatten)]
    pub history: HistoryDatabase,
    /// The address of the API and the web page.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// The address of the operators' listener, on this machine; 127.0.0.1:8081, or any free port when --listen is not 8080.
    #[arg(long, value_name = "HOST:PORT")]
    pub console: Option<std::net::SocketAddr>,
    /// The address of the listener of metrics and health, which has no login; 127.0.0.1:9090, or any free port when --listen is not 8080.
    #[arg(long, value_name = "HOST:PORT")]
    pub ops: Option<std::net::SocketAddr>,
    /// Seeded accounts, each with 50 BTC, 500 ETH, 5,000 LTC and 5,000,000 USDT.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub accounts: u32,
    /// What trades besides you: `simulated`, `none`, or a recording to replay (plain or .gz; may be repeated).
    #[arg(long, value_name = "simulated|none|FILE", default_value = "simulated")]
    pub market: Vec<String>,
    /// How fast recordings are replayed: a factor, or `max`.
    #[arg(long, value_name = "N|max", default_value = "1", value_parser = parse_speed)]
    pub speed: Speed,
    /// Read request limits, weights, bounds and the mail server from a TOML file; `bourse config default` prints one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Passwords that nobody may choose, one a line, beside a short list that is built in.
    #[arg(long, value_name = "FILE")]
    pub common_passwords: Option<PathBuf>,
    /// The web address of the pages that may use passkeys [default: http://localhost with the port that is listened on].
    #[arg(long, value_name = "ORIGIN")]
    pub passkey_origin: Option<String>,
    /// The web address under which operators reach their listener, where their passkeys are used [default: http://localhost with its port].
    #[arg(long, value_name = "ORIGIN")]
    pub console_origin: Option<String>,
    /// How much is logged to standard error: `error`, `warn`, `info`, `debug` or `trace`. No level logs a secret.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log: tracing::Level,
    /// Lift the request limits.
    #[arg(long)]
    pub unlimited: bool,
    /// Refuse unknown parameters instead of ignoring them.
    #[arg(long)]
    pub strict: bool,
    /// Take a copied data directory for the original, whose exchange will never run again.
    #[arg(long)]
    pub accept_copy: bool,
    /// Go on from users whose audit log is not the one that the journal was told of, such as those of a backup: what was
    /// written after it is lost. The audit log has a row of it.
    #[arg(long)]
    pub accept_audit_log: bool,
}

/// How fast a recording is replayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// So many times as fast as it was recorded.
    Times(f64),
    /// As fast as the exchange takes it.
    Max,
}

fn parse_speed(text: &str) -> Result<Speed, String> {
    match text.parse::<f64>() {
        _ if text == "max" => Ok(Speed::Max),
        Ok(factor) if factor.is_finite() && 0.0 < factor => Ok(Speed::Times(factor)),
        _ => Err("a speed is `max` or a factor above 0, such as 1 or 10".to_owned()),
    }
}

/// A data directory.
#[derive(Debug, Args)]
pub struct At {
    /// The data directory of the exchange.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data_dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct Replay {
    #[command(flatten)]
    pub at: At,
    /// Stop after this command.
    #[arg(long, value_name = "SEQUENCE")]
    pub until: Option<u64>,
    /// Print the digests of the state and of the event chain.
    #[arg(long)]
    pub digest: bool,
    /// Start from the newest snapshot instead of the first command.
    #[arg(long)]
    pub from_snapshot: bool,
}

#[derive(Debug, Subcommand)]
pub enum Journal {
    /// Print one JSON line per command.
    Dump(Dump),
    /// Pack what no start needs: segments from before all snapshots, and older files of the event log.
    ///
    /// A running exchange does so by itself when nothing else wants a processor; it may run meanwhile. Whatever is
    /// packed is read by every command as before.
    Pack(At),
}

#[derive(Debug, Subcommand)]
pub enum History {
    /// Print how far it has come, how many rows it has, and whether the event log agrees.
    ///
    /// Reads only; the exchange may run.
    Status(Past),
    /// Print the digest of all rows: two histories of the same commands have the same one.
    ///
    /// Run it while the exchange is stopped.
    Digest(Past),
    /// Make it again from the first command of the journal.
    ///
    /// For an event log that has been lost; a start does the same by itself as long as the event log is whole.
    /// Run it while the exchange is stopped.
    Rebuild(Past),
    /// Write the market-data files of one UTC day: trades, candles and depth of each market, zipped, with checksums.
    ///
    /// Reads the event log from the first command; the exchange may run. The same day always gives the same bytes.
    /// A running exchange writes them by itself and serves them under `/data`.
    Export(Export),
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub at: At,
    /// The day, in UTC.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = export::parse_day)]
    pub day: Day,
    /// Only this market [default: all].
    #[arg(long, value_name = "SYMBOL", value_parser = export::parse_market)]
    pub market: Option<Symbol>,
    /// Only candles of this interval (may be repeated) [default: 1s to 1d].
    #[arg(long, value_name = "INTERVAL", value_parser = export::parse_interval)]
    pub interval: Vec<Interval>,
    /// The folder to write into; created when missing.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

#[derive(Debug, Args)]
pub struct Dump {
    #[command(flatten)]
    pub at: At,
    /// The first command to print.
    #[arg(long, value_name = "SEQUENCE", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub from: u64,
}

#[derive(Debug, Args)]
pub struct Fit {
    /// How long each market trades, in simulated seconds.
    #[arg(long, value_name = "N", default_value_t = 600)]
    pub seconds: u64,
    /// The seed of the population.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}
