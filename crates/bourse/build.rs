//! Puts the pages of the trading screen into the binary, where they were built before; Node is not needed here.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where `cargo xtask web build` leaves them, from this crate's folder.
const BUILT: &str = "../../web/apps/trade/dist";
/// Looked at while there are none: it changes when they appear.
const SOURCE: &str = "../../web/apps/trade";

fn main() {
    let crate_folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let built = crate_folder.join(BUILT);
    let watched = if built.is_dir() {
        &built
    } else {
        &crate_folder.join(SOURCE)
    };
    println!("cargo::rerun-if-changed={}", watched.display());
    let mut table = String::from("&[\n");
    for path in files(&built) {
        write_row(&built, &path, &mut table);
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("site.rs"), table).expect("the output folder takes files");
}

/// One row for a file; what ends in `.gz` belongs to the file without it.
fn write_row(built: &Path, path: &Path, table: &mut String) {
    let name = path.strip_prefix(built).expect("found below it");
    let name = name.to_str().expect("names of built files are plain");
    if name.ends_with(".gz") {
        return;
    }
    let packed = built.join(format!("{name}.gz"));
    let packed = if packed.is_file() {
        format!("Some(include_bytes!({packed:?}))")
    } else {
        "None".to_owned()
    };
    writeln!(
        table,
        "gateway::site::Asset {{ path: {:?}, plain: include_bytes!({path:?}), packed: {packed} }},",
        format!("/{name}"),
    )
    .expect("a text takes everything");
}

/// Every file below a folder, sorted; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
