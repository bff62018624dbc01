//! Python environments below `target`, each with exactly what its list of requirements says.

use crate::sandbox::target;
use crate::shell::run;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// Returns the interpreter of the environment `name`, made on first use and whenever its requirements change.
pub fn environment(name: &str, requirements: &str) -> Result<PathBuf> {
    let folder = target().join(name);
    let python = folder.join("bin/python");
    let installed = folder.join("installed.txt");
    let wanted = std::fs::read_to_string(requirements)?;
    if std::fs::read_to_string(&installed).is_ok_and(|found| found == wanted) && python.exists() {
        return Ok(python);
    }
    let text = |path: &PathBuf| {
        path.to_str()
            .map(str::to_owned)
            .context("a path that is text")
    };
    run("python3", &["-m", "venv", &text(&folder)?]).context("making a Python environment")?;
    run(
        &text(&folder.join("bin/pip"))?,
        &[
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            requirements,
        ],
    )?;
    std::fs::write(&installed, wanted)?;
    Ok(python)
}
