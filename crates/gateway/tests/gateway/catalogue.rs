//! The whole table of errors: each row is provoked here or by a test that is named, or it says why it cannot arise.

mod faults;
mod rejects;

use std::sync::LazyLock;

use crate::client::Answer;
use crate::socket::Socket;
use crate::world::{ALICE, BOB, Setting, World, hmac_hex, terms};
use gateway::clock;
use gateway::config::{Limiting, RequestLimits, Strictness};
use gateway::description::openapi;
use model::account::AccountState;
use model::command::Command;
use model::id::{AccountId, MarketId};
use model::instrument::{Cause, DeltaRange, OrderLimits, Phase, Terms};
use model::number::BasisPoints;
use model::order::{SelfTradeMode, SelfTradeModes};
use model::reject::Reject;
use serde_json::{Value, json};
use wire::binance::error::{Fault, Row};
use wire::binance::reject::refusal;

use faults::way;
use rejects::{OPERATORS, reject_way};

/// Method, path and query of a request that alice signs.
type Ask = (&'static str, &'static str, &'static str);

/// How a row comes about.
enum Way {
    /// The last of these requests gets it.
    Asked(Scene, &'static [Ask]),
    /// It takes more than requests of alice.
    Special,
    /// Another test shows it: its file and its name.
    Shown(&'static str, &'static str),
    /// It cannot be provoked from outside, and why.
    Never(&'static str),
}

/// What has happened before the requests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scene {
    Plain,
    /// The last price is 100.
    Traded,
    /// As `Traded`, with one of everything that is counted.
    Limited,
    Halted,
    Frozen,
    /// The market allows one self-trade mode.
    OneMode,
    Strict,
}

const ORDER: &str = "/api/v3/order";
const LIST: &str = "/api/v3/orderList/oco";
const AMEND: &str = "/api/v3/order/amend/keepPriority";
const REPLACE: &str = "/api/v3/order/cancelReplace";

const fn plain(asks: &'static [Ask]) -> Way {
    Way::Asked(Scene::Plain, asks)
}

impl Scene {
    async fn open(self) -> World {
        let world = match self {
            Scene::Strict => {
                World::start_with(Setting {
                    strictness: Strictness::Strict,
                    ..Setting::STANDARD
                })
                .await
            }
            _ => World::start().await,
        };
        if matches!(self, Scene::Traded | Scene::Limited) {
            world.limit(ALICE, "SELL", "1", "100").await;
            world.limit(BOB, "BUY", "1", "100").await;
        }
        if let Some(command) = self.command() {
            world.command(command).await;
        }
        world
    }

    fn command(self) -> Option<Command> {
        let (market, cause) = (MarketId(0), Cause::Operator);
        match self {
            Scene::Plain | Scene::Traded | Scene::Strict => None,
            Scene::Limited => Some(Command::SetOrderLimits {
                market,
                limits: Box::new(one_of_each()),
                cause,
            }),
            Scene::Halted => Some(Command::SetPhase {
                market,
                phase: Phase::Halt,
                cause,
            }),
            Scene::Frozen => Some(Command::SetAccountState {
                account: AccountId(1),
                state: AccountState::Frozen,
                cause,
            }),
            Scene::OneMode => Some(Command::ChangeMarket {
                market,
                terms: Box::new(Terms {
                    self_trade_default: SelfTradeMode::ExpireTaker,
                    self_trade_allowed: SelfTradeModes::from_bits(0b10).expect("legal"),
                    ..terms()
                }),
                cause,
            }),
        }
    }
}

fn one_of_each() -> OrderLimits {
    let points = |points| BasisPoints::new(points).expect("legal");
    let range = DeltaRange {
        min: points(10),
        max: points(2_000),
    };
    OrderLimits {
        algo_orders_max: 2,
        iceberg_orders_max: 1,
        iceberg_parts_max: 10,
        order_lists_max: 1,
        order_amends_max: 1,
        trailing_above: range,
        trailing_below: range,
    }
}

async fn asked(scene: Scene, asks: &[Ask]) -> (u16, i64, String) {
    let world = scene.open().await;
    let (last, before) = asks.split_last().expect("a request");
    for (method, path, query) in before {
        let answer = world.signed(ALICE, method, path, query).await;
        assert_eq!(answer.status, 200, "{method} {query} {}", answer.body);
    }
    let (method, path, query) = last;
    let error = world.signed(ALICE, method, path, query).await.error();
    let operation = &described()["paths"][path][method.to_ascii_lowercase()];
    if let Some(codes) = operation["x-codes"].as_array() {
        assert!(codes.contains(&error.1.into()), "{method} {path} {error:?}");
    }
    // A row has a world of its own, and a server has so many connections.
    world.gateway.identity().close().await;
    error
}

fn described() -> &'static Value {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(openapi::text()).expect("JSON"));
    &DOCUMENT
}

/// Returns whether a text is that of a row with its blanks filled.
fn fits(text: &str, msg: &str) -> bool {
    let mut rest = msg;
    let mut pieces = text.split("%s").peekable();
    let first = pieces.next().unwrap_or("");
    let Some(after) = rest.strip_prefix(first) else {
        return false;
    };
    rest = after;
    for piece in pieces {
        if piece.is_empty() {
            return true;
        }
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// A test that is named shows nothing unless it is there.
fn assert_shown(file: &str, name: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gateway");
    let source = std::fs::read_to_string(format!("{folder}/{file}.rs")).expect("a file of tests");
    assert!(
        source.contains(&format!("fn {name}()")),
        "{file}.rs has no test {name}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_the_catalogue_is_provoked_or_cannot_arise() {
    for fault in Fault::ALL {
        let Row { code, status, text } = fault.row();
        let (found_status, found_code, msg) = match way(*fault) {
            Way::Asked(scene, asks) => asked(scene, asks).await,
            Way::Special => special(*fault).await,
            Way::Shown(file, name) => {
                assert_shown(file, name);
                continue;
            }
            Way::Never(reason) => {
                assert!(!reason.is_empty());
                continue;
            }
        };
        assert_eq!(
            (found_status, found_code),
            (status, i64::from(code)),
            "{fault:?}: {msg}"
        );
        assert!(fits(text, &msg), "{fault:?}: {msg}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_of_the_engine_is_provoked_or_cannot_arise() {
    for reject in Reject::ALL {
        let (operation, way) = reject_way(*reject);
        let expected = refusal(*reject, operation);
        let found = match way {
            Way::Asked(scene, asks) => asked(scene, asks).await,
            Way::Special => amended_below_what_traded().await,
            Way::Shown(file, name) => {
                assert_shown(file, name);
                continue;
            }
            Way::Never(reason) => {
                let is_of_operators = expected == refusal(Reject::GenesisMissing, operation);
                assert_eq!(is_of_operators, reason == OPERATORS, "{reject:?}");
                continue;
            }
        };
        let expected = (
            expected.status,
            i64::from(expected.code),
            expected.msg.into_owned(),
        );
        assert_eq!(found, expected, "{reject:?}");
    }
}

async fn amended_below_what_traded() -> (u16, i64, String) {
    let world = World::start().await;
    world.limit(ALICE, "BUY", "2", "100").await;
    world.limit(BOB, "SELL", "1", "100").await;
    let query = "symbol=BTCUSDT&orderId=1&newQty=0.5";
    world.signed(ALICE, "PUT", AMEND, query).await.error()
}

async fn special(fault: Fault) -> (u16, i64, String) {
    match fault {
        Fault::TooMuchWeight | Fault::TooManyRequests | Fault::Banned | Fault::TooManyOrders => {
            over_a_limit(fault).await
        }
        Fault::JsonInvalid
        | Fault::AlreadySubscribed
        | Fault::NotSubscribed
        | Fault::KeyUnknown => over_a_socket(fault).await,
        _ => raw(fault).await.error(),
    }
}

/// Windows of limits are those of the wall clock: what is counted twice within a few milliseconds may still lie in two.
async fn over_a_limit(fault: Fault) -> (u16, i64, String) {
    let (weight, requests) = match fault {
        Fault::TooManyOrders => (6_000, 6_000),
        Fault::TooManyRequests => (6_000, 2),
        _ => (2, 6_000),
    };
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(RequestLimits {
            weight_per_minute: weight,
            requests_per_five_minutes: requests,
            orders_per_ten_seconds: 1,
            ..RequestLimits::UPSTREAM
        }),
        ..Setting::STANDARD
    })
    .await;
    let wanted = fault.row();
    for _ in 0..1_000 {
        let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
        let answer = match fault {
            Fault::TooManyOrders => world.signed(ALICE, "POST", ORDER, order).await,
            _ => world.get("/api/v3/ping").await,
        };
        if answer.status == wanted.status {
            assert!(answer.header("retry-after").is_some());
            return answer.error();
        }
    }
    panic!("{fault:?} never came");
}

async fn over_a_socket(fault: Fault) -> (u16, i64, String) {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let subscribe = "userDataStream.subscribe.signature";
    let answer = match fault {
        Fault::JsonInvalid => {
            socket.say("{").await;
            socket.hear().await
        }
        Fault::AlreadySubscribed => {
            socket.ask_signed(login, subscribe, json!({})).await;
            socket.ask_signed(login, subscribe, json!({})).await
        }
        Fault::KeyUnknown => {
            let stranger = json!({"apiKey": "a".repeat(64)});
            socket.ask("account.status", stranger).await
        }
        _ => socket.ask("userDataStream.unsubscribe", json!({})).await,
    };
    let number = |value: &Value| value.as_i64().expect("a number");
    let status = u16::try_from(number(&answer["status"])).expect("a status");
    let msg = answer["error"]["msg"].as_str().expect("a text");
    (status, number(&answer["error"]["code"]), msg.to_owned())
}

/// What takes bytes of its own.
async fn raw(fault: Fault) -> Answer {
    let world = World::start().await;
    let login = &world.logins[ALICE];
    let key = format!("X-MBX-APIKEY: {}\r\n", login.public_id);
    let signed_at = |moment: i64, more: &str| {
        let payload = format!("timestamp={moment}{more}");
        let signature = hmac_hex(&login.secret, payload.as_bytes());
        format!("/api/v3/account?{payload}&signature={signature}")
    };
    let now = clock::now().millis();
    let mut client = world.client().await;
    let account = "/api/v3/account";
    match fault {
        Fault::BodyTooLarge => client.send("POST", ORDER, "", &"a".repeat(65_537)).await,
        Fault::HeadTooLarge => {
            client
                .get(&format!("/api/v3/ping?{}", "a".repeat(20_000)))
                .await
        }
        Fault::HeadersTooLarge => {
            let headers: String = (0..200)
                .map(|number| format!("X-{number}: 1\r\n"))
                .collect();
            client.send("GET", "/api/v3/ping", &headers, "").await
        }
        Fault::Malformed => {
            client
                .send_bytes(b"GET /api/v3/ping\r\nbroken\r\n\r\n")
                .await;
            client.read().await.expect("an answer")
        }
        Fault::OutsideWindow => {
            client
                .send("GET", &signed_at(now - 6_000, ""), &key, "")
                .await
        }
        Fault::AheadOfTime => {
            client
                .send("GET", &signed_at(now + 60_000, ""), &key, "")
                .await
        }
        Fault::RecvWindowTooLarge => {
            client
                .send("GET", &signed_at(now, "&recvWindow=60001"), &key, "")
                .await
        }
        Fault::SignatureInvalid => {
            let target = format!("{account}?timestamp={now}&signature={}", "0".repeat(64));
            client.send("GET", &target, &key, "").await
        }
        Fault::TooManyParameters => {
            let query: String = (0..129).map(|number| format!("a{number}=1&")).collect();
            client.get(&format!("/api/v3/ping?{query}")).await
        }
        Fault::ListenKeyUnknown => {
            client
                .send("PUT", "/api/v3/userDataStream?listenKey=nobody", &key, "")
                .await
        }
        Fault::BinaryDisabled => {
            client
                .send("GET", "/api/v3/ping", "Accept: application/sbe\r\n", "")
                .await
        }
        Fault::TimeUnitInvalid => {
            client
                .send("GET", "/api/v3/time", "X-MBX-TIME-UNIT: HOUR\r\n", "")
                .await
        }
        Fault::KeyMalformed => client.get(account).await,
        Fault::KeyRefused => {
            let stranger = format!("X-MBX-APIKEY: {}\r\n", "a".repeat(64));
            client.send("GET", account, &stranger, "").await
        }
        _ => panic!("{fault:?} is not special"),
    }
}
