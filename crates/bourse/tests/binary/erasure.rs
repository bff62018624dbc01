//! A user who leaves: everything is handed over first, then the account is closed and erased, and all is whole.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use bourse::data::DataDirectory;
use identity::erasure::Term;
use identity::identity::Identity;
use identity::master::MasterKey;
use model::time::Timestamp;

use crate::kyc::{body, join, sign_in};
use crate::operators::{Desk, path, text};
use crate::passwords::{again, alice};
use crate::sandbox::{Sandbox, block_on, run_on_users, users_address};

const ANN: &str = "ann@example.test";

/// Takes everything away from an account that it has, as two operators do.
fn empty(desk: &Desk, session: &str, email: &str) {
    let account = desk.sandbox.send("GET", "/api/v3/account", session, "");
    let account = body(&account);
    let balances = account["balances"].as_array().expect("balances").clone();
    for balance in balances {
        let free = balance["free"].as_str().expect("a text");
        if free.trim_matches(['0', '.']).is_empty() {
            continue;
        }
        let asset = format!("asset={}", balance["asset"].as_str().expect("a text"));
        let (email, amount) = (format!("email={email}"), format!("amount=-{free}"));
        let kind = ["proposal", "new", "adjust", &email, &asset, &amount];
        let proposed = desk.propose(&[&kind[..], &["--reason", "she leaves"]].concat());
        let outcome = desk.approve(&proposed);
        assert!(outcome.starts_with("command "), "{outcome}");
    }
}

fn close(desk: &Desk, session: &str, (password, wish): (&str, &str)) {
    let asked = format!("action=closeAccount{wish}");
    let told = body(&desk.sandbox.send("POST", "/v1/challenge", session, &asked));
    let challenge = told["challenge"].as_str().expect("a challenge");
    let form = format!("challenge={challenge}&password={password}{wish}");
    body(
        &desk
            .sandbox
            .send("POST", "/v1/account/close", session, &form),
    );
}

/// Returns what `bourse user list` says in the line of an address, which begins with the number of the user.
fn line_of(data: &Path, words: &str) -> String {
    let listed = run_on_users(&["user", "list"], data);
    let listed = text(&listed.stdout);
    let line = listed.lines().find(|line| line.contains(words));
    line.unwrap_or_else(|| panic!("{words}: {listed}"))
        .to_owned()
}

fn number_of(line: &str) -> String {
    line.split_whitespace().next().expect("a number").to_owned()
}

/// Does the round that is done every minute, in the exchange's stead.
fn erase(data: &Path) -> u64 {
    let address = users_address(data);
    block_on(async {
        let directory = DataDirectory::existing(data).expect("a directory");
        let master = MasterKey::load(&directory.join("master.key")).expect("a key");
        let identity = Identity::open(&address, master).await.expect("opens");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = Timestamp::from_millis(now.expect("after 1970").as_millis() as i64);
        let erased = identity.erase_due(Term::STANDARD, now).await;
        identity.close().await;
        erased.expect("erased")
    })
}

/// Returns the names of the files of an archive, as a program reads them that is not ours.
fn names(archive: &Path) -> Vec<String> {
    let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint('\\n'.join(z.namelist()))";
    let read = Command::new("python3")
        .args(["-c", script, path(archive)])
        .output();
    let read = read.expect("python3 runs");
    assert!(read.status.success(), "{}", text(&read.stderr));
    text(&read.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn an_operator_exports_a_user_at_the_shell_once_under_a_name() {
    let desk = Desk::start(Sandbox::start(&[]));
    join(&desk.sandbox);
    let data = desk.sandbox.data();
    let user = number_of(&line_of(&data, ANN));
    let to = desk.sandbox.folder().join("ann.zip");
    let asked = [
        "user",
        "export",
        &user,
        "--reason",
        "a letter of hers",
        "--to",
        path(&to),
    ];
    let (is_done, said) = desk.tell("olivia", &asked);
    assert!(is_done && said.contains("bytes written to"), "{said}");
    let names = names(&to);
    for name in [
        "README.txt",
        "withheld.json",
        "person/users.json",
        "person/audit_log.json",
    ] {
        assert!(
            names.iter().any(|known| known == name),
            "{name} in {names:?}"
        );
    }
    assert!(
        names.iter().any(|name| name.ends_with("/ledger.csv")),
        "{names:?}"
    );
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&to).expect("there"));
    assert_eq!(mode & 0o777, 0o600);
    let (is_done, said) = desk.tell("olivia", &asked);
    assert!(!is_done && said.contains("cannot be made"), "{said}");
    let other = desk.sandbox.folder().join("nobody.zip");
    let nobody = [
        "user",
        "export",
        "9999",
        "--reason",
        "x",
        "--to",
        path(&other),
    ];
    let (is_done, said) = desk.tell("olivia", &nobody);
    assert!(!is_done && said.contains("the number of a user"), "{said}");
    assert!(!other.exists(), "a refusal leaves no file");
    let (_, log) = desk.tell("olivia", &["audit", "list", "--limit", "1000"]);
    let line = log.lines().find(|line| line.contains("user-exported"));
    assert!(
        line.expect("it is written down")
            .contains("a letter of hers"),
        "{log}"
    );
}

#[test]
fn ledger_and_audit_log_are_whole_after_a_user_is_closed_and_erased() {
    let mut desk = Desk::start(Sandbox::start(&[]));
    let session = join(&desk.sandbox);
    empty(&desk, &session, ANN);
    close(&desk, &session, ("fifteen+letters", "&erase=true"));
    let data = desk.sandbox.data();
    assert!(line_of(&data, ANN).contains("(closed "));
    let user = number_of(&line_of(&data, ANN));
    // The end of the audit log is told to the journal every two seconds.
    std::thread::sleep(std::time::Duration::from_secs(3));
    desk.sandbox.end("TERM");
    let (is_whole, said) = desk.verify();
    assert!(is_whole, "before: {said}");
    assert_eq!(erase(&data), 1);
    let (is_whole, said) = desk.verify();
    assert!(is_whole, "{said}");
    for words in ["states    ", "audit log", "history"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let line = line_of(&data, "erased (closed ");
    assert_eq!(number_of(&line), user);
    let listed = text(&run_on_users(&["user", "list"], &data).stdout);
    assert!(!listed.contains(ANN), "{listed}");
    // It goes on, and is whole afterwards, too.
    desk.sandbox.start_again("none");
    let mut answer = String::new();
    let mut stream = desk
        .sandbox
        .ask("GET /health/ready HTTP/1.1\r\nConnection: close\r\n");
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    desk.sandbox.end("TERM");
    let (is_whole, said) = desk.verify();
    assert!(is_whole, "{said}");
}

/// Under the name of whoever has left there is somebody new, with another account and another password.
#[test]
fn a_sandbox_starts_again_after_one_of_its_people_has_closed_the_account() {
    let desk = Desk::start(Sandbox::start(&[]));
    let (email, password) = alice(&desk.sandbox);
    let password = password.expect("a password");
    let session = sign_in(&desk.sandbox, &format!("email={email}&password={password}"));
    empty(&desk, &session, "alice@example.test");
    close(&desk, &session, (&password, ""));
    let Desk { mut sandbox, .. } = desk;
    let (same, other) = again(&mut sandbox);
    let other = other.expect("a password");
    assert_eq!(same, email);
    assert_ne!(other, password);
    sign_in(&sandbox, &format!("email={email}&password={other}"));
}
