//! Beginning and ending sessions of browsers.
//!
//! A session is a key of its own, created and revoked by command, so that its end is ordered with its orders (D8).

use std::sync::Arc;

use identity::address::AddressRule;
use identity::identity::IdentityError;
use identity::identity::KeyTerms;
use identity::key::{Key, Signing};
use identity::login::NewLogin;
use identity::totp::Factor;
use model::account::Scopes;
use model::command::Command;
use model::event::Event;
use model::id::{AccountId, KeyId};
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde::Serialize;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::{Time, TimeUnit};

use crate::browser::set_cookie;
use crate::config::SecondFactor;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::closing::is_closed;
use crate::rest::opening::failed;

/// One more, and the oldest ends.
const SESSIONS_MAX: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionAnswer<'a> {
    account: u32,
    csrf_token: &'a str,
    can_trade: bool,
    created_at: Time,
    expires_at: Time,
}

/// A session that is about to begin.
pub struct NewSession {
    pub account: AccountId,
    pub addresses: AddressRule,
    /// `None` for a guest of the sandbox.
    pub login: Option<NewLogin>,
    pub seconds_max: i64,
}

/// Begins a session and returns the answer that gives it to the browser.
///
/// # Errors
/// Those of an overload, -1000 when the database fails.
pub async fn begin(
    gateway: &Gateway,
    new: NewSession,
    (unit, now): (TimeUnit, Timestamp),
) -> Result<Reply, Refusal> {
    if is_closed(gateway, new.account) {
        return Err(Refusal::of(Fault::LoginRefused));
    }
    end_oldest(gateway, new.account, now).await?;
    let terms = KeyTerms {
        account: new.account,
        label: "browser".to_owned(),
        scopes: scopes_of(&new, gateway.config().second_factor),
        addresses: new.addresses,
        signing: Signing::Parameters,
    };
    let identity = gateway.identity();
    let issued = identity.create_browser_key(&terms, new.login, now).await;
    let (key, token) = issued.map_err(|error| match error {
        IdentityError::PasswordStale => Refusal::of(Fault::LoginRefused),
        error => failed(error),
    })?;
    let expires_at = now.plus_nanos(new.seconds_max * NANOS_PER_SECOND);
    let create = Command::CreateKey {
        key: key.id,
        account: key.account,
        scopes: key.scopes,
        expires_at,
        grant: None,
    };
    carry_out(gateway, create).await?;
    let mut reply = told(gateway, &key, (expires_at, unit));
    reply.cookie = Some(set_cookie(&token, new.seconds_max));
    Ok(reply)
}

/// Money moves between accounts of a user by those who have shown to be one; guests of a sandbox have one account. It
/// leaves the exchange by those who have shown a second factor, too, each time. Where a factor is demanded for trading,
/// whoever has shown none reads.
fn scopes_of(new: &NewSession, second_factor: SecondFactor) -> Scopes {
    let scopes = Scopes::READ.with(Scopes::TRADE);
    let demanded = second_factor == SecondFactor::Trading;
    match new.login.as_ref().map(|login| login.factor) {
        None => scopes,
        Some(Factor::Absent) if mutant::plant!("factor-not-demanded", false, demanded) => {
            Scopes::READ
        }
        Some(Factor::Absent) => scopes.with(Scopes::TRANSFER),
        Some(Factor::Shown | Factor::Passkey { .. }) => Scopes::ALL,
    }
}

/// Returns the answer that tells a session; it trades as far as its account may.
pub fn told(gateway: &Gateway, key: &Arc<Key>, (expires_at, unit): (Timestamp, TimeUnit)) -> Reply {
    let account = gateway.hub().views().account(key.account);
    let may_trade = account.is_some_and(|account| account.may_trade());
    Reply::ok(&SessionAnswer {
        account: key.account.0,
        csrf_token: key.csrf_token().unwrap_or_default(),
        can_trade: may_trade && key.scopes.includes(Scopes::TRADE),
        created_at: unit.show(key.created_at),
        expires_at: unit.show(expires_at),
    })
}

/// Ends a session: first in the exchange, so that no order of it comes after.
///
/// # Errors
/// Those of an overload, -1000 when the database fails.
pub async fn end(gateway: &Gateway, key: KeyId, now: Timestamp) -> Result<(), Refusal> {
    revoke(gateway, key).await?;
    forget(gateway, key, now).await
}

/// Ends a session or a key in the exchange, which does nothing for it from here on.
///
/// # Errors
/// Those of an overload.
pub async fn revoke(gateway: &Gateway, key: KeyId) -> Result<(), Refusal> {
    if gateway.hub().views().key(key).is_some() {
        carry_out(gateway, Command::RevokeKey { key }).await?;
    }
    Ok(())
}

/// Forgets a session or a key that has ended in the exchange.
///
/// # Errors
/// -1000 when the database fails.
pub async fn forget(gateway: &Gateway, key: KeyId, now: Timestamp) -> Result<(), Refusal> {
    gateway.identity().revoke(key, now).await.map_err(failed)
}

/// Ends the sessions that have ended here and not yet in the exchange: until then they are refused one by one.
pub async fn end_ended(gateway: &Gateway, now: Timestamp) {
    for key in gateway.identity().ended_browsers(now) {
        if let Err(refusal) = end(gateway, key.id, now).await {
            tracing::warn!(?refusal, "a session was not ended; it is tried again");
        }
    }
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

/// Carries out a command about a key.
///
/// # Errors
/// Those of an overload, -2015 when the exchange refuses it.
pub async fn carry_out(gateway: &Gateway, command: Command) -> Result<(), Refusal> {
    let applied = gateway.hub().submit(command).await?;
    let is_refused = |event: &Event| matches!(event, Event::Rejected { .. });
    if applied.events.iter().any(is_refused) {
        return Err(Refusal::of(Fault::KeyRefused));
    }
    Ok(())
}
