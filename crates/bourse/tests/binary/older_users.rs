//! Users in an older state than the journal knows of: told at once, and as long as nobody at the shell has accepted it.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::kyc::{body, join_as};
use crate::operators::text;
use crate::sandbox::{Sandbox, back_up_users, restore_users, run_on_users, verify};

const PATIENCE: Duration = Duration::from_secs(30);
/// The end of the audit log is looked at every two seconds.
const LOOKS: Duration = Duration::from_secs(5);

/// Returns a figure of the metrics.
fn figure(sandbox: &Sandbox, name: &str) -> u64 {
    let told = sandbox.watch("/metrics");
    let mut lines = told.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(found, _)| *found == name);
    let (_, value) = found.unwrap_or_else(|| panic!("no {name}: {told}"));
    value.parse().expect("a number")
}

/// Waits until the journal was told of more rows than so many, and returns of how many.
fn told_beyond(sandbox: &Sandbox, rows: u64) -> u64 {
    let end = Instant::now() + PATIENCE;
    loop {
        let told = figure(sandbox, "bourse_audit_log_told_row");
        if rows < told {
            return told;
        }
        assert!(Instant::now() < end, "{told}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn register(sandbox: &Sandbox, name: &str) {
    let form = format!("email={name}%40example.test&password=fifteen+letters");
    let answer = sandbox.post_patiently("/v1/register", &form);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// Returns what the check of everything says of what is wrong.
fn wrong(sandbox: &Sandbox) -> String {
    let checked = verify(&sandbox.data(), &[]);
    assert!(!checked.status.success());
    text(&checked.stderr)
}

fn assert_told(sandbox: &Sandbox) {
    let end = Instant::now() + PATIENCE;
    while figure(sandbox, "bourse_audit_log_is_other") == 0 {
        assert!(Instant::now() < end, "nobody is told");
        std::thread::sleep(Duration::from_millis(50));
    }
    let health = sandbox.watch("/-/health");
    let words = "is not the one that the journal knows";
    assert!(health.contains(words), "{health}");
    assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
}

#[test]
fn users_who_went_back_are_told_however_long_their_log_becomes_until_that_is_accepted() {
    let mut sandbox = Sandbox::start(&[]);
    register(&sandbox, "ann");
    let before = told_beyond(&sandbox, 3);
    assert_eq!(figure(&sandbox, "bourse_audit_log_is_other"), 0);
    sandbox.end("TERM");
    back_up_users(&sandbox.data());
    sandbox.start_again("none");
    register(&sandbox, "bob");
    let told = told_beyond(&sandbox, before);
    sandbox.end("TERM");

    restore_users(&sandbox.data());
    let said = wrong(&sandbox);
    assert!(said.contains("rows were removed from its end"), "{said}");
    sandbox.start_again("none");
    assert_told(&sandbox);
    for name in ["carl", "dora", "emil"] {
        register(&sandbox, name);
    }
    std::thread::sleep(LOOKS);
    assert_told(&sandbox);
    assert_eq!(figure(&sandbox, "bourse_audit_log_told_row"), told);
    sandbox.end("TERM");
    let said = wrong(&sandbox);
    assert!(said.contains("are not those that the journal"), "{said}");

    sandbox.start_again_with("none", &["--accept-audit-log"]);
    told_beyond(&sandbox, told);
    assert_eq!(figure(&sandbox, "bourse_audit_log_is_other"), 0);
    sandbox.end("TERM");
    let checked = verify(&sandbox.data(), &[]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let alone = run_on_users(&["audit", "verify"], &sandbox.data());
    assert!(alone.status.success(), "{}", text(&alone.stderr));
}

/// Becomes a user, and returns the account that the first login opens.
fn account_of(sandbox: &Sandbox, name: &str) -> u64 {
    let session = join_as(sandbox, name);
    let told = body(&sandbox.send("GET", "/api/v3/account", &session, ""));
    told["uid"].as_u64().expect("a number")
}

#[test]
fn nobody_gets_the_account_of_a_user_who_is_lost_with_a_state_of_the_users() {
    let mut sandbox = Sandbox::start(&[]);
    sandbox.end("TERM");
    back_up_users(&sandbox.data());
    sandbox.start_again("none");
    let lost = ["ann", "emil"].map(|name| account_of(&sandbox, name));
    sandbox.end("TERM");
    restore_users(&sandbox.data());
    sandbox.start_again_with("none", &["--accept-audit-log"]);
    for name in ["fred", "ann"] {
        let account = account_of(&sandbox, name);
        assert!(!lost.contains(&account), "{name} has one of {lost:?}");
    }
}

const FILES: [&str; 3] = ["journal", "events", "snapshots"];

/// Puts the files of one directory in the place of those of another, which stays where it is.
fn put(from: &Path, to: &Path) {
    for folder in FILES {
        let (from, to) = (from.join(folder), to.join(folder));
        for old in std::fs::read_dir(&to).expect("a folder") {
            std::fs::remove_file(old.expect("a file").path()).expect("removed");
        }
        for new in std::fs::read_dir(&from).expect("a folder") {
            let new = new.expect("a file");
            std::fs::copy(new.path(), to.join(new.file_name())).expect("copied");
        }
    }
}

#[test]
fn a_journal_from_before_the_users_is_not_gone_on_with() {
    let mut sandbox = Sandbox::start(&[]);
    sandbox.end("TERM");
    let kept = sandbox.folder().join("kept");
    for folder in FILES {
        std::fs::create_dir_all(kept.join(folder)).expect("made");
    }
    put(&sandbox.data(), &kept);
    sandbox.start_again("none");
    let account = account_of(&sandbox, "ann");
    sandbox.end("TERM");

    put(&kept, &sandbox.data());
    let words = format!("a user has account {account}, and the journal knows");
    let said = wrong(&sandbox);
    assert!(said.contains(&words), "{said}");
    let said = sandbox.refused();
    assert!(said.contains(&words), "{said}");
}
