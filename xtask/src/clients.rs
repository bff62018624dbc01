//! Real clients from their registries, unmodified but for their URLs and options, against the shipped binary.

mod packages;
mod readme;
mod table;

use crate::sandbox::{Sandbox, build};
use crate::shell::run_then_show;
use anyhow::{Context, Result, bail};
use packages::Packages;
pub use packages::Program;
use std::path::Path;
use std::time::Instant;
use table::{Report, Table};

const FOLDER: &str = "xtask/clients";
/// What a session may take.
const PATIENCE_S: &str = "300";

/// What a session costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    /// Runs with every change.
    Light,
    /// Minutes from nothing to its result, most of them spent waiting: runs when asked for.
    Heavy,
}

/// A program that trades through a client.
struct Session {
    script: &'static str,
    /// What the client is called in its registry.
    package: &'static str,
    weight: Weight,
}

const fn session(script: &'static str, package: &'static str, weight: Weight) -> Session {
    Session {
        script,
        package,
        weight,
    }
}

/// Every session, in the order of the table.
const SESSIONS: &[Session] = &[
    session("ccxt_sync.py", "ccxt", Weight::Light),
    session("ccxt_pro.py", "ccxt", Weight::Light),
    session("ccxt_pro_user.py", "ccxt", Weight::Light),
    session("ccxt_suite.py", "ccxt", Weight::Light),
    session("ccxt.mjs", "ccxt", Weight::Light),
    session("python_binance.py", "python-binance", Weight::Light),
    session("connector.py", "binance-connector", Weight::Light),
    session("sdk_spot.py", "binance-sdk-spot", Weight::Light),
    session("nautilus.py", "nautilus_trader", Weight::Light),
    session("freqtrade_bot.py", "freqtrade", Weight::Heavy),
    session("binance.mjs", "binance", Weight::Light),
    session("node_binance_api.mjs", "node-binance-api", Weight::Light),
    session("local_book.mjs", "ws", Weight::Light),
];

/// Those that take longest: they run in a row of their own beside the others. The local book comes last of them, when the
/// pages under load are measured no more.
const BESIDE: &[&str] = &["ccxt_suite.py", "freqtrade_bot.py", "local_book.mjs"];

/// How long the local book is loaded, in seconds.
const BOOK_SHORT: &str = "10";
const BOOK_LONG: &str = "60";
const BOOK: &str = "local_book";

/// Installs every client that is missing.
pub fn install() -> Result<()> {
    install_for(&Packages::find()?, SESSIONS.iter())
}

/// Returns what runs a Python program that connects by CCXT, which is installed where it is missing.
pub fn python_with_ccxt() -> Result<Program> {
    Packages::find()?.program("ccxt_sync.py", "ccxt")
}

fn install_for(
    packages: &Packages,
    sessions: impl Iterator<Item = &'static Session>,
) -> Result<()> {
    // One after the other: they share folders.
    for session in sessions {
        packages.program(session.script, session.package)?;
    }
    Ok(())
}

/// Runs the light sessions.
pub fn check() -> Result<()> {
    run(&|session| session.weight == Weight::Light, BOOK_SHORT)
}

/// Runs every session, and the local book for a minute.
pub fn check_all() -> Result<()> {
    run(&|_| true, BOOK_LONG)
}

/// Keeps a local book under load for a minute.
pub fn check_book() -> Result<()> {
    run(&|session| session.is_called(BOOK), BOOK_LONG)
}

/// Runs the sessions whose scripts have these names, with or without their ending.
pub fn check_named(names: &[&str]) -> Result<()> {
    for name in names {
        if !SESSIONS.iter().any(|session| session.is_called(name)) {
            bail!("no session is called `{name}`");
        }
    }
    let is_wanted = |session: &Session| names.iter().any(|name| session.is_called(name));
    run(&is_wanted, BOOK_SHORT)
}

impl Session {
    fn is_called(&self, name: &str) -> bool {
        let stem = Path::new(self.script).file_stem();
        self.script == name || stem.is_some_and(|stem| stem == name)
    }
}

/// Runs sessions, each against a sandbox of its own, and holds what they report to the committed table.
fn run(is_wanted: &dyn Fn(&Session) -> bool, seconds: &str) -> Result<()> {
    let packages = Packages::find()?;
    let binary = build()?;
    let wanted = SESSIONS.iter().filter(|session| is_wanted(session));
    install_for(&packages, wanted.clone())?;
    let (long, short): (Vec<&Session>, Vec<&Session>) =
        wanted.partition(|session| BESIDE.contains(&session.script));
    let talk_all = |sessions: &[&'static Session]| -> Result<Vec<(&'static str, Report)>> {
        let talks = sessions.iter();
        talks
            .map(|session| {
                let report = talk(&packages, session, &binary, seconds).context(session.script)?;
                Ok((session.script, report))
            })
            .collect()
    };
    let (beside, reports) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| talk_all(&long));
        let reports = talk_all(&short);
        (beside.join(), reports)
    });
    let beside = beside.unwrap_or_else(|_| bail!("a session panicked"))?;
    let mut table = Table::read()?;
    let mut failed = Vec::new();
    for (script, report) in beside.into_iter().chain(reports?) {
        if let Some(failure) = &report.failure {
            failed.push(format!("{script}: {failure}"));
        }
        table.set(script, &report);
    }
    readme::check(&packages, &binary)?;
    table.hold(SESSIONS.iter().map(|session| session.script))?;
    if !failed.is_empty() {
        bail!("sessions that failed:\n  {}", failed.join("\n  "));
    }
    Ok(())
}

fn start(binary: &Path, name: &str) -> Result<Sandbox> {
    Sandbox::start(binary, name, &["--market", "none", "--unlimited"])
}

/// Returns what a session reports; a session that fails reports that too, and the sandbox's log is shown.
fn talk(packages: &Packages, session: &Session, binary: &Path, seconds: &str) -> Result<Report> {
    let program = packages.program(session.script, session.package)?;
    let sandbox = start(binary, session.script)?;
    println!("--- {} begins", session.script);
    let started = Instant::now();
    let script = format!("{FOLDER}/{}", session.script);
    let description = text(&sandbox.description_path())?;
    let written = sandbox.description_path().with_file_name("report.json");
    let place = text(&written)?;
    let arguments = [PATIENCE_S, &program.path, &script, &description, &place];
    let mut variables = program.variables();
    variables.push(("SECONDS", seconds));
    let outcome = run_then_show("timeout", &arguments, &variables);
    let took_s = started.elapsed().as_secs_f64();
    println!("--- {} took {took_s:.1} s", session.script);
    let version = packages.version(session.script, session.package)?;
    let report = Report::read(&written, &version)?;
    if let Err(error) = outcome {
        println!("{error}\nthe sandbox said:\n{}", sandbox.log());
        return Ok(report.or_failed("the session ended early"));
    }
    Ok(report)
}

fn text(path: &Path) -> Result<String> {
    Ok(path.to_str().context("a path that is text")?.to_owned())
}
