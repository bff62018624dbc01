//! The lists that a configuration file names, as they are understood: looked at before a start goes by them.

use crate::config::settings::Settings;
use anyhow::{Context, Result};
use identity::places::Places;
use identity::sanctions::SanctionsList;
use std::fmt::Write;
use std::path::Path;

/// Rows of each that are shown.
const ROWS: usize = 5;

/// Returns how many rows each list has, and its first ones.
///
/// # Errors
/// A list cannot be read or understood.
pub fn preview(settings: &Settings) -> Result<String> {
    let mut text = String::new();
    let mut add = |name: &str, path: &str, count: usize, rows: Vec<String>| {
        let _ = writeln!(text, "{name} {path}: {count} rows");
        for row in rows {
            let _ = writeln!(text, "  {row}");
        }
    };
    let path = &*settings.site.places_file;
    if !path.is_empty() {
        let places = Places::load(Path::new(path)).context("site.places_file")?;
        add("site.places_file", path, places.len(), places.preview(ROWS));
    }
    let path = &*settings.kyc.sanctions_file;
    if !path.is_empty() {
        let names = SanctionsList::load(Path::new(path)).context("kyc.sanctions_file")?;
        add("kyc.sanctions_file", path, names.len(), names.preview(ROWS));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_shown_as_they_are_understood_and_refused_without_a_head() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("names.csv");
        let mut settings = Settings::STANDARD;
        assert_eq!(preview(&settings).expect("none"), "");
        settings.kyc.sanctions_file = file.to_str().expect("text").to_owned().into();
        let rows = "a b,,1\na c,,2\na d,,3\na e,,4\na f,,5\na g,,6\n";
        std::fs::write(&file, format!("name,birth_date,source\n{rows}")).expect("written");
        let shown = preview(&settings).expect("a list");
        assert!(
            shown.contains("names.csv: 6 rows\n  a b |  | 1\n"),
            "{shown}"
        );
        assert!(!shown.contains("a g"), "{shown}");
        std::fs::write(&file, rows).expect("written");
        let refused = preview(&settings).expect_err("no head");
        assert!(
            format!("{refused:#}").contains("`name,birth_date,source`"),
            "{refused:#}"
        );
    }
}
