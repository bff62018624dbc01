//! Passkeys: adding, naming and removing them, and signing in with one.
//!
//! **Source** `docs/spec/keys.md`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::api_key::is_label;
use identity::challenge::CHALLENGE_NANOS;
use identity::identity::IdentityError;
use identity::login::{Login, NewLogin, Whence};
use identity::passkey::{Creation, PASSKEYS_MAX, Passkey};
use identity::totp::Factor;
use identity::webauthn::Assertion;
use model::time::Timestamp;
use serde::Serialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::{Time, TimeUnit};

use crate::clock;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::audited::{note_own_about, note_unknown, note_user};
use crate::rest::challenge::{self, ADD_PASSKEY, Outcome, REMOVE_PASSKEY, user_of};
use crate::rest::holds::tell_holds;
use crate::rest::opening::failed;
use crate::rest::proof::proof_failed;
use crate::rest::sessions::{begin, end_ended};
use crate::rest::sign_in::{end_former, new_session};

/// Of anything that an authenticator sends, in base64.
const TEXT_CHARS_MAX: usize = 8_192;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PasskeyAnswer<'a> {
    id: u64,
    credential: String,
    label: &'a str,
    created_at: Time,
    last_used_at: Option<Time>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginChallengeAnswer<'a> {
    challenge: &'a str,
    to_be_signed: &'a str,
    relying_party: &'a str,
    expires_at: Time,
}

/// `POST /v1/passkeys`: from here on its holder signs in with it; all sessions end.
///
/// # Errors
/// 404 where passkeys are not offered, 401 for a request that nobody signed in for with a password, -1130 for a label or
/// a credential that is none, those of `challenge::answer`, -1000 when the database fails.
pub async fn add(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let label = read_label(ask.params)?;
    let client_data = read_bytes(ask.params, "attestationClientData")?;
    let attestation = read_bytes(ask.params, "attestation")?;
    let token = ask.params.mandatory("challenge")?;
    let act = challenge::act_of(ask, user, ADD_PASSKEY)?;
    let creation = Creation {
        client_data: &client_data,
        attestation: &attestation,
    };
    let (gateway, identity) = (ask.gateway, ask.gateway.identity());
    let party = gateway.relying_party()?;
    let proposed = identity.read_creation(party, token, &act, creation);
    let proposed = proposed.map_err(passkey_failed)?;
    if let Outcome::Wait(reply) = challenge::answer(ask, ADD_PASSKEY).await? {
        return Ok(reply);
    }
    let now = clock::now();
    let added = identity.add_passkey(user, &proposed, label, now).await;
    let id = added.map_err(passkey_failed)?;
    note_own_about(ask, "passkey-added", format!("passkey {id}")).await?;
    Ok(signed_out(gateway, now).await)
}

/// `POST /v1/passkeys/remove`; all sessions end.
///
/// # Errors
/// As `add`.
pub async fn remove(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let id = read_id(ask)?;
    if let Outcome::Wait(reply) = challenge::answer(ask, REMOVE_PASSKEY).await? {
        return Ok(reply);
    }
    let now = clock::now();
    let removed = ask.gateway.identity().remove_passkey(user, id, now).await;
    removed.map_err(passkey_failed)?;
    note_own_about(ask, "passkey-removed", format!("passkey {id}")).await?;
    Ok(signed_out(ask.gateway, now).await)
}

/// `POST /v1/passkeys/name`.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for a label or a number that is none, -1000 when
/// the database fails.
pub async fn name(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let (id, label) = (read_id(ask)?, read_label(ask.params)?);
    let named = ask.gateway.identity().name_passkey(user, id, label).await;
    named.map_err(passkey_failed)?;
    note_own_about(ask, "passkey-named", format!("passkey {id}")).await?;
    Ok(Reply::ok(&Empty {}))
}

/// `GET /v1/passkeys`, the oldest first.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1000 when the database fails.
pub async fn list(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let passkeys = ask.gateway.identity().passkeys(user_of(ask)?).await;
    let passkeys = passkeys.map_err(failed)?;
    let rows: Vec<PasskeyAnswer> = passkeys.iter().map(|row| told(row, ask.unit)).collect();
    Ok(Reply::ok(&rows))
}

fn told(passkey: &Passkey, unit: TimeUnit) -> PasskeyAnswer<'_> {
    let used_at = Some(passkey.last_used).filter(|used| Timestamp::ZERO < *used);
    PasskeyAnswer {
        id: passkey.id,
        credential: URL_SAFE_NO_PAD.encode(&passkey.credential),
        label: &passkey.label,
        created_at: unit.show(passkey.created_at),
        last_used_at: used_at.map(|used| unit.show(used)),
    }
}

/// `POST /v1/login/challenge`: what a passkey is to sign to sign its user in.
///
/// # Errors
/// 404 where passkeys are not offered, -1003 for too many attempts, -1000 when the database fails.
pub async fn login_challenge(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let party = gateway.relying_party()?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let challenge = gateway.identity().login_challenge(call.now).await;
    let (challenge, to_be_signed) = challenge.map_err(failed)?;
    Ok(Reply::ok(&LoginChallengeAnswer {
        challenge: &challenge,
        to_be_signed: &to_be_signed,
        relying_party: &party.id,
        expires_at: call.unit.show(call.now.plus_nanos(CHALLENGE_NANOS)),
    }))
}

/// `POST /v1/login/passkey`: a new session, instead of the one that the browser has.
///
/// # Errors
/// 404 where passkeys are not offered, -2015 when the passkey is nobody's or did not sign this challenge, -1003 for too
/// many attempts, those of an overload, -1000 when the database fails.
pub async fn log_in(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    let (identity, party) = (gateway.identity(), gateway.relying_party()?);
    let token = call.params.mandatory("challenge")?;
    let assertion = read_assertion(call.params)?;
    let handle = read_bytes(call.params, "userHandle")?;
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let signed = (&assertion, handle.as_slice());
    let signed = identity.sign_in_by_passkey(party, token, signed, call.now);
    let signed = signed.await.map_err(proof_failed);
    if signed.as_ref().err() == Some(&Refusal::of(Fault::LoginRefused)) {
        note_unknown(gateway, "login-failed", (call.address, call.now)).await?;
    }
    let (user, id) = signed?;
    let email = identity.email_of(user).await.map_err(failed)?;
    let known = identity.password_of(&email).await.map_err(failed)?;
    let (_, password) = known.ok_or_else(|| Refusal::of(Fault::LoginRefused))?;
    let agent = call.visitor.agent();
    let whence = Whence {
        address: call.address,
        agent: &agent,
    };
    let counter = identity.counter(&email, &whence).await.map_err(failed)?;
    identity.forget_failures(&counter).await.map_err(failed)?;
    let new = NewLogin {
        login: Login {
            user,
            agent: agent.clone(),
            address: call.address.to_canonical(),
        },
        password,
        factor: Factor::Passkey { id },
    };
    end_former(gateway, call).await?;
    let new = new_session(gateway, new).await?;
    let begun = begin(gateway, new, (call.unit, call.now)).await?;
    note_user(gateway, user, "login", (call.address, call.now)).await?;
    Ok(begun)
}

/// Returns what an authenticator has signed.
///
/// # Errors
/// -1102 for what is missing, -1130 for what is no base64.
pub fn read_assertion(params: &Params) -> Result<Assertion, Refusal> {
    Ok(Assertion {
        credential: read_bytes(params, "credential")?,
        client_data: read_bytes(params, "clientData")?,
        authenticator_data: read_bytes(params, "authenticatorData")?,
        signature: read_bytes(params, "assertion")?,
    })
}

fn read_bytes(params: &Params, name: &str) -> Result<Vec<u8>, Refusal> {
    let text = params.mandatory(name)?;
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    let bytes = bytes.ok().filter(|_| text.len() <= TEXT_CHARS_MAX);
    bytes.ok_or_else(|| Refusal::with(Fault::DataInvalid, &[name]))
}

fn read_label(params: &Params) -> Result<&str, Refusal> {
    let label = params.mandatory("label")?;
    if is_label(label) {
        Ok(label)
    } else {
        Err(Refusal::with(Fault::DataInvalid, &["label"]))
    }
}

fn read_id(ask: &Ask<'_>) -> Result<u64, Refusal> {
    let id = ask.number("id")?;
    id.ok_or_else(|| Refusal::with(Fault::MandatoryMissing, &["id"]))
}

async fn signed_out(gateway: &Gateway, now: Timestamp) -> Reply {
    tell_holds(gateway).await;
    end_ended(gateway, now).await;
    Reply::ok(&Empty {}).signed_out()
}

fn passkey_failed(error: IdentityError) -> Refusal {
    match error {
        IdentityError::CredentialRefused => Refusal::with(Fault::DataInvalid, &["attestation"]),
        IdentityError::KeyUnknown => Refusal::with(Fault::DataInvalid, &["id"]),
        IdentityError::TooManyKeys => {
            Refusal::with(Fault::TooManyPasskeys, &[&PASSKEYS_MAX.to_string()])
        }
        error => proof_failed(error),
    }
}
