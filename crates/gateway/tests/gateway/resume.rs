//! Streams that go on where they were left.

use std::sync::Arc;
use std::time::Duration;

use crate::socket::{Socket, signed};
use crate::world::{ALICE, BOB, Past, Setting, World};
use gateway::config::Bounds;
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, Reference};
use model::number::Amount;
use serde_json::{Value, json};
use views::limits::Limits;

const API: &str = "/ws-api/v3";

async fn subscribe(world: &World, who: usize, params: Value) -> (Socket, Value) {
    let mut socket = Socket::open(world.address, API).await;
    let method = "userDataStream.subscribe.signature";
    let answer = socket.ask_signed(&world.logins[who], method, params).await;
    (socket, answer)
}

async fn resume(world: &World, who: usize, place: &str) -> Socket {
    let (socket, answer) = subscribe(world, who, json!({"resumeFrom": place})).await;
    assert_eq!(answer["result"], json!({"subscriptionId": 0}), "{answer}");
    socket
}

async fn hear(socket: &mut Socket, count: usize) -> Vec<Value> {
    let mut events = Vec::with_capacity(count);
    for _ in 0..count {
        events.push(socket.hear().await["event"].clone());
    }
    events
}

/// Returns everything that is told until nothing comes any more.
async fn hear_all(socket: &mut Socket) -> Vec<Value> {
    let mut events = Vec::new();
    while let Ok(heard) = tokio::time::timeout(Duration::from_millis(300), socket.hear()).await {
        events.push(heard["event"].clone());
    }
    events
}

fn place(event: &Value) -> &str {
    event["sq"].as_str().expect("a place")
}

/// Returns the place of the event before, as the event tells it.
fn place_before(event: &Value) -> Option<&str> {
    event
        .get("ps")
        .map(|place| place.as_str().expect("a place"))
}

/// Asserts that nothing is missing between events that came after a place.
fn assert_linked(events: &[Value], after: &str) {
    let mut last = after;
    for event in events {
        assert_eq!(place_before(event), Some(last), "{event}");
        last = place(event);
    }
}

/// The name of a request that cancels is in no event: told again, a cancel bears the order's name.
fn without_request(event: &Value) -> Value {
    let mut event = event.clone();
    if event["x"] == "CANCELED" {
        event["c"] = event["C"].clone();
    }
    event
}

async fn credit(world: &World, number: u32) {
    let mut reference = [77; 32];
    reference[..4].copy_from_slice(&number.to_le_bytes());
    world
        .command(Command::CreditDeposit(Deposit {
            reference: Reference(reference),
            chain: ChainId(0),
            account: AccountId(ALICE as u32 + 1),
            asset: AssetId(1),
            amount: Amount::new(700_000_000).expect("legal"),
        }))
        .await;
}

async fn amend(world: &World, order: u64, terms: &str) {
    let query = format!("symbol=BTCUSDT&orderId={order}&{terms}");
    let answer = world.signed(ALICE, "POST", "/v1/order/amend", &query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// A bit of everything that can happen to an account.
async fn live(world: &World) {
    let path = "/api/v3/order";
    let maker = world.limit(ALICE, "SELL", "3", "100").await;
    world.limit(BOB, "BUY", "1", "100").await;
    let smaller = format!("symbol=BTCUSDT&orderId={maker}&newQty=2.5&newClientOrderId=smaller");
    let answer = world
        .signed(ALICE, "PUT", "/api/v3/order/amend/keepPriority", &smaller)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    credit(world, 77).await;
    let stop = "side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=1&price=90&stopPrice=95\
        &strategyId=7&strategyType=1000000";
    let stop = world.order(ALICE, stop).await;
    amend(world, stop, "newStopPrice=94.5&newPrice=89&newQty=1.1").await;
    let pair = "symbol=BTCUSDT&side=SELL&quantity=1&aboveType=LIMIT_MAKER&abovePrice=120\
        &belowType=STOP_LOSS&belowStopPrice=80&aboveStrategyId=8";
    let answer = world
        .signed(ALICE, "POST", "/api/v3/orderList/oco", pair)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let legs = answer.json()["orders"].clone();
    let leg = |place: usize| legs[place]["orderId"].as_u64().expect("a number");
    let (below, above) = (leg(0).min(leg(1)), leg(0).max(leg(1)));
    for (terms, leg) in [("newPrice=121", above), ("newStopPrice=81", below)] {
        amend(world, leg, terms).await;
    }
    let trail = "side=SELL&type=STOP_LOSS&quantity=0.1&stopPrice=95&trailingDelta=2000";
    let trail = world.order(ALICE, trail).await;
    amend(world, trail, "newStopPrice=95.5&newTrailingDelta=1900").await;
    world.limit(BOB, "BUY", "1.5", "100").await;
    world.limit(BOB, "BUY", "2", "94").await;
    world
        .order(ALICE, "side=SELL&type=MARKET&quantity=0.5")
        .await;
    amend(world, trail, "newTrailingDelta=1800&newClientOrderId=trail").await;
    let follow = "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=93\
        &workingQuantity=1&workingTimeInForce=GTC&pendingType=LIMIT_MAKER&pendingSide=SELL\
        &pendingPrice=130&pendingQuantity=0.5";
    let answer = world
        .signed(ALICE, "POST", "/api/v3/orderList/oto", follow)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    world.order(BOB, "side=SELL&type=MARKET&quantity=3").await;
    let iceberg = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=50&icebergQty=0.5";
    let last = world.order(ALICE, iceberg).await;
    amend(world, last, "newIcebergQty=0.25").await;
    let cancel = format!("symbol=BTCUSDT&orderId={last}&newClientOrderId=gone");
    world.signed(ALICE, "DELETE", path, &cancel).await;
    let iceberg = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=51&icebergQty=0.2";
    let iceberg = world.order(ALICE, iceberg).await;
    amend(world, iceberg, "newPrice=52&newQty=0.9").await;
    let all = "symbol=BTCUSDT";
    world
        .signed(ALICE, "DELETE", "/api/v3/openOrders", all)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_are_told_to_those_who_ask_for_them_and_to_nobody_else() {
    let world = World::start().await;
    let (mut plain, _) = subscribe(&world, ALICE, json!({})).await;
    let (mut asked, _) = subscribe(&world, ALICE, json!({"ext": 1})).await;
    let mut by_url = Socket::open(world.address, "/ws-api/v3?ext=1").await;
    let method = "userDataStream.subscribe.signature";
    let login = &world.logins[ALICE];
    by_url.ask(method, signed(login, json!({}))).await;
    let headers = format!("X-MBX-APIKEY: {}\r\n", login.public_id);
    let path = "/api/v3/userDataStream";
    let mut client = world.client().await;
    let key = client.send("POST", path, &headers, "").await.json();
    let target = format!("/ws/{}?ext=1", key["listenKey"].as_str().expect("a key"));
    let mut under_key = Socket::open(world.address, &target).await;
    under_key.ask("LIST_SUBSCRIPTIONS", json!([])).await;

    world.limit(ALICE, "BUY", "1", "100").await;
    let plain = hear(&mut plain, 2).await;
    let asked = hear(&mut asked, 2).await;
    assert_eq!(hear(&mut by_url, 2).await, asked);
    assert_eq!([under_key.hear().await, under_key.hear().await], *asked);
    for (plain, asked) in plain.iter().zip(&asked) {
        let mut asked = asked.clone();
        let asked = asked.as_object_mut().expect("an object");
        assert!(asked.remove("sq").is_some());
        asked.remove("ps");
        assert_eq!(plain.as_object(), Some(&*asked));
    }
    assert_eq!(place_before(&asked[0]), None);
    assert_linked(&asked[1..], place(&asked[0]));
    let command = asked[0]["I"].as_u64().expect("a command");
    assert_eq!(place(&asked[0]), format!("{command}-1"));
    assert_eq!(place(&asked[1]), format!("{command}-2"));
    let odd = subscribe(&world, ALICE, json!({"ext": "perhaps"})).await.1;
    assert_eq!(odd["error"]["code"], -1130);
}

/// Asserts that from any place on the same is told again, and returns it.
async fn assert_told_again(world: &World, told: &[Value]) -> Vec<Value> {
    let expected: Vec<Value> = told.iter().map(without_request).collect();
    for (index, event) in told.iter().enumerate() {
        let mut socket = resume(world, ALICE, place(event)).await;
        let rest = &expected[index + 1..];
        let again = hear(&mut socket, rest.len()).await;
        for (again, expected) in again.iter().zip(rest) {
            assert_eq!(without_request(again), *expected, "from {}", place(event));
        }
    }
    expected
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_again_is_what_was_told_from_any_place() {
    let world = World::start().await;
    let (mut witness, _) = subscribe(&world, ALICE, json!({"ext": 1})).await;
    live(&world).await;
    let told = hear_all(&mut witness).await;
    assert!(30 < told.len(), "{}", told.len());
    let trailing = told.iter().filter(|event| event["D"].is_i64());
    assert_eq!(
        trailing.count(),
        2,
        "the trail had begun when it was amended last and cancelled"
    );
    assert_eq!(place_before(&told[0]), None, "it asked for no beginning");
    assert_linked(&told[1..], place(&told[0]));
    let expected = assert_told_again(&world, &told).await;
    let mut socket = resume(&world, ALICE, "0").await;
    let all = hear_all(&mut socket).await;
    assert_linked(&all, "0");
    let end: Vec<Value> = all.iter().map(without_request).collect();
    let (first, rest) = end[end.len() - expected.len()..]
        .split_first()
        .expect("some");
    assert_eq!(place(first), place(&expected[0]));
    assert_eq!(rest, &expected[1..]);
    assert_eq!(all[0]["e"], "balanceUpdate", "the first deposit");
}

/// The views keep next to nothing of what has ended: the history knows the rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_the_views_have_let_go_of_are_told_again_all_the_same() {
    let world = World::start_with(Setting {
        limits: Limits {
            closed_orders_max: 8,
            closed_orders_share: 8,
            closed_lists_max: 2,
            closed_lists_share: 1,
            ..Limits::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let (mut witness, _) = subscribe(&world, ALICE, json!({"ext": 1})).await;
    live(&world).await;
    let told = hear_all(&mut witness).await;
    for _ in 0..20 {
        world
            .order(
                BOB,
                "side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=50",
            )
            .await;
    }
    let refused = subscribe(&world, ALICE, json!({"resumeFrom": place(&told[5])}))
        .await
        .1;
    assert_eq!(
        refused["error"]["code"], -1001,
        "the history is behind: {refused}"
    );
    world.fold_history().await;
    assert_told_again(&world, &told).await;
}

/// A day without a word is no reason to refuse: all that happened since is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_long_ago_is_good_as_long_as_nothing_happened_after_it() {
    let world = World::start_with(Setting {
        past: Past::Old,
        ..Setting::STANDARD
    })
    .await;
    world.limit(ALICE, "BUY", "1", "10").await;
    let (_, answer) = subscribe(&world, ALICE, json!({"snapshot": true})).await;
    let quiet = place(&answer["result"]["snapshot"]).to_owned();
    for _ in 0..10 {
        world
            .order(
                BOB,
                "side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=50",
            )
            .await;
    }
    let mut socket = resume(&world, ALICE, &quiet).await;
    socket.expect_silence().await;
    world.limit(ALICE, "BUY", "1", "11").await;
    assert_linked(&hear(&mut socket, 2).await, &quiet);
    let refused = subscribe(&world, ALICE, json!({"resumeFrom": quiet}))
        .await
        .1;
    assert_eq!(refused["error"]["code"], -1130, "{refused}");
}

/// More than is held back happens while a client does not read its long past: it is read afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_past_is_told_to_its_end_and_then_what_happened_meanwhile() {
    // Some 13 MB, more than the buffers on the way take in; and some 4 MB, more than is held back.
    const BEFORE: u32 = 20_000;
    const MEANWHILE: u32 = 6_000;
    let world = World::start_with(Setting {
        bounds: Bounds {
            socket_queue_bytes_max: 16 * 1024,
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let (_, answer) = subscribe(&world, ALICE, json!({"snapshot": true})).await;
    let start = place(&answer["result"]["snapshot"]).to_owned();
    for number in 0..BEFORE {
        credit(&world, number).await;
    }
    let mut socket = resume(&world, ALICE, &start).await;
    for number in BEFORE..BEFORE + MEANWHILE {
        credit(&world, number).await;
    }
    // Each is told with the balance it left.
    let heard = hear(&mut socket, 2 * (BEFORE + MEANWHILE) as usize).await;
    assert_linked(&heard, &start);
    let last = &heard[heard.len() - 1];
    let expected = format!("{}.00000000", 5_000_000 + 7 * (BEFORE + MEANWHILE));
    assert_eq!(last["B"][0]["f"], expected, "the last balance");
    credit(&world, BEFORE + MEANWHILE).await;
    assert_linked(&hear(&mut socket, 2).await, place(last));
    socket.expect_silence().await;
}

/// A client that comes back without saying where it was cannot be told that it missed something, but sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_without_a_place_sees_that_it_may_have_missed_something() {
    let world = World::start().await;
    let (mut first, answer) = subscribe(&world, ALICE, json!({"snapshot": true})).await;
    world.limit(ALICE, "BUY", "1", "100").await;
    let told = hear(&mut first, 2).await;
    assert_linked(&told, place(&answer["result"]["snapshot"]));
    drop(first);
    world.limit(ALICE, "BUY", "1", "101").await;
    let (mut second, _) = subscribe(&world, ALICE, json!({"ext": 1})).await;
    world.limit(ALICE, "BUY", "1", "102").await;
    let told_later = hear(&mut second, 2).await;
    assert_eq!(place_before(&told_later[0]), None);
    assert_linked(&told_later[1..], place(&told_later[0]));
    let mut third = resume(&world, ALICE, place(&told[1])).await;
    let missed = hear(&mut third, 4).await;
    assert_linked(&missed, place(&told[1]));
    assert_eq!(missed[3], told_later[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_says_where_the_stream_after_it_begins() {
    let world = World::start().await;
    let order = world.limit(ALICE, "SELL", "1", "100").await;
    let (mut socket, answer) = subscribe(&world, ALICE, json!({"snapshot": true})).await;
    let snapshot = &answer["result"]["snapshot"];
    let balances = json!([
        {"asset": "BTC", "free": "49.00000000", "locked": "1.00000000"},
        {"asset": "USDT", "free": "5000000.00000000", "locked": "0.00000000"},
    ]);
    assert_eq!(snapshot["balances"], balances, "{answer}");
    assert_eq!(snapshot["orders"][0]["orderId"], order);
    world.limit(BOB, "BUY", "1", "100").await;
    let after = hear(&mut socket, 2).await;
    assert_eq!(after[0]["X"], "FILLED");
    assert_linked(&after, place(snapshot));
    let mut resumed = resume(&world, ALICE, place(snapshot)).await;
    assert_eq!(hear(&mut resumed, 2).await, after);
}

/// A client that breaks off again and again misses nothing and hears nothing twice, whatever happens meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_comes_back_under_load_misses_nothing_and_hears_nothing_twice() {
    const TRADES: usize = 120;
    let world = Arc::new(World::start().await);
    let (mut witness, answer) = subscribe(&world, ALICE, json!({"snapshot": true})).await;
    let start = place(&answer["result"]["snapshot"]).to_owned();
    let mut last = start.clone();
    let load = tokio::spawn({
        let world = Arc::clone(&world);
        async move {
            for _ in 0..TRADES {
                world.limit(ALICE, "SELL", "0.1", "100").await;
                world.limit(BOB, "BUY", "0.1", "100").await;
            }
        }
    });
    // Each trade is a NEW and its balances, a FILLED and its balances.
    let count = 4 * TRADES;
    let mut heard = Vec::new();
    let mut step = 0;
    while heard.len() < count {
        step = step % 13 + 1;
        let mut socket = resume(&world, ALICE, &last).await;
        let events = hear(&mut socket, step.min(count - heard.len())).await;
        last = place(events.last().expect("some")).to_owned();
        heard.extend(events);
    }
    load.await.expect("carried out");
    assert_linked(&heard, &start);
    assert_eq!(hear(&mut witness, count).await, heard);
    let mut socket = resume(&world, ALICE, &last).await;
    socket.expect_silence().await;
}

/// The queue of a socket holds a tenth of what is told; what happens meanwhile waits behind it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_past_larger_than_the_queue_comes_at_the_pace_of_the_client() {
    const ROUNDS: usize = 60;
    let world = World::start_with(Setting {
        bounds: Bounds {
            socket_queue_bytes_max: 16 * 1024,
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let (_, answer) = subscribe(&world, ALICE, json!({"snapshot": true})).await;
    let start = place(&answer["result"]["snapshot"]).to_owned();
    let trade = async || {
        world.limit(ALICE, "SELL", "0.1", "100").await;
        world.limit(BOB, "BUY", "0.1", "100").await;
    };
    for _ in 0..ROUNDS {
        trade().await;
    }
    let mut slow = resume(&world, ALICE, &start).await;
    for _ in 0..3 {
        trade().await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let count = 4 * (ROUNDS + 3);
    let heard = hear(&mut slow, count).await;
    let places: Vec<&str> = heard.iter().map(place).collect();
    assert_linked(&heard, &start);
    let mut again = resume(&world, ALICE, &start).await;
    let all = hear(&mut again, count).await;
    assert_eq!(all.iter().map(place).collect::<Vec<&str>>(), places);
    trade().await;
    let last = place(heard.last().expect("some"));
    for socket in [&mut slow, &mut again] {
        assert_linked(&hear(socket, 4).await, last);
        socket.expect_silence().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_names_no_place_is_refused_and_leaves_no_subscription() {
    let world = World::start().await;
    let mut socket = Socket::open(world.address, API).await;
    let method = "userDataStream.subscribe.signature";
    let login = &world.logins[ALICE];
    for (params, code) in [
        (json!({"resumeFrom": "x"}), -1130),
        (json!({"resumeFrom": ""}), -1105),
        (json!({"resumeFrom": "7-"}), -1130),
        (json!({"resumeFrom": "999999999"}), -1130),
        (json!({"resumeFrom": "1", "snapshot": true}), -1128),
    ] {
        let refused = socket.ask(method, signed(login, params.clone())).await;
        assert_eq!(refused["error"]["code"], code, "{params} {refused}");
    }
    let begun = socket.ask(method, signed(login, json!({"ext": 1}))).await;
    assert_eq!(begun["status"], 200, "{begun}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_of_which_the_past_is_gone_is_too_late_and_the_answer_says_what_to_do() {
    for past in [Past::Old, Past::Lost] {
        let setting = Setting {
            past,
            ..Setting::STANDARD
        };
        let world = World::start_with(setting).await;
        let (mut socket, refused) = subscribe(&world, ALICE, json!({"resumeFrom": "1"})).await;
        let error = &refused["error"];
        assert_eq!(error["code"], -1130, "{refused}");
        let text = error["msg"].as_str().expect("a text");
        assert!(text.contains("too late") && text.contains("snapshot=true"));
        let method = "userDataStream.subscribe.signature";
        let params = signed(&world.logins[ALICE], json!({"snapshot": true}));
        let begun = socket.ask(method, params).await;
        let place = begun["result"]["snapshot"]["sq"].as_str();
        assert!(place.is_some(), "{begun}");
    }
}
