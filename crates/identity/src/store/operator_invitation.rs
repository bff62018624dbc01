//! Invitations of operators: open ones, their two halves, and who has come of them.

use std::net::IpAddr;

use model::id::{OperatorId, ProposalId};
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::browser::TokenHash;
use crate::identity::IdentityError;
use crate::operator::{NewOperator, Operator, Roles};
use crate::operator_invitation::INVITATION_NANOS;
use crate::operator_key::PublicKey;
use crate::proposal::Proposal;
use crate::store::{Connection, DatabaseRow, Store, Writing, audit, operator, operator_passkey};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS operator_invitations (
        proposal      INTEGER PRIMARY KEY REFERENCES proposals (id),
        name          TEXT NOT NULL,
        roles         INTEGER NOT NULL,
        proposer      INTEGER NOT NULL REFERENCES operators (id),
        approver      INTEGER NOT NULL REFERENCES operators (id),
        expires_ns    INTEGER NOT NULL,
        proposer_code BLOB,
        approver_code BLOB,
        operator      INTEGER REFERENCES operators (id)
    ) STRICT;
";

const SELECT: &str = "
    SELECT proposal, name, roles, proposer, approver, expires_ns, operator FROM operator_invitations";

/// What somebody brings who was invited.
pub(crate) struct Acceptance {
    pub halves: [TokenHash; 2],
    pub key: Option<PublicKey>,
    /// What enrols a passkey, and until when.
    pub enrolment: Option<(TokenHash, Timestamp)>,
    pub address: IpAddr,
}

/// An invitation as it is stored.
struct Invitation {
    proposal: i64,
    name: String,
    roles: Roles,
    proposer: OperatorId,
    approver: OperatorId,
    expires_at: Timestamp,
    /// Who came of it, with a passkey still to be enrolled.
    operator: Option<OperatorId>,
}

/// Opens an invitation, or returns why that cannot be.
pub(super) async fn open(
    connection: &mut Connection,
    (proposal, name, roles): (&Proposal, &str, Roles),
    at: Timestamp,
) -> Result<Result<(), &'static str>, IdentityError> {
    let Some((approver, _)) = proposal.decided else {
        return Ok(Err("nobody approved it"));
    };
    if operator::find(connection, name).await?.is_some() {
        return Ok(Err("the name is another's"));
    }
    if is_open(connection, name, at).await? {
        return Ok(Err("somebody of this name is invited already"));
    }
    sqlx::query(
        "INSERT INTO operator_invitations (proposal, name, roles, proposer, approver, expires_ns)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(proposal.id.0.cast_signed())
    .bind(name)
    .bind(roles.bits())
    .bind(i64::from(proposal.proposer.0))
    .bind(i64::from(approver.0))
    .bind(at.plus_nanos(INVITATION_NANOS).nanos())
    .execute(connection)
    .await?;
    Ok(Ok(()))
}

async fn is_open(
    connection: &mut Connection,
    name: &str,
    at: Timestamp,
) -> Result<bool, IdentityError> {
    let row = sqlx::query(
        "SELECT COUNT(*) FROM operator_invitations
         WHERE name = $1 AND $2 < expires_ns AND operator IS NULL",
    )
    .bind(name)
    .bind(at.nanos())
    .fetch_one(connection)
    .await?;
    Ok(0 < row.try_get::<i64, _>(0)?)
}

/// Ends the open invitation of a name, and returns whether there was one.
pub(super) async fn end(
    connection: &mut Connection,
    name: &str,
    at: Timestamp,
) -> Result<bool, IdentityError> {
    let ended = sqlx::query(
        "UPDATE operator_invitations SET expires_ns = $1
         WHERE name = $2 AND $3 < expires_ns AND operator IS NULL",
    )
    .bind(at.nanos())
    .bind(name)
    .bind(at.nanos())
    .execute(connection)
    .await?;
    Ok(0 < ended.rows_affected())
}

impl Store {
    /// Replaces the half that is an operator's, and returns who is invited and until when.
    pub(crate) async fn set_invitation_half(
        &self,
        (operator, code): (OperatorId, TokenHash),
        proposal: ProposalId,
        at: Timestamp,
    ) -> Result<(String, Timestamp), IdentityError> {
        let unknown = IdentityError::InvitationUnknown;
        let mut transaction = self.begin().await?;
        let text = format!("{SELECT} WHERE proposal = $1 AND $2 < expires_ns");
        let row = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(proposal.0.cast_signed())
            .bind(at.nanos())
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(row) = row else {
            return Err(unknown);
        };
        let invitation = read(&row)?;
        let statement = match operator {
            own if own == invitation.proposer => {
                "UPDATE operator_invitations SET proposer_code = $1 WHERE proposal = $2"
            }
            own if own == invitation.approver => {
                "UPDATE operator_invitations SET approver_code = $1 WHERE proposal = $2"
            }
            _ => return Err(unknown),
        };
        sqlx::query(statement)
            .bind(code.bytes())
            .bind(invitation.proposal)
            .execute(&mut *transaction)
            .await?;
        let told = (Actor::Operator(operator), "operator-invitation-told");
        note(&mut transaction, told, (&invitation, None), at).await?;
        transaction.commit().await?;
        Ok((invitation.name, invitation.expires_at))
    }

    pub(crate) async fn accept_invitation(
        &self,
        acceptance: &Acceptance,
        at: Timestamp,
    ) -> Result<Operator, IdentityError> {
        let mut transaction = self.begin().await?;
        let invitation = invited(&mut transaction, &acceptance.halves, at).await?;
        let id = match (invitation.operator, &acceptance.key) {
            (Some(id), None) => id,
            (Some(id), Some(key)) => give_key(&mut transaction, id, key).await?,
            (None, _) => join(&mut transaction, &invitation, acceptance.key, at).await?,
        };
        if let Some((code, expires_at)) = acceptance.enrolment {
            operator_passkey::set_enrolment(&mut transaction, id, code, expires_at).await?;
        }
        sqlx::query("UPDATE operator_invitations SET operator = $1 WHERE proposal = $2")
            .bind(i64::from(id.0))
            .bind(invitation.proposal)
            .execute(&mut *transaction)
            .await?;
        let joined = (Actor::Operator(id), "operator-invitation-accepted");
        let from = Some(acceptance.address);
        note(&mut transaction, joined, (&invitation, from), at).await?;
        let operator = operator::current(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(operator)
    }
}

/// Returns the open invitation of these halves, in either order.
async fn invited(
    transaction: &mut Writing,
    halves: &[TokenHash; 2],
    at: Timestamp,
) -> Result<Invitation, IdentityError> {
    let [one, other] = halves;
    let text = format!(
        "{SELECT} WHERE $1 < expires_ns AND ((proposer_code = $2 AND approver_code = $3)
                                          OR (proposer_code = $4 AND approver_code = $5))"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(at.nanos())
        .bind(one.bytes())
        .bind(other.bytes())
        .bind(other.bytes())
        .bind(one.bytes())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(IdentityError::TokenRefused)?;
    let invitation = read(&row)?;
    for inviting in [invitation.proposer, invitation.approver] {
        match operator::current(transaction, inviting).await {
            Err(IdentityError::OperatorUnknown) => return Err(IdentityError::TokenRefused),
            found => found?,
        };
    }
    if let Some(id) = invitation.operator
        && !operator_passkey::is_without(transaction, id).await?
    {
        return Err(IdentityError::TokenRefused);
    }
    Ok(invitation)
}

async fn join(
    transaction: &mut Writing,
    invitation: &Invitation,
    key: Option<PublicKey>,
    at: Timestamp,
) -> Result<OperatorId, IdentityError> {
    let Some(public_key) = key else {
        let new = (invitation.name.as_str(), invitation.roles);
        return operator::insert_keyless(transaction, new, at).await;
    };
    let new = NewOperator {
        name: invitation.name.clone(),
        roles: invitation.roles,
        public_key,
    };
    operator::insert(transaction, &new, at).await
}

/// Gives a key to somebody who has joined without one, and has no passkey yet.
async fn give_key(
    transaction: &mut Writing,
    id: OperatorId,
    key: &PublicKey,
) -> Result<OperatorId, IdentityError> {
    let given = sqlx::query(
        "UPDATE operators SET public_key = $1 WHERE id = $2
            AND NOT EXISTS (SELECT 1 FROM operators AS others WHERE others.public_key = $3)",
    )
    .bind(key.bytes().as_slice())
    .bind(i64::from(id.0))
    .bind(key.bytes().as_slice())
    .execute(&mut **transaction)
    .await?;
    match given.rows_affected() {
        0 => Err(IdentityError::OperatorTaken),
        _ => Ok(id),
    }
}

async fn note(
    transaction: &mut Writing,
    (actor, act): (Actor, &'static str),
    (invitation, address): (&Invitation, Option<IpAddr>),
    at: Timestamp,
) -> Result<(), IdentityError> {
    let entry = Entry {
        at,
        actor,
        act,
        subject: format!("proposal {}", invitation.proposal),
        detail: invitation.name.clone(),
        address,
    };
    audit::append(transaction, &entry).await
}

fn read(row: &DatabaseRow) -> Result<Invitation, IdentityError> {
    let proposal = row.try_get(0)?;
    let damaged = || IdentityError::ProposalDamaged { proposal };
    let joined: Option<i64> = row.try_get(6)?;
    Ok(Invitation {
        proposal,
        name: row.try_get(1)?,
        roles: Roles::from_bits(row.try_get(2)?).ok_or_else(damaged)?,
        proposer: operator::number(row.try_get(3)?)?,
        approver: operator::number(row.try_get(4)?)?,
        expires_at: Timestamp::from_nanos(row.try_get(5)?),
        operator: joined.map(operator::number).transpose()?,
    })
}
