//! A withdrawal by a key, over a kill, as two operators decide it at the shell.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::kyc::body;
use crate::notices::sign_in;
use crate::operators::Desk;
use crate::sandbox::Sandbox;

const PATIENCE: Duration = Duration::from_secs(20);

/// The address that every person of the sandbox has in the book.
const KNOWN: &str = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";
const APPLY: &str = "/sapi/v1/capital/withdraw/apply";
const HISTORY: &str = "/sapi/v1/capital/withdraw/history";

/// Returns status and transaction of the one withdrawal there is.
fn told(desk: &Desk) -> (Value, Value) {
    let rows = body(&desk.signed(0, "GET", HISTORY, ""));
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    (rows[0]["status"].clone(), rows[0]["txId"].clone())
}

#[test]
fn a_withdrawal_outlives_a_kill_and_is_paid_when_two_operators_say_so() {
    let mut desk = Desk::start(Sandbox::start(&[]));
    let limit = ["withdrawal", "limit", "BTC", "3", "--reason", "risk"];
    let proposed = desk.propose(&limit);
    let outcome = desk.approve(&proposed);
    assert!(outcome.starts_with("command "), "{outcome}");
    let query = format!("coin=BTC&address={KNOWN}&amount=2&withdrawOrderId=rent");
    let asked = body(&desk.signed(0, "POST", APPLY, &query))["id"].clone();
    desk.sandbox.end("KILL");
    desk.sandbox.start_again("none");
    let mut desk = Desk::start(desk.sandbox);
    let again = body(&desk.signed(0, "POST", APPLY, &query))["id"].clone();
    assert_eq!(again, asked, "one name pays once");
    assert_eq!(told(&desk), (2.into(), "".into()));
    assert_eq!(desk.free(0, "BTC"), "48.00000000");
    let more = format!("coin=BTC&address={KNOWN}&amount=1.00000001");
    let beyond = desk.signed(1, "POST", APPLY, &more);
    assert!(beyond.contains("-4024"), "of all users together: {beyond}");
    let (_, limits) = desk.tell("oscar", &["withdrawal", "limits"]);
    assert!(
        limits.contains("3.00000000") && limits.contains("1.00000000"),
        "{limits}"
    );

    let (is_done, list) = desk.tell("olivia", &["withdrawal", "list"]);
    assert!(is_done && list.contains(KNOWN), "{list}");
    let early = ["withdrawal", "settle", "1", "--payout", "f00d"];
    let (is_done, refused) = desk.tell("olivia", &early);
    assert!(!is_done && refused.contains("-7062"), "{refused}");
    let proposed = desk.propose(&["withdrawal", "approve", "1", "--reason", "as asked"]);
    assert_eq!(desk.approve(&proposed), "");
    assert_eq!(told(&desk), (4.into(), "".into()));
    desk.sandbox.end("KILL");
    desk.sandbox.start_again("none");
    let mut desk = Desk::start(desk.sandbox);
    let (is_done, settled) = desk.tell("oscar", &early);
    assert!(is_done && settled.contains("COMPLETED"), "{settled}");
    assert_eq!(told(&desk), (6.into(), "f00d".into()));
    let (_, shown) = desk.tell("oscar", &["withdrawal", "show", "1"]);
    assert!(
        shown.contains("f00d") && shown.contains("1.9998"),
        "{shown}"
    );
    desk.sandbox.end("TERM");
    let (is_sound, said) = desk.verify();
    assert!(is_sound, "{said}");
}

/// Waits until Alice has so many news of withdrawals, and returns what they say, the oldest first.
fn news(sandbox: &Sandbox, headers: &str, count: usize) -> Vec<String> {
    let until = Instant::now() + PATIENCE;
    loop {
        let page = body(&sandbox.send("GET", "/v1/notifications?limit=100", headers, ""));
        let rows = page["notifications"].as_array().expect("a list").iter();
        let rows = rows.filter(|row| row["kind"] == "WITHDRAWAL").rev();
        let said = rows.map(|row| format!("{} {} {}", row["coin"], row["amount"], row["status"]));
        let said: Vec<String> = said.map(|text| text.replace('"', "")).collect();
        if count <= said.len() {
            return said;
        }
        assert!(Instant::now() < until, "{page}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What the exchange did with a withdrawal is told to its user, each step once and also over a kill.
#[test]
fn a_user_is_told_of_each_step_of_a_withdrawal() {
    let mut desk = Desk::start(Sandbox::start(&[]));
    let alice = sign_in(&desk.sandbox);
    for amount in ["2", "3"] {
        let query = format!("coin=BTC&address={KNOWN}&amount={amount}");
        body(&desk.signed(0, "POST", APPLY, &query));
    }
    // What arrives: the fee is off.
    let mut expected = ["BTC 1.99980000 HELD", "BTC 2.99980000 HELD"].to_vec();
    assert_eq!(news(&desk.sandbox, &alice, 2), expected);
    let proposed = desk.propose(&["withdrawal", "approve", "1", "--reason", "as asked"]);
    assert_eq!(desk.approve(&proposed), "");
    let settle = ["withdrawal", "settle", "1", "--payout", "f00d"];
    assert!(desk.tell("oscar", &settle).0);
    desk.sandbox.end("KILL");
    desk.sandbox.start_again("none");
    let desk = Desk::start(desk.sandbox);
    expected.push("BTC 1.99980000 SETTLED");
    assert_eq!(news(&desk.sandbox, &alice, 3), expected);
    let reject = ["withdrawal", "reject", "2", "--reason", "wrong person"];
    assert!(desk.tell("oscar", &reject).0);
    expected.push("BTC 2.99980000 CANCELLED");
    assert_eq!(news(&desk.sandbox, &alice, 4), expected);
}
