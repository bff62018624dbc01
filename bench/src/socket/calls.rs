//! Requests of the WebSocket API, made before the clock starts.

use std::fmt::Write;
use std::net::SocketAddr;

use anyhow::{Result, bail, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::socket::frames::{self, Frame, Incoming};
use crate::socket::requests::Requests;
use crate::socket::signing::{Key, Window};

/// Where the exchange takes requests over a socket, and the bare server answers each with itself.
pub const PATH: &str = "/ws-api/v3";

/// A parameter: its name and its value.
type Pair<'a> = (&'static str, &'a str);

/// The requests of a socket that has logged on, numbered from 0.
pub struct Calls {
    requests: Requests,
    window: Window,
}

impl Calls {
    /// # Errors
    /// The clock stands before 1970.
    pub fn new() -> Result<Calls> {
        Ok(Calls {
            requests: Requests::default(),
            window: Window::now()?,
        })
    }

    /// Adds a request of the account that logged on.
    pub fn push(&mut self, method: &str, pairs: &[Pair<'_>]) {
        let mut pairs = pairs.to_vec();
        pairs.extend(stamp(&self.window));
        let call = call(self.requests.len(), method, &pairs);
        self.requests.push(&frames::text(&call));
    }

    /// Adds a request of another account, with its signature.
    pub fn push_signed(&mut self, key: &Key, method: &str, pairs: &[Pair<'_>]) {
        let call = signed(self.requests.len(), key, method, pairs, &self.window);
        self.requests.push(&frames::text(&call));
    }

    pub fn finish(self) -> Requests {
        self.requests
    }
}

/// Returns `pairs` times an order and its cancel; `name` tells them from all others.
///
/// # Errors
/// The clock stands before 1970.
pub fn pairs(name: &str, pairs: usize) -> Result<Requests> {
    let mut calls = Calls::new()?;
    for pair in 0..pairs {
        let id = format!("{name}-{pair}");
        // Far below the market, so that it rests until its cancel.
        let order = [
            ("symbol", "LTCUSDT"),
            ("side", "BUY"),
            ("type", "LIMIT"),
            ("timeInForce", "GTC"),
            ("quantity", "0.5"),
            ("price", "20.00"),
            ("newClientOrderId", &id),
        ];
        calls.push("order.place", &order);
        let cancel = [("symbol", "LTCUSDT"), ("origClientOrderId", &id)];
        calls.push("order.cancel", &cancel);
    }
    Ok(calls.finish())
}

/// Opens a socket of the WebSocket API and logs on.
///
/// # Errors
/// The exchange refuses.
pub async fn log_on(address: SocketAddr, key: &Key) -> Result<TcpStream> {
    let mut stream = frames::open(address, PATH).await?;
    let call = signed(0, key, "session.logon", &[], &Window::now()?);
    stream.write_all(&frames::text(&call)).await?;
    let mut incoming = Incoming::new();
    loop {
        incoming.fill(&mut stream).await?;
        match incoming.next()? {
            Some(Frame::Text(answer)) => {
                check_granted(answer, 0)?;
                return Ok(stream);
            }
            Some(Frame::Ping(_)) => bail!("a ping before the first answer"),
            None => {}
        }
    }
}

/// Checks that an answer grants request `number`.
///
/// # Errors
/// It does not.
pub fn check_granted(answer: &[u8], number: usize) -> Result<()> {
    let expected = format!(r#"{{"id":{number},"status":200,"#);
    ensure!(
        answer.starts_with(expected.as_bytes()),
        "request {number} was answered {}",
        String::from_utf8_lossy(answer)
    );
    Ok(())
}

fn stamp(window: &Window) -> [Pair<'_>; 2] {
    [
        ("recvWindow", &window.recv_window_ms),
        ("timestamp", &window.timestamp_ms),
    ]
}

fn signed(id: usize, key: &Key, method: &str, pairs: &[Pair<'_>], window: &Window) -> String {
    let mut pairs = pairs.to_vec();
    pairs.extend(stamp(window));
    pairs.push(("apiKey", &key.id));
    // What is signed is sorted by name.
    pairs.sort_unstable();
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let signature = key.sign(&query.join("&"));
    pairs.push(("signature", &signature));
    call(id, method, &pairs)
}

/// Returns a request; no value has a character that JSON would escape.
fn call(id: usize, method: &str, pairs: &[Pair<'_>]) -> String {
    let mut call = format!(r#"{{"id":{id},"method":"{method}","params":{{"#);
    for (index, (name, value)) in pairs.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(call, r#"{comma}"{name}":"{value}""#).expect("a text takes everything");
    }
    call.push_str("}}");
    call
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_signature_covers_the_sorted_parameters() {
        let key = Key::for_tests();
        let window = Window::now().unwrap();
        let call = signed(7, &key, "order.place", &[("symbol", "LTCUSDT")], &window);
        let call: Value = serde_json::from_str(&call).unwrap();
        assert_eq!(
            (call["id"].as_u64(), call["method"].as_str()),
            (Some(7), Some("order.place"))
        );
        let payload = format!(
            "apiKey=id&{}",
            window.query().replace("&", "&symbol=LTCUSDT&")
        );
        assert_eq!(call["params"]["signature"], key.sign(&payload));
    }

    #[test]
    fn an_answer_is_a_grant_of_its_own_request_or_an_error() {
        assert!(check_granted(br#"{"id":3,"status":200,"result":{}}"#, 3).is_ok());
        assert!(check_granted(br#"{"id":3,"status":400,"error":{}}"#, 3).is_err());
        assert!(check_granted(br#"{"id":2,"status":200,"result":{}}"#, 3).is_err());
    }
}
