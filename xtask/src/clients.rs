//! Real clients from their registries, unmodified but for their URLs, against the shipped binary.

use crate::sandbox::{Sandbox, build};
use crate::shell::{run, run_with};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const FOLDER: &str = "xtask/clients";
/// Exact versions, so that a client's release does not change what a commit proves.
const REQUIREMENTS: &str = "xtask/clients/requirements.txt";
const SESSIONS: &[&str] = &["ccxt_sync.py", "ccxt_pro.py"];

/// Runs every session against a sandbox of its own.
pub fn check() -> Result<()> {
    let python = environment()?;
    let binary = build()?;
    for session in SESSIONS {
        println!("--- {session}");
        let sandbox = Sandbox::start(&binary, "clients", &["--market", "none", "--unlimited"])?;
        let script = format!("{FOLDER}/{session}");
        let description = sandbox.description_path();
        let arguments = [
            script.as_str(),
            description.to_str().context("a path that is text")?,
        ];
        run_with(
            python.to_str().context("a path that is text")?,
            &arguments,
            &[("PYTHONDONTWRITEBYTECODE", "1")],
        )
        .with_context(|| format!("{session}; the sandbox said:\n{}", sandbox.log()))?;
    }
    Ok(())
}

/// Returns the interpreter of an environment that holds the clients, made on first use.
fn environment() -> Result<PathBuf> {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let folder = format!("{target}/clients");
    let python = PathBuf::from(&folder).join("bin/python");
    let installed = PathBuf::from(&folder).join("installed.txt");
    let wanted = std::fs::read_to_string(REQUIREMENTS)?;
    if std::fs::read_to_string(&installed).is_ok_and(|found| found == wanted) && python.exists() {
        return Ok(python);
    }
    run("python3", &["-m", "venv", &folder])
        .context("Python's venv module is needed: apt-get install python3-venv")?;
    let program = Path::new(&folder).join("bin/pip");
    let pip = program.to_str().context("a path that is text")?;
    run(
        pip,
        &[
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            REQUIREMENTS,
        ],
    )?;
    std::fs::write(&installed, wanted)?;
    Ok(python)
}
