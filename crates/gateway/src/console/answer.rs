//! Answers to operators, as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use identity::audit::{Actor, Row};
use identity::factor_reset::FactorReset;
use identity::operator::Operator;
use identity::operator_invitation::{InvitationHalf, Joined};
use identity::operator_passkey::{ENROLMENT_NANOS, KnownPasskey};
use identity::policy::{Kind, Policy};
use identity::proposal::{Proposal, State};
use identity::webauthn::RelyingParty;
use model::id::OperatorId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::{Value, json as value};

use crate::reply::Reply;

/// Returns an answer of one value.
pub fn json(answer: Value) -> Reply {
    Reply::json(200, answer.to_string().into_bytes())
}

/// Returns an answer of a list.
pub fn list(answers: impl Iterator<Item = Value>) -> Reply {
    json(Value::Array(answers.collect()))
}

/// Returns what is told of an operator.
pub fn operator(operator: &Operator) -> Value {
    value!({
        "operator": operator.id.0,
        "name": operator.name,
        "roles": operator.roles.text(),
        "publicKey": operator.public_key.map(|key| key.to_string()),
        "createdAt": operator.created_at.millis(),
        "disabledAt": operator.disabled_at.map(Timestamp::millis),
    })
}

/// Returns what an operator enrols a passkey with, and where.
pub fn enrolment(code: &str, party: &RelyingParty, at: Timestamp) -> Reply {
    json(value!({
        "code": code,
        "page": party.origin,
        "expiresAt": at.plus_nanos(ENROLMENT_NANOS).millis(),
    }))
}

/// Returns half of the code of an invitation, and where its page is.
pub fn invitation_half(half: &InvitationHalf, party: &RelyingParty) -> Reply {
    json(value!({
        "name": half.name,
        "code": half.code,
        "page": party.origin,
        "expiresAt": half.expires_at.millis(),
    }))
}

/// Returns who has become an operator, and what enrols the passkey of whoever brought no key.
pub fn joined(joined: &Joined, party: &RelyingParty, at: Timestamp) -> Reply {
    let until = at.plus_nanos(ENROLMENT_NANOS).millis();
    let enrolment = joined.enrolment.as_ref();
    json(value!({
        "operator": operator(&joined.operator),
        "enrolment": enrolment.map(|code| value!({
            "code": code, "page": party.origin, "expiresAt": until,
        })),
    }))
}

/// Returns what is told of a passkey.
pub fn passkey(passkey: &KnownPasskey) -> Value {
    value!({
        "passkey": passkey.id,
        "label": passkey.label,
        "createdAt": passkey.created_at.millis(),
        "lastUsedAt": passkey.used_at.map(Timestamp::millis),
    })
}

/// What proposals are shown with: operators by name, and how each kind is decided.
pub struct Register {
    pub names: BTreeMap<u32, String>,
    pub policies: Vec<(Kind, Policy)>,
}

impl Register {
    fn name(&self, operator: OperatorId) -> String {
        self.names.get(&operator.0).cloned().unwrap_or_default()
    }

    /// Returns how many approve what is not decided yet.
    fn approvals_needed(&self, proposal: &Proposal) -> Option<u8> {
        let mut policies = self.policies.iter();
        let found = policies.find(|(kind, _)| *kind == proposal.draft.kind);
        let open = found.filter(|_| proposal.state == State::Proposed);
        open.map(|(_, policy)| policy.approvals)
    }
}

/// Returns what is told of a proposal.
pub fn proposal(proposal: &Proposal, register: &Register) -> Value {
    let name = |operator: OperatorId| register.name(operator);
    let draft = &proposal.draft;
    let approvals = proposal.approvals.iter();
    let approvals = approvals
        .map(|(operator, at)| value!({"operator": name(*operator), "approvedAt": at.millis()}));
    value!({
        "proposal": proposal.id.0,
        "kind": draft.kind.name(),
        "parameters": draft.parameters,
        "reason": draft.reason,
        "worth": draft.worth,
        "digest": hex(&proposal.digest.0),
        "proposer": name(proposal.proposer),
        "createdAt": proposal.created_at.millis(),
        "expiresAt": proposal.expires_at.millis(),
        "state": proposal.state.name(),
        "approvals": approvals.collect::<Vec<Value>>(),
        "approvalsNeeded": register.approvals_needed(proposal),
        "decider": proposal.decided.map(|(decider, _)| name(decider)),
        "decidedAt": proposal.decided.map(|(_, at)| at.millis()),
        "executableAt": proposal.executable_at.millis(),
        "outcome": proposal.outcome,
    })
}

/// Returns who may propose and approve a kind.
pub fn policy((kind, policy): &(Kind, Policy)) -> Value {
    value!({
        "kind": kind.name(),
        "proposers": policy.proposers.text(),
        "approvers": policy.approvers.text(),
        "approvals": policy.approvals,
        "lockSeconds": policy.lock_nanos / NANOS_PER_SECOND,
        "expirySeconds": policy.expiry_nanos / NANOS_PER_SECOND,
    })
}

/// Returns what is told of a user who lost the second factors.
pub fn factor_reset(reset: &FactorReset) -> Value {
    value!({
        "reset": reset.id,
        "user": reset.user.0,
        "email": reset.email,
        "account": reset.account.map(|account| account.0),
        "askedAt": reset.asked_at.millis(),
    })
}

/// Returns the same, and what the user says.
pub fn factor_reset_with_statement(reset: &FactorReset) -> Value {
    let mut told = factor_reset(reset);
    told["statement"] = Value::from(reset.statement.as_str());
    told
}

/// Returns a row of the audit log.
pub fn audit_row(row: &Row) -> Value {
    value!({
        "number": row.number,
        "time": row.at.millis(),
        "actor": Actor::text(row.actor_kind, row.actor),
        "act": row.act,
        "subject": row.subject,
        "detail": row.detail,
        "address": row.address,
        "hash": hex(&row.hash),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
