//! An order that is spread over time outlives the exchange that took it, whichever way it ends.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bot::Bot;
use crate::sandbox::Sandbox;

const PATIENCE: Duration = Duration::from_secs(30);
const TWAP: &str = "/sapi/v1/algo/spot/newOrderTwap";
const PAST: &str = "/sapi/v1/algo/spot/historicalOrders";
const ORDER: &str = "/api/v3/order";

/// Waits until the only order has ended, and returns it.
fn ended(alice: &Bot<'_>) -> Value {
    let until = Instant::now() + PATIENCE;
    loop {
        let past = alice.signed("GET", PAST, "");
        if past["total"] == 1 {
            return past["orders"][0].clone();
        }
        assert!(Instant::now() < until, "{past}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Returns a decimal in its smallest units.
fn units(value: &Value) -> i128 {
    let digits = value.as_str().expect("a decimal").replace('.', "");
    digits.parse().expect("digits")
}

#[test]
fn after_kills_every_slice_was_sent_once_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    let short = "[limits]\nalgo_duration_min = \"1s\"\nalgo_interval = \"1s\"\n";
    std::fs::write(&file, short).expect("written");
    let path = |file: &Path| file.to_str().expect("text").to_owned();
    let how = ["--config", &path(&file)];
    let mut sandbox = Sandbox::start(&how);
    let bid = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=20000";
    Bot::of(&sandbox, "bob").signed("POST", ORDER, bid);
    let spread = "symbol=BTCUSDT&side=SELL&quantity=0.06&duration=15&clientAlgoId=mine";
    Bot::of(&sandbox, "alice").signed("POST", TWAP, spread);
    // One of them right after it was taken, the others wherever they come.
    for wait_ms in [0, 700, 1_300] {
        std::thread::sleep(Duration::from_millis(wait_ms));
        sandbox.end("KILL");
        sandbox.start_again_with("none", &how);
    }
    let alice = Bot::of(&sandbox, "alice");
    let order = ended(&alice);
    assert_eq!(order["algoStatus"], "FINISHED", "{order}");
    assert_eq!(units(&order["executedQty"]), 6_000_000);
    let orders = alice.signed("GET", "/api/v3/allOrders", "symbol=BTCUSDT");
    let orders = orders.as_array().expect("rows");
    let sold: i128 = orders
        .iter()
        .map(|order| units(&order["executedQty"]))
        .sum();
    assert_eq!(sold, 6_000_000);
    let name = |order: &Value| order["clientOrderId"].as_str().expect("a name").to_owned();
    let names: BTreeSet<String> = orders.iter().map(name).collect();
    assert_eq!(names.len(), orders.len());
    assert!(names.iter().all(|name| name.starts_with("twap-1-")));
}
