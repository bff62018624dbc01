//! Requests of keys that sign all of it: method, host, path, query, body, time and a nonce that counts once.
//!
//! **Source** `docs/spec/keys.md`.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::request::Parts;
use identity::key::Key;
use identity::signed_request::{SignedRequest, is_nonce, read_millis};
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::{Params, illegal};
use wire::binance::signing::{Spelling, sorted_payload};
use wire::binance::time::Window;

use crate::auth::Proof;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::metrics::AuthFailure;
use crate::unread::check_known;

pub const TIMESTAMP: &str = "x-bourse-timestamp";
pub const NONCE: &str = "x-bourse-nonce";
pub const SIGNATURE: &str = "x-bourse-signature";
const TIMESTAMP_RANGE: &str = "^(0|[1-9][0-9]{0,18})$";
const NONCE_RANGE: &str = "^[A-Za-z0-9]{1,64}$";

/// What stands beside a request: when it was signed, what makes it the only one, and the signature.
#[derive(Clone, Copy, Debug)]
struct Stamp<'a> {
    timestamp_ms: i64,
    nonce: &'a str,
    signature: &'a str,
}

impl<'a> Stamp<'a> {
    /// # Errors
    /// -1100 for what is neither a moment nor a nonce.
    fn read(
        (timestamp_name, timestamp): (&str, &str),
        (nonce_name, nonce): (&str, &'a str),
        signature: &'a str,
    ) -> Result<Stamp<'a>, Refusal> {
        let timestamp_ms = read_millis(timestamp);
        let timestamp_ms = timestamp_ms.ok_or_else(|| illegal(timestamp_name, TIMESTAMP_RANGE))?;
        if !is_nonce(nonce) {
            return Err(illegal(nonce_name, NONCE_RANGE));
        }
        Ok(Stamp {
            timestamp_ms,
            nonce,
            signature,
        })
    }

    fn of_headers(headers: &'a HeaderMap) -> Result<Stamp<'a>, Refusal> {
        let mandatory = |name: &str| {
            let value = one_header(headers, name);
            value.ok_or_else(|| Refusal::with(Fault::MandatoryMissing, &[name]))
        };
        Stamp::read(
            (TIMESTAMP, mandatory(TIMESTAMP)?),
            (NONCE, mandatory(NONCE)?),
            mandatory(SIGNATURE)?,
        )
    }

    fn of_params(params: &'a Params) -> Result<Stamp<'a>, Refusal> {
        Stamp::read(
            ("timestamp", params.mandatory("timestamp")?),
            ("nonce", params.mandatory("nonce")?),
            params.mandatory("signature")?,
        )
    }
}

/// Returns whether a request is signed as those are that are signed whole.
pub fn is_whole(call: &Call<'_>) -> bool {
    match call.proof {
        Proof::Sent { parts, .. } => parts.headers.contains_key(SIGNATURE),
        Proof::Said { .. } => call.params.raw("nonce").is_some(),
        Proof::LoggedOn => false,
    }
}

impl Gateway {
    /// Checks that a request is its key's, and that it came once; returns until when it stands.
    ///
    /// # Errors
    /// -1022 for a request that is signed otherwise, by another, or came before; -1021 outside its window or from before
    /// the start of the process; -1100, -1102, -1104 and -1106 for what is no such request; -1003 for too many of them.
    pub(crate) fn check_request(&self, key: &Key, call: &Call<'_>) -> Result<Window, Refusal> {
        check_known(call.endpoint, call.params)?;
        match call.proof {
            Proof::Sent { parts, body } => self.check_sent(key, call, parts, body),
            Proof::Said { method, host } => self.check_said(key, call, (method, host)),
            Proof::LoggedOn => Window::parse(call.params),
        }
    }

    fn check_sent(
        &self,
        key: &Key,
        call: &Call<'_>,
        parts: &Parts,
        body: &str,
    ) -> Result<Window, Refusal> {
        let is_sent = |name: &str| call.params.raw(name).is_some();
        if !is_whole(call) || is_sent("timestamp") || is_sent("signature") {
            return Err(Refusal::of(Fault::RequestUnsigned));
        }
        let query = parts.uri.query().unwrap_or("");
        // A name in both would have two values.
        if !query.is_empty() && !body.is_empty() {
            return Err(Refusal::of(Fault::ParametersApart));
        }
        // A target with a host of its own has two.
        let host = one_header(&parts.headers, HOST.as_str());
        let host = host.filter(|_| parts.uri.host().is_none());
        let stamp = Stamp::of_headers(&parts.headers)?;
        let request = SignedRequest {
            method: parts.method.as_str(),
            host: host.ok_or_else(|| Refusal::of(Fault::Malformed))?,
            path: parts.uri.path(),
            query,
            body: body.as_bytes(),
            timestamp_ms: stamp.timestamp_ms,
            nonce: stamp.nonce,
        };
        self.check_stamped(key, call, &request, stamp.signature)
    }

    /// Over a socket the body is what a form would have: the parameters, sorted by name.
    fn check_said(
        &self,
        key: &Key,
        call: &Call<'_>,
        (method, host): (&str, &str),
    ) -> Result<Window, Refusal> {
        if !is_whole(call) {
            return Err(Refusal::of(Fault::MessageUnsigned));
        }
        let stamp = Stamp::of_params(call.params)?;
        let body = sorted_payload(call.params, Spelling::Encoded);
        let request = SignedRequest {
            method,
            host,
            path: crate::ws_api::routes::PATH,
            query: "",
            body: body.as_bytes(),
            timestamp_ms: stamp.timestamp_ms,
            nonce: stamp.nonce,
        };
        self.check_stamped(key, call, &request, stamp.signature)
    }

    /// First the time, then the signature, then the nonce: nobody else uses one up.
    fn check_stamped(
        &self,
        key: &Key,
        call: &Call<'_>,
        request: &SignedRequest<'_>,
        signature: &str,
    ) -> Result<Window, Refusal> {
        let sent_at = Timestamp::from_millis(request.timestamp_ms);
        let window = Window::parse_unsigned(call.params, sent_at)?;
        window
            .check(call.now)
            .inspect_err(|_| self.not_believed(AuthFailure::Timestamp))?;
        if !key.verify_request(request, signature) {
            self.not_believed(AuthFailure::Signature);
            return Err(Refusal::of(Fault::SignatureInvalid));
        }
        let taken = self.nonces().take(key.id, request.nonce, &window, call.now);
        taken.inspect_err(|_| self.not_believed(AuthFailure::Signature))?;
        Ok(window)
    }
}

/// Returns the value of a header that came once, as text.
pub fn one_header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    match values.next() {
        None => value,
        Some(_) => None,
    }
}
