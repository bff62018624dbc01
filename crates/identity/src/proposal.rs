//! Proposals: one operator proposes, another approves, and what was approved is carried out once.
//!
//! **Source** `docs/spec/operators.md` §4.

use model::id::{OperatorId, OwnerId, ProposalId, Reference};
use model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::identity::{Identity, IdentityError};
use crate::operator::{NewOperator, Operator, Roles, is_name};
use crate::operator_key::PublicKey;
use crate::outbox::{Notice, Subject};
use crate::policy::{Kind, Policy};
use crate::withdrawal::{self, WithdrawalError};

const LABEL: &[u8] = b"bourse.proposal.v1\0";
/// Characters of a reason.
pub const REASON_CHARS_MAX: usize = 500;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub kind: Kind,
    /// Names and values as `name=value&…`, each value in its one form: the text is what is approved and carried out.
    pub parameters: String,
    pub reason: String,
    /// What it is worth, as people read it; empty when that says nothing.
    pub worth: String,
}

impl Draft {
    /// Returns the digest of what both operators decide about.
    ///
    /// **Shape** SHA-256 of the label, then kind, parameters, reason and worth, each with its length in 8 bytes,
    /// little-endian, before it, then the proposer in 4 bytes.
    pub fn digest(&self, proposer: OperatorId) -> Reference {
        let mut hash = Sha256::new();
        hash.update(LABEL);
        let texts = [
            self.kind.name(),
            &self.parameters,
            &self.reason,
            &self.worth,
        ];
        for text in texts {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(proposer.0.to_le_bytes());
        Reference(hash.finalize().into())
    }

    /// Returns the value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let pairs = self
            .parameters
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(known, _)| *known == name);
        found.next().map(|(_, value)| value)
    }
}

/// How far a proposal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Proposed,
    /// It is about to be carried out.
    Approved,
    Rejected,
    Withdrawn,
    Expired,
    Executed,
    /// It was approved, and the exchange refused to carry it out.
    Refused,
}

impl State {
    pub const ALL: [State; 7] = [
        State::Proposed,
        State::Approved,
        State::Rejected,
        State::Withdrawn,
        State::Expired,
        State::Executed,
        State::Refused,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            State::Proposed => "proposed",
            State::Approved => "approved",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
            State::Expired => "expired",
            State::Executed => "executed",
            State::Refused => "refused",
        }
    }

    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A proposal and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub id: ProposalId,
    pub draft: Draft,
    pub digest: Reference,
    pub proposer: OperatorId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub state: State,
    /// Who approves it, and since when, the earliest first: distinct operators, none of whom proposed it. Once it is
    /// approved, those whose approvals counted.
    pub approvals: Vec<(OperatorId, Timestamp)>,
    /// Who gave the last approval, rejected or withdrew it, and when.
    pub decided: Option<(OperatorId, Timestamp)>,
    /// It is not carried out before.
    pub executable_at: Timestamp,
    /// What carrying it out led to; why it was rejected.
    pub outcome: String,
}

/// Why a step of a proposal was refused. Nothing has changed then but the audit log.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error("there is no such proposal")]
    Unknown,
    #[error("the proposal is {} already", .0.name())]
    NotOpen(State),
    #[error("nobody decides about what they proposed: ask another operator")]
    Own,
    #[error("you approved it already: it waits for another operator")]
    ApprovedBefore,
    #[error("only its proposer withdraws a proposal; others reject it")]
    Foreign,
    #[error("your roles do not allow this")]
    RoleMissing,
    #[error("the digest is that of something else: look at the proposal again")]
    DigestOther,
    #[error("{0}")]
    Parameters(&'static str),
}

/// What an operator decides about a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Approves what has this digest; as many do as the policy says.
    Approve(Reference),
    Reject {
        reason: String,
    },
    Withdraw,
}

/// What a proposal about people changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Add(NewOperator),
    /// Lets somebody of this name become an operator.
    Invite {
        name: String,
        roles: Roles,
    },
    Disable {
        name: String,
    },
    SetRoles {
        name: String,
        roles: Roles,
    },
    SetPolicy {
        of: Kind,
        proposers: Roles,
        approvers: Roles,
        /// As many as now when there is none.
        approvals: Option<u8>,
    },
    /// Takes the second factors of whoever asked for this reset away.
    ResetFactors {
        reset: u64,
    },
    /// Erases what is kept of a user who has closed the account.
    EraseUser {
        user: OwnerId,
    },
    /// Ends every session of a user.
    EndSessions {
        user: OwnerId,
    },
    /// Lets a withdrawal be paid.
    ApproveWithdrawal {
        id: u64,
    },
    /// Gives the money of an approved withdrawal back.
    FailWithdrawal {
        id: u64,
    },
}

/// Whom an act of operators concerns, and what tells them.
pub(crate) struct Telling {
    pub user: OwnerId,
    pub subject: Subject,
    pub notice: Notice,
}

/// Returns the change that a draft about people asks for.
///
/// # Errors
/// What is wrong with a parameter.
pub(crate) fn change_of(draft: &Draft) -> Result<Change, ProposalError> {
    let wrong = ProposalError::Parameters;
    let text = |name, what| draft.parameter(name).ok_or(wrong(what));
    if draft.kind == Kind::SetPolicy {
        return policy_of(draft);
    }
    if draft.kind == Kind::ResetFactors {
        let reset = text("reset", "reset is missing")?.parse();
        let reset = reset.map_err(|_| wrong("reset must be a number"))?;
        return Ok(Change::ResetFactors { reset });
    }
    if matches!(draft.kind, Kind::EraseUser | Kind::EndSessions) {
        let user = text("user", "user is missing")?.parse();
        let user = OwnerId(user.map_err(|_| wrong("user must be a number"))?);
        return Ok(match draft.kind {
            Kind::EraseUser => Change::EraseUser { user },
            _ => Change::EndSessions { user },
        });
    }
    if draft.kind.is_about_withdrawals() {
        let id = text("withdrawal", "withdrawal is missing")?.parse();
        let id = id.map_err(|_| wrong("withdrawal must be a number"))?;
        return Ok(match draft.kind {
            Kind::ApproveWithdrawal => Change::ApproveWithdrawal { id },
            _ => Change::FailWithdrawal { id },
        });
    }
    let name = text("name", "name is missing")?;
    if !is_name(name) {
        return Err(wrong("name must be 1 to 32 of a-z, 0-9 and -"));
    }
    let roles = || {
        let roles = Roles::parse(text("roles", "roles are missing")?);
        roles.ok_or(wrong(
            "roles must be out of viewer, support, compliance, treasury, market-ops, risk, admin, with commas",
        ))
    };
    let name = name.to_owned();
    match draft.kind {
        Kind::AddOperator => {
            let key = PublicKey::parse(text("public_key", "public_key is missing")?);
            Ok(Change::Add(NewOperator {
                name,
                roles: roles()?,
                public_key: key
                    .ok_or(wrong("public_key must be an Ed25519 key in 64 hex digits"))?,
            }))
        }
        Kind::InviteOperator => Ok(Change::Invite {
            name,
            roles: roles()?,
        }),
        Kind::DisableOperator => Ok(Change::Disable { name }),
        Kind::SetRoles => Ok(Change::SetRoles {
            name,
            roles: roles()?,
        }),
        _ => Err(wrong("this is not about operators")),
    }
}

/// Who decides about operators, and about who decides, stays as it is.
fn policy_of(draft: &Draft) -> Result<Change, ProposalError> {
    let wrong = ProposalError::Parameters;
    let of = draft.parameter("of").and_then(Kind::parse);
    let of = of.filter(|of| !of.is_about_operators());
    let of = of.ok_or(wrong("of must be a kind that is not about operators"))?;
    let roles = |name| draft.parameter(name).and_then(Roles::parse);
    let both = roles("proposers").zip(roles("approvers"));
    let (proposers, approvers) =
        both.ok_or(wrong("proposers and approvers must be roles, with commas"))?;
    let approvals = draft.parameter("approvals").map(str::parse::<u8>);
    let approvals = approvals
        .transpose()
        .map_err(|_| wrong("approvals must be 1 to 5"))?;
    let asked = (proposers, approvers);
    let checked = of.policy().with(asked, approvals.unwrap_or(1));
    checked.map_err(wrong)?;
    Ok(Change::SetPolicy {
        of,
        proposers,
        approvers,
        approvals,
    })
}

impl Identity {
    /// Writes a proposal down and returns it.
    ///
    /// # Errors
    /// `RoleMissing`, `Parameters`, or the database fails.
    pub async fn propose(
        &self,
        proposer: &Operator,
        draft: Draft,
        at: Timestamp,
    ) -> Result<Proposal, ProposalError> {
        let reason_chars = draft.reason.chars().count();
        if draft.reason.trim().is_empty() || REASON_CHARS_MAX < reason_chars {
            return Err(ProposalError::Parameters(
                "reason must have 1 to 500 characters",
            ));
        }
        if draft.kind.is_about_people() {
            self.check_person(&change_of(&draft)?).await?;
        }
        self.store.propose(proposer, draft, at).await
    }

    /// Refuses a change of a user of whom it cannot be carried out.
    async fn check_person(&self, change: &Change) -> Result<(), ProposalError> {
        match change {
            Change::ResetFactors { reset } => {
                let user = self.store.factor_reset_user(*reset).await?;
                user.map(|_| ()).ok_or(ProposalError::Parameters(
                    "reset must be the number of an open reset",
                ))
            }
            Change::EraseUser { user } => {
                let closing = self.store.closing_of(*user).await?;
                let is_closed = closing.is_some_and(|closing| closing.closed_at.is_some());
                is_closed.then_some(()).ok_or(ProposalError::Parameters(
                    "user must be the number of one who has closed the account",
                ))
            }
            Change::EndSessions { user } => {
                let users = self.store.users().await?;
                let is_known = users.iter().any(|known| known.id == *user);
                is_known
                    .then_some(())
                    .ok_or(ProposalError::Parameters("user must be that of a user"))
            }
            Change::ApproveWithdrawal { id } => {
                let waits = self
                    .is_withdrawal_in(*id, withdrawal::State::Waiting)
                    .await?;
                waits.then_some(()).ok_or(ProposalError::Parameters(
                    "withdrawal must be the number of one that waits",
                ))
            }
            Change::FailWithdrawal { id } => {
                let state = withdrawal::State::Processing;
                let is_approved = self.is_withdrawal_in(*id, state).await?;
                is_approved.then_some(()).ok_or(ProposalError::Parameters(
                    "withdrawal must be the number of one that was approved and not settled",
                ))
            }
            _ => Ok(()),
        }
    }

    async fn is_withdrawal_in(
        &self,
        id: u64,
        state: withdrawal::State,
    ) -> Result<bool, ProposalError> {
        match self.store.withdrawal(id).await {
            Ok(request) => Ok(request.state == state),
            Err(WithdrawalError::Identity(error)) => Err(error.into()),
            Err(_) => Ok(false),
        }
    }

    /// Decides about a proposal and returns it as it is then.
    ///
    /// # Errors
    /// The first that applies of `Unknown`, `NotOpen`, `Own`, `Foreign`, `RoleMissing`, `DigestOther`.
    pub async fn decide(
        &self,
        operator: &Operator,
        id: ProposalId,
        decision: &Decision,
        at: Timestamp,
    ) -> Result<Proposal, ProposalError> {
        let notice = match decision {
            Decision::Approve(_) => self.reset_notice(id).await?,
            Decision::Reject { .. } | Decision::Withdraw => None,
        };
        let told = notice.as_ref();
        self.store.decide(operator, id, (decision, told), at).await
    }

    /// Returns whose factors a proposal would take away, and what tells them; `None` for any other proposal, and for a
    /// reset that was cancelled.
    async fn reset_notice(
        &self,
        id: ProposalId,
    ) -> Result<Option<(OwnerId, Notice)>, ProposalError> {
        let proposal = self.store.proposal(id).await?;
        if proposal.draft.kind != Kind::ResetFactors {
            return Ok(None);
        }
        let Change::ResetFactors { reset } = change_of(&proposal.draft)? else {
            return Ok(None);
        };
        let Some(user) = self.store.factor_reset_user(reset).await? else {
            return Ok(None);
        };
        Ok(Some((user, self.notice(user).await?)))
    }

    /// Returns what tells the user whose sessions a proposal ends; `None` for any other proposal.
    async fn ended_notice(&self, id: ProposalId) -> Result<Option<Notice>, ProposalError> {
        let proposal = self.store.proposal(id).await?;
        if proposal.draft.kind != Kind::EndSessions {
            return Ok(None);
        }
        let Change::EndSessions { user } = change_of(&proposal.draft)? else {
            return Ok(None);
        };
        let told = self.telling(user, Subject::SessionsEnded).await?;
        Ok(told.map(|told| told.notice))
    }

    /// Notes what the exchange made of an approved proposal, and tells the user whom it concerns; one that was noted stays
    /// as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish(
        &self,
        id: ProposalId,
        state: State,
        outcome: &str,
        (about, at): (Option<(OwnerId, Subject)>, Timestamp),
    ) -> Result<(), IdentityError> {
        let told = match about {
            Some((user, subject)) => self.telling(user, subject).await?,
            None => None,
        };
        let told = told.as_ref();
        self.store.finish(id, state, outcome, (told, at)).await
    }

    /// Returns what tells somebody, if they are a user: accounts of the sandbox may be nobody's.
    async fn telling(
        &self,
        user: OwnerId,
        subject: Subject,
    ) -> Result<Option<Telling>, IdentityError> {
        match self.notice(user).await {
            Ok(notice) => Ok(Some(Telling {
                user,
                subject,
                notice,
            })),
            Err(IdentityError::UserUnknown) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Carries out an approved proposal about people, once. Whose sessions it ends is signed out at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_people(&self, id: ProposalId, at: Timestamp) -> Result<(), ProposalError> {
        let notice = match self.reset_notice(id).await? {
            Some((_, notice)) => Some(notice),
            None => self.ended_notice(id).await?,
        };
        let notice = notice.as_ref();
        // No login gets between the commit and the end of the sessions.
        let _turn = self.logins.lock().await;
        if let Some(user) = self.store.change_people(id, notice, at).await? {
            self.end_logins(user);
        }
        Ok(())
    }

    /// Returns the proposals of a state, or all, the newest first, at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn proposals(
        &self,
        state: Option<State>,
        count_max: u32,
    ) -> Result<Vec<Proposal>, IdentityError> {
        self.store.proposals(state, count_max).await
    }

    /// Returns who may propose and approve each kind now.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn policies(&self) -> Result<Vec<(Kind, Policy)>, IdentityError> {
        self.store.policies().await
    }

    /// Returns a proposal.
    ///
    /// # Errors
    /// `Unknown`, or the database fails.
    pub async fn proposal(&self, id: ProposalId) -> Result<Proposal, ProposalError> {
        self.store.proposal(id).await
    }

    /// Returns what is approved and may be carried out now, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_proposals(&self, at: Timestamp) -> Result<Vec<Proposal>, IdentityError> {
        self.store.due_proposals(at).await
    }

    /// Ends the proposals that nobody decided about in time, and forgets nonces that are too old to come again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_proposals(&self, at: Timestamp) -> Result<(), IdentityError> {
        self.store.expire_proposals(at).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            kind: Kind::Adjust,
            parameters: "account=1&asset=USDT&amount=5".to_owned(),
            reason: "a".to_owned(),
            worth: "5 USDT".to_owned(),
        }
    }

    #[test]
    fn a_digest_covers_every_part() {
        let (draft, proposer) = (draft(), OperatorId(1));
        let digest = draft.digest(proposer);
        let others = [
            Draft {
                kind: Kind::SetPhase,
                ..draft.clone()
            },
            Draft {
                parameters: "account=1&asset=USDT&amount=6".to_owned(),
                ..draft.clone()
            },
            Draft {
                reason: "b".to_owned(),
                ..draft.clone()
            },
            Draft {
                worth: String::new(),
                ..draft.clone()
            },
            Draft {
                reason: "a5 USDT".to_owned(),
                worth: String::new(),
                ..draft.clone()
            },
        ];
        for other in others {
            assert_ne!(other.digest(proposer), digest, "{other:?}");
        }
        assert_ne!(draft.digest(OperatorId(2)), digest);
    }

    #[test]
    fn parameters_are_found_by_their_whole_name() {
        let draft = draft();
        assert_eq!(draft.parameter("amount"), Some("5"));
        assert_eq!(draft.parameter("count"), None);
    }

    #[test]
    fn a_change_of_operators_is_read_strictly() {
        let of = |kind, parameters: &str| {
            change_of(&Draft {
                kind,
                parameters: parameters.to_owned(),
                ..draft()
            })
        };
        assert!(of(Kind::DisableOperator, "name=ann").is_ok());
        assert!(of(Kind::SetRoles, "name=ann&roles=risk").is_ok());
        for (kind, parameters) in [
            (Kind::DisableOperator, ""),
            (Kind::DisableOperator, "name=Ann"),
            (Kind::SetRoles, "name=ann"),
            (Kind::SetRoles, "name=ann&roles=god"),
            (Kind::AddOperator, "name=ann&roles=risk"),
            (Kind::AddOperator, "name=ann&roles=risk&public_key=00"),
            (Kind::Adjust, "name=ann"),
        ] {
            assert!(of(kind, parameters).is_err(), "{kind:?} {parameters}");
        }
    }
}
