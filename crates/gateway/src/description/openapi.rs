//! The OpenAPI document, made from the route table.

use std::sync::LazyLock;

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::access::Access;
use crate::browser;
use crate::description::filters::FILTER_TABLE;
use crate::description::shape::{Shape, described, reference};
use crate::description::{
    accounts, algos, answers, codes, equity, errors, fees, identity_checks, incidents, masters,
    parameters, state, summaries, withdrawals,
};
use crate::parameters::NONE;
use crate::route::{ENDPOINTS, Endpoint, Route};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| print(&document()));

const PREFACE: &str = "Binance's spot dialect, answered by Bourse. Prices, quantities, balances, fees and rates are \
texts with eight decimals; ids, times, counts and flags are not texts. Times are milliseconds since 1970. \
Weights are the published ones; whoever runs the exchange may have set others.";

/// Returns the document as it is served and committed.
pub fn text() -> &'static str {
    &DOCUMENT
}

/// Returns a document as it is printed: two spaces of indentation, names in order, a newline at the end.
pub fn print(document: &Value) -> String {
    let text = serde_json::to_string_pretty(document).expect("names are texts: always JSON");
    text + "\n"
}

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Bourse",
            "version": env!("CARGO_PKG_VERSION"),
            "description": PREFACE,
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/"}],
        "tags": summaries::GROUPS
            .iter()
            .map(|(name, text)| json!({"name": name, "description": text}))
            .collect::<Vec<Value>>(),
        "paths": paths(),
        "components": {
            "schemas": schemas(),
            "responses": errors::responses(),
            "headers": headers(),
            "parameters": header_parameters(),
            "securitySchemes": security_schemes(),
        },
    })
}

fn paths() -> Map<String, Value> {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in ENDPOINTS {
        let path = paths
            .entry(endpoint.path)
            .or_insert_with(|| Value::Object(Map::new()));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation(endpoint);
    }
    paths
}

fn operation(endpoint: &Endpoint) -> Value {
    let (group, summary) = summaries::of(endpoint.route);
    let mut operation = json!({
        "operationId": operation_id(endpoint),
        "tags": [group],
        "summary": summary,
        "description": weight(endpoint),
        "parameters": operation_parameters(endpoint),
        "responses": responses(endpoint),
        "security": security(endpoint),
        "x-codes": codes::of(endpoint),
    });
    if endpoint.route.takes_form() {
        operation["requestBody"] = form(endpoint);
    }
    match endpoint.route {
        Route::AttachDocument => operation["requestBody"] = picture(),
        Route::KycResult => operation["requestBody"] = result(),
        _ => {}
    }
    if !endpoint.route.is_offered() {
        operation["deprecated"] = true.into();
    }
    operation
}

fn weight(endpoint: &Endpoint) -> String {
    let weight = endpoint.weight;
    match endpoint.route {
        Route::Depth
        | Route::DayTicker
        | Route::RollingTicker
        | Route::TradingDayTicker
        | Route::PriceTicker
        | Route::BookTicker
        | Route::OpenOrders
        | Route::OwnTrades
        | Route::OwnPrevented
        | Route::TestOrder => format!("Weight {weight}, unless its parameters say otherwise."),
        _ if endpoint.access == Access::Trade => {
            format!("Weight {weight}, and none when it succeeds.")
        }
        _ => format!("Weight {weight}."),
    }
}

/// Returns the method and the words of the path as one name.
fn operation_id(endpoint: &Endpoint) -> String {
    let words = endpoint
        .path
        .split(|byte: char| !byte.is_ascii_alphanumeric());
    let mut id = endpoint.method.as_str().to_ascii_lowercase();
    for word in words.filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        id.push_str(&first.to_ascii_uppercase());
        id.push_str(rest);
    }
    id
}

/// Returns the names of the parameters, and whether each is mandatory.
fn names(endpoint: &Endpoint) -> impl Iterator<Item = (&'static str, bool)> {
    let (needed, allowed): (&[&str], &[&str]) = if endpoint.access.is_signed() {
        (&["timestamp"], &["recvWindow"])
    } else {
        (NONE, NONE)
    };
    let mandatory = endpoint.mandatory.iter().chain(needed);
    let optional = endpoint.optional.iter().chain(allowed);
    let mandatory = mandatory.map(|name| (*name, true));
    mandatory.chain(optional.map(|name| (*name, false)))
}

/// Returns the body of a request that takes its parameters there alone.
fn form(endpoint: &Endpoint) -> Value {
    let mut properties = Map::new();
    for (name, _) in names(endpoint) {
        let mut property = parameter(endpoint.route, name, true);
        let mut schema = property["schema"].take();
        schema["description"] = property["description"].take();
        properties.insert(name.to_owned(), schema);
    }
    let required = names(endpoint).filter(|(_, is_mandatory)| *is_mandatory);
    let required: Vec<&str> = required.map(|(name, _)| name).collect();
    let schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    json!({
        "required": true,
        "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    })
}

/// Returns the body of an upload.
fn picture() -> Value {
    let schema = json!({"schema": {"type": "string", "format": "binary"}});
    json!({"required": true, "content": {"image/png": schema, "image/jpeg": schema}})
}

/// Returns the body of what a provider found.
fn result() -> Value {
    let schema = json!({
        "type": "object",
        "properties": {
            "application": {"type": "integer", "minimum": 0},
            "verdict": {"enum": ["passed", "review", "failed"]},
            "note": {"type": "string", "maxLength": 200},
        },
        "required": ["application", "verdict"],
        "additionalProperties": false,
    });
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

fn operation_parameters(endpoint: &Endpoint) -> Vec<Value> {
    let in_query = names(endpoint).filter(|_| !endpoint.route.takes_form());
    let mut parameters: Vec<Value> = in_query
        .map(|(name, is_mandatory)| parameter(endpoint.route, name, is_mandatory))
        .collect();
    let target = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
    if endpoint.access != Access::Open {
        parameters.push(target("TimeUnit"));
    }
    if endpoint.access == Access::Trade {
        parameters.push(target("Detail"));
    }
    parameters
}

fn parameter(route: Route, name: &str, is_mandatory: bool) -> Value {
    let (mut schema, example, text) =
        parameters::find(route, name).expect("a test looks up every parameter of every route");
    schema["examples"] = json!([typed(&schema, example)]);
    json!({
        "name": name,
        "in": "query",
        "required": is_mandatory,
        "description": text,
        "schema": schema,
    })
}

/// Returns an example as the type of its schema.
fn typed(schema: &Value, example: &str) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "boolean") => example.parse().unwrap_or(Value::Null),
        _ => example.into(),
    }
}

/// Returns the ways to show who asks, any of which is enough.
fn security(endpoint: &Endpoint) -> Value {
    let mut ways = Vec::new();
    if endpoint.access == Access::Named {
        ways.push(json!({"key": []}));
    }
    if endpoint.access.is_signed() {
        ways.push(json!({"key": [], "signature": []}));
    }
    if endpoint.access.takes_session() {
        ways.push(match endpoint.method {
            Method::GET => json!({"session": []}),
            _ => json!({"session": [], "csrf": []}),
        });
    }
    ways.into()
}

fn responses(endpoint: &Endpoint) -> Map<String, Value> {
    let mut responses = Map::new();
    if endpoint.route.is_offered() {
        responses.insert("200".to_owned(), accepted(endpoint));
    }
    let keyed = match endpoint.access {
        Access::Market | Access::Open => &[],
        Access::Sandbox => errors::SANDBOX,
        Access::Guest => errors::GUEST,
        _ => errors::KEYED,
    };
    let may_conflict = endpoint.access == Access::Trade
        || matches!(
            endpoint.route,
            Route::SetPreference
                | Route::Statement
                | Route::TaxLots
                | Route::OrderFile
                | Route::TradeFile
                | Route::Profit
                | Route::ExportData
                | Route::DescribeApplicant
                | Route::AttachDocument
                | Route::SubmitApplication
                | Route::KycResult
        );
    let conflicting = if may_conflict {
        errors::CONFLICTING
    } else {
        &[]
    };
    for status in errors::COMMON.iter().chain(keyed).chain(conflicting) {
        let component = errors::component(*status);
        let target = format!("#/components/responses/{component}");
        responses.insert(status.to_string(), json!({"$ref": target}));
    }
    if endpoint.route == Route::Ready {
        let mut not_ready = accepted(endpoint);
        not_ready["description"] =
            "Not everything is taken, and why: requests should go elsewhere.".into();
        responses.insert("503".to_owned(), not_ready);
    }
    responses
}

fn accepted(endpoint: &Endpoint) -> Value {
    let schema = match endpoint.route {
        Route::OpenApi | Route::AsyncApi => json!({"type": "object"}),
        Route::ExportData => json!({"type": "string", "format": "binary"}),
        route => answers::of(route).map_or_else(|| Shape::Text.schema(), |shape| shape.schema()),
    };
    let mut content = json!({media_type(endpoint.route): {"schema": schema}});
    if has_rows(endpoint.route) {
        content["application/json"] =
            json!({"schema": {"type": "array", "items": {"type": "object"}}});
    }
    if endpoint.route == Route::Statement {
        content["application/pdf"] = json!({"schema": {"type": "string", "format": "binary"}});
    }
    json!({
        "description": "What was asked for.",
        "headers": answer_headers(endpoint),
        "content": content,
    })
}

/// Whether a file is a table: as CSV, or as a list in JSON.
const fn has_rows(route: Route) -> bool {
    matches!(
        route,
        Route::Statement | Route::TaxLots | Route::OrderFile | Route::TradeFile
    )
}

const fn media_type(route: Route) -> &'static str {
    match route {
        Route::StatusPage | Route::ReferencePage => "text/html",
        Route::StatusScript | Route::ReferenceScript => "text/javascript",
        Route::StatusStyle | Route::ReferenceStyle => "text/css",
        route if has_rows(route) => "text/csv",
        Route::ExportData => "application/zip",
        _ => "application/json",
    }
}

fn answer_headers(endpoint: &Endpoint) -> Map<String, Value> {
    let mut names = vec![("X-MBX-USED-WEIGHT-1m", "UsedWeight")];
    let is_counted = endpoint.method == Method::POST
        && endpoint.access == Access::Trade
        && !matches!(
            endpoint.route,
            Route::TestOrder | Route::Countdown | Route::ResetAccount | Route::NewAlgo
        );
    if is_counted {
        names.push(("X-MBX-ORDER-COUNT-10S", "OrderCount10S"));
        names.push(("X-MBX-ORDER-COUNT-1D", "OrderCount1D"));
    }
    if endpoint.path.starts_with("/sapi/") {
        names.push(("X-SAPI-USED-IP-WEIGHT-1M", "UsedWeight"));
        names.push(("X-SAPI-USED-UID-WEIGHT-1M", "UsedWeight"));
    }
    names
        .into_iter()
        .map(|(name, component)| {
            let target = format!("#/components/headers/{component}");
            (name.to_owned(), json!({"$ref": target}))
        })
        .collect()
}

fn headers() -> Value {
    let header = |text: &str| {
        json!({
            "description": text,
            "required": true,
            "schema": {"type": "integer", "minimum": 0},
        })
    };
    let id = json!({
        "description": "The id under which the exchange's log tells the failure.",
        "required": true,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    });
    json!({
        "CorrelationId": id,
        "UsedWeight": header("What the address has used in this minute."),
        "OrderCount10S": header("New orders of the account in these ten seconds."),
        "OrderCount1D": header("New orders of the account today."),
        "RetryAfter": header("The seconds to wait."),
    })
}

fn header_parameters() -> Value {
    let units = "^([Mm][Ii][Ll][Ll][Ii]|[Mm][Ii][Cc][Rr][Oo])[Ss][Ee][Cc][Oo][Nn][Dd]$";
    json!({
        "TimeUnit": {
            "name": "X-MBX-TIME-UNIT",
            "in": "header",
            "required": false,
            "description": "MICROSECOND for times in microseconds.",
            "schema": {"type": "string", "pattern": units, "examples": ["MICROSECOND"]},
        },
        "Detail": {
            "name": "X-BOURSE-DETAIL",
            "in": "header",
            "required": false,
            "description": "1 for the limit that a filter refused by, in `detail` of the error.",
            "schema": {"type": "string", "examples": ["1"]},
        },
    })
}

fn security_schemes() -> Value {
    json!({
        "key": {
            "type": "apiKey",
            "in": "header",
            "name": "X-MBX-APIKEY",
            "description": "The id of a key: 64 letters and digits. Beside that of a key that signs whole requests stand X-BOURSE-TIMESTAMP, X-BOURSE-NONCE and X-BOURSE-SIGNATURE, and neither `timestamp` nor `signature`.",
        },
        "signature": {
            "type": "apiKey",
            "in": "query",
            "name": "signature",
            "description": parameters::SIGNATURE,
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": browser::NAME,
            "description": "Of a browser that signed in.",
        },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": "X-BOURSE-CSRF",
            "description": "The csrfToken of GET /v1/session, beside a session in what is no GET.",
        },
    })
}

/// Returns the schemas of all objects.
pub fn schemas() -> Map<String, Value> {
    let mut schemas = errors::schemas();
    let records = answers::RECORDS.iter().chain(accounts::RECORDS);
    let records = records.chain(identity_checks::RECORDS);
    let records = records.chain(fees::RECORDS).chain(incidents::RECORDS);
    let records = records.chain(equity::RECORDS);
    let records = records.chain(algos::RECORDS);
    for record in records
        .chain(masters::RECORDS)
        .chain(state::RECORDS)
        .chain(withdrawals::RECORDS)
    {
        schemas.insert(record.name.to_owned(), record.schema());
    }
    let mut choices = Vec::new();
    for (name, fields) in FILTER_TABLE {
        let component = format!("Filter_{name}");
        let mut properties = Map::new();
        properties.insert("filterType".to_owned(), Shape::Always(name).schema());
        let mut required = vec!["filterType"];
        for field in *fields {
            properties.insert(field.name.to_owned(), described(field.shape, field.text));
            required.push(field.name);
        }
        let schema = json!({
            "type": "object",
            "description": format!("The filter {name}."),
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        choices.push(reference(&component));
        schemas.insert(component, schema);
    }
    let filter = json!({"description": "What orders of a market must pass.", "anyOf": choices});
    schemas.insert("Filter".to_owned(), filter);
    schemas
}
