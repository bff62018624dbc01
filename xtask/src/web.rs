//! The pages of the trading screen: built for the binary, and proven in a real browser against it.

mod lanes;
mod pack;

use crate::sandbox::{self, Sandbox};
use crate::shell::{self, Step, run, run_steps, run_then_show};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

pub use lanes::browse;

const FOLDER: &str = "web";
const LOCK: &str = "web/package-lock.json";
/// Written by npm when it has installed what the lock file says.
const INSTALLED: &str = "web/node_modules/.package-lock.json";
/// What pages are made from, and what is written last of them.
const SOURCES: [&str; 6] = [
    "web/apps",
    "web/packages",
    "web/scripts",
    LOCK,
    "docs/api",
    "xtask/src/web",
];
const BUILT: &str = "web/apps/trade/dist";
const BUILT_LAST: &str = "web/apps/trade/dist/index.html.gz";
const LOAD: &str = "web/checks/load.mjs";
const MEASURED: &str = "web/measured";
/// For how long the pages are loaded with every change, and when asked for at length.
const LOAD_SECONDS: u32 = 60;
const SOAK_SECONDS: u32 = 3_600;
/// What opening the page, looking at its memory, a trace of a minute, and a burst of half a minute take beside that.
const LOAD_REST_S: u32 = 240;

const STEPS: &[Step] = &[
    ("packages", install),
    ("types of the interface, and made languages", generate),
    ("formatting of the pages", || npm(&["run", "format"])),
    ("lints of the pages", || npm(&["run", "lint"])),
    ("types of the pages", || npm(&["run", "types"])),
    ("unit and property tests of the pages", || npm(&["test"])),
    ("pages", bundle),
    ("budgets", || run("node", &["web/scripts/budget.mjs"])),
];

/// Everything that proves the pages.
pub fn check() -> Result<()> {
    check_built()?;
    browse(&[])
}

/// Builds the pages and proves of them what needs no browser.
pub fn check_built() -> Result<()> {
    run_steps(STEPS)
}

/// Builds the pages, for the binary that is built next, unless nothing has changed since.
pub fn build() -> Result<()> {
    if !shell::has("npm") {
        bail!("npm is not on the path: install Node 20 with npm");
    }
    if is_built()? {
        return Ok(());
    }
    install()?;
    generate()?;
    bundle()
}

/// Returns whether the pages are younger than everything they are made from. The binary is built anew with every build
/// of the pages, so one that changes nothing costs a start its minute.
fn is_built() -> Result<bool> {
    let Ok(built) = changed_at(Path::new(BUILT_LAST)) else {
        return Ok(false);
    };
    let mut open: Vec<PathBuf> = SOURCES.iter().map(PathBuf::from).collect();
    while let Some(path) = open.pop() {
        if path.ends_with("node_modules") || path.ends_with("dist") {
            continue;
        }
        if built < changed_at(&path)? {
            return Ok(false);
        }
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                open.push(entry?.path());
            }
        }
    }
    Ok(true)
}

/// Measures the trade screen for a minute at a thousand messages a second, in a trace, and in a burst.
pub fn load() -> Result<()> {
    measure("load", LOAD_SECONDS, "whole")
}

/// Measures it beside other work: in a short trace, and in no burst.
pub fn load_beside() -> Result<()> {
    measure("load", LOAD_SECONDS, "part")
}

/// Measures it for an hour.
pub fn soak() -> Result<()> {
    soak_for(SOAK_SECONDS)
}

/// Measures it for so many seconds.
pub fn soak_for(seconds: u32) -> Result<()> {
    measure("soak", seconds, "whole")
}

/// Measures the trade screen under load, beside its budgets: printed, and written to a file.
fn measure(name: &str, seconds: u32, extent: &str) -> Result<()> {
    install()?;
    let binary = sandbox::build()?;
    let exchange = Sandbox::start(&binary, name, &["--unlimited"])?;
    let origin = exchange.origin("rest")?;
    let description = path_text(&exchange.description_path())?;
    let report = path_text(&sandbox::target().join(MEASURED).join(format!("{name}.md")))?;
    let (patience, seconds) = ((seconds + LOAD_REST_S).to_string(), seconds.to_string());
    let arguments = [
        &patience,
        "node",
        LOAD,
        &origin,
        &description,
        &report,
        &seconds,
        extent,
    ];
    run_then_show("timeout", &arguments, &[])
        .with_context(|| format!("the sandbox said:\n{}", exchange.log()))
}

fn path_text(path: &Path) -> Result<String> {
    let text = path.to_str().context("a path that is text")?;
    Ok(text.to_owned())
}

/// Installs exactly what the lock file says, unless that was done.
fn install() -> Result<()> {
    let locked = changed_at(Path::new(LOCK))?;
    if changed_at(Path::new(INSTALLED)).is_ok_and(|done| locked <= done) {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

fn changed_at(path: &Path) -> std::io::Result<SystemTime> {
    path.metadata()?.modified()
}

/// Makes what sources are compiled with and do not hold: types of the interface, and languages made of English.
fn generate() -> Result<()> {
    npm(&["run", "api"])?;
    npm(&["run", "languages"])
}

fn bundle() -> Result<()> {
    npm(&["run", "build"])?;
    pack::pack(Path::new(BUILT))
}

fn npm(arguments: &[&str]) -> Result<()> {
    run("npm", &[&["--prefix", FOLDER], arguments].concat())
}
