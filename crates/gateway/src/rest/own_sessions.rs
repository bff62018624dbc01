//! The sessions of an account: which there are, and ending one or all of them.
//!
//! **Source** `docs/spec/accounts.md`.

use identity::login::Login;
use model::id::KeyId;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::Time;

use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::done_own;
use crate::rest::sessions::{forget, revoke};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnSessionAnswer<'a> {
    id: u64,
    agent: Option<String>,
    address: Option<String>,
    place: Option<&'a str>,
    created_at: Time,
    last_used_at: Time,
    is_own: bool,
}

/// `GET /v1/sessions`, the oldest first.
///
/// # Errors
/// 401 for a request that no browser signed in for.
pub fn list(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let own = browser_of(ask)?;
    let sessions = ask.gateway.identity().browsers(ask.session.key.account);
    let place = |login: &Login| ask.gateway.place_of(login.address);
    let rows: Vec<OwnSessionAnswer<'_>> = sessions
        .iter()
        .filter(|key| {
            ask.gateway
                .hub()
                .key(key.id)
                .is_some_and(|known| known.is_live(now))
        })
        .filter(|key| !key.has_ended(now))
        .map(|key| OwnSessionAnswer {
            id: key.id.0,
            agent: key.login.as_ref().map(|login| login.agent.clone()),
            address: key.login.as_ref().map(|login| login.address.to_string()),
            place: key.login.as_ref().and_then(place),
            created_at: ask.unit.show(key.created_at),
            last_used_at: ask.unit.show(key.last_used().max(key.created_at)),
            is_own: key.id == own,
        })
        .collect();
    Ok(Reply::ok(&rows))
}

/// `DELETE /v1/sessions`: one by its number, or all; in the exchange all of them end before the database is asked.
///
/// # Errors
/// 401 for a request that no browser signed in for, -1130 for a number that is none of the account's, those of an
/// overload, -1000 when the database fails.
pub async fn end_some(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let own = browser_of(ask)?;
    let mut sessions = ask.gateway.identity().browsers(ask.session.key.account);
    if let Some(id) = ask.number("id")? {
        sessions.retain(|key| key.id == KeyId(id));
        if sessions.is_empty() {
            return Err(Refusal::with(Fault::DataInvalid, &["id"]));
        }
    }
    // One's own last: whoever is refused in between can ask again.
    sessions.sort_by_key(|key| key.id == own);
    let mut ended = Vec::new();
    let mut revoked = Ok(());
    for key in &sessions {
        revoked = revoke(ask.gateway, key.id).await;
        if revoked.is_err() {
            break;
        }
        let about = format!("session {}", key.id.0);
        ended.push((key.id, done_own(ask, "session-ended", about)));
    }
    for (id, row) in ended {
        forget(ask.gateway, id, now).await?;
        row.write().await?;
    }
    revoked?;
    let reply = Reply::ok(&Empty {});
    if sessions.iter().any(|key| key.id == own) {
        return Ok(reply.signed_out());
    }
    Ok(reply)
}

fn browser_of(ask: &Ask<'_>) -> Result<KeyId, Refusal> {
    let key = &ask.session.key;
    let is_browser = key.csrf_token().is_some();
    is_browser
        .then_some(key.id)
        .ok_or_else(|| Refusal::of(Fault::NotSignedIn))
}
