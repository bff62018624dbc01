//! What people read of an exchange at rest: after any restart every query has to answer as before.

use super::account::{Client, Parameters};
use super::exchange::Exchange;
use super::request::MARKETS;
use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;

/// The most rows an answer may have.
const ROWS: &str = "1000";
const LEVELS: &str = "5000";
const INTERVALS: [&str; 16] = [
    "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w",
    "1M",
];
/// Windows that are longer than any test, so that nothing leaves them between two questions. The average of five
/// minutes is not asked for that reason, and the running day not, because it may end.
const WINDOWS: [&str; 2] = ["1d", "7d"];
/// What tells the time of the question and not what happened.
const TIMES_OF_ASKING: [&str; 2] = ["openTime", "closeTime"];
/// How much of two answers a difference shows.
const SHOWN_CHARS: usize = 400;

/// Answers by question.
pub type Answers = BTreeMap<String, Value>;

/// Asks everything that can be asked, about what happened up to `until_ms`. Nobody may trade meanwhile.
///
/// # Errors
/// A query is not answered.
pub fn take(exchange: &Exchange, until_ms: u128) -> Result<Answers> {
    let mut answers = Answers::new();
    for (index, account) in exchange.accounts.iter().enumerate() {
        let mut client = Client::new(exchange.address, account);
        for (path, parameters) in questions_of_an_account() {
            let name = format!("account {index}: {path} {parameters:?}");
            answers.insert(name, client.read(path, &parameters)?);
        }
    }
    let mut client = Client::new(exchange.address, &exchange.accounts[0]);
    for (path, parameters) in questions_of_the_public(until_ms) {
        let mut answer = client.read(path, &parameters)?;
        if let (true, Value::Object(fields)) = (is_rolling(path), &mut answer) {
            fields.retain(|name, _| !TIMES_OF_ASKING.contains(&name.as_str()));
        }
        answers.insert(format!("{path} {parameters:?}"), answer);
    }
    Ok(answers)
}

fn is_rolling(path: &str) -> bool {
    path.ends_with("/ticker/24hr") || path.ends_with("/ticker")
}

/// Compares the answers before and after a restart.
///
/// # Errors
/// The first one that differs.
pub fn ensure_same(before: &Answers, after: &Answers) -> Result<()> {
    for (question, answer) in before {
        let again = after.get(question).unwrap_or(&Value::Null);
        if answer != again {
            let (one, other) = (answer.to_string(), again.to_string());
            let mut pairs = one.bytes().zip(other.bytes());
            let start = pairs.position(|(one, other)| one != other).unwrap_or(0);
            bail!(
                "{question} is answered otherwise after a restart, from byte {start} on:\n  {}\n  {}",
                part(&one, start),
                part(&other, start)
            );
        }
    }
    Ok(())
}

fn part(text: &str, from: usize) -> String {
    text.chars()
        .skip(from.saturating_sub(SHOWN_CHARS / 2))
        .take(SHOWN_CHARS)
        .collect()
}

fn questions_of_an_account() -> Vec<(&'static str, Parameters)> {
    let mut questions = vec![
        ("/api/v3/account", Vec::new()),
        ("/api/v3/openOrders", Vec::new()),
        ("/api/v3/openOrderList", Vec::new()),
        ("/api/v3/allOrderList", vec![("limit", ROWS.to_owned())]),
    ];
    for market in &MARKETS {
        for path in ["/api/v3/allOrders", "/api/v3/myTrades"] {
            questions.push((path, of_market(market.symbol, &[("limit", ROWS)])));
        }
    }
    questions
}

fn questions_of_the_public(until_ms: u128) -> Vec<(&'static str, Parameters)> {
    let mut questions = Vec::new();
    for market in &MARKETS {
        questions.push((
            "/api/v3/depth",
            of_market(market.symbol, &[("limit", LEVELS)]),
        ));
        for path in [
            "/api/v3/trades",
            "/api/v3/historicalTrades",
            "/api/v3/aggTrades",
        ] {
            questions.push((path, of_market(market.symbol, &[("limit", ROWS)])));
        }
        for path in [
            "/api/v3/ticker/24hr",
            "/api/v3/ticker/price",
            "/api/v3/ticker/bookTicker",
        ] {
            questions.push((path, of_market(market.symbol, &[])));
        }
        for window in WINDOWS {
            let window = [("windowSize", window)];
            questions.push(("/api/v3/ticker", of_market(market.symbol, &window)));
        }
        for interval in INTERVALS {
            let until = until_ms.to_string();
            let range = [("interval", interval), ("endTime", &until), ("limit", ROWS)];
            for path in ["/api/v3/klines", "/api/v3/uiKlines"] {
                questions.push((path, of_market(market.symbol, &range)));
            }
        }
    }
    questions
}

fn of_market(symbol: &str, others: &[(&'static str, &str)]) -> Parameters {
    let mut parameters = vec![("symbol", symbol.to_owned())];
    parameters.extend(
        others
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_differs_or_is_missing_is_found() {
        let answers = |value: &str| Answers::from([("depth".to_owned(), Value::from(value))]);
        assert!(ensure_same(&answers("a"), &answers("a")).is_ok());
        assert!(ensure_same(&answers("a"), &answers("b")).is_err());
        assert!(ensure_same(&answers("a"), &Answers::new()).is_err());
    }
}
