//! What became of a request, by its idempotency key.

use crate::client::Answer;
use crate::socket::{Socket, signed};
use crate::world::{ALICE, BOB, READER, World};
use serde_json::{Value, json};

const ORDER: &str = "/api/v3/order";

async fn outcome(world: &World, who: usize, key: &str) -> Answer {
    let query = format!("idempotencyKey={key}");
    world.signed(who, "GET", "/v1/outcome", &query).await
}

fn order(key: &str, rest: &str) -> String {
    format!("symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&idempotencyKey={key}&{rest}")
}

fn without_sequence(mut answer: Value) -> Value {
    assert!(answer["sequence"].as_u64().is_some(), "{answer}");
    answer
        .as_object_mut()
        .expect("an object")
        .remove("sequence");
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_was_carried_out_is_told_with_its_order() {
    let world = World::start().await;
    let query = order("k1", "quantity=1&price=100&newClientOrderId=mine");
    let placed = world.signed(ALICE, "POST", ORDER, &query).await.json();
    let found = outcome(&world, ALICE, "k1").await;
    assert_eq!(found.status, 200, "{}", found.body);
    assert_eq!(
        without_sequence(found.json()),
        json!({
            "idempotencyKey": "k1", "outcome": "ACCEPTED", "symbol": "BTCUSDT",
            "orders": [{"orderId": placed["orderId"], "clientOrderId": "mine"}],
        })
    );
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let params = json!({"idempotencyKey": "k1"});
    let login = &world.logins[ALICE];
    let told = socket.ask("outcome", signed(login, params)).await;
    assert_eq!(told["result"], found.json(), "both dialects say the same");

    let query = format!(
        "symbol=BTCUSDT&orderId={}&idempotencyKey=k2",
        placed["orderId"]
    );
    world.signed(ALICE, "DELETE", ORDER, &query).await;
    let cancelled = without_sequence(outcome(&world, ALICE, "k2").await.json());
    assert_eq!(
        cancelled,
        json!({
            "idempotencyKey": "k2", "outcome": "ACCEPTED", "symbol": "BTCUSDT",
            "canceledOrderIds": [placed["orderId"]],
        })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_request_is_told_in_the_words_of_its_answer() {
    let world = World::start().await;
    let poor = order("k1", "quantity=1000&price=100000");
    let cancel = "symbol=BTCUSDT&orderId=9&idempotencyKey=k2";
    // The engine refuses it as it refuses the cancel; the answers differ.
    let amend = "symbol=BTCUSDT&orderId=9&newQty=1&idempotencyKey=k4";
    let replace = format!(
        "{}&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=9",
        order("k3", "quantity=1&price=100")
    );
    for (key, method, path, query) in [
        ("k1", "POST", ORDER, &*poor),
        ("k2", "DELETE", ORDER, cancel),
        ("k3", "POST", "/api/v3/order/cancelReplace", &*replace),
        ("k4", "PUT", "/api/v3/order/amend/keepPriority", amend),
    ] {
        let refused = world.signed(ALICE, method, path, query).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        let found = without_sequence(outcome(&world, ALICE, key).await.json());
        let (code, msg) = (&refused.json()["code"], &refused.json()["msg"]);
        let refusal = json!({"code": code, "msg": msg});
        let expected = json!({
            "idempotencyKey": key, "outcome": "REJECTED", "refusal": refusal,
        });
        assert_eq!(found, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_nobody_and_a_key_of_another_are_unknown() {
    let world = World::start().await;
    let query = order("k1", "quantity=1&price=100");
    world.signed(ALICE, "POST", ORDER, &query).await;
    for who in [BOB, READER] {
        let found = outcome(&world, who, "k1").await;
        assert_eq!(found.status, 200);
        let unknown = json!({"idempotencyKey": "k1", "outcome": "UNKNOWN", "sequence": null});
        assert_eq!(found.json(), unknown);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_checked_like_a_client_order_id() {
    let world = World::start().await;
    for (key, code) in [
        ("", -1102),
        ("a%20b", -1100),
        ("0123456789012345678901234567890123456", -1100),
    ] {
        let refused = outcome(&world, ALICE, key).await;
        assert_eq!(refused.json()["code"], code, "{key}");
    }
    let missing = world.signed(ALICE, "GET", "/v1/outcome", "").await;
    assert_eq!(missing.json()["code"], -1102);
    assert_eq!(world.get("/v1/outcome?idempotencyKey=k").await.status, 401);
}
