//! What is asked of the master key at the shell.

use clap::{Args, Subcommand};
use std::path::PathBuf;

use crate::cli::Users;

#[derive(Debug, Subcommand)]
pub enum MasterKeyTask {
    /// Print where the key is, what it is called, and how much is sealed under it.
    ///
    /// Reads only; the exchange may run. Exits with 1 when something does not open.
    Status(Users),
    /// Take another key: it seals from now on, everything is sealed anew, and then the former one retires.
    ///
    /// A running exchange does the work, within some two minutes, and refuses nobody meanwhile; of one that stands still this command does.
    /// It may be stopped at any moment: whatever is left is done by the next start, or by the next call.
    Rotate(Rotate),
    /// Check whether a copy of the key file opens this database: do so with each backup.
    ///
    /// Reads only; the exchange may run. Exits with 1 when something does not open.
    Check {
        #[command(flatten)]
        users: Users,
        /// The copy.
        file: PathBuf,
    },
    /// Go on without a key that is lost for good. What was sealed under it is gone.
    ///
    /// Prints first what that is, and does it with --yes only. Run it while the exchange is stopped.
    /// API keys with a shared secret end, messages that wait and anti-phishing codes are forgotten, and of second factors by code only recovery codes count.
    Abandon(Abandon),
}

#[derive(Debug, Args)]
pub struct Rotate {
    #[command(flatten)]
    pub users: Users,
    /// Copy the key that is to retire to this file first: backups of the database that are made until now need it.
    #[arg(long, value_name = "FILE")]
    pub keep: Option<PathBuf>,
    /// Do not wait for a running exchange to finish.
    #[arg(long)]
    pub no_wait: bool,
}

#[derive(Debug, Args)]
pub struct Abandon {
    #[command(flatten)]
    pub users: Users,
    /// Do it.
    #[arg(long)]
    pub yes: bool,
}
