//! How busy the simulated market of the binary is.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::kyc::{body, join_as, sign_in};
use crate::operators::text;
use crate::sandbox::{Sandbox, run};

/// Half of what BTCUSDT does in every second on a quiet machine; a busy one does it in some second.
const COMMANDS_MIN: u64 = 100;
/// The seconds in which the books are built.
const BEGINNING_SECONDS: u64 = 10;
const TIME_MAX: Duration = Duration::from_secs(120);
const LOOK_PERIOD: Duration = Duration::from_secs(3);
/// BTCUSDT, the first market of a sandbox.
const MARKET: u64 = 0;

#[test]
fn the_simulated_market_is_as_busy_as_a_real_one() {
    let mut sandbox = Sandbox::start(&[]);
    sandbox.end("TERM");
    sandbox.start_again("simulated");
    let started = Instant::now();
    let mut busiest = 0;
    while busiest < COMMANDS_MIN && started.elapsed() < TIME_MAX {
        std::thread::sleep(LOOK_PERIOD);
        busiest = busiest_second(&sandbox);
    }
    assert!(
        COMMANDS_MIN <= busiest,
        "{busiest} commands in the busiest second"
    );
}

/// A trader's address of before, registered first, is a person's, and what it is now is nobody's.
#[test]
fn whoever_registers_the_address_of_a_trader_is_none() {
    let trader = "trader-btcusdt-0";
    let mut sandbox = Sandbox::start(&[]);
    join_as(&sandbox, trader);
    sandbox.end("TERM");
    sandbox.start_again("simulated");
    let started = Instant::now();
    while body(&sandbox.get("/api/v3/trades?symbol=BTCUSDT&limit=1")) == json!([]) {
        assert!(started.elapsed() < TIME_MAX, "nobody trades");
        std::thread::sleep(LOOK_PERIOD);
    }
    let account = format!("email={trader}%40example.test&password=fifteen+letters");
    let session = sign_in(&sandbox, &account);
    for path in ["/v1/keys", "/api/v3/openOrders"] {
        let told = sandbox.send("GET", path, &session, "");
        assert_eq!(body(&told), json!([]), "{path}");
    }
    let form = format!("email={trader}%40market&password=fifteen+letters");
    let refused = sandbox.post("/v1/register", &form);
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
}

/// Returns how many requests in the market were most in one second, by the journal, once the books were built.
fn busiest_second(sandbox: &Sandbox) -> u64 {
    let data = sandbox.data();
    let data = data.to_str().expect("text");
    let dump = run(&["journal", "dump", "--data-dir", data]);
    assert!(dump.status.success(), "{}", text(&dump.stderr));
    let mut by_second: BTreeMap<u64, u64> = BTreeMap::new();
    for line in text(&dump.stdout).lines() {
        let command: Value = serde_json::from_str(line).expect("a line of JSON");
        if command["header"].is_object() && has_market(&command) {
            let at = command["at"].as_str().and_then(|at| at.parse::<u64>().ok());
            *by_second
                .entry(at.expect("a time") / 1_000_000_000)
                .or_default() += 1;
        }
    }
    let begun = by_second
        .keys()
        .next()
        .map_or(0, |first| first + BEGINNING_SECONDS);
    by_second.split_off(&begun).into_values().max().unwrap_or(0)
}

/// Returns whether a command, or a part of it, is about the market.
fn has_market(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| (name == "market" && *value == MARKET) || has_market(value)),
        _ => false,
    }
}
