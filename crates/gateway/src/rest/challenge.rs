//! Challenges: showing that one wishes a sensitive act, with exactly its parameters.
//!
//! **Source** `docs/spec/keys.md`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::challenge::{Act, CHALLENGE_NANOS, Evidence};
use identity::identity::{Identity, IdentityError};
use identity::login::{Attempt, Whence};
use identity::passkey::user_handle;
use model::id::{OwnerId, Reference};
use model::proof::{Shown, bind};
use serde::Serialize;
use sha2::{Digest, Sha256};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::Time;

use crate::attempts::too_many;
use crate::clock;
use crate::reply::Reply;
use crate::rest::api_keys;
use crate::rest::ask::Ask;
use crate::rest::audited::note_proof;
use crate::rest::holds::tell_holds;
use crate::rest::opening::failed;
use crate::rest::passkeys::read_assertion;
use crate::rest::password::{Code, prove_again};
use crate::rest::proof::{Verdict, proof_failed};
use crate::rest::withdrawals;

/// What a challenge can be asked for.
pub const ACTIONS: &[&str] = &[
    CREATE_KEY,
    CHANGE_KEY,
    ADD_PASSKEY,
    REMOVE_PASSKEY,
    CONFIRM_FACTOR,
    CHANGE_EMAIL,
    SET_LOGIN,
    CLOSE_ACCOUNT,
    EXPORT_DATA,
    ADD_ADDRESS,
    OPEN_BOOK,
    WITHDRAW,
    INVITE_AUDITOR,
];
pub const CREATE_KEY: &str = "createKey";
pub const CHANGE_KEY: &str = "changeKey";
pub const ADD_PASSKEY: &str = "addPasskey";
pub const REMOVE_PASSKEY: &str = "removePasskey";
pub const CONFIRM_FACTOR: &str = "confirmTotp";
pub const CHANGE_EMAIL: &str = "changeEmail";
pub const SET_LOGIN: &str = "setLogin";
pub const CLOSE_ACCOUNT: &str = "closeAccount";
pub const EXPORT_DATA: &str = "exportData";
pub const ADD_ADDRESS: &str = "addAddress";
pub const OPEN_BOOK: &str = "openAddressBook";
pub const WITHDRAW: &str = "withdraw";
pub const INVITE_AUDITOR: &str = "inviteAuditor";

/// What can prove an act.
pub const PROOFS: &[&str] = &["totp", "passkey", "password"];

/// What is no part of an act: its name, which stands apart, what proves it, and what signs the request.
const APART: &[&str] = &[
    "action",
    "challenge",
    "totp",
    "password",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
    "attestation",
    "attestationClientData",
    "timestamp",
    "recvWindow",
    "signature",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChallengeAnswer<'a> {
    challenge: &'a str,
    digest: &'a str,
    proofs: Vec<&'static str>,
    to_be_signed: String,
    relying_party: Option<&'a str>,
    user_handle: String,
    credentials: Vec<String>,
    expires_at: Time,
}

/// What becomes of an answer to a challenge.
pub enum Outcome {
    Shown(Shown),
    /// It came too early; the answer says when the next may come.
    Wait(Reply),
}

/// `POST /v1/challenge`: what the act is to be answered with.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1130 for an action that is none, those of an act that
/// the core carries out for parameters it could not, -1003 for too many attempts, -1000 when the database fails.
pub async fn ask(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    let user = user_of(ask)?;
    let action = ask.params.mandatory("action")?;
    if !ACTIONS.contains(&action) {
        return Err(Refusal::with(Fault::DataInvalid, &["action"]));
    }
    let now = clock::now();
    if let Err(limited) = ask.gateway.attempts().count(ask.address, now) {
        return Ok(Reply::from(limited));
    }
    let identity = ask.gateway.identity();
    let act = act_of(ask, user, action)?;
    let challenge = identity.challenge(&act, now).await.map_err(failed)?;
    let passkeys = identity.passkeys(user).await.map_err(failed)?;
    let has_factor = identity.has_factor(user).await.map_err(failed)?;
    let relying_party = ask.gateway.relying_party().ok();
    let digest: String = act
        .digest
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Reply::ok(&ChallengeAnswer {
        challenge: &challenge,
        digest: &digest,
        proofs: proofs(has_factor, !passkeys.is_empty()),
        to_be_signed: Identity::to_be_signed(&challenge, &act),
        relying_party: relying_party.map(|party| party.id.as_str()),
        user_handle: URL_SAFE_NO_PAD.encode(user_handle(user)),
        credentials: passkeys
            .iter()
            .map(|passkey| URL_SAFE_NO_PAD.encode(&passkey.credential))
            .collect(),
        expires_at: ask.unit.show(now.plus_nanos(CHALLENGE_NANOS)),
    }))
}

/// A password proves something as long as there is nothing better.
fn proofs(has_factor: bool, has_passkey: bool) -> Vec<&'static str> {
    let [totp, passkey, password] = ["totp", "passkey", "password"];
    match (has_factor, has_passkey) {
        (true, true) => vec![totp, passkey],
        (true, false) => vec![totp],
        (false, true) => vec![passkey],
        (false, false) => vec![password],
    }
}

/// Uses up the challenge that a request answers, before the act that it is for.
///
/// # Errors
/// 401 for a request that nobody signed in for with a password, -1102 without challenge or proof, -1130 for a challenge
/// that is not of this act, -2015 for a wrong proof; as `prove`.
pub async fn answer(ask: &Ask<'_>, action: &str) -> Result<Outcome, Refusal> {
    let user = user_of(ask)?;
    let token = ask.params.mandatory("challenge")?;
    let wished = wished(ask, user, action)?;
    if let Some(wait) = use_up(ask, token, &wished.act).await? {
        return Ok(Outcome::Wait(wait));
    }
    Ok(Outcome::Shown(Shown {
        challenge: Reference(Sha256::digest(token).into()),
        // It was asked for before, so that it has ended by then.
        until: clock::now().plus_nanos(CHALLENGE_NANOS),
        request: wished.request,
        digest: Reference(wished.act.digest),
    }))
}

/// Uses up a challenge and what answers it; returns an answer when it came too early.
async fn use_up(ask: &Ask<'_>, token: &str, act: &Act) -> Result<Option<Reply>, Refusal> {
    let (identity, user) = (ask.gateway.identity(), act.user);
    if ask.params.text("assertion")?.is_some() {
        return answer_by_passkey(ask, token, act).await;
    }
    if identity.has_factor(user).await.map_err(failed)? {
        return answer_by_code(ask, token, act).await;
    }
    if !identity.passkeys(user).await.map_err(failed)?.is_empty() {
        return Err(Refusal::with(Fault::MandatoryMissing, &["assertion"]));
    }
    let proven = match prove_again(ask, Code::Foreign).await? {
        Verdict::Proven(proven) => proven,
        Verdict::Wait(reply) => return Ok(Some(reply)),
    };
    let evidence = Evidence::Password(&proven.password);
    let answered = identity.answer_challenge(token, act, evidence, clock::now());
    answered.await.map_err(answer_failed)?;
    Ok(None)
}

/// Nobody guesses a signature: it is no failure of the address.
async fn answer_by_passkey(
    ask: &Ask<'_>,
    token: &str,
    act: &Act,
) -> Result<Option<Reply>, Refusal> {
    let assertion = read_assertion(ask.params)?;
    let party = ask.gateway.relying_party()?;
    let now = clock::now();
    if let Err(limited) = ask.gateway.attempts().count(ask.address, now) {
        return Ok(Some(Reply::from(limited)));
    }
    let identity = ask.gateway.identity();
    let answered = identity.answer_by_passkey(party, token, act, &assertion, now);
    note_proof(ask, answered.await.map_err(answer_failed)).await?;
    Ok(None)
}

/// A wrong code is a failure of the address, as it is in a login.
async fn answer_by_code(ask: &Ask<'_>, token: &str, act: &Act) -> Result<Option<Reply>, Refusal> {
    let code = ask.params.mandatory("totp")?;
    let (identity, now) = (ask.gateway.identity(), clock::now());
    if let Err(limited) = ask.gateway.attempts().count(ask.address, now) {
        return Ok(Some(Reply::from(limited)));
    }
    let email = identity.email_of(act.user).await.map_err(failed)?;
    let agent = ask.visitor.agent();
    let whence = Whence {
        address: ask.address,
        agent: &agent,
    };
    let counter = identity.counter(&email, &whence).await.map_err(failed)?;
    let attempt = identity.begin_attempt(&counter, now).await;
    if let Attempt::Wait { seconds } = attempt.map_err(failed)? {
        return Ok(Some(Reply::from(too_many(seconds))));
    }
    let answered = identity.answer_challenge(token, act, Evidence::Code(code), now);
    let answered = answered.await.map_err(answer_failed);
    if answered.is_err() {
        identity.note_failure(&email, now).await.map_err(failed)?;
    }
    note_proof(ask, answered).await?;
    tell_holds(ask.gateway).await;
    identity.forget_failures(&counter).await.map_err(failed)?;
    Ok(None)
}

/// Returns the user of a session that began with a password.
///
/// # Errors
/// 401 for any other request.
pub fn user_of(ask: &Ask<'_>) -> Result<OwnerId, Refusal> {
    let login = ask.session.key.login.as_ref();
    let login = login.ok_or_else(|| Refusal::of(Fault::NotSignedIn))?;
    Ok(login.user)
}

/// Returns what a request is about to do.
///
/// # Errors
/// Those of an act that the core carries out.
pub fn act_of(ask: &Ask<'_>, user: OwnerId, action: &str) -> Result<Act, Refusal> {
    wished(ask, user, action).map(|wished| wished.act)
}

/// What a request is about to do, and the digest of it as it was written.
struct Wished {
    act: Act,
    request: Reference,
}

/// Returns what a request is about to do; what the core carries out is bound to what the core is going to see.
fn wished(ask: &Ask<'_>, user: OwnerId, action: &str) -> Result<Wished, Refusal> {
    let request = Reference(digest(action, ask.params));
    let terms = match action {
        WITHDRAW => Some(withdrawals::terms(ask)?),
        CREATE_KEY => Some(api_keys::terms(ask)?),
        _ => None,
    };
    let digest = terms.map_or(request, |terms| bind(request, terms));
    Ok(Wished {
        act: Act {
            user,
            session: ask.session.key.id,
            digest: digest.0,
        },
        request,
    })
}

/// Returns SHA-256 over an act and its sorted parameters, each text after its length.
fn digest(action: &str, params: &Params) -> [u8; 32] {
    let mut pairs: Vec<(&str, &str)> = params
        .iter()
        .filter(|(name, _)| {
            mutant::plant!("challenge-of-any-parameters", false, !APART.contains(name))
        })
        .collect();
    pairs.sort_unstable();
    let mut hash = Sha256::new();
    let texts = pairs.into_iter().flat_map(|(name, value)| [name, value]);
    for text in [action].into_iter().chain(texts) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

fn answer_failed(error: IdentityError) -> Refusal {
    match error {
        IdentityError::ChallengeRefused => Refusal::of(Fault::ChallengeRefused),
        error => proof_failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(action: &str, form: &str) -> [u8; 32] {
        digest(action, &Params::parse("", form).expect("legal"))
    }

    #[test]
    fn a_digest_covers_the_act_and_its_parameters_and_no_proof() {
        let base = digest_of(CREATE_KEY, "label=bot&scopes=trade");
        for same in [
            "scopes=trade&label=bot",
            "action=createKey&label=bot&scopes=trade",
            "label=bot&scopes=trade&challenge=c&totp=1&password=p&timestamp=5&recvWindow=7",
        ] {
            assert_eq!(digest_of(CREATE_KEY, same), base, "{same}");
        }
        for other in [
            "label=bot&scopes=withdraw",
            "label=bot",
            "label=bots&copes=trade",
            "label=bot&scopes=trade&addresses=10.0.0.1",
        ] {
            assert_ne!(digest_of(CREATE_KEY, other), base, "{other}");
        }
        assert_ne!(digest_of("other", "label=bot&scopes=trade"), base);
    }
}
