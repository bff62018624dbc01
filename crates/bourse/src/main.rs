//! `bourse`, the binary that ships.

use std::process::ExitCode;

fn main() -> ExitCode {
    bourse::huge_pages::ask();
    bourse::commands::main()
}
