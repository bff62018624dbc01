//! What a client says on a stream socket, the answers to it, and what it is told before its end.
//!
//! **Source** `docs/spec/binance-surface.md` §11.1.

use model::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::binance::json_text::{Text, unquoted};
use crate::binance::time::{Time, TimeUnit};

const ID_CHARS_MAX: usize = 36;

/// A client's message that could be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Control {
    pub id: Id,
    pub wish: Wish,
}

/// The id of a message: echoed with its JSON type.
///
/// **Shape** the JSON text itself: a whole number, a string of at most 36 characters, or `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// Returns the id of a message whose id could not be read.
    pub fn none() -> Id {
        Id("null".to_owned())
    }

    /// Returns the id a message carries, which is `null` when it carries none; `None` when it is no legal id.
    pub fn of(raw: Option<&RawValue>) -> Option<Id> {
        let Some(raw) = raw else {
            return Some(Id::none());
        };
        let text = raw.get();
        let is_legal = match text.as_bytes().first() {
            Some(b'"') => unquoted(text).is_some_and(|id| id.chars().count() <= ID_CHARS_MAX),
            Some(b'n') => true,
            _ => text.parse::<i64>().is_ok(),
        };
        is_legal.then(|| Id(text.to_owned()))
    }

    /// Returns the JSON text of the id.
    pub fn json(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum Wish {
    Subscribe(Vec<String>),
    Unsubscribe(Vec<String>),
    List,
    /// Whether messages are wrapped with the name of their stream.
    SetCombined(Wrapping),
    GetCombined,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// `{"stream":…,"data":…}`
    Combined,
    /// The payload alone.
    Raw,
}

/// A message that could not be read or obeyed: the answer, ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct ControlError {
    id: Id,
    code: u8,
    msg: String,
}

/// Upstream's numbers.
const UNKNOWN_PROPERTY: u8 = 0;
const WRONG_VALUE_TYPE: u8 = 1;
const INVALID_REQUEST: u8 = 2;
const INVALID_JSON: u8 = 3;

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default)]
    method: Option<Text<'a>>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

impl Control {
    /// Returns what a text message asks for; `streams_max` bounds the streams of one message.
    ///
    /// # Errors
    /// The answer to send when it is no JSON object, has an odd id, an unknown method or wrong parameters.
    pub fn parse(text: &str, streams_max: usize) -> Result<Control, ControlError> {
        let frame: Frame = serde_json::from_str(text).map_err(|error| not_readable(&error))?;
        let id = read_id(frame.id)?;
        let refuse = |msg: &str| invalid_request(id.clone(), msg);
        let Text(method) = frame
            .method
            .ok_or_else(|| refuse("missing field `method`"))?;
        let streams = || read_streams(frame.params, streams_max).map_err(refuse);
        let wish = match &*method {
            "SUBSCRIBE" => Wish::Subscribe(streams()?),
            "UNSUBSCRIBE" => Wish::Unsubscribe(streams()?),
            "LIST_SUBSCRIPTIONS" => Wish::List,
            "SET_PROPERTY" => read_set_property(frame.params, &id)?,
            "GET_PROPERTY" => read_get_property(frame.params, &id)?,
            _ => return Err(refuse("unknown method")),
        };
        Ok(Control { id, wish })
    }
}

fn not_readable(error: &serde_json::Error) -> ControlError {
    if error.is_data() {
        return invalid_request(Id::none(), "wrong type or repeated field");
    }
    ControlError {
        id: Id::none(),
        code: INVALID_JSON,
        msg: format!(
            "Invalid JSON: unexpected text at line {} column {}",
            error.line(),
            error.column()
        ),
    }
}

fn invalid_request(id: Id, msg: &str) -> ControlError {
    ControlError {
        id,
        code: INVALID_REQUEST,
        msg: format!("Invalid request: {msg}"),
    }
}

fn read_id(raw: Option<&RawValue>) -> Result<Id, ControlError> {
    Id::of(raw).ok_or_else(|| {
        invalid_request(
            Id::none(),
            "request ID must be an integer, a string of at most 36 characters or null",
        )
    })
}

fn read_streams(
    params: Option<&RawValue>,
    streams_max: usize,
) -> Result<Vec<String>, &'static str> {
    let params = params.ok_or("missing field `params`")?;
    let streams: Vec<String> = serde_json::from_str(params.get())
        .map_err(|_| "params must be an array of stream names")?;
    if streams_max < streams.len() {
        return Err("too many streams");
    }
    Ok(streams)
}

fn read_set_property(params: Option<&RawValue>, id: &Id) -> Result<Wish, ControlError> {
    let read =
        params.map(|params| serde_json::from_str::<(String, serde_json::Value)>(params.get()));
    let Some(Ok((name, value))) = read else {
        return Err(invalid_request(
            id.clone(),
            "params must be a name and a value",
        ));
    };
    if name != "combined" {
        return Err(unknown_property(id));
    }
    match value {
        serde_json::Value::Bool(true) => Ok(Wish::SetCombined(Wrapping::Combined)),
        serde_json::Value::Bool(false) => Ok(Wish::SetCombined(Wrapping::Raw)),
        _ => Err(ControlError {
            id: id.clone(),
            code: WRONG_VALUE_TYPE,
            msg: "Invalid value type: expected Boolean".to_owned(),
        }),
    }
}

fn read_get_property(params: Option<&RawValue>, id: &Id) -> Result<Wish, ControlError> {
    let read = params.map(|params| serde_json::from_str::<(String,)>(params.get()));
    match read {
        Some(Ok((name,))) if name == "combined" => Ok(Wish::GetCombined),
        Some(Ok(_)) => Err(unknown_property(id)),
        _ => Err(invalid_request(id.clone(), "params must be one name")),
    }
}

fn unknown_property(id: &Id) -> ControlError {
    ControlError {
        id: id.clone(),
        code: UNKNOWN_PROPERTY,
        msg: "Unknown property".to_owned(),
    }
}

impl ControlError {
    /// Returns the error of a client that asks for more streams than one socket may have.
    pub fn too_many_streams(id: Id) -> ControlError {
        invalid_request(id, "too many streams")
    }

    /// Returns the answer in both shapes that clients look for.
    pub fn json(&self) -> String {
        let msg = serde_json::Value::from(self.msg.as_str());
        let code = self.code;
        let id = &self.id.0;
        format!(r#"{{"code":{code},"msg":{msg},"error":{{"code":{code},"msg":{msg}}},"id":{id}}}"#)
    }
}

/// Returns the answer to a wish that was granted without a value.
pub fn granted(id: &Id) -> String {
    format!(r#"{{"result":null,"id":{}}}"#, id.0)
}

/// Returns the answer to `LIST_SUBSCRIPTIONS`.
pub fn listed(id: &Id, streams: &[&str]) -> String {
    let list = serde_json::Value::from(streams.to_vec());
    format!(r#"{{"result":{list},"id":{}}}"#, id.0)
}

/// Returns the answer to `GET_PROPERTY`.
pub fn property(id: &Id, wrapping: Wrapping) -> String {
    let is_combined = wrapping == Wrapping::Combined;
    format!(r#"{{"result":{is_combined},"id":{}}}"#, id.0)
}

/// `serverShutdown`: the server ends this socket soon, and its client had better open another.
#[derive(Debug, Serialize)]
pub struct ServerShutdown {
    e: &'static str,
    #[serde(rename = "E")]
    event_time: Time,
}

impl ServerShutdown {
    pub fn of(at: Timestamp, unit: TimeUnit) -> ServerShutdown {
        ServerShutdown {
            e: "serverShutdown",
            event_time: unit.show(at),
        }
    }
}

/// Returns a payload wrapped with the name of its stream; the name is one of ours and needs no escape.
pub fn wrapped(stream: &str, payload: &str) -> String {
    let mut text = String::with_capacity(stream.len() + payload.len() + 24);
    text.push_str(r#"{"stream":""#);
    text.push_str(stream);
    text.push_str(r#"","data":"#);
    text.push_str(payload);
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(text: &str) -> Id {
        Id(text.to_owned())
    }

    #[test]
    fn an_id_is_echoed_with_its_type() {
        for id in [
            "7",
            "-9223372036854775808",
            "\"abc\"",
            "\"\\u00e9\"",
            "null",
        ] {
            let text = format!(r#"{{"method":"LIST_SUBSCRIPTIONS","id":{id}}}"#);
            let control = Control::parse(&text, 10).expect("legal");
            assert_eq!(control.id, id_of(id));
            assert_eq!(
                granted(&control.id),
                format!(r#"{{"result":null,"id":{id}}}"#)
            );
        }
    }

    #[test]
    fn every_method_is_read() {
        for (text, wish) in [
            (
                r#"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}"#,
                Wish::Subscribe(vec!["btcusdt@trade".to_owned()]),
            ),
            (
                r#"{"id":1,"params":[],"method":"UNSUBSCRIBE"}"#,
                Wish::Unsubscribe(Vec::new()),
            ),
            (
                r#"{"method":"SET_PROPERTY","params":["combined",true],"id":1}"#,
                Wish::SetCombined(Wrapping::Combined),
            ),
            (
                r#"{"method":"GET_PROPERTY","params":["combined"],"id":1}"#,
                Wish::GetCombined,
            ),
        ] {
            assert_eq!(
                Control::parse(text, 10).map(|control| control.wish),
                Ok(wish)
            );
        }
    }

    #[test]
    fn a_hostile_message_is_answered_and_never_obeyed() {
        let deep = format!(r#"{{"method":"SUBSCRIBE","params":{}"#, "[".repeat(100_000));
        for (text, code) in [
            ("", 3),
            ("{", 3),
            ("null", 2),
            ("[]", 2),
            ("5", 2),
            ("\u{feff}{}", 3),
            ("{} {}", 3),
            ("{}", 2),
            (r#"{"method":"SUBSCRIBE"}"#, 2),
            (
                r#"{"method":"SUBSCRIBE","params":"btcusdt@trade","id":1}"#,
                2,
            ),
            (r#"{"method":"SUBSCRIBE","params":[1],"id":1}"#, 2),
            (
                r#"{"method":"SUBSCRIBE","method":"UNSUBSCRIBE","params":[]}"#,
                2,
            ),
            (r#"{"method":"SUBSCRIBE","params":[],"id":1.5}"#, 2),
            (r#"{"method":"SUBSCRIBE","params":[],"id":{}}"#, 2),
            (
                r#"{"method":"SUBSCRIBE","params":[],"id":"0123456789012345678901234567890123456"}"#,
                2,
            ),
            (r#"{"method":"SUBSCRIBE","params":["a","b","c"],"id":1}"#, 2),
            (r#"{"method":"subscribe","params":[],"id":1}"#, 2),
            (
                r#"{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}"#,
                1,
            ),
            (
                r#"{"method":"SET_PROPERTY","params":["other",true],"id":1}"#,
                0,
            ),
            (r#"{"method":"GET_PROPERTY","params":[],"id":1}"#, 2),
            (deep.as_str(), 3),
        ] {
            let error = Control::parse(text, 2).expect_err("refused");
            assert_eq!(error.code, code, "{}", &text[..text.len().min(80)]);
            let answer: serde_json::Value = serde_json::from_str(&error.json()).expect("JSON");
            assert_eq!(answer["code"], answer["error"]["code"]);
            assert_eq!(answer["msg"], answer["error"]["msg"]);
        }
    }

    #[test]
    fn a_wrapped_payload_is_json() {
        assert_eq!(
            wrapped("btcusdt@trade", "{\"e\":1}"),
            r#"{"stream":"btcusdt@trade","data":{"e":1}}"#
        );
    }
}
