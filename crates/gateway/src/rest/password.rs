//! Passwords that are forgotten or changed.
//!
//! **Source** `docs/spec/accounts.md`.

use identity::email::Email;
use identity::login::{Asker, Login, NewLogin, Whence};
use identity::password::{Password, PasswordHash};
use identity::totp::Factor;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};

use crate::clock;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{note_own, note_stranger, note_user};
use crate::rest::holds::tell_holds;
use crate::rest::opening::failed;
use crate::rest::proof::{Claim, Second, Verdict, proof_failed, prove};
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
    let asker = asker_of(gateway, call, &email).await?;
    let asked = gateway.identity().ask_reset(&email, asker, call.now);
    asked.await.map_err(failed)?;
    note_stranger(
        gateway,
        &email,
        "password-reset-asked",
        (call.address, call.now),
    )
    .await?;
    Ok(Reply::ok(&Empty {}))
}

/// Returns who asks for a letter to an address.
///
/// # Errors
/// -1000 when the database fails.
pub async fn asker_of(gateway: &Gateway, call: &Call<'_>, email: &Email) -> Result<Asker, Refusal> {
    let agent = call.visitor.agent();
    let whence = Whence {
        address: call.address,
        agent: &agent,
    };
    gateway
        .identity()
        .asker(email, &whence)
        .await
        .map_err(failed)
}

/// `POST /v1/password/reset`: another password, and the end of all sessions.
///
/// # Errors
/// -1130 for a token that is unknown, used or too old and for a password that is not taken, -1003 for too many attempts,
/// -1008 when too many passwords wait to be hashed, -1000 when the database fails.
pub async fn reset(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let token = call.params.mandatory("token")?;
    let password = choose_password(gateway, call.params, ("newPassword", None))?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let hash = hash(gateway, password).await?;
    let reset = gateway
        .identity()
        .reset_password(token, &hash, call.now)
        .await;
    let user = reset.map_err(token_failed)?;
    tell_holds(gateway).await;
    end_ended(gateway, call.now).await;
    note_user(gateway, user, "password-reset", (call.address, call.now)).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `POST /v1/password/change`: another password, the end of all sessions, and a new one for who asks, unless that takes a
/// passkey.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for a new password that is not taken; as `prove`;
/// -1003 for too many attempts, those of an overload.
pub async fn change(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let (gateway, now) = (ask.gateway, clock::now());
    let login = ask.session.key.login.as_ref();
    let login = login.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
    let email = gateway
        .identity()
        .email_of(login.user)
        .await
        .map_err(failed)?;
    let chosen = choose_password(gateway, ask.params, ("newPassword", Some(&email)))?;
    let proven = match prove_again(ask, Code::Expected).await? {
        Verdict::Proven(proven) => proven,
        Verdict::Wait(reply) => return Ok(reply),
    };
    let password = hash(gateway, chosen).await?;
    let identity = gateway.identity();
    let changed = identity.change_password(proven.user, &proven.password, &password, now);
    changed.await.map_err(proof_failed)?;
    tell_holds(gateway).await;
    end_ended(gateway, now).await;
    note_own(ask, "password-changed").await?;
    let needs_passkey = identity.needs_passkey(Some(proven.user)).await;
    if proven.factor == Factor::Absent && needs_passkey.map_err(failed)? {
        return Ok(Reply::ok(&Empty {}).signed_out());
    }
    let login = Login {
        user: proven.user,
        agent: ask.visitor.agent(),
        address: ask.address.to_canonical(),
    };
    let new = NewLogin {
        login,
        password,
        factor: proven.factor,
    };
    let new = new_session(gateway, new).await?;
    begin(gateway, new, (ask.unit, now)).await
}

/// What the code of a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// It shows the second factor, where there is one.
    Expected,
    /// It is for something else.
    Foreign,
}

/// Lets a user who is signed in show it again: a session that was left open is no proof.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password; as `prove`.
pub async fn prove_again(ask: &Ask<'_>, code: Code) -> Result<Verdict, Refusal> {
    let login = ask.session.key.login.as_ref();
    let login = login.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
    let password = Password::claim(ask.params.mandatory("password")?);
    let email = ask.gateway.identity().email_of(login.user).await;
    let agent = ask.visitor.agent();
    let claim = Claim {
        email: email.map_err(failed)?,
        password,
        second: Second::Code(match code {
            Code::Expected => ask.params.text("totp")?,
            Code::Foreign => None,
        }),
        whence: Whence {
            address: ask.address,
            agent: &agent,
        },
        now: clock::now(),
    };
    prove(ask.gateway, claim).await
}

async fn hash(gateway: &Gateway, password: Password) -> Result<PasswordHash, Refusal> {
    let place = gateway.hashing().reserve();
    let place = place.ok_or_else(|| Refusal::of(Fault::Overloaded))?;
    place.hash(password).await.map_err(failed)
}
