//! F03, F05 to F08 and F13 of the journal alone, on a disk in memory: of what unit tests do a part of, all.

use super::{Ended, Length, Plan};
use crate::shell;
use anyhow::Result;

/// Read by the tests of the journal: every bit of 1 MiB, every call at which the power may fail, more rounds of chance.
const EXHAUSTIVE: &str = "BOURSE_EXHAUSTIVE";

/// Runs the tests of the journal to their end; the short run leaves that to the unit tests.
///
/// # Errors
/// A test failed.
pub fn run(plan: &Plan) -> Result<Ended> {
    if plan.length == Length::Short {
        return Ok(Ended::Skipped("the unit tests do a part of it"));
    }
    let tests = [
        "test",
        "--profile",
        "prove",
        "--package",
        "journal",
        "--test",
        "journal",
    ];
    shell::run_with("cargo", &tests, &[(EXHAUSTIVE, "1")])?;
    Ok(Ended::Withstood)
}
