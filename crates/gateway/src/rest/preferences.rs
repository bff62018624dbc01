//! Preferences: what a user's pages keep here, and the code by which the user knows our letters.
//!
//! **Source** `docs/spec/notifications.md`.

use identity::identity::IdentityError;
use identity::phishing::PhishingCode;
use identity::preferences::{Expected, Preference, VALUE_BYTES_MAX, is_name};
use model::id::OwnerId;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::{Time, TimeUnit};
use wire::json;

use crate::clock;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::note_own;
use crate::rest::opening::failed;
use crate::rest::password::{Code, prove_again};
use crate::rest::proof::Verdict;
use crate::user_data::news;
use crate::user_data::streams::Beside;

/// A document that is put instead of another to forget it.
const FORGET: &str = "null";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PreferenceAnswer<'a> {
    name: &'a str,
    value: &'a str,
    version: i64,
    changed_at: Time,
}

#[derive(Serialize)]
struct StoredAnswer<'a> {
    name: &'a str,
    version: i64,
}

/// What sockets are told of a document, in each unit of time.
#[derive(Serialize)]
struct ChangedEvent<'a> {
    e: &'static str,
    #[serde(rename = "E")]
    at: Time,
    #[serde(rename = "n")]
    name: &'a str,
    #[serde(rename = "v")]
    version: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhishingCodeAnswer {
    is_set: bool,
}

impl PreferenceAnswer<'_> {
    fn of(preference: &Preference, unit: TimeUnit) -> PreferenceAnswer<'_> {
        PreferenceAnswer {
            name: &preference.name,
            value: &preference.value,
            version: preference.version,
            changed_at: unit.show(preference.changed_at),
        }
    }
}

/// `GET /v1/preferences`: all documents of the user by name, or the one of a name.
///
/// # Errors
/// 401 for a request that no browser signed in for, -1130 for a name that can be none, -1000 when the database fails.
pub async fn list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let name = match ask.params.text("name")? {
        Some(name) => Some(checked_name(name)?),
        None => None,
    };
    let found = ask.gateway.identity().preferences(owner, name).await;
    let found = found.map_err(failed)?;
    let rows: Vec<PreferenceAnswer> = found
        .iter()
        .map(|preference| PreferenceAnswer::of(preference, ask.unit))
        .collect();
    Ok(Reply::ok(&rows))
}

/// `PUT /v1/preferences`: keeps a document, or forgets it.
///
/// # Errors
/// 401 for a request that no browser signed in for; -1130 for a name that can be none, a value that is no JSON, one for
/// which there is no room, and a version that is no more; -1000 when the database fails.
pub async fn set(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let name = checked_name(ask.params.mandatory("name")?)?;
    let value = ask.params.mandatory("value")?;
    if VALUE_BYTES_MAX < value.len() || json::check(value).is_err() {
        return Err(Refusal::of(Fault::PreferenceInvalid));
    }
    let expected = expected(ask.params)?;
    let identity = ask.gateway.identity();
    let now = clock::now();
    let version = if value.trim() == FORGET {
        let removed = identity.remove_preference(owner, name, expected).await;
        removed.map(|()| 0)
    } else {
        identity
            .set_preference(owner, (name, value), expected, now)
            .await
    };
    let version = version.map_err(not_stored)?;
    tell_changed(ask, (name, version), now);
    Ok(Reply::ok(&StoredAnswer { name, version }))
}

/// Tells the pages of a user which of the documents has changed; sessions are of the user's own account.
fn tell_changed(ask: &Ask<'_>, (name, version): (&str, i64), at: Timestamp) {
    let text = |unit: TimeUnit| {
        news::json(&ChangedEvent {
            e: "preferenceChanged",
            at: unit.show(at),
            name,
            version,
        })
    };
    let texts = [TimeUnit::Milliseconds, TimeUnit::Microseconds].map(text);
    let account = ask.session.key.account;
    let streams = ask.gateway.fanout().user_streams();
    streams.tell_beside(account, Beside::Preference, &texts, at);
}

/// `GET /v1/antiPhishingCode`: whether there is one; the code itself is told by letters alone.
///
/// # Errors
/// 401 for a request that no browser signed in for, -1000 when the database fails.
pub async fn phishing_code(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let owner = owner_of(ask).await?;
    let code = ask.gateway.identity().phishing_code(owner).await;
    let is_set = code.map_err(failed)?.is_some();
    Ok(Reply::ok(&PhishingCodeAnswer { is_set }))
}

/// `POST /v1/antiPhishingCode`: every letter shows the code from here on, or none.
///
/// # Errors
/// -1130 for a code that can be none; as `prove_again`.
pub async fn set_phishing_code(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let code = match ask.params.text("code")? {
        Some(text) => Some(PhishingCode::parse(text).ok_or_else(|| invalid("code"))?),
        None => None,
    };
    let proven = match prove_again(ask, Code::Expected).await? {
        Verdict::Proven(proven) => proven,
        Verdict::Wait(reply) => return Ok(reply),
    };
    let identity = ask.gateway.identity();
    let set = identity.set_phishing_code(proven.user, code.as_ref(), clock::now());
    set.await.map_err(failed)?;
    note_own(ask, "anti-phishing-code-set").await?;
    Ok(Reply::ok(&Empty {}))
}

/// Returns whose browser asks.
///
/// # Errors
/// 401 for a request that no browser signed in for, or of an account that is nobody's.
pub async fn owner_of(ask: &Ask<'_>) -> Result<OwnerId, Refusal> {
    let key = &ask.session.key;
    let refused = || Refusal::of(Fault::NotSignedIn);
    if key.csrf_token().is_none() {
        return Err(refused());
    }
    let owner = ask.gateway.identity().owner_of(key.account).await;
    owner.map_err(failed)?.ok_or_else(refused)
}

fn expected(params: &Params) -> Result<Expected, Refusal> {
    let version = params.integer("version")?;
    Ok(version.map_or(Expected::Anything, Expected::Version))
}

fn checked_name(name: &str) -> Result<&str, Refusal> {
    is_name(name).then_some(name).ok_or_else(|| invalid("name"))
}

fn invalid(name: &str) -> Refusal {
    Refusal::with(Fault::DataInvalid, &[name])
}

fn not_stored(error: IdentityError) -> Refusal {
    match error {
        IdentityError::PreferenceConflict { found } => {
            Refusal::with(Fault::PreferenceConflict, &[&found.to_string()])
        }
        IdentityError::PreferencesFull => Refusal::of(Fault::PreferencesFull),
        error => failed(error),
    }
}
