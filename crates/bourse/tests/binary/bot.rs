//! A bot with a key of the sandbox.

use std::time::{Duration, Instant};

use ring::hmac;
use serde_json::Value;

use crate::sandbox::Sandbox;

const PATIENCE: Duration = Duration::from_secs(20);

/// A bot with a key of the sandbox.
pub struct Bot<'a> {
    sandbox: &'a Sandbox,
    header: String,
    secret: String,
}

impl Bot<'_> {
    /// Returns the bot of an account.
    pub fn of<'a>(sandbox: &'a Sandbox, name: &str) -> Bot<'a> {
        let known: Value = serde_json::from_slice(&keys_of(sandbox)).expect("JSON");
        let accounts = known["accounts"].as_array().expect("a list");
        let own = accounts.iter().find(|account| account["name"] == name);
        let own = own.expect("an account");
        let text = |name: &str| own[name].as_str().expect("a text").to_owned();
        Bot {
            sandbox,
            header: format!("X-MBX-APIKEY: {}\r\n", text("api_key")),
            secret: text("api_secret"),
        }
    }

    /// Asks without a signature; returns status and body.
    pub fn ask(&self, method: &str, path: &str, form: &str) -> (String, Value) {
        read(&self.sandbox.send(method, path, &self.header, form))
    }

    /// Asks with a signature, and returns what was answered.
    pub fn signed(&self, method: &str, path: &str, query: &str) -> Value {
        let separator = if query.is_empty() { "" } else { "&" };
        let signed = format!(
            "{query}{separator}timestamp={}",
            gateway::clock::now().millis()
        );
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        let tag = hmac::sign(&key, signed.as_bytes());
        let hex = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
        let target = format!("{path}?{signed}&signature={}", hex.collect::<String>());
        let (status, body) = self.ask(method, &target, "");
        assert_eq!(status, "200", "{body}");
        body
    }
}

/// Waits for the file with the keys, which is there soon after the announcement.
fn keys_of(sandbox: &Sandbox) -> Vec<u8> {
    let until = Instant::now() + PATIENCE;
    loop {
        match std::fs::read(sandbox.data().join("dev.json")) {
            Ok(keys) => return keys,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn read(answer: &str) -> (String, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    let status = head.split(' ').nth(1).expect("a status");
    let body = serde_json::from_str(body).expect("JSON");
    (status.to_owned(), body)
}
