//! Passwords that are forgotten or changed.
//!
//! **Source** `docs/spec/accounts.md`.

use identity::identity::IdentityError;
use identity::login::{Attempt, Login, NewLogin};
use identity::password::{Password, PasswordHash};
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};

use crate::attempts::too_many;
use crate::clock;
use crate::gateway::{Call, Gateway};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::opening::failed;
use crate::rest::register::{choose_password, read_email, token_failed};
use crate::rest::sessions::{begin, end_ended};
use crate::rest::sign_in::new_session;

/// `POST /v1/password/forgot`: the answer is the same whether or not the address has a user.
///
/// # Errors
/// -1130 for an address that is none, -1003 for too many attempts, -1000 when the database fails.
pub async fn forgot(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let email = read_email(call.params)?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let asked = gateway.identity().ask_reset(&email, call.now).await;
    asked.map_err(failed)?;
    Ok(Reply::ok(&Empty {}))
}

/// `POST /v1/password/reset`: another password, and the end of all sessions.
///
/// # Errors
/// -1130 for a token that is unknown, used or too old and for a password that is not taken, -1003 for too many attempts,
/// -1008 when too many passwords wait to be hashed, -1000 when the database fails.
pub async fn reset(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let token = call.params.mandatory("token")?;
    let password = choose_password(gateway, call.params, "newPassword")?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let hash = hash(gateway, password).await?;
    let reset = gateway
        .identity()
        .reset_password(token, &hash, call.now)
        .await;
    reset.map_err(token_failed)?;
    end_ended(gateway, call.now).await;
    Ok(Reply::ok(&Empty {}))
}

/// `POST /v1/password/change`: another password, the end of all sessions, and a new one for who asks.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -2015 when the old password is another, -1130 for a new
/// one that is not taken, -1003 for too many attempts, -1008 when too many passwords wait to be hashed, those of an
/// overload, -1000 when the database fails.
pub async fn change(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let (gateway, now) = (ask.gateway, clock::now());
    let login = ask.session.key.login.as_ref();
    let login = login.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
    let claimed = Password::claim(ask.params.mandatory("password")?);
    let chosen = choose_password(gateway, ask.params, "newPassword")?;
    if let Err(limited) = gateway.attempts().count(ask.address, now) {
        return Ok(Reply::from(limited));
    }
    let former = match compare(ask, login, claimed).await? {
        Compared::Right(former) => former,
        Compared::Wait(reply) => return Ok(reply),
    };
    let password = hash(gateway, chosen).await?;
    let identity = gateway.identity();
    let changed = identity.change_password(login.user, &former, &password, now);
    changed.await.map_err(change_failed)?;
    end_ended(gateway, now).await;
    let login = Login {
        user: login.user,
        agent: ask.visitor.agent(),
        address: ask.address.to_canonical(),
    };
    let new = new_session(gateway, NewLogin { login, password }).await?;
    begin(gateway, new, (ask.unit, now)).await
}

enum Compared {
    Right(PasswordHash),
    /// It came too early.
    Wait(Reply),
}

/// Compares a password with that of a user who is signed in: a session that was left open is no proof of it.
async fn compare(ask: &Ask<'_>, login: &Login, claimed: Password) -> Result<Compared, Refusal> {
    let identity = ask.gateway.identity();
    let email = identity.email_of(login.user).await.map_err(failed)?;
    let place = ask.gateway.hashing().reserve();
    let place = place.ok_or_else(|| Refusal::of(Fault::Overloaded))?;
    let attempt = identity.begin_attempt(&email, clock::now()).await;
    if let Attempt::Wait { seconds } = attempt.map_err(failed)? {
        return Ok(Compared::Wait(Reply::from(too_many(seconds))));
    }
    let known = identity.password_of(&email).await.map_err(failed)?;
    let former = known.map(|(_, hash)| hash);
    let is_right = place.compare(claimed, former.clone()).await;
    let is_right = is_right.map_err(failed)?;
    let former = former.filter(|_| is_right);
    let former = former.ok_or_else(|| Refusal::of(Fault::LoginRefused))?;
    identity.forget_failures(&email).await.map_err(failed)?;
    Ok(Compared::Right(former))
}

async fn hash(gateway: &Gateway, password: Password) -> Result<PasswordHash, Refusal> {
    let place = gateway.hashing().reserve();
    let place = place.ok_or_else(|| Refusal::of(Fault::Overloaded))?;
    place.hash(password).await.map_err(failed)
}

fn change_failed(error: IdentityError) -> Refusal {
    match error {
        IdentityError::PasswordStale => Refusal::of(Fault::LoginRefused),
        error => failed(error),
    }
}
