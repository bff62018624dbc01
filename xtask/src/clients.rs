//! Real clients from their registries, unmodified but for their URLs, against the shipped binary.

use crate::python;
use crate::sandbox::{Sandbox, build};
use crate::shell::run_with;
use anyhow::{Context, Result, bail};
use std::path::Path;

const FOLDER: &str = "xtask/clients";
/// Exact versions, so that a client's release does not change what a commit proves.
const REQUIREMENTS: &str = "xtask/clients/requirements.txt";
const SESSIONS: &[&str] = &[
    "ccxt_sync.py",
    "ccxt_pro.py",
    "ccxt_pro_user.py",
    "python_binance.py",
];

/// Runs every session against a sandbox of its own.
pub fn check() -> Result<()> {
    let python = python::environment("clients", REQUIREMENTS)?;
    let binary = build()?;
    for session in SESSIONS {
        println!("--- {session}");
        let sandbox = start(&binary)?;
        let description = sandbox.description_path();
        let description = description.to_str().context("a path that is text")?;
        let script = format!("{FOLDER}/{session}");
        talk(&python, &[&script, description], &sandbox).context(session)?;
    }
    println!("--- the example of the README");
    let sandbox = start(&binary)?;
    talk(&python, &["-c", &example(&sandbox)?], &sandbox).context("the example of the README")
}

fn start(binary: &Path) -> Result<Sandbox> {
    Sandbox::start(binary, "clients", &["--market", "none", "--unlimited"])
}

fn talk(python: &Path, arguments: &[&str], sandbox: &Sandbox) -> Result<()> {
    let python = python.to_str().context("a path that is text")?;
    run_with(python, arguments, &[("PYTHONDONTWRITEBYTECODE", "1")])
        .with_context(|| format!("the sandbox said:\n{}", sandbox.log()))
}

/// Returns the README's example as printed, but for the place of the sandbox.
fn example(sandbox: &Sandbox) -> Result<String> {
    let readme = std::fs::read_to_string("README.md")?;
    let code = readme.split("```python\n").nth(1);
    let code = code.and_then(|rest| rest.split("```").next());
    let code = code.context("the README has no example in Python")?;
    let base = sandbox.description()?["rest"]
        .as_str()
        .context("dev.json without rest")?
        .to_owned();
    let path = sandbox.description_path();
    let path = path.to_str().context("a path that is text")?;
    let placed = code
        .replace("http://127.0.0.1:8080", &base)
        .replace("data/dev.json", path);
    if !placed.contains(path) || !placed.contains(&base) {
        bail!("the README's example names another sandbox than `make run` starts");
    }
    Ok(placed)
}
