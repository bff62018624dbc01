//! The ledger behind the balances, page by page, and the balances of an instant.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wire::decimal;

use crate::world::{ALICE, BOB, World};

const LEDGER: &str = "/v1/account/ledger";
const AT: &str = "/v1/account/at";

async fn trade(world: &World) {
    world.limit(ALICE, "SELL", "0.5", "60000").await;
    world.limit(ALICE, "SELL", "0.5", "60001").await;
    world.limit(BOB, "BUY", "0.7", "60001").await;
    world.limit(ALICE, "BUY", "0.1", "50000").await;
    let all = "symbol=BTCUSDT";
    let answer = world
        .signed(ALICE, "DELETE", "/api/v3/openOrders", all)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    world.limit(ALICE, "BUY", "0.2", "40000").await;
}

async fn ok(world: &World, who: usize, path: &str, query: &str) -> Value {
    let answer = world.signed(who, "GET", path, query).await;
    assert_eq!(answer.status, 200, "{path} {query} {}", answer.body);
    answer.json()
}

fn units(text: &Value) -> i128 {
    let text = text.as_str().expect("a decimal");
    match text.strip_prefix('-') {
        Some(text) => -decimal::parse(text).expect("a decimal"),
        None => decimal::parse(text).expect("a decimal"),
    }
}

/// Returns free and locked by asset, without those of nothing.
fn balances(rows: &Value) -> BTreeMap<String, (i128, i128)> {
    let rows = rows.as_array().expect("rows").iter();
    let row = |row: &Value| {
        let asset = row["asset"].as_str().expect("an asset").to_owned();
        (asset, (units(&row["free"]), units(&row["locked"])))
    };
    rows.map(row).filter(|(_, both)| *both != (0, 0)).collect()
}

/// Returns every entry of an account, newest first, in pages of some size.
async fn entries(world: &World, who: usize, filter: &str, limit: usize) -> Vec<Value> {
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = format!("{filter}limit={limit}{cursor}");
        let page = ok(world, who, LEDGER, &query).await;
        let rows = page["entries"].as_array().expect("entries");
        entries.extend(rows.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return entries,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_entries_of_an_account_sum_to_what_it_has() {
    let world = World::start().await;
    trade(&world).await;
    world.fold_history().await;
    for who in [ALICE, BOB] {
        let account = ok(&world, who, "/api/v3/account", "").await;
        let all = entries(&world, who, "", 500).await;
        let mut sums: BTreeMap<String, (i128, i128)> = BTreeMap::new();
        for entry in all.iter().rev() {
            let asset = entry["asset"].as_str().expect("an asset").to_owned();
            let sum = sums.entry(asset).or_default();
            sum.0 += units(&entry["freeChange"]);
            sum.1 += units(&entry["lockedChange"]);
            let with = (units(&entry["free"]), units(&entry["locked"]));
            assert_eq!(*sum, with, "{entry}");
        }
        sums.retain(|_, both| *both != (0, 0));
        assert_eq!(sums, balances(&account["balances"]));
        assert!(8 < all.len(), "{all:?}");
        for limit in [1, 3, 7] {
            assert_eq!(entries(&world, who, "", limit).await, all, "{limit}");
        }
        let of_btc = entries(&world, who, "asset=BTC&", 2).await;
        let ours = all.iter().filter(|entry| entry["asset"] == "BTC");
        assert!(of_btc.iter().eq(ours));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn balances_are_known_as_of_every_instant() {
    let world = World::start().await;
    trade(&world).await;
    world.fold_history().await;
    let now = world.gateway.hub().views().at().millis();
    let account = ok(&world, ALICE, "/api/v3/account", "").await;
    let at = ok(&world, ALICE, AT, &format!("time={now}")).await;
    assert_eq!(balances(&at["balances"]), balances(&account["balances"]));
    let before = ok(&world, ALICE, AT, "time=1000").await;
    assert_eq!(before["balances"], json!([]));
    let query = "time=4102444800000";
    let ahead = world.signed(ALICE, "GET", AT, query).await;
    assert_eq!(ahead.json()["code"], -1130, "{}", ahead.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_is_good_for_the_question_it_was_given_for() {
    let world = World::start().await;
    trade(&world).await;
    world.fold_history().await;
    let page = ok(&world, ALICE, LEDGER, "limit=2").await;
    let next = page["next"].as_str().expect("more").to_owned();
    let flipped = if next.starts_with('0') { "1" } else { "0" };
    for (who, query) in [
        (BOB, format!("limit=2&cursor={next}")),
        (ALICE, format!("limit=2&asset=BTC&cursor={next}")),
        (
            ALICE,
            format!("limit=2&endTime=1700000000000&cursor={next}"),
        ),
        (ALICE, format!("limit=2&cursor={flipped}{}", &next[1..])),
        (ALICE, format!("limit=2&cursor={}", &next[2..])),
        (ALICE, "limit=2&cursor=zz".to_owned()),
    ] {
        let answer = world.signed(who, "GET", LEDGER, &query).await;
        assert_eq!(answer.json()["code"], -1130, "{query} {}", answer.body);
    }
    let too_far = "startTime=0&endTime=7776000001";
    let answer = world.signed(ALICE, "GET", LEDGER, too_far).await;
    assert_eq!(answer.json()["code"], -4047, "{}", answer.body);
    let unlisted = world.signed(ALICE, "GET", LEDGER, "asset=NONE").await;
    assert_eq!(unlisted.json()["code"], -1121, "{}", unlisted.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_is_behind_says_so_instead_of_leaving_entries_out() {
    let world = World::start().await;
    trade(&world).await;
    let answer = world.signed(ALICE, "GET", LEDGER, "").await;
    assert_eq!(answer.json()["code"], -1001, "{}", answer.body);
    world.fold_history().await;
    ok(&world, ALICE, LEDGER, "").await;
    world.limit(ALICE, "BUY", "0.1", "30000").await;
    let answer = world.signed(ALICE, "GET", LEDGER, "").await;
    assert_eq!(answer.json()["code"], -1001, "{}", answer.body);
    // What happened before is known.
    ok(&world, ALICE, LEDGER, "endTime=1000").await;
}
