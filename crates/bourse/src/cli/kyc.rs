//! What compliance asks for at the shell.

use crate::cli::operators::Desk;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum KycTask {
    /// Print a line an application, those that wait longest first: all that are handed in, or those of a state.
    List {
        #[command(flatten)]
        desk: Desk,
        /// Only DRAFT, SUBMITTED, IN_REVIEW, MORE_INFORMATION, APPROVED or REJECTED.
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
    },
    /// Print all of an application. That you looked is written into the audit log.
    Show {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
    },
    /// Write what a document shows into a new file (mode 0600). That you looked is written into the audit log.
    Document {
        #[command(flatten)]
        desk: Desk,
        /// Its number, as `bourse kyc show` prints it.
        number: u64,
        /// The file to make, a JPEG.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Print a line a deposit that is beyond what the level of its owner is for, the oldest first.
    Deposits {
        #[command(flatten)]
        desk: Desk,
        /// Only those with greater numbers.
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: u64,
    },
    /// Take an application to look at it; nobody else decides it from then on.
    Claim {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
    },
    /// Grant the level that is applied for. Where something speaks against it, another operator approves, too.
    Approve {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
    },
    /// Ask the applicant for more.
    Ask {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// What for; the applicant reads it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Refuse the level.
    Reject {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// Why; the applicant reads it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Print who of the applicants of a running exchange may be on a list of sanctions, a line each.
    ///
    /// The list is CSV in UTF-8: `name,birth date,source`, the date as YYYY-MM-DD or empty, a name with a comma in quotes.
    Screen {
        #[command(flatten)]
        desk: Desk,
        /// The list.
        list: PathBuf,
    },
}
