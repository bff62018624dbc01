//! Heads of requests that two readers could understand in two ways, such as a proxy and this process.
//!
//! The HTTP library refuses what breaks its grammar; this is what the grammar allows, and an attacker needs.
//!
//! **Source** RFC 9112 §3.2, §6.1, §6.3; OWASP ASVS 5.0 V4.2.1, V4.2.2.

use axum::http::Version;
use axum::http::header::{HOST, TRANSFER_ENCODING};
use axum::http::request::Parts;
use wire::binance::error::{Fault, Refusal};

/// What becomes of a connection after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Further requests may come.
    Open,
    /// It ends with the answer.
    Closed,
}

/// Returns what becomes of the connection of a request.
///
/// A body in chunks may hide the end of its request from whoever goes by a length, so nothing is read behind it. The
/// library drops lengths that stand beside chunks, and so cannot be asked for them.
pub fn after(parts: &Parts) -> After {
    let is_chunked = parts.headers.contains_key(TRANSFER_ENCODING);
    if mutant::plant!("chunks-keep-alive", false, is_chunked) {
        After::Closed
    } else {
        After::Open
    }
}

/// Refuses a head that says no host, several, or another than its target.
///
/// # Errors
/// 400 with what is wrong.
pub fn check(parts: &Parts) -> Result<(), Refusal> {
    let headers = &parts.headers;
    let mut hosts = headers.get_all(HOST).iter();
    let (host, another) = (hosts.next(), hosts.next());
    if another.is_some() || (host.is_none() && parts.version == Version::HTTP_11) {
        return Err(refused("one host"));
    }
    let is_asked = |asked: &str| {
        host.is_some_and(|host| host.as_bytes().eq_ignore_ascii_case(asked.as_bytes()))
    };
    match parts.uri.authority() {
        Some(asked) if !is_asked(asked.as_str()) => Err(refused("the host of the target")),
        _ => Ok(()),
    }
}

#[cold]
fn refused(range: &str) -> Refusal {
    Refusal::with(Fault::IllegalCharacters, &["Host", range])
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn head(target: &str, version: Version, lines: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri(target).version(version);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn a_head_has_one_host_and_it_is_that_of_the_target() {
        let host = ("host", "trade.example");
        for (target, lines, is_sound) in [
            ("/", &[host][..], true),
            ("/", &[], false),
            ("/", &[host, host], false),
            ("/", &[host, ("host", "evil.example")], false),
            ("http://trade.example/", &[host], true),
            ("http://TRADE.example/", &[host], true),
            ("http://evil.example/", &[host], false),
            ("http://trade.example:81/", &[host], false),
        ] {
            let parts = head(target, Version::HTTP_11, lines);
            assert_eq!(check(&parts).is_ok(), is_sound, "{target} {lines:?}");
        }
        assert!(check(&head("/", Version::HTTP_10, &[])).is_ok());
    }

    #[test]
    fn nothing_is_read_behind_chunks() {
        let chunked = [("transfer-encoding", "chunked")];
        assert_eq!(after(&head("/", Version::HTTP_11, &chunked)), After::Closed);
        assert_eq!(after(&head("/", Version::HTTP_11, &[])), After::Open);
    }
}
