//! Users as operators look them up: what they and their accounts may do, and what protects them; never a secret.
//!
//! Whoever looks is written down first. The user is not told.
//!
//! **Source** `docs/spec/operators.md` §2.3.

use std::collections::BTreeMap;
use std::sync::Arc;

use identity::audit::{Actor, Entry};
use identity::closing::Closing;
use identity::email::Email;
use identity::erasure::Erasure;
use identity::identity::IdentityError;
use identity::key::Key;
use identity::kyc::Application;
use identity::operator::Operator;
use identity::passkey::Passkey;
use identity::policy::Kind;
use identity::proposal::State;
use identity::user::{Standing, User};
use model::account::{AccountState, OwnerState};
use model::id::{AccountId, OwnerId};
use model::time::Timestamp;
use serde_json::{Value, json};
use views::account::Account;
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;

use crate::console::answer;
use crate::console::denied::Denied;
use crate::console::office::{Office, ROWS_MAX, mandatory};
use crate::console::reading::ACCOUNT_STATES;
use crate::reply::Reply;
use crate::rest::api_keys;

/// A user, as the database says it.
struct Known {
    user: User,
    standing: Standing,
    /// Of one whose account is closed.
    closing: Option<Closing>,
    erasure: Option<Erasure>,
    application: Option<Application>,
    passkeys: Vec<Passkey>,
}

/// An account of a user, and what reaches it.
struct Held {
    account: Account,
    label: Option<String>,
    /// The newest decision that an account which is restricted is under.
    proposal: Option<u64>,
    keys: Vec<Arc<Key>>,
    sessions: Vec<Arc<Key>>,
}

impl Office {
    /// Returns the users of a number or an address, those who closed their accounts under it among them.
    pub(super) async fn users(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let found = self.users_of(mandatory(params, "who")?).await?;
        self.note_look_up(operator, &found, at).await?;
        let mut told = Vec::new();
        for user in found {
            let accounts = self.held_by(user.id, at).await?;
            let accounts = accounts.iter().map(|held| self.account_told(held, at));
            let accounts = Value::Array(accounts.collect());
            told.push(self.user_told(user, accounts, at).await?);
        }
        Ok(answer::json(Value::Array(told)))
    }

    async fn users_of(&self, who: &str) -> Result<Vec<User>, Denied> {
        if let Some(email) = Email::parse(who) {
            return Ok(self.identity.users_under(&email).await?);
        }
        let Ok(number) = who.parse() else {
            return Ok(Vec::new());
        };
        match self.identity.user(OwnerId(number)).await {
            Ok(user) => Ok(vec![user]),
            Err(IdentityError::UserUnknown) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// A look that finds nobody is one, too.
    async fn note_look_up(
        &self,
        operator: &Operator,
        found: &[User],
        at: Timestamp,
    ) -> Result<(), Denied> {
        let mut subjects: Vec<String> = found
            .iter()
            .map(|user| format!("user {}", user.id.0))
            .collect();
        if subjects.is_empty() {
            subjects.push("nobody".to_owned());
        }
        for subject in subjects {
            let entry = Entry {
                at,
                actor: Actor::Operator(operator.id),
                act: "user-looked-up",
                subject,
                detail: String::new(),
                address: None,
            };
            self.identity.note(&entry).await?;
        }
        Ok(())
    }

    async fn user_told(&self, user: User, accounts: Value, at: Timestamp) -> Result<Value, Denied> {
        let (identity, owner) = (&self.identity, user.id);
        let closing = identity.closing_of(owner).await?;
        let known = Known {
            user,
            standing: identity.standing(owner).await?,
            closing: closing.filter(|closing| closing.closed_at.is_some()),
            erasure: identity.erasure_of(owner).await?,
            application: identity.application_of(owner).await?,
            passkeys: identity.passkeys(owner).await?,
        };
        let views = self.hub.views();
        let level = views.allowances().of_owner(owner);
        let held_until = views.payouts_held_until(owner);
        let mut told = shown(&known);
        told["level"] = json!(level.map(|level| level.number()));
        told["payoutsHeldUntil"] = json!(
            held_until
                .filter(|until| at < *until)
                .map(Timestamp::millis)
        );
        told["accounts"] = accounts;
        Ok(told)
    }

    async fn held_by(&self, owner: OwnerId, at: Timestamp) -> Result<Vec<Held>, Denied> {
        let identity = &self.identity;
        let numbers = identity.accounts_of(owner).await?;
        let named = identity.sub_accounts(owner).await?.into_iter();
        let mut labels: BTreeMap<AccountId, String> = named
            .filter_map(|sub_account| Some((sub_account.account?, sub_account.label)))
            .collect();
        let accounts: Vec<Account> = {
            let views = self.hub.views();
            let numbers = numbers.into_iter();
            numbers.filter_map(|number| views.account(number)).collect()
        };
        let restricted = accounts
            .iter()
            .any(|account| account.state != AccountState::Active);
        let mut proposals = match restricted {
            true => self.state_proposals().await?,
            false => BTreeMap::new(),
        };
        let is_live = |key: &Arc<Key>| {
            let known = self.hub.key(key.id);
            !key.has_ended(at) && known.is_some_and(|known| known.is_live(at))
        };
        let held = accounts.into_iter().map(|account| {
            let number = account.account;
            let mut sessions = identity.browsers(number);
            sessions.retain(is_live);
            Held {
                label: labels.remove(&number),
                proposal: proposals
                    .remove(&number)
                    .filter(|_| account.state != AccountState::Active),
                keys: identity.keys_of(number),
                sessions,
                account,
            }
        });
        Ok(held.collect())
    }

    /// Returns the newest decision about the state of each account, among the thousand that were carried out last.
    async fn state_proposals(&self) -> Result<BTreeMap<AccountId, u64>, Denied> {
        let executed = self.identity.proposals(Some(State::Executed), ROWS_MAX);
        let mut newest = BTreeMap::new();
        for proposal in executed.await? {
            let account = proposal.draft.parameter("account");
            let account = account.and_then(|account| account.parse().ok());
            if let Some(account) = account
                && proposal.draft.kind == Kind::SetAccountState
            {
                newest.entry(AccountId(account)).or_insert(proposal.id.0);
            }
        }
        Ok(newest)
    }

    fn account_told(&self, held: &Held, at: Timestamp) -> Value {
        let account = &held.account;
        let moment = (TimeUnit::Milliseconds, at);
        let keys = held.keys.iter().map(|key| {
            let expiry = self.hub.key(key.id).map(|known| known.expires_at);
            json!(api_keys::told(key, expiry, moment))
        });
        let mut states = ACCOUNT_STATES.iter();
        let state = states.find(|(_, state)| *state == account.state);
        json!({
            "account": account.account.0,
            "label": held.label,
            "isMaster": account.is_master(),
            "state": state.map(|(name, _)| *name),
            "stateProposal": held.proposal,
            "ownerState": owner_state(account.owner_state),
            "feeTier": account.tier.row(),
            "openedAt": account.opened_at.millis(),
            "keys": keys.collect::<Vec<Value>>(),
            "sessions": held.sessions.iter().map(|key| session(key)).collect::<Vec<Value>>(),
        })
    }
}

const fn owner_state(state: OwnerState) -> &'static str {
    match state {
        OwnerState::Open => "open",
        OwnerState::Frozen => "frozen",
        OwnerState::Closed => "closed",
    }
}

fn session(key: &Key) -> Value {
    let login = key.login.as_ref();
    json!({
        "session": key.id.0,
        "agent": login.map(|login| login.agent.as_str()),
        "address": login.map(|login| login.address.to_string()),
        "createdAt": key.created_at.millis(),
        "lastUsedAt": key.last_used().max(key.created_at).millis(),
    })
}

/// Returns what is told of a user beside what the exchange knows.
fn shown(known: &Known) -> Value {
    let (user, standing) = (&known.user, &known.standing);
    let closing = known.closing.as_ref();
    let email = match closing {
        Some(closing) => closing.email.clone(),
        None => Some(user.email.clone()),
    };
    let used = |passkey: &Passkey| Some(passkey.last_used).filter(|used| Timestamp::ZERO < *used);
    let passkeys = known.passkeys.iter().map(|passkey| {
        json!({
            "label": passkey.label,
            "createdAt": passkey.created_at.millis(),
            "lastUsedAt": used(passkey).map(Timestamp::millis),
        })
    });
    let application = known.application.as_ref().map(|application| {
        json!({
            "application": application.id,
            "level": application.level.number(),
            "state": application.state.name(),
        })
    });
    json!({
        "user": user.id.0,
        "name": user.name,
        "email": email,
        "closedAt": closing.and_then(|closing| closing.closed_at).map(Timestamp::millis),
        "erasure": known.erasure.as_ref().map(erasure),
        "application": application,
        "hasPassword": standing.has_password,
        "hasGenerator": standing.has_factor,
        "passkeys": passkeys.collect::<Vec<Value>>(),
        "recoveryCodes": standing.recovery_codes,
        "failures": standing.failures,
    })
}

/// How far it has come, and since when.
fn erasure(erasure: &Erasure) -> Value {
    let (state, at) = match (erasure.ended_at, erasure.begun_at) {
        (Some(at), _) => ("done", at),
        (None, Some(at)) => ("done but for what a term keeps", at),
        (None, None) => ("due", erasure.asked_at),
    };
    json!({"state": state, "at": at.millis()})
}

/// Returns what an answer consists of, for machines.
pub fn schema() -> Value {
    let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    let flag = json!({"type": "boolean"});
    let maybe = |kind: &str| json!({"type": [kind, "null"]});
    let list = |members: Value| json!({"type": "array", "items": object(members)});
    let maybe_object = |members: Value| json!({"anyOf": [object(members), {"type": "null"}]});
    let key = json!({
        "id": number, "account": number, "apiKey": text, "type": text, "label": text,
        "scopes": {"type": "array", "items": text},
        "addresses": {"type": ["array", "null"], "items": text},
        "signing": text, "createdAt": number, "expiresAt": maybe("integer"),
        "lastUsedAt": maybe("integer"), "weightLimit": maybe("integer"),
        "orderLimit": maybe("integer"), "isLive": flag,
    });
    let session = json!({
        "session": number, "agent": maybe("string"), "address": maybe("string"),
        "createdAt": number, "lastUsedAt": number,
    });
    let account = json!({
        "account": number, "label": maybe("string"), "isMaster": flag,
        "state": {"enum": ACCOUNT_STATES.map(|(name, _)| name)},
        "stateProposal": maybe("integer"),
        "ownerState": {"enum": ["open", "frozen", "closed"]},
        "feeTier": number, "openedAt": number, "keys": list(key), "sessions": list(session),
    });
    object(json!({
        "user": number, "name": text, "email": maybe("string"), "closedAt": maybe("integer"),
        "erasure": maybe_object(json!({"state": text, "at": number})),
        "application": maybe_object(json!({"application": number, "level": number, "state": text})),
        "level": maybe("integer"), "payoutsHeldUntil": maybe("integer"), "hasPassword": flag,
        "hasGenerator": flag,
        "passkeys": list(json!({
            "label": text, "createdAt": number, "lastUsedAt": maybe("integer"),
        })),
        "recoveryCodes": number, "failures": number, "accounts": list(account),
    }))
}

fn object(members: Value) -> Value {
    let names: Vec<String> = members
        .as_object()
        .map(|members| members.keys().cloned().collect())
        .unwrap_or_default();
    json!({"type": "object", "properties": members, "required": names})
}
