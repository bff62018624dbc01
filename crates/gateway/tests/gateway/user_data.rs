//! What owners of accounts are told, by every way to listen.

use std::sync::Arc;

use crate::client::Answer;
use crate::socket::{Socket, stamped};
use crate::world::{ALICE, BOB, World};
use gateway::clock;
use gateway::user_data::kept_keys;
use gateway::ws::fanout::Fanout;
use identity::listen_key::ListenKey;
use model::approved::{Act, Adjustment, Approval, Others};
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, OperatorId, ProposalId, Reference};
use model::number::Amount;
use serde_json::{Value, json};

const API: &str = "/ws-api/v3";
const STREAM: &str = "/api/v3/userDataStream";

async fn with_key(world: &World, who: usize, method: &str, query: &str) -> Answer {
    let headers = format!("X-MBX-APIKEY: {}\r\n", world.logins[who].public_id);
    let target = format!("{STREAM}?{query}");
    world
        .client()
        .await
        .send(method, &target, &headers, "")
        .await
}

async fn listen_key(world: &World, who: usize) -> String {
    let answer = with_key(world, who, "POST", "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    body["listenKey"].as_str().expect("a listen key").to_owned()
}

/// Opens a socket under a listen key; the answer to a question shows that it stands.
pub async fn listen(world: &World, who: usize) -> Socket {
    let key = listen_key(world, who).await;
    let mut socket = Socket::open(world.address, &format!("/ws/{key}")).await;
    socket
        .say(r#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
        .await;
    assert_eq!(socket.hear().await, json!({"result": [key], "id": 1}));
    socket
}

/// Subscribes over the WebSocket API by a signature.
async fn subscribe(world: &World, who: usize) -> Socket {
    let mut socket = Socket::open(world.address, API).await;
    let method = "userDataStream.subscribe.signature";
    let login = &world.logins[who];
    let answer = socket.ask_signed(login, method, json!({})).await;
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!(answer["result"], json!({"subscriptionId": 0}));
    socket
}

fn pick(event: &Value, names: &[&str]) -> Vec<String> {
    let text = |name: &&str| match &event[*name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    names.iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_its_fills_and_its_balances_are_told_in_their_order() {
    let world = World::start().await;
    let mut alice = listen(&world, ALICE).await;
    let mut bob = listen(&world, BOB).await;
    let maker = world.limit(ALICE, "SELL", "1", "100").await;
    let report = alice.hear().await;
    let times = report["E"].clone();
    assert!(times.is_i64());
    assert_eq!(
        report,
        json!({
            "e": "executionReport", "E": times, "s": "BTCUSDT", "c": report["c"], "S": "SELL",
            "o": "LIMIT", "f": "GTC", "q": "1.00000000", "p": "100.00000000",
            "P": "0.00000000", "F": "0.00000000", "g": -1, "C": "", "x": "NEW", "X": "NEW",
            "r": "NONE", "i": maker, "l": "0.00000000", "z": "0.00000000", "L": "0.00000000",
            "n": "0", "N": null, "T": times, "t": -1, "I": report["I"], "w": true, "m": false,
            "M": false, "O": times, "Z": "0.00000000", "Y": "0.00000000", "Q": "0.00000000",
            "W": times, "V": "EXPIRE_MAKER",
        })
    );
    let position = alice.hear().await;
    let at = position["E"].clone();
    assert_eq!(
        position,
        json!({
            "e": "outboundAccountPosition", "E": at, "u": at,
            "B": [{"a": "BTC", "f": "49.00000000", "l": "1.00000000"}],
        })
    );
    world.limit(ALICE, "SELL", "1", "101").await;
    alice.hear().await;
    alice.hear().await;
    bob.expect_silence().await;

    let taker = world.limit(BOB, "BUY", "3", "101").await;
    let keys = [
        "x", "X", "i", "l", "L", "z", "Z", "Y", "n", "N", "t", "m", "w",
    ];
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(pick(&bob.hear().await, &keys));
    }
    let taker = taker.to_string();
    let rows = [
        [
            "NEW",
            "NEW",
            &taker,
            "0.00000000",
            "0.00000000",
            "0.00000000",
            "0.00000000",
            "0.00000000",
            "0",
            "null",
            "-1",
            "false",
            "true",
        ],
        [
            "TRADE",
            "PARTIALLY_FILLED",
            &taker,
            "1.00000000",
            "100.00000000",
            "1.00000000",
            "100.00000000",
            "100.00000000",
            "0.00100000",
            "BTC",
            "1",
            "false",
            "true",
        ],
        [
            "TRADE",
            "PARTIALLY_FILLED",
            &taker,
            "1.00000000",
            "101.00000000",
            "2.00000000",
            "201.00000000",
            "101.00000000",
            "0.00100000",
            "BTC",
            "2",
            "false",
            "true",
        ],
    ];
    assert_eq!(heard, rows);
    let position = bob.hear().await;
    assert_eq!(
        position["B"],
        json!([
            {"a": "BTC", "f": "51.99800000", "l": "0.00000000"},
            {"a": "USDT", "f": "4999698.00000000", "l": "101.00000000"},
        ])
    );
    let first = alice.hear().await;
    assert_eq!(
        pick(&first, &["x", "X", "i", "n", "N", "m", "w"]),
        [
            "TRADE",
            "FILLED",
            &maker.to_string(),
            "0.10000000",
            "USDT",
            "true",
            "false"
        ]
    );
    assert_eq!(pick(&alice.hear().await, &["x", "X"]), ["TRADE", "FILLED"]);
    assert_eq!(alice.hear().await["e"], "outboundAccountPosition");

    world.limit(ALICE, "SELL", "1", "101").await;
    alice.hear().await;
    assert_eq!(pick(&alice.hear().await, &["x", "X"]), ["TRADE", "FILLED"]);
    assert_eq!(
        pick(&bob.hear().await, &["x", "X", "z", "m"]),
        ["TRADE", "FILLED", "3.00000000", "true"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_an_amendment_and_an_expiry_say_what_they_are() {
    let world = World::start().await;
    let mut alice = listen(&world, ALICE).await;
    let order = world
        .order(
            ALICE,
            "side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=100&newClientOrderId=mine",
        )
        .await;
    let keys = ["x", "X", "c", "C", "q"];
    assert_eq!(
        pick(&alice.hear().await, &keys),
        ["NEW", "NEW", "mine", "", "2.00000000"]
    );
    alice.hear().await;
    let query = format!("symbol=BTCUSDT&orderId={order}&newQty=1&newClientOrderId=less");
    let path = "/api/v3/order/amend/keepPriority";
    assert_eq!(world.signed(ALICE, "PUT", path, &query).await.status, 200);
    assert_eq!(
        pick(&alice.hear().await, &keys),
        ["REPLACED", "NEW", "less", "mine", "1.00000000"]
    );
    alice.hear().await;
    let query = format!("symbol=BTCUSDT&orderId={order}&newPrice=99&newQty=1.5");
    let answer = world.signed(ALICE, "POST", "/v1/order/amend", &query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        pick(&alice.hear().await, &["x", "X", "c", "C", "p", "q"]),
        [
            "REPLACED",
            "NEW",
            "less",
            "less",
            "99.00000000",
            "1.50000000"
        ]
    );
    let position = alice.hear().await;
    assert_eq!(
        position["B"],
        json!([{"a": "USDT", "f": "4999851.50000000", "l": "148.50000000"}])
    );
    let query = format!("symbol=BTCUSDT&orderId={order}&newClientOrderId=bye");
    let cancelled = world.signed(ALICE, "DELETE", "/api/v3/order", &query).await;
    assert_eq!(cancelled.json()["clientOrderId"], "bye");
    assert_eq!(
        pick(&alice.hear().await, &keys),
        ["CANCELED", "CANCELED", "bye", "less", "1.50000000"]
    );
    let position = alice.hear().await;
    assert_eq!(
        position["B"],
        json!([{"a": "USDT", "f": "5000000.00000000", "l": "0.00000000"}])
    );
    world
        .order(
            ALICE,
            "side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=100&newClientOrderId=now",
        )
        .await;
    assert_eq!(pick(&alice.hear().await, &["x", "X"]), ["NEW", "NEW"]);
    assert_eq!(
        pick(&alice.hear().await, &["x", "X", "c", "C", "eR", "w"]),
        [
            "EXPIRED",
            "EXPIRED",
            "now",
            "",
            "UNFILLED_IOC_QUANTITY_EXPIRED",
            "false"
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replacement_tells_both_of_its_orders() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "1", "100").await;
    let mut alice = listen(&world, ALICE).await;
    let query = format!(
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=2&price=99\
         &cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={order}&cancelNewClientOrderId=bye"
    );
    let path = "/api/v3/order/cancelReplace";
    let replaced = world.signed(ALICE, "POST", path, &query).await;
    assert_eq!(replaced.status, 200, "{}", replaced.body);
    let closed = alice.hear().await;
    let id = order.to_string();
    assert_eq!(
        pick(&closed, &["x", "X", "c", "i"]),
        ["CANCELED", "CANCELED", "bye", &id]
    );
    assert_eq!(
        pick(&alice.hear().await, &["x", "X", "p"]),
        ["NEW", "NEW", "99.00000000"]
    );
    assert_eq!(alice.hear().await["e"], "outboundAccountPosition");
    alice.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prevented_match_is_told_once_with_its_counterpart() {
    let world = World::start().await;
    let maker = world.limit(ALICE, "SELL", "1", "100").await;
    let mut alice = listen(&world, ALICE).await;
    let taker = world.limit(ALICE, "BUY", "1", "100").await;
    let (maker, taker) = (maker.to_string(), taker.to_string());
    assert_eq!(pick(&alice.hear().await, &["x", "i"]), ["NEW", &taker]);
    let prevented = alice.hear().await;
    assert_eq!(
        pick(&prevented, &["x", "X", "i", "U", "Cs", "w", "t", "v"]),
        [
            "TRADE_PREVENTION",
            "EXPIRED_IN_MATCH",
            &maker,
            &taker,
            "BTCUSDT",
            "false",
            "-1",
            "1"
        ]
    );
    assert_eq!(alice.hear().await["e"], "outboundAccountPosition");
    alice.expect_silence().await;

    let query = "side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.25&price=100\
                 &selfTradePreventionMode=DECREMENT";
    let small = world.order(ALICE, query).await.to_string();
    assert_eq!(pick(&alice.hear().await, &["x", "i"]), ["NEW", &small]);
    let keys = ["x", "X", "i", "B", "pL", "pY"];
    let mut told = [alice.hear().await, alice.hear().await].map(|event| pick(&event, &keys));
    told.sort();
    let mut expected = [
        [
            "TRADE_PREVENTION",
            "EXPIRED_IN_MATCH",
            &small,
            "0.25000000",
            "100.00000000",
            "25.00000000",
        ],
        [
            "TRADE_PREVENTION",
            "NEW",
            &taker,
            "0.25000000",
            "100.00000000",
            "25.00000000",
        ],
    ];
    expected.sort();
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_from_outside_is_told_as_a_difference_and_as_a_balance() {
    let world = World::start().await;
    let mut alice = subscribe(&world, ALICE).await;
    let deposit = Deposit {
        reference: Reference([9; 32]),
        chain: ChainId(0),
        account: AccountId(1),
        asset: AssetId(1),
        amount: Amount::new(12_345).expect("legal"),
    };
    world.command(Command::CreditDeposit(deposit)).await;
    let update = alice.hear().await;
    assert_eq!(update["subscriptionId"], 0);
    assert_eq!(
        pick(&update["event"], &["e", "a", "d"]),
        ["balanceUpdate", "USDT", "0.00012345"]
    );
    let position = alice.hear().await;
    assert_eq!(
        position["event"]["B"],
        json!([{"a": "USDT", "f": "5000000.00012345", "l": "0.00000000"}])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_operators_take_is_told_as_a_difference_and_as_a_balance() {
    let world = World::start().await;
    let mut alice = subscribe(&world, ALICE).await;
    let approval = Approval {
        proposal: ProposalId(1),
        digest: Reference([1; 32]),
        proposer: OperatorId(1),
        approver: OperatorId(2),
    };
    let act = Act::Adjust(Adjustment {
        account: AccountId(1),
        asset: AssetId(1),
        amount: Amount::new(-12_345).expect("legal"),
        reason: Reference([2; 32]),
    });
    let act = Box::new(act);
    let others = Others::NONE;
    let command = Command::Approved {
        approval,
        others,
        act,
    };
    world.command(command).await;
    let update = alice.hear().await;
    assert_eq!(
        pick(&update["event"], &["e", "a", "d"]),
        ["balanceUpdate", "USDT", "-0.00012345"]
    );
    let position = alice.hear().await;
    assert_eq!(
        position["event"]["B"],
        json!([{"a": "USDT", "f": "4999999.99987655", "l": "0.00000000"}])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listen_key_is_kept_shared_wrapped_and_given_up() {
    let world = World::start().await;
    let key = listen_key(&world, ALICE).await;
    assert_eq!(key.len(), 64);
    assert_eq!(listen_key(&world, ALICE).await, key, "the active one");
    assert_ne!(listen_key(&world, BOB).await, key);
    let query = format!("listenKey={key}");
    assert_eq!(with_key(&world, ALICE, "PUT", &query).await.body, "{}");
    for method in ["PUT", "DELETE"] {
        let foreign = with_key(&world, BOB, method, &query).await.error();
        let expected = (400, -1125, "This listenKey does not exist.".to_owned());
        assert_eq!(foreign, expected);
        let missing = with_key(&world, ALICE, method, "").await.error();
        assert_eq!(missing.1, -1102);
    }
    let unnamed = world.client().await.send("POST", STREAM, "", "").await;
    assert_eq!(unnamed.error().1, -2014);

    let mut plain = listen(&world, ALICE).await;
    let target = format!("/stream?streams={key}/btcusdt@trade");
    let mut wrapped = Socket::open(world.address, &target).await;
    wrapped
        .say(r#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
        .await;
    wrapped.hear().await;
    world.limit(ALICE, "BUY", "1", "100").await;
    assert_eq!(plain.hear().await["x"], "NEW");
    let told = wrapped.hear().await;
    assert_eq!(
        (&told["stream"], &told["data"]["x"]),
        (&json!(key), &json!("NEW"))
    );
    plain.hear().await;
    wrapped.hear().await;

    assert_eq!(with_key(&world, ALICE, "DELETE", &query).await.body, "{}");
    let last = plain.hear().await;
    assert_eq!(pick(&last, &["e", "listenKey"]), ["listenKeyExpired", &key]);
    assert_eq!(wrapped.hear().await["data"]["e"], "listenKeyExpired");
    world.limit(ALICE, "BUY", "1", "100").await;
    plain.expect_silence().await;
    assert_eq!(
        with_key(&world, ALICE, "PUT", &query).await.error().1,
        -1125
    );
    assert_ne!(listen_key(&world, ALICE).await, key);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listen_keys_are_asked_for_over_a_socket_too() {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, API).await;
    let named = json!({"apiKey": world.logins[ALICE].public_id});
    let started = socket.ask("userDataStream.start", named.clone()).await;
    assert_eq!(
        started["result"]["listenKey"],
        json!(listen_key(&world, ALICE).await)
    );
    let mut with_listen_key = named;
    with_listen_key["listenKey"] = started["result"]["listenKey"].clone();
    for method in ["userDataStream.ping", "userDataStream.stop"] {
        let answer = socket.ask(method, with_listen_key.clone()).await;
        assert_eq!(answer["result"], json!({}), "{method} {answer}");
    }
    let gone = socket.ask("userDataStream.ping", with_listen_key).await;
    assert_eq!(gone["error"]["code"], -1125);
    let unnamed = socket.ask("userDataStream.start", json!({})).await;
    assert_eq!(unnamed["error"]["code"], -2014);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_subscribes_without_a_signature_and_its_end_ends_that() {
    let world = World::start().await;
    let alice = &world.logins[ALICE];
    let mut socket = Socket::open(world.address, API).await;
    let early = socket.ask("userDataStream.subscribe", json!({})).await;
    assert_eq!(early["error"]["code"], -2014);
    socket.ask_signed(alice, "session.logon", json!({})).await;
    let first = socket.ask("userDataStream.subscribe", json!({})).await;
    assert_eq!(first["result"], json!({"subscriptionId": 0}));
    let again = socket.ask("userDataStream.subscribe", json!({})).await;
    assert_eq!(again["error"]["code"], -2035);
    let of_bob = "userDataStream.subscribe.signature";
    let second = socket
        .ask_signed(&world.logins[BOB], of_bob, json!({}))
        .await;
    assert_eq!(second["result"], json!({"subscriptionId": 1}));
    let status = socket.ask("session.status", json!({})).await;
    assert_eq!(status["result"]["userDataStream"], true);
    let list = socket.ask("session.subscriptions", json!({})).await;
    assert_eq!(
        list["result"],
        json!([{"subscriptionId": 0}, {"subscriptionId": 1}])
    );

    let place = stamped(json!({
        "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
        "quantity": "1", "price": "100",
    }));
    socket.request("order.place", place).await;
    let report = socket.hear().await;
    assert_eq!(
        report["event"]["x"], "NEW",
        "what a request did comes before its answer"
    );
    assert_eq!(report["subscriptionId"], 0);
    assert_eq!(socket.hear().await["event"]["e"], "outboundAccountPosition");
    assert_eq!(socket.hear().await["result"]["status"], "NEW");

    socket.ask("session.logout", json!({})).await;
    let last = socket.hear().await;
    assert_eq!(last["subscriptionId"], 0);
    assert_eq!(last["event"]["e"], "eventStreamTerminated");
    world.limit(BOB, "BUY", "1", "90").await;
    assert_eq!(socket.hear().await["subscriptionId"], 1);
    socket.hear().await;
    let only = json!({"subscriptionId": 1});
    let ended = socket.ask("userDataStream.unsubscribe", only.clone()).await;
    assert_eq!(ended["result"], json!({}));
    assert_eq!(socket.hear().await["event"]["e"], "eventStreamTerminated");
    let again = socket.ask("userDataStream.unsubscribe", only).await;
    assert_eq!(again["error"]["code"], -2036);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_ends_everything_by_its_right() {
    let world = World::start().await;
    let mut under_key = listen(&world, ALICE).await;
    let mut subscribed = subscribe(&world, ALICE).await;
    let name = listen_key(&world, ALICE).await;
    let key = world.logins[ALICE].key;
    let deposit = |number| {
        Command::CreditDeposit(Deposit {
            reference: Reference([number; 32]),
            chain: ChainId(0),
            account: AccountId(1),
            asset: AssetId(1),
            amount: Amount::new(1).expect("legal"),
        })
    };
    world.command(Command::RevokeKey { key }).await;
    world.command(deposit(8)).await;
    // The revocation itself ends them, and not the next look at what time has ended: nothing after it is told.
    assert_eq!(
        subscribed.hear().await["event"]["e"],
        "eventStreamTerminated"
    );
    assert_eq!(under_key.hear().await["e"], "listenKeyExpired");
    subscribed.expect_close().await;
    under_key.expect_close().await;
    let target = format!("/ws/{name}");
    let mut late = Socket::open(world.address, &target).await;
    world.command(deposit(9)).await;
    late.expect_silence().await;
    let refused = with_key(&world, ALICE, "POST", "").await;
    assert_eq!(refused.error().1, -2015);
}

/// Returns what is written down of listen keys.
async fn written(world: &World) -> Vec<ListenKey> {
    let written = world.gateway.identity().listen_keys(clock::now()).await;
    written.expect("read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_of_a_listen_key_is_written_before_it_is_answered() {
    let world = World::start().await;
    let name = listen_key(&world, ALICE).await;
    let first = written(&world).await.remove(0);
    assert_eq!((&first.name, first.account), (&name, AccountId(1)));
    let query = format!("listenKey={name}");
    with_key(&world, ALICE, "PUT", &query).await;
    let second = written(&world).await.remove(0);
    assert!(first.expires_at < second.expires_at, "for another hour");

    // What another process is told of it.
    let streams = Arc::clone(Fanout::new(world.gateway.config()).user_streams());
    let identity = world.gateway.identity();
    kept_keys::restore(&streams, identity, clock::now()).await;
    assert!(streams.extend(&name, second.key, clock::now()).is_ok());
    kept_keys::save(&streams, identity).await;
    assert!(second.expires_at < written(&world).await[0].expires_at);

    with_key(&world, ALICE, "DELETE", &query).await;
    assert_eq!(written(&world).await, []);
}

/// The next start would give it back otherwise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listen_key_that_a_revoked_key_ends_is_not_kept() {
    let world = World::start().await;
    listen_key(&world, ALICE).await;
    assert_eq!(written(&world).await.len(), 1);
    let key = world.logins[ALICE].key;
    world.command(Command::RevokeKey { key }).await;
    for _ in 0..1_000 {
        if written(&world).await.is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it is still kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_that_left_leaves_nothing_behind() {
    let world = World::start().await;
    let streams = world.gateway.fanout().user_streams();
    assert!(streams.listeners().is_none());
    let alice = subscribe(&world, ALICE).await;
    let account = AccountId(1);
    assert!(streams.listeners().is_some_and(|found| found.has(account)));
    drop(alice);
    for _ in 0..1_000 {
        if streams.listeners().is_none() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it is still listened to");
}
