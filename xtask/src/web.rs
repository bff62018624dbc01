//! The pages of the trading screen: built for the binary, and proven in a real browser against it.

use crate::sandbox::{self, Sandbox};
use crate::shell::{self, Step, run, run_steps, run_then_show};
use anyhow::{Context, Result, bail};
use std::path::Path;

const FOLDER: &str = "web";
const LOCK: &str = "web/package-lock.json";
/// Written by npm when it has installed what the lock file says.
const INSTALLED: &str = "web/node_modules/.package-lock.json";
const CHECKS: &str = "web/checks/main.mjs";
const PICTURES: &str = "web/screenshots";
/// What the session in the browser may take.
const PATIENCE_S: &str = "300";

const STEPS: &[Step] = &[
    ("packages", install),
    ("types of the interface", describe),
    ("formatting of the pages", || npm(&["run", "format"])),
    ("lints of the pages", || npm(&["run", "lint"])),
    ("types of the pages", || npm(&["run", "types"])),
    ("unit and property tests of the pages", || npm(&["test"])),
    ("pages", bundle),
    ("budgets", || run("node", &["web/scripts/budget.mjs"])),
    ("pages in a browser, against the binary", browse),
];

/// Everything that proves the pages.
pub fn check() -> Result<()> {
    run_steps(STEPS)
}

/// Builds the pages, for the binary that is built next.
pub fn build() -> Result<()> {
    if !shell::has("npm") {
        bail!("npm is not on the path: install Node 20 with npm");
    }
    install()?;
    describe()?;
    bundle()
}

/// Runs the checks in the browser alone, or one group of them, with pages and binary as they are.
pub fn browse_named(names: &[&str]) -> Result<()> {
    let binary = sandbox::build()?;
    let exchange = Sandbox::start(&binary, "web", &[])?;
    let description = exchange.description()?;
    let rest = description["rest"].as_str().context("a web address")?;
    // Passkeys are bound to a name.
    let origin = rest.replace("127.0.0.1", "localhost");
    let pictures = sandbox::target().join(PICTURES);
    let pictures = pictures.to_str().context("a path that is text")?;
    let arguments = [PATIENCE_S, "node", CHECKS, origin.as_str(), pictures];
    run_then_show("timeout", &[&arguments, names].concat(), &[])
        .with_context(|| format!("the sandbox said:\n{}", exchange.log()))
}

fn browse() -> Result<()> {
    browse_named(&[])
}

/// Installs exactly what the lock file says, unless that was done.
fn install() -> Result<()> {
    let changed_at = |path: &str| Path::new(path).metadata().and_then(|data| data.modified());
    let is_fresh =
        changed_at(INSTALLED).is_ok_and(|done| changed_at(LOCK).is_ok_and(|lock| lock <= done));
    if is_fresh {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

fn describe() -> Result<()> {
    npm(&["run", "api"])
}

fn bundle() -> Result<()> {
    npm(&["run", "build"])
}

fn npm(arguments: &[&str]) -> Result<()> {
    run("npm", &[&["--prefix", FOLDER], arguments].concat())
}
