//! Secrets that users and operators have later on: of other addresses, of lost factors, of applicants and of a desk.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::{ANN, Browser, Canaries, OTHER_PASSWORD, text};
use crate::kyc::desk;
use crate::operators::field;
use crate::sandbox::{Sandbox, run};

const PICTURE: &[u8] = include_bytes!("../../../../identity/tests/uploads/plain.png");
const NAME: &str = "Canaria Nameworthy-51d7";
const STREET: &str = "Canary Street 8c20";
const STATEMENT: &str = "canary-statement-e94b";

/// Plants what the sandbox makes for itself.
pub(super) fn plant_seeds(sandbox: &Sandbox, canaries: &mut Canaries) {
    // It is there once an operator is told in it.
    let (_, key) = desk(&sandbox.data(), "olivia");
    let told = std::fs::read_to_string(sandbox.data().join("dev.json")).expect("a file");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let alice = &told["accounts"][0];
    canaries.plant("secret of a seeded key", &text(&alice["api_secret"]));
    canaries.plant("password of a seeded account", &text(&alice["password"]));
    let key = std::fs::read_to_string(key).expect("a key");
    let line = key.lines().nth(1).expect("a line of base64");
    canaries.plant("private key of an operator", line);
}

/// Goes through what tells a secret to other mailboxes, and what is said about oneself; whoever has an archive of the
/// user reads what they said, so that this is looked for elsewhere alone.
pub(super) fn live(
    browser: &mut Browser<'_>,
    canaries: &mut Canaries,
    personal: &mut Canaries,
    recovery: &str,
) {
    personal.plant("name of an applicant", NAME);
    personal.plant("address of an applicant", STREET);
    personal.plant("statement of who lost a factor", STATEMENT);
    let form = format!("legalName={NAME}&birthDate=1990-02-28&country=DE&address={STREET}&level=1");
    browser.ask("POST", "/v1/kyc/application", &form.replace(' ', "+"));
    upload(browser);
    browser.ask("POST", "/v1/kyc/submit", "");

    let act = "email=amy%40example.test";
    let challenge = browser.ask(
        "POST",
        "/v1/challenge",
        &format!("action=changeEmail&{act}"),
    );
    let challenge = text(&challenge["challenge"]);
    let form = format!("{act}&challenge={challenge}&totp={recovery}");
    browser.ask("POST", "/v1/email/change", &form);
    let token = token_of(browser.sandbox, "EMAIL_CHANGE");
    canaries.plant("token of another address", &token);
    browser.ask("POST", "/v1/email/confirm", &format!("token={token}"));
    let token = token_of(browser.sandbox, "EMAIL_CHANGED");
    canaries.plant("token that takes an address back", &token);
    browser.ask("POST", "/v1/email/return", &format!("token={token}"));

    browser.ask("POST", "/v1/factorReset/ask", ANN);
    let token = token_of(browser.sandbox, "SECOND_FACTOR_RESET_LINK");
    canaries.plant("token of a lost factor", &token);
    let form = format!("token={token}&password={OTHER_PASSWORD}&statement={STATEMENT}");
    browser.ask("POST", "/v1/factorReset", &form);
    let token = token_of(browser.sandbox, "SECOND_FACTOR_RESET_ASKED");
    canaries.plant("token that cancels a reset", &token);
}

/// Shows a picture.
fn upload(browser: &Browser<'_>) {
    let address = &browser.sandbox.address;
    let mut stream = TcpStream::connect(address).expect("connects");
    let head = format!(
        "POST /v1/kyc/documents?kind=PORTRAIT HTTP/1.1\r\nConnection: close\r\nHost: {address}\r\n{}\
         Content-Length: {}\r\n\r\n",
        browser.headers,
        PICTURE.len()
    );
    let sent = stream.write_all(&[head.as_bytes(), PICTURE].concat());
    sent.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

fn token_of(sandbox: &Sandbox, subject: &str) -> String {
    let answer = sandbox.get("/dev/outbox");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let letters: Value = serde_json::from_str(body).expect("JSON");
    let mut letters = letters.as_array().expect("letters").iter();
    let letter = letters.find(|letter| letter["subject"] == subject);
    text(&letter.expect("a letter of this subject")["token"])
}

/// Has operators ask for everything that they are told once.
///
/// Returns the code of a passkey, which is used later.
pub(super) fn work(sandbox: &Sandbox, canaries: &mut Canaries) -> String {
    let tell = |name: &str, words: &[&str]| {
        let (console, key) = desk(&sandbox.data(), name);
        let answer = run(&[words, &["--key", &key, "--console", &console]].concat());
        let said = String::from_utf8(answer.stdout).expect("text");
        let wrong = String::from_utf8_lossy(&answer.stderr).into_owned();
        assert!(answer.status.success(), "{words:?} {wrong}");
        said
    };
    let told = tell("olivia", &["operator", "passkey"]);
    let code = field(&told, "code");
    canaries.plant("code of a passkey", &code);
    let invite = ["operator", "invite", "zoe", "--roles", "support"];
    let told = tell("olivia", &[&invite[..], &["--reason", "hands"]].concat());
    let (number, digest) = (field(&told, "proposal"), field(&told, "digest"));
    let approve = ["proposal", "approve", &number, "--digest", &digest];
    tell("oscar", &approve);
    for (who, what) in [
        ("olivia", "half of an invitation"),
        ("oscar", "other half of an invitation"),
    ] {
        let told = tell(who, &["operator", "invitation", &number]);
        canaries.plant(what, &field(&told, "half"));
    }
    code
}
