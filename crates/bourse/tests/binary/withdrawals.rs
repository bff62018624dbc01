//! A withdrawal by a key, over a kill, as two operators decide it at the shell.

use serde_json::Value;

use crate::kyc::body;
use crate::operators::Desk;
use crate::sandbox::Sandbox;

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
