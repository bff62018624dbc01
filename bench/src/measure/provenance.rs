//! Where a figure comes from: commit, machine and compiler flags.

use std::env;
use std::fs;
use std::process::Command;

const UNKNOWN: &str = "unknown";
/// Names the commit where there is no repository to ask.
const COMMIT_VARIABLE: &str = "BOURSE_COMMIT";
/// Tunables that change the figures without a change of the binary.
const TUNABLES_VARIABLE: &str = "MIMALLOC_ALLOW_THP";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub commit: String,
    pub machine: String,
    pub flags: String,
}

impl Provenance {
    /// Asks the repository, the kernel and the build.
    pub fn collect() -> Provenance {
        Provenance {
            commit: commit(),
            machine: machine(),
            flags: flags(),
        }
    }
}

fn commit() -> String {
    env::var(COMMIT_VARIABLE)
        .ok()
        .or_else(described_commit)
        .unwrap_or_else(|| UNKNOWN.to_owned())
}

fn described_commit() -> Option<String> {
    let output = Command::new("git")
        .args([
            "-C",
            env!("CARGO_MANIFEST_DIR"),
            "describe",
            "--always",
            "--dirty",
            "--abbrev=12",
        ])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

fn machine() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu_model(&information).unwrap_or(UNKNOWN);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cpus} × {model}, Linux {}", kernel.trim())
}

fn cpu_model(information: &str) -> Option<&str> {
    let line = information
        .lines()
        .find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

fn flags() -> String {
    let mut flags = format!(
        "profile {}, opt-level {}, {}",
        env!("BENCH_PROFILE"),
        env!("BENCH_OPT_LEVEL"),
        env!("BENCH_RUSTC")
    );
    let tunables = env::var(TUNABLES_VARIABLE).unwrap_or_default();
    let variables = [
        ("RUSTFLAGS", env!("BENCH_RUSTFLAGS")),
        // Incremental code is cut into small units and hardly inlined: no figure to publish.
        ("CARGO_INCREMENTAL", env!("BENCH_INCREMENTAL")),
        (TUNABLES_VARIABLE, &tunables),
    ];
    for (name, value) in variables.iter().filter(|(_, value)| !value.is_empty()) {
        flags.push_str(&format!(", {name}={value}"));
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_model_is_read_from_the_kernels_text() {
        let text = "processor\t: 0\nmodel name\t: Fast CPU 1\nmodel name\t: Fast CPU 1\n";
        assert_eq!(cpu_model(text), Some("Fast CPU 1"));
        assert_eq!(cpu_model("processor\t: 0\n"), None);
    }

    #[test]
    fn the_flags_name_the_profile_and_the_compiler() {
        assert!(flags().contains("profile "));
        assert!(flags().contains("rustc 1."));
    }
}
