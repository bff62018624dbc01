//! Speed measurements: generates order flows, runs them through our stages and through peers, and
//! prints what came out beside the machine and the flags it came out of. Never shipped.
//!
//! ```text
//! cargo run --release -p bench -- generate one --out one.flow
//! cargo run --release -p bench -- flow one.flow --stage peer-lobster --json
//! cargo run --profile bench -p bench -- report --check
//! cargo run --profile bench -p bench -- memory --check
//! cargo run --profile bench -p bench -- recovery --check
//! cargo run --profile bench -p bench -- history --check
//! cargo run --profile bench -p bench -- http --check
//! cargo run --profile bench -p bench -- wsapi --check
//! cargo run --profile bench -p bench -- ws --check
//! cargo run --profile bench -p bench -- identity --check
//! cargo run --profile bench -p bench -- idle --check
//! ```

mod cli;
mod disk;
mod flow;
mod history;
mod measure;
mod memory;
mod postgres;
mod recovery;
mod report;
mod socket;
mod stage;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cli::{Arguments, Command};
use crate::report::floor::Floors;

/// As in the exchange.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<ExitCode> {
    match Arguments::parse().command {
        Command::Generate(arguments) => cli::generate(&arguments),
        Command::Flow(arguments) => cli::flow(&arguments),
        Command::Memory(arguments) => Ok(exit(arguments.check, memory::memory(&arguments)?)),
        Command::Recovery(arguments) => Ok(exit(arguments.check, recovery::recovery(&arguments)?)),
        Command::History(arguments) => Ok(exit(arguments.check, history::history(&arguments)?)),
        Command::Http(arguments) => Ok(exit(arguments.check, socket::http::http(&arguments)?)),
        Command::Identity(arguments) => Ok(exit(
            arguments.check,
            socket::identity::identity(&arguments)?,
        )),
        Command::Idle(arguments) => Ok(exit(arguments.check, socket::idle::idle(&arguments)?)),
        Command::Echo => socket::echo::run(),
        Command::Start(arguments) => recovery::started::start(&arguments),
        Command::Wsapi(arguments) => Ok(exit(arguments.check, socket::wsapi::wsapi(&arguments)?)),
        Command::Ws(arguments) => Ok(exit(arguments.check, socket::ws::ws(&arguments)?)),
        Command::Report(arguments) => Ok(exit(arguments.check, report::report(&arguments)?)),
    }
}

/// Returns the exit status: a missed floor fails only those who ask for it.
fn exit(check: bool, floors: Floors) -> ExitCode {
    if check && floors == Floors::Missed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
