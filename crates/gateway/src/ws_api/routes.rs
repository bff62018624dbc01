//! Opening a socket of the WebSocket API.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use axum::http::request::Parts;
use wire::binance::control::Wrapping;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;

use crate::clock;
use crate::gateway::Gateway;
use crate::user_data::place::Marks;
use crate::ws::connection::Talk;
use crate::ws::outbox::Form;
use crate::ws::routes::{admit, refuse, switch};
use crate::ws_api::call::{Caller, Counters};
use crate::ws_api::session::Session;

const PATH: &str = "/ws-api/v3";
/// What opening a socket weighs.
const OPENING_WEIGHT: u32 = 2;

/// What the URL of a socket asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    unit: TimeUnit,
    counters: Counters,
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
        Err(reply) => return refuse(reply),
    };
    if let Err(limited) = limiter.charge(address, OPENING_WEIGHT, clock::now()) {
        return refuse(limited.into());
    }
    let caller = Caller {
        gateway: Arc::clone(gateway),
        address,
        unit: asked.unit,
        counters: asked.counters,
    };
    let form = Form {
        wrapping: Wrapping::Raw,
        unit: asked.unit,
        marks: asked.marks,
    };
    switch(handshake, gateway.fanout(), form, move |outbox| {
        Talk::Requests(Box::new(Session::new(caller, outbox)))
    })
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
    let marks = Marks::of(&query)?;
    Ok(Asked {
        unit,
        counters,
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
            marks: Marks::Plain,
        };
        assert_eq!(asked("/ws-api/v3"), Ok(plain));
        assert_eq!(
            asked("/ws-api/v3?timeUnit=microsecond&returnRateLimits=false"),
            Ok(Asked {
                unit: TimeUnit::Microseconds,
                counters: Counters::Hidden,
                marks: Marks::Plain,
            })
        );
        for (url, code) in [
            ("/ws-api/v3?timeUnit=SECOND", -1194),
            ("/ws-api/v3?returnRateLimits=perhaps", -1130),
            ("/ws-api/v3?responseFormat=sbe&sbeSchemaId=3", -1155),
        ] {
            assert_eq!(asked(url), Err(code), "{url}");
        }
    }
}
