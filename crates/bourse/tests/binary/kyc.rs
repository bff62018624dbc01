//! A level at the shell: somebody applies on the pages, compliance decides, and the engine holds what it allows.

use crate::sandbox::{Sandbox, run};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

const WAIT: Duration = Duration::from_secs(20);

fn configured(configuration: &str) -> Sandbox {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bourse.toml");
    std::fs::write(&file, configuration).expect("written");
    Sandbox::start(&["--config", file.to_str().expect("text")])
}

pub fn body(answer: &str) -> Value {
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).expect("JSON")
}

fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let end = Instant::now() + WAIT;
    while Instant::now() < end {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("no {what}")
}

/// Becomes a user and returns the headers of the session.
pub fn join(sandbox: &Sandbox) -> String {
    join_as(sandbox, "ann")
}

/// As `join`, under another name.
pub fn join_as(sandbox: &Sandbox, name: &str) -> String {
    let account = format!("email={name}%40example.test&password=fifteen+letters");
    let registered = sandbox.post_patiently("/v1/register", &account);
    let outbox = body(&sandbox.get("/dev/outbox"));
    let token = outbox[0]["token"].as_str();
    let token = token.unwrap_or_else(|| panic!("a letter, not {outbox} after {registered}"));
    body(&sandbox.post("/v1/register/confirm", &format!("token={token}")));
    sign_in(sandbox, &account)
}

/// Signs in by address and password, and returns the headers of the session.
pub fn sign_in(sandbox: &Sandbox, account: &str) -> String {
    let login = sandbox.post_patiently("/v1/login", account);
    let answer = body(&login);
    let csrf = answer["csrfToken"].as_str();
    let csrf = csrf.unwrap_or_else(|| panic!("a session, not {login}"));
    let cookie = login
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let (cookie, _) = cookie
        .expect("a cookie")
        .split_once(';')
        .expect("attributes");
    format!("Cookie: {cookie}\r\nX-BOURSE-CSRF: {csrf}\r\n")
}

/// The console and the key of an operator, as `dev.json` tells them.
pub fn desk(data: &Path, name: &str) -> (String, String) {
    until("dev.json", || {
        let text = std::fs::read_to_string(data.join("dev.json")).ok()?;
        let told: Value = serde_json::from_str(&text).ok()?;
        let console = told["console"]
            .as_str()?
            .strip_prefix("http://")?
            .to_owned();
        let mut operators = told["operators"].as_array()?.iter();
        let operator = operators.find(|operator| operator["name"] == name)?;
        Some((console, operator["key"].as_str()?.to_owned()))
    })
}

#[test]
fn a_level_is_applied_for_on_the_pages_and_granted_at_the_shell() {
    let sandbox = configured("[kyc]\nfirst_level = 0\n");
    let headers = join(&sandbox);
    let ask = |method: &str, path: &str, form: &str| sandbox.send(method, path, &headers, form);
    let told = body(&ask("GET", "/v1/kyc", ""));
    assert_eq!(
        (&told["level"], &told["reference"]),
        (&0.into(), &"USDT".into())
    );
    assert_eq!(told["withdrawals"]["day"]["limit"], "0.00000000");
    let order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=1000";
    let refused = ask("POST", "/api/v3/order/test", order);
    assert!(refused.starts_with("HTTP/1.1 "), "{refused}");
    let person = "legalName=Ann+Example&birthDate=1990-02-28&country=DE&address=Street+1&level=1";
    body(&ask("POST", "/v1/kyc/application", person));
    let number = body(&ask("POST", "/v1/kyc/submit", ""))["id"].to_string();

    let (console, key) = desk(&sandbox.data(), "olivia");
    let shell = |arguments: &[&str]| {
        let reached = ["--key", &key, "--console", &console];
        let output = run(&[&["kyc"], arguments, &reached[..]].concat());
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), said + &error)
    };
    let (_, list) = shell(&["list"]);
    assert!(
        list.contains("SUBMITTED") && !list.contains("Ann"),
        "{list}"
    );
    let (is_done, early) = shell(&["approve", &number]);
    assert!(!is_done && early.contains("-7042"), "{early}");
    let (_, shown) = shell(&["show", &number]);
    assert!(shown.contains("Ann Example"), "{shown}");
    let (is_done, claimed) = shell(&["claim", &number]);
    assert!(is_done && claimed.contains("IN_REVIEW"), "{claimed}");
    let (is_done, approved) = shell(&["approve", &number]);
    assert!(is_done && approved.contains("APPROVED"), "{approved}");
    let told = until("level", || {
        let told = body(&ask("GET", "/v1/kyc", ""));
        (told["level"] == 1).then_some(told)
    });
    assert_eq!(told["withdrawals"]["day"]["limit"], "1000.00000000");
    let list = sandbox.data().join("list.csv");
    let names = "name,birth_date,source\n\"Example, Ann\",1990-02-28,EU 7\n";
    std::fs::write(&list, names).expect("written");
    let (_, screened) = shell(&["screen", list.to_str().expect("text")]);
    assert!(
        screened.contains("EU 7") && screened.contains("1 matches"),
        "{screened}"
    );
}
