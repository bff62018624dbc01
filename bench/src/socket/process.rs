//! What a server has used of the machine, by what the kernel tells of its process.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::param::clock_ticks_per_second;

use crate::measure::resident;
use crate::socket::Server;

/// Returns the CPU time that all threads of a server have used, to a hundredth of a second.
///
/// # Errors
/// The process is gone.
pub fn cpu_time(server: &Server) -> Result<Duration> {
    let path = format!("/proc/{}/stat", server.child.id());
    let stat = fs::read_to_string(&path).with_context(|| path.clone())?;
    let ticks = ticks_in(&stat).with_context(|| format!("{path} says {stat:?}"))?;
    Ok(Duration::from_secs_f64(
        ticks as f64 / clock_ticks_per_second() as f64,
    ))
}

/// Returns the resident memory of a server.
///
/// # Errors
/// The process is gone.
pub fn resident_bytes(server: &Server) -> Result<u64> {
    resident::bytes(&server.child.id().to_string())
}

/// Returns the ticks in user and in system mode: fields 14 and 15.
fn ticks_in(stat: &str) -> Option<u64> {
    // The second field is the program's name in parentheses, and may have spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read_after_any_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 150 25 0 0 20 0 3 0 100";
        assert_eq!(ticks_in(stat), Some(175));
        assert_eq!(ticks_in("7 (a) S 1"), None);
    }
}
