//! The fold of deposits and withdrawals: each event is one step of a row.

use model::command::{Deposit, Withdrawal};
use model::event::Event;
use model::id::{AccountId, Reference, Sequence};
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::{Funding, FundingRow};
use model::time::Timestamp;

use crate::codes::Code;
use crate::connection::Connection;
use crate::error::HistoryError;
use crate::money_columns::{DEPOSIT, push_funding, reference_text};
use crate::statement::{Statement, Values};
use crate::tables::FUNDING_COLUMNS;

/// What an event does to a deposit or a withdrawal.
#[derive(Clone, Copy, Debug)]
pub enum FundingStep {
    /// It is there from now on, or comes to its end.
    Reach(FundingRow),
    /// A deposit that was seen is gone.
    Drop {
        reference: Reference,
        by: Sequence,
        at: Timestamp,
    },
}

impl FundingStep {
    /// Returns what an event does, if it concerns any.
    pub fn of(event: &Event, by: Sequence, at: Timestamp) -> Option<FundingStep> {
        let reach = |funding, is_end: bool| {
            Some(FundingStep::Reach(FundingRow {
                created_by: by,
                created_at: at,
                funding,
                ended_by: is_end.then_some(by),
                updated_at: at,
            }))
        };
        match event {
            Event::DepositSeen(seen) => reach(deposit(seen, DepositStatus::Seen), false),
            Event::DepositCredited(credited) => {
                reach(deposit(credited, DepositStatus::Credited), true)
            }
            Event::DepositDropped { reference } => Some(FundingStep::Drop {
                reference: *reference,
                by,
                at,
            }),
            Event::WithdrawalHeld {
                account,
                withdrawal: held,
            } => reach(withdrawal(*account, held, WithdrawalStatus::Held), false),
            Event::WithdrawalSettled {
                account,
                withdrawal: settled,
            } => reach(
                withdrawal(*account, settled, WithdrawalStatus::Settled),
                true,
            ),
            Event::WithdrawalCancelled {
                account,
                withdrawal: ended,
            } => reach(
                withdrawal(*account, ended, WithdrawalStatus::Cancelled),
                true,
            ),
            _ => None,
        }
    }
}

const fn deposit(deposit: &Deposit, status: DepositStatus) -> Funding {
    Funding::Deposit {
        deposit: *deposit,
        status,
    }
}

const fn withdrawal(
    account: AccountId,
    withdrawal: &Withdrawal,
    status: WithdrawalStatus,
) -> Funding {
    Funding::Withdrawal {
        account,
        withdrawal: *withdrawal,
        status,
    }
}

/// Writes steps, one after the other: they are rare beside orders.
///
/// # Errors
/// The database's.
pub async fn write(to: &mut Connection, steps: &[FundingStep]) -> Result<(), HistoryError> {
    for step in steps {
        match step {
            FundingStep::Reach(row) => reach(to, row).await?,
            FundingStep::Drop { reference, by, at } => {
                let update = Statement::new(
                    "UPDATE fundings SET status = $1, ended_by = $2, updated_ns = $3
                     WHERE kind = $4 AND reference = $5",
                );
                let update = update
                    .bind(DepositStatus::Dropped.number())
                    .bind(by.0.cast_signed())
                    .bind(at.nanos())
                    .bind(DEPOSIT)
                    .bind(reference_text(reference));
                to.execute(update).await?;
            }
        }
    }
    Ok(())
}

/// A row that is there keeps when it was created.
async fn reach(to: &mut Connection, row: &FundingRow) -> Result<(), HistoryError> {
    let mut values = Values::default();
    push_funding(&mut values, row);
    let parameters = (1..=values.0.len()).map(|number| format!("${number}"));
    let parameters: Vec<String> = parameters.collect();
    let insert = Statement::new(format!(
        "INSERT INTO fundings ({FUNDING_COLUMNS}) VALUES ({})
         ON CONFLICT (kind, reference) DO UPDATE SET status = excluded.status,
         ended_by = excluded.ended_by, updated_ns = excluded.updated_ns",
        parameters.join(", ")
    ));
    to.execute(insert.bind_all(values.0)).await?;
    Ok(())
}
