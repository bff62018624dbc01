//! What a provider of identity checks found: signed, new, and taken in once.
//!
//! **Source** `docs/spec/kyc.md` §5. Whoever cannot sign learns nothing, not even whether there is a provider.

use identity::kyc_call::Verdict;
use identity::provider::{Direction, Message, is_id};
use serde::Deserialize;
use wire::binance::answer::market::Empty;
use wire::binance::error::{Fault, Refusal};

use crate::gateway::Gateway;
use crate::gateway::answering::{Attached, Call};
use crate::reply::Reply;
use crate::rest::kyc::not_taken;

const ID: &str = "x-bourse-id";
const TIMESTAMP: &str = "x-bourse-timestamp";
const SIGNATURE: &str = "x-bourse-signature";
const NOTE_CHARS_MAX: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    application: u64,
    verdict: String,
    #[serde(default)]
    note: String,
}

/// `POST /v1/kyc/provider`.
///
/// # Errors
/// 401 unless it is signed and new; -1130 for a body that is no result, and for an application that is decided; -1003
/// for too many attempts; -1000 when the database fails.
pub async fn take(gateway: &Gateway, call: &Call<'_>) -> Result<Reply, Refusal> {
    if let Err(limited) = gateway.attempts().count(call.address, call.now) {
        return Ok(Reply::from(limited));
    }
    let refused = || Refusal::of(Fault::SignatureRefused);
    let Attached::Message { headers, text } = call.attached else {
        return Err(refused());
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let key = gateway.kyc_rules().provider.as_ref().ok_or_else(refused)?;
    let id = header(ID).filter(|id| is_id(id)).ok_or_else(refused)?;
    let timestamp = header(TIMESTAMP).and_then(|text| text.parse().ok());
    let message = Message {
        direction: Direction::Result,
        id,
        timestamp_ms: timestamp.ok_or_else(refused)?,
        body: text,
    };
    let signature = header(SIGNATURE).ok_or_else(refused)?;
    if !key.verify(&message, signature, call.now) {
        return Err(refused());
    }
    let (application, verdict, note) = read(text)?;
    let result = (application, verdict, note.as_str());
    let taken = gateway.identity().take_result(id, result, call.now).await;
    taken.map_err(not_taken)?;
    Ok(Reply::ok(&Empty {}))
}

/// Returns the application that a body is about, what was found, and a note of one line.
///
/// # Errors
/// -1130 for a body that is no result.
pub fn read(text: &str) -> Result<(u64, Verdict, String), Refusal> {
    let invalid = |name: &str| Refusal::with(Fault::DataInvalid, &[name]);
    let found: Found = serde_json::from_str(text).map_err(|_| invalid("body"))?;
    let verdict = Verdict::parse(&found.verdict).ok_or_else(|| invalid("verdict"))?;
    let is_line =
        found.note.chars().count() <= NOTE_CHARS_MAX && !found.note.chars().any(char::is_control);
    if !is_line {
        return Err(invalid("note"));
    }
    Ok((found.application, verdict, found.note))
}
