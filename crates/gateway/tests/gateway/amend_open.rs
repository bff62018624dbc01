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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_iceberg_shows_another_part_from_now_on() {
    let world = traded().await;
    let iceberg = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=3&price=90&icebergQty=1";
    let id = world.order(ALICE, iceberg).await;
    let mut alice = listen(&world, ALICE).await;
    amend(&world, id, "newIcebergQty=2").await;
    let told = alice.hear().await;
    assert_eq!(
        pick(&told, &["x", "F", "q"]),
        ["REPLACED", "2.00000000", "3.00000000"]
    );
    assert_eq!(order(&world, id).await["icebergQty"], "2.00000000");
    let depth = world.get("/api/v3/depth?symbol=BTCUSDT").await.json();
    assert_eq!(depth["bids"], json!([["90.00000000", "2.00000000"]]));
    let query = format!("symbol=BTCUSDT&orderId={id}&newIcebergQty=0.01");
    let refused = world.signed(ALICE, "POST", PATH, &query).await.error();
    assert_eq!(
        refused,
        (400, -1013, "Filter failure: ICEBERG_PARTS".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_legs_of_a_pair_get_other_prices_and_stay_a_pair() {
    let world = traded().await;
    let (list, above, below) = pair(&world, "SELL").await;
    let mut alice = listen(&world, ALICE).await;
    let answer = amend(&world, above, "newPrice=112").await;
    assert_eq!(answer["amendedOrder"]["orderListId"], list);
    let told = alice.hear().await;
    assert_eq!(told["g"], list);
    assert_eq!(pick(&told, &["x", "p"]), ["REPLACED", "112.00000000"]);
    let answer = amend(&world, below, "newStopPrice=92&newPrice=91").await;
    assert_eq!(answer["amendedOrder"]["orderListId"], list);
    for (terms, leg, code, msg) in [
        (
            "newPrice=92",
            above,
            -2038,
            "The relationship of the prices for the orders is not correct.",
        ),
        (
            "newStopPrice=101",
            below,
            -2038,
            "Order would trigger immediately.",
        ),
        (
            "newQty=0.5",
            above,
            -2038,
            "The two orders of an OCO pair have one quantity, which cannot be amended. Cancel the list and place it with another.",
        ),
    ] {
        let query = format!("symbol=BTCUSDT&orderId={leg}&{terms}");
        let refused = world.signed(ALICE, "POST", PATH, &query).await.error();
        assert_eq!(refused, (400, code, msg.to_owned()), "{terms}");
    }
    let rows = amendments(&world, below).await;
    assert_eq!(
        pick(&rows[0], &["origStopPrice", "newStopPrice", "newPrice"]),
        ["95.00000000", "92.00000000", "91.00000000"]
    );
    // Filled at its new price, it ends the other.
    world.limit(BOB, "BUY", "1", "112").await;
    assert_eq!(order(&world, above).await["status"], "FILLED");
    assert_eq!(order(&world, below).await["status"], "EXPIRED");
    let query = format!("orderListId={list}");
    let found = world
        .signed(ALICE, "GET", "/api/v3/orderList", &query)
        .await;
    assert_eq!(found.json()["listOrderStatus"], "ALL_DONE");
}

/// Places a pair around 100, and returns its number and those of its legs: the limit maker, then the stop.
async fn pair(world: &World, side: &str) -> (u64, u64, u64) {
    let legs = match side {
        "SELL" => {
            "aboveType=LIMIT_MAKER&abovePrice=110&belowType=STOP_LOSS_LIMIT&belowStopPrice=95\
             &belowPrice=94&belowTimeInForce=GTC"
        }
        _ => {
            "belowType=LIMIT_MAKER&belowPrice=90&aboveType=STOP_LOSS_LIMIT&aboveStopPrice=105\
             &abovePrice=106&aboveTimeInForce=GTC"
        }
    };
    let query = format!("symbol=BTCUSDT&side={side}&quantity=1&{legs}");
    let path = "/api/v3/orderList/oco";
    let placed = world.signed(ALICE, "POST", path, &query).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let placed = placed.json();
    let reports = placed["orderReports"].as_array().expect("its legs").clone();
    let leg = |is_maker: bool| {
        let found = reports
            .iter()
            .find(|leg| (leg["type"] == "LIMIT_MAKER") == is_maker);
        found.expect("a leg")["orderId"].as_u64().expect("a number")
    };
    let list = placed["orderListId"].as_u64().expect("a number");
    (list, leg(true), leg(false))
}

/// The stop holds what it needs beyond its partner: 106 in all, whichever of them has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_that_buys_holds_what_its_dearer_leg_needs() {
    let world = traded().await;
    let (_, below, above) = pair(&world, "BUY").await;
    let locked = async || {
        let path = "/api/v3/account";
        let account = world.signed(ALICE, "GET", path, "").await.json();
        let balances = account["balances"].as_array().expect("a list").clone();
        let row = balances.into_iter().find(|row| row["asset"] == "USDT");
        row.expect("she has some")["locked"].clone()
    };
    assert_eq!(locked().await, "106.00000000");
    amend(&world, below, "newPrice=95").await;
    assert_eq!(locked().await, "106.00000000");
    let mut alice = listen(&world, ALICE).await;
    amend(&world, above, "newPrice=108").await;
    assert_eq!(alice.hear().await["x"], "REPLACED");
    let balance = &alice.hear().await["B"][0];
    assert_eq!(pick(balance, &["a", "l"]), ["USDT", "108.00000000"]);
    amend(&world, above, "newPrice=50").await;
    assert_eq!(locked().await, "95.00000000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pending_order_gets_other_terms_before_it_works() {
    let world = traded().await;
    let query = "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=93\
        &workingQuantity=1&workingTimeInForce=GTC&pendingType=LIMIT_MAKER&pendingSide=SELL\
        &pendingPrice=130&pendingQuantity=0.5";
    let path = "/api/v3/orderList/oto";
    let placed = world.signed(ALICE, "POST", path, query).await.json();
    let working = placed["orders"][0]["orderId"].as_u64().expect("a number");
    let pending = placed["orders"][1]["orderId"].as_u64().expect("a number");
    let answer = amend(&world, pending, "newPrice=120&newQty=1").await;
    assert_eq!(answer["amendedOrder"]["status"], "PENDING_NEW");
    let rows = amendments(&world, pending).await;
    assert_eq!(
        pick(&rows[0], &["origPrice", "newPrice", "origQty", "newQty"]),
        ["130.00000000", "120.00000000", "0.50000000", "1.00000000"]
    );
    assert_eq!(rows[0].get("newStopPrice"), None);
    amend(&world, working, "newPrice=94").await;
    world.limit(BOB, "SELL", "1", "94").await;
    let row = order(&world, pending).await;
    assert_eq!(
        pick(&row, &["status", "price", "origQty"]),
        ["NEW", "120.00000000", "1.00000000"]
    );
}
