//! The check that saw each planted bug last time, which is tried first: `xtask/mutants/seen.txt`.
//!
//! A line names a bug, a check and the test that turned red; one whose test sees its bug no more costs time and nothing
//! else. A bug without a line is looked for everywhere.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

const PATH: &str = "xtask/mutants/seen.txt";

/// A check and the test in it that saw a bug; no test where the whole check did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub check: String,
    pub test: String,
}

/// Reads by bug who saw it.
pub fn read() -> Result<BTreeMap<String, Seen>> {
    let text = std::fs::read_to_string(PATH).context(PATH)?;
    parse(&text).context(PATH)
}

fn parse(text: &str) -> Result<BTreeMap<String, Seen>> {
    let mut seen = BTreeMap::new();
    for line in text.lines() {
        let (bug, by) = line
            .split_once(' ')
            .with_context(|| format!("`{line}` names no check"))?;
        let (check, test) = by.split_once(' ').unwrap_or((by, ""));
        let by = Seen {
            check: check.to_owned(),
            test: test.to_owned(),
        };
        let former = seen.insert(bug.to_owned(), by);
        ensure!(former.is_none(), "`{bug}` stands there twice");
    }
    Ok(seen)
}

/// Writes by bug who saw it.
pub fn write(seen: &BTreeMap<String, Seen>) -> Result<()> {
    std::fs::write(PATH, text(seen)).context(PATH)
}

fn text(seen: &BTreeMap<String, Seen>) -> String {
    let lines = seen.iter().map(|(bug, Seen { check, test })| {
        let line = format!("{bug} {check} {test}");
        line.trim_end().to_owned() + "\n"
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_no_line_is_an_error() {
        let written = "clock-stops simulation\nfee-lost engine/engine fees::every_fee\n";
        let seen = parse(written).expect("two lines");
        assert_eq!(seen["fee-lost"].test, "fees::every_fee");
        assert_eq!(text(&seen), written);
        assert!(parse("fee-lost\n").is_err());
        assert!(parse("a b c\na b d\n").is_err());
    }
}
