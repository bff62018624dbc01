//! Proposals: each step and its row of the audit log in one transaction.

use model::id::{OperatorId, OwnerId, ProposalId, Reference};
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::identity::IdentityError;
use crate::operator::{Operator, Role, Roles};
use crate::outbox::{Notice, Subject};
use crate::policy::Kind;
use crate::proposal::{
    Change, Decision, Draft, Proposal, ProposalError, State, Telling, change_of,
};
use crate::store::outbox::tell;
use crate::store::{
    Connection, DatabaseRow, Store, approval, audit, erasure, factor_reset, operator,
    operator_invitation, policy, registration, withdrawal,
};
use crate::withdrawal::WithdrawalError;

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS proposals (
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        kind          TEXT NOT NULL,
        parameters    TEXT NOT NULL,
        reason        TEXT NOT NULL,
        worth         TEXT NOT NULL,
        digest        BLOB NOT NULL,
        proposer      INTEGER NOT NULL REFERENCES operators (id),
        created_ns    INTEGER NOT NULL,
        expires_ns    INTEGER NOT NULL,
        state         TEXT NOT NULL,
        decider       INTEGER REFERENCES operators (id),
        decided_ns    INTEGER,
        executable_ns INTEGER NOT NULL,
        outcome       TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS proposals_by_state ON proposals (state, id);
";

const SELECT: &str = "
    SELECT id, kind, parameters, reason, worth, digest, proposer, created_ns, expires_ns, state,
           decider, decided_ns, executable_ns, outcome
    FROM proposals";
/// What a start and each look carry out at most.
const DUE_MAX: i64 = 100;

impl Store {
    pub(crate) async fn propose(
        &self,
        proposer: &Operator,
        draft: Draft,
        at: Timestamp,
    ) -> Result<Proposal, ProposalError> {
        let digest = draft.digest(proposer.id);
        let mut transaction = self.begin().await?;
        let policy = policy::find(&mut transaction, draft.kind).await?;
        let proposer = operator::current(&mut transaction, proposer.id).await?;
        if !proposer.roles.meets(policy.proposers) {
            let entry = Entry {
                at,
                actor: Actor::Operator(proposer.id),
                act: "proposal-step-refused",
                subject: draft.kind.name().to_owned(),
                detail: format!("propose: {}", ProposalError::RoleMissing),
                address: None,
            };
            audit::append(&mut transaction, &entry).await?;
            transaction.commit().await.map_err(IdentityError::from)?;
            return Err(ProposalError::RoleMissing);
        }
        let expires_at = at.plus_nanos(policy.expiry_nanos);
        let row = sqlx::query(
            "INSERT INTO proposals (kind, parameters, reason, worth, digest, proposer, created_ns,
                                    expires_ns, state, executable_ns, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '') RETURNING id",
        )
        .bind(draft.kind.name())
        .bind(&draft.parameters)
        .bind(&draft.reason)
        .bind(&draft.worth)
        .bind(digest.0.as_slice())
        .bind(i64::from(proposer.id.0))
        .bind(at.nanos())
        .bind(expires_at.nanos())
        .bind(State::Proposed.name())
        .bind(at.nanos())
        .fetch_one(&mut *transaction)
        .await
        .map_err(IdentityError::from)?;
        let id = ProposalId(number(&row)?.cast_unsigned());
        let detail = format!(
            "{} {}; {}",
            draft.kind.name(),
            draft.parameters,
            draft.reason
        );
        let step = ("proposal-proposed", id, detail);
        note(&mut transaction, Actor::Operator(proposer.id), step, at).await?;
        transaction.commit().await.map_err(IdentityError::from)?;
        self.proposal(id).await
    }

    pub(crate) async fn decide(
        &self,
        operator: &Operator,
        id: ProposalId,
        (decision, told): (&Decision, Option<&(OwnerId, Notice)>),
        at: Timestamp,
    ) -> Result<Proposal, ProposalError> {
        let mut transaction = self.begin().await?;
        let operator = operator::current(&mut transaction, operator.id).await?;
        let proposal = find(&mut transaction, id).await?;
        let policy = policy::find(&mut transaction, proposal.draft.kind).await?;
        let actor = Actor::Operator(operator.id);
        let is_approver = operator.roles.meets(policy.approvers);
        if let Err(refusal) = check((&operator, is_approver), &proposal, decision, at) {
            let step = (
                "proposal-step-refused",
                id,
                format!("{}: {refusal}", word(decision)),
            );
            note(&mut transaction, actor, step, at).await?;
            transaction.commit().await.map_err(IdentityError::from)?;
            return Err(refusal);
        }
        if let Decision::Approve(_) = decision {
            let own = (id, operator.id);
            let given = approval::add(&mut transaction, own, &policy, at).await?;
            let needed = i64::from(policy.approvals);
            let detail = match needed {
                1 => String::new(),
                needed => format!("{given} of {needed}"),
            };
            let step = (act_of(State::Approved), id, detail);
            note(&mut transaction, actor, step, at).await?;
            if mutant::plant!("one-approval-suffices", false, given < needed) {
                transaction.commit().await.map_err(IdentityError::from)?;
                return self.proposal(id).await;
            }
            approval::forget_void(&mut transaction, id, &policy).await?;
        }
        let (state, outcome) = match decision {
            Decision::Approve(_) => (State::Approved, ""),
            Decision::Reject { reason } => (State::Rejected, reason.as_str()),
            Decision::Withdraw => (State::Withdrawn, ""),
        };
        if state != State::Approved {
            let step = (act_of(state), id, outcome.to_owned());
            note(&mut transaction, actor, step, at).await?;
        }
        let executable_at = at.plus_nanos(policy.lock_nanos);
        let decided = (operator.id, executable_at);
        settle(&mut transaction, id, (state, outcome), decided, at).await?;
        if let Some((user, notice)) = told {
            let subject = Subject::FactorResetApproved;
            tell(&mut transaction, *user, subject, notice, at).await?;
        }
        transaction.commit().await.map_err(IdentityError::from)?;
        self.proposal(id).await
    }

    pub(crate) async fn finish(
        &self,
        id: ProposalId,
        state: State,
        outcome: &str,
        (told, at): (Option<&Telling>, Timestamp),
    ) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        let is_news = finish(&mut transaction, id, state, outcome, at).await?;
        if let Some(told) = told.filter(|_| is_news) {
            let (user, subject) = (told.user, told.subject);
            tell(&mut transaction, user, subject, &told.notice, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Returns whose sessions have ended with it, if anybody's.
    pub(crate) async fn change_people(
        &self,
        id: ProposalId,
        notice: Option<&Notice>,
        at: Timestamp,
    ) -> Result<Option<OwnerId>, ProposalError> {
        let mut transaction = self.begin().await?;
        let proposal = find(&mut transaction, id).await?;
        if proposal.state != State::Approved || at < proposal.executable_at {
            return Ok(None);
        }
        let change = change_of(&proposal.draft)?;
        let mut user = None;
        let done = match &change {
            Change::ResetFactors { reset } => {
                let reset = factor_reset::carry_out(&mut transaction, *reset, notice, at).await?;
                user = reset.ok();
                reset.map(|_| ())
            }
            Change::ApproveWithdrawal { id } => {
                done_of(withdrawal::approve(&mut transaction, *id, at).await)?
            }
            Change::FailWithdrawal { id } => {
                let why = (*id, proposal.draft.reason.as_str());
                done_of(withdrawal::fail(&mut transaction, why, at).await)?
            }
            Change::EraseUser { user } => erasure::ask_closed(&mut transaction, *user, at).await?,
            Change::EndSessions { user: whose } => {
                registration::end_sessions(&mut transaction, *whose, at).await?;
                if let Some(notice) = notice {
                    let subject = Subject::SessionsEnded;
                    tell(&mut transaction, *whose, subject, notice, at).await?;
                }
                user = Some(*whose);
                Ok(())
            }
            change => carry_out(&mut transaction, &proposal, change, at).await?,
        };
        let (state, outcome) = match done {
            Ok(()) => (State::Executed, String::new()),
            Err(reason) => (State::Refused, reason.to_owned()),
        };
        finish(&mut transaction, id, state, &outcome, at).await?;
        transaction.commit().await.map_err(IdentityError::from)?;
        Ok(user)
    }

    pub(crate) async fn proposals(
        &self,
        state: Option<State>,
        count_max: u32,
    ) -> Result<Vec<Proposal>, IdentityError> {
        let text = format!("{SELECT} WHERE $1 = '' OR state = $2 ORDER BY id DESC LIMIT $3");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(state.map_or("", State::name))
            .bind(state.map_or("", State::name))
            .bind(i64::from(count_max))
            .fetch_all(&self.pool)
            .await?;
        let mut proposals: Vec<Proposal> = rows.iter().map(read).collect::<Result<_, _>>()?;
        let mut connection = self.pool.acquire().await?;
        add_approvals(&mut connection, &mut proposals).await?;
        Ok(proposals)
    }

    pub(crate) async fn proposal(&self, id: ProposalId) -> Result<Proposal, ProposalError> {
        let mut connection = self.pool.acquire().await.map_err(IdentityError::from)?;
        find(&mut connection, id).await
    }

    pub(crate) async fn due_proposals(
        &self,
        at: Timestamp,
    ) -> Result<Vec<Proposal>, IdentityError> {
        let text =
            format!("{SELECT} WHERE state = $1 AND executable_ns <= $2 ORDER BY id LIMIT $3");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(State::Approved.name())
            .bind(at.nanos())
            .bind(DUE_MAX)
            .fetch_all(&self.pool)
            .await?;
        let mut proposals: Vec<Proposal> = rows.iter().map(read).collect::<Result<_, _>>()?;
        let mut connection = self.pool.acquire().await?;
        add_approvals(&mut connection, &mut proposals).await?;
        Ok(proposals)
    }

    pub(crate) async fn expire_proposals(&self, at: Timestamp) -> Result<(), IdentityError> {
        let mut transaction = self.begin().await?;
        operator::forget_nonces(&mut transaction, at).await?;
        let rows = sqlx::query(
            "UPDATE proposals SET state = $1 WHERE state = $2 AND expires_ns <= $3 RETURNING id",
        )
        .bind(State::Expired.name())
        .bind(State::Proposed.name())
        .bind(at.nanos())
        .fetch_all(&mut *transaction)
        .await?;
        for row in &rows {
            let id = ProposalId(number(row)?.cast_unsigned());
            let step = (act_of(State::Expired), id, String::new());
            note(&mut transaction, Actor::Exchange, step, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Notes what was decided, by whom, and from when on it is carried out.
async fn settle(
    connection: &mut Connection,
    id: ProposalId,
    (state, outcome): (State, &str),
    (decider, executable_at): (OperatorId, Timestamp),
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query(
        "UPDATE proposals SET state = $1, decider = $2, decided_ns = $3, executable_ns = $4,
                              outcome = $5
         WHERE id = $6",
    )
    .bind(state.name())
    .bind(i64::from(decider.0))
    .bind(at.nanos())
    .bind(executable_at.nanos())
    .bind(outcome)
    .bind(id.0.cast_signed())
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns whether it is decided, and not carried out yet, that a withdrawal could not be paid: its money may be back.
pub(super) async fn is_failing(
    connection: &mut Connection,
    withdrawal: u64,
) -> Result<bool, IdentityError> {
    let row = sqlx::query(
        "SELECT COUNT(*) FROM proposals WHERE state = $1 AND kind = $2 AND parameters LIKE $3",
    )
    .bind(State::Approved.name())
    .bind(Kind::FailWithdrawal.name())
    .bind(format!("withdrawal={withdrawal}&%"))
    .fetch_one(connection)
    .await?;
    Ok(number(&row)? != 0)
}

/// Returns whether an operator may decide this way.
fn check(
    (operator, is_approver): (&Operator, bool),
    proposal: &Proposal,
    decision: &Decision,
    at: Timestamp,
) -> Result<(), ProposalError> {
    if proposal.state != State::Proposed {
        return Err(ProposalError::NotOpen(proposal.state));
    }
    if proposal.expires_at <= at {
        return Err(ProposalError::NotOpen(State::Expired));
    }
    let is_own = operator.id == proposal.proposer;
    match decision {
        Decision::Withdraw if is_own => Ok(()),
        Decision::Withdraw => Err(ProposalError::Foreign),
        _ if mutant::plant!("own-proposal-approved", false, is_own) => Err(ProposalError::Own),
        _ if !is_approver => Err(ProposalError::RoleMissing),
        Decision::Approve(digest)
            if mutant::plant!("other-digest-approved", false, *digest != proposal.digest) =>
        {
            Err(ProposalError::DigestOther)
        }
        Decision::Approve(_) if is_subject(operator, proposal) => Err(ProposalError::Own),
        Decision::Approve(_) if has_approved(operator, proposal) => {
            Err(ProposalError::ApprovedBefore)
        }
        _ => Ok(()),
    }
}

/// Returns whether a proposal would change the roles of the operator who decides.
fn is_subject(operator: &Operator, proposal: &Proposal) -> bool {
    proposal.draft.kind == Kind::SetRoles
        && proposal.draft.parameter("name") == Some(operator.name.as_str())
}

fn has_approved(operator: &Operator, proposal: &Proposal) -> bool {
    let mut approvers = proposal.approvals.iter();
    approvers.any(|(approver, _)| *approver == operator.id)
}

/// Returns what came of a step of a withdrawal; one that is gone is a reason like any other.
fn done_of(
    step: Result<Result<(), &'static str>, WithdrawalError>,
) -> Result<Result<(), &'static str>, IdentityError> {
    match step {
        Ok(done) => Ok(done),
        Err(WithdrawalError::Identity(error)) => Err(error),
        Err(_) => Ok(Err("there is no such withdrawal")),
    }
}

/// Changes operators, or returns why that cannot be.
async fn carry_out(
    connection: &mut Connection,
    proposal: &Proposal,
    change: &Change,
    at: Timestamp,
) -> Result<Result<(), &'static str>, IdentityError> {
    let name = match change {
        Change::Add(new) => {
            return match operator::insert(connection, new, at).await {
                Ok(_) => Ok(Ok(())),
                Err(IdentityError::OperatorTaken) => Ok(Err("the name or key is another's")),
                Err(error) => Err(error),
            };
        }
        Change::Invite { name, roles } => {
            let asked = (proposal, name.as_str(), *roles);
            return operator_invitation::open(connection, asked, at).await;
        }
        Change::SetPolicy {
            of,
            proposers,
            approvers,
            approvals,
        } => {
            let people = (*proposers, *approvers);
            return set_policy(connection, *of, people, *approvals).await;
        }
        Change::ResetFactors { .. }
        | Change::EraseUser { .. }
        | Change::EndSessions { .. }
        | Change::ApproveWithdrawal { .. }
        | Change::FailWithdrawal { .. } => {
            return Ok(Err("this is not about operators"));
        }
        Change::Disable { name } | Change::SetRoles { name, .. } => name,
    };
    let Some(found) = operator::find(connection, name).await? else {
        let is_invited = operator_invitation::end(connection, name, at).await?;
        return Ok(is_invited.then_some(()).ok_or("there is no such operator"));
    };
    if found.disabled_at.is_some() {
        return Ok(Err("the operator is disabled"));
    }
    let is_own = Some(found.id) == proposal.decided.map(|(decider, _)| decider)
        || found.id == proposal.proposer
        || has_approved(&found, proposal);
    let loses_admin = match change {
        Change::SetRoles { .. } if is_own => return Ok(Err("nobody changes their own roles")),
        Change::SetRoles { roles, .. } => !roles.has(Role::Admin),
        _ => true,
    };
    if loses_admin && other_admins(connection, found.id).await? < 2 {
        return Ok(Err("two admins must remain"));
    }
    let id = i64::from(found.id.0);
    match change {
        Change::SetRoles { roles, .. } => {
            sqlx::query("UPDATE operators SET roles = $1 WHERE id = $2")
                .bind(roles.bits())
                .bind(id)
                .execute(connection)
                .await?;
        }
        _ => {
            sqlx::query("UPDATE operators SET disabled_ns = $1 WHERE id = $2")
                .bind(at.nanos())
                .bind(id)
                .execute(connection)
                .await?;
        }
    }
    Ok(Ok(()))
}

/// Changes who decides about a kind, unless nobody could then.
async fn set_policy(
    connection: &mut Connection,
    of: Kind,
    people: (Roles, Roles),
    approvals: Option<u8>,
) -> Result<Result<(), &'static str>, IdentityError> {
    let now = policy::find(connection, of).await?;
    let changed = match now.with(people, approvals.unwrap_or(now.approvals)) {
        Ok(changed) => changed,
        Err(reason) => return Ok(Err(reason)),
    };
    let held = operator::active_roles(connection).await?;
    if !changed.is_decided_by(&held) {
        return Ok(Err("there are too few operators to decide it so"));
    }
    policy::set(connection, of, changed).await?;
    Ok(Ok(()))
}

/// Returns how many active admins can sign in beside somebody: with fewer than two nothing could be decided any more.
async fn other_admins(connection: &mut Connection, id: OperatorId) -> Result<i64, IdentityError> {
    let bit = 1_i64 << Role::Admin as u8;
    let row = sqlx::query(
        "SELECT COUNT(*) FROM operators
         WHERE disabled_ns IS NULL AND id <> $1 AND (roles & $2) <> 0
           AND (LENGTH(public_key) = $3
                OR EXISTS (SELECT 1 FROM operator_passkeys WHERE operator = operators.id))",
    )
    .bind(i64::from(id.0))
    .bind(bit)
    .bind(operator::KEY_BYTES)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get(0)?)
}

/// Returns whether it was not noted before.
async fn finish(
    connection: &mut Connection,
    id: ProposalId,
    state: State,
    outcome: &str,
    at: Timestamp,
) -> Result<bool, IdentityError> {
    let changed =
        sqlx::query("UPDATE proposals SET state = $1, outcome = $2 WHERE id = $3 AND state = $4")
            .bind(state.name())
            .bind(outcome)
            .bind(id.0.cast_signed())
            .bind(State::Approved.name())
            .execute(&mut *connection)
            .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    let step = (act_of(state), id, outcome.to_owned());
    note(connection, Actor::Exchange, step, at).await?;
    Ok(true)
}

async fn note(
    connection: &mut Connection,
    actor: Actor,
    (act, id, detail): (&str, ProposalId, String),
    at: Timestamp,
) -> Result<(), IdentityError> {
    let entry = Entry {
        at,
        actor,
        act,
        subject: format!("proposal {}", id.0),
        detail,
        address: None,
    };
    audit::append(connection, &entry).await
}

const fn act_of(state: State) -> &'static str {
    match state {
        State::Proposed => "proposal-proposed",
        State::Approved => "proposal-approved",
        State::Rejected => "proposal-rejected",
        State::Withdrawn => "proposal-withdrawn",
        State::Expired => "proposal-expired",
        State::Executed => "proposal-executed",
        State::Refused => "proposal-refused",
    }
}

const fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Approve(_) => "approve",
        Decision::Reject { .. } => "reject",
        Decision::Withdraw => "withdraw",
    }
}

async fn find(connection: &mut Connection, id: ProposalId) -> Result<Proposal, ProposalError> {
    let text = format!("{SELECT} WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(id.0.cast_signed())
        .fetch_optional(&mut *connection)
        .await
        .map_err(IdentityError::from)?
        .ok_or(ProposalError::Unknown)?;
    let mut found = [read(&row)?];
    add_approvals(connection, &mut found).await?;
    let [proposal] = found;
    Ok(proposal)
}

/// Reads who approved some proposals.
async fn add_approvals(
    connection: &mut Connection,
    proposals: &mut [Proposal],
) -> Result<(), IdentityError> {
    let numbers = || proposals.iter().map(|proposal| proposal.id);
    let Some(range) = numbers().min().zip(numbers().max()) else {
        return Ok(());
    };
    let approvals = approval::of(connection, range).await?;
    for proposal in proposals {
        let own = approvals.iter().filter(|(of, _)| *of == proposal.id);
        proposal.approvals = own.map(|(_, approval)| *approval).collect();
    }
    Ok(())
}

fn number(row: &DatabaseRow) -> Result<i64, IdentityError> {
    Ok(row.try_get(0)?)
}

fn read(row: &DatabaseRow) -> Result<Proposal, IdentityError> {
    let proposal = number(row)?;
    let damaged = || IdentityError::ProposalDamaged { proposal };
    let digest: &[u8] = row.try_get(5)?;
    let decider: Option<i64> = row.try_get(10)?;
    let decided: Option<i64> = row.try_get(11)?;
    let decided = match decider.zip(decided) {
        Some((decider, at)) => Some((operator::number(decider)?, Timestamp::from_nanos(at))),
        None => None,
    };
    Ok(Proposal {
        id: ProposalId(proposal.cast_unsigned()),
        draft: Draft {
            kind: Kind::parse(row.try_get(1)?).ok_or_else(damaged)?,
            parameters: row.try_get(2)?,
            reason: row.try_get(3)?,
            worth: row.try_get(4)?,
        },
        digest: Reference(digest.try_into().map_err(|_| damaged())?),
        proposer: operator::number(row.try_get(6)?)?,
        created_at: Timestamp::from_nanos(row.try_get(7)?),
        expires_at: Timestamp::from_nanos(row.try_get(8)?),
        state: State::parse(row.try_get(9)?).ok_or_else(damaged)?,
        approvals: Vec::new(),
        decided,
        executable_at: Timestamp::from_nanos(row.try_get(12)?),
        outcome: row.try_get(13)?,
    })
}
