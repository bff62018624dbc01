//! What owners are told of orders that wait and of lists.

use crate::socket::Socket;
use crate::world::{ALICE, BOB, World};
use serde_json::{Value, json};

/// A market whose last price is 100, and a socket of alice's.
async fn traded() -> (World, Socket) {
    let world = World::start().await;
    world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let method = "userDataStream.subscribe.signature";
    let login = &world.logins[ALICE];
    let answer = socket.ask_signed(login, method, json!({})).await;
    assert_eq!(answer["status"], 200, "{answer}");
    (world, socket)
}

/// Returns what was told before a question is answered, without balances.
async fn told(socket: &mut Socket) -> Vec<Value> {
    let mut events = Vec::new();
    socket.request("ping", json!({})).await;
    loop {
        let mut heard = socket.hear().await;
        match heard.get_mut("event") {
            Some(event) if event["e"] == "outboundAccountPosition" => {}
            Some(event) => events.push(event.take()),
            None => return events,
        }
    }
}

fn lines(events: &[Value], names: &[&str]) -> Vec<String> {
    let line = |event: &Value| {
        let words = names.iter().map(|name| match &event[*name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        words.collect::<Vec<String>>().join(" ")
    };
    events.iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_says_since_when_it_trails() {
    let (world, mut alice) = traded().await;
    let from_95 = "side=SELL&type=STOP_LOSS&quantity=1&stopPrice=95&trailingDelta=2000";
    let order = world.order(ALICE, from_95).await;
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let row = async || {
        let answer = world.signed(ALICE, "GET", "/api/v3/order", &query).await;
        answer.json()
    };
    assert!(row().await["trailingTime"].is_null(), "95 is not reached");
    world.limit(BOB, "BUY", "1", "94").await;
    world.limit(ALICE, "SELL", "1", "94").await;
    let since = row().await["trailingTime"].as_i64().expect("a time");
    let begun = told(&mut alice).await;
    let trade = begun
        .iter()
        .rev()
        .find(|event| event["x"] == "TRADE")
        .expect("a trade");
    assert_eq!(trade["T"], since);
    world.limit(BOB, "BUY", "1", "93").await;
    world.limit(ALICE, "SELL", "1", "93").await;
    let answer = world.signed(ALICE, "DELETE", "/api/v3/order", &query).await;
    assert_eq!(answer.json()["trailingTime"], since, "{}", answer.body);
    let events = told(&mut alice).await;
    let cancelled = events.last().expect("the end of the order");
    assert_eq!(
        (&cancelled["x"], &cancelled["D"]),
        (&"CANCELED".into(), &since.into())
    );
    assert_eq!(begun[0]["d"], 2000);
    assert!(
        begun[0]["D"].is_null(),
        "it waited for 95 then: {}",
        begun[0]
    );
    assert_eq!(row().await["trailingTime"], since);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_told_when_it_waits_when_it_starts_and_when_it_trades() {
    let (world, mut alice) = traded().await;
    let stop = "side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=90&stopPrice=95\
                &trailingDelta=10&icebergQty=0.5";
    let order = world.order(ALICE, stop).await;
    let waiting = told(&mut alice).await;
    let keys = [
        "x", "X", "o", "P", "d", "F", "g", "w", "p", "q", "i", "W", "C",
    ];
    let expected = format!(
        "NEW NEW STOP_LOSS_LIMIT 95.00000000 10 0.50000000 -1 false 90.00000000 1.00000000 {order} null "
    );
    assert_eq!(lines(&waiting, &keys), [expected]);

    let plain = "side=SELL&type=STOP_LOSS&quantity=1&stopPrice=95";
    let plain = world.order(ALICE, plain).await;
    told(&mut alice).await;
    world.limit(BOB, "BUY", "2", "94").await;
    let seller = world.limit(ALICE, "SELL", "1", "94").await;
    let started = told(&mut alice).await;
    let keys = ["x", "X", "i", "z", "w"];
    assert_eq!(
        lines(&started, &keys),
        [
            format!("NEW NEW {seller} 0.00000000 true"),
            format!("TRADE FILLED {seller} 1.00000000 false"),
            format!("NEW NEW {plain} 0.00000000 true"),
            format!("TRADE FILLED {plain} 1.00000000 false"),
        ]
    );
    assert!(started[2]["W"].is_i64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_is_told_from_its_start_to_its_end() {
    let (world, mut alice) = traded().await;
    let pair = "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=110\
                &belowType=STOP_LOSS&belowStopPrice=90&listClientOrderId=both";
    let path = "/api/v3/orderList/oco";
    let placed = world.signed(ALICE, "POST", path, pair).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let placed = placed.json();
    let list = &placed["orderListId"];
    let [stop, limit] = [0, 1].map(|leg| placed["orders"][leg]["orderId"].clone());
    let started = told(&mut alice).await;
    assert_eq!(
        lines(&started[..2], &["x", "X", "i", "g", "w"]),
        [
            format!("NEW NEW {stop} {list} false"),
            format!("NEW NEW {limit} {list} true"),
        ]
    );
    let status = &started[2];
    assert_eq!(
        *status,
        json!({
            "e": "listStatus", "E": status["E"], "s": "BTCUSDT", "g": list, "c": "OCO",
            "l": "EXEC_STARTED", "L": "EXECUTING", "r": "NONE", "C": "both", "T": status["E"],
            "O": [
                {"s": "BTCUSDT", "i": stop, "c": placed["orders"][0]["clientOrderId"]},
                {"s": "BTCUSDT", "i": limit, "c": placed["orders"][1]["clientOrderId"]},
            ],
        })
    );
    assert_eq!(started.len(), 3);

    world.limit(BOB, "BUY", "1", "110").await;
    let ended = told(&mut alice).await;
    assert_eq!(
        lines(&ended[..2], &["x", "X", "i", "eR"]),
        [
            format!("EXPIRED EXPIRED {stop} OCO_TRIGGER"),
            format!("TRADE FILLED {limit} null"),
        ]
    );
    assert_eq!(
        lines(&ended[2..], &["e", "l", "L"]),
        ["listStatus ALL_DONE ALL_DONE"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pending_orders_are_told_as_such_and_then_as_new() {
    let (world, mut alice) = traded().await;
    let list = "symbol=BTCUSDT&workingType=LIMIT_MAKER&workingSide=BUY&workingPrice=98\
                &workingQuantity=1&pendingSide=SELL&pendingQuantity=0.5\
                &pendingAboveType=LIMIT_MAKER&pendingAbovePrice=120&pendingBelowType=STOP_LOSS\
                &pendingBelowStopPrice=90";
    let path = "/api/v3/orderList/otoco";
    let placed = world.signed(ALICE, "POST", path, list).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let orders = placed.json()["orders"].clone();
    let [working, stop, limit] = [0, 1, 2].map(|leg| orders[leg]["orderId"].clone());
    let keys = ["x", "X", "i", "w"];
    let started = told(&mut alice).await;
    assert_eq!(
        lines(&started[..3], &keys),
        [
            format!("NEW NEW {working} true"),
            format!("NEW PENDING_NEW {stop} false"),
            format!("NEW PENDING_NEW {limit} false"),
        ]
    );
    assert_eq!(started[3]["l"], "EXEC_STARTED");
    world.limit(BOB, "SELL", "1", "98").await;
    let activated = told(&mut alice).await;
    assert_eq!(
        lines(&activated[3..], &["e", "l", "L"]),
        ["listStatus UPDATED EXECUTING"]
    );
    assert_eq!(
        lines(&activated[..3], &keys),
        [
            format!("TRADE FILLED {working} false"),
            format!("NEW NEW {stop} false"),
            format!("NEW NEW {limit} true"),
        ]
    );
    let query = format!("symbol=BTCUSDT&orderId={limit}&newClientOrderId=bye");
    let cancelled = world.signed(ALICE, "DELETE", "/api/v3/order", &query).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    let mut ended = told(&mut alice).await;
    let status = ended.pop().expect("a list status");
    assert_eq!(status["l"], "ALL_DONE");
    let mut lines = lines(&ended, &["x", "X", "c"]);
    lines.dedup();
    assert_eq!(lines, ["CANCELED CANCELED bye"]);
    assert_eq!(ended.len(), 2);
}
