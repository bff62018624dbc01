//! Hostile input: always a 4xx with code and text, never a 5xx, a hang or a changed book.

use std::time::Duration;

use crate::socket::Socket;
use crate::world::{ALICE, BOB, Setting, World};
use gateway::config::{Bounds, Limiting, RequestLimits};

const ORDER: &str = "/api/v3/order";

/// Percent-encodes everything but letters and digits.
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The corpus of numbers: those that are no legal price, each as the text inside its quotes.
fn bad_numbers() -> Vec<String> {
    let corpus = include_str!("../../../wire/tests/corpus/numbers.txt");
    let lines = corpus.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(_, text)| serde_json::from_str(text).expect("a JSON string"))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_number_is_refused_in_every_place_of_an_order() {
    let world = World::start().await;
    for number in bad_numbers() {
        let number = encode(&number);
        for query in [
            format!("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price={number}"),
            format!(
                "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity={number}&price=100"
            ),
            format!("symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty={number}"),
        ] {
            let answer = world.signed(ALICE, "POST", ORDER, &query).await;
            assert_eq!(answer.error().0, 400, "{query}");
        }
    }
    assert_nothing_happened(&world).await;
}

async fn assert_nothing_happened(world: &World) {
    for who in [ALICE, BOB] {
        assert_eq!(
            world
                .signed(who, "GET", "/api/v3/openOrders", "")
                .await
                .body,
            "[]"
        );
        let account = world.signed(who, "GET", "/api/v3/account", "").await.json();
        assert_eq!(account["balances"][0]["free"], "50.00000000");
        assert_eq!(account["balances"][1]["free"], "5000000.00000000");
    }
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(depth["lastUpdateId"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_texts_are_refused_in_every_text_parameter() {
    let world = World::start().await;
    let order = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=100";
    for text in [
        "'; DROP TABLE orders;--",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "\u{202e}evil",
        "🚀",
        "ВТСUSDT",
        "a\nINFO fake log line",
        "\u{1b}[31m",
        "\u{0}",
        "../../etc/passwd",
        "${jndi:ldap://x}",
        "__proto__",
        "%00",
        "null",
        "[]",
        "{}",
    ] {
        let encoded = encode(text);
        for query in [
            format!("symbol={encoded}&{order}"),
            format!("symbol=BTCUSDT&{order}&selfTradePreventionMode={encoded}"),
            format!("symbol=BTCUSDT&{order}&newOrderRespType={encoded}"),
            format!("symbol=BTCUSDT&side={encoded}&type=MARKET&quantity=1"),
            format!("symbol=BTCUSDT&side=BUY&type={encoded}&quantity=1"),
        ] {
            let answer = world.signed(ALICE, "POST", ORDER, &query).await;
            let (status, _, msg) = answer.error();
            assert_eq!(status, 400, "{query}");
            assert!(
                msg.is_ascii() && !msg.contains('<') && !msg.contains('\n'),
                "{msg}"
            );
        }
    }
    for long in ["a".repeat(37), "a".repeat(10_000)] {
        let query = format!("symbol=BTCUSDT&{order}&newClientOrderId={long}");
        assert_eq!(
            world.signed(ALICE, "POST", ORDER, &query).await.error().1,
            -1100
        );
    }
    assert_nothing_happened(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_ids_and_times_are_refused() {
    let world = World::start().await;
    for id in [
        "-1",
        "1e3",
        "0x1",
        "18446744073709551616",
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        "%20",
        "1.0",
    ] {
        for (method, path) in [
            ("GET", ORDER),
            ("DELETE", ORDER),
            ("GET", "/api/v3/myTrades"),
        ] {
            let query = format!("symbol=BTCUSDT&orderId={id}");
            let answer = world.signed(ALICE, method, path, &query).await;
            assert_eq!(answer.error().0, 400, "{method} {path} {id}");
        }
    }
    for query in [
        "startTime=2&endTime=1",
        "startTime=-62167219200000",
        "startTime=99999999999999999999",
        "endTime=abc",
        "limit=0",
        "limit=-1",
        "limit=99999999999999999999",
        "fromId=-1",
    ] {
        let target = format!("/api/v3/aggTrades?symbol=BTCUSDT&{query}");
        assert_eq!(world.get(&target).await.error().0, 400, "{query}");
    }
    for year in [0, 253_402_300_799_999_i64] {
        let target = format!("/api/v3/klines?symbol=BTCUSDT&interval=1d&startTime={year}");
        assert_eq!(world.get(&target).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_queries_are_refused() {
    let world = World::start().await;
    let many: String = (0..1_000).map(|index| format!("a{index}=1&")).collect();
    for query in [
        "symbol=BTCUSDT&symbol=ETHUSDT",
        "symbol=BTCUSDT&%73ymbol=ETHUSDT",
        "symbol=%",
        "symbol=%zz",
        "symbol=%FF%FE",
        "symbol=%C0%80",
        "symbol=%ED%A0%80",
        "symbol=BTCUSDT%00",
        many.as_str(),
    ] {
        let answer = world.get(&format!("/api/v3/depth?{query}")).await;
        assert_eq!(answer.error().0, 400, "{}", &query[..query.len().min(60)]);
    }
    let long = format!("/api/v3/depth?symbol={}", "A".repeat(20_000));
    assert_eq!(world.get(&long).await.error().0, 414);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_paths_find_nothing() {
    let world = World::start().await;
    for path in [
        "/api/v3/..%2f..%2fetc%2fpasswd",
        "/api/v3/%2e%2e/order",
        "/api/v3/order%00",
        "/api/v3/order;jsessionid=1",
        "/api/v3//order",
        "//api/v3/order",
        "/api%2Fv3%2Fping",
        "/API/V3/PING",
        "/.git/config",
        "/api/v3/ping/",
    ] {
        assert_eq!(world.get(path).await.error().0, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_do_not_change_who_asks_or_what() {
    let world = World::start().await;
    let mut client = world.client().await;
    let spoof = "X-Forwarded-For: 10.1.2.3\r\nX-Real-IP: 10.1.2.3\r\nForwarded: for=10.1.2.3\r\n\
                 X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /metrics\r\n";
    let answer = client.send("GET", "/api/v3/ping", spoof, "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
    let query = world.sign(ALICE, "");
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    let answer = client
        .send(
            "GET",
            &format!("/api/v3/account?{query}"),
            &format!("{spoof}{key}"),
            "",
        )
        .await;
    assert_eq!(answer.status, 200, "the peer's own address is loopback");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_says_to_be_no_form_is_refused() {
    let world = World::start().await;
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    for (kinds, code) in [
        (&[][..], 0),
        (&["application/x-www-form-urlencoded"], 0),
        (&["Application/X-WWW-Form-Urlencoded ; charset=UTF-8"], 0),
        (&["application/json"], -1106),
        (&["multipart/form-data; boundary=x"], -1106),
        (&["text/plain"], -1106),
        (&[""], -1106),
        (
            &["application/x-www-form-urlencoded, application/json"],
            -1106,
        ),
        (
            &["application/x-www-form-urlencoded", "application/json"],
            -1106,
        ),
    ] {
        let signed = world.sign(ALICE, order);
        let kinds = kinds.iter();
        let said: String = kinds
            .map(|kind| format!("Content-Type: {kind}\r\n"))
            .collect();
        let length = signed.len();
        let head = format!("POST {ORDER} HTTP/1.1\r\nHost: x\r\n{key}{said}");
        let request = format!("{head}Content-Length: {length}\r\n\r\n{signed}");
        let mut client = world.client().await;
        client.send_bytes(request.as_bytes()).await;
        let answer = client.read().await.expect("an answer");
        match code {
            0 => assert_eq!(answer.status, 200, "{said}: {}", answer.body),
            _ => assert_eq!((answer.status, answer.error().1), (400, code), "{said}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoded_body_is_refused_unread() {
    let world = World::start().await;
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90";
    let upload = "/v1/kyc/documents?kind=PASSPORT";
    for (method, path, encodings, status) in [
        ("POST", ORDER, &["gzip"][..], 415),
        ("POST", ORDER, &["deflate"], 415),
        ("POST", ORDER, &["identity, gzip"], 415),
        ("POST", ORDER, &["identity", "br"], 415),
        ("DELETE", ORDER, &["x-gzip"], 415),
        ("POST", upload, &["gzip"], 415),
        ("POST", "/v1/kyc/provider", &["gzip"], 415),
        ("POST", ORDER, &["identity"], 200),
        ("GET", "/api/v3/ping", &["gzip"], 200),
    ] {
        let said = encodings.iter();
        let said: String = said
            .map(|encoding| format!("Content-Encoding: {encoding}\r\n"))
            .collect();
        let body = match status {
            200 if method == "POST" => world.sign(ALICE, order),
            _ => String::new(),
        };
        // A body that is refused is not waited for: it never comes.
        let length = if status == 415 { 10 } else { body.len() };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{key}{said}");
        let request = format!("{head}Content-Length: {length}\r\n\r\n{body}");
        let mut client = world.client().await;
        client.send_bytes(request.as_bytes()).await;
        let answer = client.read().await.expect("an answer");
        assert_eq!(answer.status, status, "{path} {said}: {}", answer.body);
        if status == 415 {
            assert_eq!(answer.error().1, -1106, "{path} {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_no_form_lack_their_parameters() {
    let world = World::start().await;
    let key = format!("X-MBX-APIKEY: {}\r\n", world.logins[ALICE].public_id);
    let deep = "[".repeat(60_000);
    for body in [
        r#"{"symbol":"BTCUSDT","side":"BUY"}"#,
        "\u{feff}symbol=BTCUSDT",
        "null",
        deep.as_str(),
    ] {
        let answer = world.client().await.send("POST", ORDER, &key, body).await;
        assert_eq!(answer.error().0, 400);
    }
    let mut client = world.client().await;
    let head = format!("POST {ORDER} HTTP/1.1\r\nHost: x\r\n{key}Content-Length: 4\r\n\r\n");
    client
        .send_bytes(&[head.as_bytes(), &[0xff, 0xfe, b'=', b'1']].concat())
        .await;
    assert_eq!(client.read().await.expect("an answer").error().1, -1100);
}

/// What the HTTP layer itself refuses: told in the same words, and the connection ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_http_is_answered_in_json_or_closed() {
    let world = World::start().await;
    let many: String = (0..200).map(|index| format!("X-H{index}: 1\r\n")).collect();
    let wide = format!("X-Wide: {}\r\n", "a".repeat(66_000));
    for request in [
        "GET /api/v3/ping HTTP/9.9\r\n\r\n".to_owned(),
        "GARBAGE\r\n\r\n".to_owned(),
        "GET  /api/v3/ping  HTTP/1.1\r\n\r\n".to_owned(),
        "GET /api/v3/ping HTTP/1.1\r\nBroken Header\r\n\r\n".to_owned(),
        "GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n folded: 1\r\n\r\n".to_owned(),
        "POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello".to_owned(),
        "POST /api/v3/order HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n".to_owned(),
        "GET /api/v3/ticker/price?symbols=[\"BTCUSDT\"]<> HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        format!("GET /api/v3/ping HTTP/1.1\r\n{many}\r\n"),
        format!("GET /api/v3/ping HTTP/1.1\r\n{wide}\r\n"),
    ] {
        let mut client = world.client().await;
        client.send_bytes(request.as_bytes()).await;
        let answer = client.read().await.expect("an answer");
        let status = answer.status;
        assert!(400 <= status && status < 500, "{status} {request:.60}");
        assert!(answer.error().1 < 0, "{request:.60}");
        assert!(client.read().await.is_none(), "the connection ends: {request:.60}");
    }
}

/// A head with two hosts, none or another than its target; and behind chunks, whatever length stands beside them,
/// nothing is read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_has_one_host_and_nothing_is_read_behind_chunks() {
    let world = World::start().await;
    let chunks = "Transfer-Encoding: chunked\r\n";
    let head = |target: &str, lines: &str| format!("POST {target} HTTP/1.1\r\n{lines}{chunks}");
    for (head, is_refused) in [
        (head(ORDER, "Host: x\r\n"), false),
        (head(ORDER, "Host: x\r\nContent-Length: 5\r\n"), false),
        (head(ORDER, "Content-Length: 5\r\nHost: x\r\n"), false),
        (head(&format!("http://x{ORDER}"), "Host: x\r\n"), false),
        (head(ORDER, ""), true),
        (head(ORDER, "Host: x\r\nHost: y\r\n"), true),
        (head(&format!("http://y{ORDER}"), "Host: x\r\n"), true),
    ] {
        let mut client = world.client().await;
        let behind = "0\r\n\r\nGET /api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n";
        let request = format!("{head}\r\n{behind}");
        client.send_bytes(request.as_bytes()).await;
        let answer = client.read().await.expect("an answer");
        let is_of_head = answer.body.contains("'Host'");
        assert_eq!(is_of_head, is_refused, "{head}: {}", answer.body);
        assert!(client.read().await.is_none(), "the connection ends: {head}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_cannot_be_smuggled_behind_another() {
    let world = World::start().await;
    let mut client = world.client().await;
    let request = "POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n\
                   0\r\n\r\nGET /api/v3/time HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send_bytes(request.as_bytes()).await;
    let first = client.read().await.expect("an answer");
    assert!(400 <= first.status && first.status < 500);
    if let Some(second) = client.read().await {
        assert!(
            !second.body.contains("serverTime"),
            "the length was believed over the chunks"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_trickles_is_cut_off_and_others_are_served() {
    let world = World::start_with(Setting {
        bounds: Bounds {
            head_timeout: Duration::from_millis(300),
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut client = world.client().await;
        client
            .send_bytes(b"GET /api/v3/ping HTTP/1.1\r\nX-Slow: ")
            .await;
        slow.push(client);
    }
    assert_eq!(world.get("/api/v3/ping").await.status, 200);
    for mut client in slow {
        assert!(
            client
                .read()
                .await
                .is_none_or(|answer| answer.status == 408)
        );
    }
    assert_eq!(world.get("/api/v3/ping").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_beyond_the_bound_are_closed_at_once() {
    let world = World::start_with(Setting {
        bounds: Bounds {
            connections_max: 2,
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let (mut first, mut second) = (world.client().await, world.client().await);
    assert_eq!(first.get("/api/v3/ping").await.status, 200);
    assert_eq!(second.get("/api/v3/ping").await.status, 200);
    let mut third = world.client().await;
    third
        .send_bytes(b"GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    assert!(third.read().await.is_none());
    assert_eq!(first.get("/api/v3/ping").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_holds_no_more_connections_than_it_may() {
    let world = World::start_with(Setting {
        limiting: Limiting::Limited(RequestLimits::UPSTREAM),
        bounds: Bounds {
            connections_per_network_max: 2,
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let (mut first, mut second) = (world.client().await, world.client().await);
    for client in [&mut first, &mut second] {
        assert_eq!(client.get("/api/v3/ping").await.status, 200);
    }
    let mut third = world.client().await;
    third
        .send_bytes(b"GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\n")
        .await;
    assert!(third.read().await.is_none());
    drop((first, second, third));
    // Sockets count apart from the connections that they were opened on.
    let mut sockets = Vec::new();
    while sockets.len() < 2 {
        sockets.extend(Socket::try_open(world.address, "/ws").await);
    }
    let refused = loop {
        let mut client = world.client().await;
        let handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let request = format!("GET /ws HTTP/1.1\r\nHost: x\r\n{handshake}\r\n");
        client.send_bytes(request.as_bytes()).await;
        // A connection that ended a moment ago may still count.
        if let Some(answer) = client.read().await {
            break answer;
        }
    };
    let expected = "Too many sockets of this address are open; the limit is '2'. Close some first.";
    assert_eq!(refused.error(), (429, -1034, expected.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pipelined_requests_are_answered_in_order() {
    let world = World::start().await;
    let mut client = world.client().await;
    let request = b"GET /api/v3/ping HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v3/nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send_bytes(request).await;
    assert_eq!(client.read().await.expect("first").status, 200);
    assert_eq!(client.read().await.expect("second").status, 404);
}
