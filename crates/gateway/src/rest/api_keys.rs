//! API keys of an account: making, listing and deleting them.
//!
//! **Source** `docs/spec/keys.md`.

use std::net::IpAddr;
use std::sync::Arc;

use identity::address::AddressRule;
use identity::api_key::{KEYS_MAX, is_label};
use identity::identity::{IdentityError, KeyTerms};
use identity::key::{Form, Key, Signing};
use model::account::Scopes;
use model::command::Command;
use model::id::{AccountId, KeyId, OwnerId, Reference};
use model::proof::{Grant, key_terms};
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::{Time, TimeUnit};

use crate::clock;
use crate::config::SecondFactor;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{done_own, note_own_about};
use crate::rest::challenge::{self, CREATE_KEY, Outcome, user_of};
use crate::rest::named_account::{ACCOUNT, account_in, is_sub_account, unknown};
use crate::rest::opening::failed;
use crate::rest::sessions::{carry_out, forget, revoke};

/// What a key may do, as parameters and answers say it.
pub const SCOPES: [(&str, Scopes); 4] = [
    ("read", Scopes::READ),
    ("trade", Scopes::TRADE),
    ("transfer", Scopes::TRANSFER),
    ("withdraw", Scopes::WITHDRAW),
];

/// What a key signs, as parameters and answers say it.
const SIGNINGS: [(&str, Signing); 2] = [
    ("parameters", Signing::Parameters),
    ("request", Signing::Request),
];

/// What is told of a key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyAnswer<'a> {
    id: u64,
    account: u32,
    api_key: &'a str,
    #[serde(rename = "type")]
    form: &'static str,
    label: &'a str,
    scopes: Vec<&'static str>,
    addresses: Option<Vec<IpAddr>>,
    signing: &'static str,
    created_at: Time,
    expires_at: Option<Time>,
    last_used_at: Option<Time>,
    weight_limit: Option<u32>,
    order_limit: Option<u32>,
    is_live: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewKeyAnswer<'a> {
    #[serde(flatten)]
    key: KeyAnswer<'a>,
    secret_key: Option<&'a str>,
}

/// What a request wants of a new key.
struct Wish<'a> {
    terms: KeyTerms,
    /// `Timestamp::MAX` for a key without an end.
    expires_at: Timestamp,
    pem: Option<&'a str>,
}

/// `POST /v1/keys`: a new key; the secret of one that has any is told this once.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for values that are not taken, those of
/// `challenge::answer` for a key that may do more than read, those of an overload, -1000 when the database fails.
pub async fn create(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let wish = read_wish(ask, now)?;
    check_withdraw(ask, &wish.terms)?;
    check_factor(ask, user, &wish.terms).await?;
    let grant = if wish.terms.scopes == Scopes::READ {
        if let Err(limited) = ask.gateway.attempts().count(ask.address, now) {
            return Ok(Reply::from(limited));
        }
        None
    } else {
        match challenge::answer(ask, CREATE_KEY).await? {
            Outcome::Wait(reply) => return Ok(reply),
            Outcome::Shown(shown) => Some(Grant::Factor(shown)),
        }
    };
    let identity = ask.gateway.identity();
    let issued = identity.issue_key(&wish.terms, wish.pem, now).await;
    let issued = issued.map_err(issue_failed)?;
    // Told first: no key is live of which its user was not told.
    let told_user = identity.tell_key(user, now).await.map_err(failed);
    let command = Command::CreateKey {
        key: issued.id,
        account: wish.terms.account,
        scopes: wish.terms.scopes,
        expires_at: wish.expires_at,
        grant,
    };
    let made = match told_user {
        Ok(()) => carry_out(ask.gateway, command).await,
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = made {
        // Whatever became of the command: nobody was told the key.
        identity.revoke(issued.id, now).await.map_err(failed)?;
        return Err(refusal);
    }
    let about = format!(
        "key {} of account {}: {}",
        issued.id.0,
        wish.terms.account.0,
        names_of(wish.terms.scopes).join(",")
    );
    note_own_about(ask, "key-created", about).await?;
    let key = identity.find(&issued.public_id);
    let key = key.ok_or_else(|| Refusal::of(Fault::KeyRefused))?;
    Ok(Reply::ok(&NewKeyAnswer {
        key: told(&key, Some(wish.expires_at), (ask.unit, now)),
        secret_key: issued.secret.as_deref(),
    }))
}

/// Returns the digest of what a key that is asked for would be allowed.
///
/// # Errors
/// Those of `read_wish`.
pub fn terms(ask: &Ask<'_>) -> Result<Reference, Refusal> {
    let Wish {
        terms, expires_at, ..
    } = read_wish(ask, clock::now())?;
    Ok(key_terms(terms.account, terms.scopes, expires_at))
}

/// `GET /v1/keys`: of the account and its sub-accounts, the oldest first, never with a secret.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password.
pub fn list(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    user_of(ask)?;
    let keys = keys_of_group(ask);
    let views = ask.gateway.hub().views();
    let expiry = |key: &Arc<Key>| views.key(key.id).map(|known| known.expires_at);
    let rows: Vec<KeyAnswer> = keys
        .iter()
        .map(|key| told(key, expiry(key), (ask.unit, now)))
        .collect();
    Ok(Reply::ok(&rows))
}

/// `DELETE /v1/keys`: first in the exchange, so that no order of it comes after.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for a number that is none of the account's, those
/// of an overload, -1000 when the database fails.
pub async fn delete(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let id = ask.number("id")?.map(KeyId);
    let keys = keys_of_group(ask);
    let key = keys.iter().find(|key| Some(key.id) == id);
    let key = key.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["id"]))?;
    revoke(ask.gateway, key.id).await?;
    let deleted = done_own(ask, "key-deleted", format!("key {}", key.id.0));
    forget(ask.gateway, key.id, now).await?;
    let told_user = ask.gateway.identity().tell_key_deleted(user, now).await;
    told_user.map_err(failed)?;
    deleted.write().await?;
    Ok(Reply::ok(&Empty {}))
}

/// Returns the keys of the account and its sub-accounts.
fn keys_of_group(ask: &Ask<'_>) -> Vec<Arc<Key>> {
    let own = ask.session.key.account;
    let mut keys = ask.gateway.identity().keys();
    let views = ask.gateway.hub().views();
    keys.retain(|key| key.account == own || is_sub_account(&views, own, key.account));
    keys
}

/// Returns the account that a new key is to be of: that of the session, or a sub-account of it.
fn key_account(ask: &Ask<'_>) -> Result<AccountId, Refusal> {
    let own = ask.session.key.account;
    match account_in(ask.params, ACCOUNT)? {
        None => Ok(own),
        Some(named) if named == own => Ok(own),
        Some(named) if is_sub_account(&ask.gateway.hub().views(), own, named) => Ok(named),
        Some(_) => Err(unknown(ACCOUNT)),
    }
}

fn read_wish<'a>(ask: &'a Ask<'_>, now: Timestamp) -> Result<Wish<'a>, Refusal> {
    let params = ask.params;
    let label = params.mandatory("label")?;
    if !is_label(label) {
        return Err(Refusal::with(Fault::DataInvalid, &["label"]));
    }
    let addresses = match params.text("addresses")? {
        None => AddressRule::Any,
        Some(text) => AddressRule::only(text)
            .ok_or_else(|| Refusal::with(Fault::DataInvalid, &["addresses"]))?,
    };
    Ok(Wish {
        terms: KeyTerms {
            account: key_account(ask)?,
            label: label.to_owned(),
            scopes: read_scopes(params)?,
            addresses,
            signing: read_signing(params)?,
        },
        expires_at: read_expiry(params, now)?,
        pem: params.text("publicKey")?,
    })
}

fn read_signing(params: &Params) -> Result<Signing, Refusal> {
    let Some(text) = params.text("signing")? else {
        return Ok(Signing::Parameters);
    };
    let known = SIGNINGS.iter().find(|(name, _)| *name == text);
    let known = known.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["signing"]))?;
    Ok(known.1)
}

const fn signing_name(signing: Signing) -> &'static str {
    match signing {
        Signing::Parameters => SIGNINGS[0].0,
        Signing::Request => SIGNINGS[1].0,
    }
}

fn names_of(scopes: Scopes) -> Vec<&'static str> {
    SCOPES
        .iter()
        .filter(|(_, scope)| scopes.includes(*scope))
        .map(|(name, _)| *name)
        .collect()
}

/// Reading is part of every key.
fn read_scopes(params: &Params) -> Result<Scopes, Refusal> {
    let mut scopes = Scopes::READ;
    for word in params
        .text("scopes")?
        .into_iter()
        .flat_map(|text| text.split(','))
    {
        let known = SCOPES.iter().find(|(name, _)| *name == word);
        let known = known.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["scopes"]))?;
        scopes = scopes.with(known.1);
    }
    Ok(scopes)
}

/// In milliseconds, as all moments of parameters.
fn read_expiry(params: &Params, now: Timestamp) -> Result<Timestamp, Refusal> {
    let Some(millis) = params.integer("expiresAt")? else {
        return Ok(Timestamp::MAX);
    };
    let expires_at = Timestamp::from_millis(millis);
    if expires_at <= now {
        return Err(Refusal::with(Fault::DataInvalid, &["expiresAt"]));
    }
    Ok(expires_at)
}

/// A key that may withdraw is bound to addresses.
fn check_withdraw(ask: &Ask<'_>, terms: &KeyTerms) -> Result<(), Refusal> {
    if !terms.scopes.includes(Scopes::WITHDRAW) {
        return Ok(());
    }
    if mutant::plant!(
        "withdraw-from-anywhere",
        false,
        terms.addresses == AddressRule::Any
    ) {
        return Err(Refusal::of(Fault::WithdrawNeedsAddresses));
    }
    // What leaves the exchange leaves it from the master.
    if terms.account != ask.session.key.account {
        return Err(Refusal::with(Fault::DataInvalid, &["scopes"]));
    }
    Ok(())
}

/// A key that may withdraw is of a user with a second factor; where trading needs one, so is a key that may more than
/// read.
async fn check_factor(ask: &Ask<'_>, user: OwnerId, terms: &KeyTerms) -> Result<(), Refusal> {
    let needs_factor = match ask.gateway.config().second_factor {
        SecondFactor::Withdrawals => terms.scopes.includes(Scopes::WITHDRAW),
        SecondFactor::Trading => terms.scopes != Scopes::READ,
    };
    if !needs_factor {
        return Ok(());
    }
    let identity = ask.gateway.identity();
    let passkeys = identity.passkeys(user).await.map_err(failed)?;
    if !identity.has_factor(user).await.map_err(failed)? && passkeys.is_empty() {
        return Err(Refusal::of(Fault::WithdrawNeedsFactor));
    }
    Ok(())
}

/// Returns what is told of a key; one that the exchange does not know is not live.
pub fn told(
    key: &Key,
    expires_at: Option<Timestamp>,
    (unit, now): (TimeUnit, Timestamp),
) -> KeyAnswer<'_> {
    let ends_at = expires_at.map(|expires_at| expires_at.min(key.bounds.ends_at));
    let used_at = Some(key.last_used()).filter(|used| Timestamp::ZERO < *used);
    KeyAnswer {
        id: key.id.0,
        account: key.account.0,
        api_key: &key.public_id,
        form: form_name(key.form()),
        label: &key.label,
        scopes: names_of(key.scopes),
        addresses: match &key.addresses {
            AddressRule::Any => None,
            AddressRule::Loopback => Some(vec![[127, 0, 0, 1].into()]),
            AddressRule::Only(list) => Some(list.clone()),
        },
        signing: signing_name(key.signing),
        created_at: unit.show(key.created_at),
        expires_at: ends_at
            .filter(|expires_at| *expires_at < Timestamp::MAX)
            .map(|expires_at| unit.show(expires_at)),
        last_used_at: used_at.map(|used| unit.show(used)),
        weight_limit: key.bounds.weight_per_minute,
        order_limit: key.bounds.orders_per_ten_seconds,
        is_live: ends_at.is_some_and(|expires_at| now < expires_at),
    }
}

/// Returns how a key signs, as answers say it.
pub const fn form_name(form: Form) -> &'static str {
    match form {
        Form::Hmac | Form::Browser => "HMAC",
        Form::Ed25519 => "ED25519",
        Form::Rsa => "RSA",
    }
}

fn issue_failed(error: IdentityError) -> Refusal {
    match error {
        IdentityError::TooManyKeys => Refusal::with(Fault::TooManyKeys, &[&KEYS_MAX.to_string()]),
        IdentityError::SigningUnsupported => Refusal::of(Fault::SigningUnsupported),
        IdentityError::KeyMalformed => Refusal::with(Fault::DataInvalid, &["publicKey"]),
        error => failed(error),
    }
}
