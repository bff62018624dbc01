//! How the binary ends: what it says, and what it leaves behind.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use bourse::closed_output;

use crate::sandbox::{BOURSE, Sandbox, run};

/// The code of a close frame, 1001, and its reason.
const GOODBYE: &[u8] = b"\x03\xe9server shutdown";

#[test]
fn sockets_are_told_that_the_exchange_stops_and_closed() {
    let mut sandbox = Sandbox::start(&[]);
    let paths = ["/ws/btcusdt@trade", "/stream", "/ws-api/v3"];
    let sockets = paths.map(|path| {
        sandbox.ask(&format!(
            "GET {path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        ))
    });
    let heads = sockets.each_ref().map(|socket| {
        let mut head = [0; 12];
        let mut socket = socket;
        socket.read_exact(&mut head).expect("an answer");
        head
    });
    assert_eq!(heads, [*b"HTTP/1.1 101"; 3]);
    // A socket is one once its task runs.
    std::thread::sleep(Duration::from_millis(200));
    sandbox.end("TERM");
    for (mut socket, path) in sockets.into_iter().zip(paths) {
        let mut heard = Vec::new();
        socket.read_to_end(&mut heard).expect("an orderly end");
        let has = |part: &[u8]| heard.windows(part.len()).any(|found| found == part);
        assert!(has(br#""e":"serverShutdown""#), "{path}");
        assert!(has(GOODBYE), "{path}");
    }
}

/// As `bourse api openapi | head` does.
#[test]
fn a_command_whose_reader_has_seen_enough_ends_quietly() {
    let mut command = Command::new(BOURSE);
    command.args(["api", "openapi"]);
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = piped.spawn().expect("the binary runs");
    let mut first = [0; 16];
    let mut output = process.stdout.take().expect("piped");
    output.read_exact(&mut first).expect("something");
    drop(output);
    let ended = process.wait_with_output().expect("ends");
    assert_eq!(ended.status.code(), Some(closed_output::CODE));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[test]
fn a_replay_reaches_what_the_next_start_does() {
    let mut sandbox = Sandbox::start(&[]);
    std::thread::sleep(Duration::from_millis(1_500));
    sandbox.end("KILL");
    let data = sandbox.data();
    let data = data.to_str().expect("text");
    let dump = run(&["journal", "dump", "--data-dir", data]);
    let lines = String::from_utf8(dump.stdout)
        .expect("text")
        .lines()
        .count();
    let replay = run(&["replay", "--data-dir", data]);
    let told = String::from_utf8(replay.stdout).expect("text");
    assert_eq!(told, format!("sequence {lines}\n"));
}
