//! The shapes of values, and how JSON Schema writes them.

use serde_json::{Map, Value, json};
use wire::binance::words::ORDER_TYPES;

/// Where components stand in both documents.
const COMPONENTS: &str = "#/components/schemas/";

/// What a value of the API is.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text with eight decimals, not below zero.
    Decimal,
    /// A text with eight decimals.
    SignedDecimal,
    /// A text with three decimals.
    Percent,
    /// A whole number from zero on.
    Count,
    /// A whole number from zero on, or -1 for none.
    CountOrNone,
    /// Milliseconds, or microseconds where they were asked for.
    Time,
    /// As `Time`, or -1 for none.
    TimeOrNone,
    Integer,
    Flag,
    Text,
    Symbol,
    ClientId,
    /// A text that is always the same.
    Always(&'static str),
    Word(&'static [&'static str]),
    /// A component.
    One(&'static str),
    List(&'static Shape),
    /// An object whose members have names of their own and one shape.
    MapOf(&'static Shape),
    /// Where an event stands among those of its account.
    Place,
    /// A value that is always null.
    Null,
    /// An array that is always empty.
    Nothing,
    /// An array with one shape a place.
    Row(&'static [Shape]),
    OrNull(&'static Shape),
    Either(&'static [Shape]),
}

/// A command, and the how manieth of its events.
pub const PLACE: &str = "^[0-9]{1,20}(-[0-9]{1,10})?$";
pub const PEG_BASES: &[&str] = &["PRIMARY_PEG", "MARKET_PEG"];
pub const PEG_OFFSETS: &[&str] = &["PRICE_LEVEL"];
pub const SIDES: &[&str] = &["BUY", "SELL"];
pub const TIMES_IN_FORCE: &[&str] = &["GTC", "IOC", "FOK"];
pub const TYPES: &[&str] = &ORDER_TYPES;
pub const STATUSES: &[&str] = &[
    "NEW",
    "PENDING_NEW",
    "PARTIALLY_FILLED",
    "FILLED",
    "CANCELED",
    "EXPIRED",
    "EXPIRED_IN_MATCH",
];
pub const SELF_TRADE_MODES: &[&str] = &[
    "NONE",
    "EXPIRE_TAKER",
    "EXPIRE_MAKER",
    "EXPIRE_BOTH",
    "DECREMENT",
];
pub const EXPIRY_REASONS: &[&str] = &[
    "UNFILLED_IOC_QUANTITY_EXPIRED",
    "UNFILLED_FOK_ORDER_EXPIRED",
    "INSUFFICIENT_LIQUIDITY",
    "EXECUTION_RULE_PRICE_RANGE_EXCEEDED",
    "EXCHANGE_CANCELED",
    "OCO_TRIGGER",
    "OTO_PHASE_ONE_EXPIRED",
    "REJECTED",
];

impl Shape {
    /// Returns the shape in JSON Schema.
    pub fn schema(&self) -> Value {
        match self {
            Shape::Decimal => json!({"type": "string", "pattern": r"^[0-9]+\.[0-9]{8}$"}),
            Shape::SignedDecimal => json!({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{8}$"}),
            Shape::Percent => json!({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{3}$"}),
            Shape::Count => json!({"type": "integer", "format": "int64", "minimum": 0}),
            Shape::CountOrNone => json!({"type": "integer", "format": "int64", "minimum": -1}),
            Shape::Time => json!({"type": "integer", "format": "int64", "minimum": 0}),
            Shape::TimeOrNone => json!({"type": "integer", "format": "int64", "minimum": -1}),
            Shape::Integer => json!({"type": "integer", "format": "int64"}),
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Text => json!({"type": "string"}),
            Shape::Symbol => json!({"type": "string", "pattern": "^[A-Z0-9-_.]{1,20}$"}),
            Shape::ClientId => {
                json!({"type": "string", "pattern": "^[.A-Z:/a-z0-9_-]{1,36}$"})
            }
            Shape::Always(text) => json!({"type": "string", "const": text}),
            Shape::Word(words) => json!({"type": "string", "enum": words}),
            Shape::One(name) => reference(name),
            Shape::List(item) => json!({"type": "array", "items": item.schema()}),
            Shape::MapOf(member) => {
                json!({"type": "object", "additionalProperties": member.schema()})
            }
            Shape::Place => json!({"type": "string", "pattern": PLACE}),
            Shape::Null => json!({"type": "null"}),
            Shape::Nothing => json!({"type": "array", "maxItems": 0}),
            Shape::Row(items) => row(items),
            Shape::OrNull(shape) => json!({"anyOf": [shape.schema(), {"type": "null"}]}),
            Shape::Either(shapes) => json!({"anyOf": schemas(shapes)}),
        }
    }
}

fn schemas(shapes: &[Shape]) -> Vec<Value> {
    shapes.iter().map(Shape::schema).collect()
}

fn row(items: &[Shape]) -> Value {
    json!({
        "type": "array",
        "prefixItems": schemas(items),
        "items": false,
        "minItems": items.len(),
    })
}

/// Returns the schema that points to a component.
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("{COMPONENTS}{name}")})
}

/// Whether a member is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Always,
    /// Only when it says something.
    Sometimes,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub shape: Shape,
    pub presence: Presence,
    pub text: &'static str,
}

/// Returns a member that is always there.
pub const fn field(name: &'static str, shape: Shape, text: &'static str) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Always,
        text,
    }
}

/// Returns a member that is there when it says something.
pub const fn maybe(name: &'static str, shape: Shape, text: &'static str) -> Field {
    Field {
        name,
        shape,
        presence: Presence::Sometimes,
        text,
    }
}

/// An object with a name: all of its members are told.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    pub name: &'static str,
    pub text: &'static str,
    pub groups: &'static [&'static [Field]],
}

/// Returns an object of these groups of members.
pub const fn record(
    name: &'static str,
    text: &'static str,
    groups: &'static [&'static [Field]],
) -> Record {
    Record { name, text, groups }
}

impl Record {
    /// Returns the object in JSON Schema.
    pub fn schema(&self) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in self.groups.iter().flat_map(|group| group.iter()) {
            properties.insert(field.name.to_owned(), described(field.shape, field.text));
            if field.presence == Presence::Always {
                required.push(field.name);
            }
        }
        let mut schema = json!({
            "type": "object",
            "description": self.text,
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }
}

/// Returns a schema with a sentence about it, if there is one.
pub fn described(shape: Shape, text: &str) -> Value {
    let mut schema = shape.schema();
    if !text.is_empty() {
        schema["description"] = text.into();
    }
    schema
}
