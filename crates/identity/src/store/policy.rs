//! Who may propose and approve what, where operators have decided otherwise than from the start.

use sqlx::Row;

use crate::identity::IdentityError;
use crate::operator::Roles;
use crate::policy::{Kind, Policy};
use crate::store::{Connection, Store};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS operator_policies (
        kind        TEXT PRIMARY KEY,
        proposers   INTEGER NOT NULL,
        approvers   INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS operator_policy_approvals (
        kind        TEXT PRIMARY KEY,
        approvals   INTEGER NOT NULL
    ) STRICT;
";

impl Store {
    pub(crate) async fn policies(&self) -> Result<Vec<(Kind, Policy)>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        let mut policies = Vec::with_capacity(Kind::ALL.len());
        for kind in Kind::ALL {
            policies.push((kind, find(&mut connection, kind).await?));
        }
        Ok(policies)
    }
}

/// Returns the policy of a kind as the transaction sees it.
pub(super) async fn find(connection: &mut Connection, kind: Kind) -> Result<Policy, IdentityError> {
    let row = sqlx::query(
        "SELECT proposers, approvers,
                COALESCE((SELECT approvals FROM operator_policy_approvals AS given
                          WHERE given.kind = operator_policies.kind), 1)
         FROM operator_policies WHERE kind = $1",
    )
    .bind(kind.name())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(kind.policy());
    };
    let damaged = || IdentityError::PolicyDamaged { kind: kind.name() };
    let roles = |column| -> Result<Roles, IdentityError> {
        Roles::from_bits(row.try_get(column)?).ok_or_else(damaged)
    };
    let approvals = u8::try_from(row.try_get::<i64, _>(2)?).map_err(|_| damaged())?;
    let policy = kind.policy().with((roles(0)?, roles(1)?), approvals);
    policy.map_err(|_| damaged())
}

pub(super) async fn set(
    connection: &mut Connection,
    kind: Kind,
    policy: Policy,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO operator_policies (kind, proposers, approvers) VALUES ($1, $2, $3)
         ON CONFLICT (kind) DO UPDATE SET proposers = excluded.proposers,
                                          approvers = excluded.approvers",
    )
    .bind(kind.name())
    .bind(policy.proposers.bits())
    .bind(policy.approvers.bits())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO operator_policy_approvals (kind, approvals) VALUES ($1, $2)
         ON CONFLICT (kind) DO UPDATE SET approvals = excluded.approvals",
    )
    .bind(kind.name())
    .bind(i64::from(policy.approvals))
    .execute(connection)
    .await?;
    Ok(())
}
