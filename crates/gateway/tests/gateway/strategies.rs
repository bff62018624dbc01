//! What an owner says an order is part of: kept, and told wherever the order is.

use crate::socket::Socket;
use crate::world::{ALICE, BOB, World};
use model::command::Command;
use model::id::MarketId;
use model::instrument::{Cause, Phase};
use serde_json::{Value, json};

const ORDER: &str = "/api/v3/order";
const AMEND: &str = "/api/v3/order/amend/keepPriority";
const REPLACE: &str = "/api/v3/order/cancelReplace";
const BUY: &str = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=90";
const BOTH: &str = "&strategyId=9223372036854775807&strategyType=1000000";

/// Returns id and type as an answer has them.
fn strategy(answer: &Value) -> [Value; 2] {
    ["strategyId", "strategyType"].map(|name| answer[name].clone())
}

fn both() -> [Value; 2] {
    [json!(i64::MAX), json!(1_000_000)]
}

fn none() -> [Value; 2] {
    [Value::Null, Value::Null]
}

async fn place(world: &World, path: &str, query: &str) -> Value {
    let placed = world.signed(ALICE, "POST", path, query).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    placed.json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_about_an_order_but_ack_tells_its_strategy() {
    let world = World::start().await;
    for response in ["RESULT", "FULL"] {
        let query = format!("{BUY}{BOTH}&newOrderRespType={response}");
        assert_eq!(strategy(&place(&world, ORDER, &query).await), both());
    }
    let query = format!("{BUY}{BOTH}&newOrderRespType=ACK&newClientOrderId=mine");
    assert_eq!(strategy(&place(&world, ORDER, &query).await), none());

    let name = "symbol=BTCUSDT&origClientOrderId=mine";
    let row = world.signed(ALICE, "GET", ORDER, name).await.json();
    assert_eq!(strategy(&row), both());
    for path in ["/api/v3/openOrders", "/api/v3/allOrders"] {
        let rows = world.signed(ALICE, "GET", path, "symbol=BTCUSDT").await;
        let rows = rows.json();
        let told = rows.as_array().expect("orders").iter().map(strategy);
        assert_eq!(told.collect::<Vec<_>>(), [both(), both(), both()], "{path}");
    }
    let less = format!("{name}&newQty=0.5&newClientOrderId=mine");
    let amended = world.signed(ALICE, "PUT", AMEND, &less).await.json();
    assert_eq!(strategy(&amended["amendedOrder"]), both());
    let query = format!(
        "{BUY}&strategyId=0&newOrderRespType=RESULT&newClientOrderId=next\
         &cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=mine"
    );
    let replaced = place(&world, REPLACE, &query).await;
    assert_eq!(strategy(&replaced["cancelResponse"]), both());
    let next = strategy(&replaced["newOrderResponse"]);
    assert_eq!(next, [json!(0), Value::Null]);
    let name = "symbol=BTCUSDT&origClientOrderId=next";
    let cancelled = world.signed(ALICE, "DELETE", ORDER, name).await.json();
    assert_eq!(strategy(&cancelled), next);
    let row = world.signed(ALICE, "GET", ORDER, name).await.json();
    assert_eq!(strategy(&row), next, "also once it has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_without_a_strategy_says_nothing_of_it() {
    let world = World::start().await;
    let placed = place(&world, ORDER, BUY).await;
    let query = format!("symbol=BTCUSDT&orderId={}", placed["orderId"]);
    let row = world.signed(ALICE, "GET", ORDER, &query).await.json();
    for answer in [placed, row] {
        assert!(answer.get("strategyId").is_none() && answer.get("strategyType").is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_with_a_strategy_is_taken_in_every_phase_that_takes_it_without() {
    let world = World::start().await;
    let phase = Phase::PostOnly;
    world
        .command(Command::SetPhase {
            market: MarketId(0),
            phase,
            cause: Cause::Operator,
        })
        .await;
    let maker = format!("symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=90{BOTH}");
    for path in [ORDER, "/api/v3/order/test"] {
        place(&world, path, &maker).await;
        let hidden = format!("{maker}&icebergQty=0.5");
        let refused = world.signed(ALICE, "POST", path, &hidden).await;
        let closed = (400, -1013, "Market is closed.".to_owned());
        assert_eq!(refused.error(), closed, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_leg_of_a_list_has_its_own_strategy() {
    let world = World::start().await;
    let list = "symbol=BTCUSDT&workingType=LIMIT_MAKER&workingSide=BUY&workingPrice=98\
                &workingQuantity=1&workingStrategyId=1&workingStrategyType=1000001&pendingSide=SELL\
                &pendingQuantity=0.5&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=120\
                &pendingAboveStrategyId=2&pendingBelowType=STOP_LOSS&pendingBelowTrailingDelta=100\
                &pendingBelowStrategyType=1000003";
    let placed = place(&world, "/api/v3/orderList/otoco", list).await;
    let legs = |answer: &Value| {
        let reports = answer["orderReports"].as_array().expect("orders");
        reports.iter().map(strategy).collect::<Vec<_>>()
    };
    // The stop loss of a pair has the lower number.
    let expected = [
        [json!(1), json!(1_000_001)],
        [Value::Null, json!(1_000_003)],
        [json!(2), Value::Null],
    ];
    assert_eq!(legs(&placed), expected);
    let rows = world
        .signed(ALICE, "GET", "/api/v3/openOrders", "symbol=BTCUSDT")
        .await
        .json();
    let rows = rows.as_array().expect("orders").iter().map(strategy);
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    let query = format!("symbol=BTCUSDT&orderListId={}", placed["orderListId"]);
    let cancelled = world
        .signed(ALICE, "DELETE", "/api/v3/orderList", &query)
        .await
        .json();
    assert_eq!(legs(&cancelled), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn owners_are_told_the_strategy_with_everything_that_happens_to_the_order() {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let method = "userDataStream.subscribe.signature";
    let login = &world.logins[ALICE];
    socket.ask_signed(login, method, json!({})).await;
    let placed = place(&world, ORDER, &format!("{BUY}{BOTH}")).await;
    world.limit(BOB, "SELL", "0.25", "90").await;
    let name = format!("symbol=BTCUSDT&orderId={}", placed["orderId"]);
    let less = format!("{name}&newQty=0.5");
    world.signed(ALICE, "PUT", AMEND, &less).await;
    world.signed(ALICE, "DELETE", ORDER, &name).await;
    place(&world, ORDER, BUY).await;
    let mut told = Vec::new();
    while told.len() < 5 {
        let event = socket.hear().await["event"].take();
        if event["e"] == "executionReport" {
            told.push(json!([event["x"], event.get("j"), event.get("J")]));
        }
    }
    assert_eq!(
        told,
        [
            json!(["NEW", i64::MAX, 1_000_000]),
            json!(["TRADE", i64::MAX, 1_000_000]),
            json!(["REPLACED", i64::MAX, 1_000_000]),
            json!(["CANCELED", i64::MAX, 1_000_000]),
            json!(["NEW", null, null]),
        ]
    );
}
