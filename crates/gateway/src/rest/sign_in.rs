//! Signing in, asking who one is, signing out.
//!
//! **Source** `docs/spec/accounts.md` and `docs/spec/binance-surface.md` §3.7.

use identity::address::AddressRule;
use identity::login::{Login, NewLogin, Whence};
use identity::password::Password;
use model::id::AccountId;
use model::time::Timestamp;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;

use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{done_own, note_user};
use crate::rest::opening::account_of;
use crate::rest::passkeys::read_assertion;
use crate::rest::proof::{Claim, Second, Verdict, prove};
use crate::rest::register::read_email;
use crate::rest::sessions::{self, NewSession, begin, end, forget, revoke};

const GUEST_SECONDS_MAX: i64 = 24 * 60 * 60;
const LOGIN_SECONDS_MAX: i64 = 12 * 60 * 60;

/// An account of the sandbox as which anyone may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    pub name: String,
    pub account: AccountId,
}

/// `POST /dev/session`, of the sandbox only.
///
/// # Errors
/// 404 where there are no guests, -1130 for a name that is none of them, those of an overload, -1000 when the database
/// fails.
pub async fn sign_in(
    gateway: &Gateway,
    params: &Params,
    (unit, now): (TimeUnit, Timestamp),
) -> Result<Reply, Refusal> {
    let guests = gateway.guests();
    if guests.is_empty() {
        return Err(Refusal::of(Fault::RouteUnknown));
    }
    let name = params.mandatory("name")?;
    let guest = guests.iter().find(|guest| guest.name == name);
    let guest = guest.ok_or_else(|| Refusal::with(Fault::DataInvalid, &["name"]))?;
    let new = NewSession {
        account: guest.account,
        // As all keys of a sandbox.
        addresses: AddressRule::Loopback,
        login: None,
        seconds_max: GUEST_SECONDS_MAX,
    };
    begin(gateway, new, (unit, now)).await
}

/// `POST /v1/login`: a new session, instead of the one that the browser has.
///
/// # Errors
/// As `prove`; 404 for a passkey where they are not offered, -1130 for one that is none, -1003 for too many attempts,
/// those of an overload.
pub async fn log_in(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let agent = call.visitor.agent();
    let claim = Claim {
        email: read_email(call.params)?,
        password: Password::claim(call.params.mandatory("password")?),
        second: second_of(gateway, call)?,
        whence: Whence {
            address: call.address,
            agent: &agent,
        },
        now: call.now,
    };
    let proven = match prove(gateway, claim).await? {
        Verdict::Proven(proven) => proven,
        Verdict::Wait(reply) => return Ok(reply),
    };
    let login = Login {
        user: proven.user,
        agent: agent.clone(),
        address: call.address.to_canonical(),
    };
    let new = NewLogin {
        login,
        password: proven.password,
        factor: proven.factor,
    };
    end_former(gateway, call).await?;
    let new = new_session(gateway, new).await?;
    let begun = begin(gateway, new, (call.unit, call.now)).await?;
    note_user(gateway, proven.user, "login", (call.address, call.now)).await?;
    Ok(begun)
}

/// Returns what stands beside the password: what a passkey has signed, or a code, if anything.
fn second_of<'a>(gateway: &'a Gateway, call: &'a Call<'_>) -> Result<Second<'a>, Refusal> {
    if call.params.text("assertion")?.is_none() {
        return Ok(Second::CodeToSignIn(call.params.text("totp")?));
    }
    Ok(Second::Passkey {
        token: call.params.mandatory("challenge")?,
        assertion: read_assertion(call.params)?,
        party: gateway.relying_party()?,
    })
}

/// Ends the session that the browser had.
///
/// # Errors
/// Those of an overload, -1000 when the database fails.
pub async fn end_former(gateway: &Gateway, call: &Call<'_>) -> Result<(), Refusal> {
    let former = call.visitor.token;
    let former = former.and_then(|token| gateway.identity().find_browser(token, call.now));
    match former {
        Some(former) => end(gateway, former.id, call.now).await,
        None => Ok(()),
    }
}

/// Returns the session of a user who has shown to be one.
///
/// # Errors
/// As `account_of`.
pub async fn new_session(gateway: &Gateway, new: NewLogin) -> Result<NewSession, Refusal> {
    Ok(NewSession {
        account: account_of(gateway, new.login.user).await?,
        addresses: AddressRule::Any,
        login: Some(new),
        seconds_max: LOGIN_SECONDS_MAX,
    })
}

/// `GET /v1/session`.
///
/// # Errors
/// 401 for a request that no browser signed in for.
pub fn session(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let key = &ask.session.key;
    let expires_at = ask
        .gateway
        .hub()
        .views()
        .key(key.id)
        .map(|key| key.expires_at);
    let expires_at = expires_at.filter(|_| key.csrf_token().is_some());
    let expires_at = expires_at.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
    let times = (expires_at, ask.unit);
    Ok(sessions::told(ask.gateway, key, times))
}

/// `DELETE /v1/session`.
///
/// # Errors
/// Those of an overload, -1000 when the database fails.
pub async fn sign_out(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let key = &ask.session.key;
    revoke(ask.gateway, key.id).await?;
    let about = format!("session {}", key.id.0);
    let ended = done_own(ask, "session-ended", about);
    forget(ask.gateway, key.id, now).await?;
    ended.write().await?;
    Ok(Reply::ok(&Empty {}).signed_out())
}
