//! Another address of a user.
//!
//! **Source** `docs/spec/accounts.md`.

use model::id::OwnerId;
use wire::binance::answer::market::Empty;
use wire::binance::error::Refusal;

use crate::clock;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{note_own, note_user};
use crate::rest::challenge::{self, CHANGE_EMAIL, Outcome, user_of};
use crate::rest::holds::tell_holds;
use crate::rest::opening::failed;
use crate::rest::register::{read_email, token_failed};
use crate::rest::sessions::end_ended;

/// `POST /v1/email/change`: a message to the new address, whether or not somebody has it.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for an address that is none, those of
/// `challenge::answer`, -1000 when the database fails.
pub async fn change(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let email = read_email(ask.params)?;
    if let Outcome::Wait(reply) = challenge::answer(ask, CHANGE_EMAIL).await? {
        return Ok(reply);
    }
    let asked = ask.gateway.identity();
    let asked = asked.ask_email_change(user, &email, clock::now()).await;
    asked.map_err(failed)?;
    note_own(ask, "email-change-asked").await?;
    Ok(Reply::ok(&Empty {}))
}

/// `POST /v1/email/confirm`: from here on it is the user's address; all sessions end.
///
/// # Errors
/// -1130 for a token that is unknown, used or too old, or whose address is another user's, -1003 for too many attempts,
/// -1000 when the database fails.
pub async fn confirm(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let token = call.params.mandatory("token")?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let confirmed = gateway.identity().confirm_email_change(token, call.now);
    let user = confirmed.await.map_err(token_failed)?;
    finish(gateway, call, (user, "email-changed")).await
}

/// `POST /v1/email/return`: the user has the former address again; all sessions end.
///
/// # Errors
/// As `confirm`.
pub async fn give_back(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let token = call.params.mandatory("token")?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let returned = gateway.identity().return_email(token, call.now).await;
    let user = returned.map_err(token_failed)?;
    finish(gateway, call, (user, "email-returned")).await
}

async fn finish(
    gateway: &Gateway,
    call: &Call<'_>,
    (user, act): (OwnerId, &'static str),
) -> Result<Reply, Refusal> {
    tell_holds(gateway).await;
    end_ended(gateway, call.now).await;
    note_user(gateway, user, act, (call.address, call.now)).await?;
    Ok(Reply::ok(&Empty {}))
}
