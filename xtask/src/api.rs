//! What the OpenAPI documents say against what the shipped binary does, request by made-up request.
//!
//! The tool is schemathesis with all of its checks; `xtask/api/schemathesis.toml` lists the exceptions of the dialect.
//! `xtask/api/hooks.py` signs what is asked of the public listener, or asks it from a page that has signed in, and
//! `xtask/api/operators.py` signs what operators ask. A request that is turned away at the door says nothing about what is
//! behind it: a run in which nobody ever got past the door of some operation fails.

use crate::python;
use crate::sandbox::{Sandbox, build};
use crate::shell::run_with;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};

const FOLDER: &str = "xtask/api";
const REQUIREMENTS: &str = "xtask/api/requirements.txt";
const SETTINGS: &str = "xtask/api/schemathesis.toml";
/// So that a finding is found again.
const SEED: &str = "1";

/// A document, and how it is held against a sandbox.
struct Campaign {
    document: &'static str,
    /// The name of its listener in `dev.json`.
    listener: &'static str,
    hooks: &'static str,
    /// Made-up requests of each route in each phase, beside those at the bounds of its parameters.
    examples_max: &'static str,
}

const PUBLIC: Campaign = Campaign {
    document: "docs/api/openapi.json",
    listener: "rest",
    hooks: "hooks",
    examples_max: "20",
};
const OPERATORS: Campaign = Campaign {
    document: "docs/api/operator.json",
    listener: "console",
    hooks: "operators",
    examples_max: "10",
};

/// Installs the tool where it is missing, and returns its program.
pub fn install() -> Result<PathBuf> {
    let python = python::environment("api", REQUIREMENTS)?;
    Ok(python.with_file_name("st"))
}

/// Asks a sandbox of its own; it refuses parameters that it does not know.
pub fn check() -> Result<()> {
    let program = install()?;
    let binary = build()?;
    let arguments = ["--market", "none", "--unlimited", "--strict"];
    let sandbox = Sandbox::start(&binary, "api", &arguments)?;
    for campaign in [PUBLIC, OPERATORS] {
        campaign
            .run(&program, &sandbox)
            .with_context(|| format!("the sandbox said:\n{}", sandbox.log()))?;
    }
    Ok(())
}

impl Campaign {
    fn run(&self, program: &Path, sandbox: &Sandbox) -> Result<()> {
        let description = sandbox.description()?;
        let base = description[self.listener].as_str();
        let (path, counts) = (
            sandbox.description_path(),
            sandbox.folder().join("counts.json"),
        );
        let variables = [
            ("SANDBOX", text(&path)?),
            ("LET_IN", text(&counts)?),
            ("SCHEMATHESIS_HOOKS", self.hooks),
            ("PYTHONPATH", FOLDER),
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ];
        let arguments = [
            "--config-file",
            SETTINGS,
            "run",
            self.document,
            "--url",
            base.context("dev.json without this listener")?,
            "--checks",
            "all",
            "--seed",
            SEED,
            "--max-examples",
            self.examples_max,
            "--workers",
            "2",
            "--generation-database",
            "none",
            "--warnings",
            "off",
            "--continue-on-failure",
        ];
        run_with(text(program)?, &arguments, &variables)?;
        let shut = shut_out(&read(Path::new(self.document))?, &read(&counts)?)?;
        ensure!(
            shut.is_empty(),
            "{}: nobody was ever let in to\n{}",
            self.document,
            shut.join("\n")
        );
        Ok(())
    }
}

/// Returns the operations that want to know who asks, and let nobody in.
fn shut_out(document: &Value, counts: &Value) -> Result<Vec<String>> {
    let paths = document["paths"].as_object().context("no paths")?;
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, told)| (format!("{} {path}", method.to_uppercase()), told))
    });
    let guarded = operations.filter(|(_, told)| is_guarded(told));
    let shut = guarded.filter(|(name, _)| counts[name][1].as_u64().unwrap_or(0) == 0);
    Ok(shut.map(|(name, _)| name).collect())
}

/// Whether an operation wants to know who asks. A signature of operators is theirs alone; the rest is of their page.
fn is_guarded(told: &Value) -> bool {
    let has_ways = told["security"]
        .as_array()
        .is_some_and(|ways| !ways.is_empty());
    let access = told["x-access"].as_str().unwrap_or("");
    has_ways || access.contains("signature")
}

fn read(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_operation_that_let_nobody_in_is_named_and_an_open_one_is_not() {
        let document = json!({"paths": {
            "/time": {"get": {"security": []}},
            "/order": {
                "get": {"security": [{"key": [], "signature": []}]},
                "post": {"security": [{"session": []}]},
            },
            "/myself": {"get": {"x-access": "a signature or a session"}},
            "/login": {"post": {"x-access": "anybody on this machine"}},
        }});
        let counts = json!({"GET /order": [9, 1], "POST /order": [9, 0]});
        let shut = shut_out(&document, &counts).expect("read");
        assert_eq!(shut, ["GET /myself", "POST /order"]);
    }
}
