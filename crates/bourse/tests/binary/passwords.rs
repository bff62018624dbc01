//! The passwords of the sandbox's people, as `dev.json` tells them.

use crate::kyc::{body, sign_in};
use crate::sandbox::Sandbox;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A key that its user keeps the private half of.
const PEM: &str = include_str!("../../../gateway/tests/gateway/rsa/public.pem");
const PATIENCE: Duration = Duration::from_secs(20);

/// Returns the address, as a form has it, and the password of the first account, once the file is there.
pub fn alice(sandbox: &Sandbox) -> (String, Option<String>) {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Ok(text) = std::fs::read_to_string(sandbox.data().join("dev.json")) {
            let told: Value = serde_json::from_str(&text).expect("JSON");
            let account = &told["accounts"][0];
            let email = account["email"].as_str().expect("an address");
            let password = account["password"].as_str().map(str::to_owned);
            return (email.replace('@', "%40"), password);
        }
        assert!(Instant::now() < until, "no dev.json");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts it again, and returns what the file tells then.
pub fn again(sandbox: &mut Sandbox) -> (String, Option<String>) {
    sandbox.end("INT");
    std::fs::remove_file(sandbox.data().join("dev.json")).expect("it was there");
    sandbox.start_again("none");
    alice(sandbox)
}

fn log_in(sandbox: &Sandbox, email: &str, password: &str) -> String {
    sandbox.post("/v1/login", &format!("email={email}&password={password}"))
}

#[test]
fn a_password_of_the_sandbox_signs_in_and_stays_until_its_user_takes_another() {
    let mut sandbox = Sandbox::start(&[]);
    let (email, password) = alice(&sandbox);
    let password = password.expect("a password");
    let login = body(&log_in(&sandbox, &email, &password));
    assert!(login["account"].is_number(), "{login}");
    let wrong = log_in(&sandbox, &email, &password.to_uppercase());
    assert!(wrong.starts_with("HTTP/1.1 401 "), "{wrong}");
    let same = again(&mut sandbox);
    assert_eq!(same, (email.clone(), Some(password.clone())));

    body(&sandbox.post("/v1/password/forgot", &format!("email={email}")));
    let outbox = body(&sandbox.get("/dev/outbox"));
    let token = outbox[0]["token"].as_str().expect("a token");
    let form = format!("token={token}&newPassword=seventeen+letters");
    body(&sandbox.post("/v1/password/reset", &form));
    assert_eq!(again(&mut sandbox), (email.clone(), None));
    let former = log_in(&sandbox, &email, &password);
    assert!(former.starts_with("HTTP/1.1 401 "), "{former}");
    body(&log_in(&sandbox, &email, "seventeen+letters"));
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Returns the first account as the file tells it.
fn told(sandbox: &Sandbox) -> Value {
    let text = std::fs::read_to_string(sandbox.data().join("dev.json")).expect("read");
    let told: Value = serde_json::from_str(&text).expect("JSON");
    told["accounts"][0].clone()
}

fn make_key(sandbox: &Sandbox, headers: &str, form: &str) -> Value {
    body(&sandbox.send("POST", "/v1/keys", headers, form))
}

fn delete_key(sandbox: &Sandbox, headers: &str, id: &Value) {
    let target = format!("/v1/keys?id={id}");
    body(&sandbox.send("DELETE", &target, headers, ""));
}

#[test]
fn a_user_who_makes_other_keys_stops_no_start_and_their_secrets_are_never_told() {
    let mut sandbox = Sandbox::start(&[]);
    let (email, password) = alice(&sandbox);
    let first = told(&sandbox);
    let login = format!(
        "email={email}&password={}",
        password.as_deref().expect("one")
    );
    let headers = sign_in(&sandbox, &login);
    let keys = body(&sandbox.send("GET", "/v1/keys", &headers, ""));
    assert_eq!(keys[0]["apiKey"], first["api_key"], "{keys}");
    // Its own name for the sandbox's key, and the sandbox's name for its own.
    let form = format!("id={}&label=mine", keys[0]["id"]);
    body(&sandbox.send("POST", "/v1/keys/change", &headers, &form));
    let own = make_key(&sandbox, &headers, "label=sandbox&scopes=read");
    let own_secret = own["secretKey"].as_str().expect("a secret").to_owned();
    assert_eq!(again(&mut sandbox), (email.clone(), password.clone()));
    assert_eq!(told(&sandbox), first);

    // Only the user's key is left, of either kind: nothing of it is told, and the password is as it was.
    let headers = sign_in(&sandbox, &login);
    delete_key(&sandbox, &headers, &keys[0]["id"]);
    let same = (email, password);
    for is_public in [false, true] {
        if is_public {
            let headers = sign_in(&sandbox, &login);
            delete_key(&sandbox, &headers, &own["id"]);
            let form = format!("label=sandbox&scopes=read&publicKey={}", escaped(PEM));
            make_key(&sandbox, &headers, &form);
        }
        assert_eq!(again(&mut sandbox), same);
        let without = told(&sandbox);
        assert!(without["api_key"].is_null(), "{without}");
        assert!(without["api_secret"].is_null(), "{without}");
        assert!(!without.to_string().contains(&own_secret));
        body(&sandbox.post("/v1/login", &login));
    }
}

#[test]
fn a_key_of_somebody_who_registered_under_a_name_of_the_sandbox_is_not_told() {
    let mut sandbox = Sandbox::start(&["--accounts", "1"]);
    let account = "email=bob%40example.test&password=fifteen+letters";
    body(&sandbox.post("/v1/register", account));
    let headers = sign_in(&sandbox, account);
    let own = make_key(&sandbox, &headers, "label=sandbox&scopes=read");
    sandbox.end("INT");
    std::fs::remove_file(sandbox.data().join("dev.json")).expect("it was there");
    sandbox.start_again_with("none", &["--accounts", "2"]);
    alice(&sandbox);
    let text = std::fs::read_to_string(sandbox.data().join("dev.json")).expect("read");
    assert!(text.contains("bob@example.test"), "{text}");
    assert!(!text.contains(own["secretKey"].as_str().expect("a secret")));
    assert!(!text.contains(own["apiKey"].as_str().expect("an id")));
}
