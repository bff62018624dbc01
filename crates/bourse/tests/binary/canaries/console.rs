//! An operator in a browser: the session, its tokens and challenges, and the picture that the operator looks at.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::{Canaries, text};
use crate::authenticator::{Authenticator, ORIGIN};
use crate::kyc::desk;
use crate::sandbox::Sandbox;

/// Of a picture, what only it has.
const PART_BYTES: usize = 24;
/// What every picture ends with.
const END_BYTES: usize = 8;

/// A page of the console.
struct Page {
    console: String,
    headers: String,
}

impl Page {
    /// Returns head and body of an answer.
    fn send(&self, method: &str, target: &str, form: &str) -> (String, Vec<u8>) {
        let (host, headers) = (&self.console, &self.headers);
        let mut stream = TcpStream::connect(host).expect("connects");
        let head = format!(
            "{method} {target} HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\nOrigin: {ORIGIN}\r\n{headers}"
        );
        let request = format!("{head}Content-Length: {}\r\n\r\n{form}", form.len());
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n");
        let body = answer.split_off(end.expect("a body") + 4);
        let head = String::from_utf8(answer).expect("text");
        let said = String::from_utf8_lossy(&body);
        assert!(head.starts_with("HTTP/1.1 200 "), "{target} {said}");
        (head, body)
    }

    fn ask(&self, path: &str, form: &str) -> Value {
        let (_, body) = self.send("POST", path, form);
        serde_json::from_slice(&body).expect("JSON")
    }
}

/// Goes through what a browser of an operator is told once, by the code of a passkey.
pub(super) fn live(
    sandbox: &Sandbox,
    canaries: &mut Canaries,
    personal: &mut Canaries,
    code: &str,
) {
    let (console, _) = desk(&sandbox.data(), "olivia");
    let mut page = Page {
        console,
        headers: String::new(),
    };
    let mut authenticator = Authenticator::new("canary");
    let code = format!("code={code}");
    let told = page.ask("/v1/operator/passkey/begin", &code);
    let handle = text(&told["userHandle"]);
    let made = authenticator.create(&told);
    page.ask(
        "/v1/operator/passkey",
        &format!("{code}&label=laptop&{made}"),
    );
    let told = page.ask("/v1/operator/login/challenge", "");
    let challenge = text(&told["challenge"]);
    canaries.plant("challenge of an operator's login", &challenge);
    let signed = authenticator.sign(&told);
    let form = format!("challenge={challenge}&userHandle={handle}&{signed}");
    let (head, body) = page.send("POST", "/v1/operator/login", &form);
    let cookie = head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let pair = cookie.and_then(|cookie| cookie.split(';').next());
    let pair = pair.expect("a cookie");
    let token = pair.split_once('=').expect("a value").1;
    canaries.plant("session of an operator", token);
    let begun: Value = serde_json::from_slice(&body).expect("JSON");
    let csrf = text(&begun["csrfToken"]);
    canaries.plant("token of an operator's page", &csrf);
    page.headers = format!("Cookie: {pair}\r\nX-BOURSE-CSRF: {csrf}\r\n");
    let told = page.ask("/v1/operator/passkey/challenge", "");
    canaries.plant("challenge of an operator", &text(&told["challenge"]));

    let target = "/v1/operator/kyc/document?document=1";
    let (_, picture) = page.send("GET", target, "");
    let part = &picture[picture.len() - END_BYTES - PART_BYTES..][..PART_BYTES];
    personal.plant_bytes("picture of an applicant", part);
}
