//! The binary's parts: the command line, the assembly of queues and threads, the sandbox.

#![forbid(unsafe_code)]

pub mod cli;
pub mod data;
pub mod dev;
pub mod latest;
pub mod listing;
pub mod node;
pub mod replay;
pub mod simulated;
pub mod storage;
pub mod verify;

/// Stops the process at once: nothing more may be emitted (D5).
pub fn halt(reason: &str) -> ! {
    eprintln!("halted: {reason}");
    std::process::exit(70)
}
