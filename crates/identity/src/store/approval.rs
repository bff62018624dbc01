//! Who has approved a proposal, one row an operator.

use model::id::{OperatorId, ProposalId};
use model::time::Timestamp;
use sqlx::Row;

use crate::identity::IdentityError;
use crate::policy::Policy;
use crate::store::{Connection, operator};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS proposal_approvals (
        proposal    INTEGER NOT NULL REFERENCES proposals (id),
        operator    INTEGER NOT NULL REFERENCES operators (id),
        approved_ns INTEGER NOT NULL,
        PRIMARY KEY (proposal, operator)
    ) STRICT;
";

/// An operator who has approved, and when.
type Approval = (OperatorId, Timestamp);

/// Notes that an operator approves, and returns how many do that still may.
pub(super) async fn add(
    connection: &mut Connection,
    (proposal, operator): (ProposalId, OperatorId),
    policy: &Policy,
    at: Timestamp,
) -> Result<i64, IdentityError> {
    let id = proposal.0.cast_signed();
    sqlx::query(
        "INSERT INTO proposal_approvals (proposal, operator, approved_ns) VALUES ($1, $2, $3)
         ON CONFLICT (proposal, operator) DO NOTHING",
    )
    .bind(id)
    .bind(i64::from(operator.0))
    .bind(at.nanos())
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query(
        "SELECT COUNT(*) FROM proposal_approvals JOIN operators ON operators.id = operator
         WHERE proposal = $1 AND disabled_ns IS NULL AND (roles & $2) <> 0",
    )
    .bind(id)
    .bind(policy.approvers.bits())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get(0)?)
}

/// Forgets the approvals of a proposal that is decided which did not count: those of operators who may not approve any
/// more. The audit log has them.
pub(super) async fn forget_void(
    connection: &mut Connection,
    proposal: ProposalId,
    policy: &Policy,
) -> Result<(), IdentityError> {
    sqlx::query(
        "DELETE FROM proposal_approvals WHERE proposal = $1 AND operator NOT IN
            (SELECT id FROM operators WHERE disabled_ns IS NULL AND (roles & $2) <> 0)",
    )
    .bind(proposal.0.cast_signed())
    .bind(policy.approvers.bits())
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns who has approved the proposals of a range of numbers, by proposal, the earliest first.
pub(super) async fn of(
    connection: &mut Connection,
    (first, last): (ProposalId, ProposalId),
) -> Result<Vec<(ProposalId, Approval)>, IdentityError> {
    let rows = sqlx::query(
        "SELECT proposal, operator, approved_ns FROM proposal_approvals
         WHERE $1 <= proposal AND proposal <= $2 ORDER BY proposal, approved_ns, operator",
    )
    .bind(first.0.cast_signed())
    .bind(last.0.cast_signed())
    .fetch_all(connection)
    .await?;
    let read = |row: &super::DatabaseRow| -> Result<(ProposalId, Approval), IdentityError> {
        let proposal = ProposalId(row.try_get::<i64, _>(0)?.cast_unsigned());
        let approved_at = Timestamp::from_nanos(row.try_get(2)?);
        Ok((proposal, (operator::number(row.try_get(1)?)?, approved_at)))
    };
    rows.iter().map(read).collect()
}
