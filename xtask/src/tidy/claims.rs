//! What docs/security.md claims: every test that it names is there.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const DOCUMENT: &str = "docs/security.md";

/// A test that is named: its file, and the function.
pub type Claim<'a> = (&'a str, &'a str);

pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    let text = std::fs::read_to_string(DOCUMENT).with_context(|| DOCUMENT.to_owned())?;
    check_tests(DOCUMENT, &claims(&text), breaches);
    Ok(())
}

/// Holds the tests that a document names against those that there are.
pub fn check_tests(document: &str, claims: &[Claim<'_>], breaches: &mut Vec<String>) {
    for (file, name) in claims {
        let source = place(file).and_then(|path| std::fs::read_to_string(path).ok());
        if !source.is_some_and(|source| source.contains(&format!("fn {name}("))) {
            breaches.push(format!("{document}: there is no test {file}::{name}"));
        }
    }
}

/// Returns where a file is: below `crates` unless it is elsewhere.
fn place(file: &str) -> Option<PathBuf> {
    let places = [Path::new("crates").join(file), PathBuf::from(file)];
    places.into_iter().find(|path| path.is_file())
}

/// Returns what stands in quotes as `file.rs::name`; `::name` is of the file before it.
pub fn claims(text: &str) -> Vec<Claim<'_>> {
    let mut file = "";
    let mut claims = Vec::new();
    for quoted in text.split('`').skip(1).step_by(2) {
        let Some((path, name)) = quoted.split_once("::") else {
            continue;
        };
        if !path.is_empty() {
            file = path;
        }
        claims.push((file, name));
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_file_is_of_the_file_before_it() {
        let text = "| V1 | `http.x` | `a/src/b.rs::one`, `::two` with `c.txt` |\n| V2 | … | `d.rs::three` |";
        let expected = [
            ("a/src/b.rs", "one"),
            ("a/src/b.rs", "two"),
            ("d.rs", "three"),
        ];
        assert_eq!(claims(text), expected);
    }
}
