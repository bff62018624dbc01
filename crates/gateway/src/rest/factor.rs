//! Second factors: enrolling a secret, making it count, taking it away.
//!
//! **Source** `docs/spec/accounts.md`.

use identity::totp::Factor;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};

use crate::clock;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::note_own;
use crate::rest::challenge::{self, CONFIRM_FACTOR, Outcome};
use crate::rest::holds::tell_holds;
use crate::rest::opening::failed;
use crate::rest::password::{Code, prove_again};
use crate::rest::proof::{Verdict, proof_failed};
use crate::rest::sessions::end_ended;

#[derive(Serialize)]
struct SecretAnswer<'a> {
    secret: &'a str,
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecoveryAnswer<'a> {
    recovery_codes: &'a [String],
}

/// `POST /v1/totp/enrol`: a secret, which counts once it is confirmed.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -2015 when there is a factor, -1000 when the database
/// fails.
pub async fn enrol(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let login = ask.session.key.login.as_ref();
    let login = login.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
    let identity = ask.gateway.identity();
    let email = identity.email_of(login.user).await.map_err(failed)?;
    let secret = identity.enrol_factor(login.user).await;
    let secret = secret.map_err(proof_failed)?;
    note_own(ask, "factor-enrolled").await?;
    let label = in_uri(email.as_str());
    let issuer = in_uri(&ask.gateway.stationery().product);
    let uri = format!("otpauth://totp/{label}?secret={secret}&issuer={issuer}");
    Ok(Reply::ok(&SecretAnswer {
        secret: &secret,
        uri: &uri,
    }))
}

/// `POST /v1/totp/confirm`: from here on logins need a code; all sessions end.
///
/// # Errors
/// As `prove_again`; -2015 for a code that is not of the secret; those of `challenge::answer` for a user with a passkey.
pub async fn confirm(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let code = ask.params.mandatory("totp")?;
    let proven = match prove_again(ask, Code::Foreign).await? {
        Verdict::Proven(proven) => proven,
        Verdict::Wait(reply) => return Ok(reply),
    };
    let (identity, now) = (ask.gateway.identity(), clock::now());
    let passkeys = identity.passkeys(proven.user).await.map_err(failed)?;
    // Otherwise whoever has the password alone would make a factor that stands beside the passkey.
    if !passkeys.is_empty()
        && let Outcome::Wait(reply) = challenge::answer(ask, CONFIRM_FACTOR).await?
    {
        return Ok(reply);
    }
    let codes = identity.confirm_factor(proven.user, code, now).await;
    let codes = codes.map_err(proof_failed)?;
    tell_holds(ask.gateway).await;
    end_ended(ask.gateway, now).await;
    note_own(ask, "factor-confirmed").await?;
    Ok(Reply::ok(&RecoveryAnswer {
        recovery_codes: &codes,
    })
    .signed_out())
}

/// `POST /v1/totp/remove`: from here on logins need no code; all sessions end.
///
/// # Errors
/// As `prove_again`; -2015 when there is none.
pub async fn remove(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let proven = match prove_again(ask, Code::Expected).await? {
        Verdict::Proven(proven) => proven,
        Verdict::Wait(reply) => return Ok(reply),
    };
    if proven.factor == Factor::Absent {
        return Err(Refusal::of(Fault::LoginRefused));
    }
    let now = clock::now();
    let removed = ask.gateway.identity().remove_factor(proven.user, now).await;
    removed.map_err(failed)?;
    tell_holds(ask.gateway).await;
    end_ended(ask.gateway, now).await;
    note_own(ask, "factor-removed").await?;
    Ok(Reply::ok(&Empty {}).signed_out())
}

/// Returns a text as a part of a URI (RFC 3986 §2).
fn in_uri(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@+".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}
