//! Real clients from their registries, unmodified but for their URLs, against the shipped binary.

use crate::sandbox::{Sandbox, build};
use crate::shell::{run, run_with};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

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
    let python = environment()?;
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
    run("python3", &["-m", "venv", &folder]).context("making a Python environment")?;
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
