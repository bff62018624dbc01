//! One request of an operator in, one answer out: route, body, signature, role, parameters, deed.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::request::Parts;
use identity::audit::{Actor, Entry};
use identity::identity::{Identity, IdentityError};
use identity::operator::Operator;
use identity::operator_passkey::OperatorSession;
use identity::policy::Kind;
use identity::proposal::{Decision, Draft, Proposal, State};
use identity::webauthn::RelyingParty;
use model::id::{ProposalId, Reference};
use model::time::Timestamp;
use tokio::sync::{Mutex, watch};
use wire::binance::params::Params;

use crate::audit_standing::AuditStanding;
use crate::body::{RequestBody, read_body};
use crate::clock;
use crate::config::Bounds;
use crate::console::admission::{self, KeyRule, Refusals};
use crate::console::answer::{self, Register};
use crate::console::data_export::{Archives, Sources};
use crate::console::denied::Denied;
use crate::console::pages;
use crate::console::payout_limits;
use crate::console::reading::{self, Reading};
use crate::console::route::{self, Access, Endpoint, Found, Route};
use crate::console::session;
use crate::console::terms;
use crate::correlation;
use crate::data_export::Exports;
use crate::headers::check_plain;
use crate::hub::Hub;
use crate::origins::Origins;
use crate::refused::{Cause, Refused, Told, Who};
use crate::reply::Reply;

const ROWS_DEFAULT: u32 = 100;
pub(super) const ROWS_MAX: u32 = 1_000;
/// More digits than a digest has are none.
const DIGEST_CHARS: usize = 64;

/// Everything a request of an operator needs.
pub struct Office {
    pub(super) hub: Arc<Hub>,
    pub(super) identity: Arc<Identity>,
    pub(super) bounds: Bounds,
    pub(super) stopping: watch::Receiver<bool>,
    /// Held while proposals are carried out: one after the other.
    pub(super) turn: Mutex<()>,
    /// One at a time tells the journal where the audit log ends.
    pub(super) anchoring: Mutex<()>,
    pub(super) audit_standing: Arc<AuditStanding>,
    refusals: Refusals,
    /// Those of a minute that has too many for a row each.
    refused: Arc<Refused>,
    pub(super) premises: Premises,
    pub(super) origins: Origins,
    pub(super) archives: Archives,
}

/// How an office is run, and beside which pages.
pub struct Premises {
    /// For whom passkeys of operators are made.
    pub party: RelyingParty,
    pub key_rule: KeyRule,
    /// The digest of the pages of users, for whoever compares it with that of the release.
    pub pages_digest: String,
}

/// Who sent a request.
enum Caller {
    Key(Operator),
    Session(OperatorSession),
}

impl Caller {
    const fn operator(&self) -> &Operator {
        match self {
            Caller::Key(operator) => operator,
            Caller::Session(session) => &session.operator,
        }
    }
}

impl Office {
    /// Returns the office of these parts; it closes when told to stop.
    pub fn new(
        hub: Arc<Hub>,
        identity: Arc<Identity>,
        bounds: Bounds,
        premises: Premises,
        (sources, refused, audit_standing): (Sources, Arc<Refused>, Arc<AuditStanding>),
        stopping: watch::Receiver<bool>,
    ) -> Arc<Office> {
        Arc::new(Office {
            hub,
            identity,
            bounds,
            stopping,
            turn: Mutex::const_new(()),
            anchoring: Mutex::const_new(()),
            audit_standing,
            refusals: Refusals::default(),
            refused,
            origins: Origins::UNOWNED.with(&premises.party.origin),
            premises,
            archives: Archives {
                sources,
                exports: Exports::default(),
            },
        })
    }

    /// Answers a request.
    pub async fn answer_from(&self, address: IpAddr, parts: &Parts, body: RequestBody) -> Reply {
        match self.try_answer(address, parts, body).await {
            Ok(reply) => reply,
            Err(denied) => denied.reply(),
        }
    }

    async fn try_answer(
        &self,
        address: IpAddr,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<Reply, Denied> {
        let at = clock::now();
        let path = parts.uri.path();
        if let Some(page) = pages::find(&parts.method, path) {
            return Ok(page);
        }
        let endpoint = match route::find(&parts.method, path) {
            Found::Endpoint(endpoint) => endpoint,
            Found::OtherMethod => return Err(Denied::MethodNotAllowed),
            Found::Nothing => return Err(Denied::NotFound),
        };
        correlation::note_path(endpoint.path);
        check_plain(parts)?;
        let body = read_body(&parts.method, body, &self.bounds).await?;
        let query = parts.uri.query().unwrap_or("");
        if endpoint.access == Access::Anybody {
            let params = params(endpoint, query, &body)?;
            let asked = (&params, parts, body.as_str());
            let answered = self.welcome(endpoint.route, asked, address, at).await;
            return match answered {
                Err(denied) => Err(self.refused(None, (endpoint, denied), address, at).await?),
                answered => answered,
            };
        }
        let caller = match self.caller(endpoint, parts, (&body, address), at).await {
            Ok(caller) => caller,
            Err(denied) => {
                return Err(self.refused(None, (endpoint, denied), address, at).await?);
            }
        };
        let operator = caller.operator();
        if mutant::plant!(
            "operator-role-unchecked",
            false,
            !operator.roles.meets(endpoint.roles)
        ) {
            let why = (endpoint, Denied::RoleMissing);
            return Err(self.refused(Some(operator), why, address, at).await?);
        }
        if let Err(denied) = self.check_factor(endpoint.route, &caller).await {
            let why = (endpoint, denied);
            return Err(self.refused(Some(operator), why, address, at).await?);
        }
        let params = params(endpoint, query, &body)?;
        if let Caller::Session(session) = &caller {
            let own = self.in_session(endpoint.route, session, &params, (address, at));
            if let Some(reply) = own.await? {
                return Ok(reply);
            }
        }
        self.carry_out(endpoint, operator, &params, (address, at))
            .await
    }

    /// Returns the operator who signed a request, or whose session it comes from.
    async fn caller(
        &self,
        endpoint: &Endpoint,
        parts: &Parts,
        (body, address): (&str, IpAddr),
        at: Timestamp,
    ) -> Result<Caller, Denied> {
        let is_signed = parts.headers.contains_key(admission::KEY);
        let token = session::token(&parts.headers).filter(|_| !is_signed);
        let Some(token) = token else {
            if endpoint.access == Access::Session {
                return Err(Denied::SessionEnded);
            }
            let admitted = admission::admit(&self.identity, parts, (body, address), at);
            return Ok(Caller::Key(admitted.await?));
        };
        let found = match self.identity.operator_session(token, at).await {
            Err(IdentityError::OperatorUnknown) => return Err(Denied::SessionEnded),
            found => found?,
        };
        session::check_page(&self.origins, &found, endpoint.method, &parts.headers)?;
        Ok(Caller::Session(found))
    }

    /// Checks that a key file decides no more than its rule says: who has a passkey has to show it.
    async fn check_factor(&self, route: Route, caller: &Caller) -> Result<(), Denied> {
        let rule = self.premises.key_rule;
        let Caller::Key(operator) = caller else {
            return Ok(());
        };
        if !admission::decides(route) || rule == KeyRule::Always {
            return Ok(());
        }
        let passkeys = self.identity.operator_passkeys(operator.id).await?;
        let is_beside_passkey = mutant::plant!("key-beside-passkey", false, !passkeys.is_empty());
        // The first passkey has to come from somewhere.
        let is_too_much = rule == KeyRule::Never && route != Route::Enrol;
        if is_beside_passkey || is_too_much {
            return Err(Denied::PasskeyNeeded);
        }
        Ok(())
    }

    /// Answers what only a session asks, and checks what a session must show beside it; `None` for anything else.
    async fn in_session(
        &self,
        route: Route,
        session: &OperatorSession,
        params: &Params,
        (address, at): (IpAddr, Timestamp),
    ) -> Result<Option<Reply>, Denied> {
        if let Some(act) = session::act_asked_for(route, params)? {
            return Ok(Some(self.act_challenge(session, act, at).await?));
        }
        if let Some(act) = session::act_to_sign(route, params)? {
            self.check_proof(session, act, params, at).await?;
        }
        match route {
            Route::Session => {
                let (operator, csrf) = (&session.operator, session.csrf_token.as_str());
                Ok(Some(self.session_told((
                    operator,
                    csrf,
                    session.expires_at,
                ))))
            }
            Route::LogOut => Ok(Some(self.log_out(session, address, at).await?)),
            _ => Ok(None),
        }
    }

    /// Writes a refusal down, or counts it when the minute has too many, and returns it.
    async fn refused(
        &self,
        operator: Option<&Operator>,
        (endpoint, denied): (&Endpoint, Denied),
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Denied, Denied> {
        let asked = endpoint.path;
        if self.refusals.count(at) {
            let why = (asked, &denied);
            admission::note_refusal(&self.identity, operator, why, address, at).await?;
        } else {
            let who = operator.map_or(Who::Unknown, |operator| Who::Operator(operator.id));
            let cause = Cause::new(admission::REFUSED, who, address);
            let code = denied.code();
            self.refused.count(cause, Told { code, asked }, at);
        }
        Ok(denied)
    }

    async fn carry_out(
        &self,
        endpoint: &Endpoint,
        operator: &Operator,
        params: &Params,
        (address, at): (IpAddr, Timestamp),
    ) -> Result<Reply, Denied> {
        let reject = || -> Result<Decision, Denied> {
            let reason = mandatory(params, "reason")?.to_owned();
            Ok(Decision::Reject { reason })
        };
        match endpoint.route {
            Route::Myself => Ok(answer::json(answer::operator(operator))),
            Route::Operators => {
                let operators = self.identity.operators().await?;
                Ok(answer::list(operators.iter().map(answer::operator)))
            }
            Route::Proposals => self.proposals(params).await,
            Route::Proposal => {
                let proposal = self.identity.proposal(number(params)?).await?;
                self.shown(&proposal).await
            }
            Route::Propose => self.propose(operator, params, at).await,
            Route::Approve => {
                let decision = Decision::Approve(digest(params)?);
                self.decide(operator, params, decision, at).await
            }
            Route::Reject => self.decide(operator, params, reject()?, at).await,
            Route::Withdraw => self.decide(operator, params, Decision::Withdraw, at).await,
            Route::Policy => {
                let policies = self.identity.policies().await?;
                Ok(answer::list(policies.iter().map(answer::policy)))
            }
            Route::Incidents => self.incidents(at).await,
            Route::OpenIncident => self.open_incident(operator, params, at).await,
            Route::UpdateIncident => self.update_incident(operator, params, at).await,
            Route::Kyc => self.applications(params).await,
            Route::KycApplication => self.application(operator, params, at).await,
            Route::KycDocument => self.document(operator, params, at).await,
            Route::KycReview => self.review(operator, params, at).await,
            Route::BeyondDeposits => self.beyond_deposits(params).await,
            Route::Withdrawals => self.withdrawals(params).await,
            Route::Withdrawal => self.withdrawal(params).await,
            Route::PayoutLimits => Ok(payout_limits::list(&self.hub.views(), at)),
            Route::SettleWithdrawal => self.settle_withdrawal(operator, params, at).await,
            Route::RejectWithdrawal => self.reject_withdrawal(operator, params, at).await,
            Route::Users => self.users(operator, params, at).await,
            Route::ExportUser => self.export(operator, params, at).await,
            Route::FactorResets => {
                let resets = self.identity.factor_resets().await?;
                Ok(answer::list(resets.iter().map(answer::factor_reset)))
            }
            Route::Enrol => {
                let told = self.identity.operator_enrolment(operator.id, address, at);
                Ok(answer::enrolment(&told.await?, &self.premises.party, at))
            }
            Route::Passkeys => {
                let passkeys = self.identity.operator_passkeys(operator.id).await?;
                Ok(answer::list(passkeys.iter().map(answer::passkey)))
            }
            Route::RemovePasskey => self.remove_passkey(operator, params, (address, at)).await,
            Route::Invitation => self.invitation_half(operator, params, at).await,
            Route::AcceptInvitation
            | Route::BeginEnrolment
            | Route::AddPasskey
            | Route::LogInChallenge
            | Route::LogIn
            | Route::Session
            | Route::Approval
            | Route::PasskeyChallenge
            | Route::LevelChallenge
            | Route::SettlementChallenge
            | Route::LogOut => Err(Denied::NotFound),
            Route::FactorReset => self.factor_reset(operator, params, at).await,
            Route::Audit => {
                let after = whole(params, "after")?.unwrap_or(0);
                let after = i64::try_from(after).unwrap_or(i64::MAX);
                let rows = self.identity.audit_rows(after, limit(params)?).await?;
                Ok(answer::list(rows.iter().map(answer::audit_row)))
            }
        }
    }

    async fn proposals(&self, params: &Params) -> Result<Reply, Denied> {
        let state = match params.raw("state") {
            None => None,
            Some(name) => Some(State::parse(name).ok_or_else(|| {
                let states: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
                Denied::parameter("state", &format!("one of {}", states.join(", ")))
            })?),
        };
        let proposals = self.identity.proposals(state, limit(params)?).await?;
        let register = self.register().await?;
        Ok(answer::list(
            proposals
                .iter()
                .map(|proposal| answer::proposal(proposal, &register)),
        ))
    }

    async fn propose(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        let kind = Kind::parse(mandatory(params, "kind")?);
        let kind =
            kind.ok_or_else(|| Denied::parameter("kind", &format!("one of {}", kinds.join(", "))))?;
        check_names(kind, params)?;
        let reason = mandatory(params, "reason")?.to_owned();
        let person = self.person_of(kind, params).await?;
        let approvals = self.approvals_of(kind, params).await?;
        let reading = if kind.is_about_withdrawals() {
            self.withdrawal_reading(params).await?
        } else {
            let look_up = |name: &str| match (name, &person, &approvals) {
                ("account" | "user", Some(person), _) => Some(person.clone()),
                ("approvals", _, Some(approvals)) => Some(approvals.clone()),
                _ => params.raw(name).map(str::to_owned),
            };
            reading::read(kind, &self.hub.views(), &look_up, &reason)?
        };
        let Reading {
            parameters, worth, ..
        } = reading;
        let draft = Draft {
            kind,
            parameters,
            reason,
            worth,
        };
        let proposal = self.identity.propose(operator, draft, at).await?;
        self.shown(&proposal).await
    }

    /// Returns the number, of an account or a user, that an address stands in the place of.
    async fn person_of(&self, kind: Kind, params: &Params) -> Result<Option<String>, Denied> {
        let names = reading::names(kind).iter();
        let mut asked = names.filter(|name| ["account", "user"].contains(name));
        let asked = asked.next().zip(params.raw("email"));
        let Some((asked, email)) = asked else {
            return Ok(None);
        };
        if params.raw(asked).is_some() {
            let expected = format!("left out beside {asked}");
            return Err(Denied::parameter("email", &expected));
        }
        let users = self.identity.users().await?;
        let user = users.iter().find(|user| user.email == email);
        let unknown = || Denied::parameter("email", "the address of a user who has an account");
        let user = user.ok_or_else(unknown)?;
        if *asked == "user" {
            return Ok(Some(user.id.0.to_string()));
        }
        let account = self.identity.account_of(user.id).await?;
        Ok(Some(account.ok_or_else(unknown)?.0.to_string()))
    }

    /// Returns how many approve a kind now, for a policy that says nothing of it: what is decided about says it.
    async fn approvals_of(&self, kind: Kind, params: &Params) -> Result<Option<String>, Denied> {
        let is_left_out = kind == Kind::SetPolicy && params.raw("approvals").is_none();
        let of = params.raw("of").and_then(Kind::parse);
        let Some(of) = of.filter(|_| is_left_out) else {
            return Ok(None);
        };
        let policies = self.identity.policies().await?;
        let now = policies.iter().find(|(known, _)| *known == of);
        Ok(now.map(|(_, policy)| policy.approvals.to_string()))
    }

    /// What a user says of themselves is shown one at a time, and that it was is written down.
    async fn factor_reset(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        mandatory(params, "reset")?;
        let id = whole(params, "reset")?;
        let resets = self.identity.factor_resets().await?;
        let reset = resets.iter().find(|reset| Some(reset.id) == id);
        let reset =
            reset.ok_or_else(|| Denied::parameter("reset", "the number of an open reset"))?;
        let entry = Entry {
            at,
            actor: Actor::Operator(operator.id),
            act: "factor-reset-read",
            subject: format!("user {}", reset.user.0),
            detail: format!("reset {}", reset.id),
            address: None,
        };
        self.identity.note(&entry).await?;
        Ok(answer::json(answer::factor_reset_with_statement(reset)))
    }

    async fn decide(
        &self,
        operator: &Operator,
        params: &Params,
        decision: Decision,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let id = number(params)?;
        let proposal = self.identity.decide(operator, id, &decision, at).await?;
        if proposal.state == State::Approved && proposal.executable_at <= at {
            self.execute(id).await;
        }
        let proposal = self.identity.proposal(id).await?;
        self.shown(&proposal).await
    }

    async fn shown(&self, proposal: &Proposal) -> Result<Reply, Denied> {
        let register = self.register().await?;
        Ok(answer::json(answer::proposal(proposal, &register)))
    }

    async fn register(&self) -> Result<Register, Denied> {
        Ok(Register {
            names: self.names().await?,
            policies: self.identity.policies().await?,
        })
    }

    pub(super) async fn names(&self) -> Result<BTreeMap<u32, String>, Denied> {
        let operators = self.identity.operators().await?;
        let names = operators.into_iter();
        Ok(names
            .map(|operator| (operator.id.0, operator.name))
            .collect())
    }
}

/// Returns the parameters of a request: a GET has them in its query, a POST in its body, and none is unknown.
fn params(endpoint: &Endpoint, query: &str, body: &str) -> Result<Params, Denied> {
    if endpoint.method == route::Verb::Post && !query.is_empty() {
        return Err(Denied::Parameter(
            "parameters of a POST stand in its body, as a form".to_owned(),
        ));
    }
    let params = Params::parse(query, body)?;
    if endpoint.route != Route::Propose {
        let mut names = params.iter();
        if let Some((name, _)) = names.find(|(name, _)| !endpoint.parameters.contains(name)) {
            return Err(Denied::Parameter(format!("{name} is no parameter of this")));
        }
    }
    Ok(params)
}

fn check_names(kind: Kind, params: &Params) -> Result<(), Denied> {
    let names = reading::names(kind);
    for (name, _) in params.iter() {
        let is_known = matches!(name, "kind" | "reason")
            || names.contains(&name)
            || (name == "email" && (names.contains(&"account") || names.contains(&"user")))
            || (reading::takes_terms(kind) && terms::NAMES.contains(&name));
        if !is_known {
            let text = format!("{name} is no parameter of {}", kind.name());
            return Err(Denied::Parameter(text));
        }
    }
    Ok(())
}

pub(super) fn mandatory<'a>(params: &'a Params, name: &str) -> Result<&'a str, Denied> {
    let value = params.raw(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| Denied::Parameter(format!("{name} is missing")))
}

pub(super) fn whole(params: &Params, name: &str) -> Result<Option<u64>, Denied> {
    let Some(text) = params.raw(name) else {
        return Ok(None);
    };
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_plain);
    number
        .map(Some)
        .ok_or_else(|| Denied::parameter(name, "a whole number"))
}

pub(super) fn number(params: &Params) -> Result<ProposalId, Denied> {
    mandatory(params, "proposal")?;
    let number = whole(params, "proposal")?.unwrap_or(0);
    Ok(ProposalId(number))
}

pub(super) fn limit(params: &Params) -> Result<u32, Denied> {
    match whole(params, "limit")? {
        None => Ok(ROWS_DEFAULT),
        Some(limit) => match u32::try_from(limit) {
            Ok(limit @ 1..=ROWS_MAX) => Ok(limit),
            _ => Err(Denied::parameter("limit", "1 to 1000")),
        },
    }
}

pub(super) fn digest(params: &Params) -> Result<Reference, Denied> {
    let text = mandatory(params, "digest")?;
    let wrong = || Denied::parameter("digest", "the 64 hex digits that the proposal shows");
    if text.len() != DIGEST_CHARS || !text.is_ascii() {
        return Err(wrong());
    }
    let mut bytes = [0; DIGEST_CHARS / 2];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = core::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(Reference(bytes))
}
