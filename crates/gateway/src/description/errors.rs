//! The errors in the documents: the envelope, and which codes come with which status.

use serde_json::{Map, Value, json};
use wire::binance::error::{EngineCode, Fault};

use crate::description::shape::reference;

/// Statuses that any route may answer: it never depends on what is asked.
pub const COMMON: &[u16] = &[400, 408, 413, 414, 418, 429, 431, 500, 503];
/// What routes that want a key add.
pub const KEYED: &[u16] = &[401, 403];
/// What routes of a sandbox add.
pub const SANDBOX: &[u16] = &[403, 404];
/// What routes to become a user or to sign in by add.
pub const GUEST: &[u16] = &[401, 403];
/// What routes add that something else may be in the way of.
pub const CONFLICTING: &[u16] = &[409];

/// Returns the name of a status among the components.
pub fn component(status: u16) -> String {
    format!("Error{status}")
}

/// Returns the components of all statuses that errors have.
pub fn responses() -> Map<String, Value> {
    let mut responses = Map::new();
    for status in statuses() {
        let response = json!({
            "description": description(status),
            "headers": headers(status),
            "content": {"application/json": {"schema": schema(status)}},
        });
        responses.insert(component(status), response);
    }
    responses
}

fn statuses() -> Vec<u16> {
    let mut statuses: Vec<u16> = Fault::ALL.iter().map(|fault| fault.row().status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// A conflict of two requests, or a half success with both halves; a limit may be told with both halves too.
fn schema(status: u16) -> Value {
    match status {
        400 | 409 | 429 => json!({"anyOf": [reference("Error"), reference("ReplaceError")]}),
        _ => reference("Error"),
    }
}

fn headers(status: u16) -> Value {
    let weight = json!({"$ref": "#/components/headers/UsedWeight"});
    match status {
        418 | 429 => json!({
            "X-MBX-USED-WEIGHT-1m": weight,
            "Retry-After": {"$ref": "#/components/headers/RetryAfter"},
        }),
        500.. => json!({
            "X-MBX-USED-WEIGHT-1m": weight,
            "X-Correlation-Id": {"$ref": "#/components/headers/CorrelationId"},
        }),
        _ => json!({"X-MBX-USED-WEIGHT-1m": weight}),
    }
}

fn description(status: u16) -> String {
    let mut lines = vec![what(status).to_owned(), String::new()];
    for fault in Fault::ALL {
        let row = fault.row();
        if row.status == status {
            lines.push(format!("- {}: {}", row.code, row.text));
        }
    }
    if status == 400 {
        for (code, what) in ENGINE {
            lines.push(format!("- {}: {what}", *code as i32));
        }
    }
    lines.join("\n")
}

const ENGINE: &[(EngineCode, &str)] = &[
    (
        EngineCode::NewOrder,
        "A new order was refused; the text says why.",
    ),
    (
        EngineCode::Cancel,
        "A cancel was refused; the text says why.",
    ),
    (
        EngineCode::Amend,
        "An amendment was refused; the text says why.",
    ),
];

const fn what(status: u16) -> &'static str {
    match status {
        400 => "The request is wrong, or what it asks for is refused.",
        401 => "The key is malformed, unknown, or may not do this.",
        403 => "A browser's request from elsewhere, or without its token.",
        404 => "There is no such path.",
        405 => "The path does not have this method.",
        408 => "The body came too slowly.",
        409 => {
            "Half of it was done, the idempotency key was used for another request, there is another version, or a report is being made."
        }
        413 => "The body is too large.",
        414 => "The target is too long.",
        418 => "The address is banned for a while.",
        429 => "A limit was reached.",
        431 => "The head is too large.",
        503 => {
            "Overloaded, or the outcome is unknown: ask for the order by its client id, or GET /v1/outcome by the key of the request."
        }
        _ => "A failure of ours.",
    }
}

/// Returns the schemas of errors.
pub fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    let code = json!({"type": "integer", "maximum": -1, "description": "What clients compare."});
    let msg = json!({"type": "string", "description": "The exact text."});
    schemas.insert(
        "Error".to_owned(),
        json!({
            "type": "object",
            "description": "Every error.",
            "properties": {"code": code, "msg": msg, "detail": reference("Detail")},
            "required": ["code", "msg"],
            "additionalProperties": false,
        }),
    );
    schemas.insert(
        "ReplaceError".to_owned(),
        json!({
            "type": "object",
            "description": "A cancel-replace that went wrong at least by half.",
            "properties": {"code": code, "msg": msg, "data": reference("Replaced")},
            "required": ["code", "msg", "data"],
            "additionalProperties": false,
        }),
    );
    schemas.insert("Detail".to_owned(), detail());
    schemas
}

fn detail() -> Value {
    json!({
        "type": "object",
        "description": "Which filter refused; only when the request has the header X-BOURSE-DETAIL: 1, or the URL of its socket `detail=true`.",
        "properties": {
            "filter": {"type": "string", "description": "Its name, as in exchangeInfo."},
            "limit": {"type": "string", "description": "Which member of it, as in exchangeInfo."},
            "value": {"type": "string", "description": "What that member is."},
            "given": {"type": "string", "description": "What the request came to, where that can be told."},
        },
        "required": ["filter", "limit", "value"],
        "additionalProperties": false,
    })
}
