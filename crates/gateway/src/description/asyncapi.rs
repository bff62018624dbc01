//! The AsyncAPI document, made from the tables of streams and methods.
//!
//! The exchange is the application: it sends messages of streams, and receives requests and replies to them.

use std::sync::LazyLock;

use model::text::Symbol;
use serde_json::{Map, Value, json};
use views::interval::Interval;

use crate::access::Access;
use crate::description::events::{self, USER_EVENTS};
use crate::description::openapi::{self, print};
use crate::description::shape::{PLACE, Shape, reference};
use crate::description::{answers, codes, envelopes, parameters, summaries};
use crate::route::{Endpoint, Route};
use crate::ws::name::{Kind, Offset, Overview, PartialDepth, Speed, Stream, Window};
use crate::ws_api::methods::{self, Errand, Method};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| print(&document()));

const SIGNED: &[&str] = &["apiKey", "timestamp", "signature", "recvWindow", "nonce"];
const SIGNATURE: &str = "HMAC-SHA256 in hex, or Ed25519 or RSA (PKCS#1 v1.5 with SHA-256) in base64, of the parameters without it, sorted by name, as name=value joined with &.";
/// Any market would do: its name becomes a parameter.
const EXAMPLE: &str = "BTCUSDT";

/// Returns the document as it is served and committed.
pub fn text() -> &'static str {
    &DOCUMENT
}

fn document() -> Value {
    let mut channels = Map::new();
    let mut operations = Map::new();
    for stream in streams() {
        add_stream(&stream, &mut channels, &mut operations);
    }
    add_user_data(&mut channels, &mut operations);
    add_control(&mut channels, &mut operations);
    add_methods(&mut channels, &mut operations);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Bourse: streams and WebSocket API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Streams stand under /ws and /stream, and again under /stream-spot; the WebSocket API under /ws-api/v3.",
        },
        "channels": channels,
        "operations": operations,
        "components": {"schemas": schemas()},
    })
}

/// Returns every stream of a market, one candle for all of them, and every overview.
fn streams() -> Vec<Stream> {
    let symbol = Symbol::parse(EXAMPLE.as_bytes()).expect("capital letters");
    let kinds = [
        Kind::Trade,
        Kind::Aggregate,
        Kind::BookTicker,
        Kind::Ticker,
        Kind::MiniTicker,
        Kind::AveragePrice,
    ]
    .into_iter()
    .chain(Offset::ALL.map(|offset| Kind::Kline(Interval::Minute1, offset)))
    .chain(Speed::ALL.map(Kind::Depth))
    .chain(PartialDepth::ALL.map(Kind::Partial))
    .chain(Window::ALL.map(Kind::WindowTicker));
    let overviews = [Overview::Ticker, Overview::MiniTicker]
        .into_iter()
        .chain(Window::ALL.map(Overview::WindowTicker));
    kinds
        .map(|kind| Stream::Market { symbol, kind })
        .chain(overviews.map(Stream::Overview))
        .collect()
}

/// Returns what a stream tells, and whether it tells an array of it.
const fn message(stream: &Stream) -> Shape {
    match stream {
        Stream::Market { kind, .. } => match kind {
            Kind::Trade => Shape::One("TradeMessage"),
            Kind::Aggregate => Shape::One("AggregateTradeMessage"),
            Kind::BookTicker => Shape::One("BookTickerMessage"),
            Kind::Depth(_) => Shape::One("DepthMessage"),
            Kind::Partial(_) => Shape::One("Depth"),
            Kind::Kline(..) => Shape::One("KlineMessage"),
            Kind::Ticker => Shape::One("TickerMessage"),
            Kind::MiniTicker => Shape::One("MiniTickerMessage"),
            Kind::WindowTicker(_) => Shape::One("WindowTickerMessage"),
            Kind::AveragePrice => Shape::One("AveragePriceMessage"),
        },
        Stream::Overview(Overview::Ticker) => Shape::List(&Shape::One("TickerMessage")),
        Stream::Overview(Overview::MiniTicker) => Shape::List(&Shape::One("MiniTickerMessage")),
        Stream::Overview(Overview::WindowTicker(_)) => {
            Shape::List(&Shape::One("WindowTickerMessage"))
        }
    }
}

/// Returns the name of a stream with its market and its interval as parameters.
fn address(stream: &Stream) -> String {
    let name = stream.to_string();
    let name = name.replace(&EXAMPLE.to_ascii_lowercase(), "{symbol}");
    match stream {
        Stream::Market {
            kind: Kind::Kline(interval, _),
            ..
        } => name.replace(interval.name(), "{interval}"),
        _ => name,
    }
}

fn add_stream(
    stream: &Stream,
    channels: &mut Map<String, Value>,
    operations: &mut Map<String, Value>,
) {
    let address = address(stream);
    let name = plain(&address);
    let mut parameters = Map::new();
    if address.contains("{symbol}") {
        let text = "The market, in lower case.";
        parameters.insert(
            "symbol".to_owned(),
            json!({"description": text, "default": "btcusdt"}),
        );
    }
    if address.contains("{interval}") {
        let intervals: Vec<&str> = Interval::ALL.iter().map(|each| each.name()).collect();
        parameters.insert("interval".to_owned(), json!({"enum": intervals}));
    }
    let mut channel = json!({
        "address": address,
        "messages": {"message": {"payload": message(stream).schema()}},
    });
    if !parameters.is_empty() {
        channel["parameters"] = Value::Object(parameters);
    }
    channels.insert(name.clone(), channel);
    operations.insert(
        format!("send_{name}"),
        json!({
            "action": "send",
            "channel": {"$ref": format!("#/channels/{name}")},
            "summary": format!("Under /ws/{address} as it is, under /stream as data of {{\"stream\", \"data\"}}."),
        }),
    );
}

/// Returns an address as a name of components: letters, digits and underscores.
fn plain(address: &str) -> String {
    let overview = address.strip_prefix('!').map(|rest| format!("all_{rest}"));
    let address = overview.as_deref().unwrap_or(address);
    let address = address.strip_prefix("{symbol}@").unwrap_or(address);
    address
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect()
}

fn add_user_data(channels: &mut Map<String, Value>, operations: &mut Map<String, Value>) {
    let messages: Map<String, Value> = USER_EVENTS
        .iter()
        .map(|name| ((*name).to_owned(), json!({"payload": reference(name)})))
        .collect();
    channels.insert(
        "userData".to_owned(),
        json!({
            "address": "{listenKey}",
            "description": "Over the WebSocket API the same events come as {\"subscriptionId\", \"event\"}. With `ext` those that a command brought carry `sq`, their place, and `ps`, the place before.",
            "parameters": {"listenKey": {"description": "A listen key."}},
            "messages": messages,
            "bindings": asked_in_url(one("ext", marks())),
        }),
    );
    operations.insert(
        "send_userData".to_owned(),
        json!({"action": "send", "channel": {"$ref": "#/channels/userData"}}),
    );
}

fn add_control(channels: &mut Map<String, Value>, operations: &mut Map<String, Value>) {
    let mut messages = Map::new();
    for (name, params) in controls() {
        let mut properties = json!({"method": {"const": name}, "id": reference("Id")});
        let mut required = vec!["method"];
        if let Some(params) = params {
            properties["params"] = params;
            required.push("params");
        }
        let payload = json!({"type": "object", "properties": properties, "required": required});
        messages.insert(name.to_owned(), json!({"payload": payload}));
        operations.insert(
            format!("receive_{name}"),
            json!({
                "action": "receive",
                "channel": {"$ref": "#/channels/control"},
                "messages": [{"$ref": format!("#/channels/control/messages/{name}")}],
                "reply": {
                    "channel": {"$ref": "#/channels/control"},
                    "messages": [
                        {"$ref": "#/channels/control/messages/answer"},
                        {"$ref": "#/channels/control/messages/error"},
                    ],
                },
            }),
        );
    }
    messages.insert(
        "answer".to_owned(),
        json!({"payload": reference("ControlAnswer")}),
    );
    messages.insert(
        "error".to_owned(),
        json!({"payload": reference("ControlError")}),
    );
    messages.insert(
        "shutdown".to_owned(),
        json!({"payload": reference("ServerShutdown"), "description": "Under /stream as data of the stream `!serverShutdown`."}),
    );
    channels.insert(
        "control".to_owned(),
        json!({"address": "/ws", "description": "What a client says on a stream socket.", "messages": messages}),
    );
}

/// The requests of a stream socket with their parameters.
fn controls() -> [(&'static str, Option<Value>); 5] {
    let streams = || json!({"type": "array", "items": {"type": "string"}, "maxItems": 1024});
    let value = json!([{"const": "combined"}, {"type": "boolean"}]);
    [
        ("SUBSCRIBE", Some(streams())),
        ("UNSUBSCRIBE", Some(streams())),
        ("LIST_SUBSCRIPTIONS", None),
        (
            "SET_PROPERTY",
            Some(json!({"type": "array", "prefixItems": value, "minItems": 2, "maxItems": 2})),
        ),
        (
            "GET_PROPERTY",
            Some(
                json!({"type": "array", "items": {"const": "combined"}, "minItems": 1, "maxItems": 1}),
            ),
        ),
    ]
}

fn add_methods(channels: &mut Map<String, Value>, operations: &mut Map<String, Value>) {
    let mut messages = Map::new();
    for (name, method) in methods::all() {
        let plain = plain(name);
        let ((summary, params, result), codes) = match method {
            Method::Shared(_, endpoint) => (shared(endpoint), codes::of_shared(endpoint)),
            Method::Own(errand) => (own(errand), codes::of_errand(errand)),
        };
        let request = json!({
            "type": "object",
            "properties": {"id": reference("Id"), "method": {"const": name}, "params": params},
            "required": ["method"],
        });
        messages.insert(plain.clone(), json!({"name": name, "payload": request}));
        messages.insert(
            format!("{plain}_answer"),
            json!({"payload": answer(&result)}),
        );
        operations.insert(
            format!("receive_{plain}"),
            json!({
                "action": "receive",
                "summary": summary,
                "x-codes": codes,
                "channel": {"$ref": "#/channels/webSocketApi"},
                "messages": [{"$ref": format!("#/channels/webSocketApi/messages/{plain}")}],
                "reply": {
                    "channel": {"$ref": "#/channels/webSocketApi"},
                    "messages": [
                        {"$ref": format!("#/channels/webSocketApi/messages/{plain}_answer")},
                        {"$ref": "#/channels/webSocketApi/messages/error"},
                    ],
                },
            }),
        );
    }
    messages.insert(
        "error".to_owned(),
        json!({"payload": reference("RequestError")}),
    );
    messages.insert(
        "event".to_owned(),
        json!({"payload": reference("SubscriptionEvent")}),
    );
    messages.insert(
        "shutdown".to_owned(),
        json!({"payload": object(one("event", reference("ServerShutdown")))}),
    );
    let mut in_url = one("ext", marks());
    in_url.insert("returnRateLimits".to_owned(), json!({"type": "boolean"}));
    let detail = "Whether a refused filter says which limit it was.";
    in_url.insert(
        "detail".to_owned(),
        json!({"type": "boolean", "description": detail}),
    );
    channels.insert(
        "webSocketApi".to_owned(),
        json!({
            "address": "/ws-api/v3",
            "messages": messages,
            "bindings": asked_in_url(in_url),
        }),
    );
}

fn answer(result: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "id": reference("Id"),
            "status": {"const": 200},
            "result": result,
            "rateLimits": {"type": "array", "items": reference("RateCount")},
        },
        "required": ["id", "status", "result"],
    })
}

fn shared(endpoint: &'static Endpoint) -> (&'static str, Value, Value) {
    let signed: &[&str] = match endpoint.access {
        Access::Named => &["apiKey"],
        access if access.is_signed() => SIGNED,
        _ => &[],
    };
    let own = endpoint.mandatory.iter().chain(endpoint.optional);
    let properties: Map<String, Value> = own
        .chain(signed)
        .map(|name| ((*name).to_owned(), parameter(endpoint.route, name)))
        .collect();
    let params = json!({
        "type": "object",
        "properties": properties,
        "required": endpoint.mandatory,
    });
    let (_, summary) = summaries::of(endpoint.route);
    let result = answers::of(endpoint.route).map_or_else(|| json!({}), |shape| shape.schema());
    (summary, params, result)
}

fn parameter(route: Route, name: &str) -> Value {
    let Some((mut schema, _, text)) = parameters::find(route, name) else {
        return Shape::Text.schema();
    };
    if name == "recvWindow" {
        // Here it may come as a number too.
        let number = json!({"type": "number", "minimum": 0, "maximum": 60_000});
        schema = json!({"anyOf": [schema, number]});
    }
    schema["description"] = match name {
        "signature" => SIGNATURE.into(),
        _ => text.into(),
    };
    schema
}

fn own(errand: Errand) -> (&'static str, Value, Value) {
    match errand {
        Errand::LogOn => (
            "Requests of this key need no signature from now on.",
            signed(guarding()),
            reference("SessionStatus"),
        ),
        Errand::Status => (
            "Who is logged on.",
            object(Map::new()),
            reference("SessionStatus"),
        ),
        Errand::LogOut => (
            "End the login, and what the socket stands for; the orders stay.",
            object(Map::new()),
            reference("SessionStatus"),
        ),
        Errand::Subscribe => (
            "Listen to the account of the login. With `resumeFrom` it weighs 100.",
            object(noticing(beginning())),
            reference("Subscribed"),
        ),
        Errand::SubscribeSigned => (
            "Listen to the account of the key that signed. With `resumeFrom` it weighs 100.",
            signed(beginning()),
            reference("Subscribed"),
        ),
        Errand::Unsubscribe => (
            "End one subscription, or all.",
            object(one("subscriptionId", json!({"type": "integer"}))),
            reference("Empty"),
        ),
        Errand::ListSubscriptions => (
            "The subscriptions of the socket.",
            object(Map::new()),
            json!({"type": "array", "items": reference("Subscription")}),
        ),
    }
}

fn one(name: &str, schema: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), schema)])
}

fn object(properties: Map<String, Value>) -> Value {
    json!({"type": "object", "properties": properties})
}

fn signed(mut properties: Map<String, Value>) -> Value {
    for name in SIGNED {
        properties.insert((*name).to_owned(), parameter(Route::Session, name));
    }
    let mut params = object(properties);
    params["required"] = json!(["apiKey", "signature", "timestamp"]);
    params
}

/// What lets a socket stand for the orders of its account.
fn guarding() -> Map<String, Value> {
    let symbols = json!({
        "type": "string",
        "pattern": "^[A-Za-z0-9_.-]{1,20}(,[A-Za-z0-9_.-]{1,20}){0,31}$",
        "description": "At most 32 symbols with commas between them: when the socket ends, all open orders of the account in these markets are cancelled, and by a countdown of 15 s when the gateway dies with it. The key needs the scope *trade*.",
    });
    one("cancelOnDisconnect", symbols)
}

/// Where a subscription begins, and how its events are marked.
fn beginning() -> Map<String, Value> {
    let mut properties = one("ext", marks());
    properties.insert(
        "snapshot".to_owned(),
        json!({"type": "boolean", "description": "Begin with balances and open orders in the answer; implies `ext`."}),
    );
    properties.insert(
        "resumeFrom".to_owned(),
        json!({"type": "string", "pattern": PLACE, "description": "The `sq` after which everything is told again, and then what happens; implies `ext`. Not with `snapshot`."}),
    );
    properties
}

/// What a page may ask for beside what happens to its account.
fn noticing(mut properties: Map<String, Value>) -> Map<String, Value> {
    properties.insert(
        "notifications".to_owned(),
        json!({"type": "boolean", "description": "Tell the notifications of the user as they are made, as `NotificationEvent`; for a socket that a browser opened with its session. Those before it, and those that nobody heard, are listed by `GET /v1/notifications`."}),
    );
    properties.insert(
        "preferences".to_owned(),
        json!({"type": "boolean", "description": "Tell that a document of the user has changed, as `PreferenceEvent`; for a socket that a browser opened with its session. What it says now is asked for by `GET /v1/preferences`."}),
    );
    properties
}

fn marks() -> Value {
    json!({"enum": [0, 1, true, false, "0", "1", "true", "false"], "description": "1 for events with `sq`, their place, and `ps`, the place before."})
}

/// What the URL of a socket may ask for.
fn asked_in_url(more: Map<String, Value>) -> Value {
    let mut properties = more;
    let units = json!({"enum": ["MILLISECOND", "MICROSECOND", "millisecond", "microsecond"]});
    properties.insert("timeUnit".to_owned(), units);
    json!({"ws": {"query": object(properties)}})
}

fn schemas() -> Map<String, Value> {
    let mut schemas = openapi::schemas();
    for record in events::RECORDS.iter().chain(envelopes::RECORDS) {
        schemas.insert(record.name.to_owned(), record.schema());
    }
    schemas.insert("Id".to_owned(), id());
    schemas
}

fn id() -> Value {
    json!({
        "description": "Comes back with its type.",
        "anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 36}, {"type": "null"}],
    })
}
