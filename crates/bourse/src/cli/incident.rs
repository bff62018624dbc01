//! What operators tell everybody, at the shell.

use crate::cli::operators::Desk;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum IncidentTask {
    /// Print what everybody is told: what is not over, then what has ended within ninety days.
    List(Desk),
    /// Tell of a trouble; it is being investigated from then on.
    Open {
        #[command(flatten)]
        desk: Desk,
        /// What is the matter, in one line.
        #[arg(long, value_name = "TEXT")]
        title: String,
        /// What is known, and what it means for users.
        #[arg(long, value_name = "TEXT")]
        text: String,
    },
    /// Tell of work that is planned.
    Plan {
        #[command(flatten)]
        desk: Desk,
        /// What is done, in one line.
        #[arg(long, value_name = "TEXT")]
        title: String,
        /// What it means for users.
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// When it begins, in UTC, such as 2026-12-24T03:00.
        #[arg(long, value_name = "TIME")]
        from: String,
        /// When it is to end, in UTC.
        #[arg(long, value_name = "TIME")]
        until: String,
    },
    /// Tell how it goes on.
    Update {
        #[command(flatten)]
        desk: Desk,
        /// Its number.
        number: u64,
        /// Of a trouble: investigating, identified, monitoring, resolved; of work: scheduled, in_progress, completed, cancelled.
        #[arg(long, value_name = "STATE")]
        state: String,
        /// What is to be said now.
        #[arg(long, value_name = "TEXT")]
        text: String,
    },
}
