//! `bourse`: reads the command line and does what it says.

use anyhow::Result;
use bourse::cli::{Cli, Command, Journal};
use bourse::{dev, replay, simulated, verify};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bourse: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Snapshot(arguments) => replay::snapshot(&arguments),
        Command::Journal(Journal::Dump(arguments)) => replay::dump(&arguments),
        Command::Fit(arguments) => simulated::report::print(&arguments),
    }
}
