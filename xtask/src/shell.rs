//! Running other programs, loudly and with their time.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Returns the root of the checkout.
pub fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}

/// Runs a program in the root with its output shown; an exit status other than 0 is an error.
pub fn run(program: &str, arguments: &[&str]) -> Result<()> {
    run_with(program, arguments, &[])
}

/// Runs a program with further environment variables.
pub fn run_with(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .status()
        .with_context(|| format!("`{program}` cannot be started"))?;
    if !status.success() {
        bail!("`{program} {}` failed: {status}", arguments.join(" "));
    }
    Ok(())
}

/// Runs a program with further environment variables and shows its output when it has ended, for what runs side by side.
pub fn run_then_show(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let output = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .with_context(|| format!("`{program}` cannot be started"))?;
    let [said, complained] = [output.stdout, output.stderr].map(|text| {
        let text = String::from_utf8_lossy(&text);
        text.into_owned()
    });
    println!("{said}{complained}");
    if !output.status.success() {
        bail!(
            "`{program} {}` failed: {}; last it said:\n{}",
            arguments.join(" "),
            output.status,
            last_lines(&said, &complained)
        );
    }
    Ok(())
}

/// Returns the end of what a program said and complained of, for who reads the end of a long log alone.
fn last_lines(said: &str, complained: &str) -> String {
    const LINES: usize = 8;
    let lines: Vec<&str> = said.lines().chain(complained.lines()).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

/// Returns what a program prints.
pub fn read(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .with_context(|| format!("`{program}` cannot be started"))?;
    if !output.status.success() {
        bail!(
            "`{program} {}` failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns whether a program can be found.
pub fn has(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// Returns whether this is root.
pub fn is_root() -> Result<bool> {
    Ok(read("id", &["-u"])?.trim() == "0")
}

/// A named part of a longer run.
pub type Step = (&'static str, fn() -> Result<()>);

/// Runs steps in order, each announced and timed; stops at the first failure.
pub fn run_steps(steps: &[Step]) -> Result<()> {
    let started = Instant::now();
    for (index, (name, step)) in steps.iter().enumerate() {
        println!("\n=== [{}/{}] {name}", index + 1, steps.len());
        let step_started = Instant::now();
        let cpu_before = cpu_of_children()?;
        step().with_context(|| format!("step `{name}`"))?;
        println!(
            "=== {name}: ok in {:.0} s, {:.0} s of CPU",
            step_started.elapsed().as_secs_f64(),
            (cpu_of_children()? - cpu_before).as_secs_f64()
        );
    }
    println!(
        "\n=== all {} steps passed in {:.0} s",
        steps.len(),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Returns the time on a processor of all programs that were started and have ended.
fn cpu_of_children() -> Result<Duration> {
    /// What Linux counts in, on every machine.
    const TICKS_PER_SECOND: u32 = 100;
    let text = std::fs::read_to_string("/proc/self/stat")?;
    // The second field is a name in parentheses, which may hold anything.
    let (_, fields) = text.rsplit_once(')').context("/proc/self/stat")?;
    // User and system time of children, the 16th and 17th field.
    let ticks: u32 = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(|field| field.parse::<u32>().unwrap_or(0))
        .sum();
    Ok(Duration::from_secs(1) * ticks / TICKS_PER_SECOND)
}
