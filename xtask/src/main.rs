//! All automation of the project, in one language. CI runs `cargo xtask ci test` and nothing else.

mod ci;
mod shell;
mod tidy;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask COMMAND

  run              build the release binary and start `bourse dev`
  ci smoke         formatting, lints, tidy, unit tests
  ci test          everything that proves the project (what `make test` runs)
  tidy             the project's own rules
";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    std::env::set_current_dir(shell::root())?;
    match words.as_slice() {
        ["run", rest @ ..] => ci::run_sandbox(rest),
        ["ci", "smoke"] => ci::smoke(),
        ["ci", "test"] => ci::test(),
        ["tidy"] => tidy::check(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("unknown command `{}`\n\n{USAGE}", words.join(" ")),
    }
}
