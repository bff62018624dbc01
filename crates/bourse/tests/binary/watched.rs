//! What whoever watches an exchange gets: metrics on a listener of their own, refusals in the audit log, and the audit log
//! on another machine.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::operators::{Desk, path, text};
use crate::sandbox::{self, Sandbox, run, run_on_users};

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).expect("a status")
}

#[test]
fn metrics_and_health_are_on_a_listener_of_their_own_on_this_machine() {
    let sandbox = Sandbox::start(&[]);
    let ops: SocketAddr = sandbox.ops.parse().expect("an address");
    assert!(ops.ip().is_loopback());
    assert_ne!(sandbox.ops, sandbox.address);
    for target in ["/metrics", "/-/health", "/-/ready", "/-/live", "/-/startup"] {
        assert_eq!(status(&sandbox.get(target)), "404", "in public: {target}");
        assert_eq!(status(&sandbox.watch(target)), "200", "{target}");
    }
    assert!(
        sandbox
            .watch("/metrics")
            .contains("bourse_up_state{state=\"ready\"} 1")
    );
    let health = sandbox.watch("/-/health");
    assert!(
        health.contains("\"status\":\"ready\"") && health.contains("\"warnings\":[]"),
        "{health}"
    );
    for target in ["/", "/api/v3/time", "/v1/status"] {
        assert_eq!(status(&sandbox.watch(target)), "404", "{target}");
    }
    let turned = turned_name(&sandbox);
    assert_eq!(
        status(&turned),
        "403",
        "a page under a name that was turned here"
    );
}

#[test]
fn a_start_tells_what_is_durable_and_from_which_snapshot_it_went_on() {
    let mut sandbox = Sandbox::start(&[]);
    assert_eq!(figure(&sandbox, "bourse_snapshot_last_sequence"), 0);
    sandbox.end("TERM");
    let data = sandbox.data();
    let made = run(&["snapshot", "--data-dir", path(&data)]);
    let made = text(&made.stdout);
    let sequence = made.lines().find_map(|line| line.strip_prefix("sequence "));
    let sequence: u64 = sequence.expect(&made).trim().parse().expect("a number");
    sandbox.start_again("none");
    assert_eq!(figure(&sandbox, "bourse_snapshot_last_sequence"), sequence);
    assert!(sequence <= figure(&sandbox, "bourse_journal_last_durable_sequence"));
    assert!(0 < figure(&sandbox, "bourse_journal_free_bytes"));
    assert!(0 < figure(&sandbox, "bourse_journal_reserve_bytes"));
    assert_eq!(figure(&sandbox, "bourse_journal_errors_total"), 0);
    assert_eq!(figure(&sandbox, "bourse_up_state{state=\"ready\"}"), 1);
    assert_eq!(figure(&sandbox, "bourse_up_state{state=\"degraded\"}"), 0);
}

/// Returns a figure of the metrics.
fn figure(sandbox: &Sandbox, name: &str) -> u64 {
    let metrics = sandbox.watch("/metrics");
    let mut lines = metrics.lines().filter_map(|line| line.split_once(' '));
    let (_, value) = lines.find(|(found, _)| *found == name).expect(name);
    value.parse().expect("a number")
}

/// Returns the answer to a page whose name somebody has turned to this machine.
fn turned_name(sandbox: &Sandbox) -> String {
    use std::io::Write;
    let mut stream = TcpStream::connect(&sandbox.ops).expect("connects");
    let head = "GET /metrics HTTP/1.1\r\nConnection: close\r\nHost: evil.example\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[test]
fn what_was_refused_is_in_the_audit_log_after_a_stop_and_operators_read_it() {
    let mut sandbox = Sandbox::start(&[]);
    let unknown =
        "X-MBX-APIKEY: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
    for _ in 0..3 {
        let answer = sandbox.send("GET", "/api/v3/account", unknown, "");
        assert_eq!(status(&answer), "401", "{answer}");
    }
    sandbox.end("TERM");
    let verified = sandbox::verify(&sandbox.data(), &[]);
    assert!(verified.status.success(), "{}", text(&verified.stderr));
    sandbox.start_again("none");
    let desk = Desk::start(sandbox);
    let (is_done, rows) = desk.tell("olivia", &["audit", "list"]);
    assert!(is_done, "{rows}");
    let row = rows.lines().find(|row| row.contains("key-refused"));
    let row = row.expect(&rows);
    for part in [
        "stranger",
        "unknown",
        "3 times in a minute, first -2015 for account",
    ] {
        assert!(row.contains(part), "{row}");
    }
}

#[test]
fn a_copied_directory_is_checked_when_it_is_said_to_be_one() {
    let mut sandbox = Sandbox::start(&[]);
    sandbox.end("TERM");
    let copy = sandbox.folder().join("copy");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(sandbox.data())
        .arg(&copy)
        .status();
    assert!(copied.expect("cp runs").success());
    let verify = |more: &[&str]| {
        let output = sandbox::verify(&copy, more);
        (
            output.status.success(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };
    let (is_taken, said) = verify(&[]);
    assert!(
        !is_taken && said.contains("this directory is a copy"),
        "{said}"
    );
    let (is_taken, said) = verify(&["--accept-copy"]);
    assert!(is_taken && said.contains("states    "), "{said}");
    let (is_taken, _) = verify(&[]);
    assert!(!is_taken, "it was checked, and is a copy still");
}

/// A collector of one life: takes rows over connections until it is dropped.
struct Collector {
    address: SocketAddr,
    rows: Receiver<Value>,
    /// A line a row, as collectors write them.
    file: String,
}

impl Collector {
    fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let (tell, rows) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut stream = BufReader::new(stream);
                while let Some(row) = row(&mut stream) {
                    if tell.send(row).is_err() {
                        return;
                    }
                }
            }
        });
        Collector {
            address,
            rows,
            file: String::new(),
        }
    }

    /// Waits for a row of this act.
    fn wait_for(&mut self, act: &str) -> Value {
        loop {
            let row = self.rows.recv_timeout(Duration::from_secs(30));
            let row = row.expect("a row of this act");
            self.file
                .push_str(&format!("Nov 30 08:14:00 trade1 bourse[42]: {row}\n"));
            if row["act"] == act {
                return row;
            }
        }
    }
}

fn row(stream: &mut impl BufRead) -> Option<Value> {
    let mut length = Vec::new();
    stream.read_until(b' ', &mut length).ok()?;
    let length = core::str::from_utf8(&length).ok()?.trim().parse().ok()?;
    let mut message = vec![0; length];
    stream.read_exact(&mut message).ok()?;
    let message = String::from_utf8(message).expect("text");
    serde_json::from_str(&message[message.find('{')?..]).ok()
}

#[test]
fn the_audit_log_is_on_another_machine_also_after_a_kill() {
    let mut collector = Collector::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    let settings = format!(
        "[telemetry]\naudit_ship = \"syslog+tcp://{}\"\n",
        collector.address
    );
    std::fs::write(&file, settings).expect("written");
    let arguments = ["--config", path(&file)];
    let mut sandbox = Sandbox::start(&arguments);
    let first = collector.wait_for("operator-bootstrapped");
    assert_eq!(first["number"], 1);
    sandbox.end("KILL");
    sandbox.start_again_with("none", &arguments);
    let form = "email=nobody%40example.test&password=not+the+password";
    assert_eq!(status(&sandbox.post("/v1/login", form)), "401");
    let failed = collector.wait_for("login-failed");
    assert_eq!(failed["who"], "stranger");
    let metrics = sandbox.watch("/metrics");
    assert!(
        metrics.contains("bourse_audit_ship_lag_seconds 0\n"),
        "{metrics}"
    );
    let told = last_row(&run_on_users(&["audit", "verify"], &sandbox.data()));
    let kept = folder.path().join("received");
    std::fs::write(&kept, &collector.file).expect("written");
    let received = ["audit", "received", path(&kept)];
    assert_eq!(last_row(&run(&received)), told, "it is the same log");
    let altered = collector.file.replacen("login-failed", "login", 1);
    std::fs::write(&kept, altered).expect("written");
    let refused = run(&received);
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("was changed"),
        "{}",
        text(&refused.stderr)
    );
}

/// Returns the hash of the last row that a check names.
fn last_row(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let (_, hash) = said.split_once("the last ").expect(&said);
    hash[..64].to_owned()
}
