//! The sandbox's accounts, and requests signed in their name.

use super::http::{Answer, Broken, Connection};
use anyhow::{Context, Result, bail};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A request is good for as long as it may be: time is not what is tested.
const WINDOW_MS: u32 = 60_000;

/// Names and values of a request, in the order they are sent.
pub type Parameters = Vec<(&'static str, String)>;

/// An account of `dev.json`.
#[derive(Clone, Debug)]
pub struct Account {
    key: String,
    secret: String,
}

/// What `dev.json` says of a running exchange.
#[derive(Debug)]
pub struct Described {
    pub address: SocketAddr,
    /// Of metrics and health.
    pub ops: SocketAddr,
    pub accounts: Vec<Arc<Account>>,
}

/// Reads what the exchange of a data directory says of itself.
///
/// # Errors
/// `dev.json` is missing or says something else.
pub fn described(data: &Path) -> Result<Described> {
    let text = std::fs::read_to_string(data.join("dev.json")).context("dev.json")?;
    let described: Value = serde_json::from_str(&text)?;
    let address = |name: &str| -> Result<SocketAddr> {
        let url = described[name].as_str();
        let address = url.and_then(|url| url.strip_prefix("http://"));
        Ok(address.context("an address in dev.json")?.parse()?)
    };
    let accounts = described["accounts"]
        .as_array()
        .context("accounts in dev.json")?;
    let accounts = accounts
        .iter()
        .map(|account| Ok(Arc::new(Account::read(account)?)));
    Ok(Described {
        address: address("rest")?,
        ops: address("ops")?,
        accounts: accounts.collect::<Result<_>>()?,
    })
}

impl Account {
    fn read(described: &Value) -> Result<Account> {
        let field = |name: &str| {
            let text = described[name].as_str().map(str::to_owned);
            text.with_context(|| format!("`{name}` of an account in dev.json"))
        };
        Ok(Account {
            key: field("api_key")?,
            secret: field("api_secret")?,
        })
    }

    /// Returns the query of a signed request. Every value is of letters, digits and `.-`, which need no escapes.
    fn query(&self, parameters: &[(&str, String)]) -> String {
        let mut query = String::new();
        for (name, value) in parameters {
            let _ = write!(query, "{name}={value}&");
        }
        let _ = write!(query, "recvWindow={WINDOW_MS}&timestamp={}", now_ms());
        let signature = signature(&self.secret, &query);
        let _ = write!(query, "&signature={signature}");
        query
    }

    /// Returns the parameters of a signed request of the WebSocket API: what is signed stands in the order of its names.
    pub fn signed(&self, parameters: &[(&str, String)]) -> Value {
        let mut all: BTreeMap<&str, Value> = parameters
            .iter()
            .map(|(name, value)| (*name, Value::from(value.as_str())))
            .collect();
        all.insert("apiKey", Value::from(self.key.as_str()));
        all.insert("recvWindow", Value::from(WINDOW_MS));
        all.insert("timestamp", Value::from(now_ms() as u64));
        let text: Vec<String> = all
            .iter()
            .map(|(name, value)| match value.as_str() {
                Some(text) => format!("{name}={text}"),
                None => format!("{name}={value}"),
            })
            .collect();
        let signature = signature(&self.secret, &text.join("&"));
        all.insert("signature", Value::from(signature));
        serde_json::json!(all)
    }
}

fn signature(secret: &str, text: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Returns the time of day in milliseconds.
pub fn now_ms() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}

/// A client of one account, with a connection that is made when it is needed.
#[derive(Debug)]
pub struct Client {
    pub address: SocketAddr,
    pub account: Arc<Account>,
    connection: Option<Connection>,
}

impl Client {
    pub fn new(address: SocketAddr, account: &Arc<Account>) -> Client {
        Client {
            address,
            account: Arc::clone(account),
            connection: None,
        }
    }

    /// Sends a signed request and waits for its answer.
    ///
    /// # Errors
    /// There is none, and why.
    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        parameters: &[(&str, String)],
    ) -> Result<Answer, Broken> {
        let target = format!("{path}?{}", self.account.query(parameters));
        let key = self.account.key.clone();
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(Connection::open(self.address)?),
        };
        let outcome = connection.ask(method, &target, &key);
        if outcome.is_err() {
            self.connection = None;
        }
        outcome
    }

    /// Asks for something that there is and returns it.
    ///
    /// # Errors
    /// The answer is no success.
    pub fn read(&mut self, path: &str, parameters: &[(&str, String)]) -> Result<Value> {
        self.done("GET", path, parameters)
    }

    /// Asks for something that has to be done and returns the answer.
    ///
    /// # Errors
    /// The answer is no success.
    pub fn done(
        &mut self,
        method: &str,
        path: &str,
        parameters: &[(&str, String)],
    ) -> Result<Value> {
        let answer = self.ask(method, path, parameters)?;
        if answer.status != 200 {
            bail!(
                "{method} {path} {parameters:?} answers {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// **Source** the example in the API's documentation of signed requests.
    #[test]
    fn a_signature_is_that_of_the_documented_example() {
        let secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
        let query = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1\
                     &recvWindow=5000&timestamp=1499827319559";
        let expected = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
        assert_eq!(signature(secret, query), expected);
    }
}
