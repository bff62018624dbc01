//! Changing an API key: label, addresses, end and limits.
//!
//! **Source** `docs/spec/keys.md`.

use identity::address::AddressRule;
use identity::api_key::is_label;
use identity::identity::IdentityError;
use identity::key::Key;
use identity::key_change::KeyChange;
use model::account::Scopes;
use model::command::Command;
use model::id::KeyId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;

use crate::clock;
use crate::config::RequestLimits;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::api_keys::told;
use crate::rest::ask::Ask;
use crate::rest::audited::note_own_about;
use crate::rest::challenge::{self, CHANGE_KEY, Outcome, user_of};
use crate::rest::opening::failed;
use crate::rest::sessions::carry_out;

/// What `addresses` says for everywhere.
const ANYWHERE: &str = "any";

/// `POST /v1/keys/change`: what is not given stays as it is.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for values that are not taken; for a key that may
/// do more than read and is to do more than now, those of `challenge::answer`; those of an overload; -1000 when the
/// database fails.
pub async fn change(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let id = ask.number("id")?.map(KeyId);
    let keys = ask.gateway.identity().keys_of(ask.session.key.account);
    let key = keys.iter().find(|key| Some(key.id) == id);
    let key = key.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["id"]))?;
    let limits = ask.gateway.config().limiting.limits();
    let change = read_change(ask.params, key, limits, now)?;
    let needs_addresses =
        key.scopes.includes(Scopes::WITHDRAW) && change.addresses == AddressRule::Any;
    if needs_addresses {
        return Err(Refusal::of(Fault::WithdrawNeedsAddresses));
    }
    let end = End::of(ask, key, &change)?;
    if key.scopes != Scopes::READ
        && (change.widens(key) || end.is_later())
        && let Outcome::Wait(reply) = challenge::answer(ask, CHANGE_KEY).await?
    {
        return Ok(reply);
    }
    let changed = ask.gateway.identity().change_key(user, key, &change, now);
    let changed = changed.await.map_err(|error| match error {
        IdentityError::KeyUnknown => Refusal::with(Fault::DataInvalid, &["id"]),
        error => failed(error),
    })?;
    // After the letter: no key lives longer of which its user was not told.
    if let Some(command) = end.command(key.id) {
        carry_out(ask.gateway, command).await?;
    }
    note_own_about(ask, "key-changed", format!("key {}", key.id.0)).await?;
    let views = ask.gateway.hub().views();
    let expiry = views.key(changed.id).map(|known| known.expires_at);
    Ok(Reply::ok(&told(&changed, expiry, (ask.unit, now))))
}

/// The end that a key was made with or given since, which the exchange keeps, and the one that it is to have.
struct End {
    kept: Timestamp,
    /// The earlier of what the exchange keeps and the end of its own.
    now: Timestamp,
    next: Timestamp,
}

impl End {
    /// # Errors
    /// -1130 for a later end of a key that the exchange does not know, or that has ended.
    fn of(ask: &Ask<'_>, key: &Key, change: &KeyChange) -> Result<End, Refusal> {
        let known = ask.gateway.hub().views().key(key.id);
        let kept = known.map_or(Timestamp::ZERO, |known| known.expires_at);
        let now = kept.min(key.bounds.ends_at);
        let next = match ask.params.text("expiresAt")? {
            None => now,
            Some(_) => change.bounds.ends_at,
        };
        let end = End { kept, now, next };
        if end.is_later() && now <= clock::now() {
            return Err(Refusal::with(Fault::DataInvalid, &["expiresAt"]));
        }
        Ok(end)
    }

    fn is_later(&self) -> bool {
        mutant::plant!("later-end-without-proof", false, self.now < self.next)
    }

    /// Returns what the exchange is to be told; of an earlier end nothing, which is the key's own.
    fn command(&self, key: KeyId) -> Option<Command> {
        (self.kept < self.next).then_some(Command::SetKeyEnd {
            key,
            expires_at: self.next,
        })
    }
}

/// Ends keys whose own end has come: in the exchange, so that no order of them comes after.
pub async fn end_due(gateway: &Gateway, now: Timestamp) {
    for key in gateway.identity().ended_keys(now) {
        let is_live = |known: &views::key::Key| known.is_live(now);
        if !gateway.hub().key(key).as_ref().is_some_and(is_live) {
            continue;
        }
        if let Err(refusal) = carry_out(gateway, Command::RevokeKey { key }).await {
            tracing::warn!(?refusal, "a key was not ended; it is tried again");
        }
    }
}

fn read_change(
    params: &Params,
    key: &Key,
    limits: &RequestLimits,
    now: Timestamp,
) -> Result<KeyChange, Refusal> {
    let invalid = |name: &str| Refusal::with(Fault::DataInvalid, &[name]);
    let mut change = KeyChange::of(key);
    if let Some(label) = params.text("label")? {
        if !is_label(label) {
            return Err(invalid("label"));
        }
        label.clone_into(&mut change.label);
    }
    if let Some(text) = params.text("addresses")? {
        change.addresses = match text {
            ANYWHERE => AddressRule::Any,
            text => AddressRule::only(text).ok_or_else(|| invalid("addresses"))?,
        };
    }
    if let Some(millis) = params.integer("expiresAt")? {
        change.bounds.ends_at = match millis {
            0 => Timestamp::MAX,
            millis => Some(Timestamp::from_millis(millis))
                .filter(|ends_at| now < *ends_at)
                .ok_or_else(|| invalid("expiresAt"))?,
        };
    }
    if let Some(limit) = params.integer("weightLimit")? {
        let limit = read_limit(limit, limits.weight_per_minute);
        change.bounds.weight_per_minute = limit.ok_or_else(|| invalid("weightLimit"))?;
    }
    if let Some(limit) = params.integer("orderLimit")? {
        let limit = read_limit(limit, limits.orders_per_ten_seconds);
        change.bounds.orders_per_ten_seconds = limit.ok_or_else(|| invalid("orderLimit"))?;
    }
    Ok(change)
}

/// Returns no limit for 0, and one up to that of everybody.
fn read_limit(number: i64, limit_max: u32) -> Option<Option<u32>> {
    match u32::try_from(number) {
        Ok(0) => Some(None),
        Ok(limit) if limit <= limit_max => Some(Some(limit)),
        _ => None,
    }
}
