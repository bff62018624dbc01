//! Who signed a request: key, address, permission, time and signature, in that order.
//!
//! **Source** `docs/spec/binance-surface.md` §3.3, §3.5 and §3.6.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::request::Parts;
use identity::identity::{Identity, is_public_id};
use identity::key::{Key, Signing};
use model::account::Scopes;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::{Params, Plus};
use wire::binance::signing::{Signed, Spelling, sorted_payload};
use wire::binance::time::Window;

use crate::config::{LegacySignatures, SecondFactor};
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::hub::Hub;
use crate::metrics::AuthFailure;
use crate::request_signature;

/// A request whose sender is known.
#[derive(Clone, Debug)]
pub struct Session {
    pub key: Arc<Key>,
    pub scopes: Scopes,
    pub window: Window,
}

/// Which key a request claims to be of.
#[derive(Clone, Copy, Debug)]
pub enum Claim<'a> {
    Nobody,
    /// The id that it names in a header.
    Named(&'a [u8]),
    /// The id that it names among the parameters of a request over a socket.
    NamedOnSocket(&'a str),
    /// That of the socket's login or of the browser's session.
    Held(&'a Arc<Key>),
}

/// What shows that a request is its key's.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// A signature over query and body as they came, or over all of the request.
    Sent { parts: &'a Parts, body: &'a str },
    /// A signature over the sorted parameters of a request over a socket, or over all of it.
    Said { method: &'a str, host: &'a str },
    /// None: the socket has logged on with the key, or the browser has signed in.
    LoggedOn,
}

/// Returns the key that a request claims to be of, if it may be used from this address for this.
///
/// # Errors
/// -2014 for a missing or malformed id; -2008 over a socket and -2015 over REST for one that is unknown; -2015 for a key
/// that is not live, used from elsewhere or without the scope.
pub fn find_key(
    identity: &Identity,
    hub: &Hub,
    claim: Claim<'_>,
    address: IpAddr,
    needed: Scopes,
    now: Timestamp,
) -> Result<(Arc<Key>, Scopes), Refusal> {
    let refused = || Refusal::of(Fault::KeyRefused);
    let key = match claim {
        Claim::Nobody => return Err(Refusal::of(Fault::KeyMalformed)),
        // Whoever holds a key holds it as it is now.
        Claim::Held(key) => identity.refreshed(key),
        Claim::Named(bytes) => find_named(
            identity,
            core::str::from_utf8(bytes).ok(),
            Fault::KeyRefused,
        )?,
        Claim::NamedOnSocket(id) => find_named(identity, Some(id), Fault::KeyUnknown)?,
    };
    let known = hub.key(key.id).ok_or_else(refused)?;
    let may_sign = known.is_live(now)
        && !key.has_ended(now)
        && known.account == key.account
        && mutant::plant!("scope-unchecked", true, known.scopes.includes(needed))
        && key.addresses.allows(address);
    if may_sign {
        Ok((key, known.scopes))
    } else {
        Err(refused())
    }
}

fn find_named(identity: &Identity, id: Option<&str>, unknown: Fault) -> Result<Arc<Key>, Refusal> {
    let id = id.filter(|id| is_public_id(id));
    let id = id.ok_or_else(|| Refusal::of(Fault::KeyMalformed))?;
    identity.find(id).ok_or_else(|| Refusal::of(unknown))
}

impl Gateway {
    /// Steps 4 to 8 of the order of checks.
    ///
    /// # Errors
    /// Those of `find_key`, of the parameters and of what the key signs.
    pub fn authenticate(&self, call: &Call<'_>, needed: Scopes) -> Result<Session, Refusal> {
        let (key, scopes) = self.find_key(call, needed)?;
        self.check_parameters(call.endpoint, call.params)?;
        let is_signed = !matches!(call.proof, Proof::LoggedOn);
        let is_whole = mutant::plant!(
            "request-key-signs-parameters",
            false,
            key.signing == Signing::Request
        );
        let window = if is_signed && is_whole {
            self.check_request(&key, call)?
        } else {
            self.check_signed_parameters(&key, call)
                .map_err(
                    |refusal| match is_signed && request_signature::is_whole(call) {
                        true => Refusal::of(Fault::ParametersUnsigned),
                        false => refusal,
                    },
                )?
        };
        key.note_use(call.now);
        Ok(Session {
            key,
            scopes,
            window,
        })
    }

    fn check_signed_parameters(&self, key: &Key, call: &Call<'_>) -> Result<Window, Refusal> {
        let is_browser = key.csrf_token().is_some();
        if !is_browser {
            call.params.mandatory("timestamp")?;
        }
        if !matches!(call.proof, Proof::LoggedOn) {
            call.params.mandatory("signature")?;
        }
        let window = match is_browser {
            true => Window::parse_unsigned(call.params, call.now)?,
            false => Window::parse(call.params)?,
        };
        window
            .check(call.now)
            .inspect_err(|_| self.not_believed(AuthFailure::Timestamp))?;
        check_proof(
            key,
            call.params,
            call.proof,
            self.config().legacy_signatures,
        )
        .inspect_err(|_| self.not_believed(AuthFailure::Signature))?;
        Ok(window)
    }

    /// Steps 4 and 5.
    ///
    /// # Errors
    /// Those of `find_key`.
    pub fn find_key(&self, call: &Call<'_>, needed: Scopes) -> Result<(Arc<Key>, Scopes), Refusal> {
        find_key(
            self.identity(),
            self.hub(),
            call.claim,
            call.address,
            needed,
            call.now,
        )
        .inspect_err(|_| self.not_believed(AuthFailure::Key))
        .map_err(|refusal| self.say_factor_needed(call, refusal))
    }

    /// Tells whoever signed in with a password alone why the session may not do what others may.
    fn say_factor_needed(&self, call: &Call<'_>, refusal: Refusal) -> Refusal {
        let is_demanded = self.config().second_factor == SecondFactor::Trading;
        match call.claim {
            Claim::Held(key) if is_demanded && key.is_without_factor(call.now) => {
                Refusal::of(Fault::SessionNeedsFactor)
            }
            _ => refusal,
        }
    }

    pub(crate) fn not_believed(&self, failure: AuthFailure) {
        self.metrics().count_auth_failure(failure);
    }
}

/// Checks that a request is its key's.
///
/// # Errors
/// -1102 without a signature, -1022 when it is not the key's.
fn check_proof(
    key: &Key,
    params: &Params,
    proof: Proof<'_>,
    legacy: LegacySignatures,
) -> Result<(), Refusal> {
    match proof {
        Proof::Sent { parts, body } => {
            let query = parts.uri.query().unwrap_or("");
            check_signature(key, params, query, body, legacy)
        }
        Proof::Said { .. } => check_parameters(key, params),
        Proof::LoggedOn => Ok(()),
    }
}

/// Checks a signature over parameters: as they are, or as some clients write them, percent-encoded.
fn check_parameters(key: &Key, params: &Params) -> Result<(), Refusal> {
    let signature = params.mandatory("signature")?;
    let is_signed = [Spelling::Plain, Spelling::Encoded]
        .into_iter()
        .any(|spelling| {
            let payload = sorted_payload(params, spelling);
            mutant::plant!(
                "socket-signature-unchecked",
                true,
                key.verify(&[payload.as_bytes()], signature)
            )
        });
    if is_signed {
        Ok(())
    } else {
        Err(Refusal::of(Fault::SignatureInvalid))
    }
}

/// Checks what a key signed: first the bytes as they came, then as older clients signed them.
///
/// # Errors
/// -1102 without a signature, -1022 when it is not the key's.
fn check_signature(
    key: &Key,
    params: &Params,
    query: &str,
    body: &str,
    legacy: LegacySignatures,
) -> Result<(), Refusal> {
    let signature = params.mandatory("signature")?;
    let signed = Signed::cut(query, body);
    if key.verify(&signed.pieces, signature) {
        return Ok(());
    }
    if legacy == LegacySignatures::Accepted {
        for plus in [Plus::IsPlus, Plus::IsSpace] {
            let decoded = signed.decoded(plus);
            if decoded.is_some_and(|payload| key.verify(&[&payload], signature)) {
                return Ok(());
            }
        }
    }
    Err(Refusal::of(Fault::SignatureInvalid))
}
