//! Other terms for orders that wait or hide a part, in one request and under their number.

use crate::user_data::listen;
use crate::world::{ALICE, BOB, World};
use serde_json::{Value, json};

const PATH: &str = "/v1/order/amend";

/// Returns an exchange whose last price is 100.
async fn traded() -> World {
    let world = World::start().await;
    trade(&world, "100").await;
    world
}

async fn trade(world: &World, price: &str) {
    world.limit(BOB, "BUY", "1", price).await;
    world.limit(ALICE, "SELL", "1", price).await;
}

fn pick<'a>(row: &'a Value, names: &[&str]) -> Vec<&'a str> {
    let of = |name: &&str| row[*name].as_str().unwrap_or("");
    names.iter().map(of).collect()
}

async fn order(world: &World, order: u64) -> Value {
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let found = world.signed(ALICE, "GET", "/api/v3/order", &query).await;
    found.json()
}

async fn amend(world: &World, order: u64, terms: &str) -> Value {
    let query = format!("symbol=BTCUSDT&orderId={order}&{terms}");
    let answer = world.signed(ALICE, "POST", PATH, &query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn amendments(world: &World, order: u64) -> Value {
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let path = "/api/v3/order/amendments";
    world.signed(ALICE, "GET", path, &query).await.json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_gets_other_terms_and_waits_on_under_its_number() {
    let world = traded().await;
    let stop = "side=BUY&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=2&price=120&stopPrice=110";
    let id = world.order(ALICE, stop).await;
    let mut alice = listen(&world, ALICE).await;
    let terms = "newStopPrice=111&newPrice=121&newQty=3&newClientOrderId=other&executedQty=0";
    let answer = amend(&world, id, terms).await;
    let members = ["clientOrderId", "price", "stopPrice", "qty", "status"];
    assert_eq!(answer["amendedOrder"]["orderId"], id);
    assert_eq!(
        pick(&answer["amendedOrder"], &members),
        ["other", "121.00000000", "111.00000000", "3.00000000", "NEW"]
    );
    let told = alice.hear().await;
    assert_eq!(told["i"], id);
    assert_eq!(
        pick(&told, &["x", "X", "c", "p", "P", "q"]),
        [
            "REPLACED",
            "NEW",
            "other",
            "121.00000000",
            "111.00000000",
            "3.00000000"
        ]
    );
    assert_eq!(told["w"], false, "it waits on");
    let balance = &alice.hear().await["B"][0];
    assert_eq!(pick(balance, &["a", "l"]), ["USDT", "363.00000000"]);
    assert_eq!(
        pick(
            &order(&world, id).await,
            &["clientOrderId", "price", "stopPrice", "origQty", "status"]
        ),
        ["other", "121.00000000", "111.00000000", "3.00000000", "NEW"]
    );
    let rows = amendments(&world, id).await;
    let members = [
        "origQty",
        "newQty",
        "origPrice",
        "newPrice",
        "origStopPrice",
        "newStopPrice",
    ];
    assert_eq!(
        pick(&rows[0], &members),
        [
            "2.00000000",
            "3.00000000",
            "120.00000000",
            "121.00000000",
            "110.00000000",
            "111.00000000"
        ]
    );
    assert_eq!(rows[0]["executionId"], answer["executionId"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_starts_by_its_new_trigger_and_not_by_the_old_one() {
    let world = traded().await;
    let id = world
        .order(ALICE, "side=SELL&type=STOP_LOSS&quantity=1&stopPrice=90")
        .await;
    amend(&world, id, "newStopPrice=95&newQty=0.5").await;
    trade(&world, "96").await;
    assert_eq!(order(&world, id).await["status"], "NEW");
    world.limit(BOB, "BUY", "5", "94").await;
    world.limit(ALICE, "SELL", "1", "94").await;
    let ended = order(&world, id).await;
    assert_eq!(
        pick(&ended, &["status", "executedQty"]),
        ["FILLED", "0.50000000"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trail_gets_another_delta_and_goes_on_from_its_best_price() {
    let world = traded().await;
    let id = world
        .order(
            ALICE,
            "side=SELL&type=STOP_LOSS&quantity=1&trailingDelta=500",
        )
        .await;
    trade(&world, "104").await;
    let since = order(&world, id).await["trailingTime"].clone();
    let answer = amend(&world, id, "newTrailingDelta=300").await;
    assert_eq!(answer["amendedOrder"]["trailingDelta"], 300);
    let row = order(&world, id).await;
    assert_eq!(row["trailingDelta"], 300);
    assert_eq!(row["trailingTime"], since);
    let rows = amendments(&world, id).await;
    assert_eq!(rows[0]["origTrailingDelta"], 500);
    assert_eq!(rows[0]["newTrailingDelta"], 300);
    // 104 less three per cent is 100.88.
    world.limit(BOB, "BUY", "2", "100").await;
    world.limit(ALICE, "SELL", "1", "100").await;
    assert_eq!(order(&world, id).await["status"], "FILLED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_iceberg_gets_other_terms_and_shows_a_part_again() {
    let world = traded().await;
    let iceberg = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=3&price=90&icebergQty=1";
    let id = world.order(ALICE, iceberg).await;
    amend(&world, id, "newPrice=91&newQty=5").await;
    let row = order(&world, id).await;
    assert_eq!(
        pick(&row, &["price", "origQty", "icebergQty"]),
        ["91.00000000", "5.00000000", "1.00000000"]
    );
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(depth["bids"], json!([["91.00000000", "1.00000000"]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_says_why_and_leaves_the_order_waiting() {
    let world = traded().await;
    let stop = "side=BUY&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=2&price=120&stopPrice=110";
    let id = world.order(ALICE, stop).await;
    let before = order(&world, id).await;
    let absent = "The order has no such price or trailing delta, or has begun to trail: leave out what it does not have.";
    for (terms, code, msg) in [
        (
            "newStopPrice=100",
            -2038,
            "Order would trigger immediately.",
        ),
        ("newTrailingDelta=100", -2038, absent),
        (
            "newTrailingDelta=10000",
            -1013,
            "Filter failure: TRAILING_DELTA",
        ),
        (
            "newStopPrice=110.001",
            -1013,
            "Filter failure: PRICE_FILTER",
        ),
        (
            "newStopPrice=110&newPrice=120&newQty=2",
            -2038,
            "The requested action would change no state; rejecting.",
        ),
    ] {
        let query = format!("symbol=BTCUSDT&orderId={id}&{terms}");
        let refused = world.signed(ALICE, "POST", PATH, &query).await.error();
        assert_eq!(refused, (400, code, msg.to_owned()), "{terms}");
        assert_eq!(order(&world, id).await, before, "{terms}");
    }
}
