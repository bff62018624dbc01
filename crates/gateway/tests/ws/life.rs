//! How sockets live and end: pings, age and the end of the exchange.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use gateway::clock;
use gateway::config::{Bounds, Limiting, RequestLimits};
use gateway::ws::counters::CutOff;
use gateway::ws::fanout::Stopping;
use serde_json::{Value, json};

use crate::client::{Client, Heard};
use crate::host::Host;
use crate::raw::{FINAL, PING, PONG, RawClient, masked};

const UNLIMITED: Limiting = Limiting::Unlimited(RequestLimits::UPSTREAM);

fn hasty() -> Bounds {
    Bounds {
        ping_period: Duration::from_millis(100),
        pong_timeout: Duration::from_millis(400),
        ..Bounds::STANDARD
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_answers_pings_stays() {
    let host = Host::start_with(UNLIMITED, hasty()).await;
    let mut client = RawClient::open(host.address, "/ws").await;
    for _ in 0..10 {
        let ping = client.frame().await.expect("a ping");
        assert_eq!(ping.opcode, PING);
        assert!(!ping.payload.is_empty());
        client.send(&masked(FINAL | PONG, &ping.payload)).await;
    }
    assert_eq!(host.fanout.counters().cut_offs(CutOff::Pong), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_answers_something_else_is_cut_off() {
    let host = Host::start_with(UNLIMITED, hasty()).await;
    for answer in [None, Some(b"" as &[u8]), Some(b"999")] {
        let mut client = RawClient::open(host.address, "/ws").await;
        let code = loop {
            let frame = client.frame().await.expect("a frame");
            if frame.opcode != PING {
                break frame.payload;
            }
            if let Some(answer) = answer {
                client.send(&masked(FINAL | PONG, answer)).await;
            }
        };
        assert_eq!(
            code,
            [&1008_u16.to_be_bytes() as &[u8], b"no pong"].concat()
        );
    }
    assert_eq!(host.fanout.counters().cut_offs(CutOff::Pong), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_of_the_client_is_answered_with_its_payload() {
    let host = Host::start().await;
    let mut client = RawClient::open(host.address, "/ws").await;
    client.send(&masked(FINAL | PING, b"are you there")).await;
    let pong = client.frame().await.expect("a pong");
    assert_eq!(
        (pong.opcode, pong.payload.as_slice()),
        (PONG, b"are you there" as &[u8])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_socket_is_told_and_then_closed() {
    let bounds = Bounds {
        socket_age_max: Duration::from_millis(600),
        ..Bounds::STANDARD
    };
    let host = Host::start_with(UNLIMITED, bounds).await;
    let opened = Instant::now();
    let before = clock::now();
    let mut raw = Client::open(host.address, "/ws").await;
    let mut combined = Client::open(host.address, "/stream?timeUnit=MICROSECOND").await;
    let news = raw.message().await;
    assert_eq!(news["e"], "serverShutdown");
    let wrapped = combined.message().await;
    assert_eq!(wrapped["stream"], "!serverShutdown");
    assert_eq!(wrapped["data"]["e"], "serverShutdown");
    let at = |news: &Value| news["E"].as_i64().expect("a moment");
    let told = before.millis()..=clock::now().millis();
    assert!(told.contains(&at(&news)), "{news}");
    assert!(told.contains(&(at(&wrapped["data"]) / 1_000)), "{wrapped}");
    // A notice gives time to open another socket: it is no goodbye.
    let end = Heard::Closed(1001, "24 hours are over".to_owned());
    assert!(opened.elapsed() < bounds.socket_age_max);
    for client in [&mut raw, &mut combined] {
        assert_eq!(client.hear().await, end);
    }
    assert!(bounds.socket_age_max <= opened.elapsed());
    assert_eq!(host.fanout.counters().cut_offs(CutOff::Age), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_told_first_and_closes_every_socket() {
    let mut host = Host::start().await;
    let mut raw = Client::open(host.address, "/ws/btcusdt@trade").await;
    let mut combined = Client::open(host.address, "/stream").await;
    combined.subscribe(&["btcusdt@trade"]).await;
    raw.subscribe(&["0"]).await;
    let at = host.exchange.at;
    let fanout = Arc::clone(&host.fanout);
    let grace = Duration::from_millis(400);
    let stopped = tokio::spawn(async move { fanout.shut_down(Stopping { at, grace }).await });

    let news = json!({"e": "serverShutdown", "E": at.millis()});
    assert_eq!(raw.message().await, news);
    let expected = json!({"stream": "!serverShutdown", "data": news});
    assert_eq!(combined.message().await, expected);
    // Whoever is still there is still told.
    host.exchange.trade(1, 1_000);
    for client in [&mut raw, &mut combined] {
        let end = loop {
            match client.hear().await {
                Heard::Message(_) => {}
                end => break end,
            }
        };
        assert_eq!(end, Heard::Closed(1001, "server shutdown".to_owned()));
    }
    stopped.await.expect("stopped");
    assert_eq!(host.fanout.counters().connections(), 0);
    assert_eq!(Client::try_open(host.address, "/ws").await.err(), Some(503));
}
