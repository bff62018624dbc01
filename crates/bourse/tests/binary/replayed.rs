//! A request that was signed whole and taken is not taken again, also by the process after a kill.

use std::time::Duration;

use gateway::clock;
use identity::signed_request::{SignedBy, SignedRequest};
use ring::hmac;
use serde_json::Value;

use crate::kyc::body;
use crate::passwords::alice;
use crate::sandbox::Sandbox;

const PATH: &str = "/api/v3/account";
/// It stands for longer than a start takes.
const QUERY: &str = "recvWindow=60000";

/// A reading key of alice's that signs whole requests.
fn make_key(sandbox: &Sandbox) -> Value {
    let (email, password) = alice(sandbox);
    let form = format!("email={email}&password={}", password.expect("a password"));
    let login = sandbox.post("/v1/login", &form);
    let cookie = login
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|line| line.split(';').next())
        .expect("a cookie");
    let csrf = body(&login)["csrfToken"].clone();
    let headers = format!(
        "Cookie: {cookie}\r\nX-BOURSE-CSRF: {}\r\nOrigin: http://{}\r\n",
        csrf.as_str().expect("a token"),
        sandbox.address
    );
    let form = "label=reader&signing=request";
    body(&sandbox.send("POST", "/v1/keys", &headers, form))
}

/// Returns the headers of a request to the host, signed now.
fn sign(key: &Value, host: &str, nonce: &str) -> String {
    let text = |name: &str| key[name].as_str().expect("a text");
    let timestamp_ms = clock::now().millis();
    let request = SignedRequest {
        method: "GET",
        host,
        path: PATH,
        query: QUERY,
        body: b"",
        timestamp_ms,
        nonce,
    };
    let secret = hmac::Key::new(hmac::HMAC_SHA256, text("secretKey").as_bytes());
    let id = text("apiKey");
    let tag = hmac::sign(&secret, request.text(SignedBy::Key(id)).as_bytes());
    let hex: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "X-MBX-APIKEY: {id}\r\nX-BOURSE-TIMESTAMP: {timestamp_ms}\r\n\
         X-BOURSE-NONCE: {nonce}\r\nX-BOURSE-SIGNATURE: {hex}\r\n"
    )
}

#[test]
fn a_request_that_was_taken_is_not_taken_again_by_the_process_after_a_kill() {
    let mut sandbox = Sandbox::start(&[]);
    let key = make_key(&sandbox);
    // What is signed within a second of the start is refused.
    std::thread::sleep(Duration::from_millis(1_100));
    let host = sandbox.address.clone();
    let target = format!("{PATH}?{QUERY}");
    let signed = sign(&key, &host, "n1");
    let send = |sandbox: &Sandbox, signed: &str| {
        // The one that it was signed for, whichever port comes after the kill.
        let mut stream = sandbox.ask_at(
            &host,
            &format!("GET {target} HTTP/1.1\r\nConnection: close\r\n{signed}"),
        );
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).expect("answered");
        answer
    };
    let taken = send(&sandbox, &signed);
    assert!(taken.starts_with("HTTP/1.1 200 "), "{taken}");
    let again = send(&sandbox, &signed);
    assert!(
        again.contains("-1022") && again.contains("nonce was used"),
        "{again}"
    );
    sandbox.end("KILL");
    sandbox.start_again("none");
    let replayed = send(&sandbox, &signed);
    assert!(
        replayed.contains("-1021") && replayed.contains("before the exchange started"),
        "{replayed}"
    );
    std::thread::sleep(Duration::from_millis(1_100));
    let replayed = send(&sandbox, &signed);
    assert!(replayed.contains("-1021"), "{replayed}");
    let fresh = send(&sandbox, &sign(&key, &host, "n1"));
    assert!(fresh.starts_with("HTTP/1.1 200 "), "{fresh}");
}
