//! What the binary is made of, as CycloneDX: crates by Cargo.lock, packages of the pages by their lock file.
//!
//! Absent: what only builds, tests or proves it. Without times and random numbers, so that the same sources give the same
//! bytes.

use crate::shell;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What `bourse sbom` prints.
pub const PATH: &str = "docs/sbom.cdx.json";
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
const NODE_MODULES: &str = "node_modules/";

/// Name and version.
type Part = (String, String);

/// Writes the document.
pub fn write() -> Result<()> {
    fs::write(PATH, document()?).with_context(|| format!("{PATH} cannot be written"))?;
    println!("{PATH}");
    Ok(())
}

/// Adds a breach when the document is not that of the lock files.
pub fn check(breaches: &mut Vec<String>) -> Result<()> {
    let kept = fs::read_to_string(PATH).unwrap_or_default();
    if kept != document()? {
        breaches.push(format!(
            "{PATH} is not what the binary is made of: run `cargo xtask sbom`"
        ));
    }
    Ok(())
}

fn document() -> Result<String> {
    let metadata = shell::read("cargo", &["metadata", "--format-version", "1", "--locked"])?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata")?;
    let lock = fs::read_to_string("Cargo.lock").context("Cargo.lock")?;
    let pages = fs::read_to_string("web/package-lock.json").context("web/package-lock.json")?;
    let pages: Value = serde_json::from_str(&pages).context("web/package-lock.json")?;
    let tree = shell::read(
        "cargo",
        &[
            "tree",
            "--locked",
            "--package",
            "bourse",
            "--edges",
            "normal",
            "--target",
            PLATFORM,
            "--prefix",
            "none",
            "--format",
            "{p}",
        ],
    )?;
    let used = parts_of_tree(&tree);
    let mut components = crates(&metadata, &used, &checksums(&lock));
    components.extend(packages(&pages));
    let version = env!("CARGO_PKG_VERSION");
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": purl("cargo", "bourse", version),
                "name": "bourse",
                "version": version,
                "licenses": [{"expression": "Apache-2.0"}],
            },
        },
        "components": components,
        "dependencies": graph(&metadata, &used),
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// Returns the packages of `cargo tree`: lines of `name v1.2.3`, and more behind it.
fn parts_of_tree(tree: &str) -> BTreeSet<Part> {
    let part = |line: &str| {
        let mut words = line.split(' ');
        let name = words.next()?;
        let version = words.next()?.strip_prefix('v')?;
        Some((name.to_owned(), version.to_owned()))
    };
    tree.lines().filter_map(part).collect()
}

fn crates(
    metadata: &Value,
    used: &BTreeSet<Part>,
    checksums: &BTreeMap<Part, String>,
) -> Vec<Value> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    // What lies in this repository is the application itself.
    let outside = packages.filter(|package| !package["source"].is_null());
    let mut found: Vec<Value> = outside
        .filter_map(|package| {
            let part = part_of(package)?;
            used.contains(&part).then(|| {
                let hash = checksums.get(&part);
                let hash = hash.map(|hash| ("SHA-256", hash.clone()));
                component("cargo", &part, &package["license"], hash)
            })
        })
        .collect();
    found.sort_by_key(|component| component["bom-ref"].to_string());
    found
}

fn part_of(package: &Value) -> Option<Part> {
    let word = |name: &str| package[name].as_str().map(str::to_owned);
    Some((word("name")?, word("version")?))
}

/// Returns the checksums of a Cargo.lock.
fn checksums(lock: &str) -> BTreeMap<Part, String> {
    let value = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|block| {
            let part = (value(block, "name")?, value(block, "version")?);
            Some((part, value(block, "checksum")?))
        })
        .collect()
}

/// Returns what of a lock file of npm gets into the pages.
fn packages(lock: &Value) -> Vec<Value> {
    let packages = lock["packages"].as_object().into_iter().flatten();
    packages
        .filter(|(_, package)| package["dev"] != true && package["link"] != true)
        .filter_map(|(path, package)| {
            let (_, name) = path.rsplit_once(NODE_MODULES)?;
            let part = (name.to_owned(), package["version"].as_str()?.to_owned());
            let hash = package["integrity"].as_str().and_then(sha512);
            let hash = hash.map(|hash| ("SHA-512", hash));
            Some(component("npm", &part, &package["license"], hash))
        })
        .collect()
}

fn component(
    kind: &str,
    (name, version): &Part,
    licence: &Value,
    hash: Option<(&str, String)>,
) -> Value {
    let purl = purl(kind, name, version);
    let mut component = json!({
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    });
    if let Some(licence) = licence.as_str() {
        // A slash is how licences were written before SPDX.
        let licence = licence.replace('/', " OR ");
        component["licenses"] = json!([{ "expression": licence }]);
    }
    if let Some((algorithm, content)) = hash {
        component["hashes"] = json!([{ "alg": algorithm, "content": content }]);
    }
    component
}

fn purl(kind: &str, name: &str, version: &str) -> String {
    format!("pkg:{kind}/{}@{version}", name.replace('@', "%40"))
}

/// Returns which crate uses which, those of this repository as the one application.
fn graph(metadata: &Value, used: &BTreeSet<Part>) -> Vec<Value> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut parts = BTreeMap::new();
    let root = purl("cargo", "bourse", env!("CARGO_PKG_VERSION"));
    for package in packages {
        let (Some(id), Some(part)) = (package["id"].as_str(), part_of(package)) else {
            continue;
        };
        if used.contains(&part) {
            let is_own = package["source"].is_null();
            let name = if is_own {
                root.clone()
            } else {
                purl("cargo", &part.0, &part.1)
            };
            parts.insert(id, name);
        }
    }
    let mut edges: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let Some(user) = node["id"].as_str().and_then(|id| parts.get(id)) else {
            continue;
        };
        let uses = node["deps"].as_array().into_iter().flatten();
        let uses = uses.filter(|dependency| is_normal(dependency));
        let names = uses.filter_map(|dependency| parts.get(dependency["pkg"].as_str()?));
        edges
            .entry(user)
            .or_default()
            .extend(names.filter(|name| *name != user));
    }
    edges
        .into_iter()
        .map(|(user, uses)| json!({ "ref": user, "dependsOn": uses }))
        .collect()
}

fn is_normal(dependency: &Value) -> bool {
    let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
    kinds.into_iter().any(|kind| kind["kind"].is_null())
}

/// Returns the hex digits of an integrity, `sha512-` and base64.
fn sha512(integrity: &str) -> Option<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = integrity.strip_prefix("sha512-")?.trim_end_matches('=');
    let (mut bits, mut count) = (0_u32, 0);
    let mut hex = String::new();
    for letter in text.bytes() {
        let place = ALPHABET.iter().position(|known| *known == letter)?;
        bits = (bits << 6) | u32::try_from(place).ok()?;
        count += 6;
        if 8 <= count {
            count -= 8;
            hex.push_str(&format!("{:02x}", (bits >> count) & 0xff));
        }
    }
    Some(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_listed_and_what_tests_it_is_not() {
        let used = parts_of_tree("bourse v0.1.0 (/a)\nleft v1.0.0\nright v2.0.0 (proc-macro)\n");
        let package = |name: &str, version: &str, source: Value| {
            json!({
                "id": format!("{name}@{version}"),
                "name": name,
                "version": version,
                "license": "MIT/Apache-2.0",
                "source": source,
            })
        };
        let uses =
            |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [
                package("bourse", "0.1.0", Value::Null),
                package("left", "1.0.0", json!("registry")),
                package("left", "3.0.0", json!("registry")),
                package("right", "2.0.0", json!("registry")),
                package("tests", "1.0.0", json!("registry")),
            ],
            "resolve": { "nodes": [{
                "id": "bourse@0.1.0",
                "deps": [
                    uses("left@1.0.0", Value::Null),
                    uses("right@2.0.0", json!("dev")),
                    uses("tests@1.0.0", json!("dev")),
                ],
            }] },
        });
        let lock = "[[package]]\nname = \"left\"\nversion = \"1.0.0\"\nchecksum = \"ab\"\n";
        let found = crates(&metadata, &used, &checksums(lock));
        let names: Vec<&str> = found
            .iter()
            .filter_map(|one| one["purl"].as_str())
            .collect();
        assert_eq!(names, ["pkg:cargo/left@1.0.0", "pkg:cargo/right@2.0.0"]);
        assert_eq!(found[0]["hashes"][0]["content"], "ab");
        assert_eq!(found[0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        let root = purl("cargo", "bourse", env!("CARGO_PKG_VERSION"));
        assert_eq!(
            graph(&metadata, &used),
            [json!({ "ref": root, "dependsOn": ["pkg:cargo/left@1.0.0"] })]
        );
    }

    #[test]
    fn packages_of_the_pages_are_those_that_browsers_get() {
        let lock = json!({ "packages": {
            "": { "name": "pages" },
            "packages/kit": { "name": "@own/kit" },
            "node_modules/@own/kit": { "link": true, "resolved": "packages/kit" },
            "node_modules/tool": { "version": "1.0.0", "dev": true },
            "node_modules/@scope/shown": {
                "version": "2.0.0", "license": "MIT", "integrity": "sha512-q80=",
            },
        } });
        let found = packages(&lock);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["purl"], "pkg:npm/%40scope/shown@2.0.0");
        assert_eq!(found[0]["hashes"][0]["content"], "abcd");
    }
}
