//! API keys and the check of what they signed.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::DecodePublicKey;
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use model::account::Scopes;
use model::id::{AccountId, KeyId};
use model::time::Timestamp;
use sha2::Sha256;

use crate::address::AddressRule;
use crate::browser::TokenHash;
use crate::compare::is_same;
use crate::identity::IdentityError;
use crate::key_change::KeyBounds;
use crate::login::{IDLE_NANOS, Login};
use crate::rsa::RsaKey;
use crate::signed_request::{SignedBy, SignedRequest};

/// Length of the id that clients send.
pub const PUBLIC_ID_CHARS: usize = 64;
const HMAC_BYTES: usize = 32;

/// A key that was issued and not revoked: an API key, or that of a browser that signed in.
#[derive(Debug)]
pub struct Key {
    pub id: KeyId,
    /// 64 letters and digits: what clients send. That of a browser is only shown.
    pub public_id: String,
    pub account: AccountId,
    pub label: String,
    pub scopes: Scopes,
    pub addresses: AddressRule,
    pub signing: Signing,
    pub created_at: Timestamp,
    pub bounds: KeyBounds,
    /// Of a browser whose user signed in with a password.
    pub login: Option<Login>,
    pub(crate) credential: Credential,
    last_used_ns: AtomicI64,
    /// Its password is another now: the exchange is about to be told.
    is_ended: AtomicBool,
}

/// What the signature of a request of a key is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// The parameters, as clients of the dialect do.
    Parameters,
    /// The whole request, with a nonce that counts once.
    Request,
}

/// How the requests of a key are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Hmac,
    Ed25519,
    Rsa,
    /// Not at all: it is a session.
    Browser,
}

/// What a signature is checked with.
pub(crate) enum Credential {
    /// The hash state after the secret, so that a check hashes the payload only.
    Hmac(Box<Hmac<Sha256>>),
    Ed25519(Box<VerifyingKey>),
    Rsa(RsaKey),
    /// Signs nothing.
    Browser(Browser),
}

/// What a browser that signed in is known by.
pub(crate) struct Browser {
    pub hash: TokenHash,
    csrf_token: String,
}

impl core::fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Credential::Hmac(_) => "Hmac",
            Credential::Ed25519(_) => "Ed25519",
            Credential::Rsa(_) => "Rsa",
            Credential::Browser(_) => "Browser",
        })
    }
}

impl Credential {
    /// Returns the credential of a shared secret.
    pub(crate) fn hmac(secret: &[u8]) -> Result<Credential, IdentityError> {
        let keyed = Hmac::new_from_slice(secret).map_err(|_| IdentityError::KeyMalformed)?;
        Ok(Credential::Hmac(Box::new(keyed)))
    }

    /// Returns the credential of a public key, as SPKI PEM.
    pub(crate) fn ed25519(pem: &str) -> Result<Credential, IdentityError> {
        let key =
            VerifyingKey::from_public_key_pem(pem).map_err(|_| IdentityError::KeyMalformed)?;
        // A small-order key would accept signatures for payloads it never saw.
        if key.is_weak() {
            return Err(IdentityError::KeyMalformed);
        }
        Ok(Credential::Ed25519(Box::new(key)))
    }

    /// Returns the credential of a public key, as SPKI PEM.
    pub(crate) fn rsa(pem: &str) -> Result<Credential, IdentityError> {
        let key = RsaKey::of_pem(pem).ok_or(IdentityError::KeyMalformed)?;
        Ok(Credential::Rsa(key))
    }

    /// Returns the credential of the browser whose token has this hash.
    pub(crate) fn browser(hash: TokenHash) -> Credential {
        let csrf_token = hash.csrf_token();
        Credential::Browser(Browser { hash, csrf_token })
    }
}

/// What a key is, beside its credential.
pub(crate) struct KeyFacts {
    pub id: KeyId,
    pub public_id: String,
    pub account: AccountId,
    pub label: String,
    pub scopes: Scopes,
    pub addresses: AddressRule,
    pub signing: Signing,
    pub created_at: Timestamp,
    pub last_used: Timestamp,
    pub bounds: KeyBounds,
    pub login: Option<Login>,
    pub is_ended: bool,
}

impl Key {
    pub(crate) fn new(facts: KeyFacts, credential: Credential) -> Key {
        Key {
            id: facts.id,
            public_id: facts.public_id,
            account: facts.account,
            label: facts.label,
            scopes: facts.scopes,
            addresses: facts.addresses,
            signing: facts.signing,
            created_at: facts.created_at,
            bounds: facts.bounds,
            login: facts.login,
            credential,
            last_used_ns: AtomicI64::new(facts.last_used.nanos()),
            is_ended: AtomicBool::new(facts.is_ended),
        }
    }

    /// Returns whether the signature is this key's for the concatenation of the pieces, in constant time.
    ///
    /// **Shape** HMAC-SHA256 in hex of any case; Ed25519 or RSA in base64.
    pub fn verify(&self, pieces: &[&[u8]], signature: &str) -> bool {
        match &self.credential {
            Credential::Hmac(keyed) => verify_hmac(keyed, pieces, signature),
            Credential::Ed25519(key) => verify_ed25519(key, pieces, signature),
            Credential::Rsa(key) => verify_rsa(key, pieces, signature),
            Credential::Browser(_) => false,
        }
    }

    /// Returns whether the signature is this key's for a whole request.
    ///
    /// **Shape** as `verify`, and written in one way only: hex in small letters, base64 as it is.
    pub fn verify_request(&self, request: &SignedRequest<'_>, signature: &str) -> bool {
        let is_odd = |byte: u8| match self.form() {
            Form::Hmac => byte.is_ascii_uppercase(),
            Form::Ed25519 | Form::Rsa | Form::Browser => byte == b' ',
        };
        let text = request.text(SignedBy::Key(&self.public_id));
        !signature.bytes().any(is_odd) && self.verify(&[text.as_bytes()], signature)
    }

    /// Returns how requests of the key are signed.
    pub const fn form(&self) -> Form {
        match &self.credential {
            Credential::Hmac(_) => Form::Hmac,
            Credential::Ed25519(_) => Form::Ed25519,
            Credential::Rsa(_) => Form::Rsa,
            Credential::Browser(_) => Form::Browser,
        }
    }

    /// Returns what a browser that signed in sends beside its cookie, `None` for an API key.
    pub fn csrf_token(&self) -> Option<&str> {
        match &self.credential {
            Credential::Browser(browser) => Some(&browser.csrf_token),
            Credential::Hmac(_) | Credential::Ed25519(_) | Credential::Rsa(_) => None,
        }
    }

    /// Returns whether a text is what pages of this browser send, in a time that does not tell how much of it is right.
    pub fn has_csrf_token(&self, sent: &[u8]) -> bool {
        self.csrf_token()
            .is_some_and(|token| is_same(token.as_bytes(), sent))
    }

    /// Returns when the key last signed something; `Timestamp::ZERO` when never.
    pub fn last_used(&self) -> Timestamp {
        Timestamp::from_nanos(self.last_used_ns.load(Ordering::Relaxed))
    }

    /// Returns whether this is a login that nobody has used for too long, or whose password is another now, or a key whose
    /// own end has come.
    pub fn has_ended(&self, at: Timestamp) -> bool {
        let used = self.last_used().max(self.created_at);
        let is_over = used.plus_nanos(IDLE_NANOS) <= at;
        let is_idle = mutant::plant!("idle-for-ever", false, self.login.is_some() && is_over);
        is_idle || self.bounds.ends_at <= at || self.is_ended.load(Ordering::Relaxed)
    }

    /// Returns whether this is a session that goes on, of a user who may read alone.
    pub fn is_without_factor(&self, at: Timestamp) -> bool {
        self.login.is_some() && self.scopes == Scopes::READ && !self.has_ended(at)
    }

    pub(crate) fn end(&self) {
        self.is_ended.store(true, Ordering::Relaxed);
    }

    /// Notes that the key signed something.
    pub fn note_use(&self, at: Timestamp) {
        self.last_used_ns.store(at.nanos(), Ordering::Relaxed);
    }
}

fn verify_hmac(keyed: &Hmac<Sha256>, pieces: &[&[u8]], signature: &str) -> bool {
    let mut expected = [0; HMAC_BYTES];
    if !read_hex(signature.as_bytes(), &mut expected) {
        return false;
    }
    let mut mac = keyed.clone();
    for piece in pieces {
        mac.update(piece);
    }
    mutant::plant!(
        "signature-not-compared",
        true,
        mac.verify_slice(&expected).is_ok()
    )
}

fn verify_ed25519(key: &VerifyingKey, pieces: &[&[u8]], signature: &str) -> bool {
    let bytes = read_base64(signature);
    let Some(signature) = bytes.and_then(|bytes| Signature::from_slice(&bytes).ok()) else {
        return false;
    };
    key.verify_strict(&pieces.concat(), &signature).is_ok()
}

fn verify_rsa(key: &RsaKey, pieces: &[&[u8]], signature: &str) -> bool {
    read_base64(signature).is_some_and(|signature| {
        mutant::plant!(
            "rsa-signature-unchecked",
            true,
            key.verify(&pieces.concat(), &signature)
        )
    })
}

/// Reads a signature; a plus sign that was not percent-encoded arrives as a space.
fn read_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace(' ', "+")).ok()
}

/// Reads exactly as many hex digits as fill the buffer; returns whether they were that.
pub(crate) fn read_hex(text: &[u8], bytes: &mut [u8]) -> bool {
    if text.len() != 2 * bytes.len() {
        return false;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    for (pair, byte) in text.chunks_exact(2).zip(bytes) {
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            return false;
        };
        *byte = (high << 4 | low) as u8;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    /// The public example key of the upstream documents (`docs/spec/binance-surface.md` §3.3).
    const SECRET: &str = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";

    fn key(credential: Credential) -> Key {
        Key::new(
            KeyFacts {
                id: KeyId(1),
                public_id: "a".repeat(PUBLIC_ID_CHARS),
                account: AccountId(1),
                label: String::new(),
                scopes: Scopes::READ,
                addresses: AddressRule::Any,
                signing: Signing::Parameters,
                created_at: Timestamp::ZERO,
                last_used: Timestamp::ZERO,
                bounds: KeyBounds::NONE,
                login: None,
                is_ended: false,
            },
            credential,
        )
    }

    #[test]
    fn the_published_vectors_verify() {
        let key = key(Credential::hmac(SECRET.as_bytes()).expect("a secret"));
        for (payload, signature) in [
            (
                "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
                "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71",
            ),
            (
                "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
                "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
            ),
            (
                "apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT",
                "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
            ),
        ] {
            assert!(key.verify(&[payload.as_bytes()], signature));
            assert!(key.verify(&[payload.as_bytes()], &signature.to_uppercase()));
            let (head, tail) = payload.as_bytes().split_at(20);
            assert!(
                key.verify(&[head, b"", tail], signature),
                "pieces are joined"
            );
        }
    }

    #[test]
    fn a_changed_byte_anywhere_fails_the_check() {
        let key = key(Credential::hmac(SECRET.as_bytes()).expect("a secret"));
        let payload = b"symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";
        let signature = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
        for index in 0..payload.len() {
            let mut changed = payload.to_vec();
            changed[index] ^= 1;
            assert!(!key.verify(&[&changed], signature));
        }
        for index in 0..signature.len() {
            let mut changed = signature.as_bytes().to_vec();
            changed[index] = if changed[index] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).expect("ascii");
            assert!(!key.verify(&[payload], &changed));
        }
        for odd in ["", "c8", "zz", &signature[..62], &format!("{signature}00")] {
            assert!(!key.verify(&[payload], odd));
        }
    }

    #[test]
    fn every_byte_of_a_request_is_signed_and_a_signature_is_written_in_one_way() {
        let request = SignedRequest {
            method: "POST",
            host: "exchange.test",
            path: "/api/v3/order",
            query: "symbol=LTCBTC",
            body: b"side=BUY",
            timestamp_ms: 1_499_827_319_559,
            nonce: "a1",
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
        let id = "a".repeat(PUBLIC_ID_CHARS);
        mac.update(request.text(SignedBy::Key(&id)).as_bytes());
        let bytes = mac.finalize().into_bytes();
        let signature: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = key(Credential::hmac(SECRET.as_bytes()).expect("a secret"));
        assert!(key.verify_request(&request, &signature));
        assert!(!key.verify_request(&request, &signature.to_uppercase()));
        for changed in [
            SignedRequest {
                method: "PUT",
                ..request
            },
            SignedRequest {
                host: "exchange.tesu",
                ..request
            },
            SignedRequest {
                path: "/api/v3/ordes",
                ..request
            },
            SignedRequest {
                query: "symbol=LTCBTD",
                ..request
            },
            SignedRequest {
                body: b"side=BUZ",
                ..request
            },
            SignedRequest {
                timestamp_ms: 1_499_827_319_558,
                ..request
            },
            SignedRequest {
                nonce: "a2",
                ..request
            },
            SignedRequest {
                query: "",
                body: b"symbol=LTCBTCside=BUY",
                ..request
            },
        ] {
            assert!(!key.verify_request(&changed, &signature), "{changed:?}");
        }
    }

    #[test]
    fn an_ed25519_key_verifies_what_it_signed_and_nothing_else() {
        let signing = SigningKey::from_bytes(&[9; 32]);
        let der_prefix = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];
        let der = [&der_prefix[..], signing.verifying_key().as_bytes()].concat();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(der)
        );
        let key = key(Credential::ed25519(&pem).expect("a public key"));
        let signature = STANDARD.encode(signing.sign(b"payload").to_bytes());
        assert!(key.verify(&[b"pay", b"load"], &signature));
        assert!(key.verify(&[b"payload"], &signature.replace('+', " ")));
        assert!(!key.verify(&[b"payload!"], &signature));
        assert!(!key.verify(&[b"payload"], "AAAA"));
        assert!(Credential::ed25519("no key").is_err());
    }

    /// Made by OpenSSL: `openssl dgst -sha256 -sign`.
    #[test]
    fn an_rsa_key_verifies_what_it_signed_and_nothing_else() {
        let pem = include_str!("../tests/rsa/public.pem");
        let signature = include_str!("../tests/rsa/signature.txt");
        let key = key(Credential::rsa(pem).expect("a public key"));
        let payload = b"symbol=LTCBTC&side=BUY&timestamp=1499827319559";
        let (head, tail) = payload.split_at(9);
        assert!(key.verify(&[head, tail], signature));
        assert!(key.verify(&[payload], &signature.replace('+', " ")));
        assert!(!key.verify(&[payload, b"0"], signature));
        for odd in ["", "AAAA", "no base64", &signature[4..]] {
            assert!(!key.verify(&[payload], odd));
        }
    }

    #[test]
    fn keys_of_another_kind_or_too_small_are_refused() {
        let rsa = include_str!("../tests/rsa/public.pem");
        let weak = include_str!("../tests/rsa/weak.pem");
        assert!(Credential::rsa(weak).is_err(), "1024 bits");
        assert!(Credential::rsa("no key").is_err());
        assert!(Credential::ed25519(rsa).is_err());
        let signing = SigningKey::from_bytes(&[9; 32]);
        let public = signing.verifying_key();
        let ed25519 = ed25519_dalek::pkcs8::EncodePublicKey::to_public_key_pem(
            &public,
            ed25519_dalek::pkcs8::spki::der::pem::LineEnding::LF,
        );
        assert!(Credential::rsa(&ed25519.expect("a PEM")).is_err());
    }
}
