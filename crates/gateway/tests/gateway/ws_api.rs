//! The WebSocket API: the answers of REST in another envelope.

use std::time::{Duration, Instant};

use crate::limits::wait_for_room_in_the_minute;
use crate::socket::{Socket, payload, signed, stamped};
use crate::world::{ALICE, BOB, READER, Setting, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signer, SigningKey};
use gateway::clock;
use gateway::config::{Limiting, RequestLimits};
use gateway::weights::Weights;
use identity::address::AddressRule;
use identity::identity::KeyTerms;
use identity::key::Signing;
use model::account::Scopes;
use model::command::Command;
use model::id::AccountId;
use model::time::Timestamp;
use serde_json::{Value, json};

const API: &str = "/ws-api/v3";

fn limit(side: &str, qty: &str, price: &str) -> Value {
    json!({
        "symbol": "BTCUSDT", "side": side, "type": "LIMIT", "timeInForce": "GTC",
        "quantity": qty, "price": price,
    })
}

fn error(answer: &Value) -> (i64, i64, String) {
    let error = &answer["error"];
    (
        answer["status"].as_i64().expect("a status"),
        error["code"].as_i64().expect("a code"),
        error["msg"].as_str().expect("a text").to_owned(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_placed_asked_for_amended_and_cancelled() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    let placed = socket
        .ask_signed(alice, "order.place", limit("BUY", "2", "100"))
        .await;
    assert_eq!(placed["status"], 200, "{placed}");
    assert_eq!(placed["id"], 1);
    let order = placed["result"]["orderId"].clone();
    let by_id = json!({"symbol": "BTCUSDT", "orderId": order});
    let found = socket
        .ask_signed(alice, "order.status", by_id.clone())
        .await;
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let rest = world.signed(ALICE, "GET", "/api/v3/order", &query).await;
    assert_eq!(found["result"], rest.json(), "both dialects say the same");
    let open = socket
        .ask_signed(alice, "openOrders.status", json!({"symbol": "BTCUSDT"}))
        .await;
    assert_eq!(open["result"], json!([rest.json()]));
    let mut amended = by_id.clone();
    amended["newQty"] = json!("1");
    let amended = socket
        .ask_signed(alice, "order.amend.keepPriority", amended)
        .await;
    assert_eq!(amended["result"]["amendedOrder"]["qty"], "1.00000000");
    let mut moved = by_id.clone();
    moved["newQty"] = json!("1.5");
    let moved = socket.ask_signed(alice, "order.amend", moved).await;
    assert_eq!(moved["result"]["amendedOrder"]["qty"], "1.50000000");
    let cancelled = socket
        .ask_signed(alice, "order.cancel", by_id.clone())
        .await;
    assert_eq!(cancelled["result"]["status"], "CANCELED");
    let again = socket.ask_signed(alice, "order.cancel", by_id).await;
    assert_eq!(
        error(&again),
        (400, -2011, "Unknown order sent.".to_owned())
    );
}

/// Clients of the dialect send numbers; none of them becomes a float here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_is_a_number_is_read_as_its_digits_are_written() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    let mut order = limit("BUY", "2", "100");
    (order["quantity"], order["price"]) = (json!(2), json!(100.5));
    let placed = socket.ask_signed(alice, "order.place", order.clone()).await;
    assert_eq!(placed["result"]["price"], "100.50000000", "{placed}");
    // The sum of 0.1 and 0.2 as a float writes it.
    order["price"] = json!(0.1 + 0.2);
    let refused = socket.ask_signed(alice, "order.place", order.clone()).await;
    assert_eq!(error(&refused).0, 400, "{refused}");
    order["price"] = json!(1e-7);
    let refused = socket.ask_signed(alice, "order.place", order).await;
    assert_eq!(error(&refused).0, 400, "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_public_method_says_what_rest_says() {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "0.5", "100").await;
    let mut socket = Socket::open(world.address, API).await;
    for (method, params, target) in [
        ("ping", json!({}), "/api/v3/ping"),
        (
            "depth",
            json!({"symbol": "BTCUSDT", "limit": 5}),
            "/api/v3/depth?symbol=BTCUSDT&limit=5",
        ),
        (
            "trades.recent",
            json!({"symbol": "BTCUSDT"}),
            "/api/v3/trades?symbol=BTCUSDT",
        ),
        (
            "trades.historical",
            json!({"symbol": "BTCUSDT", "fromId": 0}),
            "/api/v3/historicalTrades?symbol=BTCUSDT&fromId=0",
        ),
        (
            "trades.aggregate",
            json!({"symbol": "BTCUSDT"}),
            "/api/v3/aggTrades?symbol=BTCUSDT",
        ),
        (
            "klines",
            json!({"symbol": "BTCUSDT", "interval": "1d"}),
            "/api/v3/klines?symbol=BTCUSDT&interval=1d",
        ),
        (
            "avgPrice",
            json!({"symbol": "BTCUSDT"}),
            "/api/v3/avgPrice?symbol=BTCUSDT",
        ),
        (
            "ticker.price",
            json!({"symbols": ["BTCUSDT"]}),
            "/api/v3/ticker/price?symbols=[%22BTCUSDT%22]",
        ),
        (
            "ticker.book",
            json!({"symbol": "BTCUSDT"}),
            "/api/v3/ticker/bookTicker?symbol=BTCUSDT",
        ),
    ] {
        let answer = socket.ask(method, params).await;
        assert_eq!(answer["status"], 200, "{method} {answer}");
        assert_eq!(answer["result"], world.get(target).await.json(), "{method}");
    }
    let info = socket.ask("v3/exchangeInfo", json!({})).await;
    assert_eq!(info["result"]["symbols"][0]["symbol"], "BTCUSDT");
    let day = socket
        .ask("ticker.24hr", json!({"symbol": "BTCUSDT"}))
        .await;
    assert_eq!(day["result"]["lastPrice"], "100.00000000");
    let time = socket.ask("time", json!({})).await;
    assert!(time["result"]["serverTime"].is_i64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_comes_back_with_its_type_and_errors_with_status_and_code() {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3?returnRateLimits=false").await;
    for id in ["7", "\"7\"", "null", "\"0b4e-é\""] {
        socket
            .say(&format!(r#"{{"id":{id},"method":"ping"}}"#))
            .await;
        let expected: Value = serde_json::from_str(id).expect("JSON");
        assert_eq!(
            socket.hear().await,
            json!({"id": expected, "status": 200, "result": {}})
        );
    }
    for (text, status, code) in [
        ("nonsense", 400, -1135),
        (r#"{"id":1,"method":"order.dance"}"#, 400, -1020),
        (r#"{"id":1}"#, 400, -1102),
        (r#"{"id":1,"method":"depth"}"#, 400, -1102),
        (
            r#"{"id":1,"method":"depth","params":{"symbol":"NOPE"}}"#,
            400,
            -1121,
        ),
        (r#"{"id":1,"method":"account.status"}"#, 401, -2014),
        (r#"{"id":1,"method":"session.logon"}"#, 401, -2014),
    ] {
        socket.say(text).await;
        let answer = socket.hear().await;
        let (found_status, found_code, _) = error(&answer);
        assert_eq!((found_status, found_code), (status, code), "{text}");
        assert!(answer.get("result").is_none() && answer.get("rateLimits").is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_covers_the_sorted_parameters_as_they_are_or_encoded() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    let mut encoded = stamped(limit("BUY", "1", "100"));
    encoded["apiKey"] = json!(alice.public_id);
    encoded["newClientOrderId"] = json!("a:b");
    let text = payload(&encoded).replace("a:b", "a%3Ab");
    encoded["signature"] = json!(crate::world::hmac_hex(&alice.secret, text.as_bytes()));
    let placed = socket.ask("order.place", encoded).await;
    assert_eq!(placed["status"], 200, "{placed}");

    let mut changed = signed(alice, limit("BUY", "1", "100"));
    changed["price"] = json!("101");
    let refused = socket.ask("order.place", changed).await;
    assert_eq!(error(&refused).1, -1022);
    let mut foreign = signed(&world.logins[BOB], limit("BUY", "1", "100"));
    foreign["apiKey"] = json!(alice.public_id);
    assert_eq!(error(&socket.ask("order.place", foreign).await).1, -1022);
    let reader = &world.logins[READER];
    let refused = socket
        .ask_signed(reader, "order.place", limit("BUY", "1", "100"))
        .await;
    assert_eq!((error(&refused).0, error(&refused).1), (401, -2015));
    let mut late = json!({"symbol": "BTCUSDT"});
    late["recvWindow"] = json!(0.5);
    let mut late = signed(alice, late);
    late["timestamp"] = json!(1);
    assert_eq!(error(&socket.ask("openOrders.status", late).await).1, -1021);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_logged_on_need_not_sign_until_it_logs_out() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    let before = socket.ask("session.status", json!({})).await;
    assert_eq!(before["result"]["apiKey"], Value::Null);
    let place = stamped(limit("BUY", "1", "100"));
    assert_eq!(
        error(&socket.ask("order.place", place.clone()).await).1,
        -2014
    );
    let mut wrong = signed(alice, json!({}));
    wrong["signature"] = json!("0".repeat(64));
    assert_eq!(error(&socket.ask("session.logon", wrong).await).1, -1022);

    let logged_on = socket.ask_signed(alice, "session.logon", json!({})).await;
    assert_eq!(logged_on["result"]["apiKey"], json!(alice.public_id));
    assert!(logged_on["result"]["authorizedSince"].is_i64());
    let placed = socket.ask("order.place", place).await;
    assert_eq!(placed["status"], 200, "{placed}");
    let unstamped = socket.ask("account.status", json!({})).await;
    assert_eq!(error(&unstamped).1, -1102, "the time is still needed");
    let of_bob = socket
        .ask_signed(&world.logins[BOB], "openOrders.status", json!({}))
        .await;
    assert_eq!(
        of_bob["result"],
        json!([]),
        "a request may name another key"
    );
    let mut unsigned = stamped(json!({}));
    unsigned["apiKey"] = json!(world.logins[BOB].public_id);
    let unsigned = socket.ask("account.status", unsigned).await;
    assert_eq!(error(&unsigned).1, -1102, "and then must be signed");

    world.command(Command::RevokeKey { key: alice.key }).await;
    socket.expect_close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_logged_out_stays_open_and_is_nobodys() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    socket.ask_signed(alice, "session.logon", json!({})).await;
    let out = socket.ask("session.logout", json!({})).await;
    assert_eq!(out["result"]["apiKey"], Value::Null);
    world.command(Command::RevokeKey { key: alice.key }).await;
    // Two looks at rights later.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let after = socket.ask("account.status", stamped(json!({}))).await;
    assert_eq!(error(&after).1, -2014);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_socket_placed_before_its_key_ended_is_answered_before_it_closes() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    socket.ask_signed(alice, "session.logon", json!({})).await;
    let method = "userDataStream.subscribe";
    socket.ask(method, json!({})).await;
    for _ in 0..20 {
        let request = stamped(limit("BUY", "1", "100"));
        socket.request("order.place", request).await;
    }
    let revoked_at = Instant::now();
    world.command(Command::RevokeKey { key: alice.key }).await;
    let mut placed = 0;
    while let Some(told) = socket.next().await {
        placed += usize::from(told["status"] == 200);
    }
    // A busy machine may have had too little of the half second.
    let is_late = Duration::from_millis(500) <= revoked_at.elapsed();
    let open = world.gateway.hub().views().open_orders(AccountId(1)).len();
    assert!(is_late || open == placed, "{open} placed, {placed} told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ed25519_key_logs_on() {
    let world = World::start().await;
    let signing = SigningKey::from_bytes(&[3; 32]);
    let public = signing.verifying_key();
    let pem = public.to_public_key_pem(LineEnding::LF).expect("a PEM");
    let terms = KeyTerms {
        account: AccountId(1),
        label: "ed25519".to_owned(),
        scopes: Scopes::ALL,
        addresses: AddressRule::Loopback,
        signing: Signing::Parameters,
    };
    let identity = world.gateway.identity();
    let issued = identity.create_ed25519_key(&terms, &pem, clock::now());
    let (key, public_id) = issued.await.expect("issued");
    world
        .command(Command::CreateKey {
            key,
            account: AccountId(1),
            scopes: Scopes::ALL,
            expires_at: Timestamp::MAX,
            grant: None,
        })
        .await;
    let mut params = stamped(json!({"apiKey": public_id}));
    let signature = signing.sign(payload(&params).as_bytes());
    params["signature"] = json!(STANDARD.encode(signature.to_bytes()));
    let mut socket = Socket::open(world.address, API).await;
    let logged_on = socket.ask("session.logon", params.clone()).await;
    assert_eq!(logged_on["result"]["apiKey"], json!(public_id));
    let placed = socket
        .ask("order.place", stamped(limit("BUY", "1", "100")))
        .await;
    assert_eq!(placed["status"], 200, "{placed}");
    params["recvWindow"] = json!(4_000);
    let changed = socket.ask("session.logon", params).await;
    assert_eq!(error(&changed).1, -1022);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_answered_in_their_order() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    let place = signed(alice, limit("BUY", "1", "100"));
    socket.request("order.place", place).await;
    socket.request("ping", json!({})).await;
    socket
        .request("session.logon", signed(alice, json!({})))
        .await;
    let all = stamped(json!({"symbol": "BTCUSDT"}));
    socket.request("openOrders.cancelAll", all).await;
    socket.say("nonsense").await;
    let mut heard = Vec::new();
    for _ in 0..5 {
        let answer = socket.hear().await;
        heard.push((answer["id"].clone(), answer["status"].clone()));
    }
    let expected = [
        (json!(1), json!(200)),
        (json!(2), json!(200)),
        (json!(3), json!(200)),
        (json!(4), json!(200)),
        (json!(null), json!(400)),
    ];
    assert_eq!(heard, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_weigh_what_the_operator_set() {
    wait_for_room_in_the_minute().await;
    let mut weights = Weights::PUBLISHED;
    for (name, weight) in [
        ("socket_open", 30),
        ("socket_session", 400),
        ("depth", 10),
        ("socket_resume", 5_000),
    ] {
        weights.set(name, weight);
    }
    let limits = RequestLimits {
        weight_per_minute: 50_000,
        ..RequestLimits::UPSTREAM
    };
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(limits),
        weights,
        ..Setting::STANDARD
    })
    .await;
    let mut socket = Socket::open(world.address, API).await;
    let mut total = 30;
    for (method, params, weight) in [
        ("depth", json!({"symbol": "BTCUSDT", "limit": 1000}), 100),
        ("session.status", json!({}), 400),
        (
            "userDataStream.subscribe",
            json!({"resumeFrom": "x"}),
            5_000,
        ),
    ] {
        total += weight;
        let answer = socket.ask(method, params).await;
        let counted = &answer["rateLimits"][0];
        assert_eq!(
            (&counted["limit"], &counted["count"]),
            (&json!(50_000), &json!(total)),
            "{answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_say_what_of_the_limits_is_used() {
    let limits = RequestLimits {
        orders_per_ten_seconds: 1,
        weight_per_minute: 60,
        ..RequestLimits::UPSTREAM
    };
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(limits),
        ..Setting::STANDARD
    })
    .await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    let placed = socket
        .ask_signed(alice, "order.place", limit("BUY", "1", "100"))
        .await;
    let weight = json!({
        "rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1,
        "limit": 60, "count": 2,
    });
    let seconds = json!({
        "rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 1, "count": 1,
    });
    let day = json!({
        "rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200_000, "count": 1,
    });
    assert_eq!(
        placed["rateLimits"],
        json!([seconds, day, weight]),
        "opening weighs two, a placed order nothing"
    );
    let refused = socket
        .ask_signed(alice, "order.place", limit("BUY", "1", "100"))
        .await;
    assert_eq!((error(&refused).0, error(&refused).1), (429, -1015));
    let data = &refused["error"]["data"];
    assert!(data["serverTime"].as_i64() < data["retryAfter"].as_i64());
    let hidden = socket.ask("ping", json!({"returnRateLimits": false})).await;
    assert!(hidden.get("rateLimits").is_none());
    let mut status = 200;
    for _ in 0..4 {
        let answer = socket.ask("exchangeInfo", json!({})).await;
        status = answer["status"].as_i64().expect("a status");
    }
    assert_eq!(
        status, 429,
        "sockets and REST share the weight of an address"
    );
    assert_eq!(world.get("/api/v3/ping").await.status, 429);
}
