//! The suite, built once with every bug in it and asleep.
//!
//! Only the workspace's own crates are compiled with the flag: a compiler wrapper of our own adds it, and cargo keeps
//! what a wrapper made apart from the rest. Dependencies are those of the ordinary tests, whose build stays valid.
//! Before the wrapper compiles a crate it looks at it with clippy, so that lints need no dependencies of their own.

use super::check::{Check, Runner};
use super::sites::FLAG;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Optimised a little, since every check runs many times. One unit a crate: with more, each unit gets a copy of every
/// asynchronous function that it calls, and large tests take twice the time. `Cargo.toml` says all of this for the
/// dependencies, too, else they would be built anew.
const PROFILE: [&str; 3] = [
    "profile.dev.opt-level=1",
    "profile.dev.debug=false",
    "profile.dev.codegen-units=1",
];

/// Warnings are errors; the dialect is that of `cargo clippy -- -D warnings`.
const LINTS: (&str, &str) = (
    "CLIPPY_ARGS",
    "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__",
);

/// Looks at a crate with clippy and becomes the compiler with the flag added: what cargo calls when this program is
/// its wrapper.
pub fn compile(rustc: &str, arguments: &[&str]) -> Result<()> {
    if let Some(named) = arguments.iter().position(|word| *word == "--crate-name")
        && arguments.get(named + 1) != Some(&"___")
    {
        lint(rustc, arguments)?;
    }
    let error = Command::new(rustc)
        .args(arguments)
        .args(["--cfg", FLAG])
        .exec();
    Err(error).with_context(|| format!("`{rustc}` cannot be started"))
}

/// Runs clippy in the place of the compiler, for its words alone: what it writes is thrown away.
fn lint(rustc: &str, arguments: &[&str]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut words = arguments.iter();
    let mut clippy = Command::new("clippy-driver");
    clippy.arg(rustc).env(LINTS.0, LINTS.1);
    while let Some(word) = words.next() {
        match *word {
            "--out-dir" => {
                words.next();
                clippy.arg(word).arg(folder.path());
            }
            // What was compiled of the crate before is of another compiler.
            "-C" => match words.next() {
                Some(option) if option.starts_with("incremental=") => {}
                Some(option) => {
                    clippy.args([word, option]);
                }
                None => {}
            },
            _ if word.starts_with("--emit=") => {
                clippy.arg("--emit=metadata");
            }
            _ => {
                clippy.arg(word);
            }
        }
    }
    clippy.args(["--cfg", FLAG]);
    let output = clippy.output().context("clippy cannot be started")?;
    if !output.status.success() {
        std::io::stderr().write_all(&output.stderr)?;
        std::process::exit(output.status.code().unwrap_or(1));
    }
    Ok(())
}

/// Builds the test executables and the simulator, and returns them as checks.
pub fn suite() -> Result<Vec<Check>> {
    let reach = reach()?;
    let mut checks = Vec::new();
    for line in build()?.lines() {
        let message: Value = serde_json::from_str(line).context("a message of cargo")?;
        checks.extend(check_of(&message, &reach)?);
    }
    if checks.is_empty() {
        bail!("cargo has built no check");
    }
    Ok(checks)
}

/// Builds the binary of the exchange with every bug in it, for whoever wakes one in the whole of it.
pub fn binary() -> Result<PathBuf> {
    let messages = read(cargo("build")?.args(["--bin", "bourse"]))?;
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("a message of cargo")?;
        if message["target"]["name"] == "bourse"
            && let Some(program) = message["executable"].as_str()
        {
            return Ok(program.into());
        }
    }
    bail!("cargo has built no `bourse`")
}

/// Runs the examples in the documentation.
pub fn test_documentation() -> Result<()> {
    let status = cargo("test")?
        .arg("--doc")
        .status()
        .context("cargo cannot be started")?;
    if !status.success() {
        bail!("an example in the documentation has failed");
    }
    Ok(())
}

fn build() -> Result<String> {
    read(cargo("build")?.args(["--tests", "--bin", "sim"]))
}

/// Builds, and returns what cargo says of it.
fn read(cargo: &mut Command) -> Result<String> {
    let output = cargo
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("the suite with the planted bugs does not build");
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The same packages each time, so that one run of cargo finds what another has built: all but this program itself.
fn cargo(task: &str) -> Result<Command> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([task, "--workspace", "--exclude", "xtask"])
        .args(PROFILE.iter().flat_map(|setting| ["--config", setting]))
        // Keeping pieces for the next time costs a fresh checkout more than it gives.
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe()?);
    Ok(cargo)
}

/// Returns the check that a message of cargo tells of, if it does.
fn check_of(message: &Value, reach: &BTreeMap<String, BTreeSet<String>>) -> Result<Option<Check>> {
    let Some(program) = message["executable"].as_str() else {
        return Ok(None);
    };
    let target = message["target"]["name"].as_str().unwrap_or("");
    let is_test = message["profile"]["test"].as_bool() == Some(true);
    let runner = match (is_test, target) {
        (true, _) => Runner::Tests,
        (false, "sim") => Runner::Simulation,
        _ => return Ok(None),
    };
    let manifest = message["manifest_path"].as_str().unwrap_or("");
    let folder = Path::new(manifest)
        .parent()
        .context("a manifest without a folder")?;
    let package = folder.file_name().and_then(|name| name.to_str());
    let package = package.context("a package without a name")?.to_owned();
    let name = match runner {
        Runner::Simulation => "simulation".to_owned(),
        Runner::Tests => match message["target"]["kind"][0].as_str() {
            Some("test") | None => format!("{package}/{target}"),
            // The tests inside of a library or a program.
            Some(kind) => format!("{package}/{kind}"),
        },
    };
    Ok(Some(Check {
        name,
        reach: reach.get(&package).cloned().unwrap_or_default(),
        package,
        runner,
        program: program.into(),
        folder: folder.to_owned(),
    }))
}

/// Returns for each package of the workspace those it is made of, itself among them.
fn reach() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let text = crate::shell::read(
        "cargo",
        &["metadata", "--format-version", "1", "--no-deps", "--locked"],
    )?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata")?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let direct: BTreeMap<&str, Vec<&str>> = packages
        .iter()
        .filter_map(|package| {
            let dependencies = package["dependencies"].as_array()?.iter();
            let inside = dependencies.filter(|dependency| dependency["source"].is_null());
            let names = inside.filter_map(|dependency| dependency["name"].as_str());
            Some((package["name"].as_str()?, names.collect()))
        })
        .collect();
    Ok(direct
        .keys()
        .map(|package| (String::from(*package), closure(package, &direct)))
        .collect())
}

fn closure(package: &str, direct: &BTreeMap<&str, Vec<&str>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![package];
    while let Some(next) = open.pop() {
        if reached.insert(next.to_owned()) {
            open.extend(direct.get(next).into_iter().flatten());
        }
    }
    reached
}
