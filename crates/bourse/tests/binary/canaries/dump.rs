//! What the databases of an exchange say: the files of SQLite are looked at as they are, a server is dumped.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{DATABASE_PASSWORD, HISTORY_PASSWORD, private};
use crate::operators::path;
use crate::place;
use crate::sandbox::everything;

/// Returns the arguments that give passwords for databases on a server, which asks for none and is told them.
pub(super) fn passwords(folder: &Path) -> Vec<String> {
    if place::server().is_none() {
        return Vec::new();
    }
    let mut arguments = Vec::new();
    for (name, password) in [
        ("--identity-password", DATABASE_PASSWORD),
        ("--history-password", HISTORY_PASSWORD),
    ] {
        let file = folder.join(name);
        private(&file, password);
        arguments.extend([name.to_owned(), path(&file).to_owned()]);
    }
    arguments
}

/// Returns the names of what is looked at.
pub(super) fn names() -> &'static [&'static str] {
    match place::server() {
        Some(_) => &["--identity", "--history"],
        None => &["identity.sqlite", "identity.sqlite-wal", "history.sqlite"],
    }
}

/// Returns the dumps of databases on a server; none of files.
pub(super) fn all(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    if place::server().is_none() {
        return Vec::new();
    }
    let arguments = everything(data);
    let address = |name: &&str| {
        let found = arguments.iter().position(|argument| argument == name);
        &arguments[found.expect("an address") + 1]
    };
    let dumps = names().iter();
    dumps
        .map(|name| (PathBuf::from(name), dumped(address(name))))
        .collect()
}

/// Returns the text of a dump, and the bytes that stand in it as digits.
fn dumped(address: &str) -> Vec<u8> {
    let mut dump = Command::new(program());
    let dump = dump.args(["--dbname", address]).output();
    let dump = dump.expect("pg_dump runs");
    let wrong = String::from_utf8_lossy(&dump.stderr);
    assert!(dump.status.success(), "{wrong}");
    let mut text = dump.stdout;
    assert!(10_000 < text.len(), "a dump: {}", text.len());
    let bytes = spelled(&text);
    text.extend(bytes);
    text
}

/// Returns what stands behind each `\x`.
fn spelled(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut bytes = Vec::new();
    for part in text.split("\\x").skip(1) {
        let digits = part.as_bytes().chunks_exact(2);
        let digits = digits.map_while(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        });
        bytes.extend(digits);
        bytes.push(b'\n');
    }
    bytes
}

/// Returns the program of the newest version, which Debian keeps in a folder a version.
fn program() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let programs = versions.map(|version| version.expect("an entry").path().join("bin/pg_dump"));
    let newest = programs.filter(|program| program.is_file()).max();
    newest.expect("pg_dump is installed")
}
