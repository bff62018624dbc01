//! Documents: one title each, no dead relative links, every refusal listed.

use super::source::files;
use anyhow::{Context, Result};
use std::path::Path;

const ROOT_DOCUMENTS: &[&str] = &["README.md", "CHANGELOG.md"];

pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    let mut documents = files(Path::new("docs"), "md")?;
    documents.extend(ROOT_DOCUMENTS.iter().map(Into::into));
    for path in documents {
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} is missing", path.display()))?;
        check_title(&path, &text, breaches);
        check_links(&path, &text, breaches);
    }
    check_rejects(breaches)
}

fn check_title(path: &Path, text: &str, breaches: &mut Vec<String>) {
    let mut is_code = false;
    let mut titles = 0;
    for line in text.lines() {
        is_code ^= line.starts_with("```");
        titles += usize::from(!is_code && line.starts_with("# "));
    }
    if titles != 1 {
        breaches.push(format!("{}: {titles} titles, one expected", path.display()));
    }
}

fn check_links(path: &Path, text: &str, breaches: &mut Vec<String>) {
    let folder = path.parent().unwrap_or(Path::new("."));
    for part in text.split("](").skip(1) {
        let target = part.split([')', '#', ' ']).next().unwrap_or("");
        let is_local =
            !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
        if is_local && !folder.join(target).exists() {
            breaches.push(format!("{}: dead link to {target}", path.display()));
        }
    }
}

/// Every refusal of `model` stands in docs/spec/rejects.md with its number.
fn check_rejects(breaches: &mut Vec<String>) -> Result<()> {
    let source = std::fs::read_to_string("crates/model/src/reject.rs")?;
    let document = std::fs::read_to_string("docs/spec/rejects.md")?;
    for line in source.lines() {
        let Some((name, code)) = line
            .trim()
            .strip_suffix(',')
            .and_then(|entry| entry.split_once(" = "))
        else {
            continue;
        };
        let is_entry = code.parse::<u16>().is_ok();
        if is_entry && !document.contains(&format!("| {code} | `{name}` |")) {
            breaches.push(format!(
                "docs/spec/rejects.md does not list {code} `{name}`"
            ));
        }
    }
    Ok(())
}
