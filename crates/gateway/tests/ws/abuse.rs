//! Bytes that no honest client sends: each closes its own socket with the right code, and nothing else.

use gateway::config::{Bounds, Limiting, RequestLimits};
use gateway::ws::counters::CutOff;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{Client, PATIENCE};
use crate::host::Host;
use crate::raw::{BINARY, CLOSE, CONTINUATION, FINAL, PING, RawClient, TEXT, length, masked};

/// Bounds within which a large message is small enough to send quickly.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;

fn announced(first: u8, bytes: u64) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | 127];
    frame.extend_from_slice(&bytes.to_be_bytes());
    frame.extend_from_slice(&[0; 4]);
    frame
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_broken_frame_is_answered_with_its_code() {
    let host = Host::start().await;
    let too_large = vec![b'x'; MESSAGE_BYTES_MAX + 1];
    let half = vec![b'x'; MESSAGE_BYTES_MAX / 2 + 1];
    let unmasked = [vec![FINAL | TEXT], length(2, 0), b"{}".to_vec()].concat();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        (
            "2^63 bytes announced",
            announced(FINAL | TEXT, 1 << 63),
            1009,
        ),
        (
            "2^63-1 bytes announced",
            announced(FINAL | BINARY, u64::MAX >> 1),
            1009,
        ),
        ("a frame too large", masked(FINAL | TEXT, &too_large), 1009),
        (
            "pieces too large together",
            [masked(TEXT, &half), masked(FINAL | CONTINUATION, &half)].concat(),
            1009,
        ),
        ("no mask", unmasked, 1002),
        (
            "compressed",
            masked(FINAL | 0x40 | TEXT, b"\xcaH\x01\x00"),
            1002,
        ),
        ("reserved bit 2", masked(FINAL | 0x20 | TEXT, b"{}"), 1002),
        ("reserved bit 3", masked(FINAL | 0x10 | TEXT, b"{}"), 1002),
        ("data opcode 3", masked(FINAL | 3, b"{}"), 1002),
        ("control opcode 11", masked(FINAL | 11, b""), 1002),
        ("a ping in pieces", masked(PING, b"x"), 1002),
        ("a long ping", masked(FINAL | PING, &[0; 126]), 1002),
        (
            "a continuation of nothing",
            masked(FINAL | CONTINUATION, b"{}"),
            1002,
        ),
        (
            "a message within a message",
            [masked(TEXT, b"{"), masked(FINAL | TEXT, b"{}")].concat(),
            1002,
        ),
        ("a close of one byte", masked(FINAL | CLOSE, b"\x03"), 1002),
        (
            "a proper close",
            masked(FINAL | CLOSE, &1000_u16.to_be_bytes()),
            1000,
        ),
        (
            "a close with a foreign code",
            masked(FINAL | CLOSE, &999_u16.to_be_bytes()),
            1002,
        ),
        ("no UTF-8", masked(FINAL | TEXT, b"\xc3\x28"), 1007),
        ("a surrogate", masked(FINAL | TEXT, b"\xed\xa0\x80"), 1007),
        (
            "no UTF-8 across pieces",
            [
                masked(TEXT, b"\xe2\x82"),
                masked(FINAL | CONTINUATION, b"\x28"),
            ]
            .concat(),
            1007,
        ),
        (
            "binary that is no UTF-8",
            masked(FINAL | BINARY, b"\xff\xfe"),
            1007,
        ),
    ];
    for (name, bytes, code) in &cases {
        let mut client = RawClient::open(host.address, "/ws/btcusdt@trade").await;
        client.send(bytes).await;
        assert_eq!(client.close_code().await, Some(*code), "{name}");
        assert_eq!(client.frame().await, None, "{name}");
    }
    let mut honest = Client::open(host.address, "/ws").await;
    honest.subscribe(&["btcusdt@trade"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_endless_empty_pieces_ends() {
    let host = Host::start().await;
    let mut client = RawClient::open(host.address, "/ws").await;
    let empty = masked(CONTINUATION, b"");
    let pieces = empty.repeat(1_000);
    client.send(&masked(TEXT, b"")).await;
    let mut sent_bytes = 0;
    while sent_bytes < 64 * 1024 * 1024 && client.send(&pieces).await {
        sent_bytes += pieces.len();
    }
    assert!(sent_bytes < 16 * 1024 * 1024, "{sent_bytes}");
    assert_eq!(host.fanout.counters().cut_offs(CutOff::Abuse), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_pings_ends() {
    let limiting = Limiting::Limited(RequestLimits::UPSTREAM);
    let host = Host::start_with(limiting, Bounds::STANDARD).await;
    let mut client = RawClient::open(host.address, "/ws").await;
    let pings = masked(FINAL | PING, &[b'x'; 125]).repeat(100);
    client.send(&pings).await;
    assert_eq!(client.close_code().await, Some(1008));
    assert_eq!(host.fanout.counters().messages_in(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscribing_and_leaving_in_a_storm_leaves_nothing_behind() {
    let mut host = Host::start().await;
    let mut client = Client::open(host.address, "/ws").await;
    let names: Vec<String> = (0..1_000)
        .map(|index| format!("m{index}@depth@100ms"))
        .collect();
    for round in 0..20 {
        for method in ["SUBSCRIBE", "UNSUBSCRIBE"] {
            let question = json!({"method": method, "params": names, "id": round});
            assert_eq!(
                client.ask(question).await,
                json!({"result": null, "id": round})
            );
        }
    }
    assert_eq!(
        host.fanout
            .counters()
            .subscriptions(gateway::ws::counters::Label::Depth),
        0
    );
    host.exchange.trade(1, 1_000);
    host.exchange.beat(20);
    client.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_no_handshake_is_refused_in_the_usual_words() {
    let host = Host::start().await;
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let version = "Sec-WebSocket-Version: 13\r\n";
    for (method, path, headers, status) in [
        ("GET", "/ws", String::new(), 400),
        ("GET", "/ws", format!("{upgrade}{key}"), 400),
        ("GET", "/ws", format!("{upgrade}{version}"), 400),
        (
            "GET",
            "/ws",
            format!("{upgrade}{key}Sec-WebSocket-Version: 8\r\n"),
            400,
        ),
        (
            "GET",
            "/ws",
            format!("Connection: close\r\nUpgrade: websocket\r\n{key}{version}"),
            400,
        ),
        ("POST", "/ws", format!("{upgrade}{key}{version}"), 405),
        ("GET", "/ws/%zz", format!("{upgrade}{key}{version}"), 400),
        (
            "GET",
            "/stream?timeUnit=week",
            format!("{upgrade}{key}{version}"),
            400,
        ),
    ] {
        let mut stream = TcpStream::connect(host.address).await.expect("connects");
        let request = format!("{method} {path} HTTP/1.1\r\nHost: test\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"}") {
            let read = stream.read_buf(&mut answer);
            let bytes = timeout(PATIENCE, read)
                .await
                .expect("in time")
                .expect("an answer");
            assert!(0 < bytes);
        }
        let answer = String::from_utf8(answer).expect("ASCII");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}{answer}"
        );
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert!(body["code"].as_i64().is_some_and(|code| code < 0), "{body}");
    }
}
