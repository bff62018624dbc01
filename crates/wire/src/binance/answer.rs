//! Answers of the REST interface, field by field as clients decode them: decimals are strings, ids, times, counts and
//! flags are not.

pub mod account;
pub mod algo;
pub mod amend;
pub mod capital;
pub mod exchange;
pub mod ledger;
pub mod list;
pub mod market;
pub mod order;
pub mod order_change;
pub mod outcome;
pub mod own_history;
pub mod own_trade;
pub mod prevented;
pub mod replace;
pub mod ticker;
pub mod wallet;

/// Returns the JSON text of an answer.
pub fn json(answer: &impl serde::Serialize) -> Vec<u8> {
    let mut text = Vec::with_capacity(512);
    // Writing to memory cannot fail, and no answer has a map with keys that are not text.
    let written = serde_json::to_writer(&mut text, answer);
    assert!(written.is_ok(), "an answer is always JSON");
    text
}
