//! What every request that may change something writes into the audit log: held against `rows.rs`, request by request.

mod people;
mod rows;
mod watch;

use std::collections::BTreeSet;

use gateway::console::route::{ENDPOINTS as OF_OPERATORS, Verb};
use gateway::route::ENDPOINTS;

pub use rows::OPERATORS;
use rows::{Row, USERS, WRONG_PROOFS, Writes};
pub use watch::Watch;

const DOCUMENT: &str = include_str!("../../../../docs/spec/operators.md");
/// Acts of operators that come with a request that was refused, whichever it was; other tests have them.
const OF_REFUSALS: &[&str] = &["operator-refused"];

/// Fails unless there is one row for each request, with an act or a reason.
fn check(rows: &[Row], requests: &BTreeSet<(&str, &str)>) {
    for row in rows {
        let says_something = match row.writes {
            Writes::Nothing(reason) => !reason.is_empty(),
            writes => !writes.acts().is_empty(),
        };
        assert!(says_something, "{} {}", row.method, row.path);
    }
    for request in requests {
        let found = rows.iter().filter(|row| (row.method, row.path) == *request);
        assert_eq!(
            found.count(),
            1,
            "{request:?} needs one row in crates/gateway/tests/gateway/acts/rows.rs: the acts that it writes into the \
             audit log, or why it writes none"
        );
    }
}

#[test]
fn every_changing_request_of_users_names_its_acts_or_why_it_has_none() {
    let requests = ENDPOINTS.iter();
    let requests = requests.map(|endpoint| (endpoint.method.as_str(), endpoint.path));
    let requests: BTreeSet<_> = requests.filter(|(method, _)| *method != "GET").collect();
    check(USERS, &requests);
    assert_eq!(USERS.len(), requests.len(), "a row is of no request");
}

#[test]
fn every_request_of_operators_that_is_no_reading_names_its_acts_or_why_it_has_none() {
    let requests = OF_OPERATORS.iter();
    let requests = requests.filter(|endpoint| endpoint.method != Verb::Get);
    let requests: BTreeSet<_> = requests.map(|one| (one.method.name(), one.path)).collect();
    check(OPERATORS, &requests);
    for row in OPERATORS {
        let mut all = OF_OPERATORS.iter();
        let is_there = all.any(|one| (row.method, row.path) == (one.method.name(), one.path));
        assert!(is_there, "{} is no request: remove its row", row.path);
    }
}

/// Returns the acts of a row of the document's table.
fn documented(who: &str) -> BTreeSet<&'static str> {
    let start = format!("| {who} |");
    let row = DOCUMENT.lines().find(|line| line.starts_with(&start));
    let parts = row.expect("a row").split('`');
    parts.skip(1).step_by(2).collect()
}

fn named(rows: &[Row]) -> BTreeSet<&'static str> {
    let acts = rows.iter().flat_map(|row| row.writes.acts());
    acts.copied().collect()
}

#[test]
fn the_document_has_every_act_of_users_and_operators_and_no_other() {
    let mut of_users = named(USERS);
    of_users.extend(WRONG_PROOFS);
    assert_eq!(documented("users"), of_users);
    let mut of_operators = named(OPERATORS);
    of_operators.extend(OF_REFUSALS);
    let by_exchange = documented("the exchange");
    let by_hand: BTreeSet<_> = of_operators.difference(&by_exchange).copied().collect();
    assert_eq!(documented("operators"), by_hand);
}
