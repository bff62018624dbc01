//! The binary tells a user of a price, once, over a kill, and of fills where somebody is signed in.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bot::Bot;
use crate::sandbox::Sandbox;

const PATIENCE: Duration = Duration::from_secs(20);

fn body(answer: &str) -> Value {
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

/// Returns the headers of a browser that signed in as alice.
pub fn sign_in(sandbox: &Sandbox) -> String {
    sign_in_as(sandbox, "alice")
}

fn sign_in_as(sandbox: &Sandbox, name: &str) -> String {
    let answer = sandbox.post(&format!("/dev/session?name={name}"), "");
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
    told(sandbox, headers, "PRICE_ALERT")
}

fn told(sandbox: &Sandbox, headers: &str, kind: &str) -> u64 {
    let page = body(&sandbox.send("GET", "/v1/notifications?limit=100", headers, ""));
    let rows = page["notifications"].as_array().expect("a list").iter();
    rows.filter(|row| row["kind"] == kind).count() as u64
}

#[test]
fn a_fill_is_told_where_somebody_is_signed_in_and_not_to_a_key_alone() {
    let sandbox = Sandbox::start(&[]);
    let alice = sign_in(&sandbox);
    let sides = [
        (Bot::of(&sandbox, "alice"), "SELL"),
        (Bot::of(&sandbox, "bob"), "BUY"),
    ];
    let until = Instant::now() + PATIENCE;
    while told(&sandbox, &alice, "FILLS") == 0 {
        assert!(Instant::now() < until, "no fill was ever told");
        for (bot, side) in &sides {
            let order = format!(
                "symbol=BTCUSDT&side={side}&type=LIMIT&timeInForce=GTC&quantity=0.01&price=60000"
            );
            bot.signed("POST", "/api/v3/order", &order);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let bob = sign_in_as(&sandbox, "bob");
    assert_eq!(told(&sandbox, &bob, "FILLS"), 0, "nobody was signed in");
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
