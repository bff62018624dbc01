//! What operators ask about withdrawals at the shell.

use crate::cli::operators::Desk;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum WithdrawalTask {
    /// Print a line a withdrawal, those that wait longest first.
    List {
        #[command(flatten)]
        desk: Desk,
        /// Only WAITING, PROCESSING, COMPLETED, CANCELLED, REJECTED or FAILED; those that wait unless given.
        #[arg(long, value_name = "STATE", default_value = "WAITING")]
        state: String,
    },
    /// Print all of a withdrawal.
    Show {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
    },
    /// Propose that a withdrawal is paid. Another operator looks at all of it and approves with `bourse proposal approve`.
    Approve {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Print how much of each asset leaves in a day, for all users together, and what is used of it.
    Limits {
        #[command(flatten)]
        desk: Desk,
    },
    /// Propose how much of an asset leaves in a day, for all users together: less counts at once, more a day later.
    Limit {
        #[command(flatten)]
        desk: Desk,
        /// The symbol of the asset.
        asset: String,
        /// With the fees, as a decimal number; none for without end.
        cap: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Give the money of a withdrawal that waits back.
    Reject {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// Why; its user reads it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Say that the transaction of an approved withdrawal is final on its chain.
    Settle {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// What the transaction is called on its chain; its user reads it.
        #[arg(long, value_name = "TXID")]
        payout: String,
    },
    /// Propose that the money of an approved withdrawal is given back, since it could not be paid and never will be.
    Fail {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// Why; its user reads it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
