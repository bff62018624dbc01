//! Countdowns: whoever does not come back in time has its orders cancelled.

use std::time::Duration;

use crate::client::Answer;
use crate::socket::{Socket, signed};
use crate::world::{ALICE, BOB, READER, World};
use serde_json::json;

async fn count_down(world: &World, who: usize, millis: &str) -> Answer {
    let query = format!("symbol=BTCUSDT&countdownTime={millis}");
    let path = "/v1/countdownCancelAll";
    world.signed(who, "POST", path, &query).await
}

async fn status(world: &World, who: usize, order: u64) -> String {
    let query = format!("symbol=BTCUSDT&orderId={order}");
    let found = world.signed(who, "GET", "/api/v3/order", &query).await;
    found.json()["status"]
        .as_str()
        .expect("a status")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_whoever_does_not_come_back_are_cancelled_and_no_others() {
    let world = World::start().await;
    let mine = world.limit(ALICE, "BUY", "1", "100").await;
    let other = world.limit(BOB, "BUY", "1", "100").await;
    let answer = count_down(&world, ALICE, "1000").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let expected = json!({"symbol": "BTCUSDT", "countdownTime": "1000"});
    assert_eq!(answer.json(), expected);
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let login = &world.logins[ALICE];
    let method = "userDataStream.subscribe.signature";
    socket.ask_signed(login, method, json!({})).await;
    world.tick();
    let report = &socket.hear().await["event"];
    assert_eq!(
        (&report["x"], &report["X"], &report["i"]),
        (&json!("CANCELED"), &json!("CANCELED"), &json!(mine))
    );
    assert_eq!(report["C"], report["c"]);
    assert_eq!(status(&world, ALICE, mine).await, "CANCELED");
    assert_eq!(status(&world, BOB, other).await, "NEW");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_countdown_that_was_ended_cancels_nothing() {
    let world = World::start().await;
    let order = world.limit(ALICE, "BUY", "1", "100").await;
    count_down(&world, ALICE, "1000").await;
    let mut socket = Socket::open(world.address, "/ws-api/v3").await;
    let params = json!({"symbol": "BTCUSDT", "countdownTime": 0});
    let login = &world.logins[ALICE];
    let ended = socket
        .ask("countdownCancelAll", signed(login, params))
        .await;
    let expected = json!({"symbol": "BTCUSDT", "countdownTime": "0"});
    assert_eq!(ended["result"], expected);
    world.tick();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(status(&world, ALICE, order).await, "NEW");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_countdown_has_bounds_and_needs_the_right_to_trade() {
    let world = World::start().await;
    for (millis, code) in [
        ("1", -1130),
        ("999", -1130),
        ("4294967296", -1130),
        ("-5", -1100),
        ("", -1102),
    ] {
        let refused = count_down(&world, ALICE, millis).await;
        assert_eq!(refused.json()["code"], code, "{millis}");
    }
    assert_eq!(count_down(&world, ALICE, "4294967295").await.status, 200);
    assert_eq!(count_down(&world, READER, "1000").await.status, 401);
}
