//! The fold of deposits and withdrawals: each event is one step of a row.

use std::collections::BTreeMap;

use model::command::{Deposit, Withdrawal};
use model::event::Event;
use model::id::{AccountId, Reference, Sequence};
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::{Funding, FundingRow};
use model::time::Timestamp;

use crate::codes::Code;
use crate::connection::Connection;
use crate::error::HistoryError;
use crate::money_columns::{DEPOSIT, WITHDRAWAL, push_funding, reference_text};
use crate::rows::{Repeat, Writes};
use crate::statement::Statement;

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

/// A row that is there keeps when and by what it was created.
const CONTINUES: &str = "ON CONFLICT (kind, reference) DO UPDATE SET status = excluded.status,
    ended_by = excluded.ended_by, updated_ns = excluded.updated_ns";

/// Adds what becomes of each deposit and withdrawal that comes in, moves on or ends within a batch.
///
/// # Errors
/// Never, as long as there is their table.
pub fn add(to: &mut Writes, steps: &[FundingStep]) -> Result<(), HistoryError> {
    let rows: Vec<FundingRow> = reached(steps).into_values().collect();
    to.add(
        ("fundings", Repeat::Continues(CONTINUES)),
        &rows,
        push_funding,
    )
}

/// Returns the last state of each within some steps, as if it had begun with the first of them.
fn reached(steps: &[FundingStep]) -> BTreeMap<(i64, Reference), FundingRow> {
    let mut rows: BTreeMap<(i64, Reference), FundingRow> = BTreeMap::new();
    for step in steps {
        match step {
            FundingStep::Reach(row) => {
                let known = rows.entry(key(&row.funding)).or_insert(*row);
                move_on(known, row);
            }
            FundingStep::Drop { reference, by, at } => {
                let Some(row) = rows.get_mut(&(DEPOSIT, *reference)) else {
                    continue;
                };
                if let Funding::Deposit { status, .. } = &mut row.funding {
                    *status = DepositStatus::Dropped;
                }
                row.ended_by = Some(*by);
                row.updated_at = *at;
            }
        }
    }
    rows
}

/// Takes over what a later step changes: what it is of stays as it was at first.
const fn move_on(known: &mut FundingRow, later: &FundingRow) {
    match (&mut known.funding, &later.funding) {
        (Funding::Deposit { status, .. }, Funding::Deposit { status: last, .. }) => {
            *status = *last;
        }
        (Funding::Withdrawal { status, .. }, Funding::Withdrawal { status: last, .. }) => {
            *status = *last;
        }
        _ => {}
    }
    known.ended_by = later.ended_by;
    known.updated_at = later.updated_at;
}

fn key(funding: &Funding) -> (i64, Reference) {
    match funding {
        Funding::Deposit { deposit, .. } => (DEPOSIT, deposit.reference),
        Funding::Withdrawal { withdrawal, .. } => (WITHDRAWAL, withdrawal.reference),
    }
}

/// Writes that deposits are gone which were seen before the batch.
///
/// # Errors
/// The database's.
pub async fn drop_earlier(to: &mut Connection, steps: &[FundingStep]) -> Result<(), HistoryError> {
    let within = reached(steps);
    for step in steps {
        let FundingStep::Drop { reference, by, at } = step else {
            continue;
        };
        if within.contains_key(&(DEPOSIT, *reference)) {
            continue;
        }
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
    Ok(())
}
