//! The binary with the planted bug of the poison drill, under a name of its own so that it never passes for the other.

use std::process::ExitCode;

fn main() -> ExitCode {
    bourse::commands::main()
}
