//! The ledger behind the balances, page by page, and the balances of an instant.

use std::collections::BTreeMap;
use std::time::Duration;

use gateway::description::openapi;
use serde_json::{Value, json};
use wire::decimal;

use crate::documents::{described, parsed};
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

/// Beside other work, what was done a moment ago may be folded seconds later; clients do not ask again by themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_waits_for_a_history_that_is_some_seconds_behind() {
    let world = World::start().await;
    trade(&world).await;
    let late = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        world.fold_history().await;
    };
    let (answer, ()) = tokio::join!(world.signed(ALICE, "GET", LEDGER, ""), late);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Returns the rows of a file, by the names of its columns.
fn rows_of(file: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = file.split_terminator("\r\n");
    let names: Vec<&str> = lines.next().expect("columns").split(',').collect();
    lines.map(|line| names_of(&names, line)).collect()
}

fn names_of<'a>(names: &[&'a str], line: &'a str) -> BTreeMap<&'a str, &'a str> {
    let cells: Vec<&str> = line.split(',').collect();
    assert_eq!(cells.len(), names.len(), "{line}");
    names.iter().copied().zip(cells).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_opens_lists_and_closes() {
    let world = World::start().await;
    trade(&world).await;
    world.fold_history().await;
    let path = "/v1/account/statement";
    let account = ok(&world, ALICE, "/api/v3/account", "").await;
    let now = world.gateway.hub().views().at().millis();
    let query = format!("startTime={}&endTime={now}", now - 86_400_000);
    let answer = world.signed(ALICE, "GET", path, &query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let rows = rows_of(&answer.body);
    let number = |text: &str| units(&json!(text));
    let mut sums: BTreeMap<String, (i128, i128)> = BTreeMap::new();
    let mut closing: BTreeMap<String, (i128, i128)> = BTreeMap::new();
    for row in &rows {
        assert_eq!(row["exchange"], "Bourse");
        let sum = sums.entry(row["asset"].to_owned()).or_default();
        match row["row"] {
            "ENTRY" => {
                sum.0 += number(row["free_change"]);
                sum.1 += number(row["locked_change"]);
                assert_eq!(
                    *sum,
                    (number(row["free"]), number(row["locked"])),
                    "{row:?}"
                );
            }
            "OPENING" => *sum = (number(row["free"]), number(row["locked"])),
            "CLOSING" => {
                let balance = (number(row["free"]), number(row["locked"]));
                closing.insert(row["asset"].to_owned(), balance);
            }
            other => panic!("{other}"),
        }
    }
    sums.retain(|_, both| *both != (0, 0));
    assert_eq!(sums, closing);
    assert_eq!(closing, balances(&account["balances"]));
    let listed = rows.iter().filter(|row| row["row"] == "ENTRY").count();
    assert_eq!(listed, entries(&world, ALICE, "", 500).await.len());
    let paper = world
        .signed(ALICE, "GET", path, &format!("{query}&format=PDF"))
        .await;
    assert!(paper.body.starts_with("%PDF-1.4"), "{}", paper.body);
    let title = "(Bourse: statement of account ";
    assert!(paper.body.contains(title), "{}", paper.body);
    for row in rows.iter().filter(|row| row["row"] == "CLOSING") {
        let is_it = |line: &&str| line.contains(row["asset"]) && line.contains(row["free"]);
        let mut lines = paper
            .body
            .lines()
            .filter(|line| line.starts_with("(CLOSING"));
        assert!(lines.any(|line| is_it(&line)), "{row:?}");
    }
    assert_eq!(paper.body.matches("\n(ENTRY ").count(), listed);
    let odd = world
        .signed(ALICE, "GET", path, &format!("{query}&format=XML"))
        .await;
    assert_eq!(odd.json()["code"], -1130, "{}", odd.body);
    let later = format!("startTime={}&endTime={}", now + 1, now + 5);
    let later = world.signed(BOB, "GET", path, &later).await;
    assert_eq!(later.status, 200, "{}", later.body);
    let kinds: Vec<&str> = rows_of(&later.body).iter().map(|row| row["row"]).collect();
    assert!(
        !kinds.contains(&"ENTRY") && kinds.contains(&"OPENING"),
        "{kinds:?}"
    );
    for query in ["startTime=0", "endTime=0", "startTime=0&endTime=7776000001"] {
        assert_ne!(world.signed(ALICE, "GET", path, query).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sold_is_told_with_the_lots_it_came_from() {
    let world = World::start().await;
    world.sell_out_of_lots().await;
    let query = "startTime=0&endTime=4102444800000";
    let answer = world.signed(BOB, "GET", "/v1/account/taxLots", query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let rows = rows_of(&answer.body);
    let number = |text: &str| units(&json!(text));
    let causes: Vec<&str> = rows.iter().map(|row| row["cause"]).collect();
    assert_eq!(causes, ["TRADE", "WITHDRAWAL", "TRADE", "TRADE"]);
    assert!(rows.iter().all(|row| row["exchange"] == "Bourse"));
    assert!(rows.iter().all(|row| row["asset"] == "BTC"));
    assert_eq!(rows[0]["gain"], "", "what came as a deposit has no cost");
    assert_eq!(number(rows[0]["quantity"]), 10_000_000);
    assert_eq!(rows[0]["proceeds_asset"], "USDT");
    assert_eq!(rows[1]["acquired"], rows[0]["acquired"], "the same lot");
    assert_eq!((rows[1]["symbol"], rows[1]["proceeds"]), ("", ""));
    let rows = &rows[1..];
    let fills = ok(&world, BOB, "/api/v3/myTrades", "symbol=BTCUSDT").await;
    let fills = fills.as_array().expect("fills");
    let first = number(rows[1]["quantity"]);
    let fee = units(&fills[1]["commission"]);
    assert_eq!(first, 20_000_000 - fee);
    assert_eq!(number(rows[1]["cost"]), units(&fills[1]["quoteQty"]));
    assert_eq!(first + number(rows[2]["quantity"]), 40_000_000);
    let received = units(&fills[3]["quoteQty"]) - units(&fills[3]["commission"]);
    let proceeds = number(rows[1]["proceeds"]) + number(rows[2]["proceeds"]);
    assert_eq!(proceeds, received);
    for row in &rows[1..] {
        assert_eq!((row["symbol"], row["cost_asset"]), ("BTCUSDT", "USDT"));
        let gain = number(row["proceeds"]) - number(row["cost"]);
        assert_eq!(number(row["gain"]), gain);
    }
    assert!(number(rows[2]["gain"]) < 0);
    let before = "startTime=0&endTime=1000";
    let none = world
        .signed(BOB, "GET", "/v1/account/taxLots", before)
        .await;
    assert_eq!(rows_of(&none.body).len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_history_answers_is_as_described() {
    let world = World::start().await;
    let document = parsed(openapi::text());
    world.limit(ALICE, "SELL", "0.5", "60000").await;
    world.limit(BOB, "BUY", "0.4", "60000").await;
    world.fold_history().await;
    for (path, query) in [
        ("/v1/account/ledger", "limit=2"),
        ("/v1/account/ledger", "asset=BTC"),
        ("/v1/account/at", "time=1000"),
        ("/v1/account/at", "time=1700000000000"),
    ] {
        let answer = world.signed(ALICE, "GET", path, query).await;
        assert_eq!(answer.status, 200, "{path} {query} {}", answer.body);
        described(&document, "GET", path, &answer.json());
    }
}
