//! Requests of browsers: which cookie they send, and what only our own pages can send.
//!
//! **Source** `docs/spec/binance-surface.md` §3.7.

use axum::http::Method;
use axum::http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
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

/// Checks that a request that changes something was made by a page that could read the session.
///
/// # Errors
/// 403 without the token of `GET /v1/session` in the header.
pub fn check_csrf(key: &Key, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    if *method == Method::GET {
        return Ok(());
    }
    let sent = headers.get(CSRF).map(HeaderValue::as_bytes);
    let is_right = sent.is_some_and(|sent| key.has_csrf_token(sent));
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
}
