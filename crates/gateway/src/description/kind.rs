//! What the value of a parameter may be, as a schema says it.

use std::time::Duration;

use identity::password::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use model::number::PegLevels;
use serde_json::{Value, json};
use views::interval::Interval;

use crate::config::AlgoLimits;

const EMAIL: &str = r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}){0,2}@([A-Za-z0-9]{1,30}\.){1,3}[A-Za-z0-9]{1,30}$";

/// What the value of a parameter is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Symbol,
    /// As `Symbol`, where the wallet names it.
    Coin,
    /// A JSON array of symbols in one text.
    Symbols,
    Decimal,
    Number,
    Moment,
    /// A number of rows with the most there are and the number without it.
    Limit(i64, i64),
    Points,
    StrategyType,
    Flag,
    ClientId,
    Window,
    Word(&'static [&'static str]),
    Interval,
    TimeZone,
    WindowSize,
    /// Levels of the book behind the best.
    Levels,
    /// Milliseconds of a countdown, or 0 to end it.
    Countdown,
    /// Over how long an order may be spread; an operator may allow less.
    Seconds,
    Email,
    Password,
    Text,
}

impl Kind {
    /// Returns the schema of the values.
    pub fn schema(self) -> Value {
        match self {
            Kind::Symbol | Kind::Coin => text(r"^[A-Za-z0-9_.-]{1,20}$"),
            Kind::Symbols => text(r#"^\["[A-Za-z0-9_.-]{1,20}"\]$"#),
            Kind::Decimal => text(r"^[0-9]{1,10}(\.[0-9]{1,8})?$"),
            Kind::Number => number(0, i64::MAX),
            // The last moment in microseconds whose nanoseconds fit.
            Kind::Moment => number(0, i64::MAX / 1_000),
            Kind::Limit(most, default) => {
                let mut schema = number(1, most);
                schema["default"] = default.into();
                schema
            }
            Kind::Points => number(1, 10_000),
            Kind::StrategyType => number(1_000_000, i64::MAX),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::ClientId => text("^[.A-Z:/a-z0-9_-]{1,36}$"),
            Kind::Window => text(r"^([0-9]{1,4}|[1-5][0-9]{4}|60000)(\.[0-9]{1,3})?$"),
            Kind::Word(words) => json!({"type": "string", "enum": words}),
            Kind::Interval => {
                let names: Vec<&str> = Interval::ALL.iter().map(|each| each.name()).collect();
                json!({"type": "string", "enum": names})
            }
            Kind::TimeZone => text(
                r"^(-?(0?[0-9]|1[01])(:(00|15|30|45))?|-12(:00)?|1[23](:(00|15|30|45))?|14(:00)?)$",
            ),
            Kind::WindowSize => text("^([1-9]m|[1-5][0-9]m|[1-9]h|1[0-9]h|2[0-3]h|[1-7]d)$"),
            Kind::Levels => number(0, PegLevels::MAX.count().into()),
            Kind::Countdown => {
                let mut schema = json!({"type": "integer", "format": "int64"});
                let end = json!({"type": "integer", "const": 0});
                schema["anyOf"] = json!([end, number(1_000, u32::MAX.into())]);
                schema
            }
            Kind::Seconds => {
                let seconds = |duration: Duration| duration.as_secs().cast_signed();
                let least = AlgoLimits::STANDARD.duration_min;
                number(seconds(least), seconds(AlgoLimits::DURATION_MAX))
            }
            Kind::Email => text(EMAIL),
            Kind::Password => json!({
                "type": "string",
                "format": "password",
                "minLength": PASSWORD_CHARS_MIN,
                "maxLength": PASSWORD_CHARS_MAX,
            }),
            Kind::Text => json!({"type": "string", "minLength": 1}),
        }
    }
}

fn text(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern})
}

fn number(least: i64, most: i64) -> Value {
    json!({"type": "integer", "format": "int64", "minimum": least, "maximum": most})
}
