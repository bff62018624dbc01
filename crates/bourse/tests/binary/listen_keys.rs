//! Listen keys outlive the exchange that gave them, whichever way it ends.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ring::hmac;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const PATH: &str = "/api/v3/userDataStream";
const PATIENCE: Duration = Duration::from_secs(20);

/// A bot with a key of the sandbox.
struct Bot<'a> {
    sandbox: &'a Sandbox,
    header: String,
    secret: String,
}

impl Bot<'_> {
    fn of<'a>(sandbox: &'a Sandbox, name: &str) -> Bot<'a> {
        let known: Value = serde_json::from_slice(&keys_of(sandbox)).expect("JSON");
        let accounts = known["accounts"].as_array().expect("a list");
        let own = accounts.iter().find(|account| account["name"] == name);
        let own = own.expect("an account");
        let text = |name: &str| own[name].as_str().expect("a text").to_owned();
        Bot {
            sandbox,
            header: format!("X-MBX-APIKEY: {}\r\n", text("api_key")),
            secret: text("api_secret"),
        }
    }

    /// Asks without a signature; returns status and body.
    fn ask(&self, method: &str, form: &str) -> (String, Value) {
        read(&self.sandbox.send(method, PATH, &self.header, form))
    }

    /// Returns the listen key, which is made if there is none.
    fn listen_key(&self) -> String {
        let (status, body) = self.ask("POST", "");
        assert_eq!(status, "200", "{body}");
        body["listenKey"].as_str().expect("a name").to_owned()
    }

    fn extend(&self, name: &str) -> (String, Value) {
        self.ask("PUT", &format!("listenKey={name}"))
    }

    fn buy(&self) {
        let form = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=20000";
        let signed = format!("{form}&timestamp={}", gateway::clock::now().millis());
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        let tag = hmac::sign(&key, signed.as_bytes());
        let hex = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
        let signed = format!("{signed}&signature={}", hex.collect::<String>());
        let answer = self
            .sandbox
            .send("POST", "/api/v3/order", &self.header, &signed);
        assert_eq!(read(&answer).0, "200", "{answer}");
    }

    /// Opens a socket under a name.
    fn listen(&self, name: &str) -> TcpStream {
        let socket = self.sandbox.ask(&format!(
            "GET /ws/{name} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        ));
        socket.set_read_timeout(Some(PATIENCE)).expect("set");
        socket
    }
}

/// Waits for the file with the keys, which is there soon after the announcement.
fn keys_of(sandbox: &Sandbox) -> Vec<u8> {
    let until = Instant::now() + PATIENCE;
    loop {
        match std::fs::read(sandbox.data().join("dev.json")) {
            Ok(keys) => return keys,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn read(answer: &str) -> (String, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    let status = head.split(' ').nth(1).expect("a status");
    let body = serde_json::from_str(body).expect("JSON");
    (status.to_owned(), body)
}

/// Reads until something was told.
fn hear(mut socket: TcpStream, wanted: &str) {
    let mut heard = Vec::new();
    let mut part = [0; 4096];
    loop {
        let count = socket.read(&mut part).expect("told in time");
        assert_ne!(count, 0, "{}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&part[..count]);
        let is_told = |found: &[u8]| found == wanted.as_bytes();
        if heard.windows(wanted.len()).any(is_told) {
            return;
        }
    }
}

#[test]
fn a_listen_key_is_good_after_a_kill_and_after_a_stop_until_it_is_given_up() {
    let mut sandbox = Sandbox::start(&[]);
    let name = Bot::of(&sandbox, "alice").listen_key();
    for signal in ["KILL", "TERM"] {
        sandbox.end(signal);
        sandbox.start_again("none");
        let alice = Bot::of(&sandbox, "alice");
        let socket = alice.listen(&name);
        // A socket is one once its task runs.
        std::thread::sleep(Duration::from_millis(200));
        alice.buy();
        hear(socket, r#""e":"executionReport""#);
        assert_eq!(alice.extend(&name), ("200".to_owned(), json!({})));
        assert_eq!(alice.listen_key(), name, "that which is active");
        let (status, refused) = Bot::of(&sandbox, "bob").extend(&name);
        assert_eq!((&*status, &refused["code"]), ("400", &json!(-1125)));
    }
    let alice = Bot::of(&sandbox, "alice");
    let (status, _) = alice.ask("DELETE", &format!("listenKey={name}"));
    assert_eq!(status, "200");
    sandbox.end("KILL");
    sandbox.start_again("none");
    let alice = Bot::of(&sandbox, "alice");
    let (status, refused) = alice.extend(&name);
    assert_eq!((&*status, &refused["code"]), ("400", &json!(-1125)));
    assert_ne!(alice.listen_key(), name);
}
