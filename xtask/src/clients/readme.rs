//! The README's example, run as printed but for the place of the sandbox.

use super::packages::Packages;
use super::{start, text};
use crate::sandbox::Sandbox;
use crate::shell::run_with;
use anyhow::{Context, Result, bail};
use std::path::Path;

pub fn check(packages: &Packages, binary: &Path) -> Result<()> {
    println!("--- the example of the README");
    let program = packages.program("example.py", "ccxt")?;
    let sandbox = start(binary, "readme")?;
    let example = example(&sandbox)?;
    run_with(&program.path, &["-c", &example], &program.variables()).with_context(|| {
        format!(
            "the example of the README; the sandbox said:\n{}",
            sandbox.log()
        )
    })
}

fn example(sandbox: &Sandbox) -> Result<String> {
    let readme = std::fs::read_to_string("README.md")?;
    let code = readme.split("```python\n").nth(1);
    let code = code.and_then(|rest| rest.split("```").next());
    let code = code.context("the README has no example in Python")?;
    let base = sandbox.description()?["rest"]
        .as_str()
        .context("dev.json without rest")?
        .to_owned();
    let path = text(&sandbox.description_path())?;
    let placed = code
        .replace("http://127.0.0.1:8080", &base)
        .replace("data/dev.json", &path);
    if !placed.contains(&path) || !placed.contains(&base) {
        bail!("the README's example names another sandbox than `make run` starts");
    }
    Ok(placed)
}
