//! What operators ask about withdrawals at the shell, done.

use crate::cli::operators::Desk;
use crate::cli::withdrawal::WithdrawalTask;
use crate::operators::client::Client;
use crate::operators::{print, tasks};
use anyhow::Result;

const LIST: &str = "/v1/operator/withdrawals";
const LIMITS: &str = "/v1/operator/payout-limits";
const ONE: &str = "/v1/operator/withdrawal";
/// The most that a list has.
const ROWS: &str = "1000";

/// Does what is asked about withdrawals.
///
/// # Errors
/// The exchange cannot be reached or refuses.
pub fn run(task: &WithdrawalTask) -> Result<()> {
    match task {
        WithdrawalTask::List { desk, state } => {
            let parameters = [("state", state.as_str()), ("limit", ROWS)];
            let list = Client::new(desk)?.get(LIST, &parameters)?;
            print!("{}", print::withdrawals(&list));
            Ok(())
        }
        WithdrawalTask::Show { desk, number } => {
            let number = number.to_string();
            let shown = Client::new(desk)?.get(ONE, &[("withdrawal", &number)])?;
            print!("{}", print::withdrawal(&shown));
            Ok(())
        }
        WithdrawalTask::Limits { desk } => {
            let list = Client::new(desk)?.get(LIMITS, &[])?;
            print!("{}", print::payout_limits(&list));
            Ok(())
        }
        WithdrawalTask::Limit {
            desk,
            asset,
            cap,
            reason,
        } => {
            let parameters = [("asset", asset.as_str()), ("cap", cap)];
            tasks::propose(desk, "set-payout-limit", &parameters, reason)
        }
        WithdrawalTask::Approve {
            desk,
            number,
            reason,
        } => propose(desk, "approve-withdrawal", *number, reason),
        WithdrawalTask::Fail {
            desk,
            number,
            reason,
        } => propose(desk, "fail-withdrawal", *number, reason),
        WithdrawalTask::Reject {
            desk,
            number,
            reason,
        } => end(desk, "reject", *number, ("reason", reason)),
        WithdrawalTask::Settle {
            desk,
            number,
            payout,
        } => end(desk, "settle", *number, ("payout", payout)),
    }
}

fn propose(desk: &Desk, kind: &str, number: u64, reason: &str) -> Result<()> {
    let number = number.to_string();
    tasks::propose(desk, kind, &[("withdrawal", &number)], reason)
}

fn end(desk: &Desk, step: &str, number: u64, more: (&str, &str)) -> Result<()> {
    let number = number.to_string();
    let parameters = [("withdrawal", number.as_str()), more];
    let ended = Client::new(desk)?.post(&format!("{ONE}/{step}"), &parameters)?;
    print!("{}", print::withdrawal(&ended));
    Ok(())
}
