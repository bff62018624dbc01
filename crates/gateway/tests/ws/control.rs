//! What clients say, and what they are answered.

use gateway::config::{Bounds, Limiting, RequestLimits};
use gateway::ws::counters::{CutOff, Label};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Client, Heard};
use crate::host::Host;

/// An error in both of its shapes.
fn error(code: u8, msg: &str, id: &Value) -> Value {
    json!({"code": code, "msg": msg, "error": {"code": code, "msg": msg}, "id": id})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_question_has_its_answer() {
    let host = Host::start().await;
    let mut client = Client::open(host.address, "/ws/btcusdt@trade").await;
    let names = "params must be an array of stream names";
    for (question, answer) in [
        (
            json!({"method": "SUBSCRIBE", "params": ["BTCUSDT@kline_1m", "x"], "id": 1}),
            json!({"result": null, "id": 1}),
        ),
        (
            json!({"method": "LIST_SUBSCRIPTIONS", "id": "list"}),
            json!({"result": ["btcusdt@trade", "BTCUSDT@kline_1m", "x"], "id": "list"}),
        ),
        (
            json!({"method": "UNSUBSCRIBE", "params": ["BTCUSDT@TRADE", "y"], "id": -7}),
            json!({"result": null, "id": -7}),
        ),
        (
            json!({"method": "LIST_SUBSCRIPTIONS", "id": null}),
            json!({"result": ["BTCUSDT@kline_1m", "x"], "id": null}),
        ),
        (
            json!({"method": "GET_PROPERTY", "params": ["combined"], "id": 2}),
            json!({"result": false, "id": 2}),
        ),
        (
            json!({"method": "SET_PROPERTY", "params": ["combined", true], "id": 3}),
            json!({"result": null, "id": 3}),
        ),
        (
            json!({"method": "GET_PROPERTY", "params": ["combined"]}),
            json!({"result": true, "id": null}),
        ),
        (
            json!({"method": "GET_PROPERTY", "params": ["colour"], "id": 4}),
            error(0, "Unknown property", &json!(4)),
        ),
        (
            json!({"method": "SET_PROPERTY", "params": ["combined", 1], "id": 5}),
            error(1, "Invalid value type: expected Boolean", &json!(5)),
        ),
        (
            json!({"method": "SUBSCRIBE", "params": "btcusdt@trade", "id": "a"}),
            error(2, &format!("Invalid request: {names}"), &json!("a")),
        ),
        (
            json!({"method": "DANCE", "id": 6}),
            error(2, "Invalid request: unknown method", &json!(6)),
        ),
    ] {
        assert_eq!(client.ask(question.clone()).await, answer, "{question}");
    }
    client.say("{\"method\"").await;
    assert_eq!(client.message().await["code"], 3);
    client
        .send(Message::binary(
            br#"{"method":"LIST_SUBSCRIPTIONS","id":8}"#.to_vec(),
        ))
        .await;
    assert_eq!(client.message().await["id"], 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_are_wrapped_from_the_moment_it_is_asked_for() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws/btcusdt@trade").await;
    for is_combined in [false, true, false] {
        let question =
            json!({"method": "SET_PROPERTY", "params": ["combined", is_combined], "id": 1});
        client.ask(question).await;
        host.exchange.trade(1, 1_000);
        let message = client.message().await;
        assert_eq!(message["data"].is_object(), is_combined, "{message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_under_two_names_is_told_once_until_it_is_left() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws/btcusdt@trade").await;
    client.subscribe(&["BTCUSDT@trade", "btcusdt@trade"]).await;
    assert_eq!(host.fanout.counters().subscriptions(Label::Trade), 1);
    host.exchange.trade(1, 1_000);
    assert_eq!(client.message().await["t"], 1);
    client.expect_silence().await;
    client
        .ask(json!({"method": "UNSUBSCRIBE", "params": ["btcusdt@trade"], "id": 1}))
        .await;
    assert_eq!(host.fanout.counters().subscriptions(Label::Trade), 0);
    host.exchange.trade(1, 1_000);
    client.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bare_and_numbered_sockets_open_and_stay_open() {
    let mut host = Host::start().await;
    let mut clients = Vec::new();
    for target in [
        "/ws",
        "/ws/",
        "/ws/0",
        "/ws/a/b/c",
        "/stream",
        "/stream?streams=",
        "/stream-spot/ws/7",
    ] {
        clients.push(Client::open(host.address, target).await);
    }
    host.exchange.trade(1, 1_000);
    for client in &mut clients {
        let listed = client
            .ask(json!({"method": "LIST_SUBSCRIPTIONS", "id": 1}))
            .await;
        assert!(listed["result"].is_array());
    }
    assert_eq!(host.fanout.counters().connections(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_has_no_more_streams_than_it_may() {
    let host = Host::start().await;
    let mut client = Client::open(host.address, "/ws/btcusdt@trade").await;
    let names: Vec<String> = (0..1_024).map(|index| format!("x{index}@trade")).collect();
    let question = json!({"method": "SUBSCRIBE", "params": names, "id": 1});
    let refused = client.ask(question).await;
    assert_eq!(
        refused,
        error(2, "Invalid request: too many streams", &json!(1))
    );
    assert_eq!(host.fanout.counters().subscriptions(Label::Trade), 1);
    let question = json!({"method": "SUBSCRIBE", "params": names[..1_023], "id": 2});
    assert_eq!(client.ask(question).await, json!({"result": null, "id": 2}));
    let question = json!({"method": "SUBSCRIBE", "params": ["y@trade"], "id": 3});
    assert_eq!(client.ask(question).await["code"], 2);
    let again = json!({"method": "SUBSCRIBE", "params": ["BTCUSDT@trade"], "id": 4});
    assert_eq!(client.ask(again).await, json!({"result": null, "id": 4}));
    drop(client);
    while 0 < host.fanout.counters().connections() {
        tokio::time::sleep(core::time::Duration::from_millis(5)).await;
    }
    assert_eq!(host.fanout.counters().subscriptions(Label::Trade), 0);

    let names: Vec<String> = (0..1_025).map(|index| index.to_string()).collect();
    let target = format!("/stream?streams={}", names.join("/"));
    assert_eq!(
        Client::try_open(host.address, &target).await.err(),
        Some(400)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_says_no_more_than_five_things_a_second() {
    let limiting = Limiting::Limited(RequestLimits::UPSTREAM);
    let host = Host::start_with(limiting, Bounds::STANDARD).await;
    let mut client = Client::open(host.address, "/ws").await;
    let question = json!({"method": "LIST_SUBSCRIPTIONS", "id": 1});
    for _ in 0..5 {
        client.ask(question.clone()).await;
    }
    tokio::time::sleep(core::time::Duration::from_millis(1_100)).await;
    for _ in 0..5 {
        client.ask(question.clone()).await;
    }
    client.say(&question.to_string()).await;
    assert_eq!(
        client.hear().await,
        Heard::Closed(1008, "too many messages".to_owned())
    );
    assert_eq!(host.fanout.counters().cut_offs(CutOff::Abuse), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlimited_client_says_what_it_likes() {
    let host = Host::start().await;
    let mut client = Client::open(host.address, "/ws").await;
    for id in 0..50 {
        let question = json!({"method": "LIST_SUBSCRIPTIONS", "id": id});
        assert_eq!(client.ask(question).await["id"], id);
    }
    assert_eq!(host.fanout.counters().messages_in(), 50);
    assert_eq!(host.fanout.counters().messages_out(Label::Control), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_opens_no_more_sockets_than_it_may() {
    let mut limits = RequestLimits::UPSTREAM;
    limits.sockets_per_five_minutes = 3;
    let host = Host::start_with(Limiting::Limited(limits), Bounds::STANDARD).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(Client::open(host.address, "/ws").await);
    }
    assert_eq!(Client::try_open(host.address, "/ws").await.err(), Some(429));
    clients[0].subscribe(&["btcusdt@trade"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exchange_has_no_more_sockets_than_it_may() {
    let bounds = Bounds {
        connections_max: 2,
        ..Bounds::STANDARD
    };
    let host = Host::start_with(Limiting::Unlimited(RequestLimits::UPSTREAM), bounds).await;
    let first = Client::open(host.address, "/ws").await;
    let mut second = Client::open(host.address, "/ws").await;
    second
        .ask(json!({"method": "LIST_SUBSCRIPTIONS", "id": 1}))
        .await;
    assert_eq!(Client::try_open(host.address, "/ws").await.err(), Some(503));
    drop(first);
    while 2 <= host.fanout.counters().connections() {
        tokio::time::sleep(core::time::Duration::from_millis(5)).await;
    }
    Client::open(host.address, "/ws").await;
}
