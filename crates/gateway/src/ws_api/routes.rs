//! Opening a socket of the WebSocket API.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use identity::key::Key;
use model::account::Scopes;
use wire::binance::control::Wrapping;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;

use crate::auth::{Claim, find_key};
use crate::browser;
use crate::clock;
use crate::gateway::Gateway;
use crate::request_signature::one_header;
use crate::rest::filter_detail::Details;
use crate::user_data::place::Marks;
use crate::ws::connection::Talk;
use crate::ws::outbox::Form;
use crate::ws::routes::{admit, refuse, switch};
use crate::ws_api::call::{Caller, Counters};
use crate::ws_api::session::Session;

pub const PATH: &str = "/ws-api/v3";

/// What the URL of a socket asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    unit: TimeUnit,
    counters: Counters,
    details: Details,
    marks: Marks,
}

/// Returns whether a path is that of the WebSocket API.
pub fn is_ws_api(path: &str) -> bool {
    path.strip_suffix('/').unwrap_or(path) == PATH
}

/// Answers a request for a socket: opens it, or says why not.
pub fn open(gateway: &Arc<Gateway>, address: IpAddr, parts: &mut Parts) -> Response<Body> {
    let limiter = gateway.limiter();
    let admitted = admit(gateway.fanout(), limiter, address, parts, read_url);
    let (handshake, asked) = match admitted {
        Ok(admitted) => admitted,
        Err(reply) => return refuse(limiter, address, reply),
    };
    let weight = gateway.config().weights.opening();
    if let Err(limited) = limiter.charge(address, weight, clock::now()) {
        return refuse(limiter, address, limited.into());
    }
    let browser = match browser(gateway, address, parts) {
        Ok(browser) => browser,
        Err(refusal) => return refuse(limiter, address, refusal.into()),
    };
    let caller = Caller {
        gateway: Arc::clone(gateway),
        address,
        host: one_header(&parts.headers, HOST.as_str())
            .unwrap_or("")
            .into(),
        unit: asked.unit,
        counters: asked.counters,
        details: asked.details,
    };
    let form = Form {
        wrapping: Wrapping::Raw,
        unit: asked.unit,
        marks: asked.marks,
    };
    switch(handshake, gateway.fanout(), form, move |outbox| {
        Talk::Requests(Box::new(Session::new(caller, outbox, browser)))
    })
}

/// Returns the key of the browser that signed in.
///
/// # Errors
/// 403 for a page of another origin, 401 for a session that has ended.
fn browser(gateway: &Gateway, address: IpAddr, parts: &Parts) -> Result<Option<Arc<Key>>, Refusal> {
    gateway.origins().check(&parts.headers)?;
    let token = browser::token(&parts.headers).filter(|token| !token.is_empty());
    // What is no browser need not say where it comes from, but has no cookie to be stolen either.
    let Some(token) = token.filter(|_| parts.headers.contains_key(ORIGIN)) else {
        return Ok(None);
    };
    let ended = || Refusal::of(Fault::NotSignedIn);
    let (identity, hub, now) = (gateway.identity(), gateway.hub(), clock::now());
    let key = identity.find_browser(token, now).ok_or_else(ended)?;
    let claim = Claim::Held(&key);
    find_key(identity, hub, claim, address, Scopes::NONE, now).map_err(|_| ended())?;
    Ok(Some(key))
}

/// # Errors
/// -1194 for a foreign unit of time, -1130 for an odd flag, -1155 for the binary encoding.
fn read_url(parts: &Parts) -> Result<Asked, Refusal> {
    let query = Params::parse(parts.uri.query().unwrap_or(""), "")?;
    if query
        .raw("responseFormat")
        .is_some_and(|format| !format.eq_ignore_ascii_case("json"))
    {
        return Err(Refusal::of(Fault::BinaryDisabled));
    }
    let unit = match query.raw("timeUnit") {
        Some(unit) => TimeUnit::parse(unit)?,
        None => TimeUnit::Milliseconds,
    };
    let counters = match query.choice("returnRateLimits")? {
        Some(false) => Counters::Hidden,
        Some(true) | None => Counters::Shown,
    };
    let details = match query.choice("detail")? {
        Some(true) => Details::Told,
        Some(false) | None => Details::Untold,
    };
    let marks = Marks::of(&query)?;
    Ok(Asked {
        unit,
        counters,
        details,
        marks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn asked(url: &str) -> Result<Asked, i32> {
        let request = Request::builder().uri(url).body(()).expect("a request");
        let (parts, ()) = request.into_parts();
        read_url(&parts).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_url_says_how_answers_are_to_look() {
        let plain = Asked {
            unit: TimeUnit::Milliseconds,
            counters: Counters::Shown,
            details: Details::Untold,
            marks: Marks::Plain,
        };
        assert_eq!(asked("/ws-api/v3"), Ok(plain));
        assert_eq!(
            asked("/ws-api/v3?timeUnit=microsecond&returnRateLimits=false&detail=true"),
            Ok(Asked {
                unit: TimeUnit::Microseconds,
                counters: Counters::Hidden,
                details: Details::Told,
                marks: Marks::Plain,
            })
        );
        for (url, code) in [
            ("/ws-api/v3?timeUnit=SECOND", -1194),
            ("/ws-api/v3?returnRateLimits=perhaps", -1130),
            ("/ws-api/v3?detail=perhaps", -1130),
            ("/ws-api/v3?responseFormat=sbe&sbeSchemaId=3", -1155),
        ] {
            assert_eq!(asked(url), Err(code), "{url}");
        }
    }
}
