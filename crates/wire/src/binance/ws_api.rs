//! Requests and answers of the WebSocket API: the same parameters and results as REST, in another envelope.
//!
//! **Source** `docs/spec/binance-surface.md` §12.

use core::fmt;
use std::borrow::Cow;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::binance::control::Id;
use crate::binance::error::{Fault, Refusal};
use crate::binance::json_text::{Text, unquoted};
use crate::binance::params::{Params, illegal};

/// What stands around the longest usual answer: id, status and three counters.
const ENVELOPE_BYTES: usize = 384;
/// Methods may be written with the version of the API they belong to.
const VERSION_PREFIX: &str = "v3/";
/// The names and values of an order.
const USUAL_PARAMETERS_BYTES: usize = 256;

/// A request that could be read.
#[derive(Debug)]
pub struct Request {
    pub id: Id,
    pub params: Params,
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
    method: Option<Text<'a>>,
    #[serde(default)]
    params: Option<Members>,
}

/// The members of a JSON object as parameters, or why the first that is none is none.
struct Members(Result<Params, Refusal>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut params = Ok(Params::with_room_for(USUAL_PARAMETERS_BYTES));
        while let Some((Text(name), raw)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            if let Ok(known) = &mut params
                && let Err(refusal) = add(known, &name, raw.get())
            {
                params = Err(refusal);
            }
        }
        Ok(Members(params))
    }
}

/// Adds a member with its value as it would stand in a query; `null` is not sent at all. Numbers and lists keep their
/// text: clients of the dialect send prices and quantities as numbers, and no float of ours comes between.
fn add(params: &mut Params, name: &str, raw: &str) -> Result<(), Refusal> {
    match raw.as_bytes().first() {
        Some(b'"') => {
            let text = unquoted(raw).ok_or_else(|| Refusal::of(Fault::JsonInvalid))?;
            params.add(name, &text)
        }
        Some(b'n') => Ok(()),
        Some(b'{') => Err(illegal(name, "a text, number, flag or list")),
        _ => params.add(name, raw),
    }
}

impl Request {
    /// Returns the request of a text message, and the method it asks for.
    ///
    /// # Errors
    /// -1135 for what is no such object, -1102 without a method, -1100 for a value that is an object, -1101 for a name
    /// given twice.
    pub fn parse(text: &str) -> Result<(Cow<'_, str>, Request), Unreadable> {
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
        let Some(Text(method)) = frame.method else {
            let refusal = Refusal::with(Fault::MandatoryMissing, &["method"]);
            return Err(Unreadable { id, refusal });
        };
        match frame
            .params
            .map_or_else(|| Ok(Params::default()), |read| read.0)
        {
            Ok(params) => Ok((without_version(method), Request { id, params })),
            Err(refusal) => Err(Unreadable { id, refusal }),
        }
    }
}

fn without_version(method: Cow<'_, str>) -> Cow<'_, str> {
    match method {
        Cow::Borrowed(name) => Cow::Borrowed(name.strip_prefix(VERSION_PREFIX).unwrap_or(name)),
        Cow::Owned(name) => match name.strip_prefix(VERSION_PREFIX) {
            Some(rest) => Cow::Owned(rest.to_owned()),
            None => Cow::Owned(name),
        },
    }
}

/// One counter of an answer's `rateLimits`. Its texts are names of upstream, which need no escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    pub rate_limit_type: &'static str,
    pub interval: &'static str,
    pub interval_num: u32,
    pub limit: u32,
    pub count: u32,
}

/// What stands before the body of an answer, and beside it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// That of the request.
    pub id: &'a Id,
    pub status: u16,
    /// What the log of the exchange has beside a failure; hex digits.
    pub correlation: Option<&'a str>,
}

/// Returns the answer to a request: `body` is that of REST, which is a result below status 400 and an error from there.
pub fn answer(head: &Head<'_>, body: &str, counters: Option<&[Counter]>) -> String {
    let Head { id, status, .. } = *head;
    let mut text = Vec::with_capacity(body.len() + ENVELOPE_BYTES);
    text.extend_from_slice(br#"{"id":"#);
    text.extend_from_slice(id.json().as_bytes());
    text.extend_from_slice(br#","status":"#);
    append_number(&mut text, status.into());
    let name: &[u8] = if status < 400 {
        br#","result":"#
    } else {
        br#","error":"#
    };
    text.extend_from_slice(name);
    text.extend_from_slice(body.as_bytes());
    if let Some(correlation) = head.correlation {
        text.extend_from_slice(br#","correlationId":""#);
        text.extend_from_slice(correlation.as_bytes());
        text.push(b'"');
    }
    if let Some(counters) = counters {
        text.extend_from_slice(br#","rateLimits":["#);
        for (index, counter) in counters.iter().enumerate() {
            if index != 0 {
                text.push(b',');
            }
            counter.append_to(&mut text);
        }
        text.push(b']');
    }
    text.push(b'}');
    String::from_utf8(text).expect("texts make a text")
}

impl Counter {
    fn append_to(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(br#"{"rateLimitType":""#);
        text.extend_from_slice(self.rate_limit_type.as_bytes());
        text.extend_from_slice(br#"","interval":""#);
        text.extend_from_slice(self.interval.as_bytes());
        text.push(b'"');
        let numbers: [(&[u8], u32); 3] = [
            (br#","intervalNum":"#, self.interval_num),
            (br#","limit":"#, self.limit),
            (br#","count":"#, self.count),
        ];
        for (name, number) in numbers {
            text.extend_from_slice(name);
            append_number(text, number);
        }
        text.push(b'}');
    }
}

fn append_number(text: &mut Vec<u8>, number: u32) {
    serde_json::to_writer(text, &number).expect("memory takes everything");
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
        Request::parse(text).expect("legal").1
    }

    #[test]
    fn values_are_read_as_a_query_would_write_them() {
        let text = r#"{"id":"a","method":"v3/order.place","params":{"price":52000.00,"quantity":"0.010",
                "flag":true,"symbols":["A","B"],"nothing":null,"timestamp":1645423376532}}"#;
        let (method, request) = Request::parse(text).expect("legal");
        assert_eq!(method, "order.place");
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
    fn a_number_keeps_every_digit_as_it_was_sent() {
        for number in [
            "9007199254740993.00000001",
            "0.1000",
            "1e-3",
            "-0",
            "123456789012345678901234567890",
        ] {
            let text =
                format!(r#"{{"id":1,"method":"order.place","params":{{"price":{number}}}}}"#);
            let sent = request(&text);
            let pairs: Vec<(&str, &str)> = sent.params.iter().collect();
            assert_eq!(pairs, [("price", number)]);
        }
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
        let head = |status| Head {
            id: &id,
            status,
            correlation: None,
        };
        assert_eq!(
            answer(&head(200), "{}", None),
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
            answer(&head(400), r#"{"code":-1,"msg":"x"}"#, Some(&[counter])),
            r#"{"id":"7","status":400,"error":{"code":-1,"msg":"x"},"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000,"count":3}]}"#
        );
    }

    #[test]
    fn an_answer_that_failed_names_what_the_log_has() {
        let id = request(r#"{"id":"7","method":"ping"}"#).id;
        let head = Head {
            id: &id,
            status: 503,
            correlation: Some("00ff"),
        };
        assert_eq!(
            answer(&head, r#"{"code":-1,"msg":"x"}"#, None),
            r#"{"id":"7","status":503,"error":{"code":-1,"msg":"x"},"correlationId":"00ff"}"#
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
