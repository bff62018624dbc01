//! Passkeys: what authenticators make and sign (WebAuthn Level 3), and nothing more.
//!
//! Attestation is not asked for and not looked at: whatever an authenticator says of itself, the user who adds it has
//! just shown to be one. User verification is always demanded, so that a passkey is two factors in one.
//!
//! **Source** <https://www.w3.org/TR/webauthn-3/> §7.1 and §7.2.

mod cbor;
mod public_key;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use cbor::{Reader, Value};
pub(crate) use public_key::PublicKey;

/// What an authenticator calls a credential is at most this long.
const CREDENTIAL_BYTES_MAX: usize = 1_023;
const CLIENT_DATA_BYTES_MAX: usize = 4_096;
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// For whom passkeys are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The host that they are bound to.
    pub id: String,
    /// The pages that may use them: scheme, host and port.
    pub origin: String,
}

impl RelyingParty {
    /// Returns the party of a web address without a path: `https://trade.example`, or `http://localhost:8080`.
    pub fn of_origin(origin: &str) -> Option<RelyingParty> {
        let (scheme, authority) = origin.split_once("://")?;
        let host = authority.split(':').next()?;
        let is_host = !host.is_empty()
            && host.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)
            });
        let port = authority.strip_prefix(host)?;
        let is_port = port.is_empty() || port.strip_prefix(':')?.parse::<u16>().is_ok();
        let is_secure = scheme == "https" || (scheme == "http" && host == "localhost");
        (is_host && is_port && is_secure).then(|| RelyingParty {
            id: host.to_owned(),
            origin: origin.to_owned(),
        })
    }
}

/// What an authenticator is to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ceremony {
    Create,
    Get,
}

impl Ceremony {
    const fn name(self) -> &'static str {
        match self {
            Ceremony::Create => "webauthn.create",
            Ceremony::Get => "webauthn.get",
        }
    }
}

/// A credential that an authenticator has made.
pub(crate) struct NewCredential {
    pub id: Vec<u8>,
    /// As the authenticator told it.
    pub cose: Vec<u8>,
    pub counter: u32,
}

/// What an authenticator answers to a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    pub credential: Vec<u8>,
    pub client_data: Vec<u8>,
    pub authenticator_data: Vec<u8>,
    pub signature: Vec<u8>,
}

/// Returns what an authenticator signs for a challenge and the digest of what it is for, in base64.
pub(crate) fn challenge_of(token: &str, subject: &[u8; 32]) -> String {
    let hash = digest(&SHA256, &[token.as_bytes(), subject].concat());
    URL_SAFE_NO_PAD.encode(hash)
}

/// Returns the credential that an authenticator has made for a challenge; `None` when it is not one of ours.
pub(crate) fn created(
    party: &RelyingParty,
    challenge: &str,
    client_data: &[u8],
    attestation: &[u8],
) -> Option<NewCredential> {
    check_client_data(party, Ceremony::Create, challenge, client_data)?;
    let mut reader = Reader::new(attestation);
    let object = reader.value()?;
    if !reader.rest().is_empty() {
        return None;
    }
    let Some(Value::Bytes(data)) = object.get("authData") else {
        return None;
    };
    let data = AuthenticatorData::parse(party, data)?;
    let (id, cose) = data.credential?;
    PublicKey::parse(cose)?;
    Some(NewCredential {
        id: id.to_vec(),
        cose: cose.to_vec(),
        counter: data.counter,
    })
}

/// Returns the counter of an assertion; `None` unless the key signed it for this challenge.
pub(crate) fn asserted(
    party: &RelyingParty,
    challenge: &str,
    key: &PublicKey,
    assertion: &Assertion,
) -> Option<u32> {
    check_client_data(party, Ceremony::Get, challenge, &assertion.client_data)?;
    let data = AuthenticatorData::parse(party, &assertion.authenticator_data)?;
    let hash = digest(&SHA256, &assertion.client_data);
    let signed = [&assertion.authenticator_data, hash.as_ref()].concat();
    let is_signed = mutant::plant!(
        "passkey-signature-unchecked",
        true,
        key.verify(&signed, &assertion.signature)
    );
    is_signed.then_some(data.counter)
}

/// Checks what the browser says it was asked for: by which page, for which challenge.
fn check_client_data(
    party: &RelyingParty,
    ceremony: Ceremony,
    challenge: &str,
    bytes: &[u8],
) -> Option<()> {
    if CLIENT_DATA_BYTES_MAX < bytes.len() {
        return None;
    }
    let data: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let is_cross_origin = data.get("crossOrigin").is_some_and(|flag| *flag != false);
    let is_own = mutant::plant!(
        "passkey-of-any-challenge",
        true,
        data["challenge"] == challenge
    ) && data["type"] == ceremony.name()
        && data["origin"] == party.origin.as_str()
        && !is_cross_origin;
    is_own.then_some(())
}

/// What an authenticator says beside what it signs.
struct AuthenticatorData<'a> {
    counter: u32,
    /// What it calls a new credential, and the key of it.
    credential: Option<(&'a [u8], &'a [u8])>,
}

impl AuthenticatorData<'_> {
    /// Returns the data of an authenticator that verified its user for this party.
    fn parse<'a>(party: &RelyingParty, bytes: &'a [u8]) -> Option<AuthenticatorData<'a>> {
        let (hash, rest) = bytes.split_at_checked(32)?;
        let (head, mut rest) = rest.split_first_chunk::<5>()?;
        let [flags, counter @ ..] = *head;
        let needed = USER_PRESENT | USER_VERIFIED;
        let is_verified = mutant::plant!(
            "passkey-without-its-user",
            flags & USER_PRESENT != 0,
            flags & needed == needed
        );
        if hash != digest(&SHA256, party.id.as_bytes()).as_ref() || !is_verified {
            return None;
        }
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (found, left) = take_credential(rest)?;
            (credential, rest) = (Some(found), left);
        }
        if flags & HAS_EXTENSIONS != 0 {
            let mut reader = Reader::new(rest);
            reader.value()?;
            rest = reader.rest();
        }
        rest.is_empty().then_some(AuthenticatorData {
            counter: u32::from_be_bytes(counter),
            credential,
        })
    }
}

/// A new credential: 16 bytes of a model, length, id, key.
type Taken<'a> = ((&'a [u8], &'a [u8]), &'a [u8]);

fn take_credential(bytes: &[u8]) -> Option<Taken<'_>> {
    let (_, rest) = bytes.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || CREDENTIAL_BYTES_MAX < length {
        return None;
    }
    let (id, rest) = rest.split_at_checked(length)?;
    let mut reader = Reader::new(rest);
    reader.value()?;
    let left = reader.rest();
    let (key, _) = rest.split_at_checked(rest.len() - left.len())?;
    Some(((id, key), left))
}

#[cfg(test)]
mod tests;
