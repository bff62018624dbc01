//! `bourse`, the binary that ships.

use std::process::ExitCode;

fn main() -> ExitCode {
    bourse::commands::main()
}
