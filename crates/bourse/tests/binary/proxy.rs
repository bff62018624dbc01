//! The binary behind a real proxy: who asks, and that nobody smuggles a request past it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::haproxy::HaProxy;
use crate::kyc::desk;
use crate::nginx::{FROM, Nginx};
use crate::sandbox::{Sandbox, run};
use crate::smuggled::{HIDDEN_ROUTE, requests};

const CONFIGURATION: &str = "[http]\ntrusted_proxies = \"127.0.0.1\"\n";
const ANN: &str = "203.0.113.5";
const BEN: &str = "2001:db8::7";
/// How long nothing more has to come before no more is awaited.
const SILENCE: Duration = Duration::from_millis(30);
/// The documented lines keep `/dev/` from everybody; with this one the exchange itself is asked who they are.
const OPEN: &str = "location = /dev/outbox { proxy_pass http://bourse; }\n";
/// Lines with which HAProxy takes one connection to the exchange for everybody, as nginx does.
const SHARED: &str = "    http-reuse always\n";
/// Lines with which nginx passes on what it reads, as it comes.
const UNBUFFERED: &str =
    "proxy_request_buffering off;\nproxy_buffering off;\nclient_body_timeout 1s;\n";

fn behind_a_proxy() -> Sandbox {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    std::fs::write(&file, CONFIGURATION).expect("written");
    Sandbox::start(&["--config", file.to_str().expect("text")])
}

/// Sends these bytes, and returns what comes until the other side ends or says nothing more.
fn exchange(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("connects");
    // Whoever refuses may close before everything is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut part = [0; 16 * 1_024];
    let mut patience = Duration::from_secs(10);
    loop {
        stream.set_read_timeout(Some(patience)).expect("set");
        match stream.read(&mut part) {
            Ok(count) if 0 < count => answer.extend_from_slice(&part[..count]),
            _ => return String::from_utf8_lossy(&answer).into_owned(),
        }
        patience = SILENCE;
    }
}

fn get(address: &str, target: &str, headers: &str) -> String {
    let head =
        format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    exchange(address, head.as_bytes())
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("")
}

/// Returns the weight that an answer says its address has used.
fn used(answer: &str) -> u32 {
    let after = answer.split("x-mbx-used-weight-1m: ").nth(1);
    let digits = after.and_then(|after| after.split("\r\n").next());
    digits.and_then(|digits| digits.parse().ok()).expect(answer)
}

#[test]
fn behind_a_listed_proxy_everybody_is_who_they_are() {
    let sandbox = behind_a_proxy();
    let direct = sandbox.address.as_str();
    let nginx = Nginx::before(direct, OPEN);
    let ask = |from: &str, target: &str, more: &str| {
        get(&nginx.address, target, &format!("{FROM}: {from}\r\n{more}"))
    };
    assert_eq!(status(&get(direct, "/dev/outbox", "")), "200");
    for spoof in [
        "",
        "X-Forwarded-For: 127.0.0.1\r\n",
        "X-Forwarded-For: garbage\r\n",
    ] {
        let spoofed = ask(ANN, "/dev/outbox", spoof);
        assert_eq!(status(&spoofed), "404", "{spoof}");
    }
    let weights = |from: &str| {
        let asked = |_| {
            used(&ask(
                from,
                "/api/v3/depth?symbol=BTCUSDT",
                "X-Real-IP: 192.0.2.1\r\n",
            ))
        };
        [0, 1].map(asked)
    };
    let [first, second] = weights(ANN);
    assert_eq!(second, first + 5);
    assert_eq!(
        weights(BEN),
        [5, 10],
        "another client has limits of its own"
    );
    // It is there once an operator is told in it.
    desk(&sandbox.data(), "olivia");
    let known = std::fs::read_to_string(sandbox.data().join("dev.json")).expect("written");
    let known: serde_json::Value = serde_json::from_str(&known).expect("JSON");
    let key = known["accounts"][0]["api_key"].as_str().expect("a key");
    let key = format!("X-MBX-APIKEY: {key}\r\n");
    // Keys of a sandbox are used from the machine alone.
    let stream = |headers: &str, address: &str| {
        let head =
            format!("POST /api/v3/userDataStream HTTP/1.1\r\nHost: localhost\r\n{key}{headers}");
        let answer = exchange(
            address,
            format!("{head}Content-Length: 0\r\n\r\n").as_bytes(),
        );
        (status(&answer).to_owned(), answer.contains("-2015"))
    };
    let from = format!("{FROM}: {ANN}\r\nX-Forwarded-For: 127.0.0.1\r\n");
    assert_eq!(stream("", direct), ("200".to_owned(), false));
    assert_eq!(stream(&from, &nginx.address), ("401".to_owned(), true));
    let unreadable = get(direct, "/api/v3/ping", "X-Forwarded-For: unknown\r\n");
    assert_eq!(status(&unreadable), "400");
    assert!(unreadable.contains("trusted_proxies"), "{unreadable}");
}

#[test]
fn behind_haproxy_everybody_is_who_they_are_whatever_they_say() {
    let sandbox = behind_a_proxy();
    let haproxy = HaProxy::before(&sandbox.address, "");
    let weight = |from: &str, spoof: &str| {
        let headers = format!("{FROM}: {from}\r\n{spoof}");
        let target = "/api/v3/depth?symbol=BTCUSDT";
        used(&get(&haproxy.address, target, &headers))
    };
    assert_eq!(weight(ANN, ""), 5);
    assert_eq!(weight(ANN, "X-Forwarded-For: 192.0.2.1\r\n"), 10);
    assert_eq!(weight(ANN, "X-Forwarded-For: garbage\r\n"), 15);
    assert_eq!(weight(BEN, ""), 5, "another client has limits of its own");
    let kept = get(&haproxy.address, "/dev/outbox", "");
    assert_eq!(status(&kept), "404", "{kept}");
}

#[test]
fn a_socket_goes_through_the_proxy() {
    let sandbox = behind_a_proxy();
    let nginx = Nginx::before(&sandbox.address, "");
    let haproxy = HaProxy::before(&sandbox.address, "");
    for proxy in [&nginx.address, &haproxy.address] {
        subscribe(proxy);
    }
}

/// Opens a socket, asks what it has subscribed to, and is told.
fn subscribe(proxy: &str) {
    let mut stream = TcpStream::connect(proxy).expect("connects");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("set");
    let head = "GET /ws/btcusdt@trade HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
                Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    // A text of one frame, under a mask of zeros.
    let text = br#"{"method":"LIST_SUBSCRIPTIONS","id":7}"#;
    let length = u8::try_from(text.len()).expect("short");
    let frame = [&[0x81, 0x80 | length, 0, 0, 0, 0][..], text].concat();
    stream.write_all(&frame).expect("sent");
    let mut heard = Vec::new();
    let mut part = [0; 1_024];
    let expected = br#"{"result":["btcusdt@trade"],"id":7}"#;
    while !heard.ends_with(expected) {
        let count = stream.read(&mut part).expect("told in time");
        assert!(0 < count, "{}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&part[..count]);
    }
    assert!(heard.starts_with(b"HTTP/1.1 101 "));
}

#[test]
fn no_request_is_smuggled_past_the_proxy_and_everybody_gets_their_own_answer() {
    let sandbox = behind_a_proxy();
    for lines in ["", UNBUFFERED] {
        let nginx = Nginx::before(&sandbox.address, lines);
        smuggle(&nginx.address);
    }
    for lines in ["", SHARED] {
        let haproxy = HaProxy::before(&sandbox.address, lines);
        smuggle(&haproxy.address);
    }
    let metrics = sandbox.watch("/metrics");
    assert!(
        !metrics.contains(HIDDEN_ROUTE),
        "what nobody may ask was carried out"
    );
    let direct = get(&sandbox.address, "/dev/outbox", "");
    assert_eq!(status(&direct), "200", "it is there for the machine itself");
    assert!(sandbox.watch("/metrics").contains(HIDDEN_ROUTE));
}

/// Whoever changes a byte between the exchange and its users is found out by whoever compares.
#[test]
fn an_altered_page_is_named_by_the_check_of_a_signed_manifest() {
    let sandbox = behind_a_proxy();
    let file = |name: &str| {
        let path = sandbox.folder().join(name);
        path.to_str().expect("text").to_owned()
    };
    let (key, public, manifest) = (file("release"), file("release.pub"), file("manifest"));
    assert!(run(&["operator", "key", &key]).status.success());
    let signed = run(&["assets", "sign", "--key", &key]);
    std::fs::write(&manifest, &signed.stdout).expect("written");
    let check = |address: &str, manifest: &str, signer: &str| {
        let address = format!("http://{address}");
        let checked = run(&[
            "assets",
            "check",
            &address,
            "--manifest",
            manifest,
            "--signer",
            signer,
        ]);
        let told = [checked.stdout, checked.stderr].concat();
        (
            checked.status.code(),
            String::from_utf8(told).expect("text"),
        )
    };
    let honest = Nginx::before(&sandbox.address, "");
    let (code, told) = check(&honest.address, &manifest, &public);
    assert_eq!(code, Some(0), "{told}");
    let listed = run(&["assets", "list"]).stdout;
    let listed = String::from_utf8(listed).expect("text");
    let digest = listed
        .lines()
        .last()
        .and_then(|line| line.strip_prefix("digest "));
    let digest = digest.expect("a digest");
    assert!(told.contains(digest), "{told}");
    let metrics = sandbox.watch("/metrics");
    assert!(metrics.contains(&format!("bourse_pages_info{{digest=\"{digest}\"}} 1")));
    let altered = "location = /trade { proxy_pass http://bourse; sub_filter_types *; sub_filter '<html' '<htmL'; }\n\
                   location = /wallet { return 200 'another'; }\n\
                   location = /orders { proxy_pass http://bourse; proxy_hide_header Content-Security-Policy; }\n";
    let dishonest = Nginx::before(&sandbox.address, altered);
    let (code, told) = check(&dishonest.address, &manifest, &public);
    assert_eq!(code, Some(1), "{told}");
    for fault in [
        "/trade (identity): other bytes",
        "/wallet (gzip): other bytes",
        "/orders (gzip): another Content-Security-Policy",
    ] {
        assert!(told.contains(fault), "{fault}: {told}");
    }
    assert!(told.contains(": 3 of "), "{told}");
    let text = std::fs::read_to_string(&manifest).expect("written");
    std::fs::write(&manifest, text.replacen("/wallet", "/other", 1)).expect("written");
    let (code, told) = check(&honest.address, &manifest, &public);
    assert!(
        code == Some(1) && told.contains("not signed by this key"),
        "{told}"
    );
}

/// Sends everything that hides something, and after each asks for what is known.
fn smuggle(proxy: &str) {
    for (name, request) in requests() {
        let answer = exchange(proxy, &request);
        check_answer(name, &answer);
        // Whoever comes next, over the same connection of the proxy, gets what they asked for.
        for symbol in ["BTCUSDT", "ETHUSDT"] {
            let target = format!("/api/v3/ticker/price?symbol={symbol}");
            let next = get(proxy, &target, "");
            let own = format!("\"symbol\":\"{symbol}\"");
            assert_eq!(status(&next), "200", "after {name}: {next}");
            assert!(next.contains(&own), "after {name}: {next}");
        }
    }
}

/// One answer to the request; to what stands behind it none, or that of the proxy, which keeps it from everybody.
fn check_answer(name: &str, answer: &str) {
    let heads = answer.split("HTTP/1.1 ").skip(1);
    let statuses = heads.filter_map(|head| head.get(..3));
    let last_ones: Vec<&str> = statuses.filter(|status| *status != "100").collect();
    let behind = last_ones.iter().skip(1);
    assert!(
        { behind }.all(|status| ["400", "404"].contains(status)),
        "{name}: {last_ones:?}"
    );
}
