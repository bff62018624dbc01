//! What the binary does: reads the command line and does what it says.

use crate::cli::{Api, Cli, Command, Journal};
use crate::config::refused::Refused;
use crate::operators::{incident, kyc, tasks, withdrawal};
use crate::{
    assets, closed_output, config, core_dumps, dev, history, master_key, node, packing, replay,
    sbom, simulated, user, verify,
};
use anyhow::Result;
use clap::Parser;
use gateway::description::{asyncapi, openapi};
use std::process::ExitCode;

/// The exit code of a start that its configuration file prevents.
const CONFIGURATION_REFUSED: u8 = 64;

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    node::halt_at_poison();
    closed_output::end_quietly();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Refused>() => {
            eprintln!("{error:#}");
            ExitCode::from(CONFIGURATION_REFUSED)
        }
        Err(error) => {
            eprintln!("bourse: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    // Most commands open a key or a database of secrets.
    core_dumps::forbid()?;
    match cli.command {
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Snapshot(arguments) => replay::snapshot(&arguments),
        Command::Journal(Journal::Dump(arguments)) => replay::dump(&arguments),
        Command::Journal(Journal::Pack(arguments)) => packing::pack_all(&arguments),
        Command::History(task) => history::command::run(&task),
        Command::User(task) => user::run(&task),
        Command::Operator(task) => tasks::operator(&task),
        Command::Proposal(task) => tasks::proposal(&task),
        Command::MasterKey(task) => master_key::run(&task),
        Command::Audit(task) => tasks::audit(&task),
        Command::Kyc(task) => kyc::run(&task),
        Command::Incident(task) => incident::run(&task),
        Command::Withdrawal(task) => withdrawal::run(&task),
        Command::Assets(task) => assets::run(&task),
        Command::Fit(arguments) => simulated::report::print(&arguments),
        Command::Config(task) => config::run(&task),
        Command::Sbom => {
            print!("{}", sbom::text());
            Ok(())
        }
        Command::Api(document) => {
            print!("{}", described(document));
            Ok(())
        }
    }
}

fn described(document: Api) -> &'static str {
    match document {
        Api::Openapi => openapi::text(),
        Api::Asyncapi => asyncapi::text(),
        Api::Operator => gateway::console::description::text(),
    }
}
