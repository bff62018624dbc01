//! Lengths of files and functions, and words that do not belong into the source.

use anyhow::Result;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;
const PURE_FUNCTION_LINES_MAX: usize = 50;
const PURE: &[&str] = &["model", "clearing", "book", "ledger", "engine", "views"];

/// Split so that this file does not name itself.
const BANNED: &[(&str, &str)] = &[
    ("TO", "DO"),
    ("FIX", "ME"),
    ("X", "XX"),
    ("todo", "!("),
    ("dbg", "!("),
    ("unimplemented", "!("),
];

pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    for folder in ["crates", "sim/src", "bench/src", "xtask/src", "fuzz/src"] {
        for path in files(Path::new(folder), "rs")? {
            check_file(&path, &std::fs::read_to_string(&path)?, breaches);
        }
    }
    Ok(())
}

/// Returns every file with this ending below a folder, sorted.
pub fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let is_foreign = path.ends_with("node_modules") || path.ends_with("target");
            if path.is_dir() && !is_foreign {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn check_file(path: &Path, text: &str, breaches: &mut Vec<String>) {
    let shown = path.display();
    let shipped: Vec<&str> = text
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .collect();
    if FILE_LINES_MAX < shipped.len() {
        breaches.push(format!(
            "{shown}: {} lines, at most {FILE_LINES_MAX}",
            shipped.len()
        ));
    }
    for (number, line) in text.lines().enumerate() {
        for (head, tail) in BANNED {
            if line.contains(&format!("{head}{tail}")) {
                breaches.push(format!("{shown}:{}: the word {head}{tail}", number + 1));
            }
        }
    }
    let is_pure = PURE
        .iter()
        .any(|name| path.starts_with(format!("crates/{name}/src")));
    let limit = if is_pure {
        PURE_FUNCTION_LINES_MAX
    } else {
        FUNCTION_LINES_MAX
    };
    // Tests are often tables of cases.
    if !path.components().any(|part| part.as_os_str() == "tests") {
        check_functions(path, &shipped, limit, breaches);
    }
}

/// Finds functions by their indentation: rustfmt closes each with a brace under its first letter.
fn check_functions(path: &Path, lines: &[&str], limit: usize, breaches: &mut Vec<String>) {
    let mut open: Option<(usize, usize)> = None;
    for (number, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if open.is_none() && is_function_head(line.trim_start()) && !line.trim_end().ends_with(';')
        {
            open = Some((number, indent));
        }
        if let Some((start, margin)) = open
            && line.trim_end().ends_with('}')
            && indent == margin
        {
            if limit < number - start && !is_table(&lines[start..number]) {
                breaches.push(format!(
                    "{}:{}: a function of {} lines, at most {limit}",
                    path.display(),
                    start + 1,
                    number - start
                ));
            }
            open = None;
        }
    }
}

/// A function that is one match with a line or a few per case reads as a table, however long.
fn is_table(lines: &[&str]) -> bool {
    let cases = lines.iter().filter(|line| line.contains(" => ")).count();
    lines.len() <= 6 * cases
}

fn is_function_head(line: &str) -> bool {
    const HEADS: &[&str] = &[
        "fn ",
        "pub fn ",
        "pub(crate) fn ",
        "pub(super) fn ",
        "const fn ",
        "pub const fn ",
        "async fn ",
        "pub async fn ",
    ];
    HEADS.iter().any(|head| line.starts_with(head))
}
