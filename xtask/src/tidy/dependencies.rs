//! Who may depend on whom, and which licences may come in (docs/ARCHITECTURE.md, deny.toml).

use crate::shell;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;

/// What each crate of the product may use from inside the workspace.
const LAYERS: &[(&str, &[&str])] = &[
    (MUTANT, &[]),
    ("warm", &[]),
    ("model", &["warm"]),
    ("clearing", &["model"]),
    ("book", &["model", "warm"]),
    ("ledger", &["model", "warm"]),
    ("engine", &["model", "clearing", "book", "ledger", "warm"]),
    ("views", &["model", "warm"]),
    ("wire", &["model"]),
    ("journal", &[]),
    ("idle", &[]),
    (
        "sequencer",
        &["model", "engine", "views", "wire", "journal"],
    ),
    ("identity", &["model", "idle"]),
    ("mail", &["model", "identity"]),
    ("webhook", &["model", "identity"]),
    ("syslog", &["model", "identity"]),
    ("indexer", &["model", "views", "wire"]),
    ("archive", &["model", "views", "wire"]),
    (
        "gateway",
        &["model", "wire", "views", "idle", "identity", "indexer"],
    ),
];

/// The crate of planted bugs, which is empty in every build that ships: all may use it, and it uses nothing.
const MUTANT: &str = "mutant";

/// Crates that use nothing from outside the workspace.
const PURE: &[&str] = &[
    MUTANT, "warm", "model", "clearing", "book", "ledger", "engine", "views",
];

const LICENCES: &[&str] = &[
    "Apache-2.0",
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Unicode-3.0",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "MIT-0",
    "Unlicense",
    "BSL-1.0",
    "Apache-2.0 WITH LLVM-exception",
    "CDLA-Permissive-2.0",
];

pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    let text = shell::read("cargo", &["metadata", "--format-version", "1", "--locked"])?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata")?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata without packages")?;
    let by_name: BTreeMap<&str, &Value> = packages
        .iter()
        .filter_map(|package| Some((package["name"].as_str()?, package)))
        .collect();
    for (name, allowed) in LAYERS {
        if let Some(package) = by_name.get(name) {
            check_layer(name, package, allowed, breaches);
        }
    }
    packages
        .iter()
        .for_each(|package| check_licence(package, breaches));
    Ok(())
}

fn check_layer(name: &str, package: &Value, allowed: &[&str], breaches: &mut Vec<String>) {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    for dependency in dependencies.filter(|dependency| dependency["kind"].is_null()) {
        let used = dependency["name"].as_str().unwrap_or("");
        let is_inside = dependency["source"].is_null();
        if is_inside && used != MUTANT && !allowed.contains(&used) {
            breaches.push(format!("crate {name} may not depend on {used}"));
        }
        if !is_inside && PURE.contains(&name) {
            breaches.push(format!(
                "pure crate {name} may not depend on {used} from outside"
            ));
        }
    }
}

fn check_licence(package: &Value, breaches: &mut Vec<String>) {
    let name = package["name"].as_str().unwrap_or("?");
    let licence = package["license"].as_str().unwrap_or("");
    if !is_allowed(licence) {
        breaches.push(format!(
            "{name} has the licence `{licence}`, which deny.toml does not allow"
        ));
    }
}

/// Reads a licence expression: every `AND` part needs one allowed `OR` choice.
fn is_allowed(expression: &str) -> bool {
    let normal = expression.replace(['(', ')'], "").replace('/', " OR ");
    normal.split(" AND ").all(|part| {
        part.split(" OR ")
            .any(|choice| LICENCES.contains(&choice.trim()))
    })
}
