//! The binary tells a user of a price: once, over a kill.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::Sandbox;

const PATIENCE: Duration = Duration::from_secs(20);

fn body(answer: &str) -> Value {
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

/// Returns the headers of a browser that signed in as alice.
pub fn sign_in(sandbox: &Sandbox) -> String {
    let answer = sandbox.post("/dev/session?name=alice", "");
    let csrf = body(&answer)["csrfToken"].clone();
    let line = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = line.expect("a cookie").split(';').next().expect("a pair");
    let csrf = csrf.as_str().expect("a text");
    format!("Cookie: {cookie}\r\nX-BOURSE-CSRF: {csrf}\r\n")
}

fn wait_for_count(sandbox: &Sandbox, headers: &str, count: u64) {
    let until = Instant::now() + PATIENCE;
    while unread(sandbox, headers) != count {
        assert!(Instant::now() < until, "{count} notifications never came");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Returns how many prices were told.
fn unread(sandbox: &Sandbox, headers: &str) -> u64 {
    let page = body(&sandbox.send("GET", "/v1/notifications?limit=100", headers, ""));
    let rows = page["notifications"].as_array().expect("a list").iter();
    rows.filter(|row| row["kind"] == "PRICE_ALERT").count() as u64
}

#[test]
fn a_price_that_is_reached_is_told_once_over_a_kill() {
    let mut sandbox = Sandbox::start(&[]);
    let headers = sign_in(&sandbox);
    for (direction, price) in [("ABOVE", "1"), ("BELOW", "9000000"), ("BELOW", "1")] {
        let form = format!("symbol=BTCUSDT&direction={direction}&price={price}");
        body(&sandbox.send("POST", "/v1/alerts", &headers, &form));
    }
    assert_eq!(unread(&sandbox, &headers), 0, "nobody trades");
    sandbox.end("KILL");
    sandbox.start_again("simulated");
    wait_for_count(&sandbox, &headers, 2);
    let left = body(&sandbox.send("GET", "/v1/alerts", &headers, ""));
    assert_eq!(left.as_array().expect("a list").len(), 1, "{left}");
    sandbox.end("KILL");
    sandbox.start_again("simulated");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(unread(&sandbox, &headers), 2);
    sandbox.end("TERM");
    sandbox.start_again("simulated");
    assert_eq!(unread(&sandbox, &headers), 2);
}
