//! Requests and answers of the WebSocket API: the same parameters and results as REST, in another envelope.
//!
//! **Source** `docs/spec/binance-surface.md` §12.

use core::fmt;
use std::borrow::Cow;
use std::io::Write;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::binance::control::Id;
use crate::binance::error::{Fault, Refusal};
use crate::binance::params::{Params, illegal};

/// What stands around the longest usual answer: id, status and three counters.
const ENVELOPE_BYTES: usize = 384;
/// Methods may be written with the version of the API they belong to.
const VERSION_PREFIX: &str = "v3/";

/// A request that could be read.
#[derive(Debug)]
pub struct Request {
    pub id: Id,
    pub method: String,
    pub params: Params<'static>,
}

/// A request that could not be read, with the id to answer under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub id: Id,
    pub refusal: Refusal,
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    params: Option<Pairs<'a>>,
}

/// The members of a JSON object in order, also those that repeat a name.
struct Pairs<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

impl Request {
    /// Returns the request of a text message.
    ///
    /// # Errors
    /// -1135 for what is no such object, -1102 without a method, -1100 for a value that is an object, -1101 for a name
    /// given twice.
    pub fn parse(text: &str) -> Result<Request, Unreadable> {
        let not_json = || Unreadable {
            id: Id::none(),
            refusal: Refusal::of(Fault::JsonInvalid),
        };
        // The parser would take an array for an object whose members stand in order.
        if !text.trim_start().starts_with('{') {
            return Err(not_json());
        }
        let frame: Frame = serde_json::from_str(text).map_err(|_| not_json())?;
        let id = Id::of(frame.id).ok_or_else(not_json)?;
        match read(frame.method, frame.params) {
            Ok((method, params)) => Ok(Request { id, method, params }),
            Err(refusal) => Err(Unreadable { id, refusal }),
        }
    }
}

fn read(
    method: Option<Cow<'_, str>>,
    pairs: Option<Pairs<'_>>,
) -> Result<(String, Params<'static>), Refusal> {
    let method = method.ok_or_else(|| Refusal::with(Fault::MandatoryMissing, &["method"]))?;
    let method = method.strip_prefix(VERSION_PREFIX).unwrap_or(&method);
    let mut values = Vec::new();
    for (name, raw) in pairs.map_or_else(Vec::new, |pairs| pairs.0) {
        if let Some(value) = value_text(&name, raw.get())? {
            values.push((name.into_owned(), value));
        }
    }
    Ok((method.to_owned(), Params::of(values)?))
}

/// Returns a value as it would stand in a query; `null` is not sent at all. Numbers and lists keep their text.
fn value_text(name: &str, raw: &str) -> Result<Option<String>, Refusal> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw)
            .map(Some)
            .map_err(|_| Refusal::of(Fault::JsonInvalid)),
        Some(b'n') => Ok(None),
        Some(b'{') => Err(illegal(name, "a text, number, flag or list")),
        _ => Ok(Some(raw.to_owned())),
    }
}

/// One counter of an answer's `rateLimits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counter {
    pub rate_limit_type: &'static str,
    pub interval: &'static str,
    pub interval_num: u32,
    pub limit: u32,
    pub count: u32,
}

/// Returns the answer to a request: `body` is that of REST, which is a result below status 400 and an error from there.
pub fn answer(id: &Id, status: u16, body: &str, counters: Option<&[Counter]>) -> String {
    let name = if status < 400 { "result" } else { "error" };
    let mut text = Vec::with_capacity(body.len() + ENVELOPE_BYTES);
    let written = write!(text, r#"{{"id":{},"status":{status},"{name}":"#, id.json());
    written.expect("memory takes everything");
    text.extend_from_slice(body.as_bytes());
    if let Some(counters) = counters {
        text.extend_from_slice(br#","rateLimits":"#);
        serde_json::to_writer(&mut text, counters).expect("numbers and texts");
    }
    text.push(b'}');
    String::from_utf8(text).expect("texts make a text")
}

/// Returns the error of a limit with the time to wait in its `data`, where REST has a header.
pub fn limited(body: &str, server_time_ms: i64, retry_after_ms: i64) -> String {
    let data = format!(r#""data":{{"serverTime":{server_time_ms},"retryAfter":{retry_after_ms}}}"#);
    match body.strip_suffix('}') {
        Some(open) if !body.contains(r#""data":"#) => format!("{open},{data}}}"),
        _ => body.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Request {
        Request::parse(text).expect("legal")
    }

    #[test]
    fn values_are_read_as_a_query_would_write_them() {
        let request = request(
            r#"{"id":"a","method":"v3/order.place","params":{"price":52000.00,"quantity":"0.010",
                "flag":true,"symbols":["A","B"],"nothing":null,"timestamp":1645423376532}}"#,
        );
        assert_eq!(request.method, "order.place");
        assert_eq!(request.id.json(), r#""a""#);
        let pairs: Vec<(&str, &str)> = request.params.iter().collect();
        assert_eq!(
            pairs,
            [
                ("price", "52000.00"),
                ("quantity", "0.010"),
                ("flag", "true"),
                ("symbols", r#"["A","B"]"#),
                ("timestamp", "1645423376532"),
            ]
        );
    }

    #[test]
    fn a_request_that_cannot_be_read_is_refused_under_its_id() {
        for (text, id, code) in [
            ("", "null", -1135),
            ("[]", "null", -1135),
            (r#"{"id":{},"method":"ping"}"#, "null", -1135),
            (r#"{"id":7}"#, "7", -1102),
            (
                r#"{"id":"x","method":"ping","params":{"a":{}}}"#,
                r#""x""#,
                -1100,
            ),
            (
                r#"{"id":1,"method":"ping","params":{"a":1,"a":2}}"#,
                "1",
                -1101,
            ),
            (r#"{"id":1,"method":"ping","params":[1]}"#, "null", -1135),
        ] {
            let unreadable = Request::parse(text).expect_err("refused");
            assert_eq!(unreadable.id.json(), id, "{text}");
            assert_eq!(unreadable.refusal.code, code, "{text}");
        }
    }

    #[test]
    fn an_answer_carries_id_status_result_and_counters() {
        let id = request(r#"{"id":"7","method":"ping"}"#).id;
        assert_eq!(
            answer(&id, 200, "{}", None),
            r#"{"id":"7","status":200,"result":{}}"#
        );
        let counter = Counter {
            rate_limit_type: "REQUEST_WEIGHT",
            interval: "MINUTE",
            interval_num: 1,
            limit: 6_000,
            count: 3,
        };
        assert_eq!(
            answer(&id, 400, r#"{"code":-1,"msg":"x"}"#, Some(&[counter])),
            r#"{"id":"7","status":400,"error":{"code":-1,"msg":"x"},"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000,"count":3}]}"#
        );
    }

    #[test]
    fn a_limit_says_when_to_come_back() {
        assert_eq!(
            limited(r#"{"code":-1003,"msg":"x"}"#, 5, 9),
            r#"{"code":-1003,"msg":"x","data":{"serverTime":5,"retryAfter":9}}"#
        );
        let halves = r#"{"code":-2021,"msg":"x","data":{}}"#;
        assert_eq!(limited(halves, 5, 9), halves);
    }
}
