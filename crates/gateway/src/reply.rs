//! An answer on its way to the socket.

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, RETRY_AFTER,
    SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Response, StatusCode};
use wire::binance::answer::json;
use wire::binance::error::Refusal;

use crate::browser::set_cookie;
use crate::compress::{Coding, compress};
use crate::correlation;
use crate::data_export::Pieces;
use crate::limit::Limited;
use crate::order_counter::OrderCounts;

const USED_WEIGHT: HeaderName = HeaderName::from_static("x-mbx-used-weight-1m");
const WALLET_WEIGHT_BY_ADDRESS: HeaderName = HeaderName::from_static("x-sapi-used-ip-weight-1m");
const WALLET_WEIGHT_BY_ACCOUNT: HeaderName = HeaderName::from_static("x-sapi-used-uid-weight-1m");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const ORDER_COUNT_10S: HeaderName = HeaderName::from_static("x-mbx-order-count-10s");
const ORDER_COUNT_1D: HeaderName = HeaderName::from_static("x-mbx-order-count-1d");

/// What the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Json,
    Metrics,
    Page,
    Script,
    Style,
    Csv,
    /// A file of rows.
    JsonRows,
    Pdf,
    Archive,
    /// To be kept, not to be shown: whoever made it is a stranger.
    Picture,
}

impl Content {
    const fn media_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Content::Json | Content::JsonRows => "application/json;charset=UTF-8",
            Content::Metrics => "text/plain; version=0.0.4; charset=utf-8",
            Content::Page => "text/html; charset=utf-8",
            Content::Script => "text/javascript; charset=utf-8",
            Content::Style => "text/css; charset=utf-8",
            Content::Picture => "image/jpeg",
            Content::Pdf => "application/pdf",
            Content::Archive => "application/zip",
            Content::Csv => "text/csv; charset=utf-8",
        })
    }
}

impl Content {
    /// Returns how a browser is told to keep a file instead of showing it.
    const fn attachment(self) -> Option<HeaderValue> {
        Some(HeaderValue::from_static(match self {
            Content::Picture => "attachment; filename=\"document.jpg\"",
            Content::Csv => "attachment; filename=\"report.csv\"",
            Content::JsonRows => "attachment; filename=\"report.json\"",
            Content::Pdf => "attachment; filename=\"report.pdf\"",
            Content::Archive => "attachment; filename=\"export.zip\"",
            Content::Json | Content::Metrics | Content::Page | Content::Script | Content::Style => {
                return None;
            }
        }))
    }
}

/// Whether pages of other origins may read an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    AnyOrigin,
    SameOrigin,
}

/// A status, a body and what goes into the headers.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
    pub content: Content,
    pub order_counts: Option<OrderCounts>,
    pub retry_after_seconds: Option<i64>,
    pub coding: Option<Coding>,
    /// For browsers: the session that begins or ends.
    pub cookie: Option<HeaderValue>,
    /// For browsers: everything that pages of this exchange have kept is to go.
    pub clears_site: bool,
    /// What comes in the place of the body, piece by piece.
    pub pieces: Option<Pieces>,
}

impl Reply {
    /// Returns a JSON answer that says yes.
    pub fn ok(answer: &impl serde::Serialize) -> Reply {
        Reply::json(200, json(answer))
    }

    /// Returns a JSON answer.
    pub const fn json(status: u16, body: Vec<u8>) -> Reply {
        Reply {
            status,
            body,
            content: Content::Json,
            order_counts: None,
            retry_after_seconds: None,
            coding: None,
            cookie: None,
            clears_site: false,
            pieces: None,
        }
    }

    /// Returns an answer that is not JSON.
    pub const fn text(content: Content, body: Vec<u8>) -> Reply {
        Reply {
            status: 200,
            body,
            content,
            order_counts: None,
            retry_after_seconds: None,
            coding: None,
            cookie: None,
            clears_site: false,
            pieces: None,
        }
    }

    /// Returns an archive that is sent while it is made.
    pub fn streamed(pieces: Pieces) -> Reply {
        Reply {
            pieces: Some(pieces),
            ..Reply::text(Content::Archive, Vec::new())
        }
    }

    /// Returns the reply that ends the session of the browser that gets it.
    #[must_use]
    pub fn signed_out(self) -> Reply {
        Reply {
            cookie: Some(set_cookie("", 0)),
            clears_site: true,
            ..self
        }
    }

    /// Returns the reply with a compressed body, if that is worth it and the client takes it.
    #[must_use]
    pub fn compressed(self, accepted: Option<&HeaderValue>) -> Reply {
        match compress(&self.body, accepted) {
            Some((coding, body)) => Reply {
                body,
                coding: Some(coding),
                ..self
            },
            None => self,
        }
    }

    /// Returns the error code of the reply, 0 when it has none.
    pub fn error_code(&self) -> i32 {
        if self.status < 400 {
            return 0;
        }
        let digits = self.body.strip_prefix(br#"{"code":"#).unwrap_or(b"0");
        let end = digits.iter().position(|byte| *byte == b',').unwrap_or(0);
        core::str::from_utf8(&digits[..end])
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }

    /// Returns the reply as the HTTP layer sends it.
    pub fn into_response(self, used_weight: u32, sharing: Sharing) -> Response<Body> {
        let failure =
            (500 <= self.status).then(|| correlation::of_failure(self.status, self.error_code()));
        let body = match self.pieces {
            Some(pieces) => pieces.into_body(),
            None => Body::from(self.body),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.content.media_type());
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(name) = self.content.attachment() {
            headers.insert(CONTENT_DISPOSITION, name);
            keep_private(headers);
        }
        if let Some(coding) = self.coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        add_used_weight(headers, used_weight);
        if let Some(id) = failure {
            let id = HeaderValue::from_str(&id.to_string()).expect("digits");
            headers.insert(correlation::HEADER, id);
        }
        if let Some(counts) = self.order_counts {
            headers.insert(ORDER_COUNT_10S, HeaderValue::from(counts.ten_seconds));
            headers.insert(ORDER_COUNT_1D, HeaderValue::from(counts.day));
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(cookie) = self.cookie {
            headers.insert(SET_COOKIE, cookie);
            keep_private(headers);
        }
        if self.clears_site {
            let everything = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
            headers.insert(CLEAR_SITE_DATA, everything);
        }
        if sharing == Sharing::AnyOrigin {
            let anyone = HeaderValue::from_static("*");
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
        }
        if matches!(
            self.content,
            Content::Page | Content::Script | Content::Style
        ) {
            guard_page(headers);
        }
        response
    }
}

/// Adds the weight that the address has used in this minute.
pub fn add_used_weight(headers: &mut HeaderMap, used_weight: u32) {
    headers.insert(USED_WEIGHT, HeaderValue::from(used_weight));
}

/// Keeps an answer out of every cache.
pub fn keep_private(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Keeps what pages ask for apart from pages of other origins: it opens no window with them, tells them no address, is
/// no part of them, and loads nothing when it is opened itself.
///
/// **Source** OWASP ASVS 5.0 V3.4.3, V3.4.5 and V3.4.8.
pub fn keep_apart(headers: &mut HeaderMap) {
    let same_origin = HeaderValue::from_static("same-origin");
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(OPENER_POLICY, same_origin.clone());
    headers.insert(RESOURCE_POLICY, same_origin);
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(CONTENT_SECURITY_POLICY, nothing);
    }
}

/// Adds the weights as clients of the wallet read them: none is counted by account.
pub fn add_wallet_weights(headers: &mut HeaderMap, used_weight: u32) {
    headers.insert(WALLET_WEIGHT_BY_ADDRESS, HeaderValue::from(used_weight));
    headers.insert(WALLET_WEIGHT_BY_ACCOUNT, HeaderValue::from(0));
}

/// Adds which methods a path has; a path that is not known has none.
pub fn add_allowed(headers: &mut HeaderMap, methods: impl Iterator<Item = &'static str>) {
    let names: Vec<&str> = methods.collect();
    if let Ok(value) = HeaderValue::from_str(&names.join(", "))
        && !names.is_empty()
    {
        headers.insert(ALLOW, value);
    }
}

/// The page loads nothing but its own script, style and data.
fn guard_page(headers: &mut HeaderMap) {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                  base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        Reply::json(refusal.status, refusal.body())
    }
}

impl From<Limited> for Reply {
    fn from(limited: Limited) -> Reply {
        let mut reply = Reply::from(limited.refusal);
        reply.retry_after_seconds = Some(limited.retry_after_seconds);
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_correlation_id_when_it_failed_and_only_then() {
        for (status, is_failure) in [
            (200, false),
            (400, false),
            (499, false),
            (500, true),
            (503, true),
        ] {
            let reply = Reply::json(status, br#"{"code":-1000,"msg":""}"#.to_vec());
            let response = reply.into_response(0, Sharing::SameOrigin);
            let id = response.headers().get(correlation::HEADER);
            assert_eq!(id.is_some(), is_failure, "{status}");
        }
    }
}
