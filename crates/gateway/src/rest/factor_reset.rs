//! Second factors that are lost: asking operators to take them away, and cancelling that.
//!
//! **Source** `docs/spec/accounts.md`.

use identity::factor_reset::{FactorResetClaim, is_statement};
use identity::login::Whence;
use identity::password::Password;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};

use crate::clock;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{note_own, note_stranger, note_user};
use crate::rest::challenge::user_of;
use crate::rest::holds::tell_holds;
use crate::rest::opening::failed;
use crate::rest::password::asker_of;
use crate::rest::proof::{PasswordVerdict, proof_failed, prove_password};
use crate::rest::register::{read_email, token_failed};

/// `POST /v1/factorReset/ask`: the answer is the same whether or not the address has a user.
///
/// # Errors
/// -1130 for an address that is none, -1003 for too many attempts, -1000 when the database fails.
pub async fn ask(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let email = read_email(call.params)?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let asker = asker_of(gateway, call, &email).await?;
    let asked = gateway.identity().ask_factor_reset(&email, asker, call.now);
    asked.await.map_err(failed)?;
    let place = (call.address, call.now);
    note_stranger(gateway, &email, "factor-reset-link-asked", place).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `POST /v1/factorReset`: operators look into it; payouts are held.
///
/// # Errors
/// -1130 for a token that is unknown, used or too old and for a statement that is none, -2015 for another password and
/// for a user who has nothing to take away, -1003 for too many attempts, -1008 when too many passwords wait to be hashed,
/// -1000 when the database fails.
pub async fn open(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let token = call.params.mandatory("token")?;
    let password = Password::claim(call.params.mandatory("password")?);
    let statement = call.params.mandatory("statement")?;
    if !is_statement(statement) {
        return Err(Refusal::with(Fault::DataInvalid, &["statement"]));
    }
    let identity = gateway.identity();
    let email = identity.factor_reset_email(token, call.now).await;
    let email = email.map_err(token_failed)?;
    let agent = call.visitor.agent();
    let whence = Whence {
        address: call.address,
        agent: &agent,
    };
    let said = (&email, password);
    let password = match prove_password(gateway, said, (whence, call.now)).await? {
        PasswordVerdict::Proven(password) => password,
        PasswordVerdict::Wait(reply) => return Ok(reply),
    };
    let claim = FactorResetClaim {
        token,
        password: &password,
        statement,
    };
    let opened = identity.open_factor_reset(claim, call.now).await;
    let user = opened.map_err(|error| match error {
        identity::identity::IdentityError::TokenRefused => token_failed(error),
        error => proof_failed(error),
    })?;
    tell_holds(gateway).await;
    let place = (call.address, call.now);
    note_user(gateway, user, "factor-reset-asked", place).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `POST /v1/factorReset/cancel`: by the token of the letter that told of it.
///
/// # Errors
/// -1130 for a token that is unknown or of what has ended, -1003 for too many attempts, -1000 when the database fails.
pub async fn cancel(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let token = call.params.mandatory("token")?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let cancelled = gateway.identity().cancel_factor_reset(token, call.now);
    let user = cancelled.await.map_err(token_failed)?;
    let place = (call.address, call.now);
    note_user(gateway, user, "factor-reset-cancelled", place).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `DELETE /v1/factorReset`: by a session of the user; also when there is nothing to cancel.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1000 when the database fails.
pub async fn cancel_own(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let identity = ask.gateway.identity();
    let cancelled = identity.cancel_factor_reset_of(user, clock::now()).await;
    if cancelled.map_err(failed)? {
        note_own(ask, "factor-reset-cancelled").await?;
    }
    Ok(Reply::ok(&Empty {}))
}
