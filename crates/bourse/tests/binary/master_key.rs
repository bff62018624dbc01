//! The master key at the shell, beside a running exchange and after its end.

use std::time::{Duration, Instant};

use crate::sandbox::{Sandbox, run_on_users};

/// Runs a command about the key of a sandbox; returns whether it went well, and what it said.
fn tell(sandbox: &Sandbox, arguments: &[&str]) -> (bool, String) {
    let words = [&["master-key"], arguments].concat();
    let output = run_on_users(&words, &sandbox.data());
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8(said).expect("text"),
    )
}

fn status(sandbox: &Sandbox) -> String {
    let (is_well, said) = tell(sandbox, &["status"]);
    assert!(is_well, "{said}");
    said
}

/// Returns the value that stands behind a name at the beginning of a line.
fn field(said: &str, name: &str) -> String {
    let mut lines = said.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(known, _)| *known == name);
    found.expect("a line").1.trim().to_owned()
}

/// Returns how many API keys are sealed under the current and under the former key.
fn keys(said: &str) -> (u64, u64) {
    let line = said.lines().find(|line| line.ends_with("API keys"));
    let numbers = line.expect("a line").split_whitespace();
    let numbers: Vec<u64> = numbers.map_while(|word| word.parse().ok()).collect();
    (numbers[0], numbers[1])
}

fn registers(sandbox: &Sandbox, name: &str) -> bool {
    let form = format!("email={name}%40example.test&password=fifteen+letters");
    let answer = sandbox.post("/v1/register", &form);
    answer.starts_with("HTTP/1.1 200 ")
}

#[test]
fn a_key_is_replaced_beside_a_running_exchange_and_after_a_kill() {
    let mut sandbox = Sandbox::start(&[]);
    let first = field(&status(&sandbox), "seals");
    let kept = sandbox.data().with_file_name("former.key");
    let kept = kept.to_str().expect("text");
    let (is_well, said) = tell(&sandbox, &["rotate", "--no-wait", "--keep", kept]);
    assert!(is_well, "{said}");
    let end = Instant::now() + Duration::from_secs(20);
    let during = loop {
        assert!(registers(&sandbox, "ann"), "nobody is refused meanwhile");
        let said = status(&sandbox);
        if keys(&said) == (4, 0) {
            break said;
        }
        assert!(Instant::now() < end, "{said}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let next = field(&during, "seals");
    assert_ne!(next, first);
    assert!(
        during.contains(&format!("opens     {first}, until")),
        "{during}"
    );
    let (is_well, said) = tell(&sandbox, &["check", kept]);
    assert!(!is_well && said.contains("do not open"), "{said}");

    sandbox.end("KILL");
    let (is_well, said) = tell(&sandbox, &["rotate"]);
    assert!(
        is_well && said.contains(&format!("{next} is left")),
        "{said}"
    );
    let after = status(&sandbox);
    assert_eq!(field(&after, "seals"), next);
    assert!(after.contains("opens     nothing else"), "{after}");
    sandbox.start_again("none");
    assert!(registers(&sandbox, "bob"));
    let verified = sandbox.get("/health/ready");
    assert!(verified.starts_with("HTTP/1.1 200 "), "{verified}");
}

#[test]
fn a_lost_key_is_abandoned_only_when_it_is_lost_and_only_on_demand() {
    let mut sandbox = Sandbox::start(&[]);
    let (is_well, said) = tell(&sandbox, &["abandon", "--yes"]);
    assert!(!is_well && said.contains("another exchange runs"), "{said}");
    sandbox.end("TERM");
    let (is_well, said) = tell(&sandbox, &["abandon", "--yes"]);
    assert!(!is_well && said.contains("nothing is lost"), "{said}");
    std::fs::remove_file(sandbox.data().join("master.key")).expect("removed");
    let (is_well, said) = tell(&sandbox, &["abandon"]);
    assert!(!is_well && said.contains("nothing was changed"), "{said}");
    let (is_well, said) = tell(&sandbox, &["abandon", "--yes"]);
    assert!(is_well, "{said}");
    assert_eq!(keys(&status(&sandbox)), (0, 0));
    sandbox.start_again("none");
    assert!(registers(&sandbox, "ann"));
    assert_eq!(keys(&status(&sandbox)).0, 4, "the sandbox makes other keys");
}
