//! The resident memory of a process.

use std::fs;

use anyhow::{Context, Result};

const BYTES_PER_KIB: u64 = 1_024;

/// Returns the resident memory of a process; `self` is this one.
///
/// # Errors
/// A kernel that does not tell it, or a process that is gone.
pub fn bytes(process: &str) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    resident_in(&status).with_context(|| format!("{path} without VmRSS"))
}

/// Returns the resident memory that the kernel's text tells, which it does in KiB.
fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let resident_kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(resident_kib * BYTES_PER_KIB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_memory_is_read_from_the_kernels_text() {
        let status = "Name:\tbench\nVmRSS:\t    1500 kB\nRssAnon:\t 1 kB\n";
        assert_eq!(resident_in(status), Some(1_536_000));
        assert_eq!(resident_in("Name:\tbench\n"), None);
    }
}
