//! Holds of payouts that the exchange is to be told of, and how secure a user is.
//!
//! **Source** `docs/spec/keys.md`.

use identity::login_rule::LoginRule;
use model::command::Command;
use model::time::Timestamp;
use serde::Serialize;
use views::views::Views;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::Time;

use crate::clock;
use crate::gateway::Gateway;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::note_own_about;
use crate::rest::challenge::{self, Outcome, SET_LOGIN, user_of};
use crate::rest::opening::failed;
use model::id::AccountId;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SecurityAnswer {
    has_second_factor: bool,
    recovery_codes_left: u32,
    passkeys: usize,
    password_alone: bool,
    payouts_held_until: Option<Time>,
    factor_reset_asked_at: Option<Time>,
}

/// Tells the exchange of holds; what it cannot be told now is told within a second, or after a start.
pub async fn tell_holds(gateway: &Gateway) {
    let identity = gateway.identity();
    let holds = match identity.untold_holds().await {
        Ok(holds) => holds,
        Err(error) => {
            tracing::warn!(%error, "holds of payouts were not read; it is tried again");
            return;
        }
    };
    for hold in holds {
        let command = Command::HoldPayouts {
            owner: hold.user,
            until: hold.until,
        };
        // A refusal says that it is held until then anyway, or that then has passed.
        let told = match gateway.hub().submit(command).await {
            Ok(_) => identity.note_told(hold).await.map_err(failed),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = told {
            tracing::warn!(?refusal, "payouts are not held yet; it is tried again");
        }
    }
}

/// Returns until when nothing is paid out of an account, `None` when everything is: by the time of the exchange, which
/// decides.
pub fn held_until(views: &Views, account: AccountId) -> Option<Timestamp> {
    let owner = views.account(account)?.owner;
    let until = views.payouts_held_until(owner);
    until.filter(|until| views.at() < *until)
}

/// `GET /v1/security`.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1000 when the database fails.
pub async fn security(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let (identity, user) = (ask.gateway.identity(), user_of(ask)?);
    let standing = identity.standing(user).await.map_err(failed)?;
    let passkeys = identity.passkeys(user).await.map_err(failed)?;
    let rule = identity.login_rule(user).await.map_err(failed)?;
    let asked_at = identity.factor_reset_asked_at(user).await.map_err(failed)?;
    let account = ask.session.key.account;
    let held_until = held_until(&ask.gateway.hub().views(), account);
    Ok(Reply::ok(&SecurityAnswer {
        has_second_factor: standing.has_factor,
        recovery_codes_left: standing.recovery_codes,
        passkeys: passkeys.len(),
        password_alone: rule == LoginRule::PasswordOrPasskey,
        payouts_held_until: held_until.map(|until| ask.unit.show(until)),
        factor_reset_asked_at: asked_at.map(|at| ask.unit.show(at)),
    }))
}

/// `POST /v1/login/rule`: whether a password alone signs in beside a passkey.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, those of `challenge::answer`, -1000 when the database
/// fails.
pub async fn set_login(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let rule = match ask.params.choice("passwordAlone")? {
        Some(true) => LoginRule::PasswordOrPasskey,
        Some(false) => LoginRule::NeverPasswordAlone,
        None => return Err(Refusal::with(Fault::MandatoryMissing, &["passwordAlone"])),
    };
    if let Outcome::Wait(reply) = challenge::answer(ask, SET_LOGIN).await? {
        return Ok(reply);
    }
    let set = ask
        .gateway
        .identity()
        .set_login_rule(user, rule, clock::now());
    set.await.map_err(failed)?;
    tell_holds(ask.gateway).await;
    let about = match rule {
        LoginRule::PasswordOrPasskey => "a password alone signs in",
        LoginRule::NeverPasswordAlone => "a password alone signs nobody in",
    };
    note_own_about(ask, "login-rule-set", about.to_owned()).await?;
    Ok(Reply::ok(&Empty {}))
}
