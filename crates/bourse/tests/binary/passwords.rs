//! The passwords of the sandbox's people, as `dev.json` tells them.

use crate::kyc::body;
use crate::sandbox::Sandbox;
use serde_json::Value;
use std::time::{Duration, Instant};

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
