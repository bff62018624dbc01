//! Signed orders over HTTP, made before the clock starts.

use anyhow::Result;

use crate::socket::beside::Seen;
use crate::socket::exchange::Exchange;
use crate::socket::load;
use crate::socket::requests::Requests;
use crate::socket::signing::{Key, Window};

/// Sends orders and cancels over so many connections, together so many requests, and returns what was seen.
///
/// # Errors
/// An answer that is a refusal.
pub fn run(exchange: &Exchange, name: &str, (connections, requests): (u32, u32)) -> Result<Seen> {
    let pairs = requests.div_ceil(2 * connections);
    let connections = (0..connections)
        .zip(exchange.keys.iter().cycle())
        .map(|(index, key)| signed(key, &format!("{name}-{index}"), pairs as usize))
        .collect::<Result<Vec<Requests>>>()?;
    load::run(exchange.address(), connections)
}

/// Returns `pairs` times an order and its cancel, each with a signature of its own.
///
/// `name` tells the orders of this connection and run from all others.
///
/// # Errors
/// The clock stands before 1970.
pub fn signed(key: &Key, name: &str, pairs: usize) -> Result<Requests> {
    let window = Window::now()?.query();
    let mut requests = Requests::default();
    for pair in 0..pairs {
        // Far below the market, so that it rests until its cancel.
        let place = format!(
            "symbol=LTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=20.00\
             &newClientOrderId={name}-{pair}&{window}"
        );
        requests.push(request("POST", key, &place).as_bytes());
        let cancel = format!("symbol=LTCUSDT&origClientOrderId={name}-{pair}&{window}");
        requests.push(request("DELETE", key, &cancel).as_bytes());
    }
    Ok(requests)
}

fn request(method: &str, key: &Key, query: &str) -> String {
    let signature = key.sign(query);
    let id = &key.id;
    format!(
        "{method} /api/v3/order?{query}&signature={signature} HTTP/1.1\r\nhost: localhost\r\nx-mbx-apikey: {id}\r\n\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_a_signature_of_its_own() {
        let key = Key::for_tests();
        let requests = signed(&key, "a", 3).unwrap();
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
