//! What changes nothing: reading, and fields that nobody reads.

use std::collections::BTreeMap;

use model::id::AccountId;
use serde_json::Value;

use crate::matrix::people::{Person, joined, send};
use crate::matrix::rows::{May, ROWS, Row};
use crate::matrix::{ANN, sandbox, verdict_of};
use crate::place;
use crate::world::World;

/// Everything that is kept: what the exchange has done, and every row of users and keys.
#[derive(Debug, PartialEq, Eq)]
struct State {
    commands: usize,
    rows: BTreeMap<String, Vec<String>>,
}

async fn state(world: &World) -> State {
    let mut rows = place::rows(world.folder()).await;
    // Once a minute it is written down who was refused.
    let written = rows.get_mut("audit_log").expect("a table");
    written.retain(|row| !row.contains(" in a minute"));
    State {
        commands: world.commands_that_did(),
        rows,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_changes_nothing() {
    let world = sandbox().await;
    let ann = Person::join(&world, ANN).await;
    world.fold_history().await;
    let page = ann.page().await;
    let before = state(&world).await;
    assert!(before.rows.len() > 10, "the tables are seen");
    for row in ROWS.iter().filter(|row| row.method == "GET") {
        let parameters = row.complete();
        send(&world, row.target(), &page, &parameters).await;
        if !matches!(row.may, May::Anyone | May::Guest) {
            ann.by_key(row.target(), &parameters).await;
        }
        assert_eq!(state(&world).await, before, "{:?}", row.target());
    }
}

/// Its body is no form but what a provider has signed as a whole.
const SIGNED_WHOLE: &str = "/v1/kyc/provider";

/// Fields by which other services were told what only they may decide.
const STOWAWAYS: &str = "is_admin=true&isAdmin=true&role=admin&fee_tier=9&feeTier=9&account_id=1&accountId=1&account=1&\
    owner=1&uid=1&status=FROZEN&state=FROZEN&canWithdraw=true&permissions=ALL";

/// Returns what somebody other than their user decides of an account.
fn standing(world: &World, account: AccountId) -> String {
    let views = world.gateway.hub().views();
    let account = views.account(account).expect("an account");
    format!(
        "{:?} {:?} {:?} {:?}",
        account.owner, account.group, account.state, account.tier
    )
}

async fn by_whom_it_may(ann: &Person<'_>, row: &Row, parameters: &str) -> (u16, Value) {
    let answer = if row.may == May::Withdraw {
        ann.by_key(row.target(), parameters).await
    } else {
        let page = ann.page().await;
        send(ann.world, row.target(), &page, parameters).await
    };
    verdict_of(&answer);
    let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    (answer.status, body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_that_nobody_reads_change_nothing_and_are_refused_where_no_client_sends_them() {
    let world = sandbox().await;
    let ann = Person::join(&world, ANN).await;
    let accounts = [AccountId(1), AccountId(2), ann.account];
    let before = accounts.map(|account| standing(&world, account));
    for row in ROWS.iter().filter(|row| row.may != May::Anyone) {
        let complete = row.complete();
        // No parameter twice: that is refused for itself.
        let stowaways = match complete.contains("account=") {
            true => STOWAWAYS.replace("account=1&", ""),
            false => STOWAWAYS.to_owned(),
        };
        let parameters = joined(&complete, &stowaways);
        let (status, body) = by_whom_it_may(&ann, row, &parameters).await;
        if row.path.starts_with("/v1/") && row.path != SIGNED_WHOLE {
            assert_eq!(
                (status, &body["code"]),
                (400, &Value::from(-1104)),
                "{:?} {body}",
                row.target()
            );
        }
        let after = accounts.map(|account| standing(&world, account));
        assert_eq!(after, before, "{:?}", row.target());
    }
}
