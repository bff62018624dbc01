//! The matrix of the public API: every route and method by everybody who might ask.
//!
//! What a route demands is said in `rows.rs` by hand, one line a route, and held against what the exchange answers.
//! Operators have a matrix of their own, in `crates/gateway/src/console/route.rs`.

mod mounts;
mod objects;
pub mod people;
pub mod rows;
mod still;

use core::time::Duration;

use gateway::access::Access;
use gateway::clock;
use gateway::description::openapi;
use gateway::route::ENDPOINTS;
use gateway::ws_api::methods::{self, Method};
use identity::key::Signing;
use model::account::Scopes;
use model::command::Command;
use model::id::AccountId;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::{Value, json};
use wire::binance::error::Fault;

use crate::client::Answer;
use crate::documents::parsed;
use crate::socket::{Socket, signed as signed_message};
use crate::visitor::{FOREIGN, OWN, Visitor, headers_of};
use crate::world::{Login, World};
use people::{Person, key_header, make_key, make_key_that, send, signed};
use rows::{May, ROWS, Row, SOCKET_ROWS};

const ANN: &str = "ann@example.test";

/// Returns a sandbox, where letters can be read and guests come in.
pub async fn sandbox() -> World {
    let world = World::start().await;
    Visitor::of_sandbox(&world);
    world
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    LetIn,
    KeyMissing,
    KeyRefused,
    KeyUnknown,
    Unsigned,
    SignatureWrong,
    SignedOtherwise,
    NoSession,
    OriginForeign,
    TokenMissing,
}

const REFUSALS: &[(u16, &str, Verdict)] = &[
    (401, "API-key format invalid.", Verdict::KeyMissing),
    (
        401,
        "Invalid API-key, IP, or permissions for action.",
        Verdict::KeyRefused,
    ),
    (401, "Invalid Api-Key ID.", Verdict::KeyUnknown),
    (
        400,
        "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
        Verdict::Unsigned,
    ),
    (
        400,
        "Signature for this request is not valid.",
        Verdict::SignatureWrong,
    ),
    (
        400,
        Fault::RequestUnsigned.row().text,
        Verdict::SignedOtherwise,
    ),
    (
        400,
        Fault::MessageUnsigned.row().text,
        Verdict::SignedOtherwise,
    ),
    (
        400,
        Fault::ListenKeyRefused.row().text,
        Verdict::SignedOtherwise,
    ),
    (
        401,
        "There is no session: sign in first.",
        Verdict::NoSession,
    ),
    (
        403,
        "Pages of other origins may not ask this.",
        Verdict::OriginForeign,
    ),
    (
        403,
        "Header 'X-BOURSE-CSRF' must hold the csrfToken of GET /v1/session.",
        Verdict::TokenMissing,
    ),
];

fn verdict(status: u16, msg: &str) -> Verdict {
    let found = REFUSALS
        .iter()
        .find(|(refused, text, _)| *refused == status && *text == msg);
    found.map_or(Verdict::LetIn, |(.., verdict)| *verdict)
}

fn verdict_of(answer: &Answer) -> Verdict {
    assert!(answer.status < 500, "{}", answer.body);
    let body: Result<Value, _> = serde_json::from_str(&answer.body);
    let body = body.unwrap_or(Value::Null);
    verdict(answer.status, body["msg"].as_str().unwrap_or(""))
}

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Nobody,
    /// A key that may do this, by its signature.
    Key(Scopes),
    /// A key that may do everything, without a signature.
    KeyUnsigned,
    KeyWrongly,
    /// A key that signs whole requests, by its parameters.
    KeyOtherwise,
    KeyRevoked,
    KeyDeleted,
    KeyExpired,
    /// A key of a sub-account, with everything that one can have.
    SubAccount,
    /// A page of a user.
    Page,
    /// A page of a guest of the sandbox.
    GuestPage,
    PageWithoutToken,
    PageElsewhere,
    PageEnded,
}

const READ: Scopes = Scopes::READ;
/// What leaves the exchange leaves it from the master.
const OF_SUB_ACCOUNT: Scopes = READ.with(Scopes::TRADE).with(Scopes::TRANSFER);

const ASKERS: &[Asker] = &[
    Asker::Nobody,
    Asker::Key(READ),
    Asker::Key(Scopes::TRADE),
    Asker::Key(Scopes::TRANSFER),
    Asker::Key(Scopes::WITHDRAW),
    Asker::Key(Scopes::ALL),
    Asker::KeyUnsigned,
    Asker::KeyWrongly,
    Asker::KeyOtherwise,
    Asker::KeyRevoked,
    Asker::KeyDeleted,
    Asker::KeyExpired,
    Asker::SubAccount,
    Asker::Page,
    Asker::GuestPage,
    Asker::PageWithoutToken,
    Asker::PageElsewhere,
    Asker::PageEnded,
];

/// Returns what somebody is to be told.
fn expected(may: May, method: &str, asker: Asker) -> Verdict {
    match (may, asker) {
        (May::Anyone, _) => Verdict::LetIn,
        (_, Asker::PageElsewhere) => Verdict::OriginForeign,
        (May::Guest, _) => Verdict::LetIn,
        (_, Asker::Nobody) => Verdict::KeyMissing,
        (_, Asker::PageEnded) => Verdict::NoSession,
        (_, Asker::PageWithoutToken) if method != "GET" => Verdict::TokenMissing,
        (May::User, Asker::GuestPage) => Verdict::NoSession,
        // A guest of the sandbox has no right to transfer.
        (May::Transfer, Asker::GuestPage) => Verdict::KeyRefused,
        (May::Withdraw, Asker::Page | Asker::GuestPage | Asker::PageWithoutToken) => {
            Verdict::KeyRefused
        }
        (_, Asker::Page | Asker::GuestPage | Asker::PageWithoutToken) => Verdict::LetIn,
        // Whatever the key: it is not looked at.
        (May::Page | May::User, _) => Verdict::NoSession,
        (_, Asker::KeyRevoked | Asker::KeyDeleted | Asker::KeyExpired) => Verdict::KeyRefused,
        (may, Asker::SubAccount) => expected(may, method, Asker::Key(OF_SUB_ACCOUNT)),
        (may, Asker::Key(scopes)) if !scopes.includes(needed(may)) => Verdict::KeyRefused,
        (_, Asker::KeyOtherwise) => Verdict::SignedOtherwise,
        (May::Named, _) => Verdict::LetIn,
        (_, Asker::KeyUnsigned) => Verdict::Unsigned,
        (_, Asker::KeyWrongly) => Verdict::SignatureWrong,
        (_, Asker::Key(_)) => Verdict::LetIn,
    }
}

const fn needed(may: May) -> Scopes {
    match may {
        May::Anyone | May::Guest | May::Signed => Scopes::NONE,
        May::Named | May::Key | May::Page | May::User => READ,
        May::Trade => Scopes::TRADE,
        May::Transfer => READ.with(Scopes::TRANSFER),
        May::Withdraw => READ.with(Scopes::WITHDRAW),
    }
}

/// What askers show.
struct Shown {
    keys: Vec<(Scopes, Login)>,
    otherwise: Login,
    revoked: Login,
    deleted: Login,
    expired: Login,
    sub_account: Login,
    ended_page: String,
}

impl Shown {
    async fn make(ann: &Person<'_>) -> Shown {
        let world = ann.world;
        let key = |scopes, expires_at| make_key(world, ann.account, scopes, expires_at);
        let mut keys = Vec::new();
        for asker in ASKERS {
            if let Asker::Key(scopes) = asker {
                keys.push((*scopes, key(*scopes, Timestamp::MAX).await));
            }
        }
        let of_whole_requests = make_key_that(
            world,
            ann.account,
            (Scopes::ALL, Signing::Request),
            Timestamp::MAX,
        );
        let otherwise = of_whole_requests.await;
        let soon = clock::now().plus_nanos(NANOS_PER_SECOND / 2);
        let expired = key(Scopes::ALL, soon).await;
        let (revoked, deleted) = (
            key(Scopes::ALL, Timestamp::MAX).await,
            key(Scopes::ALL, Timestamp::MAX).await,
        );
        world.command(Command::RevokeKey { key: revoked.key }).await;
        let identity = world.gateway.identity();
        let gone = identity.revoke(deleted.key, clock::now()).await;
        gone.expect("deleted");
        let ended_page = ann.page().await;
        let ended = send(world, ("DELETE", "/v1/session"), &ended_page, "").await;
        assert_eq!(ended.status, 200, "{}", ended.body);
        let sub_account = ann.sub_account("matrix").await;
        let sub_account = key_of_account(world, sub_account).await;
        while clock::now() < soon {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Shown {
            keys,
            otherwise,
            revoked,
            deleted,
            expired,
            sub_account,
            ended_page,
        }
    }

    /// Returns the key of an asker who has one.
    fn key_of<'a>(&'a self, ann: &'a Person<'_>, asker: Asker) -> Option<&'a Login> {
        match asker {
            Asker::Key(scopes) => {
                let found = self.keys.iter().find(|(known, _)| *known == scopes);
                found.map(|(_, login)| login)
            }
            Asker::KeyUnsigned | Asker::KeyWrongly => Some(&ann.key),
            Asker::KeyOtherwise => Some(&self.otherwise),
            Asker::KeyRevoked => Some(&self.revoked),
            Asker::KeyDeleted => Some(&self.deleted),
            Asker::KeyExpired => Some(&self.expired),
            Asker::SubAccount => Some(&self.sub_account),
            _ => None,
        }
    }

    async fn ask(&self, ann: &Person<'_>, row: &Row, asker: Asker) -> Answer {
        let parameters = row.complete();
        let headers = match asker {
            Asker::Page => ann.page().await,
            Asker::GuestPage => guest_page(ann.world).await,
            Asker::PageWithoutToken => without(&ann.page().await, "X-BOURSE-CSRF"),
            Asker::PageElsewhere => format!("{}{FOREIGN}", without(&ann.page().await, "Origin")),
            Asker::PageEnded => self.ended_page.clone(),
            _ => String::new(),
        };
        let Some(login) = self.key_of(ann, asker) else {
            return send(ann.world, row.target(), &headers, &parameters).await;
        };
        let parameters = match asker {
            Asker::KeyUnsigned => dated(&parameters),
            Asker::KeyWrongly => wrong(&signed(login, &parameters)),
            _ => signed(login, &parameters),
        };
        send(ann.world, row.target(), &key_header(login), &parameters).await
    }
}

async fn key_of_account(world: &World, account: AccountId) -> Login {
    make_key(world, account, OF_SUB_ACCOUNT, Timestamp::MAX).await
}

/// Returns parameters that say when they were sent.
fn dated(parameters: &str) -> String {
    let separator = if parameters.is_empty() { "" } else { "&" };
    format!("{parameters}{separator}timestamp={}", clock::now().millis())
}

/// Returns signed parameters whose signature has another last digit.
fn wrong(signed: &str) -> String {
    let (body, last) = signed.split_at(signed.len() - 1);
    let other = if last == "0" { "1" } else { "0" };
    format!("{body}{other}")
}

/// Returns headers without one of them.
fn without(headers: &str, name: &str) -> String {
    let lines = headers.split_inclusive("\r\n");
    lines.filter(|line| !line.starts_with(name)).collect()
}

async fn guest_page(world: &World) -> String {
    let answer = send(world, ("POST", "/dev/session"), OWN, "name=alice").await;
    headers_of(&answer)
}

#[test]
fn every_route_has_its_row() {
    for endpoint in ENDPOINTS {
        let (method, path) = (endpoint.method.as_str(), endpoint.path);
        let rows: Vec<&Row> = ROWS
            .iter()
            .filter(|row| row.target() == (method, path))
            .collect();
        assert_eq!(
            rows.len(),
            1,
            "{method} {path} has {} rows in crates/gateway/tests/gateway/matrix/rows.rs: add one line that says who may \
             ask, what a sound request is, and which objects of a user it names",
            rows.len()
        );
        let fits = match endpoint.access {
            Access::Market | Access::Open => rows[0].may == May::Anyone,
            Access::Sandbox | Access::Guest => rows[0].may == May::Guest,
            Access::Named => rows[0].may == May::Named,
            Access::Read => rows[0].may == May::Key,
            Access::Trade => rows[0].may == May::Trade,
            Access::Transfer => rows[0].may == May::Transfer,
            Access::Withdraw => rows[0].may == May::Withdraw,
            Access::Page => rows[0].may == May::Page,
            Access::User => rows[0].may == May::User,
        };
        assert!(
            fits,
            "{method} {path}: the row says {:?}, the table of routes {:?}",
            rows[0].may, endpoint.access
        );
    }
    for row in ROWS {
        let is_route = ENDPOINTS
            .iter()
            .any(|known| (known.method.as_str(), known.path) == row.target());
        assert!(is_route, "{:?} is no route: remove its row", row.target());
    }
}

#[test]
fn the_document_says_of_every_route_whom_its_row_lets_in() {
    let document = parsed(openapi::text());
    for row in ROWS {
        let (method, path) = row.target();
        let told = &document["paths"][path][method.to_ascii_lowercase()];
        let session = match method {
            "GET" => json!({"session": []}),
            _ => json!({"session": [], "csrf": []}),
        };
        let signed = json!({"key": [], "signature": []});
        let ways = match row.may {
            May::Anyone | May::Guest => json!([]),
            May::Named => json!([{"key": []}, session]),
            May::Key | May::Trade | May::Transfer => json!([signed, session]),
            May::Withdraw => json!([signed]),
            May::Page | May::User => json!([session]),
            May::Signed => panic!("{path}: sockets alone log on"),
        };
        assert_eq!(told["security"], ways, "{method} {path}");
        let parameters = told["parameters"].as_array().expect("a list").iter();
        let is_dated = parameters.into_iter().any(|one| one["name"] == "timestamp");
        let is_form_dated = told.to_string().contains(r#""timestamp":{"#);
        assert_eq!(
            is_dated || is_form_dated,
            ways[0] == signed,
            "{method} {path} says when it was sent, as what is signed does"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_lets_in_whom_its_row_says() {
    let world = sandbox().await;
    let ann = Person::join(&world, ANN).await;
    let shown = Shown::make(&ann).await;
    let mut wrong = Vec::new();
    for row in ROWS {
        for asker in ASKERS {
            let answer = shown.ask(&ann, row, *asker).await;
            let told = verdict_of(&answer);
            let expected = expected(row.may, row.method, *asker);
            if told != expected {
                let (method, path) = row.target();
                wrong.push(format!(
                    "{method} {path} by {asker:?}: {told:?} instead of {expected:?}: {}",
                    answer.body
                ));
            }
            let is_shared = answer.header("access-control-allow-origin").is_some();
            assert!(
                !is_shared || row.may == May::Anyone,
                "{:?} is for other origins",
                row.target()
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns who may call a method of the WebSocket API.
fn may_call(name: &str, method: Method) -> May {
    match method {
        Method::Shared(_, endpoint) => {
            let target = (endpoint.method.as_str(), endpoint.path);
            let row = ROWS.iter().find(|row| row.target() == target);
            row.expect("every route has its row").may
        }
        Method::Own(_) => {
            let row = SOCKET_ROWS.iter().find(|(known, _)| *known == name);
            let row = row.unwrap_or_else(|| {
                panic!("{name} has no row in SOCKET_ROWS of crates/gateway/tests/gateway/matrix/rows.rs: say who may call it")
            });
            row.1
        }
    }
}

fn sound(method: Method) -> Value {
    let Method::Shared(_, endpoint) = method else {
        return json!({});
    };
    let target = (endpoint.method.as_str(), endpoint.path);
    let row = ROWS.iter().find(|row| row.target() == target);
    let complete = row.expect("every route has its row").complete();
    let pairs = complete.split('&').filter_map(|pair| pair.split_once('='));
    let members = pairs.map(|(name, value)| (name.to_owned(), json!(value)));
    Value::Object(members.collect())
}

fn expected_on_socket(may: May, asker: Asker) -> Verdict {
    match (may, asker) {
        (May::Anyone, _) => Verdict::LetIn,
        (_, Asker::KeyDeleted) => Verdict::KeyUnknown,
        // Whoever has not logged on is refused, however well they sign.
        (May::Page, Asker::Nobody) => Verdict::KeyMissing,
        (May::Page, _) => Verdict::KeyRefused,
        (may, asker) => expected(may, "GET", asker),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_method_of_sockets_lets_in_whom_its_row_says() {
    let world = sandbox().await;
    let ann = Person::join(&world, ANN).await;
    let shown = Shown::make(&ann).await;
    let mut wrong = Vec::new();
    for (name, method) in methods::all() {
        let may = may_call(name, method);
        for asker in ASKERS {
            let login = shown.key_of(&ann, *asker);
            if login.is_none() && *asker != Asker::Nobody {
                continue; // `browser.rs` has the pages that open sockets.
            }
            let mut params = sound(method);
            if let Some(login) = login {
                params = match asker {
                    Asker::KeyUnsigned => {
                        params["apiKey"] = json!(login.public_id);
                        params["timestamp"] = json!(clock::now().millis());
                        params
                    }
                    _ => signed_message(login, params),
                };
                if *asker == Asker::KeyWrongly {
                    params["timestamp"] = json!(clock::now().millis() + 1);
                }
            }
            let mut socket = Socket::open(world.address, "/ws-api/v3").await;
            let answer = socket.ask(name, params).await;
            let status = answer["status"].as_u64().expect("a status") as u16;
            assert!(status < 500, "{answer}");
            let told = verdict(status, answer["error"]["msg"].as_str().unwrap_or(""));
            let expected = expected_on_socket(may, *asker);
            if told != expected {
                wrong.push(format!(
                    "{name} by {asker:?}: {told:?} instead of {expected:?}: {answer}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
