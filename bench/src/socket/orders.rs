//! Signed requests, made before the clock starts.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::socket::exchange::Key;

/// The longest a signature may wait for its use.
const RECV_WINDOW_MS: u64 = 60_000;

/// The requests of one connection, in order.
#[derive(Debug, Default)]
pub struct Requests {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Requests {
    /// Returns `pairs` times an order and its cancel, each with a signature of its own.
    ///
    /// `name` tells the orders of this connection and run from all others.
    ///
    /// # Errors
    /// The clock stands before 1970.
    pub fn signed(key: &Key, name: &str, pairs: usize) -> Result<Requests> {
        let window = window()?;
        let mut requests = Requests::default();
        for pair in 0..pairs {
            // Far below the market, so that it rests until its cancel.
            let place = format!(
                "symbol=LTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=20.00\
                 &newClientOrderId={name}-{pair}&{window}"
            );
            requests.push("POST", key, place)?;
            let cancel = format!("symbol=LTCUSDT&origClientOrderId={name}-{pair}&{window}");
            requests.push("DELETE", key, cancel)?;
        }
        Ok(requests)
    }

    /// Returns `pairs` times an order and another account's that takes one like it.
    ///
    /// # Errors
    /// As `signed`.
    pub fn trading([buyer, seller]: [&Key; 2], name: &str, pairs: usize) -> Result<Requests> {
        let window = window()?;
        let mut requests = Requests::default();
        let order = "symbol=LTCUSDT&type=LIMIT&quantity=0.1&price=60.00";
        for pair in 0..pairs {
            let end = format!("newClientOrderId={name}-{pair}&{window}");
            let buy = format!("{order}&side=BUY&timeInForce=GTC&{end}");
            requests.push("POST", buyer, buy)?;
            let sell = format!("{order}&side=SELL&timeInForce=IOC&{end}");
            requests.push("POST", seller, sell)?;
        }
        Ok(requests)
    }

    fn push(&mut self, method: &str, key: &Key, mut query: String) -> Result<()> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.as_bytes())?;
        mac.update(query.as_bytes());
        query.push_str("&signature=");
        for byte in mac.finalize().into_bytes() {
            write!(query, "{byte:02x}")?;
        }
        let head = format!(
            "{method} /api/v3/order?{query} HTTP/1.1\r\nhost: localhost\r\nx-mbx-apikey: {}\r\n\r\n",
            key.id
        );
        self.bytes.extend_from_slice(head.as_bytes());
        self.ends.push(self.bytes.len());
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.bytes[start..*end])
    }
}

/// Returns the parameters that say when a request was made.
fn window() -> Result<String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now_ms = since.context("the clock stands before 1970")?.as_millis();
    Ok(format!("recvWindow={RECV_WINDOW_MS}&timestamp={now_ms}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_a_signature_of_its_own() {
        let key = Key {
            id: "id".to_owned(),
            secret: "secret".to_owned(),
        };
        let requests = Requests::signed(&key, "a", 3).unwrap();
        let mut signatures: Vec<String> = requests
            .iter()
            .map(|request| {
                let text = String::from_utf8(request.to_vec()).unwrap();
                let (_, tail) = text.split_once("signature=").unwrap();
                tail[..64].to_owned()
            })
            .collect();
        assert_eq!(signatures.len(), requests.len());
        signatures.sort();
        signatures.dedup();
        assert_eq!(signatures.len(), 6);
    }
}
