//! Operators at the shell: what two of them decide is carried out once, and written down so that no change goes unseen.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bourse::data::DataDirectory;
use hmac::{Hmac, KeyInit, Mac};
use identity::identity::Identity;
use identity::master::MasterKey;
use identity::operator_key::OperatorKey;
use identity::policy::Kind;
use identity::proposal::{Decision, Draft};
use identity::signed_request::SignedRequest;
use serde_json::Value;
use sha2::Sha256;

use crate::sandbox::{Sandbox, block_on, run, run_on_users, tamper, users_address, verify};

/// A running sandbox and what its `dev.json` says.
pub struct Desk {
    pub sandbox: Sandbox,
    told: Value,
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("text")
}

fn description(sandbox: &Sandbox) -> Value {
    let file = sandbox.data().join("dev.json");
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        let read = std::fs::read_to_string(&file).unwrap_or_default();
        match serde_json::from_str::<Value>(&read) {
            Ok(told) if told["rest"] == format!("http://{}", sandbox.address) => return told,
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
    panic!("no dev.json");
}

impl Desk {
    pub fn start(sandbox: Sandbox) -> Desk {
        let told = description(&sandbox);
        Desk { sandbox, told }
    }

    fn console(&self) -> &str {
        let console = self.told["console"].as_str().expect("an address");
        console.strip_prefix("http://").expect("an address")
    }

    fn key(&self, name: &str) -> PathBuf {
        let operators = self.told["operators"].as_array().expect("operators");
        let found = operators.iter().find(|operator| operator["name"] == name);
        found.expect("an operator")["key"]
            .as_str()
            .expect("a path")
            .into()
    }

    /// Runs a command as an operator; returns whether it went well, and what it said.
    pub fn tell(&self, name: &str, arguments: &[&str]) -> (bool, String) {
        self.tell_with(&self.key(name), arguments)
    }

    fn tell_with(&self, key: &Path, arguments: &[&str]) -> (bool, String) {
        let reached = ["--key", path(key), "--console", self.console()];
        let output = run(&[arguments, &reached[..]].concat());
        let said = text(&output.stdout) + &text(&output.stderr);
        (output.status.success(), said)
    }

    /// Proposes as Olivia, and returns number and digest.
    pub fn propose(&self, arguments: &[&str]) -> (String, String) {
        let (is_done, said) = self.tell("olivia", arguments);
        assert!(is_done, "{said}");
        (field(&said, "proposal"), field(&said, "digest"))
    }

    /// Approves as Oscar, and returns the outcome.
    pub fn approve(&self, (number, digest): &(String, String)) -> String {
        let arguments = ["proposal", "approve", number, "--digest", digest];
        let (is_done, said) = self.tell("oscar", &arguments);
        assert!(is_done, "{said}");
        field(&said, "outcome")
    }

    fn adjust(&self, account: &str, amount: &str) -> (String, String) {
        let (account, amount) = (format!("account={account}"), format!("amount={amount}"));
        let kind = ["proposal", "new", "adjust", &account, "asset=USDT", &amount];
        self.propose(&[&kind[..], &["--reason", "a claim"]].concat())
    }

    /// Sends a request that the key of an account has signed, and returns the whole answer.
    pub fn signed(&self, index: usize, method: &str, path: &str, query: &str) -> String {
        let account = &self.told["accounts"][index];
        let secret = account["api_secret"].as_str().expect("a secret");
        let key = account["api_key"].as_str().expect("a key");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("now");
        let query = format!("{query}&timestamp={}", now.as_millis());
        let query = query.trim_start_matches('&');
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
        mac.update(query.as_bytes());
        let signature = mac.finalize().into_bytes();
        let signature: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut stream = self.sandbox.ask(&format!(
            "{method} {path}?{query}&signature={signature} HTTP/1.1\r\n\
             Connection: close\r\nX-MBX-APIKEY: {key}\r\n"
        ));
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    /// Returns what an account has free of an asset, as the API tells it.
    pub fn free(&self, index: usize, asset: &str) -> String {
        let answer = self.signed(index, "GET", "/api/v3/account", "");
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        let told: Value = serde_json::from_str(body).expect("JSON");
        let balances = told["balances"].as_array().expect("balances");
        let found = balances.iter().find(|balance| balance["asset"] == asset);
        found.expect("a balance")["free"]
            .as_str()
            .expect("text")
            .to_owned()
    }

    pub fn verify(&self) -> (bool, String) {
        let output = verify(&self.sandbox.data(), &[]);
        let said = text(&output.stdout) + &text(&output.stderr);
        (output.status.success(), said)
    }
}

/// Returns the value that stands behind a name at the beginning of a line.
pub fn field(said: &str, name: &str) -> String {
    let mut lines = said.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(known, _)| *known == name);
    found.map_or_else(String::new, |(_, value)| value.trim().to_owned())
}

#[test]
fn two_operators_adjust_a_balance_and_everything_tells_who() {
    let mut desk = Desk::start(Sandbox::start(&[]));
    let beyond = desk.adjust("2", "40");
    assert_eq!(desk.approve(&beyond), "EquityInsufficient");

    let taken = desk.adjust("1", "-100.5");
    let (number, digest) = &taken;
    let own = ["proposal", "approve", number, "--digest", digest];
    let (is_done, said) = desk.tell("olivia", &own);
    assert!(!is_done && said.contains("-7033"), "{said}");
    assert_eq!(desk.free(0, "USDT"), "5000000.00000000");
    let other = "0".repeat(64);
    let unseen = ["proposal", "approve", number, "--digest", &other];
    let (is_done, said) = desk.tell("oscar", &unseen);
    assert!(!is_done && said.contains("-7035"), "{said}");
    assert!(desk.approve(&taken).starts_with("command "));
    let (is_done, said) = desk.tell(
        "oscar",
        &["proposal", "approve", number, "--digest", digest],
    );
    assert!(!is_done && said.contains("executed already"), "{said}");
    assert_eq!(desk.free(0, "USDT"), "4999899.50000000");
    let given = desk.adjust("2", "40");
    assert!(desk.approve(&given).starts_with("command "));
    assert_eq!(desk.free(1, "USDT"), "5000040.00000000");

    let frozen = ["user", "freeze", "bob@example.test", "--reason", "stolen"];
    let frozen = desk.propose(&frozen);
    assert!(desk.approve(&frozen).starts_with("command "));
    let halted = [
        "proposal",
        "new",
        "set-phase",
        "market=BTCUSDT",
        "phase=halt",
    ];
    let halted = desk.propose(&[&halted[..], &["--reason", "news"]].concat());
    assert!(desk.approve(&halted).starts_with("command "));
    let listed = [
        "proposal",
        "new",
        "list-asset",
        "symbol=DOGE",
        "--reason",
        "asked for",
    ];
    let listed = desk.propose(&listed);
    assert!(desk.approve(&listed).starts_with("command "));
    let like = [
        "proposal",
        "new",
        "list-market",
        "symbol=DOGEUSDT",
        "base=DOGE",
        "quote=USDT",
        "tick=0.0001",
        "lot=1",
        "like=LTCUSDT",
        "taker_ppb=2000000",
        "--reason",
        "asked for",
    ];
    let market = desk.propose(&like);
    assert!(desk.approve(&market).starts_with("command "));
    let info = desk.sandbox.get("/api/v3/exchangeInfo");
    assert!(info.contains("DOGEUSDT") && info.contains("HALT"));

    let (_, log) = desk.tell("oscar", &["audit", "list", "--limit", "1000"]);
    for act in [
        "operator-bootstrapped",
        "proposal-proposed",
        "proposal-step-refused",
        "proposal-approved",
        "proposal-executed",
        "proposal-refused",
    ] {
        assert!(log.contains(act), "{act}: {log}");
    }
    // The end of the audit log is told to the journal every two seconds.
    std::thread::sleep(Duration::from_secs(5));
    desk.sandbox.end("KILL");
    check_journal(&desk, number);
    check_tampering(&desk);
}

fn check_journal(desk: &Desk, number: &str) {
    let data = desk.sandbox.data();
    let data = path(&data);
    let dump = text(&run(&["journal", "dump", "--data-dir", data]).stdout);
    let is_of = |line: &&str| {
        line.contains(r#""command":"Approved""#)
            && line.contains(&format!(r#""proposal":"{number}","#))
    };
    let lines: Vec<&str> = dump.lines().filter(is_of).collect();
    let [line] = lines[..] else {
        panic!("{lines:?}");
    };
    assert!(line.contains(r#""proposer":1,"approver":2"#), "{line}");
    assert!(line.contains(r#""amount":"-10050000000""#), "{line}");
    let replay = || text(&run(&["replay", "--digest", "--data-dir", data]).stdout);
    let first = replay();
    assert!(first.contains("state"), "{first}");
    assert_eq!(replay(), first);
}

fn check_tampering(desk: &Desk) {
    let data = desk.sandbox.data();
    let (is_whole, said) = desk.verify();
    assert!(is_whole, "{said}");
    assert!(said.contains("audit log"), "{said}");
    tamper(&data, "UPDATE audit_log SET subject = 'x' WHERE number = 5");
    let (is_whole, said) = desk.verify();
    assert!(
        !is_whole && said.contains("row 5 of the audit log was changed"),
        "{said}"
    );
    tamper(&data, "DELETE FROM audit_log WHERE 4 < number");
    let (is_whole, said) = desk.verify();
    assert!(
        !is_whole && said.contains("rows were removed from its end"),
        "{said}"
    );
    let only = run_on_users(&["audit", "verify"], &data);
    assert!(only.status.success(), "the chain by itself is whole");
}

#[test]
fn the_first_operators_are_made_at_the_shell_and_add_a_third() {
    let sandbox = Sandbox::start_in(|data, folder| {
        let keys = folder.join("keys");
        let bootstrap = |keys: &Path| {
            let names = ["operator", "bootstrap", "ann", "bob", "dora"];
            run_on_users(&[&names[..], &["--keys", path(keys)]].concat(), data)
        };
        let twice = ["operator", "bootstrap", "ann", "ann", "--keys", path(&keys)];
        let twice = run_on_users(&twice, data);
        assert!(text(&twice.stderr).contains("cannot both be ann"));
        let made = bootstrap(&keys);
        assert!(made.status.success(), "{}", text(&made.stderr));
        assert!(!text(&made.stdout).contains("add a third"));
        let again = bootstrap(folder);
        assert!(!again.status.success());
        assert!(text(&again.stderr).contains("there are operators already"));
    });
    let desk = Desk::start(sandbox);
    let folder = desk.sandbox.data();
    let folder = folder.parent().expect("a folder");
    let (ann, bob) = (folder.join("keys/ann.key"), folder.join("keys/bob.key"));
    let carl = folder.join("carl.key");
    assert!(run(&["operator", "key", path(&carl)]).status.success());
    let dora = folder.join("keys/dora.key");
    let (is_done, said) = desk.tell_with(&dora, &["user", "show", "ALICE@example.test"]);
    assert!(is_done && said.contains("  state         active"), "{said}");
    let (is_done, said) = desk.tell_with(&dora, &["user", "show", "eve@example.test"]);
    assert!(!is_done && said.contains("nobody is or was eve"), "{said}");
    let (is_done, said) = desk.tell_with(&carl, &["operator", "list"]);
    assert!(!is_done && said.contains("-7012"), "{said}");

    let public = folder.join("carl.pub");
    let add = [
        "operator",
        "add",
        "carl",
        "--roles",
        "viewer,market-ops",
        "--public-key",
        path(&public),
    ];
    let (is_done, said) = desk.tell_with(&ann, &[&add[..], &["--reason", "new"]].concat());
    assert!(is_done, "{said}");
    let (number, digest) = (field(&said, "proposal"), field(&said, "digest"));
    let approve = ["proposal", "approve", &number, "--digest", &digest];
    let (is_done, said) = desk.tell_with(&bob, &approve);
    assert!(is_done && field(&said, "state") == "executed", "{said}");
    let (is_done, said) = desk.tell_with(&carl, &["operator", "list"]);
    assert!(
        is_done && said.contains("carl") && said.contains("viewer,market-ops"),
        "{said}"
    );

    let adjust = ["proposal", "new", "adjust", "account=1", "asset=BTC"];
    let more = ["amount=-1", "--reason", "x"];
    let (is_done, said) = desk.tell_with(&carl, &[&adjust[..], &more[..]].concat());
    assert!(
        !is_done && said.contains("-7015"),
        "not of his roles: {said}"
    );
    let (is_done, said) = desk.tell_with(&carl, &["audit", "list"]);
    assert!(
        !is_done && said.contains("-7015"),
        "not of his roles: {said}"
    );
    let (_, log) = desk.tell_with(&ann, &["audit", "list"]);
    assert!(
        log.contains("operator-refused") && log.contains("-7012"),
        "{log}"
    );
    assert!(log.contains("operator-signed-in"), "{log}");
    let wrong = [
        "proposal",
        "new",
        "set-phase",
        "market=NOPE",
        "phase=halt",
        "--reason",
        "x",
    ];
    let (is_done, said) = desk.tell_with(&carl, &wrong);
    assert!(
        !is_done && said.contains("market must be the symbol"),
        "{said}"
    );
}

#[test]
fn two_operators_invite_a_third_who_brings_a_key_and_sessions_are_ended() {
    let desk = Desk::start(Sandbox::start(&[]));
    let invite = ["operator", "invite", "zoe", "--roles", "support"];
    let proposed = desk.propose(&[&invite[..], &["--reason", "more hands"]].concat());
    desk.approve(&proposed);
    let (number, _) = &proposed;
    let half = |name| {
        let (is_done, said) = desk.tell(name, &["operator", "invitation", number]);
        assert!(is_done, "{said}");
        field(&said, "half")
    };
    let (one, other) = (half("olivia"), half("oscar"));
    let folder = desk.sandbox.data();
    let zoe = folder.parent().expect("a folder").join("zoe.key");
    assert!(run(&["operator", "key", path(&zoe)]).status.success());
    let (is_done, said) = desk.tell_with(&zoe, &["operator", "accept", &one, &one]);
    assert!(!is_done && said.contains("-7018"), "{said}");
    let (is_done, said) = desk.tell_with(&zoe, &["operator", "accept", &other, &one]);
    assert!(is_done && field(&said, "name") == "zoe", "{said}");

    let end = [
        "user",
        "end-sessions",
        "alice@example.test",
        "--reason",
        "stolen",
    ];
    let (is_done, said) = desk.tell_with(&zoe, &end);
    assert!(is_done && said.contains("user=1"), "{said}");
    let ended = (field(&said, "proposal"), field(&said, "digest"));
    desk.approve(&ended);
    let (_, said) = desk.tell("olivia", &["proposal", "show", &ended.0]);
    assert_eq!(field(&said, "state"), "executed", "{said}");
    assert_eq!(field(&said, "approvals"), "oscar", "{said}");
    let (_, said) = desk.tell("olivia", &["proposal", "policy"]);
    assert!(
        said.contains("approvals") && said.contains("end-sessions"),
        "{said}"
    );
    let unknown = [
        "user",
        "end-sessions",
        "nobody@example.test",
        "--reason",
        "x",
    ];
    let (is_done, said) = desk.tell("olivia", &unknown);
    assert!(!is_done && said.contains("email must be"), "{said}");
}

/// The process ended after an approval and before it was carried out: the next start does that.
#[test]
fn an_approval_that_was_not_carried_out_is_carried_out_at_the_next_start() {
    let mut desk = Desk::start(Sandbox::start(&[]));
    desk.sandbox.end("TERM");
    let data = desk.sandbox.data();
    let address = users_address(&data);
    let id = block_on(async {
        let directory = DataDirectory::existing(&data).expect("there");
        let master = MasterKey::load(&directory.join("master.key")).expect("a key");
        let identity = Identity::open(&address, master).await;
        let identity = identity.expect("opens");
        let operators = identity.operators().await.expect("read");
        let now = bourse::node::now();
        let draft = Draft {
            kind: Kind::Adjust,
            parameters: "account=1&asset=USDT&amount=-7.00000000".to_owned(),
            reason: "a claim".to_owned(),
            worth: "-7.00000000 USDT".to_owned(),
        };
        let proposal = identity.propose(&operators[0], draft, now).await;
        let proposal = proposal.expect("proposed");
        let decision = Decision::Approve(proposal.digest);
        let decided = identity.decide(&operators[1], proposal.id, &decision, now);
        decided.await.expect("approved");
        identity.close().await;
        proposal.id
    });
    for _ in 0..2 {
        desk.sandbox.start_again("none");
        desk.told = description(&desk.sandbox);
        let number = id.0.to_string();
        let end = Instant::now() + Duration::from_secs(15);
        loop {
            let (_, said) = desk.tell("oscar", &["proposal", "show", &number]);
            if field(&said, "state") == "executed" {
                break;
            }
            assert!(Instant::now() < end, "{said}");
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(desk.free(0, "USDT"), "4999993.00000000");
        desk.sandbox.end("KILL");
    }
}

/// Sends a request as signed, and returns status line and body.
fn send(host: &str, request: &SignedRequest<'_>, key: &OperatorKey, signature: &str) -> String {
    let mut stream = TcpStream::connect(host).expect("connects");
    let (method, path, query) = (request.method, request.path, request.query);
    let head = format!(
        "{method} {path}?{query} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         x-bourse-key: {}\r\nx-bourse-timestamp: {}\r\nx-bourse-nonce: {}\r\n\
         x-bourse-signature: {signature}\r\n\r\n",
        request.host,
        key.public(),
        request.timestamp_ms,
        request.nonce
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[test]
fn a_request_of_an_operator_counts_once_in_its_time_and_only_there() {
    let desk = Desk::start(Sandbox::start(&[]));
    let key = OperatorKey::load(&desk.key("olivia")).expect("a key");
    let host = desk.console();
    let now_ms = bourse::node::now().millis();
    let request = |nonce, timestamp_ms| SignedRequest {
        method: "GET",
        host,
        path: "/v1/operator/proposals",
        query: "limit=5",
        body: b"",
        timestamp_ms,
        nonce,
    };
    let first = request("a1", now_ms);
    let signature = key.sign(&first);
    assert!(send(host, &first, &key, &signature).starts_with("HTTP/1.1 200 "));
    let again = send(host, &first, &key, &signature);
    assert!(again.contains("-7014"), "{again}");
    let other = SignedRequest {
        query: "limit=6",
        ..request("a2", now_ms)
    };
    let forged = send(host, &other, &key, &key.sign(&request("a2", now_ms)));
    assert!(forged.contains("-7012"), "{forged}");
    for (nonce, timestamp_ms) in [("a3", now_ms - 60_000), ("a4", now_ms + 60_000)] {
        let late = request(nonce, timestamp_ms);
        let late = send(host, &late, &key, &key.sign(&late));
        assert!(late.contains("-7013"), "{late}");
    }
    let unknown = SignedRequest {
        query: "limit=5&is_admin=1",
        ..request("a5", now_ms)
    };
    let unknown = send(host, &unknown, &key, &key.sign(&unknown));
    assert!(unknown.contains("is_admin is no parameter"), "{unknown}");
    let public = desk.sandbox.get("/v1/operator/proposals?limit=5");
    assert!(
        public.starts_with("HTTP/1.1 404 "),
        "not on the public listener: {public}"
    );
    let mut stream = TcpStream::connect(host).expect("connects");
    let head = b"GET /api/v3/time HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(head).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(
        answer.starts_with("HTTP/1.1 404 "),
        "the public API is not here: {answer}"
    );
}

#[test]
fn the_listener_of_operators_stays_on_this_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let refused = run(&[
        "dev",
        "--listen",
        "127.0.0.1:0",
        "--console",
        "0.0.0.0:0",
        "--data-dir",
        path(&data),
    ]);
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("stays on this machine"));
}
