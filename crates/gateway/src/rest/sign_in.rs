//! Sessions of browsers: signing in as a guest of the sandbox, asking who one is, signing out.
//!
//! A session is a key of its own, created and revoked by command, so that its end is ordered with its orders (D8).
//!
//! **Source** `docs/spec/binance-surface.md` §3.7.

use std::sync::Arc;

use identity::address::AddressRule;
use identity::identity::{IdentityError, KeyTerms};
use identity::key::Key;
use model::account::Scopes;
use model::command::Command;
use model::event::Event;
use model::id::{AccountId, KeyId};
use model::time::{NANOS_PER_DAY, Timestamp};
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::{Time, TimeUnit};

use crate::browser::set_cookie;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::ask::Ask;

const SECONDS_MAX: i64 = 24 * 60 * 60;
/// One more, and the oldest ends.
const SESSIONS_MAX: usize = 20;

/// An account of the sandbox as which anyone may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    pub name: String,
    pub account: AccountId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionAnswer<'a> {
    account: u32,
    csrf_token: &'a str,
    can_trade: bool,
    created_at: Time,
    expires_at: Time,
}

/// `POST /dev/session`, of the sandbox only.
///
/// # Errors
/// 404 where there are no guests, -1130 for a name that is none of them, those of an overload, -1000 when the database
/// fails.
pub async fn sign_in(
    gateway: &Gateway,
    params: &Params<'_>,
    (unit, now): (TimeUnit, Timestamp),
) -> Result<Reply, Refusal> {
    let guests = gateway.guests();
    if guests.is_empty() {
        return Err(Refusal::of(Fault::RouteUnknown));
    }
    let name = params.mandatory("name")?;
    let guest = guests.iter().find(|guest| guest.name == name);
    let guest = guest.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["name"]))?;
    end_oldest(gateway, guest.account, now).await?;
    let terms = KeyTerms {
        account: guest.account,
        label: "browser".to_owned(),
        scopes: Scopes::READ.with(Scopes::TRADE),
        // As all keys of a sandbox.
        addresses: AddressRule::Loopback,
    };
    let issued = gateway.identity().create_browser_key(&terms, now).await;
    let (key, token) = issued.map_err(|error| failed(&error))?;
    let expires_at = now.plus_nanos(NANOS_PER_DAY);
    let create = Command::CreateKey {
        key: key.id,
        account: key.account,
        scopes: key.scopes,
        expires_at,
    };
    carry_out(gateway, create).await?;
    let mut reply = told(&key, expires_at, unit);
    reply.cookie = Some(set_cookie(&token, SECONDS_MAX));
    Ok(reply)
}

/// `GET /v1/session`.
///
/// # Errors
/// 401 for a request that no browser signed in for.
pub fn session(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let key = &ask.session.key;
    let views = ask.gateway.hub().views();
    let known = views.key(key.id).filter(|_| key.csrf_token().is_some());
    let known = known.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
    Ok(told(key, known.expires_at, ask.unit))
}

/// `DELETE /v1/session`.
///
/// # Errors
/// 401 for a request that no browser signed in for, those of an overload, -1000 when the database fails.
pub async fn sign_out(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let key = &ask.session.key;
    if key.csrf_token().is_none() {
        return Err(Refusal::of(Fault::NotSignedIn));
    }
    end(ask.gateway, key.id, now).await?;
    let mut reply = Reply::ok(&Empty {});
    reply.cookie = Some(set_cookie("", 0));
    Ok(reply)
}

fn told(key: &Arc<Key>, expires_at: Timestamp, unit: TimeUnit) -> Reply {
    Reply::ok(&SessionAnswer {
        account: key.account.0,
        csrf_token: key.csrf_token().unwrap_or_default(),
        can_trade: key.scopes.includes(Scopes::TRADE),
        created_at: unit.show(key.created_at),
        expires_at: unit.show(expires_at),
    })
}

/// Makes room for one more session of an account.
async fn end_oldest(gateway: &Gateway, account: AccountId, now: Timestamp) -> Result<(), Refusal> {
    let sessions = gateway.identity().browsers(account);
    let too_many = (sessions.len() + 1).saturating_sub(SESSIONS_MAX);
    for key in &sessions[..too_many] {
        end(gateway, key.id, now).await?;
    }
    Ok(())
}

/// Ends a session: first in the exchange, so that no order of it comes after.
async fn end(gateway: &Gateway, key: KeyId, now: Timestamp) -> Result<(), Refusal> {
    if gateway.hub().views().key(key).is_some() {
        carry_out(gateway, Command::RevokeKey { key }).await?;
    }
    let revoked = gateway.identity().revoke(key, now).await;
    revoked.map_err(|error| failed(&error))
}

async fn carry_out(gateway: &Gateway, command: Command) -> Result<(), Refusal> {
    let applied = gateway.hub().submit(command).await?;
    let is_refused = |event: &Event| matches!(event, Event::Rejected { .. });
    if applied.events.iter().any(is_refused) {
        return Err(Refusal::of(Fault::KeyRefused));
    }
    Ok(())
}

fn failed(error: &IdentityError) -> Refusal {
    tracing::error!(event = "identity.failed", "{error}");
    Refusal::of(Fault::Unknown)
}
