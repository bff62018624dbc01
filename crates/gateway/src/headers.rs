//! What the headers of a request say about how it is written and to be answered.

use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method};
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::TimeUnit;

const TIME_UNIT: HeaderName = HeaderName::from_static("x-mbx-time-unit");

/// Returns the unit of time a request asks for in its header.
pub(crate) fn time_unit(parts: &Parts) -> Result<TimeUnit, Refusal> {
    match parts.headers.get(TIME_UNIT) {
        None => Ok(TimeUnit::Milliseconds),
        Some(value) => TimeUnit::parse(value.to_str().unwrap_or("")),
    }
}

/// Returns whether a body says to be a form, or says nothing, as bodies of small clients do.
pub(crate) fn says_form(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_TYPE).iter().all(|value| {
        let kind = value.as_bytes().split(|byte| *byte == b';').next();
        kind.unwrap_or_default()
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
    })
}

/// Refuses a body that is to be decoded first, before a byte of it is read; that of a GET is none.
///
/// # Errors
/// -1106 with 415.
pub(crate) fn check_plain(parts: &Parts) -> Result<(), Refusal> {
    let mut encodings = parts.headers.get_all(CONTENT_ENCODING).iter();
    let is_plain = encodings.all(|encoding| encoding.as_bytes().trim_ascii() == b"identity");
    let is_read = parts.method != Method::GET;
    match is_read && mutant::plant!("encoded-body-read", false, !is_plain) {
        true => Err(Refusal::of(Fault::BodyEncoded)),
        false => Ok(()),
    }
}

/// Refuses a client that reads nothing but the binary encoding of upstream.
pub(crate) fn check_encoding(parts: &Parts) -> Result<(), Refusal> {
    let accepted = parts
        .headers
        .get(ACCEPT)
        .map_or(&[][..], HeaderValue::as_bytes);
    if accepted == b"application/sbe" {
        return Err(Refusal::of(Fault::BinaryDisabled));
    }
    Ok(())
}
