//! The documents of the API: committed as generated, whole, and true of what is answered and told.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::check;
use crate::socket::Socket;
use crate::user_requests::OF_USERS;
use crate::world::{ALICE, BOB, Setting, World};
use gateway::access::Access;
use gateway::config::Strictness;
use gateway::description::{asyncapi, openapi};
use gateway::rest::sign_in::Guest;
use gateway::route::{ENDPOINTS, Route};
use gateway::ws_api::methods;
use model::command::Command;
use model::id::AccountId;
use serde_json::{Value, json};

const ORDER: &str = "/api/v3/order";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api");

pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn the_committed_documents_are_those_that_are_generated() {
    for (name, generated) in [("openapi", openapi::text()), ("asyncapi", asyncapi::text())] {
        let committed = std::fs::read_to_string(format!("{FOLDER}/{name}.json")).expect("a file");
        assert!(
            committed == generated,
            "docs/api/{name}.json is old: cargo run --package bourse -- api {name} > docs/api/{name}.json"
        );
    }
}

#[test]
fn every_route_is_in_the_document() {
    let document = parsed(openapi::text());
    let mut ids = BTreeSet::new();
    for endpoint in ENDPOINTS {
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][endpoint.path][&method];
        let id = operation["operationId"].as_str();
        let id = id.unwrap_or_else(|| panic!("{method} {}", endpoint.path));
        assert!(ids.insert(id.to_owned()), "{id} twice");
    }
}

#[test]
fn every_path_and_method_of_the_dialect_is_in_its_specification() {
    let text = std::fs::read_to_string(format!("{FOLDER}/../spec/binance-surface.md"));
    let text = text.expect("a file");
    let is_apart = |char: char| !char.is_ascii_alphanumeric() && !"/._-".contains(char);
    let words: BTreeSet<&str> = text.split(is_apart).collect();
    let paths = ENDPOINTS.iter().map(|endpoint| endpoint.path);
    let is_of_dialect = |path: &&str| path.starts_with("/api/") || path.starts_with("/sapi/");
    let methods = methods::all().map(|(name, _)| name);
    for name in paths.filter(is_of_dialect).chain(methods) {
        assert!(words.contains(name), "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    for text in [openapi::text(), asyncapi::text()] {
        let document = parsed(text);
        let mut open = vec![&document];
        while let Some(value) = open.pop() {
            if let Some(target) = value["$ref"].as_str() {
                let pointer = target.strip_prefix('#').expect("into the document");
                assert!(document.pointer(pointer).is_some(), "{target}");
            }
            match value {
                Value::Object(members) => open.extend(members.values()),
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_page_loads_only_its_own_files() {
    let world = World::start().await;
    let page = world.get("/docs").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("<script>") && !page.body.contains("style="));
    let files = ["/docs", "/docs/reference.js", "/docs/reference.css"];
    for path in files {
        let file = world.get(path).await;
        let policy = file.header("content-security-policy").expect("a policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
        assert!(
            !file.body.contains("://") && !file.body.contains("innerHTML"),
            "{path}"
        );
        assert!(path == "/docs" || page.body.contains(path));
    }
    for (path, document) in [
        ("/docs/openapi.json", openapi::text()),
        ("/docs/asyncapi.json", asyncapi::text()),
    ] {
        assert_eq!(world.get(path).await.body, document, "{path}");
    }
}

/// What is asked, in this order, so that every route has something to tell.
const SESSION: &[(usize, &str, &str, &str)] = &[
    (
        ALICE,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=2&price=100&newOrderRespType=ACK",
    ),
    (
        BOB,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100&newOrderRespType=RESULT&selfTradePreventionMode=EXPIRE_TAKER",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=120&stopPrice=110&newOrderRespType=FULL&icebergQty=0.5&newClientOrderId=waits",
    ),
    (
        ALICE,
        "POST",
        "/v1/order/amend",
        "symbol=BTCUSDT&origClientOrderId=waits&newStopPrice=111&newQty=1.5&newClientOrderId=waits",
    ),
    (
        ALICE,
        "GET",
        "/api/v3/order/amendments",
        "symbol=BTCUSDT&orderId=4",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order/cancelReplace",
        "symbol=BTCUSDT&side=BUY&type=TAKE_PROFIT&quantity=1&stopPrice=80&trailingDelta=100&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=waits",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order/test",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order/test",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&computeCommissionRates=true",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&newClientOrderId=small&newOrderRespType=RESULT&strategyId=7&strategyType=1000000",
    ),
    (
        ALICE,
        "PUT",
        "/api/v3/order/amend/keepPriority",
        "symbol=BTCUSDT&origClientOrderId=small&newQty=0.9&newClientOrderId=smaller",
    ),
    (
        ALICE,
        "POST",
        "/v1/order/amend",
        "symbol=BTCUSDT&origClientOrderId=smaller&newPrice=91&newQty=0.95&executedQty=0",
    ),
    (
        ALICE,
        "GET",
        "/api/v3/order/amendments",
        "symbol=BTCUSDT&orderId=6",
    ),
    (ALICE, "GET", "/api/v3/order", "symbol=BTCUSDT&orderId=3"),
    (ALICE, "GET", "/api/v3/openOrders", ""),
    (ALICE, "GET", "/api/v3/allOrders", "symbol=BTCUSDT"),
    (
        ALICE,
        "DELETE",
        "/api/v3/order",
        "symbol=BTCUSDT&origClientOrderId=smaller",
    ),
    (ALICE, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"),
    (
        ALICE,
        "POST",
        "/api/v3/order/oco",
        "symbol=BTCUSDT&side=SELL&quantity=1&price=110&stopPrice=95&listClientOrderId=old",
    ),
    (
        ALICE,
        "DELETE",
        "/api/v3/orderList",
        "symbol=BTCUSDT&listClientOrderId=old",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/orderList/oco",
        "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS&belowStopPrice=95&newOrderRespType=FULL",
    ),
    (ALICE, "GET", "/api/v3/openOrderList", ""),
    (ALICE, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"),
    (
        ALICE,
        "POST",
        "/api/v3/orderList/oto",
        "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingPrice=90&workingQuantity=1&pendingType=MARKET&pendingSide=SELL&pendingQuantity=1&newOrderRespType=ACK",
    ),
    (ALICE, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"),
    (
        ALICE,
        "POST",
        "/api/v3/orderList/otoco",
        "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingPrice=90&workingQuantity=1&pendingSide=SELL&pendingQuantity=1&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=110&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=80&workingStrategyId=1&pendingAboveStrategyType=1000001",
    ),
    (ALICE, "GET", "/api/v3/orderList", "orderListId=1"),
    (ALICE, "GET", "/api/v3/allOrderList", ""),
    (ALICE, "GET", "/api/v3/account", ""),
    (ALICE, "GET", "/api/v3/myTrades", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/rateLimit/order", ""),
    (ALICE, "GET", "/api/v3/myAllocations", "symbol=BTCUSDT"),
    (
        ALICE,
        "GET",
        "/api/v3/myPreventedMatches",
        "symbol=BTCUSDT&fromPreventedMatchId=0",
    ),
    (ALICE, "GET", "/api/v3/myFilters", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/account/commission", "symbol=BTCUSDT"),
    (ALICE, "GET", "/sapi/v1/capital/config/getall", ""),
    (ALICE, "GET", "/sapi/v1/asset/tradeFee", ""),
    (ALICE, "GET", "/v1/feeSchedule", ""),
    (ALICE, "GET", "/v1/incidents", ""),
    (ALICE, "GET", "/sapi/v1/account/apiRestrictions", ""),
    (ALICE, "GET", "/sapi/v1/account/status", ""),
    (ALICE, "GET", "/sapi/v1/account/apiTradingStatus", ""),
    (ALICE, "GET", "/sapi/v1/account/info", ""),
    (ALICE, "POST", "/sapi/v3/asset/getUserAsset", ""),
    (ALICE, "POST", "/sapi/v1/asset/get-funding-asset", ""),
    (ALICE, "GET", "/sapi/v1/capital/deposit/hisrec", ""),
    (ALICE, "GET", "/sapi/v1/capital/withdraw/history", ""),
    (ALICE, "GET", "/sapi/v1/capital/withdraw/address/list", ""),
    (ALICE, "GET", "/sapi/v1/asset/transfer", "type=MAIN_FUNDING"),
    (ALICE, "GET", "/sapi/v1/asset/assetDetail", ""),
    (ALICE, "GET", "/sapi/v1/asset/wallet/balance", ""),
    (ALICE, "GET", "/api/v3/depth", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/trades", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/historicalTrades", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/aggTrades", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/klines", "symbol=BTCUSDT&interval=1m"),
    (
        ALICE,
        "GET",
        "/api/v3/uiKlines",
        "symbol=BTCUSDT&interval=1d&timeZone=8",
    ),
    (ALICE, "GET", "/api/v3/executionRules", ""),
    (
        ALICE,
        "GET",
        "/api/v3/historicalBlockTrades",
        "symbol=BTCUSDT&fromId=1",
    ),
    (ALICE, "GET", "/api/v3/avgPrice", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/ticker/24hr", "symbol=BTCUSDT"),
    (ALICE, "GET", "/api/v3/ticker/24hr", "type=MINI"),
    (ALICE, "GET", "/api/v3/ticker", "symbol=BTCUSDT"),
    (
        ALICE,
        "GET",
        "/api/v3/ticker/tradingDay",
        "symbol=BTCUSDT&type=MINI",
    ),
    (ALICE, "GET", "/api/v3/ticker/price", ""),
    (ALICE, "GET", "/api/v3/ticker/bookTicker", "symbol=BTCUSDT"),
    (
        BOB,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&idempotencyKey=once",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&pegPriceType=PRIMARY_PEG&pegOffsetType=PRICE_LEVEL&pegOffsetValue=0",
    ),
    (
        BOB,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=89",
    ),
    (
        ALICE,
        "POST",
        "/api/v3/order",
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&pegPriceType=PRIMARY_PEG&pegOffsetType=PRICE_LEVEL&pegOffsetValue=1&newOrderRespType=RESULT",
    ),
    (ALICE, "GET", "/api/v3/openOrders", "symbol=BTCUSDT"),
    (ALICE, "DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"),
    (BOB, "GET", "/v1/outcome", "idempotencyKey=once"),
    (
        ALICE,
        "POST",
        "/v1/countdownCancelAll",
        "symbol=BTCUSDT&countdownTime=60000",
    ),
    (
        ALICE,
        "POST",
        "/v1/countdownCancelAll",
        "symbol=BTCUSDT&countdownTime=0",
    ),
    (
        ALICE,
        "POST",
        "/sapi/v1/algo/spot/newOrderTwap",
        "symbol=BTCUSDT&side=BUY&quantity=1&duration=300&limitPrice=80&clientAlgoId=spread&stpMode=EXPIRE_TAKER",
    ),
    (
        ALICE,
        "GET",
        "/v1/algo/twap/preview",
        "symbol=BTCUSDT&side=BUY&quantity=1&duration=300&limitPrice=80",
    ),
    (ALICE, "GET", "/sapi/v1/algo/spot/openOrders", ""),
    (
        ALICE,
        "DELETE",
        "/sapi/v1/algo/spot/order",
        "clientAlgoId=spread",
    ),
    (
        ALICE,
        "GET",
        "/sapi/v1/algo/spot/historicalOrders",
        "symbol=BTCUSDT&side=BUY&startTime=0&page=1&pageSize=10",
    ),
    (ALICE, "GET", "/sapi/v1/algo/spot/subOrders", "algoId=1"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_as_described() {
    let world = World::start().await;
    let document = parsed(openapi::text());
    let reference = world.hold(1).await;
    world
        .command(Command::SettleWithdrawal {
            reference,
            destination: None,
        })
        .await;
    world.hold(2).await;
    let mut asked = BTreeSet::new();
    for (who, method, path, query) in SESSION {
        let answer = world.signed(*who, method, path, query).await;
        assert_eq!(answer.status, 200, "{method} {path} {}", answer.body);
        described(&document, method, path, &answer.json());
        asked.insert(((*method).to_owned(), (*path).to_owned()));
    }
    let listen_key = user_stream(&world, &document, "POST", "").await;
    let listen_key = listen_key["listenKey"].as_str().expect("a key").to_owned();
    for method in ["PUT", "DELETE"] {
        user_stream(
            &world,
            &document,
            method,
            &format!("?listenKey={listen_key}"),
        )
        .await;
    }
    for endpoint in ENDPOINTS {
        let method = endpoint.method.as_str();
        let is_asked = asked.contains(&(method.to_owned(), endpoint.path.to_owned()));
        let apart = [
            "/api/v3/userDataStream",
            "/dev/session",
            "/dev/faucet",
            "/dev/reset",
            "/v1/session",
            "/v1/sessions",
            "/v1/keys",
            "/v1/kyc/documents",
            "/v1/passkeys",
            "/v1/security",
            "/v1/factorReset",
            "/v1/order/changes",
            "/v1/account/ledger",
            "/v1/account/at",
            "/v1/account/volume",
            "/v1/account/statement",
            "/v1/account/taxLots",
            "/v1/account/orders",
            "/v1/account/trades",
            "/v1/account/orderHistory",
            "/v1/account/tradeHistory",
            "/v1/account/equity",
            "/v1/account/profit",
            "/v1/subaccounts/transfers",
            "/v1/addresses",
            "/v1/withdrawals",
            "/sapi/v1/capital/withdraw/apply",
        ];
        let is_login = matches!(endpoint.access, Access::Sandbox | Access::Guest)
            || endpoint.route.takes_form()
            || endpoint.route == Route::EnrolFactor;
        let is_of_users = OF_USERS.iter().any(|row| row.1 == endpoint.path);
        if is_asked || is_login || is_of_users || apart.contains(&endpoint.path) {
            continue;
        }
        if !endpoint.route.is_offered() {
            let (query, code) = match endpoint.route {
                Route::DepositAddress => ("coin=BTC", -1020),
                Route::Transfer => ("type=MAIN_FUNDING&asset=BTC&amount=1", -1020),
                Route::ReferencePrice => ("symbol=BTCUSDT", -2043),
                _ => ("", -1020),
            };
            let refused = world.signed(ALICE, method, endpoint.path, query).await;
            assert_eq!(refused.error().1, code, "{}", endpoint.path);
            continue;
        }
        let answer = world.get(endpoint.path).await;
        assert_eq!(answer.status, 200, "{}", endpoint.path);
        let is_json = answer.header("content-type") == Some("application/json;charset=UTF-8");
        if is_json {
            described(&document, method, endpoint.path, &answer.json());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_of_browsers_are_as_described() {
    let world = World::start().await;
    let document = parsed(openapi::text());
    world.gateway.admit_guests(vec![Guest {
        name: "alice".to_owned(),
        account: AccountId(1),
    }]);
    let mut headers = String::new();
    for (method, path, query) in [
        ("POST", "/dev/session", "?name=alice"),
        ("GET", "/v1/session", ""),
        ("DELETE", "/v1/session", ""),
    ] {
        let target = format!("{path}{query}");
        let answer = world
            .client()
            .await
            .send(method, &target, &headers, "")
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        described(&document, method, path, &answer.json());
        if let (Some(cookie), Some(csrf)) = (
            answer.header("set-cookie"),
            answer.json()["csrfToken"].as_str(),
        ) {
            headers = format!("Cookie: {cookie}\r\nX-BOURSE-CSRF: {csrf}\r\n");
        }
    }
}

async fn user_stream(world: &World, document: &Value, method: &str, query: &str) -> Value {
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    let path = "/api/v3/userDataStream";
    let target = format!("{path}{query}");
    let answer = world.client().await.send(method, &target, &key, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    described(document, method, path, &answer.json());
    answer.json()
}

/// Holds an answer to what the document says of its target, with or without a query.
pub fn described(document: &Value, method: &str, target: &str, answer: &Value) {
    let path = target.split('?').next().expect("a path");
    let operation = &document["paths"][path][&method.to_ascii_lowercase()];
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path}");
    let checked = check(document, schema, answer, "answer");
    assert_eq!(checked, Ok(()), "{method} {path} {answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_done_and_refused_requests_answer_as_described() {
    let world = World::start().await;
    let document = parsed(openapi::text());
    let replace = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&cancelOrderId=99";
    for (path, query, status) in [
        (
            "/api/v3/order/cancelReplace",
            format!("{replace}&cancelReplaceMode=ALLOW_FAILURE"),
            "409",
        ),
        (
            "/api/v3/order/cancelReplace",
            format!("{replace}&cancelReplaceMode=STOP_ON_FAILURE"),
            "400",
        ),
        (
            "/api/v3/order",
            "symbol=NONE&side=BUY&type=MARKET".to_owned(),
            "400",
        ),
    ] {
        let answer = world.signed(ALICE, "POST", path, &query).await;
        assert_eq!(answer.status.to_string(), status, "{}", answer.body);
        let response = &document["components"]["responses"][&format!("Error{status}")];
        let schema = &response["content"]["application/json"]["schema"];
        assert_eq!(check(&document, schema, &answer.json(), "answer"), Ok(()));
    }
}

/// What may be there and what must, each seen at least once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outcomes_of_every_kind_are_as_described() {
    let world = World::start().await;
    let document = parsed(openapi::text());
    let maker = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    for (key, method, path, query, status) in [
        ("placed", "POST", ORDER, maker, 200),
        (
            "cancelled",
            "DELETE",
            ORDER,
            "symbol=BTCUSDT&orderId=1",
            200,
        ),
        ("refused", "DELETE", ORDER, "symbol=BTCUSDT&orderId=9", 400),
        (
            "half",
            "POST",
            "/api/v3/order/cancelReplace",
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=9",
            409,
        ),
        (
            "counted",
            "POST",
            "/v1/countdownCancelAll",
            "symbol=BTCUSDT&countdownTime=60000",
            200,
        ),
    ] {
        let query = format!("{query}&idempotencyKey={key}");
        let answer = world.signed(ALICE, method, path, &query).await;
        assert_eq!(answer.status, status, "{key} {}", answer.body);
    }
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, record) in [
        ("placed", "OutcomeAccepted"),
        ("cancelled", "OutcomeAccepted"),
        ("half", "OutcomeAccepted"),
        ("counted", "OutcomeAccepted"),
        ("refused", "OutcomeRejected"),
        ("never", "OutcomeUnknown"),
    ] {
        let query = format!("idempotencyKey={key}");
        let answer = world.signed(ALICE, "GET", "/v1/outcome", &query).await;
        let answer = answer.json();
        described(&document, "GET", "/v1/outcome", &answer);
        let schema = &document["components"]["schemas"][record];
        assert_eq!(check(&document, schema, &answer, key), Ok(()), "{answer}");
        let members = answer.as_object().expect("an object").keys().cloned();
        seen.entry(record.to_owned()).or_default().extend(members);
    }
    for (record, seen) in seen {
        let schema = &document["components"]["schemas"][&record];
        assert_eq!(seen, members_of(schema), "{record}");
    }
}

/// Returns the names of the members that an object may have.
pub fn members_of(schema: &Value) -> BTreeSet<String> {
    let properties = schema["properties"].as_object().expect("members");
    properties.keys().cloned().collect()
}

/// A strict gateway refuses what it does not know: the document and the reader of requests must know the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strict_gateway_takes_pegs_of_every_order_and_answers_as_described() {
    let world = World::start_with(Setting {
        strictness: Strictness::Strict,
        ..Setting::STANDARD
    })
    .await;
    let document = parsed(openapi::text());
    world.limit(BOB, "BUY", "1", "90").await;
    world.limit(BOB, "SELL", "1", "100").await;
    let peg = |leg: &str| {
        let name = |rest: &str| match leg {
            "" => format!("peg{rest}"),
            leg => format!("{leg}Peg{rest}"),
        };
        let (price, offset, value) = (name("PriceType"), name("OffsetType"), name("OffsetValue"));
        format!("{price}=PRIMARY_PEG&{offset}=PRICE_LEVEL&{value}=0")
    };
    let working = "workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingPrice=90&workingQuantity=1";
    for (path, query) in [
        (
            ORDER,
            format!("side=BUY&type=LIMIT_MAKER&quantity=1&{}", peg("")),
        ),
        (
            "/api/v3/order/test",
            format!("side=BUY&type=LIMIT_MAKER&quantity=1&{}", peg("")),
        ),
        (
            "/api/v3/order/cancelReplace",
            format!(
                "side=BUY&type=LIMIT_MAKER&quantity=1&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=3&{}",
                peg("")
            ),
        ),
        (
            "/api/v3/order/oco",
            format!(
                "side=SELL&quantity=1&price=110&stopPrice=80&stopLimitPrice=79&stopLimitTimeInForce=GTC&{}&{}",
                peg("limit"),
                peg("stop")
            ),
        ),
        (
            "/api/v3/orderList/oco",
            format!(
                "side=SELL&quantity=1&aboveType=LIMIT_MAKER&belowType=STOP_LOSS_LIMIT&belowTimeInForce=GTC&belowStopPrice=80&{}&{}",
                peg("above"),
                peg("below")
            ),
        ),
        (
            "/api/v3/orderList/oto",
            format!(
                "{working}&pendingType=LIMIT_MAKER&pendingSide=SELL&pendingQuantity=1&{}&{}",
                peg("working"),
                peg("pending")
            ),
        ),
        (
            "/api/v3/orderList/otoco",
            format!(
                "{working}&pendingSide=SELL&pendingQuantity=1&pendingAboveType=LIMIT_MAKER&pendingBelowType=STOP_LOSS_LIMIT&pendingBelowTimeInForce=GTC&pendingBelowStopPrice=80&{}&{}&{}",
                peg("working"),
                peg("pendingAbove"),
                peg("pendingBelow")
            ),
        ),
    ] {
        let query = format!("symbol=BTCUSDT&{query}");
        let answer = world.signed(ALICE, "POST", path, &query).await;
        assert_eq!(answer.status, 200, "{path} {}", answer.body);
        described(&document, "POST", path, &answer.json());
        if path.contains("/orderList/") || path.ends_with("/oco") {
            let all = "symbol=BTCUSDT";
            world
                .signed(ALICE, "DELETE", "/api/v3/openOrders", all)
                .await;
        }
    }
}

/// Returns the streams of a market and the overviews, as clients name them, with the channel of each.
fn streams(document: &Value) -> Vec<(String, &Value)> {
    let channels = document["channels"].as_object().expect("channels");
    let addressed = channels.values().filter_map(|channel| {
        let address = channel["address"].as_str()?;
        let name = address
            .replace("{symbol}", "btcusdt")
            .replace("{interval}", "1m");
        name.contains('@').then_some((name, channel))
    });
    addressed.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_stream_tells_what_is_described() {
    let world = World::start().await;
    let document = parsed(asyncapi::text());
    let streams = streams(&document);
    let names: Vec<&str> = streams.iter().map(|(name, _)| name.as_str()).collect();
    let mut socket = Socket::open(
        world.address,
        &format!("/stream?streams={}", names.join("/")),
    )
    .await;
    socket
        .say(r#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
        .await;
    let listed = socket.hear().await;
    assert_eq!(
        listed["result"].as_array().map(Vec::len),
        Some(names.len()),
        "{listed}"
    );
    world.limit(ALICE, "SELL", "2", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    let mut heard = BTreeSet::new();
    while heard.len() < streams.len() {
        let message = socket.hear().await;
        let name = message["stream"].as_str().expect("a stream").to_owned();
        let found = streams.iter().find(|(known, _)| *known == name);
        let (_, channel) = found.unwrap_or_else(|| panic!("{name} is not described"));
        let schema = &channel["messages"]["message"]["payload"];
        let checked = check(&document, schema, &message["data"], &name);
        assert_eq!(checked, Ok(()), "{message}");
        heard.insert(name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn methods_and_user_data_are_as_described() {
    let world = World::start().await;
    let document = parsed(asyncapi::text());
    let channel = &document["channels"]["webSocketApi"]["messages"];
    let event = &channel["event"]["payload"];
    let error = &channel["error"]["payload"];
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let listen = "userDataStream.subscribe.signature";
    let subscribed = socket.ask_signed(login, listen, json!({})).await;
    let answer = &channel["userDataStream_subscribe_signature_answer"]["payload"];
    assert_eq!(check(&document, answer, &subscribed, "answer"), Ok(()));
    let order = json!({"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "100"});
    let pair = json!({"symbol": "BTCUSDT", "side": "SELL", "quantity": "1", "aboveType": "LIMIT_MAKER", "abovePrice": "110", "belowType": "STOP_LOSS", "belowStopPrice": "95"});
    let all = json!({"symbol": "BTCUSDT"});
    for (method, params, schema) in [
        ("order.place", order, "order_place_answer"),
        ("orderList.place.oco", pair, "orderList_place_oco_answer"),
        ("openOrders.cancelAll", all, "openOrders_cancelAll_answer"),
        ("account.status", json!({}), "account_status_answer"),
        ("session.status", json!({}), "session_status_answer"),
        (
            "session.subscriptions",
            json!({}),
            "session_subscriptions_answer",
        ),
    ] {
        let mut message = socket.ask_signed(login, method, params).await;
        while !message["event"].is_null() {
            assert_eq!(
                check(&document, event, &message, "event"),
                Ok(()),
                "{message}"
            );
            message = socket.hear().await;
        }
        let schema = &channel[schema]["payload"];
        assert_eq!(
            check(&document, schema, &message, method),
            Ok(()),
            "{message}"
        );
    }
    let refused = socket.ask("order.place", json!({})).await;
    assert_eq!(
        check(&document, error, &refused, "error"),
        Ok(()),
        "{refused}"
    );
}
