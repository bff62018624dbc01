//! Another price and another quantity for an open order, in one request.

use crate::world::{ALICE, BOB, World};
use serde_json::{Value, json};

const PATH: &str = "/v1/order/amend";

fn pick<'a>(row: &'a Value, names: &[&str]) -> Vec<&'a str> {
    let of = |name: &&str| row[*name].as_str().unwrap_or("");
    names.iter().map(of).collect()
}

async fn order(world: &World, order: u64) -> Value {
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let found = world.signed(ALICE, "GET", "/api/v3/order", &query).await;
    found.json()
}

async fn count(world: &World) -> Value {
    let path = "/api/v3/rateLimit/order";
    world.signed(ALICE, "GET", path, "").await.json()[1]["count"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn price_and_quantity_change_together_under_the_same_number() {
    let world = World::start().await;
    let id = world.limit(ALICE, "BUY", "2", "100").await;
    world.limit(BOB, "SELL", "0.5", "100").await;
    let query = format!(
        "symbol=BTCUSDT&orderId={id}&newPrice=99&newQty=3&executedQty=0.5&newClientOrderId=other"
    );
    let answer = world.signed(ALICE, "POST", PATH, &query).await.json();
    let amended = &answer["amendedOrder"];
    assert_eq!(amended["orderId"], id);
    assert_eq!(
        pick(
            amended,
            &["clientOrderId", "price", "qty", "executedQty", "status"]
        ),
        [
            "other",
            "99.00000000",
            "3.00000000",
            "0.50000000",
            "PARTIALLY_FILLED"
        ]
    );
    assert_eq!(answer["fills"], json!([]));
    let row = order(&world, id).await;
    assert_eq!(
        pick(
            &row,
            &["clientOrderId", "price", "origQty", "executedQty", "status"]
        ),
        [
            "other",
            "99.00000000",
            "3.00000000",
            "0.50000000",
            "PARTIALLY_FILLED"
        ]
    );
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(depth["bids"], json!([["99.00000000", "2.50000000"]]));
    let query = format!("symbol=BTCUSDT&orderId={id}");
    let path = "/api/v3/order/amendments";
    let rows = world.signed(ALICE, "GET", path, &query).await.json();
    let members = [
        "newClientOrderId",
        "origQty",
        "newQty",
        "origPrice",
        "newPrice",
    ];
    assert_eq!(
        pick(&rows[0], &members),
        [
            "other",
            "2.00000000",
            "3.00000000",
            "100.00000000",
            "99.00000000"
        ]
    );
    let smaller = format!("{query}&newQty=2.75");
    let kept = world.signed(ALICE, "POST", PATH, &smaller).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    let rows = world.signed(ALICE, "GET", path, &query).await.json();
    assert_eq!(pick(&rows[1], &members[1..3]), ["3.00000000", "2.75000000"]);
    assert!(rows[1].get("newPrice").is_none(), "it kept its place");
    assert_eq!(rows[0]["executionId"], answer["executionId"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_crosses_trades_at_once_and_says_so() {
    let world = World::start().await;
    let id = world.limit(ALICE, "BUY", "2", "100").await;
    world.limit(BOB, "SELL", "0.5", "101").await;
    let query = format!("symbol=BTCUSDT&orderId={id}&newPrice=102");
    let answer = world.signed(ALICE, "POST", PATH, &query).await.json();
    let fill = &answer["fills"][0];
    assert_eq!(
        pick(fill, &["price", "qty"]),
        ["101.00000000", "0.50000000"]
    );
    let row = order(&world, id).await;
    assert_eq!(
        pick(&row, &["price", "executedQty", "status"]),
        ["102.00000000", "0.50000000", "PARTIALLY_FILLED"]
    );
    let query = format!("symbol=BTCUSDT&orderId={id}&newPrice=103&newQty=2.5&executedQty=0");
    let refused = world.signed(ALICE, "POST", PATH, &query).await.error();
    let msg = "The order has executed another quantity than executedQty says.";
    assert_eq!(refused, (400, -2038, msg.to_owned()));
    assert_eq!(
        order(&world, id).await,
        row,
        "a refusal leaves it as it was"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_says_why_and_changes_nothing() {
    let world = World::start().await;
    let id = world
        .order(ALICE, "side=BUY&type=LIMIT_MAKER&quantity=2&price=100")
        .await;
    world.limit(BOB, "SELL", "1", "105").await;
    let before = order(&world, id).await;
    for (query, code, msg) in [
        (
            "",
            -1102,
            "Param 'newPrice', 'newQty', 'newStopPrice', 'newTrailingDelta' or 'newIcebergQty' must be sent, but both were empty/null!",
        ),
        (
            "newPrice=105",
            -2038,
            "Order would immediately match and take.",
        ),
        (
            "newPrice=100000&newQty=80",
            -2038,
            "Account has insufficient balance for requested action.",
        ),
        ("newPrice=100.001", -1013, "Filter failure: PRICE_FILTER"),
        ("newQty=0", -1013, "Filter failure: LOT_SIZE"),
        (
            "newPrice=101&executedQty=0.000000001",
            -1111,
            "Parameter 'executedQty' has too much precision.",
        ),
        (
            "newPrice=100&newQty=2",
            -2038,
            "The requested action would change no state; rejecting.",
        ),
    ] {
        let query = format!("symbol=BTCUSDT&orderId={id}&{query}");
        let refused = world.signed(ALICE, "POST", PATH, &query).await.error();
        assert_eq!(refused, (400, code, msg.to_owned()), "{query}");
        assert_eq!(order(&world, id).await, before, "{query}");
    }
    let query = format!("symbol=BTCUSDT&orderId={id}&newPrice=99");
    let foreign = world.signed(BOB, "POST", PATH, &query).await.error();
    assert_eq!(foreign, (400, -2038, "Unknown order sent.".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amendment_counts_as_an_order_unless_it_keeps_its_place_or_trades() {
    let world = World::start().await;
    let id = world.limit(ALICE, "BUY", "2", "100").await;
    let before = count(&world).await.as_u64().unwrap_or(0);
    for (query, more) in [("newQty=1.5", 0), ("newPrice=99", 1), ("newQty=1.6", 2)] {
        let query = format!("symbol=BTCUSDT&orderId={id}&{query}");
        let answer = world.signed(ALICE, "POST", PATH, &query).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(count(&world).await, before + more, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_amends_once() {
    let world = World::start().await;
    let id = world.limit(ALICE, "BUY", "2", "100").await;
    let query = format!("symbol=BTCUSDT&orderId={id}&newPrice=99&idempotencyKey=once");
    let first = world.signed(ALICE, "POST", PATH, &query).await.json();
    let again = world.signed(ALICE, "POST", PATH, &query).await.json();
    assert_eq!(first, again);
    let path = "/v1/outcome";
    let outcome = world
        .signed(ALICE, "GET", path, "idempotencyKey=once")
        .await
        .json();
    assert_eq!(
        pick(&outcome, &["outcome", "symbol"]),
        ["ACCEPTED", "BTCUSDT"]
    );
}
