//! The configuration file: what an operator may set, how it is written, and what is refused.
//!
//! A file is either understood to the last setting or refused as a whole; there are no warnings. Absent: reloading
//! of anything but the brand (`brand_watch`), environment variables, secrets, which stand in files of their own.
//!
//! **Source** `docs/configuration.md`.

pub mod brand;
pub mod file;
pub mod kind;
mod lists;
pub mod nearest;
pub mod print;
pub mod refused;
pub mod settings;
pub mod table;
pub mod texts;

use crate::cli::ConfigTask;
use anyhow::Result;

/// Does what `bourse config` is asked.
///
/// # Errors
/// The file is refused.
pub fn run(task: &ConfigTask) -> Result<()> {
    match task {
        ConfigTask::Default => print!("{}", print::defaults()),
        ConfigTask::Check { file } => {
            let settings = file::read(file)?;
            let lists = lists::preview(&settings)?;
            println!("{}: nothing to refuse", file.display());
            print!("{lists}");
        }
    }
    Ok(())
}
