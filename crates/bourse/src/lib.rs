//! The binary's parts: the command line, the assembly of queues and threads, the sandbox.

#![forbid(unsafe_code)]

pub mod assets;
pub mod audit_ship;
pub mod brand_watch;
pub mod catch_up;
pub mod cli;
pub mod closed_output;
pub mod commands;
pub mod config;
pub mod core_dumps;
pub mod data;
pub mod databases;
pub mod dev;
mod due;
pub mod event_indexes;
pub mod exchange;
pub mod history;
pub mod identity_checks;
pub mod identity_database;
mod known_accounts;
pub mod latest;
pub mod letters;
pub mod listing;
mod look_up;
pub mod market_data;
pub mod master_key;
pub mod node;
pub mod notices;
pub mod operators;
pub mod packing;
pub mod recorded;
mod rehash;
pub mod replay;
mod restore;
pub mod room;
pub mod sbom;
pub mod simulated;
mod site;
pub mod snapshots;
pub mod standing;
pub mod storage;
pub mod telemetry;
pub mod user;
pub mod verify;
pub mod worker;

/// Stops the process at once: nothing more may be emitted (D5).
pub fn halt(reason: &str) -> ! {
    eprintln!("halted: {reason}");
    std::process::exit(70)
}
