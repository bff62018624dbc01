//! What the OpenAPI document says against what the shipped binary does, request by made-up request.
//!
//! The tool is schemathesis with all of its checks; `xtask/api/schemathesis.toml` lists the exceptions of the dialect and
//! `xtask/api/hooks.py` signs the requests.

use crate::python;
use crate::sandbox::{Sandbox, build};
use crate::shell::run_with;
use anyhow::{Context, Result};

const FOLDER: &str = "xtask/api";
const REQUIREMENTS: &str = "xtask/api/requirements.txt";
const SETTINGS: &str = "xtask/api/schemathesis.toml";
const DOCUMENT: &str = "docs/api/openapi.json";
/// So that a finding is found again.
const SEED: &str = "1";
/// Made-up requests of each route in each phase, beside those at the bounds of its parameters.
const EXAMPLES_MAX: &str = "30";

/// Asks a sandbox of its own; it refuses parameters that it does not know.
pub fn check() -> Result<()> {
    let python = python::environment("api", REQUIREMENTS)?;
    let program = python.with_file_name("st");
    let program = program.to_str().context("a path that is text")?;
    let binary = build()?;
    let arguments = ["--market", "none", "--unlimited", "--strict"];
    let sandbox = Sandbox::start(&binary, "api", &arguments)?;
    let description = sandbox.description()?;
    let base = description["rest"].as_str();
    let base = base.context("dev.json without rest")?;
    let path = sandbox.description_path();
    let variables = [
        ("SANDBOX", path.to_str().context("a path that is text")?),
        ("SCHEMATHESIS_HOOKS", "hooks"),
        ("PYTHONPATH", FOLDER),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    let run = [
        "--config-file",
        SETTINGS,
        "run",
        DOCUMENT,
        "--url",
        base,
        "--checks",
        "all",
        "--seed",
        SEED,
        "--max-examples",
        EXAMPLES_MAX,
        "--workers",
        "2",
        "--generation-database",
        "none",
        "--warnings",
        "off",
        "--continue-on-failure",
    ];
    run_with(program, &run, &variables)
        .with_context(|| format!("the sandbox said:\n{}", sandbox.log()))
}
