//! Cancel on disconnect: orders that go with the socket that stands for them.

use std::time::{Duration, Instant};

use crate::socket::{Socket, signed, stamped};
use crate::world::{ALICE, BOB, READER, World};
use serde_json::{Value, json};

const API: &str = "/ws-api/v3";

/// Logs on; with symbols, the socket stands for their orders.
async fn log_on(world: &World, who: usize, symbols: Option<&str>) -> (Socket, Value) {
    let mut socket = Socket::open(world.address, API).await;
    let params = match symbols {
        Some(symbols) => json!({"cancelOnDisconnect": symbols}),
        None => json!({}),
    };
    let params = signed(&world.logins[who], params);
    let answer = socket.ask("session.logon", params).await;
    (socket, answer)
}

async fn open_orders(world: &World, who: usize) -> usize {
    let path = "/api/v3/openOrders";
    let open = world.signed(who, "GET", path, "symbol=BTCUSDT").await;
    open.json().as_array().expect("a list").len()
}

async fn place(socket: &mut Socket, price: u32) {
    let params = stamped(json!({
        "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
        "quantity": "1", "price": price.to_string(),
    }));
    let placed = socket.ask("order.place", params).await;
    assert_eq!(placed["status"], 200, "{placed}");
}

/// Waits until the account has this many open orders; they are to be there within a second.
async fn expect_open(world: &World, who: usize, count: usize) {
    let started = Instant::now();
    while open_orders(world, who).await != count {
        assert!(started.elapsed() < Duration::from_secs(1), "not in time");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_orders_of_a_socket_that_breaks_go_within_a_second_and_no_others() {
    let world = World::start().await;
    world.limit(BOB, "BUY", "1", "90").await;
    let (mut socket, answer) = log_on(&world, ALICE, Some("BTCUSDT")).await;
    let guarded = json!(["BTCUSDT"]);
    assert_eq!(answer["result"]["cancelOnDisconnect"], guarded, "{answer}");
    let status = socket.ask("session.status", json!({})).await;
    assert_eq!(status["result"]["cancelOnDisconnect"], guarded);
    place(&mut socket, 100).await;
    place(&mut socket, 101).await;
    expect_open(&world, ALICE, 2).await;
    // Without a close frame: the peer is just gone.
    drop(socket);
    expect_open(&world, ALICE, 0).await;
    assert_eq!(open_orders(&world, BOB).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_a_socket_that_did_not_ask_for_it_stay() {
    let world = World::start().await;
    let (mut socket, answer) = log_on(&world, ALICE, None).await;
    let result = answer["result"].as_object().expect("an object");
    assert!(!result.contains_key("cancelOnDisconnect"), "{answer}");
    place(&mut socket, 100).await;
    drop(socket);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(open_orders(&world, ALICE).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_and_a_new_login_end_what_the_socket_stands_for() {
    let world = World::start().await;
    let (mut socket, _) = log_on(&world, ALICE, Some("BTCUSDT")).await;
    place(&mut socket, 100).await;
    let status = socket.ask("session.logout", json!({})).await;
    let result = status["result"].as_object().expect("an object");
    assert!(!result.contains_key("cancelOnDisconnect"));
    drop(socket);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(open_orders(&world, ALICE).await, 1);

    let (mut socket, _) = log_on(&world, ALICE, Some("BTCUSDT")).await;
    let again = signed(&world.logins[ALICE], json!({}));
    socket.ask("session.logon", again).await;
    drop(socket);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(open_orders(&world, ALICE).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_two_sockets_takes_the_orders_of_the_account_with_it() {
    let world = World::start().await;
    let (first, _) = log_on(&world, ALICE, Some("BTCUSDT")).await;
    let (mut second, _) = log_on(&world, ALICE, Some("BTCUSDT")).await;
    place(&mut second, 100).await;
    drop(first);
    expect_open(&world, ALICE, 0).await;
    place(&mut second, 100).await;
    expect_open(&world, ALICE, 1).await;
    drop(second);
    expect_open(&world, ALICE, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_socket_stands_for_is_checked() {
    let world = World::start().await;
    let many = ["BTCUSDT"; 2].join(",");
    for (who, symbols, code) in [
        (ALICE, "", -1105),
        (ALICE, "NOPE", -1121),
        (ALICE, "BTC USDT", -1100),
        (ALICE, &*many, -1151),
        (READER, "BTCUSDT", -2015),
    ] {
        let (_, answer) = log_on(&world, who, Some(symbols)).await;
        assert_eq!(answer["error"]["code"], code, "{symbols} {answer}");
    }
}
