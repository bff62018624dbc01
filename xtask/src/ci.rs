//! What CI runs, line for line the same as on a laptop.

use crate::shell::{Step, has, run, run_steps};
use crate::{
    api, browser, clients, faults, mutants, postgres, recorded, sandbox, shell, tidy, web,
};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// A Debian package, and how it is found.
type Package = (&'static str, fn() -> bool);

/// What the tests need beyond git, make, a C compiler, Rust, Node and Python.
const PACKAGES: &[Package] = &[
    ("strace", || has("strace")),
    ("chromium", || has("chromium")),
    // Without it pictures of the Chinese pages are full of boxes.
    ("fonts-wqy-zenhei", || {
        shell::read("fc-list", &[":lang=zh", "family"]).is_ok_and(|found| !found.trim().is_empty())
    }),
    // Debian's Python cannot make environments by itself.
    ("python3-venv", || {
        shell::read("python3", &["-c", "import ensurepip"]).is_ok()
    }),
    // Its own cluster is left alone: tests start one that they throw away.
    ("postgresql", postgres::server::is_installed),
    // Not on the path of everybody; Debian starts none by itself where tests run, and tests start their own.
    ("nginx-light", || Path::new("/usr/sbin/nginx").is_file()),
    ("haproxy", || Path::new("/usr/sbin/haproxy").is_file()),
];

/// What a change gives to each fuzz target.
const FUZZ_SECONDS_SHORT: &str = "2";

const SMOKE: &[Step] = &[
    ("formatting", formatting),
    ("lints", lints),
    ("the project's own rules", tidy::check),
    ("unit, scenario and property tests", unit_tests),
];

const FULL: &[Step] = &[
    ("system packages", system_packages),
    ("formatting", formatting),
    ("the project's own rules", tidy::check),
    // Before what embeds them, which would be built again.
    ("pages", web::check_built),
    // Clients that are not there take minutes, on one processor and from the network.
    (
        "lints and tests; beside them, clients are installed",
        || beside("packages", tests_of_all),
    ),
    ("accounts and history on PostgreSQL", postgres::check),
    ("planted bugs; beside them, the binary", || {
        beside("shipped", planted_bugs)
    }),
    (
        "pages in a browser, against the binary",
        || web::browse(&[]),
    ),
    ("clients of the binary; beside them, the core", || {
        beside("core", || run_steps(OUTSIDE))
    }),
    ("faults: 20 kills", || faults::short(&[])),
    ("recorded markets", recorded::check_all),
];

/// What asks the binary from outside waits more than it works.
const OUTSIDE: &[Step] = &[
    ("the simulated market beside the recorded one", fit),
    ("unmodified clients; the pages under load", clients_and_load),
    ("passkeys in a browser", browser::check),
    ("the described interface", api::check),
];

/// What only works, and takes as long as it takes.
const CORE: &[Step] = &[
    ("simulation: 500 seeds", simulation),
    ("every decoder, briefly", short_fuzz),
];

/// The quick part: below two minutes on a warm checkout.
pub fn smoke() -> Result<()> {
    run_steps(SMOKE)
}

/// Proves the core alone, by simulation and decoders, and builds what a later fault needs.
pub fn core() -> Result<()> {
    run_steps(CORE)
}

/// Installs the programs that ask the binary from outside.
pub fn packages() -> Result<()> {
    clients::install()?;
    api::install().map(|_| ())
}

/// Builds the binary and, out of its build, runs the decoder of its configuration.
pub fn shipped() -> Result<()> {
    sandbox::build()?;
    let shipped = ["--release", "--package", "fuzz"];
    run_package(
        &shipped,
        &["configuration", "--seconds", FUZZ_SECONDS_SHORT],
    )
}

/// Does the work while this program carries out another command with what the work leaves of the processors, and then
/// shows what that one said.
fn beside(command: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let own = std::env::current_exe().context("the path of this program is unknown")?;
    let log = sandbox::target().join(format!("{command}.log"));
    let file = std::fs::File::create(&log)?;
    // The work has times to keep; the other has none.
    let mut other = Command::new("chrt")
        .args(["--idle", "0"])
        .arg(own)
        .args(["ci", command])
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .context("`chrt` cannot be started")?;
    let worked = work();
    if worked.is_err() {
        let _ = other.kill();
    }
    let status = other.wait()?;
    println!("{}", std::fs::read_to_string(&log)?);
    worked?;
    if !status.success() {
        bail!("`cargo xtask ci {command}` failed: {status}");
    }
    Ok(())
}

/// Everything that proves the project.
pub fn test() -> Result<()> {
    run_steps(FULL)
}

/// Builds pages and release binary and becomes `bourse dev`; without npm, the binary says at `/` what is missing.
pub fn run_sandbox(arguments: &[&str]) -> Result<()> {
    if has("npm") {
        web::build()?;
    } else {
        println!("npm is not on the path: building without the trading screen");
    }
    run("cargo", &["build", "--release", "--package", "bourse"])?;
    let binary = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned())
        + "/release/bourse";
    run(&binary, &[&["dev"], arguments].concat())
}

/// Installs what is missing as root, one call a package; otherwise says the one line to run and exits with 2.
fn system_packages() -> Result<()> {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(_, is_there)| !is_there())
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::is_root()? {
        eprintln!(
            "these packages are missing; run this once:\n\n  sudo apt-get install --yes {}\n",
            missing.join(" ")
        );
        std::process::exit(2);
    }
    run("apt-get", &["update"])?;
    for package in missing {
        run(
            "apt-get",
            &["install", "--yes", "--no-install-recommends", package],
        )?;
    }
    Ok(())
}

fn formatting() -> Result<()> {
    run("cargo", &["fmt", "--all", "--check"])
}

fn lints() -> Result<()> {
    lints_of(&["--workspace"])
}

fn lints_of(packages: &[&str]) -> Result<()> {
    let rest = ["--all-targets", "--", "-D", "warnings"];
    run("cargo", &[&["clippy"], packages, &rest[..]].concat())
}

/// Five hundred seeds of two thousand commands, three crashes and a damaged tail each.
fn simulation() -> Result<()> {
    prove(
        "sim",
        &["--seeds", "500", "--commands", "2000", "--crashes", "3"],
    )
}

/// A long campaign: ten thousand seeds of its own.
pub fn long_simulation() -> Result<()> {
    prove(
        "sim",
        &[
            "--first",
            "1000000",
            "--seeds",
            "10000",
            "--commands",
            "2000",
            "--crashes",
            "5",
        ],
    )
}

/// Runs a program of the workspace as `prove` builds it.
fn prove(package: &str, arguments: &[&str]) -> Result<()> {
    run_package(&["--profile", "prove", "--package", package], arguments)
}

fn run_package(which: &[&str], arguments: &[&str]) -> Result<()> {
    run(
        "cargo",
        &[&["run", "--quiet"], which, &["--"], arguments].concat(),
    )
}

/// Client sessions wait for most of their time; the pages are measured beside them, in time on a processor.
fn clients_and_load() -> Result<()> {
    std::thread::scope(|scope| {
        let load = scope.spawn(web::load_beside);
        clients::check_all()?;
        load.join()
            .unwrap_or_else(|_| bail!("the measurement panicked"))
    })
}

/// The distance of every measure of the simulated market from its recording.
pub fn fit() -> Result<()> {
    let binary = crate::sandbox::build()?;
    run(binary.to_str().context("a path that is text")?, &["fit"])
}

/// Every decoder but the one in the crate of the binary.
fn short_fuzz() -> Result<()> {
    let pure = [
        "--profile",
        "prove",
        "--package",
        "fuzz",
        "--no-default-features",
    ];
    run_package(&pure, &["all", "--seconds", FUZZ_SECONDS_SHORT])
}

/// Every target for some seconds.
pub fn fuzz(seconds: &str) -> Result<()> {
    prove("fuzz", &["all", "--seconds", seconds])
}

/// Every planted bug; each of them is found.
fn planted_bugs() -> Result<()> {
    mutants::check()
}

fn unit_tests() -> Result<()> {
    if !has("cargo") {
        bail!("cargo is not on the path: install Rust 1.95");
    }
    run("cargo", &["test", "--workspace"])
}

/// Lints and tests out of the build that the planted bugs are woken in: one build serves all three.
fn tests_of_all() -> Result<()> {
    let own = ["--package", "xtask"];
    lints_of(&own)?;
    run("cargo", &[&["test"], &own[..]].concat())?;
    mutants::test_all()
}
