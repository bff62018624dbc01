//! Who sent a request: the signature over all of it, its time, and that it came once.
//!
//! **Source** `docs/spec/operators.md` §2.

use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::request::Parts;
use identity::audit::{Actor, Entry};
use identity::identity::Identity;
use identity::operator::Operator;
use identity::operator_key::PublicKey;
use identity::signed_request::{SignedRequest, is_nonce, read_millis};
use model::time::Timestamp;

use crate::console::denied::Denied;
use crate::console::route::Route;
use crate::request_signature::{NONCE, SIGNATURE, TIMESTAMP, one_header};

pub const KEY: &str = "x-bourse-key";

const AGE_MS_MAX: i64 = 5_000;
const AHEAD_MS_MAX: i64 = 1_000;
/// What a refusal is called in the audit log.
pub const REFUSED: &str = "operator-refused";
/// Refusals of a minute that have a row each, at once; the others are counted: whoever knocks must not fill the disk.
const REFUSALS_PER_MINUTE: i64 = 60;
const MINUTE_MS: i64 = 60_000;

/// How long the key file of an operator decides, as [`decides`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// Until the operator has a passkey: from then on a file alone decides nothing.
    UntilPasskey,
    Always,
    /// Not at all, but that it adds the first passkey.
    Never,
}

/// Returns whether a request decides something, or changes by what somebody decides; the others propose, read, or tell
/// what is the matter.
pub const fn decides(route: Route) -> bool {
    matches!(
        route,
        Route::Approve
            | Route::Reject
            | Route::KycReview
            | Route::SettleWithdrawal
            | Route::RejectWithdrawal
            | Route::Enrol
            | Route::Invitation
            | Route::RemovePasskey
    )
}

/// Counts the refusals of a minute.
#[derive(Debug, Default)]
pub struct Refusals {
    minute: AtomicI64,
    count: AtomicI64,
}

impl Refusals {
    /// Returns whether one more has a row of its own.
    pub fn count(&self, at: Timestamp) -> bool {
        let minute = at.millis().div_euclid(MINUTE_MS);
        if self.minute.swap(minute, Ordering::Relaxed) != minute {
            self.count.store(0, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed) < REFUSALS_PER_MINUTE
    }
}

/// Returns the operator who signed a request.
///
/// # Errors
/// `Unsigned`, `OutsideWindow`, `SignatureInvalid`, `Repeated`.
pub async fn admit(
    identity: &Identity,
    parts: &Parts,
    (body, address): (&str, IpAddr),
    at: Timestamp,
) -> Result<Operator, Denied> {
    let (key, nonce) = signer(parts, body, at)?;
    Ok(identity.admit(&key, (nonce, address), at).await?)
}

/// Returns the key that signed a request, whoever has it, and the nonce of the request.
///
/// # Errors
/// `Unsigned`, `OutsideWindow`, `SignatureInvalid`.
pub fn signer<'a>(
    parts: &'a Parts,
    body: &str,
    at: Timestamp,
) -> Result<(PublicKey, &'a str), Denied> {
    let headers = &parts.headers;
    let key = PublicKey::parse(header(headers, KEY)?).ok_or(Denied::Unsigned(KEY))?;
    let timestamp = read_millis(header(headers, TIMESTAMP)?);
    let timestamp_ms = timestamp.ok_or(Denied::Unsigned(TIMESTAMP))?;
    let nonce = header(headers, NONCE)?;
    if !is_nonce(nonce) {
        return Err(Denied::Unsigned(NONCE));
    }
    let signature = header(headers, SIGNATURE)?;
    let now_ms = at.millis();
    if timestamp_ms < now_ms - AGE_MS_MAX || now_ms + AHEAD_MS_MAX < timestamp_ms {
        return Err(Denied::OutsideWindow);
    }
    let request = SignedRequest {
        method: parts.method.as_str(),
        host: header(headers, HOST.as_str())?,
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or(""),
        body: body.as_bytes(),
        timestamp_ms,
        nonce,
    };
    if !key.verify(&request, signature) {
        return Err(Denied::SignatureInvalid);
    }
    Ok((key, nonce))
}

fn header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Denied> {
    one_header(headers, name).ok_or(Denied::Unsigned(name))
}

/// Writes down that a request was refused.
///
/// # Errors
/// When the database fails.
pub async fn note_refusal(
    identity: &Identity,
    operator: Option<&Operator>,
    (path, why): (&str, &Denied),
    address: IpAddr,
    at: Timestamp,
) -> Result<(), Denied> {
    let actor = operator.map_or(Actor::Stranger, |operator| Actor::Operator(operator.id));
    let entry = Entry {
        at,
        actor,
        act: REFUSED,
        subject: path.to_owned(),
        detail: why.summary(),
        address: Some(address),
    };
    Ok(identity.note(&entry).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_writes_down_so_many_refusals_and_the_next_one_again() {
        let refusals = Refusals::default();
        let at = Timestamp::from_millis(120_000);
        let written = (0..100).filter(|_| refusals.count(at)).count();
        assert_eq!(written, 60);
        assert!(refusals.count(Timestamp::from_millis(180_000)));
    }
}
