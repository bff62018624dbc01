//! All automation of the project, in one language. CI runs `cargo xtask ci test` and nothing else.

mod api;
mod browser;
mod ci;
mod clients;
mod faults;
mod mutants;
mod parallel;
mod postgres;
mod python;
mod recorded;
mod sandbox;
mod sbom;
mod shell;
mod tidy;
mod web;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  run              build pages and release binary and start `bourse dev`
  ci smoke         formatting, lints, tidy, unit tests
  ci packages      clients and tools of other languages, installed where they are missing
  ci core          simulation and decoders, as `ci test` runs them
  ci shipped       the binary, and the decoder of its configuration
  ci test          everything that proves the project (what `make test` runs)
  tidy             the project's own rules
  sbom             write what the binary is made of, which `bourse sbom` prints
  faults [--kills N]  the binary killed, unplugged and starved (1,000 kills); `faults short` as in `ci test`
  sim              a long simulation campaign
  fuzz             every target for two minutes
  fit              the simulated market against its recordings
  recorded [FILE…] the exchange against a recorded market, level by level; without a file against all that are there
  mutants [NAME…]  planted bugs, and which check finds each; notes it in xtask/mutants/seen.txt
  clients [all | book | NAME…]  unmodified clients against the binary: the light ones, all, a local book under load
  postgres [COMMAND…]  the tests of accounts and history on PostgreSQL, or a command that finds a server in BOURSE_TEST_POSTGRES
  browser          a real browser with a virtual authenticator: passkeys
  web [build | browse [NAME] | load]  everything that proves the pages; only build them; only the checks in a browser; what
                   they cost for a minute at a thousand messages a second
  soak [SECONDS]   the same for an hour
  api              the OpenAPI document against the binary, with schemathesis
";

fn main() -> ExitCode {
    match carry_out() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without a backtrace, whatever the environment says: the cause is the last that is read.
            eprintln!("\nError:");
            for cause in error.chain() {
                eprintln!("- {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn carry_out() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let [rustc, rest @ ..] = words.as_slice()
        && rustc.ends_with("rustc")
    {
        return mutants::compile(rustc, rest);
    }
    std::env::set_current_dir(shell::root())?;
    match words.as_slice() {
        ["run", rest @ ..] => ci::run_sandbox(rest),
        ["ci", "smoke"] => ci::smoke(),
        ["ci", "packages"] => ci::packages(),
        ["ci", "core"] => ci::core(),
        ["ci", "shipped"] => ci::shipped(),
        ["ci", "test"] => ci::test(),
        ["tidy"] => tidy::check(),
        ["sbom"] => sbom::write(),
        ["faults"] => faults::long(faults::KILLS_LONG, &[]),
        ["faults", "short", names @ ..] => faults::short(names),
        ["faults", "--kills", kills, names @ ..] => faults::long(kills.parse()?, names),
        ["sim"] => ci::long_simulation(),
        ["fuzz"] => ci::fuzz("120"),
        ["fit"] => ci::fit(),
        ["mutants", names @ ..] => mutants::check_and_note(names),
        ["clients"] => clients::check(),
        ["clients", "all"] => clients::check_all(),
        ["clients", "book"] => clients::check_book(),
        ["clients", names @ ..] => clients::check_named(names),
        ["api"] => api::check(),
        ["postgres", command @ ..] => postgres::run(command),
        ["browser"] => browser::check(),
        ["web"] => web::check(),
        ["web", "build"] => web::build(),
        ["web", "browse", names @ ..] => web::browse(names),
        ["web", "load"] => web::load(),
        ["web", "load", "beside"] => web::load_beside(),
        ["soak"] => web::soak(),
        ["soak", seconds] => web::soak_for(seconds.parse()?),
        ["recorded"] => recorded::check_all(),
        ["recorded", files @ ..] => {
            recorded::check(&files.iter().map(Into::into).collect::<Vec<_>>())
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("unknown command `{}`\n\n{USAGE}", words.join(" ")),
    }
}
