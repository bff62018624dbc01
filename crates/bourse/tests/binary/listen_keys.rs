//! Listen keys outlive the exchange that gave them, whichever way it ends.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::bot::Bot;
use crate::sandbox::Sandbox;

const PATH: &str = "/api/v3/userDataStream";
const PATIENCE: Duration = Duration::from_secs(20);

/// Returns the listen key, which is made if there is none.
fn listen_key(bot: &Bot<'_>) -> String {
    let (status, body) = bot.ask("POST", PATH, "");
    assert_eq!(status, "200", "{body}");
    body["listenKey"].as_str().expect("a name").to_owned()
}

fn extend(bot: &Bot<'_>, name: &str) -> (String, Value) {
    bot.ask("PUT", PATH, &format!("listenKey={name}"))
}

fn buy(bot: &Bot<'_>) {
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=20000";
    bot.signed("POST", "/api/v3/order", order);
}

/// Opens a socket under a name.
fn listen(sandbox: &Sandbox, name: &str) -> TcpStream {
    let socket = sandbox.ask(&format!(
        "GET /ws/{name} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    ));
    socket.set_read_timeout(Some(PATIENCE)).expect("set");
    socket
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
    let name = listen_key(&Bot::of(&sandbox, "alice"));
    for signal in ["KILL", "TERM"] {
        sandbox.end(signal);
        sandbox.start_again("none");
        let alice = Bot::of(&sandbox, "alice");
        let socket = listen(&sandbox, &name);
        // A socket is one once its task runs.
        std::thread::sleep(Duration::from_millis(200));
        buy(&alice);
        hear(socket, r#""e":"executionReport""#);
        assert_eq!(extend(&alice, &name), ("200".to_owned(), json!({})));
        assert_eq!(listen_key(&alice), name, "that which is active");
        let (status, refused) = extend(&Bot::of(&sandbox, "bob"), &name);
        assert_eq!((&*status, &refused["code"]), ("400", &json!(-1125)));
    }
    let alice = Bot::of(&sandbox, "alice");
    let (status, _) = alice.ask("DELETE", PATH, &format!("listenKey={name}"));
    assert_eq!(status, "200");
    sandbox.end("KILL");
    sandbox.start_again("none");
    let alice = Bot::of(&sandbox, "alice");
    let (status, refused) = extend(&alice, &name);
    assert_eq!((&*status, &refused["code"]), ("400", &json!(-1125)));
    assert_ne!(listen_key(&alice), name);
}
