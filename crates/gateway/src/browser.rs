//! Requests of browsers: which cookie they send, from which page they come, and what only our own pages can send.
//!
//! **Source** `docs/spec/binance-surface.md` §3.7.

use axum::http::Method;
use axum::http::header::{COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, USER_AGENT};
use identity::key::Key;
use wire::binance::error::{Fault, Refusal};

/// Browsers take a cookie of this prefix only over TLS or from this machine, for the whole host and no other.
pub const NAME: &str = "__Host-bourse_session";
const CSRF: HeaderName = HeaderName::from_static("x-bourse-csrf");

/// How much of what a browser calls itself is kept.
const AGENT_CHARS_MAX: usize = 200;

/// What a request tells about whoever sent it, beside its parameters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visitor<'a> {
    agent: Option<&'a HeaderValue>,
    /// That of the session that the browser has, or had.
    pub token: Option<&'a str>,
}

impl<'a> Visitor<'a> {
    pub fn of(headers: &'a HeaderMap) -> Visitor<'a> {
        Visitor {
            agent: headers.get(USER_AGENT),
            token: token(headers).filter(|token| !token.is_empty()),
        }
    }

    /// Returns what the browser calls itself, or the beginning of it.
    pub fn agent(&self) -> String {
        let text = self.agent.and_then(|agent| agent.to_str().ok());
        text.unwrap_or("").chars().take(AGENT_CHARS_MAX).collect()
    }
}

/// Returns the token of the browser's cookie.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, NAME)
}

/// Returns the value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Returns the header that makes a browser keep a token, or with an empty one forget it.
pub fn set_cookie(token: &str, seconds: i64) -> HeaderValue {
    let text =
        format!("{NAME}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&text).expect("tokens are letters and digits")
}

/// Refuses what a page of another origin sent. Clients that are no browsers send no origin.
///
/// # Errors
/// 403 for a foreign origin, and for one beside no or several hosts.
pub fn check_origin(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return if headers.contains_key(ORIGIN) {
            Err(Refusal::of(Fault::OriginForeign))
        } else {
            Ok(())
        };
    };
    let host = headers.get(HOST);
    let is_own = host.is_some_and(|host| is_of_host(origin.as_bytes(), host.as_bytes()));
    if mutant::plant!("foreign-origin-taken", true, is_own) {
        Ok(())
    } else {
        Err(Refusal::of(Fault::OriginForeign))
    }
}

/// TLS ends before this process, so either scheme is its own.
fn is_of_host(origin: &[u8], host: &[u8]) -> bool {
    let rest = origin.strip_prefix(b"https://");
    rest.or_else(|| origin.strip_prefix(b"http://"))
        .is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// Checks that a request that changes something was made by a page that could read the session.
///
/// # Errors
/// 403 without the token of `GET /v1/session` in the header.
pub fn check_csrf(key: &Key, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    if *method == Method::GET {
        return Ok(());
    }
    let sent = headers.get(CSRF).map(HeaderValue::as_bytes);
    let expected = key.csrf_token().map(str::as_bytes);
    let is_right = sent.is_some() && sent == expected;
    if mutant::plant!("csrf-unchecked", true, is_right) {
        Ok(())
    } else {
        Err(Refusal::of(Fault::CsrfRefused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        headers
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        for (line, expected) in [
            ("__Host-bourse_session=abc", Some("abc")),
            ("a=b; __Host-bourse_session=abc; c=d", Some("abc")),
            ("__Host-bourse_session=", Some("")),
            ("__Host-bourse_sessions=abc", None),
            ("x__Host-bourse_session=abc", None),
            ("bourse_session=abc", None),
        ] {
            assert_eq!(token(&headers(&[(COOKIE, line)])), expected, "{line}");
        }
        let twice = [(COOKIE, "a=b"), (COOKIE, "__Host-bourse_session=abc")];
        assert_eq!(token(&headers(&twice)), Some("abc"));
        assert_eq!(token(&headers(&[])), None);
    }

    #[test]
    fn an_origin_is_own_when_its_host_is() {
        for (origin, is_own) in [
            ("https://trade.example", true),
            ("http://trade.example", true),
            ("https://Trade.Example", true),
            ("https://trade.example:8443", false),
            ("https://trade.example.evil", false),
            ("https://eviltrade.example", false),
            ("https://trade.example/", false),
            ("ftp://trade.example", false),
            ("trade.example", false),
            ("null", false),
            ("", false),
        ] {
            let sent = headers(&[(HOST, "trade.example"), (ORIGIN, origin)]);
            assert_eq!(check_origin(&sent).is_ok(), is_own, "{origin}");
        }
        assert!(check_origin(&headers(&[(HOST, "trade.example")])).is_ok());
        assert!(check_origin(&headers(&[(ORIGIN, "https://trade.example")])).is_err());
        let twice = [
            (HOST, "trade.example"),
            (ORIGIN, "https://trade.example"),
            (ORIGIN, "https://evil.example"),
        ];
        assert!(check_origin(&headers(&twice)).is_err());
    }
}
