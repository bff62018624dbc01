//! Values are bound to statements of a database and never written into them.
//!
//! The driver takes texts that the source holds as they are. Where one is put together (`AssertSqlSafe`, and the
//! history's `Statement`), what is put in is a constant, or one of a few names that come from tables of the program.
//!
//! **Source** OWASP ASVS 5.0 V1.2.4.

use crate::tidy::source::files;
use anyhow::Result;
use std::path::Path;

const FOLDERS: &[&str] = &["crates/identity/src", "crates/indexer/src"];
/// What lets a text that was put together through.
const DOORS: &[&str] = &["AssertSqlSafe", "Statement"];
const WORDS: &[&str] = &[
    "SELECT", "INSERT", "UPDATE", "DELETE", "FROM", "WHERE", "AND", "VALUES", "ORDER", "LIMIT",
    "SET", "PRAGMA",
];
/// What writes whole tables out of lists of columns, and tests in files of their own.
const APART: &[&str] = &["rows.rs", "fates.rs", "tests.rs"];
/// Tables, columns and directions, as tables of the program have them.
const NAMES: &[&str] = &[
    "table",
    "columns",
    "column",
    "key",
    "id",
    "name",
    "number",
    "owner",
    "holds",
    "comparison",
    "way",
    "version",
];

pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    for folder in FOLDERS {
        for path in files(Path::new(folder), "rs")? {
            let text = std::fs::read_to_string(&path)?;
            let is_apart = APART.iter().any(|name| path.ends_with(name));
            if is_apart || !DOORS.iter().any(|door| text.contains(door)) {
                continue;
            }
            for (number, what) in written_values(&text) {
                breaches.push(format!(
                    "{}:{number}: {{{what}}} is written into a statement: bind it",
                    path.display()
                ));
            }
        }
    }
    Ok(())
}

/// Returns what is put into statements and is neither a constant nor a known name, with its line.
fn written_values(text: &str) -> Vec<(usize, String)> {
    let shipped = text
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"));
    let mut found = Vec::new();
    for (number, line) in shipped.enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        if !is_statement(code) {
            continue;
        }
        let blanks = blanks_of(code).into_iter();
        let wrong = blanks.filter(|blank| !is_constant(blank) && !NAMES.contains(blank));
        found.extend(wrong.map(|blank| (number + 1, blank.to_owned())));
    }
    found
}

/// A line of a text that has a word of SQL in it.
fn is_statement(code: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = code.split(|letter| !is_letter(letter));
    words.any(|word| WORDS.contains(&word))
}

/// Returns what stands between braces.
fn blanks_of(code: &str) -> Vec<&str> {
    let parts = code.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(blank, _)| blank)
        .collect()
}

fn is_constant(blank: &str) -> bool {
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    !blank.is_empty() && blank.bytes().all(is_capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_a_statement_is_found_and_a_constant_is_none() {
        for (line, count) in [
            (r#"let text = format!("{SELECT} WHERE id = $1");"#, 0),
            (r#"let text = format!("{SELECT} WHERE id = {user}");"#, 1),
            (
                r#"format!("SELECT {COLUMNS} FROM t WHERE email = '{email}' AND a = {}")"#,
                2,
            ),
            (
                r#"format!("UPDATE {table} SET {name} = $1 WHERE {number} = $2")"#,
                0,
            ),
            (r#"query.push(format!(" AND {column} {comparison} "));"#, 0),
            (r#"subject: format!("user {}", user.0),"#, 0),
            (r#"// WHERE id = {user}"#, 0),
        ] {
            assert_eq!(written_values(line).len(), count, "{line}");
        }
        assert!(written_values("#[cfg(test)]\nformat!(\"SELECT {x}\")").is_empty());
    }
}
