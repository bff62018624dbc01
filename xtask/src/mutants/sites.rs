//! Where each bug is planted, read from the source.

use crate::tidy::source::files;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

const CRATES: &str = "crates";
/// The crate of the list itself, whose source explains how to plant.
const LIST: &str = "mutant";
/// The condition under which the bugs are compiled in.
pub const FLAG: &str = "bourse_mutants";

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub package: String,
    /// File and line.
    pub place: String,
}

/// Returns the place of every bug by its name; one that is planted twice has the last.
pub fn find() -> Result<BTreeMap<String, Site>> {
    Ok(all()?.into_iter().collect())
}

/// Every planted bug is listed, and every listed bug is planted exactly once.
pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    let planted = all()?;
    for mutant in mutant::all() {
        let count = planted
            .iter()
            .filter(|(name, _)| name == mutant.name)
            .count();
        if count != 1 {
            breaches.push(format!(
                "the bug `{}` is planted {count} times",
                mutant.name
            ));
        }
    }
    for (name, site) in &planted {
        if !mutant::all().any(|mutant| mutant.name == name) {
            breaches.push(format!("{}: the bug `{name}` is not listed", site.place));
        }
    }
    check_flag(breaches)
}

/// Nothing but the crate of planted bugs asks which build this is.
fn check_flag(breaches: &mut Vec<String>) -> Result<()> {
    for path in files(Path::new(CRATES), "rs")? {
        let is_list = path.starts_with(Path::new(CRATES).join(LIST));
        if !is_list && std::fs::read_to_string(&path)?.contains(FLAG) {
            breaches.push(format!("{}: only `{LIST}` may name {FLAG}", path.display()));
        }
    }
    Ok(())
}

fn all() -> Result<Vec<(String, Site)>> {
    let mut found = Vec::new();
    for path in files(Path::new(CRATES), "rs")? {
        let parts = path.strip_prefix(CRATES)?.components();
        let package = parts.map(|part| part.as_os_str().to_string_lossy()).next();
        let package = package
            .context("a source outside of every crate")?
            .into_owned();
        if package != LIST {
            let text = std::fs::read_to_string(&path)?;
            found.extend(in_text(&text).map(|(name, line)| {
                let place = format!("{}:{line}", path.display());
                let package = package.clone();
                (name.to_owned(), Site { package, place })
            }));
        }
    }
    Ok(found)
}

/// Returns the names in `plant!("name", …)`, with their lines; a long call has the name on a line of its own.
fn in_text(text: &str) -> impl Iterator<Item = (&str, usize)> {
    const CALL: &str = "mutant::plant!(";
    text.match_indices(CALL).filter_map(|(at, _)| {
        let line = text[..at].lines().count().max(1);
        let rest = text[at + CALL.len()..].trim_start().strip_prefix('"')?;
        Some((rest.split_once('"')?.0, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_bug_is_found_on_one_line_and_on_several() {
        let text = "a(mutant::plant!(\"first\", 1, 2));\nb(mutant::plant!(\n    \"second\",\n    1,\n    2\n));\n";
        let found: Vec<(&str, usize)> = in_text(text).collect();
        assert_eq!(found, [("first", 1), ("second", 2)]);
    }
}
