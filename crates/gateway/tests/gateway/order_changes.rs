//! What became of an order beside its trades: for its owner, page by page, and for whoever else may read it.

use gateway::description::openapi;
use model::command::Command;
use model::id::MarketId;
use model::instrument::{Cause, Phase};
use serde_json::{Value, json};

use crate::auditors::invite;
use crate::documents::{described, parsed};
use crate::sub_accounts::{ANN, ORDER, fund, key, open, signed};
use crate::visitor::{Page, Visitor};
use crate::world::{ALICE, BOB, World};

const CHANGES: &str = "/v1/order/changes";

async fn done(world: &World, method: &str, path: &str, query: &str) -> Value {
    let query = format!("symbol=BTCUSDT&{query}");
    let answer = world.signed(ALICE, method, path, &query).await;
    assert_eq!(answer.status, 200, "{path} {query} {}", answer.body);
    answer.json()
}

async fn placed(world: &World, order: &str) -> u64 {
    let placed = done(world, "POST", "/api/v3/order", order).await;
    placed["orderId"].as_u64().expect("a number")
}

/// Returns every change of an order, in pages of some size.
async fn changes(world: &World, order: u64, limit: usize) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let query = format!("orderId={order}&limit={limit}{cursor}");
        let page = done(world, "GET", CHANGES, &query).await;
        let rows = page["changes"].as_array().expect("rows");
        assert!(rows.len() <= limit);
        found.extend(rows.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// Holds the changes of an order to what is expected, in short.
async fn check(world: &World, order: u64, expected: &[&str]) {
    let all = changes(world, order, 500).await;
    let word = |row: &Value, name: &str| row[name].as_str().unwrap_or("").to_owned();
    let short = all.iter().map(|row| {
        assert_eq!(
            (&row["symbol"], &row["orderId"]),
            (&json!("BTCUSDT"), &json!(order))
        );
        let words = ["change", "status", "reason"].map(|name| word(row, name));
        words.join(" ").trim_end().to_owned()
    });
    let short: Vec<String> = short.collect();
    assert_eq!(short, expected, "order {order}");
    for limit in [1, 2] {
        assert_eq!(changes(world, order, limit).await, all, "by {limit}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_of_an_order_is_told_with_its_reason() {
    let world = World::start().await;
    let amended = placed(
        &world,
        "side=BUY&type=LIMIT_MAKER&quantity=3&price=90&newClientOrderId=first",
    )
    .await;
    for terms in ["newQty=2&newClientOrderId=second", "newPrice=91"] {
        let query = format!("orderId={amended}&{terms}");
        done(&world, "POST", "/v1/order/amend", &query).await;
    }
    done(
        &world,
        "DELETE",
        "/api/v3/order",
        &format!("orderId={amended}"),
    )
    .await;
    let filled = world.limit(ALICE, "SELL", "1", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    // It is met by a trade at 94, rests, is filled in part and replaced.
    let stop = "side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=99&stopPrice=95";
    let stop = placed(&world, stop).await;
    world.limit(BOB, "BUY", "1", "94").await;
    world.limit(ALICE, "SELL", "1", "94").await;
    world.limit(BOB, "BUY", "0.5", "99").await;
    let query = format!(
        "side=SELL&type=LIMIT_MAKER&quantity=1&price=120&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={stop}"
    );
    done(&world, "POST", "/api/v3/order/cancelReplace", &query).await;
    let at_once = "side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=80";
    let at_once = placed(&world, at_once).await;
    let with_itself = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=120&selfTradePreventionMode=EXPIRE_TAKER";
    let with_itself = placed(&world, with_itself).await;
    let pending = pending_leg(&world).await;
    let ended = placed(&world, "side=BUY&type=LIMIT_MAKER&quantity=1&price=50").await;
    let closed = Command::SetPhase {
        market: MarketId(0),
        phase: Phase::Closed,
        cause: Cause::Operator,
    };
    world.command(closed).await;
    world.fold_history().await;
    let by_owner = "CLOSED CANCELED OWNER_CANCELLED";
    check(
        &world,
        amended,
        &["ACCEPTED", "AMENDED", "AMENDED", by_owner],
    )
    .await;
    check(&world, filled, &["ACCEPTED"]).await;
    let replaced = "CLOSED CANCELED REPLACED";
    check(&world, stop, &["ACCEPTED", "TRIGGERED", replaced]).await;
    let remainder = "CLOSED EXPIRED IMMEDIATE_REMAINDER";
    check(&world, at_once, &["ACCEPTED", remainder]).await;
    let self_trade = "CLOSED EXPIRED_IN_MATCH SELF_TRADE";
    check(&world, with_itself, &["ACCEPTED", self_trade]).await;
    let delisted = "CLOSED EXPIRED DELISTED";
    check(&world, pending, &["ACCEPTED", "ACTIVATED", delisted]).await;
    check(&world, ended, &["ACCEPTED", delisted]).await;
    told_of_amendments(&world, amended).await;
}

/// Returns the pending leg of a list whose working leg was filled.
async fn pending_leg(world: &World) -> u64 {
    let list = "workingType=LIMIT&workingSide=BUY&workingTimeInForce=GTC&workingPrice=60&workingQuantity=1\
                &pendingType=LIMIT&pendingSide=SELL&pendingTimeInForce=GTC&pendingPrice=200&pendingQuantity=1";
    let list = done(world, "POST", "/api/v3/orderList/oto", list).await;
    world.limit(BOB, "SELL", "1", "60").await;
    list["orders"][1]["orderId"].as_u64().expect("a number")
}

/// What amendments changed stands in the rows, as `amendments` tells it; and rows are as described.
async fn told_of_amendments(world: &World, order: u64) {
    let all = changes(world, order, 500).await;
    let amendments = done(
        world,
        "GET",
        "/api/v3/order/amendments",
        &format!("orderId={order}"),
    )
    .await;
    for (row, amendment) in all[1..3].iter().zip(amendments.as_array().expect("rows")) {
        let mut told = amendment.as_object().expect("an object").clone();
        let execution = told.remove("executionId").expect("the command");
        assert_eq!(row["sequence"], execution);
        for (name, value) in told {
            assert_eq!(row[&name], value, "{name}");
        }
    }
    assert_eq!(
        (&all[1]["origQty"], &all[1]["newQty"]),
        (&json!("3.00000000"), &json!("2.00000000"))
    );
    assert_eq!(all[1]["newClientOrderId"], "second");
    assert_eq!(
        (&all[2]["origPrice"], &all[2]["newPrice"]),
        (&json!("90.00000000"), &json!("91.00000000"))
    );
    let times = all.windows(2).map(|two| {
        (
            two[0]["sequence"].as_u64() < two[1]["sequence"].as_u64(),
            two[0]["time"].as_u64() <= two[1]["time"].as_u64(),
        )
    });
    assert!(
        times.into_iter().all(|both| both == (true, true)),
        "{all:?}"
    );
    let document = parsed(openapi::text());
    for limit in [1, 500] {
        let page = done(
            world,
            "GET",
            CHANGES,
            &format!("orderId={order}&limit={limit}"),
        )
        .await;
        described(&document, "GET", CHANGES, &page);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_iceberg_shows_is_told_before_and_after_where_it_changed() {
    let world = World::start().await;
    let iceberg = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=3&price=90&icebergQty=1";
    let iceberg = placed(&world, iceberg).await;
    for terms in ["newIcebergQty=2", "newPrice=89"] {
        let query = format!("orderId={iceberg}&{terms}");
        done(&world, "POST", "/v1/order/amend", &query).await;
    }
    world.fold_history().await;
    check(&world, iceberg, &["ACCEPTED", "AMENDED", "AMENDED"]).await;
    let all = changes(&world, iceberg, 500).await;
    let shown = |row: &Value| [row["origIcebergQty"].clone(), row["newIcebergQty"].clone()];
    assert_eq!(shown(&all[1]), [json!("1.00000000"), json!("2.00000000")]);
    assert_eq!(shown(&all[2]), [Value::Null, Value::Null]);
    let document = parsed(openapi::text());
    let page = done(&world, "GET", CHANGES, &format!("orderId={iceberg}")).await;
    described(&document, "GET", CHANGES, &page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_changes_of_an_order_are_told_page_by_page_to_whoever_may_read_it() {
    let world = World::start().await;
    let (one, other) = (
        world.limit(ALICE, "BUY", "1", "90").await,
        world.limit(ALICE, "BUY", "1", "91").await,
    );
    done(&world, "DELETE", "/api/v3/openOrders", "").await;
    world.fold_history().await;
    let query = format!("symbol=BTCUSDT&orderId={one}&limit=1");
    let page = world.signed(ALICE, "GET", CHANGES, &query).await.json();
    let next = page["next"].as_str().expect("more").to_owned();
    for (who, query) in [
        (BOB, format!("orderId={one}&cursor={next}")),
        (ALICE, format!("orderId={other}&cursor={next}")),
        (ALICE, format!("orderId={one}&cursor={}", &next[2..])),
    ] {
        let query = format!("symbol=BTCUSDT&{query}");
        let answer = world.signed(who, "GET", CHANGES, &query).await;
        assert_eq!(answer.error().1, -1130, "{query} {}", answer.body);
    }
    let foreign = world.signed(BOB, "GET", CHANGES, &query).await;
    assert_eq!(foreign.json(), json!({"changes": []}));
    for (query, code) in [
        ("symbol=BTCUSDT", -1102),
        ("orderId=1", -1102),
        ("symbol=NONE&orderId=1", -1121),
    ] {
        let refused = world.signed(ALICE, "GET", CHANGES, query).await;
        assert_eq!(refused.error().1, code, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_and_an_auditor_read_the_changes_of_an_order_and_nobody_else() {
    let world = World::start().await;
    let visitor = Visitor::of_sandbox(&world);
    let ann = Page::of(&visitor, ANN).await;
    let (bob, eve) = (
        Page::of(&visitor, "bob@example.test").await,
        Page::of(&visitor, "eve@example.test").await,
    );
    let sub = open(&ann, "grid").await;
    fund(&world, sub, 1_000).await;
    let bot = key(&ann, &format!("label=bot&scopes=trade&account={}", sub.0)).await;
    let placed = signed(&world, &bot, "POST", "/api/v3/order", ORDER).await;
    let order = placed.json()["orderId"].as_u64().expect("placed");
    let leave = invite(&ann, "bob@example.test", &format!("&accounts={}", sub.0)).await;
    let accepted = bob
        .send("POST", "/v1/audits/accept", &format!("id={leave}"))
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    world.fold_history().await;
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let own = signed(&world, &bot, "GET", CHANGES, &query).await.json();
    assert_eq!(own["changes"][0]["change"], "ACCEPTED", "{own}");
    let target = format!("{CHANGES}?{query}&account={}", sub.0);
    for (reader, page) in [("master", &ann), ("auditor", &bob)] {
        let told = page.send("GET", &target, "").await;
        assert_eq!(told.json(), own, "{reader}");
    }
    let refused = eve.send("GET", &target, "").await;
    assert_eq!(refused.error().1, -1130, "{}", refused.body);
    let unnamed = ann.send("GET", &format!("{CHANGES}?{query}"), "").await;
    assert_eq!(unnamed.json(), json!({"changes": []}));
}
