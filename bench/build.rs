//! Hands the compiler's version and flags to the figures, which are worth nothing without them.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=BENCH_PROFILE={}", profile());
    println!("cargo::rerun-if-env-changed=CARGO_INCREMENTAL");
    println!(
        "cargo::rustc-env=BENCH_INCREMENTAL={}",
        variable("CARGO_INCREMENTAL")
    );
    println!("cargo::rustc-env=BENCH_OPT_LEVEL={}", variable("OPT_LEVEL"));
    println!(
        "cargo::rustc-env=BENCH_RUSTFLAGS={}",
        variable("CARGO_ENCODED_RUSTFLAGS")
    );
    println!("cargo::rustc-env=BENCH_RUSTC={}", compiler_version());
}

/// Returns the profile's name, from OUT_DIR = target/PROFILE/build/bench-HASH/out.
///
/// Cargo puts the profile `bench` into the directory of `release`. Of the two, only `bench` has
/// debug information, and it differs by fat LTO and one codegen unit.
fn profile() -> String {
    let directory = variable("OUT_DIR");
    let name = Path::new(&directory)
        .ancestors()
        .nth(3)
        .and_then(Path::file_name);
    match name.and_then(OsStr::to_str) {
        Some("release") if variable("DEBUG") != "false" => "bench (fat LTO)".to_owned(),
        Some(name) => name.to_owned(),
        None => "unknown".to_owned(),
    }
}

fn compiler_version() -> String {
    let output = Command::new(variable("RUSTC")).arg("--version").output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// Returns an environment variable with cargo's separator between flags turned into a space.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default().replace('\u{1f}', " ")
}
