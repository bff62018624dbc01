//! What unit tests do a part of, all: F03, F05 to F08 and F13 of the journal alone, on a disk in memory, and a thousand
//! requests at once for one balance, a hundred times (T-W13).

use super::{Ended, Length, Plan};
use crate::shell;
use anyhow::Result;

/// Read by these tests: every bit of 1 MiB, every call at which the power may fail, more rounds.
const EXHAUSTIVE: &str = "BOURSE_EXHAUSTIVE";

/// A crate, its tests, and which of them; nothing for all.
type Tests = (&'static str, &'static str, &'static str);

const TESTS: [Tests; 2] = [
    ("journal", "journal", ""),
    ("gateway", "gateway", "whole_balance::of_a_thousand"),
];

/// Runs the tests to their end; the short run leaves that to the unit tests.
///
/// # Errors
/// A test failed.
pub fn run(plan: &Plan) -> Result<Ended> {
    if plan.length == Length::Short {
        return Ok(Ended::Skipped("the unit tests do a part of it"));
    }
    for (package, test, name) in TESTS {
        let arguments = [
            "test",
            "--profile",
            "prove",
            "--package",
            package,
            "--test",
            test,
            name,
        ];
        shell::run_with("cargo", &arguments, &[(EXHAUSTIVE, "1")])?;
    }
    Ok(Ended::Withstood)
}
