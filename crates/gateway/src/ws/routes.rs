//! Opening a socket: paths, handshake, and what the client asks for in its URL.
//!
//! **Source** `docs/spec/binance-surface.md` §1.2 and §11.1: any tail of `/ws/` is accepted, and a name that means
//! nothing delivers nothing.

use core::time::Duration;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::request::Parts;
use axum::http::{Method, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use wire::binance::control::Wrapping;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::{Params, Plus, decode_bytes, illegal};
use wire::binance::time::TimeUnit;

use crate::clock;
use crate::crowd::Seat;
use crate::limit::Limiter;
use crate::reply::{Reply, Sharing};
use crate::user_data::place::Marks;
use crate::ws::connection::{self, Talk};
use crate::ws::fanout::Fanout;
use crate::ws::outbox::{Form, Outbox};
use crate::ws::session::Session;

/// The mount that lets clients tell a spot socket by its URL.
const SPOT_PREFIX: &str = "/stream-spot";
/// A peer that asks for a socket and then does not take the answer is forgotten after this.
pub const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);

/// What the URL of a socket asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub form: Form,
    /// Names of streams, in order, as the client writes them.
    pub streams: Vec<String>,
}

/// Returns whether a path is one of a stream socket.
pub fn is_stream(path: &str) -> bool {
    mount(path).is_some()
}

/// Returns how messages are wrapped under a path, and what follows the mount.
fn mount(path: &str) -> Option<(Wrapping, &str)> {
    let path = path.strip_prefix(SPOT_PREFIX).unwrap_or(path);
    if path == "/ws" {
        Some((Wrapping::Raw, ""))
    } else if path == "/stream" || path == "/stream/" {
        Some((Wrapping::Combined, ""))
    } else {
        path.strip_prefix("/ws/").map(|tail| (Wrapping::Raw, tail))
    }
}

/// Answers a request for a stream socket: opens it, or says why not.
pub fn open(
    fanout: &Arc<Fanout>,
    limiter: &Limiter,
    address: IpAddr,
    parts: &mut Parts,
) -> Response<Body> {
    let read = |parts: &Parts| read_url(parts, fanout.bounds().streams_per_socket_max);
    match admit(fanout, limiter, address, parts, read) {
        Ok((handshake, asked)) => switch(handshake, fanout, asked.form, {
            let fanout = Arc::clone(fanout);
            move |outbox| Talk::Streams {
                session: Session::new(fanout, outbox, Instant::now()),
                first: asked.streams,
            }
        }),
        Err(reply) => refuse(limiter, address, reply),
    }
}

/// Checks whether a socket may be opened, and reads its URL.
///
/// # Errors
/// The answer that says why not.
pub fn admit<T>(
    fanout: &Fanout,
    limiter: &Limiter,
    address: IpAddr,
    parts: &mut Parts,
    read_url: impl FnOnce(&Parts) -> Result<T, Refusal>,
) -> Result<(Handshake, T), Reply> {
    let mut handshake = read_handshake(parts)?;
    limiter.count_socket(address, clock::now())?;
    if fanout.is_stopping() {
        return Err(Refusal::of(Fault::Disconnected).into());
    }
    if fanout.is_full() {
        return Err(Refusal::of(Fault::Overloaded).into());
    }
    let asked = read_url(parts)?;
    handshake.seat = Some(fanout.enter(address).ok_or_else(|| {
        let max = fanout.bounds().connections_per_network_max.to_string();
        Refusal::with(Fault::TooManySockets, &[&max])
    })?);
    Ok((handshake, asked))
}

/// Returns the answer that opens a socket, and serves it from then on.
pub fn switch(
    handshake: Handshake,
    fanout: &Arc<Fanout>,
    form: Form,
    begin: impl FnOnce(Arc<Outbox>) -> Talk + Send + 'static,
) -> Response<Body> {
    let Handshake {
        upgrade,
        accept,
        seat,
    } = handshake;
    let fanout = Arc::clone(fanout);
    tokio::spawn(async move {
        // A peer that left before its answer has no socket.
        if let Ok(Ok(upgraded)) = tokio::time::timeout(UPGRADE_TIMEOUT, upgrade).await {
            connection::run(upgraded, fanout, form, begin).await;
        }
        drop(seat);
    });
    switching(accept)
}

/// What the handshake of a client comes to.
pub struct Handshake {
    upgrade: OnUpgrade,
    accept: HeaderValue,
    /// Held for as long as the socket lives.
    seat: Option<Seat>,
}

/// Checks what RFC 6455 §4.2.1 asks of a client.
fn read_handshake(parts: &mut Parts) -> Result<Handshake, Refusal> {
    if parts.method != Method::GET {
        return Err(Refusal::of(Fault::MethodNotAllowed));
    }
    let is_asked = has_word(&parts.headers, &CONNECTION, "upgrade")
        && has_word(&parts.headers, &UPGRADE, "websocket")
        && has_word(&parts.headers, &SEC_WEBSOCKET_VERSION, "13");
    let key = parts.headers.get(SEC_WEBSOCKET_KEY);
    let (Some(key), true) = (key, is_asked) else {
        return Err(illegal("Upgrade", "websocket"));
    };
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes()))
        .expect("base64 is legal in a header");
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or_else(|| illegal("Upgrade", "websocket"))?;
    Ok(Handshake {
        upgrade,
        accept,
        seat: None,
    })
}

fn has_word(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|found| found.trim().eq_ignore_ascii_case(word))
}

/// # Errors
/// -1100 for more streams than a socket may have or a query that is no text, -1194 for a foreign unit of time,
/// -1130 for an odd `ext`.
fn read_url(parts: &Parts, streams_max: usize) -> Result<Asked, Refusal> {
    let (wrapping, tail) =
        mount(parts.uri.path()).ok_or_else(|| Refusal::of(Fault::RouteUnknown))?;
    let query = Params::parse(parts.uri.query().unwrap_or(""), "")?;
    let unit = match query.raw("timeUnit") {
        Some(unit) => TimeUnit::parse(unit)?,
        None => TimeUnit::Milliseconds,
    };
    let names = match wrapping {
        Wrapping::Raw => decode_bytes(tail.as_bytes(), Plus::IsPlus)
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| illegal("streams", "UTF-8"))?,
        // No name has a blank: it is the plus of an offset, as it was written.
        Wrapping::Combined => query.raw("streams").unwrap_or("").replace(' ', "+"),
    };
    let streams: Vec<String> = names
        .split('/')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    if streams_max < streams.len() {
        return Err(illegal(
            "streams",
            &format!("at most {streams_max} streams"),
        ));
    }
    Ok(Asked {
        form: Form {
            wrapping,
            unit,
            marks: Marks::of(&query)?,
        },
        streams,
    })
}

fn switching(accept: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    response
}

/// Returns the answer that opens no socket.
pub fn refuse(limiter: &Limiter, address: IpAddr, reply: Reply) -> Response<Body> {
    let used = limiter.used(address, clock::now());
    reply.into_response(used, Sharing::AnyOrigin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn asked(url: &str) -> Result<Asked, i32> {
        let request = Request::builder().uri(url).body(()).expect("a request");
        let (parts, ()) = request.into_parts();
        read_url(&parts, 3).map_err(|refusal| refusal.code)
    }

    #[test]
    fn streams_are_read_from_path_or_query() {
        for (url, wrapping, streams) in [
            ("/ws", Wrapping::Raw, &[] as &[&str]),
            ("/ws/", Wrapping::Raw, &[]),
            ("/ws/0", Wrapping::Raw, &["0"]),
            ("/ws/btcusdt@trade", Wrapping::Raw, &["btcusdt@trade"]),
            (
                "/ws/a@trade/b@depth",
                Wrapping::Raw,
                &["a@trade", "b@depth"],
            ),
            (
                "/ws/a%40trade%2Fb%40depth",
                Wrapping::Raw,
                &["a@trade", "b@depth"],
            ),
            ("/stream-spot/ws/1", Wrapping::Raw, &["1"]),
            ("/stream", Wrapping::Combined, &[]),
            ("/stream/", Wrapping::Combined, &[]),
            (
                "/stream?streams=a@trade/b@depth",
                Wrapping::Combined,
                &["a@trade", "b@depth"],
            ),
            (
                "/stream?streams=a%40trade%2F!x%40arr",
                Wrapping::Combined,
                &["a@trade", "!x@arr"],
            ),
            (
                "/stream?streams=a@kline_1d@+08:00/b@kline_1d@%2B08:00",
                Wrapping::Combined,
                &["a@kline_1d@+08:00", "b@kline_1d@+08:00"],
            ),
            (
                "/ws/a@kline_1d@+08:00",
                Wrapping::Raw,
                &["a@kline_1d@+08:00"],
            ),
            (
                "/stream-spot/stream?streams=a@trade",
                Wrapping::Combined,
                &["a@trade"],
            ),
        ] {
            let asked = asked(url).expect("legal");
            assert_eq!(asked.form.wrapping, wrapping, "{url}");
            assert_eq!(asked.streams, streams, "{url}");
        }
    }

    #[test]
    fn a_url_that_cannot_be_served_is_refused() {
        for (url, code) in [
            ("/ws/a/b/c/d", -1100),
            ("/stream?streams=a/b/c/d", -1100),
            ("/ws/%ff", -1100),
            ("/ws?timeUnit=SECOND", -1194),
            ("/stream?streams=a&streams=b", -1101),
            ("/wsx", -1000),
            ("/stream-spot", -1000),
        ] {
            assert_eq!(asked(url), Err(code), "{url}");
        }
        let micros = asked("/ws?timeUnit=microsecond").expect("legal");
        assert_eq!(micros.form.unit, TimeUnit::Microseconds);
    }

    #[test]
    fn only_stream_paths_are_streams() {
        for path in [
            "/ws",
            "/ws/x",
            "/stream",
            "/stream-spot/ws",
            "/stream-spot/stream",
        ] {
            assert!(is_stream(path), "{path}");
        }
        for path in [
            "/",
            "/wss",
            "/streams",
            "/stream-spot",
            "/stream/x",
            "/api/v3/ping",
            "/ws-api/v3",
        ] {
            assert!(!is_stream(path), "{path}");
        }
    }
}
