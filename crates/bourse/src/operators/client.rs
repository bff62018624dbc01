//! Signed requests to the operators' listener of a running exchange.

use crate::cli::operators::Desk;
use crate::node;
use crate::operators::download::Target;
use anyhow::{Context, Result, bail};
use gateway::console::admission::KEY;
use gateway::request_signature::{NONCE, SIGNATURE, TIMESTAMP};
use identity::operator_key::OperatorKey;
use identity::signed_request::{SignedRequest, new_nonce};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(15);
/// More than any answer has.
const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// An operator who asks.
pub struct Client {
    key: OperatorKey,
    host: String,
}

impl Client {
    /// Returns the client of a key.
    ///
    /// # Errors
    /// The key cannot be used.
    pub fn new(desk: &Desk) -> Result<Client> {
        let host = desk.console.strip_prefix("http://");
        let host = host.unwrap_or(&desk.console).trim_end_matches('/');
        Ok(Client {
            key: OperatorKey::load(&desk.key)?,
            host: host.to_owned(),
        })
    }

    /// Asks, and returns what was answered.
    ///
    /// # Errors
    /// The exchange cannot be reached, or refuses.
    pub fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value> {
        self.send("GET", path, &form(parameters), "")
    }

    /// Asks for a change, and returns what was answered.
    ///
    /// # Errors
    /// As `get`.
    pub fn post(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value> {
        self.send("POST", path, "", &form(parameters))
    }

    /// Asks for a file, and returns its bytes.
    ///
    /// # Errors
    /// As `get`.
    pub fn fetch(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Vec<u8>> {
        let answer = self.ask("GET", path, &form(parameters), "")?;
        let (status, body) = split(&answer)?;
        if status == 200 {
            return Ok(body.to_vec());
        }
        read(&answer).map(|_| Vec::new())
    }

    /// Asks for a change whose answer is a file of any length, writes it, and returns how long it is.
    ///
    /// # Errors
    /// As `get`; the file is there already or cannot be written; the answer broke off.
    pub fn download(&self, path: &str, parameters: &[(&str, &str)], to: &Path) -> Result<u64> {
        let target = Target::create(to)?;
        let request = self.request("POST", path, "", &form(parameters))?;
        target.fill(BufReader::new(self.begin(&request)?))
    }

    fn send(&self, method: &str, path: &str, query: &str, body: &str) -> Result<Value> {
        read(&self.ask(method, path, query, body)?)
    }

    fn ask(&self, method: &str, path: &str, query: &str, body: &str) -> Result<Vec<u8>> {
        let request = self.request(method, path, query, body)?;
        let mut answer = Vec::new();
        let mut bounded = self.begin(&request)?.take(ANSWER_BYTES_MAX);
        let read = bounded.read_to_end(&mut answer);
        read.with_context(|| self.unreachable())?;
        Ok(answer)
    }

    fn request(&self, method: &str, path: &str, query: &str, body: &str) -> Result<String> {
        let nonce = new_nonce()?;
        let timestamp_ms = node::now().millis();
        let signature = self.key.sign(&SignedRequest {
            method,
            host: &self.host,
            path,
            query,
            body: body.as_bytes(),
            timestamp_ms,
            nonce: &nonce,
        });
        let target = match query {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        Ok(format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             {KEY}: {}\r\n{TIMESTAMP}: {timestamp_ms}\r\n{NONCE}: {nonce}\r\n\
             {SIGNATURE}: {signature}\r\n\r\n{body}",
            self.host,
            body.len(),
            self.key.public()
        ))
    }

    /// Sends a request, and returns where its answer comes.
    fn begin(&self, request: &str) -> Result<TcpStream> {
        let stream = TcpStream::connect(&self.host).with_context(|| self.unreachable())?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let sent = (&stream).write_all(request.as_bytes());
        sent.with_context(|| self.unreachable())?;
        Ok(stream)
    }

    fn unreachable(&self) -> String {
        format!(
            "the operators' listener at {} does not answer; name another with --console",
            self.host
        )
    }
}

/// Reads an answer; a refusal is an error with its code and text.
pub fn read(answer: &[u8]) -> Result<Value> {
    let (status, body) = split(answer)?;
    let value: Value = serde_json::from_slice(body)
        .with_context(|| format!("the answer, with status {status}, is no JSON"))?;
    if status == 200 {
        return Ok(value);
    }
    let text = value["msg"].as_str().unwrap_or("no reason was given");
    match correlation(answer) {
        Some(id) => bail!("refused ({}): {text}, under {id}", value["code"]),
        None => bail!("refused ({}): {text}", value["code"]),
    }
}

/// Returns the id under which the exchange's log tells a failure.
fn correlation(answer: &[u8]) -> Option<&str> {
    let mut lines = answer.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let line = core::str::from_utf8(line).ok()?;
        line.strip_prefix("x-correlation-id: ").map(str::trim_end)
    })
}

/// Returns status and body of an answer.
fn split(answer: &[u8]) -> Result<(u16, &[u8])> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let read = end.and_then(|end| {
        let head = core::str::from_utf8(&answer[..end]).ok()?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, &answer[end + 4..]))
    });
    read.context("this is no exchange: it does not speak HTTP")
}

fn form(parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_byte_by_byte() {
        let form = form(&[("reason", "a & b = 100 %"), ("name", "é")]);
        assert_eq!(form, "reason=a%20%26%20b%20%3D%20100%20%25&name=%C3%A9");
    }

    #[test]
    fn a_refusal_is_told_with_its_code() {
        let answer = b"HTTP/1.1 403 Forbidden\r\n\r\n{\"code\":-7033,\"msg\":\"no\"}";
        let error = read(answer).expect_err("refused");
        assert_eq!(error.to_string(), "refused (-7033): no");
        let answer = b"HTTP/1.1 500 No\r\nx-correlation-id: 00ff\r\n\r\n{\"code\":-7000,\"msg\":\"its log says why\"}";
        let error = read(answer).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "refused (-7000): its log says why, under 00ff"
        );
        assert!(read(b"hello").is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n{}").is_ok());
    }
}
